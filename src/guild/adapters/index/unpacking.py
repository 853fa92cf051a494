"""Runs out of several packs, in any order."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from operator import gt, itemgetter, lt, neg

from guild.adapters.index.columndata import Packed, from_eights, unbundle, unpacked
from guild.domain.runcolumns import RunColumns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from guild.adapters.index.columns import Wanted
    from guild.domain.ids import RunId

    _Names: TypeAlias = Sequence[tuple[Any, Packed | None, list[Packed]]]
    """See `Pack.flags`."""

__all__ = ["NamedValues", "Pack", "Unpacked"]

NamedValues: TypeAlias = "tuple[Sequence[int], Sequence[Any]]"
"""Numbers of the runs that have a flag or a scalar, and its value in each."""


class Pack:
    """Runs whose numbers follow each other.

    Args:
        numbers: Their numbers, as packs.py made them.
        core: Likewise columns of the runs; None if they are not wanted.
        flags, scalars: Likewise.

    Attributes:
        numbers: The numbers.
        core: Columns by name, as in `runcolumns.CORE`; times as `time`, and `ids`.
        flags, scalars: For each name itself, then its rows (None if that is all), and columns
            of values.

    Raises:
        ValueError, LookupError, TypeError: If packs.py made no such columns.
    """

    __slots__ = ("core", "flags", "numbers", "scalars")

    def __init__(
        self,
        numbers: bytes,
        core: bytes | None = None,
        flags: bytes | None = None,
        scalars: bytes | None = None,
    ) -> None:
        self.numbers = from_eights("q", numbers)
        names, columns = ((), []) if core is None else unbundle(core)
        self.core = dict(zip(names, columns, strict=True))
        self.flags = _named(flags)
        self.scalars = _named(scalars)


def _named(data: bytes | None) -> _Names:
    if data is None:
        return []
    names, columns = unbundle(data)
    return [
        (
            tuple(name) if isinstance(name, list) else name,
            None if rows is None else columns[rows],
            [columns[place] for place in values],
        )
        for name, rows, *values in names
    ]


class Unpacked:
    """The runs of packs, of which there is one at least, in the order of their numbers."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._packs = packs
        self._count = sum(len(pack.numbers) for pack in packs)

    def of(self, which: Sequence[int] | Sequence[RunId] | None, wanted: Wanted) -> RunColumns:
        """Those of some numbers or ids, in their order; or if None all, the newest first."""
        order = self._order(which)
        if not wanted.batches:
            is_batch = self._column("is_batch")
            if any(is_batch):
                order = [row for row in order if not is_batch[row]]
        picked = _Picked(order, self._count)
        core = {name: picked.column(self._column(name)) for name in ("ids", *wanted.core)}
        return RunColumns(
            **core,
            flags=dict(picked.named(self._merged(pack.flags for pack in self._packs))),
            scalars=dict(picked.named(self._merged(pack.scalars for pack in self._packs))),
        )

    def flag(self, name: str) -> NamedValues:
        """Values of a flag."""
        return self._values([pack.flags for pack in self._packs], name)

    def scalar_names(self) -> set[tuple[str, str]]:
        """Prefixes and tags of all scalars."""
        return {each[0] for pack in self._packs for each in pack.scalars}

    def scalar(self, name: tuple[str, str]) -> NamedValues:
        """Last values of a scalar, by its prefix and tag."""
        return self._values([pack.scalars for pack in self._packs], name)

    def _values(self, packs: Iterable[_Names], name: object) -> NamedValues:
        """Of what has a name: numbers of its runs, and the first value of each."""
        merged = self._merged([[each for each in names if each[0] == name] for names in packs])
        rows, values = merged.get(name, ((), [()]))
        is_all = isinstance(rows, range)
        numbers = self._numbers if is_all else list(map(self._numbers.__getitem__, rows))
        return numbers, values[0]

    @cached_property
    def _numbers(self) -> Sequence[int]:
        numbers = array("q")
        for pack in self._packs:
            numbers += pack.numbers
        return numbers

    def _column(self, name: str) -> Sequence[Any]:
        column = unpacked([pack.core[name] for pack in self._packs])
        if len(column) != self._count:
            raise ValueError("columns of packs differ in length")
        return column

    def _order(self, which: Sequence[int] | Sequence[RunId] | None) -> Sequence[int]:
        """Rows that are wanted. Of all runs that were made in turn, a range."""
        latest_first = range(self._count - 1, -1, -1)
        if which is None:
            return self._newest_first(latest_first)
        by_id = which and isinstance(which[0], str)
        keys = self._column("ids") if by_id else self._numbers
        if len(which) == self._count and list(which) == list(keys[::-1]):
            return latest_first
        row_of = {key: row for row, key in enumerate(keys)}
        return [row for row in map(row_of.get, which) if row is not None]

    def _newest_first(self, latest_first: range) -> Sequence[int]:
        """All rows in the order of `run.newest_first`."""
        times = self._column("time")
        if all(map(lt, times, islice(times, 1, None))):
            return latest_first
        keys = list(zip(map(neg, times), self._column("ids"), strict=True))
        if all(map(gt, keys, islice(keys, 1, None))):
            return latest_first
        return sorted(range(self._count), key=keys.__getitem__)

    def _merged(
        self, packs: Iterable[_Names]
    ) -> dict[Any, tuple[Sequence[int], list[Sequence[Any]]]]:
        """Rows and columns of values of each name."""
        merged: dict[Any, _Merged] = {}
        before = 0
        for pack, names in zip(self._packs, packs, strict=True):
            for name, rows, values in names:
                known = merged.setdefault(name, _Merged())
                known.rows.append((before, len(pack.numbers), rows))
                known.values.append(values)
            before += len(pack.numbers)
        return {name: known.all(self._count) for name, known in merged.items()}


