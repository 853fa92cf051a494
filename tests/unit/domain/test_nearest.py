"""Names that misspelt ones were meant to be."""

from __future__ import annotations

import pytest

from guild.domain.nearest import did_you_mean, nearest


@pytest.mark.parametrize(
    ("name", "meant"),
    [("trian", "train"), ("Train", "train"), ("PREPARE", "prepare"), ("train", "train")],
)
def test_a_misspelt_name_has_the_nearest_one(name: str, meant: str) -> None:
    assert nearest(name, ["train", "prepare"]) == meant


def test_a_name_that_is_like_none_has_no_nearest() -> None:
    assert nearest("zzz", ["train", "prepare"]) is None
    assert nearest("zzz", []) is None


def test_the_hint_is_a_question_or_nothing() -> None:
    assert did_you_mean("trian", iter(["train"])) == "Did you mean 'train'?"
    assert did_you_mean("zzz", ["train"]) == ""


def test_the_hint_shows_control_characters_escaped() -> None:
    assert "\x1b" not in did_you_mean("trai\x1bn", ["train\x1b"])
