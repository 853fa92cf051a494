from __future__ import annotations

import pytest

from tests.unit.flagimport.conftest import Scripts

HEAD = """\
import torch
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar, List, Literal, Optional, Union
from transformers import HfArgumentParser
class Color(Enum):
    RED = "r"
    BLUE = "b"
"""
TAIL = "\nparser = HfArgumentParser(A)\n(a,) = parser.parse_args_into_dataclasses()\n"


def fields(*lines: str) -> str:
    """A script that parses a dataclass with these fields."""
    body = "\n    ".join(lines)
    return f"{HEAD}@dataclass\nclass A:\n    '''Doc.'''\n    {body}{TAIL}"


@pytest.mark.parametrize(
    ("line", "default", "kind"),
    [
        ("x: float = 1e-3", 0.001, "float"),
        ("x: 'int' = 5 * 8", 40, "int"),
        ("x: str = 'a'", "a", "string"),
        ("x: Optional[int] = None", None, "int"),
        ("x: int | None = None", None, "int"),
        ("x: Union[str, None] = 'a'", "a", "string"),
        ("x: int = field(default=3)", 3, "int"),
        ("x: Literal['a', 'b'] = 'a'", "a", "string"),
        ("x: Literal[1, 2] = 1", 1, "int"),
        ("x: Color = Color.RED", "r", None),
    ],
)
def test_a_field_is_a_flag(scripts: Scripts, line: str, default: object, kind: str) -> None:
    found = scripts.read_text(fields(line))
    (flag,) = found.flags

    assert (found.dest, found.warnings) == ("args", ())
    assert (flag.name, flag.default, flag.type) == ("x", default, kind)


@pytest.mark.parametrize(
    ("line", "default"),
    [
        ("x: bool = False", False),
        ("x: bool = True", True),
        ("x: bool = field(metadata={'help': 'X'})", False),
        ("x: Optional[bool] = None", None),
    ],
)
def test_a_boolean_is_passed_as_true_and_false(
    scripts: Scripts, line: str, default: object
) -> None:
    flag = scripts.flag(fields(line))

    assert (flag.type, flag.default, flag.arg_switch) == ("boolean", default, None)
    assert flag.arg_encoding == {"yes": "true", "no": "false"}


@pytest.mark.parametrize(
    ("line", "default"),
    [
        ("x: List[int] = field(default_factory=lambda: [1, 2])", "1 2"),
        ("x: list[str] = field(default_factory=list)", ""),
        ("x: Optional[List[str]] = None", None),
    ],
)
def test_a_list_is_split(scripts: Scripts, line: str, default: object) -> None:
    flag = scripts.flag(fields(line))

    assert (flag.default, flag.arg_split) == (default, True)


def test_help_choices_and_required(scripts: Scripts) -> None:
    found = scripts.read_text(
        fields(
            "model: str = field(metadata={'help': 'Path ' 'to it'})",
            "task: str = field(default='a', metadata={'choices': ['a', 'b']})",
            "kind: ClassVar[int] = 1",
            "inner: int = field(default=1, init=False)",
            "color: Color = Color.BLUE",
        )
    )
    color, model, task = found.flags

    assert (model.required, model.description) == (True, "Path to it")
    assert [choice.value for choice in task.choices] == ["a", "b"]
    assert [choice.value for choice in color.choices] == ["r", "b"]


def test_bases_and_several_classes(scripts: Scripts) -> None:
    scripts.write(
        "base.py",
        "from dataclasses import dataclass\n@dataclass\nclass Base:\n"
        "    seed: int = 0\n    lr: float = 1.0\n",
    )

    found = scripts.read_text(
        f"{HEAD}from base import Base\n@dataclass\nclass A(Base):\n    lr: float = 0.1\n"
        "@dataclass\nclass B:\n    n: int = 1\n"
        "a, b = HfArgumentParser((A, B)).parse_args_into_dataclasses()\n"
    )

    assert [(flag.name, flag.default) for flag in found.flags] == [
        ("lr", 0.1),
        ("n", 1),
        ("seed", 0),
    ]


def test_a_class_that_cant_be_read_leaves_the_others(scripts: Scripts) -> None:
    found = scripts.read_text(
        f"{HEAD}from transformers import TrainingArguments\n@dataclass\nclass A:\n    n: int = 1\n"
        "HfArgumentParser((A, TrainingArguments)).parse_args_into_dataclasses()\n"
    )

    assert [flag.name for flag in found.flags] == ["n"]
    assert len(found.warnings) == 1


def test_nested_dataclasses_of_tyro(scripts: Scripts) -> None:
    found = scripts.read_text(
        "import tyro\nfrom dataclasses import dataclass, field\n"
        "@dataclass\nclass Net:\n    hid_dim: int = 3\n"
        "@dataclass\nclass Args:\n    net: Net = field(default_factory=Net)\n"
        "    lr_max: float = 0.1\n    fast: bool = True\nargs = tyro.cli(Args)\n"
    )
    fast, lr, hidden = found.flags

    assert (fast.arg_name, fast.arg_switch, fast.type) == ("no-fast", False, "boolean")
    assert (lr.name, hidden.name, hidden.default) == ("lr-max", "net.hid-dim", 3)


def test_a_function_given_to_tyro(scripts: Scripts) -> None:
    text = "import tyro\ndef main(data: str, lr: float = 0.1): ...\ntyro.cli(main)\n"

    assert scripts.defaults(text) == {"data": None, "lr": 0.1}


def test_simple_parsing(scripts: Scripts) -> None:
    text = (
        "from dataclasses import dataclass\nfrom simple_parsing import ArgumentParser\n"
        "@dataclass\nclass A:\n    lr: float = 0.1\n"
        "p = ArgumentParser()\np.add_argument('--x')\n"
        "p.add_arguments(A, dest='a')\np.parse_args()\n"
    )

    assert scripts.defaults(text) == {"lr": 0.1, "x": None}
