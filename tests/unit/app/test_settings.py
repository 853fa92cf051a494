"""What the environment says, as values."""

from __future__ import annotations

import pytest

from guild.app.settings import Settings
from guild.domain.errors import GuildError


def _settings(text: str) -> Settings:
    return Settings(home="/home", cwd="/", env={"LIMIT": text})


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("20", 20), (" 7 ", 7), ("", 5), (" ", 5)])
def test_a_number_is_what_the_variable_says_or_else_the_default(text: str, number: int) -> None:
    assert _settings(text).whole_number("LIMIT", 5) == number


def test_a_variable_that_is_not_set_leaves_the_default() -> None:
    assert _settings("1").whole_number("OTHER", 5) == 5


@pytest.mark.parametrize("text", ["-1", "1.5", "1_000", "1M", "x", "\u0663", "9" * 5000])
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(GuildError) as caught:
        _settings(text).whole_number("LIMIT", 5)

    assert str(caught.value).startswith("invalid value for LIMIT ")
    assert str(caught.value).endswith(": must be a number such as 5")


@pytest.mark.parametrize(("text", "on"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_a_switch_is_on_if_it_says_something(text: str, on: bool) -> None:
    assert _settings(text).switched_on("LIMIT") is on
