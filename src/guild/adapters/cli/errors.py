"""How a command ends other than by returning its exit status."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.cli.spec import Values

__all__ = ["Abort", "Contradiction", "OutputClosed", "UsageError", "exclude", "hint"]


class UsageError(Exception):
    """A command line that can't be understood.

    Args:
        message: What is wrong, in one line without prefix.
        prog: The command as typed (`guild runs rm`), named in the hint to its help page;
            filled in by the dispatcher when empty.
    """

    status = 2

    def __init__(self, message: str, prog: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.prog = prog


class Contradiction(UsageError):
    """Words that are well understood and can't all hold."""

    status = 1


class Abort(Exception):
    """The user left a prompt without an answer: exit status 1.

    Args:
        message: Shown as an error unless empty.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class OutputClosed(Exception):
    """Standard output or standard error takes no more text.

    Args:
        reason: Why; empty if nobody reads it any more (`guild runs | head -1`).
    """

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


def hint(prog: str) -> str:
    """The line that points to a command's help page."""
    return f"Try '{prog} --help' for more information."


def exclude(values: Values, *names: str, said: str = "both be specified") -> None:
    """Refuse options that contradict each other.

    Raises:
        Contradiction: If more than one of them was given.
    """
    given = [name for name in names if values[name] not in (None, False, (), 0)]
    if len(given) > 1:
        first, second = (f"--{name.replace('_', '-')}" for name in given[:2])
        raise Contradiction(f"{first} and {second} cannot {said}")
