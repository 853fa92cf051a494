"""Objectives: what a search wants small or large.

Source: reference 20-batches-and-optimizers, section 8; 12-compare-view-api, sections 1 and 2.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from attr import field, frozen

from guild.domain.errors import GuildError
from guild.domain.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.domain.scalarsummary import ScalarSummary

__all__ = ["DEFAULT_COLUMN", "Objective", "SeveralColumns"]

DEFAULT_COLUMN = "loss"
"""The scalar that is minimised where nobody says another."""

_QUALIFIERS = ("last", "first", "min", "max", "avg", "total", "count")
_TOKEN = r"'[^']*'|\"[^\"]*\"|[^\s,'\"]+"


def _stripped(text: str) -> str:
    return text.strip()


def _check_column(_: object, __: object, column: str) -> None:
    if not column:
        raise GuildError("invalid objective '': it has to name a scalar")
    if column.startswith("-"):
        raise GuildError(f"invalid objective '{column}': the name of a scalar can't start with -")


@frozen(kw_only=True, eq=False, repr=False)
class Objective(Value):
    """A scalar to be made as small, or as large, as possible.

    Attributes:
        column: `[QUALIFIER ][PREFIX#]TAG`, the qualifier being `last` (if there is none),
            `first`, `min`, `max`, `avg`, `total` or `count`. What else it may be is only
            refused where its value is wanted: see `check`.
        maximize: Whether it is to be large.
    """

    column: str = field(default=DEFAULT_COLUMN, converter=_stripped, validator=_check_column)
    maximize: bool = False

    @staticmethod
    def parse(text: str) -> Objective:
        """Read the text form: `loss`, or `-loss` to maximise.

        Raises:
            GuildError: If it names nothing.
        """
        text = text.strip()
        return Objective(column=text.removeprefix("-"), maximize=text.startswith("-"))

    def format(self) -> str:
        """Write the text form: the inverse of `parse`."""
        return f"-{self.column}" if self.maximize else self.column

    @property
    def sign(self) -> float:
        """What values are multiplied with so that small ones are wanted: 1.0 or -1.0."""
        return -1.0 if self.maximize else 1.0

    @property
    def aim(self) -> str:
        """As people say it: `minimize loss`."""
        return f"{'maximize' if self.maximize else 'minimize'} {self.column}"

    @property
    def missing(self) -> str:
        """A sentence for where no trial had it."""
        verb = self.aim.partition(" ")[0]
        return f"No trial has '{self.column}' as a finite number: there is nothing to {verb}"

    def check(self) -> None:
        """Refuse a column that is no scalar's.

        Raises:
            GuildError: If it is several columns, a flag, an attribute, or can't be read.
        """
        self._parts()

    def value(self, summaries: Iterable[ScalarSummary]) -> float | None:
        """The objective of a run, to be minimised: the sign is applied.

        Args:
            summaries: Of the run's scalars. The first counts that has the tag and, where the
                column has a `#`, a prefix that starts with what is before it.

        Returns:
            None if the run has no such scalar, or its value is nan or infinite.

        Raises:
            GuildError: As `check` does.
        """
        qualifier, prefix, tag = self._parts()
        for summary in summaries:
            if summary.tag == tag and summary.prefix.startswith(prefix):
                value = float(getattr(summary, qualifier))
                return self.sign * value if math.isfinite(value) else None
        return None

    def _parts(self) -> tuple[str, str, str]:
        """Qualifier, prefix (empty for any) and tag."""
        tokens = [match[0] for match in re.finditer(rf"{_TOKEN}|,|\S", self.column)]
        if "," in tokens:
            raise SeveralColumns(self.column)
        qualified = len(tokens) > 1 and tokens[0] in _QUALIFIERS
        expected = 2 if qualified else 1
        if len(tokens) > expected:
            raise self._invalid(f"unexpected '{tokens[expected]}'")
        key = _unquoted(tokens[-1].removeprefix("scalar:"))
        prefix, mark, tag = key.rpartition("#")
        others = ("=", "attr:", "flag:") if mark else (".", "=", "attr:", "flag:")
        if not tag or tokens[-1].startswith(others):
            raise self._invalid("expected the name of a scalar")
        return tokens[0] if qualified else "last", prefix, tag

    def _invalid(self, why: str) -> GuildError:
        return GuildError(f"invalid objective '{self.column}': {why}")


class SeveralColumns(GuildError):
    """An objective that is more than one scalar."""

    def __init__(self, column: str) -> None:
        super().__init__(f"invalid objective '{column}': too many columns")
        self.column = column


def _unquoted(token: str) -> str:
    return token[1:-1] if len(token) > 1 and token[0] == token[-1] and token[0] in "'\"" else token
