"""Errors a user can cause or meet.

Every one is a `GuildError`: its text is the sentence for the user, without a prefix and
without exit codes, which belong to the command line. Errors that callers tell apart carry
what they are about as attributes.

What users typed and what lies on disk may be in any of these texts: they are kept from making
false lines, colours or worse on a terminal, see `GuildError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.domain.flags import FlagValue

__all__ = [
    "AmbiguousRun",
    "DamagedRun",
    "FlagError",
    "GuildError",
    "InvalidFlagValue",
    "InvalidOpRef",
    "LockTimeout",
    "MissingFlags",
    "MissingSearchDimension",
    "NoSuchOperation",
    "NoSuchRun",
    "RunExists",
    "RunIsRunning",
    "StoreError",
    "UnknownFlag",
    "UnsupportedChoice",
]


class GuildError(Exception):
    """Something the user can understand and mend.

    The message is always one line: line breaks and other control characters in it are escaped,
    as `shown` does. The hint keeps its line breaks and is escaped line by line, so text of
    unknown origin in it has to be passed through `shown` by who writes the hint.

    Args:
        message: One sentence, lower case, no prefix and no final stop.
        hint: What to try next; printed on lines of its own.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = _shown(message)
        self.hint = hint if hint.isprintable() else "\n".join(map(_shown, hint.split("\n")))
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    @property
    def on_one_line(self) -> str:
        """The message and the hint as a sentence, for warnings."""
        return f"{self.message} - {' '.join(self.hint.split())}" if self.hint else self.message


class NoSuchRun(GuildError):
    """No run answers to what was asked for."""

    def __init__(self, spec: str, hint: str = "Try 'guild runs list' for a list.") -> None:
        super().__init__(f"could not find a run matching '{spec}'", hint)
        self.spec = spec


class AmbiguousRun(GuildError):
    """A prefix or range names several runs where one is wanted."""

    def __init__(self, spec: str, matches: Sequence[str]) -> None:
        listed = "\n".join(f"  {_shown(run_id)}" for run_id in matches)
        super().__init__(f"'{spec}' matches multiple runs:", listed)
        self.spec = spec
        self.matches = tuple(matches)


class RunExists(GuildError):
    """A run with the wanted id is there already."""

    def __init__(self, run_id: str) -> None:
        super().__init__(
            f"run {run_id} already exists",
            f"Use 'guild run --restart {_shown(run_id)}' to run it again or choose another id.",
        )
        self.run_id = run_id


class RunIsRunning(GuildError):
    """A run that is running can't be started a second time."""

    def __init__(self, run_id: str) -> None:
        super().__init__(
            f"cannot restart run {run_id} because it's running",
            f"Use 'guild stop {_shown(run_id)}' to stop it first and try again.",
        )
        self.run_id = run_id


class DamagedRun(GuildError):
    """What a run needs can't be read from its directory."""


class StoreError(GuildError):
    """The Guild home can't be read or written: full, read-only, not permitted."""


class LockTimeout(GuildError):
    """A lock was not free within the time allowed."""


class InvalidOpRef(GuildError):
    """Text that is no operation reference."""


class NoSuchOperation(GuildError):
    """There is nothing to run under the given name."""


class FlagError(GuildError):
    """A flag or its value is refused."""


class UnknownFlag(FlagError):
    """Flags the operation does not define.

    Args:
        unknown: Each name and a name it may stand for, or empty text; at least one.
        operation: As the user names it.
    """

    def __init__(self, unknown: Sequence[tuple[str, str]], operation: str) -> None:
        listed = ", ".join(
            f"'{name}'" + (f" - did you mean '{meant}'?" if meant else "")
            for name, meant in unknown
        )
        super().__init__(
            f"unsupported {'flag' if len(unknown) == 1 else 'flags'} {listed}",
            f"Try 'guild run {_shown(operation)} --help-op' for a list of flags or use"
            " --force-flags to skip this check.",
        )
        self.names = tuple(name for name, _ in unknown)


class InvalidFlagValue(FlagError):
    """A value that does not fit its flag's type or range.

    Args:
        name: The flag.
        shown: The value's text.
        why: What it does not fit.
        also: The same of other flags.
    """

    def __init__(
        self, name: str, shown: str, why: str, also: Sequence[InvalidFlagValue] = ()
    ) -> None:
        own = f"invalid value {shown} for {name}: {why}"
        super().__init__(own, "\n".join(other.message for other in also))
        self.name = name
        self.shown = shown
        self.why = why
        self.also = tuple(also)


class UnsupportedChoice(FlagError):
    """A value that is not among a flag's choices.

    Args:
        name: The flag.
        choices: Text and description of each choice, in order.
    """

    def __init__(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        rows = _rows(choices)
        super().__init__(
            f"Unsupported value for '{name}' - supported values are:",
            f"\n{rows}\n\nRun the command again using one of these options.",
        )
        self.name = name


class MissingFlags(FlagError):
    """Required flags without a value.

    Args:
        missing: Name and description of each, in order.
    """

    def __init__(self, missing: Sequence[tuple[str, str]], operation: str) -> None:
        rows = _rows(missing)
        super().__init__(
            "Operation requires the following missing flags:",
            f"\n{rows}\n\nRun the command again with these flags or try"
            f" 'guild run {_shown(operation)} --help-op' for help.",
        )
        self.missing = tuple(name for name, _ in missing)


class MissingSearchDimension(FlagError):
    """A search is asked for, and there is nothing to choose.

    Args:
        flags: Values by name.
        hint: How something to choose is given.
    """

    def __init__(
        self,
        flags: Mapping[str, FlagValue],
        hint: str = "Try specifying a range for one or more flags as NAME=[MIN:MAX].",
    ) -> None:
        from guild.domain.flagtext import format_value  # It needs this module.

        listed = ", ".join(f"{name}={format_value(value)}" for name, value in flags.items())
        super().__init__(f"flags for batch ({listed}) do not contain any search dimensions", hint)
        self.flags = flags


def _rows(rows: Sequence[tuple[str, str]]) -> str:
    """A line for each name and what is said of it."""
    named = [(_shown(name), _shown(about)) for name, about in rows]
    width = max((len(name) for name, _ in named), default=0)
    return "\n".join(f"  {name.ljust(width)}  {about}" for name, about in named)


def _shown(text: str) -> str:
    if text.isprintable():
        return text
    from guild.domain.display import shown  # Few errors need it.

    return shown(text)
