"""Ids, operation references and durations: their texts."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.errors import AmbiguousRun, GuildError, InvalidOpRef, NoSuchRun
from guild.domain.ids import RunId, checked_run_id, match_prefix
from guild.domain.opref import OpRef
from guild.domain.timestamps import Timestamp, format_duration

words = st.text(min_size=0)
types = st.text(min_size=1).filter(lambda text: ":" not in text)


@given(types, words, words, words, words)
def test_an_operation_reference_survives_its_text(
    pkg_type: str, pkg_name: str, version: str, model: str, op: str
) -> None:
    opref = OpRef(pkg_type, pkg_name, version, model, op)

    assert OpRef.parse(opref.format()) == opref


@given(st.text())
def test_any_text_is_an_operation_reference_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidOpRef):
        assert OpRef.parse(OpRef.parse(text).format()) == OpRef.parse(text)


@pytest.mark.parametrize(
    ("text", "name", "project"),
    [
        ("script:/p '' '' train.py", "train.py", "/p"),
        ("guildfile:/p/guild.yml abc '' train", "train", "/p"),
        ("guildfile:/p/guild.yml abc cnn train", "cnn:train", "/p"),
        ("package:acme.mnist 1.0 cnn train", "acme.mnist/cnn:train", None),
        ("package:acme.mnist 1.0 '' train", "acme.mnist/train", None),
        ("builtin:guildai 0.9.0 '' +", "+", None),
        ("func:'' '' '' hello", "hello()", None),
        ("other:x '' '' y", "?", None),
    ],
)
def test_names_of_operations(text: str, name: str, project: str | None) -> None:
    opref = OpRef.parse(text)

    assert opref.name == name
    assert opref.project_dir == project


def test_names_of_batches() -> None:
    train = OpRef.parse("script:/p '' '' train")

    assert OpRef.parse("builtin:guildai 1 '' +").batch_name(train) == "train+"
    assert OpRef.parse("builtin:guildai 1 skopt random").batch_name(train) == "train+skopt:random"


def test_an_exact_id_wins_over_longer_ones() -> None:
    assert match_prefix("aaa", [RunId("aaab"), RunId("aaa")]) == "aaa"


def test_an_ambiguous_prefix_lists_its_matches() -> None:
    with pytest.raises(AmbiguousRun, match="'a' matches multiple runs:\n  aaa\n  aab"):
        match_prefix("a", [RunId("aab"), RunId("aaa")])


@given(st.lists(st.text().map(RunId)))
def test_the_empty_prefix_matches_nothing(ids: list[RunId]) -> None:
    with pytest.raises(NoSuchRun):
        match_prefix("", ids)


@pytest.mark.parametrize("text", ["", ".", "..", "a/b", "a\nb", "a\0b"])
def test_an_id_is_the_name_of_one_directory(text: str) -> None:
    with pytest.raises(GuildError, match="invalid run id"):
        checked_run_id(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00:00"), (59.9, "0:00:59"), (3661, "1:01:01"), (360000, "100:00:00")],
)
def test_durations_are_whole_seconds(seconds: float, text: str) -> None:
    assert format_duration(Timestamp(5), Timestamp(5 + int(seconds * 1_000_000))) == text
