"""All that is known of flags, as it is shown."""

from __future__ import annotations

import pytest

from guild.adapters.cli.handlers.flagtest import flag_report
from guild.domain.choice import Choice
from guild.domain.flagdef import FlagDef
from guild.domain.operation import CommandSpec, Operation
from guild.domain.opref import OpRef


def _operation(
    *flags: FlagDef, dest: str | None = "args", imported: bool | tuple[str, ...] | None = True
) -> Operation:
    return Operation(
        opref=OpRef("guildfile", "/p/guild.yml", "", "", "train"),
        name="train",
        project_dir="/p",
        command=CommandSpec(args=(), flags_dest=dest),
        flags=flags,
        flags_import=imported,
    )


def test_every_attribute_is_shown() -> None:
    flag = FlagDef(
        name="lr",
        default=[1, "a b"],
        type="float",
        required=True,
        choices=(Choice(0.1, alias="low"), Choice("x y")),
        allow_other=True,
        min=0,
        max=1e-5,
        distribution="log-uniform",
        null_label="by itself",
        arg_name="rate",
        arg_skip=True,
        arg_switch=False,
        arg_split=",",
        arg_encoding={"yes": 1},
        env_name="RATE",
        env_encoding={"no": "off"},
    )

    assert (
        "\n".join(flag_report(_operation(flag)))
        == """\
flags-dest: args
flags-import: yes
flags:
  lr:
    default: [1, a b]
    type: float
    required: yes
    arg-name: rate
    arg-skip: yes
    arg-switch: no
    arg-split: ','
    arg-encoding: {'yes': 1}
    env-name: RATE
    env-encoding: {'no': 'off'}
    choices: [0.1, x y]
    allow-other: yes
    distribution: log-uniform
    max: 1.0e-05
    min: 0
    null-label: by itself"""
    )


def test_nothing_is_shown_where_nothing_is_said() -> None:
    lines = list(flag_report(_operation(FlagDef(name="x"))))

    assert "    default:" in lines
    assert not any(line.endswith(" ") for line in lines)


@pytest.mark.parametrize(
    ("imported", "shown"),
    [
        (True, "yes"),
        (False, "no"),
        ((), "no"),
        (("b", "a"), "[a, b]"),
        (None, "[x, z]"),
    ],
)
def test_which_flags_are_imported_is_shown(
    imported: bool | tuple[str, ...] | None, shown: str
) -> None:
    operation = _operation(FlagDef(name="x"), FlagDef(name="z"), imported=imported)

    assert list(flag_report(operation))[1] == f"flags-import: {shown}"


def test_no_flags_are_an_empty_map() -> None:
    assert list(flag_report(_operation(dest=None))) == [
        "flags-dest:", "flags-import: yes", "flags: {}",
    ]  # fmt: skip
