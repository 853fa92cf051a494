"""Many runs column by column, from the index."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from guild.adapters.index.asking import of_runs
from guild.adapters.index.cells import from_stored, json_value, texts_from_stored
from guild.adapters.index.rows import opref_of
from guild.domain.ids import RunId
from guild.domain.record import Record
from guild.domain.runcolumns import CORE, RunColumns

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any, Final

    from guild.domain.flags import FlagValue
    from guild.domain.runcolumns import LastValues, ScalarColumns

__all__ = ["ROW", "Columns", "Wanted", "some_columns"]

ROW = (
    "id, operation, started, stopped, status, label, digest, marked, is_batch, proto, opref,"
    " remote, time, n"
)
"""What `Columns` is given of each run, of `runs` and `details`."""

_NAMES = [name.strip() for name in ROW.split(",")]
_N: Final = -1
_TIME: Final = -2
_IS_BATCH: Final = 8


class Wanted(Record):
    """What else than the runs themselves is wanted. See `RunIndex.columns`."""

    batches: bool
    core: Collection[str]
    flags: bool
    scalars: bool


class Columns:
    """Makes columns of rows.

    Args:
        db: The index.
        rows: The rows `ROW`, in order.

    Attributes:
        numbers, times: `n` and `time` of each.
    """

    def __init__(self, db: sqlite3.Connection, rows: Sequence[Sequence[Any]]) -> None:
        self._db = db
        self._rows = rows
        self.numbers = [row[_N] for row in rows]
        self.times = [row[_TIME] for row in rows]
        self._row_of = {number: row for row, number in enumerate(self.numbers)}

    def all(self, wanted: Wanted) -> RunColumns:
        """All columns that are wanted."""
        if not self._rows:
            return RunColumns()
        columns = dict(zip(_NAMES, zip(*self._rows, strict=True), strict=True))
        oprefs = zip(columns["proto"], columns["opref"], strict=True)
        found = RunColumns(
            ids=[RunId(run_id) for run_id in texts_from_stored(columns["id"])],
            operation=texts_from_stored(columns["operation"]),
            started=columns["started"],
            stopped=columns["stopped"],
            status=columns["status"],
            label=texts_from_stored(columns["label"]),
            digest=_texts_or_none(columns["digest"]),
            marked=list(map(bool, columns["marked"])),
            is_batch=list(map(bool, columns["is_batch"])),
            project=[_project(proto or opref) for proto, opref in oprefs],
            remote=_texts_or_none(columns["remote"]),
            flags=self._flags() if wanted.flags else {},
            scalars=self._scalars() if wanted.scalars else {},
        )
        return found.without(set(CORE) - set(wanted.core))

    def _flags(self) -> dict[str, tuple[Sequence[int], Sequence[FlagValue]]]:
        flags: dict[str, tuple[list[int], list[FlagValue]]] = {}
        found = of_runs(self._db, "SELECT run, flags FROM details", self.numbers)
        # All at once: to begin anew for each takes longer than to read it.
        maps = json_value(f"[{','.join([text for _, text in found])}]")
        for (number, _), its_flags in zip(found, maps, strict=True):
            for name, value in its_flags.items():
                rows, values = flags.setdefault(name, ([], []))
                rows.append(self._row_of[number])
                values.append(value)
        return dict(flags)

    def _scalars(self) -> ScalarColumns:
        from guild.adapters.index.scalardata import alike_of  # listings have none

        found: dict[tuple[str, str], list[LastValues]] = {}
        for alike in alike_of(self._db, self.numbers):
            rows = [self._row_of[number] for number in alike.runs]
            for at, key in enumerate(alike.keys):
                last = alike.column("last", at), alike.column("last_step", at)
                found.setdefault(key, []).append((rows, *last))
        return {key: _in_one(several) for key, several in found.items()}


def _in_one(several: Sequence[LastValues]) -> LastValues:
    """Values of runs that have different scalars, but this one, in the order of the rows."""
    if len(several) == 1:
        return several[0]
    all_rows = sorted(each for some in several for each in zip(*some, strict=True))
    rows, values, steps = zip(*all_rows, strict=True)
    return rows, values, steps


def some_columns(db: sqlite3.Connection, numbers: Sequence[int], wanted: Wanted) -> RunColumns:
    """Columns of some runs. Those that are gone are left out.

    Args:
        db: The index, with all that is wanted brought in.
        numbers: `runs.n` of the runs, in the order that they are to have.
        wanted: What else than the runs themselves.
    """
    select = f"SELECT {ROW} FROM runs JOIN details ON run = n"
    known = {row[_N]: row for row in of_runs(db, select, numbers, key="n")}
    rows = [known[number] for number in numbers if number in known]
    if not wanted.batches:
        rows = [row for row in rows if not row[_IS_BATCH]]
    return Columns(db, rows).all(wanted)


def _project(opref: str | bytes | None) -> str | None:
    found = opref_of(opref)
    return found.project_dir if found else None


def _texts_or_none(column: Sequence[Any]) -> Sequence[str | None]:
    return [from_stored(each) if type(each) is bytes else each for each in column]
