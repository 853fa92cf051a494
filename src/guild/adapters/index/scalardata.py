"""Scalars of runs as the index keeps them: one row for all that a run has.

A row has the number of a set of names, which most runs of an operation have in common, and of
one scalar after the other `NUMBERS`, of eight bytes each. So those of many runs that have the same
names are columns, too: every so many numbers the next run begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from struct import Struct

from guild.adapters.index.asking import of_runs
from guild.adapters.index.cells import json_value
from guild.adapters.index.columndata import from_eights
from guild.domain.scalarsummary import ScalarSummary

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

__all__ = ["NUMBERS", "Alike", "alike_of", "all_alike", "names_of", "numbers_of"]

_REALS = ("first", "last", "min", "max", "total")
_WHOLES = ("first_step", "last_step", "min_step", "max_step", "count")
NUMBERS = (*_REALS, *_WHOLES)
"""What is known of each scalar, in order."""

_packed = Struct(f"<{len(_REALS)}d{len(_WHOLES)}q").pack
# With the names of each: numbers of sets are given anew when their last run goes.
_SELECT = "SELECT run, names, numbers FROM scalars LEFT JOIN scalar_sets ON number = scalar_set"


def names_of(summaries: Iterable[ScalarSummary]) -> tuple[str, ...]:
    """Names of scalars, as `scalar_sets` has them: prefix and tag of one after the other."""
    return tuple([name for each in summaries for name in (each.prefix, each.tag)])


def numbers_of(summaries: Iterable[ScalarSummary]) -> bytes:
    """Numbers of scalars, as `scalars` has them."""
    return b"".join(
        [
            # To ask for each by its name takes half of what `attrgetter` does.
            _packed(
                each.first,
                each.last,
                each.min,
                each.max,
                each.total,
                each.first_step,
                each.last_step,
                each.min_step,
                each.max_step,
                each.count,
            )
            for each in summaries
        ]
    )


class Alike:
    """Scalars of runs that all have the same ones.

    Args:
        names: Names of the scalars, as `names_of` gave them.
        rows: Of each run its number, and what `numbers_of` gave.

    Attributes:
        keys: Prefix and tag of each scalar.
        runs: The numbers of the runs.

    Raises:
        ValueError: If they gave no such names and numbers.
    """

    def __init__(self, names: Sequence[str], rows: Sequence[tuple[int, bytes]]) -> None:
        if not all(isinstance(name, str) for name in names):
            raise ValueError("names of scalars are none")
        self.keys = list(zip(names[::2], names[1::2], strict=True))
        self.runs = [run for run, _ in rows]
        data = b"".join([numbers for _, numbers in rows])
        self._reals, self._wholes = from_eights("d", data), from_eights("q", data)
        self._step = len(NUMBERS) * len(self.keys)
        if len(self._reals) != self._step * len(rows):
            raise ValueError("numbers of scalars are too many, or too few")

    def column(self, name: str, scalar: int) -> Sequence[Any]:
        """A number of each run, by what it is called in `NUMBERS` and the place of the scalar."""
        numbers = self._reals if name in _REALS else self._wholes
        return numbers[scalar * len(NUMBERS) + NUMBERS.index(name) :: self._step]

    def summaries(self) -> Iterator[tuple[int, list[ScalarSummary]]]:
        """The number of each run, and its scalars."""
        columns = [[self.column(name, at) for name in NUMBERS] for at in range(len(self.keys))]
        for row, run in enumerate(self.runs):
            found = []
            for (prefix, tag), its_columns in zip(self.keys, columns, strict=True):
                numbers = {
                    name: each[row] for name, each in zip(NUMBERS, its_columns, strict=True)
                }
                found.append(ScalarSummary(prefix=prefix, tag=tag, **numbers))
            yield run, found


def alike_of(db: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[Alike]:
    """Scalars of runs by their numbers, as far as they were read."""
    return _by_set(of_runs(db, _SELECT, numbers))


def all_alike(db: sqlite3.Connection) -> Iterator[Alike]:
    """Scalars of all runs, as far as they were read."""
    return _by_set(db.execute(_SELECT))


def _by_set(rows: Iterable[tuple[int, str, bytes]]) -> Iterator[Alike]:
    by_set: dict[str, list[tuple[int, bytes]]] = {}
    for run, names, numbers in rows:
        by_set.setdefault(names, []).append((run, numbers))
    for names, some in by_set.items():
        yield Alike(json_value(names), some)  # TypeError if there is no set of that number
