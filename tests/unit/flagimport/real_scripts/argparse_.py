"""Scripts in the styles of `argparse`."""

from __future__ import annotations

import textwrap

__all__ = ["ARGPARSE"]


def _argparse(arguments: str, head: str = "") -> str:
    return (
        "import argparse\nfrom pathlib import Path\n"
        f"import json\n{textwrap.dedent(head)}\np = argparse.ArgumentParser()\n"
        f"{textwrap.dedent(arguments)}\nshow(vars(p.parse_args()))\n"
    )


_COMMANDS = """\
import argparse
def main():
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--seed", type=int, default=0)
    parser = argparse.ArgumentParser()
    parser.add_argument("--verbose", action="store_true")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", parents=[common], aliases=["t"])
    train.add_argument("--lr", type=float, default=0.1)
    train.set_defaults(func=print, lr=0.2)
    test = commands.add_parser("test", help="Test.")
    test.add_argument("--ckpt", required=True)
    inner = test.add_subparsers()
    deep = inner.add_parser("deep")
    deep.add_argument("--depth", type=int, default=3)
    args = parser.parse_args()
    show({key: value for key, value in vars(args).items() if key != "func"})
if __name__ == "__main__":
    main()
"""

ARGPARSE = {
    "values": _argparse(
        """
        p.add_argument("--lr", type=float, default=0.1, help="Rate (default: %(default)s)")
        p.add_argument("-e", "--epochs", type=int, default=3, metavar="N")
        p.add_argument("--name", default="a b", help="100%% %(prog)s %(dest)s %(type)s")
        p.add_argument("--none", type=int)
        p.add_argument("--text", type=str, default="t")
        p.add_argument("--out-dir", "--out", dest="where", type=Path, default=Path("x"))
        p.add_argument("--whole", type=float, default=1)
        p.add_argument("--need", type=int, required=True)
        p.add_argument("--neg", type=int, default=-1)
        p.add_argument("--as-text", type=int, default="4")
        p.add_argument("src", nargs="?")
        p.add_argument("-s", type=int, default=1)
        p.add_argument("--hidden", type=int, default=1, help=argparse.SUPPRESS)
        p.add_argument("--suppressed", type=int, default=argparse.SUPPRESS)
        """
    ),
    "actions": _argparse(
        """
        p.add_argument("--on", action="store_true", help="On.")
        p.add_argument("--off", action="store_false")
        p.add_argument("--no-cuda", dest="cuda", action="store_false", default=True)
        p.add_argument("--both", action=argparse.BooleanOptionalAction, default=True)
        p.add_argument("--either", action=argparse.BooleanOptionalAction, default=False)
        p.add_argument("--open", action=argparse.BooleanOptionalAction)
        p.add_argument("--const", action="store_const", const=5, default=1)
        p.add_argument("--add", action="append", default=[])
        p.add_argument("--add-const", action="append_const", const=1, dest="adds")
        p.add_argument("-v", "--verbose", action="count", default=0)
        p.add_argument("--version", action="version", version="1")
        p.add_argument("--extend", action="extend", nargs="+", type=int)
        p.add_argument("--custom", action=Upper, default="A")
        """,
        head="""
        class Upper(argparse.Action):
            def __call__(self, parser, namespace, values, option_string=None):
                setattr(namespace, self.dest, values.upper())
        """,
    ),
    "switches with odd defaults": _argparse(
        """
        p.add_argument("--c", action="store_true", default=None)
        p.add_argument("--d", action="store_false", default=None)
        p.add_argument("--e", action="store_true", default=0)
        """
    ),
    "nargs": _argparse(
        """
        p.add_argument("--plus", nargs="+", type=int, default=[1, 2])
        p.add_argument("--star", nargs="*", default=["a b", "c"])
        p.add_argument("--two", nargs=2, type=float, default=(0.9, 0.999))
        p.add_argument("--one", nargs=1, type=int, default=[1])
        p.add_argument("--maybe", nargs="?", type=int, const=5, default=1)
        p.add_argument("--none", nargs="+")
        p.add_argument("--empty", nargs="*", default=[])
        p.add_argument("--more", nargs=argparse.ONE_OR_MORE, type=str, default=["x"])
        """
    ),
    "choices": _argparse(
        """
        p.add_argument("--a", choices=["x", "y"], default="x")
        p.add_argument("--b", choices=("x", "y"))
        p.add_argument("--c", type=int, choices=[1, 2], default=2)
        p.add_argument("--d", type=int, choices=range(3), default=0)
        p.add_argument("--e", choices=MODELS, default="m", help="one of %(choices)s")
        p.add_argument("--f", choices=sorted({"b": 1, "a": 2}), default="a")
        p.add_argument("--g", type=Kind, choices=list(Kind), default=Kind.A)
        p.add_argument("--h", type=str, choices=[k.value for k in Kind], default=Kind.A.value)
        """,
        head="""
        import enum
        MODELS = {"m": 1, "n": 2}
        class Kind(enum.Enum):
            A = "a"
            B = "b"
        """,
    ),
    "types": _argparse(
        """
        p.add_argument("--flag", type=str2bool, default=False)
        p.add_argument("--flag2", type=lambda s: s.lower() == "true", default=True)
        p.add_argument("--ints", type=lambda s: [int(x) for x in s.split(",")], default="1,2")
        p.add_argument("--pos", type=positive, default=3)
        p.add_argument("--path", type=Path)
        p.add_argument("--plain", type=bool, default=False)
        p.add_argument("--on", type=bool, default=True)
        p.add_argument("--evaluated", type=eval, default="1 + 1")
        p.add_argument("--eval", type=eval, default=True)
        p.add_argument("--eval-of", type=eval, choices=[True, False], default=False)
        p.add_argument("--strict", type=lambda s: {"true": True, "false": False}[s], default=True)
        p.add_argument("--python", type=lambda s: {"True": True, "False": False}[s], default=False)
        p.add_argument("--json", type=json.loads, default=False)
        p.add_argument("--as-int", type=int, default=False)
        p.add_argument("--as-float", type=float, default=True)
        p.add_argument("--own", type=own_bool, default=True, nargs="?", const=True)
        """,
        head="""
        def str2bool(v):
            if isinstance(v, bool):
                return v
            if v.lower() in ("yes", "true", "1"):
                return True
            if v.lower() in ("no", "false", "0"):
                return False
            raise argparse.ArgumentTypeError("Boolean value expected.")
        def positive(text):
            return abs(int(text))
        def own_bool(text):
            return bool(["false", "true"].index(text.lower()))
        """,
    ),
    "groups": _argparse(
        """
        g = p.add_argument_group("training", "How.")
        g.add_argument("--lr", type=float, default=0.1)
        x = p.add_mutually_exclusive_group()
        x.add_argument("--one", type=int)
        x.add_argument("--two", type=int)
        r = p.add_mutually_exclusive_group(required=False)
        r.add_argument("--fast", action="store_true")
        r.add_argument("--slow", action="store_true")
        d = g.add_mutually_exclusive_group()
        d.add_argument("--steps", type=int, default=1000)
        d.add_argument("--hours", type=float, default=0.5)
        """
    ),
    "parents": """\
        import argparse
        base = argparse.ArgumentParser(add_help=False)
        base.add_argument("--seed", type=int, default=0)
        base.add_argument("--lr", type=float, default=1.0)
        parser = argparse.ArgumentParser(
            parents=[base],
            conflict_handler="resolve",
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )
        parser.add_argument("--lr", type=float, default=0.5)
        parser.add_argument("--n", type=int, default=1)
        parser.set_defaults(n=4, seed=9)
        show(vars(parser.parse_args()))
        """,
    "commands train": _COMMANDS,
    "commands t": _COMMANDS,
    "functions": """\
        import argparse
        def add_data(parser):
            parser.add_argument("--data", default="d")
            return parser
        def add_model(parser, prefix="", size=8):
            parser.add_argument(f"--{prefix}size", type=int, default=size)
            for name, value in (("depth", 2), ("width", 3)):
                parser.add_argument("--%s%s" % (prefix, name), type=int, default=value)
        def get_args(argv=None):
            parser = add_data(argparse.ArgumentParser(description=__doc__))
            add_model(parser)
            add_model(parser, prefix="teacher-", size=16)
            return parser.parse_args(argv)
        if __name__ == "__main__":
            args = get_args()
            show(vars(args))
        """,
    "own class": """\
        import argparse
        class Options(argparse.ArgumentParser):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.add_argument("--base", type=int, default=1)
            def with_model(self):
                self.add_argument("--model", default="m")
                return self
        show(vars(Options(prog="x").with_model().parse_args()))
        """,
    "known arguments": """\
        from argparse import ArgumentParser
        p = ArgumentParser(argument_default=7)
        p.add_argument("--n", type=int)
        p.add_argument("--m", type=int, default=1)
        args, rest = p.parse_known_args()
        show(vars(args))
        """,
    "prefixes": """\
        import argparse
        p = argparse.ArgumentParser(prefix_chars="-+", allow_abbrev=False)
        p.add_argument("--n", type=int, default=1)
        p.add_argument("+x", type=int, default=2)
        p.add_argument("-single", type=int, default=3)
        show(vars(p.parse_args()))
        """,
    "tables": """\
        import argparse
        OPTIONS = [
            (("--lr", "-l"), dict(type=float, default=0.1, help="Rate")),
            (("--n",), {"type": int, "default": 2}),
        ]
        p = argparse.ArgumentParser()
        for names, settings in OPTIONS:
            p.add_argument(*names, **settings)
        add = p.add_argument
        add("--bound", type=int, default=3)
        DEFAULTS = {"alpha": 0.5, "beta": 2, "gamma": "g"}
        for key, value in DEFAULTS.items():
            p.add_argument(f"--{key}", type=type(value), default=value)
        show(vars(p.parse_args()))
        """,
    "suppressed by default": """\
        import argparse
        p = argparse.ArgumentParser(argument_default=argparse.SUPPRESS)
        p.add_argument("--n", type=int)
        p.add_argument("--s", default="x")
        p.add_argument("--on", action="store_true")
        show(vars(p.parse_args()))
        """,
}
