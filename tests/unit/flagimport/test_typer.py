from __future__ import annotations

import pytest

from tests.unit.flagimport.conftest import Scripts

HEAD = """\
import enum, pathlib, typer
from typing import Annotated, List, Literal, Optional, Union
import torch
class Color(str, enum.Enum):
    red = "r"
    blue = "b"
"""


def function(parameters: str) -> str:
    """A script that runs a function with these parameters."""
    return f"{HEAD}def main({parameters}): ...\nif __name__ == '__main__':\n    typer.run(main)\n"


@pytest.mark.parametrize(
    ("parameter", "name", "default", "kind"),
    [
        ("lr: float = 0.1", "lr", 0.1, "float"),
        ("n_x: int = 1", "n-x", 1, "int"),
        ("s='a'", "s", "a", "string"),
        ("o: Optional[str] = None", "o", None, "string"),
        ("o: 'int | None' = None", "o", None, "int"),
        ("o: Union[int, None] = None", "o", None, "int"),
        ("p: pathlib.Path = 'x'", "p", "x", "string"),
        ("x: int = typer.Option(3, '--num', '-n')", "num", 3, "int"),
        ("x: int = typer.Option(default=3)", "x", 3, "int"),
        ("x: Annotated[int, typer.Option('--num')] = 3", "num", 3, "int"),
        ("x: Annotated[Optional[int], typer.Option()] = None", "x", None, "int"),
        ("*, x: int = 2 + 1", "x", 3, "int"),
        ("xs: List[int] = [1]", "xs", 1, "int"),
        ("xs: list[int] = [1, 2]", "xs", None, "int"),
        ("d: str = typer.Option(torch.x())", "d", None, "string"),
    ],
)
def test_a_parameter_with_a_default_is_a_flag(
    scripts: Scripts, parameter: str, name: str, default: object, kind: str
) -> None:
    found = scripts.read_text(function(parameter))
    (flag,) = found.flags

    assert (found.dest, found.warnings) == ("args:typer", ())
    assert (flag.name, flag.default, flag.type) == (name, default, kind)


@pytest.mark.parametrize(
    "parameter",
    [
        "x",
        "x: str",
        "x: str = typer.Argument('a')",
        "x: Annotated[str, typer.Argument()] = 'a'",
        "x: int = typer.Option(0, count=True)",
        "x: int = typer.Option(0, '-x')",
    ],
)
def test_arguments_are_none(scripts: Scripts, parameter: str) -> None:
    assert scripts.read_text(function(parameter)).flags == ()


@pytest.mark.parametrize(
    ("parameter", "default", "arg_name", "arg_switch"),
    [
        ("x: bool = False", False, "x", True),
        ("x: bool = True", True, "no-x", False),
        ("x=True", True, "no-x", False),
        ("x: bool = typer.Option(True, '--x/--off')", True, "off", False),
        ("y: bool = typer.Option(False, '--x')", False, None, True),
        ("x: Annotated[bool, typer.Option(help='X')] = True", True, "no-x", False),
    ],
)
def test_switches(
    scripts: Scripts, parameter: str, default: bool, arg_name: str | None, arg_switch: bool
) -> None:
    flag = scripts.flag(function(parameter))

    assert (flag.name, flag.type) == ("x", "boolean")
    assert (flag.default, flag.arg_name, flag.arg_switch) == (default, arg_name, arg_switch)


@pytest.mark.parametrize(
    ("parameter", "default", "values"),
    [
        ("c: Color = Color.red", "r", ["r", "b"]),
        ("c: Optional[Color] = None", None, ["r", "b"]),
        ("c: Literal['u', 'v'] = 'u'", "u", ["u", "v"]),
    ],
)
def test_choices(scripts: Scripts, parameter: str, default: object, values: list[str]) -> None:
    flag = scripts.flag(function(parameter))

    assert flag.default == default
    assert [choice.value for choice in flag.choices] == values


@pytest.mark.parametrize(
    "parameter",
    [
        "x: int = typer.Option(..., min=1, max=5, help='X')",
        "x: Annotated[int, typer.Option(min=1, max=5, help='X')]",
    ],
)
def test_required_range_and_help(scripts: Scripts, parameter: str) -> None:
    flag = scripts.flag(function(parameter))

    assert (flag.required, flag.min, flag.max, flag.description) == (True, 1, 5, "X")


APP = """\
import typer
app = typer.Typer()
db = typer.Typer()
app.add_typer(db, name="db")
@app.command()
def train_model(lr: float = 0.1): ...
@app.command("test", help="T")
def other(ckpt: str = "x"): ...
@db.command()
def init(url: str = ""): ...
@app.callback()
def top(verbose: int = 0): ...
"""


@pytest.mark.parametrize("end", ["", "if __name__ == '__main__':\n    app()"])
@pytest.mark.parametrize(
    ("words", "names"),
    [
        ((), ["verbose"]),
        (("train-model",), ["lr"]),
        (("test", "file"), ["ckpt"]),
        (("db", "init"), ["url"]),
    ],
)
def test_words_choose_the_sub_command(
    scripts: Scripts, end: str, words: tuple[str, ...], names: list[str]
) -> None:
    scripts.write("train.py", f"{APP}{end}\n")

    assert [flag.name for flag in scripts.read(words=words).flags] == names


def test_the_only_command_needs_no_name(scripts: Scripts) -> None:
    text = "import typer\napp = typer.Typer()\n@app.command()\ndef f(lr: float = 1): ...\napp()\n"

    assert scripts.defaults(text) == {"lr": 1}
