from __future__ import annotations

import pytest

from tests.unit.flagimport.conftest import Scripts

HEAD = """\
import enum
import jax
from absl import app
from absl import flags
FLAGS = flags.FLAGS
class Fruit(enum.Enum):
    APPLE = 1
    PEAR = 2
"""
TAIL = "\ndef main(argv): ...\nif __name__ == '__main__':\n    app.run(main)\n"


@pytest.mark.parametrize(
    ("definition", "default", "kind"),
    [
        ("string('x', 'a', 'X')", "a", "string"),
        ("string('x', None, help='X')", None, "string"),
        ("integer('x', 5 * 8, 'X')", 40, "int"),
        ("float('x', 0.1, 'X')", 0.1, "float"),
        ("list('x', ['a', 'b'], 'X')", "a,b", "string"),
        ("list('x', 'a,b', 'X')", "a,b", "string"),
        ("spaceseplist('x', ['a', 'b'], 'X')", "a b", "string"),
        ("multi_integer('x', [1], 'X')", 1, "int"),
        ("multi_string('x', ['a', 'b'], 'X')", None, "string"),
        ("string(name='x', default='a', help='X')", "a", "string"),
    ],
)
def test_a_definition_is_a_flag(
    scripts: Scripts, definition: str, default: object, kind: str
) -> None:
    found = scripts.read_text(f"{HEAD}flags.DEFINE_{definition}{TAIL}")
    (flag,) = found.flags

    assert (found.dest, found.warnings) == ("args:absl", ())
    assert (flag.name, flag.default, flag.type, flag.description) == ("x", default, kind, "X")


@pytest.mark.parametrize(
    ("definition", "default", "arg_name", "arg_switch"),
    [
        ("bool('x', False, 'X')", False, "x", True),
        ("boolean('x', True, 'X')", True, "nox", False),
        ("bool('x', 'true', 'X')", True, "nox", False),
        ("bool('x', None, 'X')", None, "x", True),
    ],
)
def test_switches(
    scripts: Scripts, definition: str, default: object, arg_name: str, arg_switch: bool
) -> None:
    flag = scripts.flag(f"{HEAD}flags.DEFINE_{definition}{TAIL}")

    assert (flag.default, flag.arg_name, flag.arg_switch) == (default, arg_name, arg_switch)


@pytest.mark.parametrize(
    ("definition", "default", "values"),
    [
        ("enum('x', 'a', ['a', 'b'], 'X')", "a", ["a", "b"]),
        ("enum_class('x', Fruit.PEAR, Fruit, 'X')", "PEAR", ["APPLE", "PEAR"]),
        ("enum_class('x', 'PEAR', Fruit, 'X')", "PEAR", ["APPLE", "PEAR"]),
        ("enum_class('x', None, jax.Kind, 'X')", None, []),
    ],
)
def test_enums(scripts: Scripts, definition: str, default: object, values: list[str]) -> None:
    flag = scripts.flag(f"{HEAD}flags.DEFINE_{definition}{TAIL}")

    assert (flag.default, [choice.value for choice in flag.choices]) == (default, values)
    assert flag.description == "X"


def test_bounds_and_required(scripts: Scripts) -> None:
    found = scripts.read_text(
        f"{HEAD}flags.DEFINE_integer('a', 1, 'A', lower_bound=0, upper_bound=9)\n"
        "flags.DEFINE_string('b', None, 'B', required=True)\n"
        f"flags.DEFINE_string('c', None, 'C')\nflags.mark_flags_as_required(['c']){TAIL}"
    )
    a, b, c = found.flags

    assert (a.min, a.max, a.required) == (0, 9, False)
    assert (b.required, c.required) == (True, True)


def test_flags_of_imported_modules_count(scripts: Scripts) -> None:
    scripts.write("net.py", "from absl import flags\nflags.DEFINE_integer('depth', 3, 'D')\n")

    found = scripts.read_text(f"{HEAD}import net{TAIL}")

    assert [flag.name for flag in found.flags] == ["depth"]


def test_tensorflows_wrapper(scripts: Scripts) -> None:
    found = scripts.read_text(
        "import tensorflow as tf\nflags = tf.app.flags\n"
        "flags.DEFINE_float('lr', 0.1, 'Rate')\ntf.app.run()\n"
    )

    assert (found.dest, [flag.name for flag in found.flags]) == ("args:absl", ["lr"])


def test_a_name_that_is_computed_is_reported(scripts: Scripts) -> None:
    found = scripts.read_text(f"{HEAD}flags.DEFINE_string(jax.name, 'a', 'X'){TAIL}")

    assert found.warnings == (
        "a flag's name is not written out in the script - ignoring the flag",
    )
