"""The words of a step, understood as those of `guild run` are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from guild.adapters.cli.commands.run import COMMAND
from guild.adapters.cli.errors import UsageError
from guild.adapters.cli.quickparse import parse
from guild.domain.errors import GuildError
from guild.domain.pipeline import StepWords

if TYPE_CHECKING:
    from guild.adapters.cli.spec import Values

__all__ = ["read_words"]

_UNRECOGNIZED = "unrecognized option "


def read_words(words: Sequence[str]) -> StepWords:
    """What the words after `guild run` stand for. See `ReadWords`."""
    values = parse(COMMAND, words)
    if values is None:
        values = _thoroughly(words)
    given = [word for word in (values.text("opspec"), *values.texts("flags")) if word is not None]
    named = bool(given) and "=" not in given[0] and not given[0].startswith("@")
    return StepWords(
        opspec=given[0] if named else None,
        flags=tuple(given[1:] if named else given),
        options={
            option.name: values[option.name]
            for option in COMMAND.options
            if values[option.name] != option.default
        },
    )


def _thoroughly(words: Sequence[str]) -> Values:
    """What needs a closer look, which is rare: it loads the library that reads command lines."""
    from guild.adapters.cli import typerbuild

    try:
        values = typerbuild.parse(COMMAND, words, "guild run")
    except UsageError as error:
        message = error.message
        if message.startswith(_UNRECOGNIZED):
            message = f"No such option {message.removeprefix(_UNRECOGNIZED)}."
        raise GuildError(message) from None
    if isinstance(values, str):
        raise GuildError("No such option '--help'.")
    return values
