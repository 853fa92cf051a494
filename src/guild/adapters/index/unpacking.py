"""Runs out of several packs, in any order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from guild.adapters.index.columntext import unpacked
from guild.domain.runcolumns import RunColumns

if TYPE_CHECKING:
    from guild.adapters.index.columns import Wanted
    from guild.domain.ids import RunId

__all__ = ["IS_BATCH", "Pack", "Unpacked"]

IS_BATCH = "is_batch"


class Pack:
    """Runs whose numbers follow each other, by columns.

    Attributes:
        core: Their numbers as `n`, `ids`, and what is wanted of `runcolumns.CORE`.
        flags, scalars: Columns, each once; and for each name itself, then which of those its
            rows are (None if that is all), and which ones its values.
    """

    __slots__ = ("core", "flags", "scalars")

    def __init__(
        self, core: dict[str, Sequence[Any]], flags: Sequence[Any], scalars: Sequence[Any]
    ) -> None:
        self.core = core
        self.flags = flags
        self.scalars = scalars


class Unpacked:
    """The runs of packs, of which there is one at least, in the order of their numbers."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._columns = {
            name: list(chain.from_iterable(pack.core[name] for pack in packs))
            for name in packs[0].core
        }
        self._counts = [len(pack.core["n"]) for pack in packs]
        self._packs = packs

    def of(self, which: Sequence[int] | Sequence[RunId], wanted: Wanted) -> RunColumns:
        """Those of some numbers or ids, in their order."""
        keys = self._columns["ids" if which and isinstance(which[0], str) else "n"]
        row_of = {key: row for row, key in enumerate(keys)}
        order = [row for row in map(row_of.get, which) if row is not None]
        if not wanted.batches:
            is_batch = self._columns[IS_BATCH]
            order = [row for row in order if not is_batch[row]]
        picked = _Picked(order, len(keys))
        core = {name: picked.column(self._columns[name]) for name in ("ids", *wanted.core)}
        flags = picked.named(self._merged(pack.flags for pack in self._packs))
        scalars = picked.named(self._merged(pack.scalars for pack in self._packs))
        return RunColumns(
            **core,
            flags=dict(flags),
            scalars={(prefix, tag): values for (prefix, tag), values in scalars},
        )

    def _merged(self, parts: Iterable[Sequence[Any]]) -> dict[Any, list[list[Any]]]:
        """Rows and values of each name."""
        merged: dict[Any, list[list[Any]]] = {}
        before = 0
        for count, (distinct, names) in zip(self._counts, parts, strict=True):
            columns = list(map(unpacked, distinct))
            for name, rows, *values in names:
                key = tuple(name) if isinstance(name, list) else name
                known = merged.setdefault(key, [[] for _ in range(len(values) + 1)])
                if rows is None:
                    known[0].extend(range(before, before + count))
                else:
                    known[0].extend([before + row for row in columns[rows]])
                for column, value in zip(known[1:], values, strict=True):
                    column += columns[value]
            before += count
        return merged


class _Picked:
    """Puts columns into an order.

    Args:
        order: Rows that are wanted.
        count: How many there are.
    """

    def __init__(self, order: Sequence[int], count: int) -> None:
        self._order = order
        self._count = count
        self._is_reversed = order == list(range(count - 1, -1, -1))  # as of runs made in turn
        self._rows = range(len(order))
        self._row_of: list[int | None] = [None] * count
        for new, old in enumerate(order):
            self._row_of[old] = new

    def column(self, values: Sequence[Any]) -> Sequence[Any]:
        """A column of all rows."""
        if self._is_reversed:
            return values[::-1]
        if len(self._order) < 2:  # of which `itemgetter` makes no tuple
            return [values[row] for row in self._order]
        picked: Sequence[Any] = itemgetter(*self._order)(values)
        return picked

    def named(self, columns: Mapping[Any, Sequence[list[Any]]]) -> Iterator[tuple[Any, Any]]:
        """Columns with names, of which some rows may have no value."""
        for name, (rows, *values) in columns.items():
            if len(rows) == self._count:  # in order, as all are
                yield name, (self._rows, *map(self.column, values))
                continue
            places = list(map(self._row_of.__getitem__, rows))
            if None in places:
                has = [at for at, place in enumerate(places) if place is not None]
                places = [places[at] for at in has]
                values = [[column[at] for at in has] for column in values]
            if places:
                yield name, (places, *values)
