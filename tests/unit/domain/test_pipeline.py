"""Steps as they are written, and the names of their links."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.pipeline import (
    LinkKind,
    LinkState,
    Step,
    StepWords,
    link_names,
    parse_steps,
)
from guild.domain.stepchecks import Check

names = st.lists(st.text("ab_2 :/\\.", max_size=4) | st.sampled_from([".guild", "..", "ok"]))


def read(words: Sequence[str]) -> StepWords:
    """Knows `--tag T`, `--needed`, `--stage`, and nothing else."""
    options: dict[str, object] = {}
    rest = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--tag":
            options["tags"] = (left.pop(0),)
        elif word in ("--needed", "--stage", "--break-on-error"):
            options[word[2:].replace("-", "_")] = True
        elif word.startswith("--"):
            raise GuildError(f"No such option '{word}'.", "hint")
        else:
            rest.append(word)
    named = bool(rest) and "=" not in rest[0]
    return StepWords(
        opspec=rest[0] if named else None,
        flags=tuple(rest[1:] if named else rest),
        options=options,
    )


def parsed(*steps: object) -> list[Step]:
    return list(parse_steps(list(steps), read))


# Names of links.


@given(names)
def test_links_differ_and_are_names_of_files(steps: list[str]) -> None:
    links = link_names(steps)

    assert len(set(links)) == len(links) == len(steps)
    for link in links:
        assert link not in ("", ".", "..", ".guild")
        assert not set(link) & set(" :/\\")


@given(names)
def test_links_depend_on_the_steps_before_them_only(steps: list[str]) -> None:
    assert link_names(steps)[:-1] == link_names(steps[:-1])


def test_equal_names_are_counted() -> None:
    assert link_names(["ok", "fail", "ok", "ok"]) == ["ok", "fail", "ok_2", "ok_3"]


def test_what_can_be_in_no_name_of_a_file_is_replaced() -> None:
    assert link_names(["m1:hello", "a/b c", "..", ".guild"]) == [
        "m1-hello",
        "a-b-c",
        "-.",
        "-guild",
    ]


def test_a_link_leads_to_a_run_or_to_none() -> None:
    assert LinkState(kind=LinkKind.LINKED, path="/p/a", target="/r/1").run_path == "/r/1"
    assert LinkState(kind=LinkKind.BROKEN, path="/p/a").run_path is None
    assert LinkState(kind=LinkKind.ABSENT, path="/p/a").run_path is None
    with pytest.raises(GuildError, match=r"^unexpected step run link /p/a: expected symlink$"):
        _ = LinkState(kind=LinkKind.OTHER, path="/p/a").run_path


# Forms.


def test_text_is_a_command_line() -> None:
    (step,) = parsed("'my op' x='a b' y=[1,2] @rows.csv --tag red --needed")

    assert (step.name, step.opspec, step.link) == ("my op", "my op", "my-op")
    assert step.flags == {"x": "a b", "y": [1, 2]}
    assert step.files == ("@rows.csv",)
    assert step.options == {"tags": ("red",), "needed": True}
    assert step.isolated


def test_a_map_says_more() -> None:
    (step,) = parsed(
        {
            "run": "ok n=1 --tag red",
            "name": "first",
            "flags": {"n": 2, "m": {"default": 3}},
            "tags": ["blue"],
            "max-trials": 5,
            "stop-after": 2,
            "gpus": 0,
            "random-seed": 0,
            "opt-flags": {"b": 1, "a": "x"},
            "needed": False,
            "label": None,
            "isolate-runs": False,
            "expect": {"output": "done"},
        }
    )

    assert (step.name, step.opspec, step.link) == ("first", "ok", "first")
    assert step.flags == {"n": 2, "m": 3}
    assert step.options == {
        "tags": ("blue",),
        "max_trials": 5,
        "stop_after": 2.0,
        "gpus": "0",
        "random_seed": 0,
        "opt_flags": ("a=x", "b=1"),
    }
    assert not step.isolated
    assert step.checks == (Check(output="done"),)


def test_flags_may_be_a_list() -> None:
    (step,) = parsed({"run": "ok", "flags": ["n=1", {"m": 2}]})

    assert step.flags == {"n": 1, "m": 2}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${n}", "${n}"),
        ("[1,${n}]", [1, "${n}"]),
        ("[${n}]*2", ["${n}", "${n}"]),
        ("[a-${n}, 'b ${m}']", ["a-${n}", "b ${m}"]),
        ("{k: ${n}}", {"k": "${n}"}),
        ("[${n}:${m}]", "[${n}:${m}]"),
        ("a ${n", "a ${n"),
    ],
)
def test_references_may_be_in_lists_and_maps(text: str, value: FlagValue) -> None:
    (step,) = parsed(f'ok "x={text}"')

    assert step.flags == {"x": value}
    assert parsed({"run": "ok", "flags": [f"x={text}"]})[0].flags == {"x": value}


def test_a_map_may_name_another_operation() -> None:
    (step,) = parsed({"run": "ok", "opspec": "other"})

    assert (step.name, step.opspec) == ("ok", "other")


def test_options_without_effect_are_told_of_in_order() -> None:
    (step,) = parsed({"run": "ok --stage --break-on-error", "max_trials": 1})

    assert step.warnings == ("run parameter stage used in 'ok --stage --break-on-error' ignored",)
    assert step.options == {}


# Errors.


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ([1, 2, 3], "invalid step data: [1, 2, 3]"),
        (None, "invalid step data: None"),
        ({"name": "x"}, "invalid step {'name': 'x'}: must define run"),
        ({"run": "   "}, "invalid step {'run': '   '}: must define run"),
        ({"run": 1}, "invalid step {'run': 1}: must define run"),
        ("ok --foo", "invalid run spec 'ok --foo': No such option '--foo'."),
        ("ok 'a", "invalid run spec 'ok 'a': No closing quotation"),
        ("n=1", "invalid run spec 'n=1': it names no operation"),
        ("ok bogus", "invalid argument(s):"),
        ({"run": "ok", "flags": 1}, "invalid flags value 1"),
        (
            {"run": "ok", "max-trials": "x"},
            "invalid step {'run': 'ok', 'max-trials': 'x'}: max-trials must be a whole number",
        ),
        (
            {"run": "ok", "needed": "x"},
            "invalid step {'run': 'ok', 'needed': 'x'}: needed must be yes or no",
        ),
        (
            {"run": "ok", "remote": "box"},
            "invalid step {'run': 'ok', 'remote': 'box'}: steps cannot run on a remote",
        ),
    ],
)
def test_a_step_that_is_none_is_refused(raw: object, message: str) -> None:
    with pytest.raises(GuildError) as caught:
        parsed("ok", raw)

    assert caught.value.message == message


def test_steps_are_a_list() -> None:
    with pytest.raises(GuildError, match=r"^invalid steps data 'foo': expected list$"):
        parse_steps("foo", read)
    assert parse_steps([], read) == ()


flag_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(flag_values | st.dictionaries(st.sampled_from(["run", "flags", "expect"]), flag_values))
def test_any_data_is_understood_or_refused(raw: object) -> None:
    with contextlib.suppress(GuildError):
        parsed(raw)
