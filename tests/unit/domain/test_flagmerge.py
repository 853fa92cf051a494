"""Rules of merging flags with those of the program. Source: reference 03-flags, section 7."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.choice import Choice
from guild.domain.flagdef import FlagDef
from guild.domain.flagmerge import merged_flags, unknown_names
from guild.domain.flags import FlagValue

_NAMES = st.sampled_from("abcdef")
_PROGRAM = (
    FlagDef(name="epochs", default=10, type="int", description="How long"),
    FlagDef(name="lr", default=0.1, type="float", description="How fast", min=0),
)


def _flag(name: str) -> st.SearchStrategy[FlagDef]:
    return st.builds(
        FlagDef,
        name=st.just(name),
        default=st.one_of(st.none(), st.integers()),
        description=st.text(max_size=3),
        type=st.sampled_from((None, "int", "string")),
        alias=st.sampled_from((None, "x")),
        arg_name=st.one_of(st.none(), _NAMES),
        arg_skip=st.booleans(),
        extra=st.dictionaries(_NAMES, st.integers(), max_size=2),
    )


_FLAGS = st.sets(_NAMES).flatmap(lambda names: st.tuples(*(_flag(name) for name in sorted(names))))
_SAID = st.dictionaries(
    _NAMES, st.frozensets(st.sampled_from(("default", "type", "description", "arg-skip")))
)
_MODES = st.one_of(st.none(), st.booleans(), st.lists(_NAMES).map(tuple))


def _merge(
    defined: tuple[FlagDef, ...],
    said: dict[str, frozenset[str]] | None = None,
    imported: tuple[FlagDef, ...] = _PROGRAM,
    mode: bool | tuple[str, ...] | None = None,
    skip: tuple[str, ...] = (),
    *,
    arg_skip: bool = False,
) -> dict[str, FlagDef]:
    merged = merged_flags(defined, said or {}, imported, mode, skip, arg_skip)
    return {flag.name: flag for flag in merged}


def test_what_is_said_counts_and_the_rest_comes_from_the_program() -> None:
    flag = FlagDef(name="lr", default=0.5, max=1)

    merged = _merge((flag,), {"lr": frozenset(("default", "max"))})["lr"]

    assert merged == _PROGRAM[1].replaced(default=0.5, max=1)


def test_null_counts_where_it_is_said() -> None:
    merged = _merge((FlagDef(name="lr"),), {"lr": frozenset(("default",))})

    assert merged["lr"].default is None


@pytest.mark.parametrize(
    ("mode", "names"),
    [
        (None, ["lr"]),
        (True, ["epochs", "lr"]),
        (False, ["lr"]),
        ((), ["lr"]),
        (("epochs",), ["epochs", "lr"]),
        (("nope",), ["lr"]),
    ],
)
def test_flags_that_are_imported(mode: bool | tuple[str, ...] | None, names: list[str]) -> None:
    assert list(_merge((FlagDef(name="lr"),), mode=mode)) == names


@pytest.mark.parametrize(
    ("mode", "type_"), [(None, "float"), (True, "float"), (False, None), (("epochs",), None)]
)
def test_a_definition_stands_alone_where_its_flag_is_not_imported(
    mode: bool | tuple[str, ...] | None, type_: str | None
) -> None:
    assert _merge((FlagDef(name="lr"),), mode=mode)["lr"].type == type_


def test_skipped_flags_are_not_imported() -> None:
    merged = _merge((FlagDef(name="lr"),), mode=True, skip=("lr", "epochs"))

    assert list(merged) == ["lr"]
    assert merged["lr"].type is None


def test_a_definition_may_go_by_another_name() -> None:
    flag = FlagDef(name="rate", arg_name="lr")

    merged = _merge((flag,), {"rate": frozenset(("arg-name",))}, mode=True)

    assert list(merged) == ["epochs", "rate"]
    assert merged["rate"] == _PROGRAM[1].replaced(name="rate", arg_name="lr")


def test_the_argument_of_the_program_comes_with_its_switch() -> None:
    switch = FlagDef(name="fast", default=True, arg_name="no-fast", arg_switch=False)

    merged = _merge(
        (FlagDef(name="quick", arg_name="fast"),), {"quick": frozenset(("arg-name",))}, (switch,)
    )

    assert (merged["quick"].arg_name, merged["quick"].arg_switch) == ("no-fast", False)


def test_one_flag_of_the_program_may_have_two_definitions() -> None:
    flags = (FlagDef(name="a", arg_name="lr"), FlagDef(name="b", arg_name="lr"))

    merged = _merge(flags, {name: frozenset(("arg-name",)) for name in "ab"}, mode=True)

    assert {name: flag.type for name, flag in merged.items()} == {
        "a": "float", "b": "float", "epochs": "int",
    }  # fmt: skip


def test_a_name_in_the_list_may_be_that_of_a_definition() -> None:
    flag = FlagDef(name="rate", arg_name="lr")

    for mode in (("rate",), ("lr",)):
        assert _merge((flag,), {}, mode=mode)["rate"].type == "float"


def test_names_that_no_flag_has_are_told() -> None:
    flags = (FlagDef(name="rate"),)

    assert unknown_names(("lr", "rate", "z", "a"), flags, _PROGRAM) == ("z", "a")


def test_arguments_are_skipped_by_default_where_nothing_is_said() -> None:
    flags = (FlagDef(name="a"), FlagDef(name="b"))

    merged = _merge(flags, {"a": frozenset(("arg-skip",))}, mode=True, arg_skip=True)

    assert {name: flag.arg_skip for name, flag in merged.items()} == {
        "a": False, "b": True, "epochs": True, "lr": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("default", "type_", "expected"),
    [
        ("range[1:3]", None, [1, 2, 3]),
        ("range[1:3]", "string", "range[1:3]"),
        ("linspace[0:1:3]", "float", [0.0, 0.5, 1.0]),
        ("range[x]", None, "range[x]"),
        ("uniform[0:1]", None, "uniform[0:1]"),
        ("[1:3]", None, "[1:3]"),
    ],
)
def test_sequences_that_are_written_stand_for_lists(
    default: str, type_: str | None, expected: FlagValue
) -> None:
    flag = FlagDef(name="x", default=default, type=type_)

    assert _merge((flag,), {"x": frozenset(("default",))})["x"].default == expected
    assert _merge((), {}, (flag,), True)["x"].default == default


def test_choices_that_are_said_replace_those_of_the_program() -> None:
    program = (FlagDef(name="c", choices=(Choice("a"), Choice("b")), default="a"),)
    flag = FlagDef(name="c", choices=(Choice("a"),))

    merged = _merge((flag,), {"c": frozenset(("choices",))}, program)["c"]

    assert merged == FlagDef(name="c", choices=(Choice("a"),), default="a")


@given(_FLAGS, _SAID, _FLAGS, _MODES, st.lists(_NAMES).map(tuple), st.booleans())
def test_any_flags_are_merged(
    defined: tuple[FlagDef, ...],
    said: dict[str, frozenset[str]],
    imported: tuple[FlagDef, ...],
    mode: bool | tuple[str, ...] | None,
    skip: tuple[str, ...],
    arg_skip: bool,
) -> None:
    merged = merged_flags(defined, said, imported, mode, skip, arg_skip)
    by_name = {flag.name: flag for flag in merged}
    own = {flag.name for flag in defined}

    assert list(by_name) == sorted(by_name)
    assert len(by_name) == len(merged)
    assert own <= by_name.keys() <= own | {flag.name for flag in imported}
    for flag in defined:
        for attribute in said.get(flag.name, frozenset()):
            name = attribute.replace("-", "_")
            assert getattr(by_name[flag.name], name) == getattr(flag, name)


@given(_FLAGS, _SAID, _FLAGS)
def test_without_import_definitions_stay(
    defined: tuple[FlagDef, ...], said: dict[str, frozenset[str]], imported: tuple[FlagDef, ...]
) -> None:
    assert merged_flags(defined, said, imported, False, (), False) == defined
    assert merged_flags(defined, said, (), True, (), False) == defined


@given(_FLAGS)
def test_without_definitions_all_is_as_the_program_says(imported: tuple[FlagDef, ...]) -> None:
    assert merged_flags((), {}, imported, True, (), False) == imported
    assert merged_flags((), {}, imported, None, (), False) == ()
