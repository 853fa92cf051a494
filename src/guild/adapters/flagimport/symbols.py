# ruff: noqa: ARG002 - every symbol and framework is asked alike
"""What a name can stand for while a program is read, besides a constant.

Reading follows the statements of a script like an interpreter does, but with symbols in
place of everything that isn't constant. Values are plain Python constants (and lists, dicts
and tuples of values) or symbols.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from attr import field, frozen

from guild.domain.flagdef import FlagDef

if TYPE_CHECKING:
    from guild.adapters.flagimport.execution import Execution

__all__ = [
    "UNKNOWN",
    "Call",
    "External",
    "Framework",
    "Method",
    "Readout",
    "Symbol",
    "is_known",
]


@frozen
class Call:
    """Arguments of a call.

    Attributes:
        args: Positional ones.
        kwargs: Named ones.
        whole: Whether that is all: false after `*x` or `**x` of an unknown `x`.
    """

    args: Sequence[object] = ()
    kwargs: Mapping[str, object] = field(factory=dict)
    whole: bool = True

    def get(self, index: int, name: str, default: object = None) -> object:
        """The argument at a position or with a name."""
        if len(self.args) > index >= 0:
            return self.args[index]
        return self.kwargs.get(name, default if self.whole else UNKNOWN)


class Symbol:
    """Something that is no constant; by default nothing is known of it."""

    def attribute(self, name: str, run: Execution) -> object:
        """Value of `self.name`."""
        return UNKNOWN

    def assign(self, name: str, value: object) -> None:
        """Effect of `self.name = value`."""

    def call(self, call: Call, run: Execution) -> object:
        """Value and effects of `self(...)`."""
        run.give_away(call)
        return UNKNOWN

    def escape(self) -> None:
        """Effect of being passed to code that can't be read."""


class _Unknown(Symbol):
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()
"""The value of what can't be known by reading."""


_MAX_PARTS = 10_000


def is_known(value: object) -> bool:
    """Whether a value is a constant through and through, and not too big."""
    waiting = [value]
    for _ in range(_MAX_PARTS):
        if not waiting:
            return True
        part = waiting.pop()
        if isinstance(part, Symbol):
            return False
        if isinstance(part, (list, tuple, set)):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
    return False


class External(Symbol):
    """Something of a module that is not the project's, by its full name: `argparse.SUPPRESS`."""

    def __init__(self, dotted: str) -> None:
        self.dotted = dotted

    def __repr__(self) -> str:
        return self.dotted

    def attribute(self, name: str, run: Execution) -> object:
        """The external thing with the longer name."""
        return External(f"{self.dotted}.{name}")

    def call(self, call: Call, run: Execution) -> object:
        """What a framework makes of the call, or the result of a function without effects."""
        return run.call_external(self.dotted, call)


class Method(Symbol):
    """A function of the reader itself, as a method of a symbol."""

    def __init__(
        self, function: Callable[[Call, Execution], object], owner: Symbol | None = None
    ) -> None:
        self._function = function
        self._owner = owner

    def escape(self) -> None:
        """What it belongs to can be changed by it."""
        if self._owner is not None:
            self._owner.escape()

    def call(self, call: Call, run: Execution) -> object:
        """Result of the function."""
        return self._function(call, run)


@frozen(kw_only=True)
class Readout:
    """What a framework's reader found.

    Attributes:
        dest: Where the script takes its flags from.
        flags: Definitions by name.
        taken: Further names that belong to the flags, such as variables they are stored in.
        warnings: What could not be understood, a sentence each.
        in_doubt: Whether running the script may tell more.
    """

    dest: str
    flags: Mapping[str, FlagDef]
    taken: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()
    in_doubt: bool = False


class Framework:
    """Reads what a script does with one command line framework."""

    @property
    def is_parsing(self) -> bool:
        """Whether the script was seen to parse its arguments with it."""
        return False

    def hook(self, dotted: str) -> Callable[[Call, Execution], object] | None:
        """What a call of an external function means; None if nothing."""
        return None

    def instance_of(self, dotted: str, cls: object, run: Execution) -> Symbol | None:
        """An instance of the project's class `cls` derived from an external one."""
        return None

    def readout(self, words: tuple[str, ...], run: Execution) -> Readout | None:
        """What was found; None if the script doesn't use the framework."""
        return None
