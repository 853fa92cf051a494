"""Scripts in the styles of `click`."""

from __future__ import annotations

import textwrap

__all__ = ["CLICK"]


def _click(text: str, head: str = "") -> str:
    """A script with one command: the text is its decorators."""
    decorators = textwrap.dedent(text).strip()
    return (
        f"import click\n{textwrap.dedent(head)}\n@click.command()\n{decorators}\n"
        "def main(**kw):\n    show(kw)\nif __name__ == '__main__':\n    main()\n"
    )


CLICK = {
    "values": _click(
        """
        @click.option("--lr", default=0.1, help="Rate.")
        @click.option("-e", "--epochs", type=int, default=3, show_default=True)
        @click.option("--name", default="a b")
        @click.option("--seed", type=int)
        @click.option("--tag")
        @click.option("--momentum", type=click.FLOAT, default=1)
        @click.option("--run-name", "name_of_run", type=str, default="x")
        @click.option("--out-dir", "--out", default="d", help="Two names.")
        @click.option("--neg", default=-1)
        @click.option("--empty", default="")
        """
    ),
    "switches": _click(
        """
        @click.option("--a", is_flag=True, help="Off.")
        @click.option("--c/--no-c", default=False)
        @click.option("--d/--no-d", default=True)
        @click.option("--e/--off-e", "ee", default=True)
        @click.option("--f/--no-f")
        @click.option("-g", "--gg", is_flag=True)
        @click.option("--h/-H", default=True)
        @click.option("--i", is_flag=True, flag_value="special")
        @click.option("--j", is_flag=True, default=False)
        @click.option("--k", type=bool, default=True)
        @click.option("--l", type=click.BOOL, default=False)
        @click.option("--m", default=True)
        @click.option("--n", default=False)
        """
    ),
    "flag values": _click(
        """
        @click.option("--upper", "how", flag_value="upper", default=True)
        @click.option("--lower", "how", flag_value="lower")
        """
    ),
    "choices": _click(
        """
        @click.option("--opt", type=click.Choice(["sgd", "adam"]), default="adam")
        @click.option("--loss", type=click.Choice(LOSSES, case_sensitive=False), default="mse")
        @click.option("--kind", type=click.Choice(("a", "b")), help="No default.")
        @click.option("--need", type=click.Choice([*LOSSES, "more"]), required=True)
        """,
        head="LOSSES = ['mse', 'mae']",
    ),
    "enums": _click(
        """
        @click.option("--other", type=click.Choice([c.name for c in Color]), default="BLUE")
        @click.option("--value", type=click.Choice([c.value for c in Color]))
        """,
        head="""
        import enum
        class Color(enum.Enum):
            RED = "r"
            BLUE = "b"
        """,
    ),
    "classes of choices": _click(
        """
        @click.option("--color", type=click.Choice(Color), default=Color.RED)
        @click.option("--other", type=click.Choice(Color, case_sensitive=False))
        """,
        head="""
        import enum
        class Color(enum.Enum):
            RED = "r"
            BLUE = "b"
        """,
    ),
    "numbers": _click(
        """
        @click.option("--a", type=click.IntRange(1, 5), default=2)
        @click.option("--b", type=click.IntRange(min=0), default=0)
        @click.option("--c", type=click.FloatRange(0, 1), default=0.5)
        @click.option("--d", type=click.FloatRange(max=1.5, clamp=True))
        @click.option("--e", type=click.FLOAT)
        @click.option("--f", type=float, default=1e-4)
        @click.option("--g", type=click.INT, default=10**6)
        @click.option("--h", type=click.IntRange(0, 5, max_open=True), default=4)
        """
    ),
    "several": _click(
        """
        @click.option("--size", nargs=2, type=int, default=(3, 4))
        @click.option("--pair", type=(str, int), default=("a", 1))
        @click.option("--none", nargs=2, type=float)
        @click.option("--many", multiple=True, default=["x"])
        @click.option("--more", multiple=True, type=int, default=[1, 2])
        @click.option("--nothing", multiple=True)
        @click.option("--dirs", multiple=True, type=click.Path(), default=())
        @click.option("--chosen", multiple=True, type=click.Choice(["a", "b"]))
        """
    ),
    "others": _click(
        """
        @click.version_option("1.0")
        @click.argument("src", required=False)
        @click.option("-v", "--verbose", count=True)
        @click.option("-s", type=int, default=1)
        @click.option("--lr", type=float, envvar="MY_LR", default=0.5, show_envvar=True)
        @click.option("--hidden", hidden=True, default=1)
        @click.option("--path", type=click.Path(exists=False), default="x")
        @click.option("--password", default="", hide_input=True)
        """
    ),
    "callbacks": _click(
        """
        @click.option("--scale", type=float, default=2, callback=double)
        @click.option("--split", callback=lambda c, p, value: value.split(","), default="a,b")
        @click.option("--late", default=lambda: 5, type=int)
        @click.option("--custom", type=EVEN, default=2)
        @click.option("--func", type=int_or_none, default="3")
        """,
        head="""
        def double(ctx, param, value):
            return value * 2
        def int_or_none(text):
            return None if text == "none" else int(text)
        class Even(click.ParamType):
            name = "even"
            def convert(self, value, param, ctx):
                return int(value) * 2
        EVEN = Even()
        """,
    ),
    "shared options": """\
        import click
        import functools
        def common(f):
            @click.option("--seed", default=0, help="Seed.")
            @click.option("--device", default="cpu")
            @functools.wraps(f)
            def wrapper(*args, **kw):
                return f(*args, **kw)
            return wrapper
        def rate(default):
            return click.option("--lr", default=default, type=float)
        OPTIONS = [click.option("--a", default=1), click.option("--b", default=2)]
        def all_of(options):
            def decorate(f):
                for option in reversed(options):
                    f = option(f)
                return f
            return decorate
        @click.command(context_settings={"show_default": True})
        @common
        @rate(0.5)
        @all_of(OPTIONS)
        @click.pass_context
        def main(ctx, **kw):
            show(kw)
        main()
        """,
    "group train": (
        GROUP := """\
        import click
        @click.group()
        @click.option("--debug/--no-debug", default=False)
        @click.pass_context
        def cli(ctx, debug):
            ctx.obj = debug
        @cli.command()
        @click.option("--lr", default=0.1)
        @click.option("--steps", default=10, type=int)
        def train(lr, steps):
            show({"lr": lr, "steps": steps})
        @cli.command(name="eval")
        @click.option("--ckpt", required=True)
        def evaluate(ckpt):
            show({"ckpt": ckpt})
        @cli.group()
        def data():
            pass
        @data.command()
        @click.option("--url", default="u")
        def fetch_all(url):
            show({"url": url})
        if __name__ == "__main__":
            cli(obj={})
        """
    ),
    "group eval": GROUP,
    "group data fetch-all": GROUP,
    "constructed": """\
        import click
        def run(**kw):
            show(kw)
        command = click.Command(
            "run",
            callback=run,
            params=[
                click.Option(["--lr"], default=0.1, help="R"),
                click.Option(["-n", "--num"], type=int, default=2),
                click.Option(["--fast"], is_flag=True),
                click.Argument(["path"], required=False),
            ],
        )
        command()
        """,
    "help is dedented": _click(
        '''
        @click.option("--x", default=1, help="""
            The x of it.
            Another line.
        """)
        @click.option("--y", default=2, help="Stays"
            " together")
        '''
    ),
}
