"""What errors say is fit for a terminal, whatever users typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.errors import (
    AmbiguousRun,
    GuildError,
    InvalidFlagValue,
    MissingFlags,
    NoSuchRun,
    RunExists,
    RunIsRunning,
    UnknownFlag,
    UnsupportedChoice,
)

ODD = "x\x1b[31m\nguild: fake"
ODD_SHOWN = "x\\x1b[31m\\x0aguild: fake"


@given(st.text())
def test_a_message_is_one_line_without_controls(text: str) -> None:
    message = GuildError(f"cannot read {text}").message

    assert len(message.splitlines()) == 1
    assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in message)


@given(st.text(), st.text())
def test_escaping_twice_changes_nothing(message: str, hint: str) -> None:
    once = GuildError(message, hint)
    twice = GuildError(once.message, once.hint)

    assert (twice.message, twice.hint) == (once.message, once.hint)


def test_text_that_is_printable_stays_as_it_is() -> None:
    error = GuildError("cannot read 'na\u00efve \u96ea\\n'", "Try\n  another.")

    assert str(error) == "cannot read 'na\u00efve \u96ea\\n'\nTry\n  another."


def test_a_hint_keeps_its_lines() -> None:
    assert GuildError("x", "Try:\n  a\x1b[1m\r").hint == "Try:\n  a\\x1b[1m\\x0d"


def test_a_warning_is_the_message_and_the_hint() -> None:
    assert GuildError("no space left", "Free\n  some.").on_one_line == "no space left - Free some."
    assert GuildError("no space left").on_one_line == "no space left"


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (NoSuchRun(ODD), 2),
        (AmbiguousRun(ODD, [ODD, ODD]), 3),
        (RunExists(ODD), 2),
        (RunIsRunning(ODD), 2),
        (UnknownFlag([(ODD, ODD), (ODD, "")], ODD), 2),
        (InvalidFlagValue(ODD, ODD, ODD, [InvalidFlagValue(ODD, ODD, ODD)]), 2),
        (UnsupportedChoice(ODD, [(ODD, ODD), ("y", "")]), 6),
        (MissingFlags([(ODD, ODD), ("y", "")], ODD), 6),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, GuildError) else str(value),
)
def test_names_make_no_lines(error: GuildError, lines: int) -> None:
    told = str(error)

    assert len(told.splitlines()) == lines
    assert told.replace("\n", "").isprintable()
    assert ODD_SHOWN in told


def test_the_columns_of_a_table_of_odd_names_are_straight() -> None:
    told = str(MissingFlags([("a\nb", "one"), ("c", "two")], "train"))

    assert told.splitlines()[2:4] == ["  a\\x0ab  one", "  c       two"]
