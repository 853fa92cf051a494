"""The words of steps."""

from __future__ import annotations

import pytest

from guild.adapters.cli.stepwords import read_words
from guild.domain.errors import GuildError


def test_only_what_is_written_counts() -> None:
    words = read_words(
        ["train", "lr=1", "@rows.csv", "--max-trials", "3", "-t", "a", "--tag", "b"]
    )

    assert words.opspec == "train"
    assert words.flags == ("lr=1", "@rows.csv")
    assert words.options == {"max_trials": 3, "tags": ("a", "b")}


def test_an_operation_need_not_be_named() -> None:
    words = read_words(["lr=1", "--needed"])

    assert (words.opspec, words.flags, words.options) == (None, ("lr=1",), {"needed": True})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ok --foo", "No such option '--foo'."),
        ("ok --help", "No such option '--help'."),
        ("ok --max-trials x", "Invalid value for '-m' / '--max-trials' / '--trials':"),
        ("ok --label", "Option '--label' requires an argument."),
    ],
)
def test_what_is_wrong_is_said(line: str, message: str) -> None:
    with pytest.raises(GuildError) as caught:
        read_words(line.split())

    assert caught.value.message.startswith(message)
