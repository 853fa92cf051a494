"""Scripts in the styles of `typer`."""

from __future__ import annotations

import textwrap

__all__ = ["TYPER"]

_TYPER_HEAD = """\
import enum
from pathlib import Path
from typing import Annotated, List, Literal, Optional, Tuple
import typer
class Color(str, enum.Enum):
    red = "r"
    blue = "b"
"""


def _typer(parameters: str, annotations: str = "") -> str:
    body = textwrap.dedent(parameters).strip().replace("\n", "\n    ")
    return (
        f"{annotations}{_TYPER_HEAD}def main(\n    {body}\n):\n    show(locals())\n"
        "if __name__ == '__main__':\n    typer.run(main)\n"
    )


_TYPER_APP = """\
import typer
from typing import Annotated
app = typer.Typer(add_completion=False)
db = typer.Typer()
app.add_typer(db, name="db")
@app.command()
def train_model(lr: float = 0.1, steps: Annotated[int, typer.Option(min=1)] = 10):
    show(locals())
@app.command("test", help="Other")
def other(ckpt: str = "x", fast: bool = False):
    show(locals())
@db.command()
def init(url: str = "u", force: bool = typer.Option(False, "--force")):
    show(locals())
@app.callback()
def top(verbose: bool = False):
    pass
if __name__ == "__main__":
    app()
"""

TYPER = {
    "plain": _typer(
        """
        lr: float = 0.1,
        n_epochs: int = 3,
        name: str = "a",
        s="text",
        nothing: Optional[str] = None,
        union: "int | None" = None,
        path: Path = Path("x"),
        other_path: Path = "y",
        """
    ),
    "switches": _typer(
        """
        a: bool = False,
        b: bool = True,
        c: bool = typer.Option(True, "--c/--off"),
        d: bool = typer.Option(False, "--dd"),
        e: bool = typer.Option(False, "--ee/--no-ee", "-e/-E", help="E"),
        f: Annotated[bool, typer.Option("--ff")] = True,
        g: Annotated[bool, typer.Option(help="G")] = False,
        h: Optional[bool] = None,
        j_k: bool = False,
        """
    ),
    "old style": _typer(
        """
        lr: float = typer.Option(0.1, help="Rate."),
        num: int = typer.Option(3, "--num", "-n", min=1, max=9),
        key: int = typer.Option(default=4),
        need: str = typer.Option(..., help="Needed."),
        none: Optional[int] = typer.Option(None),
        path: Path = typer.Option("p", exists=False),
        color: Color = typer.Option(Color.red, case_sensitive=False),
        src: str = typer.Argument("src"),
        env: str = typer.Option("e", envvar="MY_ENV"),
        hidden: int = typer.Option(1, hidden=True),
        short: int = typer.Option(1, "-s"),
        """
    ),
    "annotated": _typer(
        """
        need: Annotated[str, typer.Option(help="Needed.")],
        src: Annotated[Optional[str], typer.Argument(help="A")] = None,
        lr: Annotated[float, typer.Option(help="Rate.", min=0, max=1)] = 0.1,
        num: Annotated[int, typer.Option("--number", "-n")] = 3,
        color: Annotated[Color, typer.Option(case_sensitive=False)] = Color.blue,
        none: Annotated[Optional[int], typer.Option()] = None,
        out: Annotated[Path, typer.Option("--out-dir", dir_okay=True)] = Path("out"),
        factory: Annotated[int, typer.Option(default_factory=lambda: 7)] = ...,
        """
    ),
    "future annotations": _typer(
        """
        lr: Annotated[float, typer.Option(help="Rate.")] = 0.1,
        name: str | None = None,
        color: Color = Color.red,
        xs: list[int] = [1],
        flag: bool = False,
        """,
        annotations="from __future__ import annotations\n",
    ),
    "enums": _typer(
        """
        a: Color = Color.red,
        b: Optional[Color] = None,
        c: Color = "b",
        d: Annotated[Color, typer.Option()] = Color.blue.value,
        """
    ),
    "literals": _typer(
        """
        a: Literal["u", "v"] = "u",
        b: Optional[Literal["u", "v"]] = None,
        c: Mode = "a",
        """
    ).replace("def main(", "Mode = Literal['a', 'b']\ndef main("),
    "callbacks and no annotations": _typer(
        """
        i=1,
        f=0.5,
        b=True,
        parsed: Annotated[int, typer.Option(parser=lambda text: int(text) + 1)] = 3,
        """
    ),
    "several": _typer(
        """
        xs: List[int] = [1],
        ys: List[str] = typer.Option(["a", "b"]),
        zs: Optional[List[float]] = None,
        ps: Annotated[Optional[list[str]], typer.Option("--pp", help="P")] = None,
        pair: Tuple[int, str] = (1, "a"),
        size: Annotated[Tuple[int, int], typer.Option()] = (3, 4),
        """
    ),
    "keyword only": _typer("*, x: int = 2 + 1, y: float = 10 ** -2, z: str = 'a' * 3"),
    "constants": _typer(
        """
        lr: float = RATE,
        name: str = CONFIG["name"],
        n: int = typer.Option(SIZE * 2, help=HELP),
        """,
    ).replace(
        "def main(", "RATE = 0.25\nCONFIG = {'name': 'n'}\nSIZE = 4\nHELP = 'N' + 's'\ndef main("
    ),
    "one command": """\
        import typer
        app = typer.Typer()
        @app.command()
        def only(lr: float = 0.1, fast: bool = False):
            show(locals())
        if __name__ == "__main__":
            app()
        """,
    "type aliases": _typer(
        "rate: Rate = 0.1,\nsteps: Steps = 5,",
    ).replace(
        "def main(",
        "Rate = Annotated[float, typer.Option(help='R', min=0.0)]\n"
        "Steps = Annotated[int, typer.Option('--num-steps')]\ndef main(",
    ),
    "help is dedented": _typer(
        '''
        x: int = typer.Option(1, help="""
            The x of it.
            Another line.
        """),
        '''
    ),
    "counts and callbacks": _typer(
        """
        verbose: int = typer.Option(0, "--verbose", "-v", count=True),
        twice: int = typer.Option(2, callback=lambda value: value * 2),
        """
    ),
    "app train-model": _TYPER_APP,
    "app test": _TYPER_APP,
    "app db init": _TYPER_APP,
}
