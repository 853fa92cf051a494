"""What flags of a pipeline mean for its steps."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.flagtext import decode, split_assignment
from guild.domain.pipeline import Step
from guild.domain.stepflags import check_references, resolved_options, resolved_value, step_flags
from guild.domain.stepoptions import flag_words, kept_as_text, option_words

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values: st.SearchStrategy[FlagValue] = scalars | st.lists(scalars, max_size=3)
names = st.text("abc", min_size=1, max_size=2)


def step(name: str = "ok", **flags: FlagValue) -> Step:
    return Step(name=name, opspec="ok", link=name, flags=flags)


# References.


@given(values)
def test_one_reference_alone_keeps_the_type(value: FlagValue) -> None:
    assert resolved_value("${a}", {"a": value}) == value


@given(values, st.dictionaries(names, values))
def test_values_without_references_stay(value: FlagValue, flags: Mapping[str, FlagValue]) -> None:
    if "${" not in str(value):
        assert resolved_value(value, flags) == value


@given(st.text("ab$ {}"), st.dictionaries(names, values))
def test_any_text_is_resolved(text: str, flags: Mapping[str, FlagValue]) -> None:
    resolved_value(text, flags)


def test_references_in_text_become_text() -> None:
    flags: dict[str, FlagValue] = {"a": True, "b": 1.5, "c": "x y", "d": None, "e": [1, 2]}

    assert resolved_value("${a}-${b}-${c}-${d}-${e}-${z}", flags) == "yes-1.5-x y--[1, 2]-${z}"


def test_references_are_found_in_lists_and_maps() -> None:
    assert resolved_value(["${a}", {"k": "${a}"}], {"a": 1}) == [1, {"k": 1}]


@pytest.mark.parametrize("value", [["a", "${no}"], {"k": "a${no}"}])
def test_a_reference_to_no_flag_is_refused_in_lists_and_maps(value: FlagValue) -> None:
    with pytest.raises(GuildError, match="'no' is not a flag"):
        check_references(step(x=value), {"n": 1})


def test_a_reference_to_no_flag_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(GuildError) as caught:
        check_references(step(x="${epoch}"), {"epochs": 1})

    assert caught.value.message == (
        "invalid value for x of step 'ok': 'epoch' is not a flag of the pipeline"
    )
    assert caught.value.hint == "Did you mean 'epochs'?"
    check_references(step(x="${epochs}", y=1), {"epochs": 1})


def test_label_tags_and_gpus_have_references() -> None:
    options = {"label": "n ${n}", "tags": ("${n}", "${none}"), "gpus": "${n}", "optimizer": "${n}"}

    assert resolved_options(options, {"n": 3, "none": None}) == {
        "label": "n 3",
        "tags": ("3",),
        "gpus": "3",
        "optimizer": "${n}",
    }


# Flags of a step.


def test_nulls_are_left_out() -> None:
    assert step_flags(step(x="${a}", y=None, z=1), "ok", {"a": None}) == {"z": 1}


def test_flags_of_the_pipeline_for_the_step_count_more() -> None:
    flags: dict[str, FlagValue] = {"first:x": 1, "m1:ok:y": 2, "m1:ok:x": 3, "ok:x": 4, "x": 5}

    assert step_flags(step("first", x=0, y=0, z="${x}"), "m1:ok", flags) == {
        "x": 3,
        "y": 2,
        "z": 5,
    }
    assert step_flags(step("ok", x=0), "m1:ok", {"ok:x": 4}) == {"x": 4}


def test_flags_for_a_step_of_a_pipeline_in_a_pipeline_are_handed_on() -> None:
    assert step_flags(step("inner"), "inner", {"inner:train:lr": 1}) == {"train:lr": 1}


# As words.


@given(st.dictionaries(names, values))
def test_assignments_are_read_as_the_same_values(flags: dict[str, FlagValue]) -> None:
    read = {name: decode(text) for name, text in map(split_assignment, flag_words(flags))}

    assert read == flags
    assert list(read) == sorted(flags)


def test_search_functions_are_quoted() -> None:
    flags: dict[str, FlagValue] = {"x": "[-2.0:2.0]", "y": [False, True], "z": "a b", "w": "abc"}

    assert flag_words(flags) == ("w=abc", "x='[-2.0:2.0]'", "y=[no, yes]", "z='a b'")
    assert kept_as_text(flags) == {"x": "[-2.0:2.0]", "z": "a b"}


def test_options_are_in_the_order_of_log_lines() -> None:
    options = {
        "tags": ("a", "b"),
        "label": "label one",
        "max_trials": 2,
        "optimizer": "gp",
        "opt_flags": ("random-starts=1",),
        "random_seed": 4,
        "needed": True,
        "stop_after": 1.5,
        "force_flags": False,
        "force_sourcecode": True,
    }

    assert " ".join(option_words(options)) == (
        "--label label one --max-trials 2 --needed --opt-flag random-starts=1 --optimizer gp"
        " --random-seed 4 --stop-after 1.5 --tag a --tag b"
    )