class _Merged:
    """What packs have of a name.

    Attributes:
        rows: Of each of them the number of its first row, of all its rows, and which ones.
        values: Of each of them columns of values.
    """

    __slots__ = ("rows", "values")

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, Packed | None]] = []
        self.values: list[list[Packed]] = []

    def all(self, count: int) -> tuple[Sequence[int], list[Sequence[Any]]]:
        """Rows and columns of values, of so many rows in all."""
        rows = self._all_rows(count)
        columns = [unpacked(parts) for parts in zip(*self.values, strict=True)]
        if any(len(column) != len(rows) for column in columns):
            raise ValueError("columns of packs differ in length")
        return rows, columns

    def _all_rows(self, count: int) -> Sequence[int]:
        if all(part is None for *_, part in self.rows):
            total = sum(size for _, size, _ in self.rows)
            if total == count:
                return range(count)
        rows: list[int] = []
        for before, size, part in self.rows:
            own = range(size) if part is None else unpacked([part])
            rows += [before + row for row in own]
        return rows


class _Picked:
    """Puts columns into an order.

    Args:
        order: Rows that are wanted; a range if it is all, from the last to the first.
        count: How many there are.
    """

    def __init__(self, order: Sequence[int], count: int) -> None:
        self._order = order
        self._count = count
        self._rows = range(len(order))
        self._is_reversed = isinstance(order, range)

    @cached_property
    def _row_of(self) -> Sequence[int | None]:
        row_of: list[int | None] = [None] * self._count
        for new, old in enumerate(self._order):
            row_of[old] = new
        return row_of

    def column(self, values: Sequence[Any]) -> Sequence[Any]:
        """A column of all rows."""
        if self._is_reversed:
            return values[::-1]
        if len(self._order) < 2:  # of which `itemgetter` makes no tuple
            return [values[row] for row in self._order]
        picked: Sequence[Any] = itemgetter(*self._order)(values)
        return picked

    def named(
        self, columns: Mapping[Any, tuple[Sequence[int], list[Sequence[Any]]]]
    ) -> Iterator[tuple[Any, Any]]:
        """Columns with names, of which some rows may have no value."""
        for name, (rows, values) in columns.items() if self._order else ():
            if isinstance(rows, range):  # which are all
                yield name, (self._rows, *map(self.column, values))
                continue
            places = [self._row_of[row] for row in rows]
            if None in places:
                has = [at for at, place in enumerate(places) if place is not None]
                places = [places[at] for at in has]
                values = [[column[at] for at in has] for column in values]
            if places:
                yield name, (places, *values)
