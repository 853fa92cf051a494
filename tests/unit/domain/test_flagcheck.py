"""Rules of settling flag values. Source: reference 03-flags, section 6."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given as given_values
from hypothesis import strategies as st

from guild.domain.choice import Choice
from guild.domain.errors import (
    FlagError,
    InvalidFlagValue,
    MissingFlags,
    UnknownFlag,
    UnsupportedChoice,
)
from guild.domain.flagcheck import resolve
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.flagtext import TYPES
from tests.strategies import exactly_same, flag_maps, flag_values


def _absolute(path: str) -> str:
    return path if path.startswith("/") else f"/cwd/{path.replace('~/', '')}"


def _settle(
    defs: Sequence[FlagDef],
    given: Mapping[str, FlagValue] | None = None,
    *,
    force: bool = False,
    base: Mapping[str, FlagValue] | None = None,
    warn: Callable[[str], None] | None = None,
) -> FlagSet:
    return resolve(
        defs,
        given or {},
        operation="m:train",
        force=force,
        cwd_join=_absolute,
        exists=lambda path: path == "/etc/hosts",
        base=base,
        warn=warn,
    )


def _value(flag: FlagDef, value: FlagValue) -> FlagValue:
    return _settle([flag], {flag.name: value})[flag.name]


_ECHO = [
    FlagDef(name="x", default=1.0, type="number"),
    FlagDef(name="y", default=2, type="number"),
    FlagDef(name="z", default="a", type="string"),
]


def test_defaults_stand_where_nothing_is_given() -> None:
    flags = _settle(_ECHO, {"x": 10})

    assert exactly_same(dict(flags), {"x": 10, "y": 2, "z": "a"})


def test_stored_values_win_over_defaults_and_given_ones_over_both() -> None:
    flags = _settle(_ECHO, {"x": 10}, base={"x": 5, "y": 6, "gone": 7})

    assert flags == {"x": 10, "y": 6, "z": "a", "gone": 7}


@pytest.mark.parametrize(
    ("type", "value", "expected"),
    [
        (None, "3", "3"),
        ("auto", 3, 3),
        ("string", 3, "3"),
        ("string", 1.0, "1.0"),
        ("string", True, "True"),
        ("string", {"a": 1}, "{a: 1}"),
        ("string", [1, "a", None], ["1", "a", None]),
        ("int", 3, 3),
        ("int", "3", 3),
        ("int", True, 1),
        ("int", [1, "2"], [1, 2]),
        ("float", 1, 1.0),
        ("float", "1e3", 1000.0),
        ("number", 1, 1),
        ("number", 1.5, 1.5),
        ("number", "2", 2),
        ("boolean", 0, False),
        ("boolean", 2.5, True),
        ("boolean", "Yes", True),
        ("boolean", "n", False),
        ("boolean", "0", False),
        ("boolean", "", False),
        ("boolean", [1, 0], [True, False]),
        ("path", "a/b", "/cwd/a/b"),
        ("path", "~/a", "/cwd/a"),
        ("path", "", ""),
        ("path", 1, "/cwd/1"),
        ("existing-path", "/etc/hosts", "/etc/hosts"),
        ("int", "[1:10]", "[1:10]"),
        ("path", "uniform[0:1]", "uniform[0:1]"),
        ("float", None, None),
    ],
)
def test_values_get_the_type_of_their_flag(
    type: str | None, value: FlagValue, expected: FlagValue
) -> None:
    assert exactly_same(_value(FlagDef(name="f", type=type), value), expected)


@pytest.mark.parametrize(
    ("type", "value", "message"),
    [
        ("float", "abc", "invalid value abc for f: invalid value for type 'float'"),
        ("float", 10**400, f"invalid value {10**400} for f: invalid value for type 'float'"),
        ("int", 1.5, "invalid value 1.5 for f: invalid value for type 'int'"),
        ("int", 1.0, "invalid value 1.0 for f: invalid value for type 'int'"),
        ("int", math.nan, "invalid value .nan for f: invalid value for type 'int'"),
        ("number", "", "invalid value '' for f: invalid value for type 'number'"),
        ("number", {"a": 1}, "invalid value {a: 1} for f: invalid value for type 'number'"),
        ("boolean", "abc", "invalid value abc for f: invalid value for type 'boolean'"),
        ("boolean", math.nan, "invalid value .nan for f: invalid value for type 'boolean'"),
        ("int", [1, "a"], "invalid value a for f: invalid value for type 'int'"),
        ("path", {"a": 1}, "invalid value {a: 1} for f: invalid value for type 'path'"),
        ("existing-path", "/p/nope", "invalid value /p/nope for f: /p/nope does not exist"),
        ("existing-path", ["/etc/hosts", "a b"], "invalid value /cwd/a b for f: /cwd/a b does not"
         " exist"),
    ],
)  # fmt: skip
def test_values_that_do_not_fit_their_type_are_refused(
    type: str, value: FlagValue, message: str
) -> None:
    with pytest.raises(InvalidFlagValue) as caught:
        _value(FlagDef(name="f", type=type), value)

    assert str(caught.value) == message


def test_defaults_get_their_type_too() -> None:
    flags = _settle([FlagDef(name="a", type="float", default=1)])

    assert exactly_same(flags["a"], 1.0)


def test_all_invalid_values_are_told_at_once() -> None:
    defs = [FlagDef(name="b", type="int"), FlagDef(name="a", max=5)]

    with pytest.raises(InvalidFlagValue) as caught:
        _settle(defs, {"a": 6, "b": "x"})

    assert str(caught.value) == (
        "invalid value 6 for a: out of range (greater than max 5)\n"
        "invalid value x for b: invalid value for type 'int'"
    )
    assert [error.name for error in caught.value.also] == ["b"]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (0, "out of range (less than min 1)"),
        (6, "out of range (greater than max 5)"),
        ("abc", "out of range (not a number)"),
        ("", "out of range (not a number)"),
        (True, "out of range (not a number)"),
        (math.nan, "out of range (not a number)"),
        ([1, 7], "out of range (greater than max 5)"),
    ],
)
def test_values_out_of_range_are_refused(value: FlagValue, why: str) -> None:
    with pytest.raises(InvalidFlagValue) as caught:
        _value(FlagDef(name="mm", min=1, max=5), value)

    assert caught.value.why == why


@pytest.mark.parametrize("value", [1, 5, 2.5, None, "[1:100]", [1, 5], []])
def test_bounds_are_inclusive_and_skip_null_and_functions(value: FlagValue) -> None:
    assert _value(FlagDef(name="mm", min=1, max=5), value) == value


_C = FlagDef(
    name="c",
    default="a",
    choices=(
        Choice("a"),
        Choice("c", alias="cc", description="The c\nMore", flags={"lr": 0.5, "new": 1}),
    ),
)
_LR = FlagDef(name="lr", default=0.1)


def test_unsupported_choice_lists_values_and_descriptions() -> None:
    with pytest.raises(UnsupportedChoice) as caught:
        _value(_C, "b")

    assert str(caught.value) == (
        "Unsupported value for 'c' - supported values are:\n\n  a  \n  c  The c\n\n"
        "Run the command again using one of these options."
    )


@pytest.mark.parametrize("value", [0, False, "", ["a", ""], {}])
def test_falsy_values_are_checked_against_choices(value: FlagValue) -> None:
    with pytest.raises(UnsupportedChoice):
        _value(_C, value)


@pytest.mark.parametrize("value", [None, "[a:c]", ["a", "c"]])
def test_null_functions_and_lists_of_choices_are_accepted(value: FlagValue) -> None:
    assert _value(_C, value) == value


def test_an_empty_default_beside_the_choices_is_accepted() -> None:
    assert _settle([FlagDef(name="c", default="", choices=(Choice("a"),))]) == {"c": ""}


def test_other_values_are_accepted_where_allowed() -> None:
    flag = FlagDef(name="c", choices=(Choice("a"),), allow_other=True)

    assert _value(flag, "b") == "b"


def test_the_value_of_a_choice_is_stored_for_its_alias() -> None:
    assert _value(_C, "cc") == "c"
    assert _value(_C, ["a", "cc"]) == ["a", "c"]


def test_the_alias_of_a_choice_needs_not_fit_the_type() -> None:
    flag = FlagDef(name="f", type="float", choices=(Choice(0.1, alias="low"), Choice(1)))

    assert _value(flag, "low") == 0.1
    assert exactly_same(_value(flag, 1), 1.0)
    with pytest.raises(UnsupportedChoice):
        _value(flag, "high")


def test_choices_are_compared_as_the_type_of_the_flag() -> None:
    assert _value(FlagDef(name="f", type="string", choices=(Choice(1),)), "1") == "1"


def test_a_given_choice_sets_flags_nobody_gave() -> None:
    defs = [_C, _LR]

    assert _settle(defs, {"c": "cc"}, force=True) == {"c": "c", "lr": 0.5, "new": 1}
    assert _settle(defs, {"c": "c", "lr": 2})["lr"] == 2
    assert _settle(defs, {"c": "c"}, base={"c": "a", "lr": 3})["lr"] == 0.5
    assert _settle(defs, {}, base={"c": "c", "lr": 3})["lr"] == 3
    assert _settle(defs, {"c": "a"})["lr"] == 0.1


def test_flag_is_given_by_its_alias() -> None:
    flags = _settle([FlagDef(name="al", alias="a1", default=1)], {"a1": 2})

    assert flags == {"al": 2}


def test_alias_that_is_another_flags_name_means_that_flag() -> None:
    defs = [FlagDef(name="a", alias="b"), FlagDef(name="b")]

    assert _settle(defs, {"b": 1}) == {"a": None, "b": 1}


def test_name_and_alias_together_are_refused() -> None:
    defs = [FlagDef(name="al", alias="a1")]

    with pytest.raises(FlagError) as caught:
        _settle(defs, {"al": 1, "a1": 2})

    assert str(caught.value) == (
        "cannot specify both alias 'a1' and name for flag 'al'\n"
        "Use --force-flags to skip this check."
    )
    assert _settle(defs, {"al": 1, "a1": 2}, force=True) == {"al": 1}


def test_unknown_flag_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownFlag) as caught:
        _settle([FlagDef(name="epochs")], {"epoch": 1})

    assert str(caught.value) == (
        "unsupported flag 'epoch' - did you mean 'epochs'?\n"
        "Try 'guild run m:train --help-op' for a list of flags or use --force-flags to skip"
        " this check."
    )


def test_all_unknown_flags_are_listed() -> None:
    with pytest.raises(UnknownFlag, match=r"^unsupported flags 'qq', 'ww'") as caught:
        _settle(_ECHO, {"ww": 1, "qq": 1})

    assert caught.value.names == ("qq", "ww")


def test_force_accepts_unknown_names_and_any_value() -> None:
    defs = [FlagDef(name="i", type="int", min=1), _C, FlagDef(name="r", required=True)]
    given: dict[str, FlagValue] = {"i": "abc", "c": "zz", "q": 1}

    assert _settle(defs, given, force=True) == {**given, "r": None}
    assert exactly_same(_settle(defs, {"i": "3"}, force=True)["i"], 3)


@pytest.mark.parametrize("value", [None, "", []])
def test_all_missing_required_flags_are_listed(value: FlagValue) -> None:
    defs = [
        FlagDef(name="rq", required=True, description="Needed one\nMore"),
        FlagDef(name="a", required=True),
        FlagDef(name="b", required=True, default=0),
    ]

    with pytest.raises(MissingFlags) as caught:
        _settle(defs, {"rq": value})

    assert caught.value.missing == ("a", "rq")
    assert "\n\n  a   \n  rq  Needed one\n\n" in str(caught.value)


@pytest.mark.parametrize(
    ("type", "split", "value", "expected"),
    [
        ("float", True, "1 2", "1.0 2.0"),
        ("int", True, "1 2", "1 2"),
        ("int", ",", "1,,2", "1,,2"),
        ("path", True, "a 'b c'", "/cwd/a '/cwd/b c'"),
        ("path", True, "[a] 007", "'/cwd/[a]' /cwd/007"),
        ("string", True, "1  'x y'", "1  'x y'"),
        (None, True, "1  'x y'", "1  'x y'"),
        ("int", True, 3, 3),
        ("int", True, ["1 2", "3"], ["1 2", "3"]),
        ("int", True, "", ""),
    ],
)
def test_split_values_get_their_type_part_by_part(
    type: str | None, split: bool | str, value: FlagValue, expected: FlagValue
) -> None:
    flag = FlagDef(name="f", type=type, arg_split=split)

    assert exactly_same(_value(flag, value), expected)


def test_parts_of_split_values_are_checked() -> None:
    flag = FlagDef(name="f", arg_split=True, choices=(Choice("a"), Choice("1"), Choice(2)))

    assert _value(flag, "a 1 2") == "a 1 2"
    with pytest.raises(UnsupportedChoice):
        _value(flag, "a b")
    with pytest.raises(InvalidFlagValue, match="invalid value x for f"):
        _value(FlagDef(name="f", type="int", arg_split=True), "1 x")
    with pytest.raises(InvalidFlagValue, match="less than min 1"):
        _value(FlagDef(name="f", min=1, arg_split=True), "1 0")


@pytest.mark.parametrize("type", [None, "int"])
def test_split_values_with_open_quotes_are_refused(type: str | None) -> None:
    with pytest.raises(InvalidFlagValue, match="unbalanced quotes"):
        _value(FlagDef(name="f", arg_split=True, type=type), "a 'b")


def test_unknown_type_leaves_values_alone_with_a_warning() -> None:
    warnings: list[str] = []

    flags = _settle([FlagDef(name="c", type="color", default=1)], warn=warnings.append)

    assert flags == {"c": 1}
    assert warnings == ["unknown flag type 'color' for c - cannot coerce"]


@given_values(flag_maps())
def test_values_without_types_stay_as_they_are(values: dict[str, FlagValue]) -> None:
    defs = [FlagDef(name=name) for name in values]

    assert exactly_same(dict(_settle(defs, values)), dict(FlagSet(values)))


@given_values(
    flag_values(),
    st.sampled_from([None, *sorted(TYPES)]),
    st.sampled_from([None, True, ","]),
    st.booleans(),
)
def test_any_value_is_settled_the_same_twice_or_refused_in_words(
    value: FlagValue, type: str | None, split: bool | str | None, limited: bool
) -> None:
    flag = FlagDef(name="f", type=type, arg_split=split, min=0 if limited else None)
    try:
        settled = _value(flag, value)
    except FlagError:
        return
    assert exactly_same(_value(flag, settled), settled)
