"""Values of runs by name: what filter expressions ask for.

Attributes are asked for in SQL. Flags and scalars of all runs are columns of packs: to look at
those takes less than to keep them by name.

The rules are those of `guild.domain.runattrs.run_lookup`: a bare name is an attribute, a flag or
a scalar, whichever is not None first.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from guild.adapters.index.cells import Stored, encoded, from_stored, stored
from guild.adapters.index.rows import opref_of
from guild.adapters.index.writing import transaction
from guild.domain.errors import DamagedRun
from guild.domain.ids import RunId
from guild.domain.run import Run
from guild.domain.runattrs import FormatTime, run_attribute, scalars_meant
from guild.domain.status import Status
from guild.domain.timestamps import Timestamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from guild.adapters.index.unpacking import NamedValues, Unpacked
    from guild.app.ports.run_changes import RunChanges

__all__ = ["Found", "Rows", "Source", "Values"]

_SECRET = frozenset(("env",))
"""Attributes that are read each time: the index is a file that more people may read."""

_OPREF = "(SELECT opref FROM details WHERE run = r.n)"
_TAGS = "(SELECT tags FROM details WHERE run = r.n)"


class Rows:
    """Where the values of an attribute are beside each other, if they are.

    Attributes:
        type, value: Columns of the rows: the type as in cells.py, and what is stored.
        where: The table, and a condition that selects the rows.
    """

    def __init__(self, type: str, value: str, where: str) -> None:
        self.type = type
        self.value = value
        self.where = where


class Source:
    """Where the value of an attribute is found.

    Attributes:
        type, value: Expressions on a row `r` of `runs`: the type as in cells.py, NULL or `-` for
            no value, and what is stored.
        rows: All of the values, if they are beside each other.
    """

    def __init__(self, type: str, value: str, rows: Rows | None = None) -> None:
        self.type = type
        self.value = value
        self.rows = rows


class Found:
    """Where a name has values.

    Attributes:
        source: Those of attributes, which come first; None if it is no attribute of any run.
        values: Those of flags or scalars: numbers of runs that have one, and their values, of
            which None is none.
    """

    def __init__(self, source: Source | None, values: NamedValues = ((), ())) -> None:
        self.source = source
        self.values = values


def _text(value: str) -> Source:
    """An expression that gives texts."""
    return Source(f"CASE typeof({value}) WHEN 'text' THEN 's' WHEN 'blob' THEN 'x' END", value)


def _start(column: str) -> str:
    """The first eight characters of a column of texts."""
    return (
        f"CASE typeof({column}) WHEN 'text' THEN substr({column}, 1, 8)"
        f" WHEN 'blob' THEN start_of({column}) END"
    )


_ATTRS = {
    "id": _text("r.id"),
    "run": _text(_start("r.id")),
    "short_id": _text(_start("r.id")),
    "operation": _text("r.operation"),
    "status": Source("'s'", "r.status"),
    "label": _text("nullif(r.label, '')"),
    "marked": Source("'b'", "r.marked"),
    "exit_status": Source("CASE WHEN r.exit_status IS NOT NULL THEN 'n' END", "r.exit_status"),
    "sourcecode": _text(f"nullif({_start('r.digest')}, '')"),
    "sourcecode_digest": _text("r.digest"),
    "tags": Source(f"CASE {_TAGS} WHEN '' THEN NULL ELSE 't' END", _TAGS),
}
_ALWAYS = frozenset(("id", "marked", "operation", "run", "short_id", "status"))
"""Attributes that every run has: nothing else of the name counts."""
_OF_OPREF = ("op", "model", "op_model", "from")
_OF_TIMES = ("started", "stopped", "time")


class Values:
    """Knows how the values of a name are asked for, and brings in what is missing for that.

    Args:
        db: The index.
        changes: Reads attributes that are not in it.
        deleted: Whether runs of the trash are meant.
        sync_scalars: Brings in the scalars of all runs.
        format_time: Writes times as text.
        now: The present.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        changes: RunChanges,
        deleted: bool,
        sync_scalars: Callable[[], None],
        format_time: FormatTime,
        now: Timestamp,
    ) -> None:
        self._db = db
        self._changes = changes
        self._deleted = deleted
        self._sync_scalars = sync_scalars
        self._format_time = format_time
        self._now = now
        self._has_scalars = False
        self._parts: dict[str, Unpacked | None] = {}
        db.create_function("start_of", 1, lambda text: stored(from_stored(text)[:8]))

    def of(self, name: str) -> Found:
        """Where to look for a name as a filter expression writes it."""
        kind, colon, rest = name.partition(":")
        if not colon or kind not in ("attr", "flag", "scalar"):
            if name in _ALWAYS:
                return Found(_ATTRS[name])
            return Found(self._attr(name), _either(self._flag(name), self._scalar(name)))
        if kind == "attr":
            return Found(self._attr(rest))
        return Found(None, self._flag(rest) if kind == "flag" else self._scalar(rest))

    def _attr(self, name: str) -> Source | None:
        if name in _ATTRS:
            return _ATTRS[name]
        if name in _OF_OPREF:
            return self._asked(name, (_OPREF,), _run_of_opref)
        if name in _OF_TIMES:
            return self._asked(name, ("r.status", "r.started", "r.stopped"), _run_of_times)
        return self.stored(name)

    def _asked(self, name: str, columns: tuple[str, ...], run: Callable[..., Run]) -> Source:
        """An attribute that follows from columns by the rules of the domain."""

        def value(*row: Any) -> Stored:
            found = run_attribute(run(*row), name, lambda _: None, self._format_time, self._now)
            return None if found is None else stored(str(found))

        self._db.create_function(f"run_{name}", len(columns), value)
        return _text(f"run_{name}({', '.join(columns)})")

    def stored(self, name: str) -> Source | None:
        """Where an attribute is as its file has it; None if no run has it."""
        sets = [
            number
            for number, names in self._db.execute("SELECT number, names FROM attr_sets")
            if name in json.loads(names)
        ]
        if not sets:
            return None
        if name in _SECRET:
            return self._secret(name)
        self._bring_in(name, sets)
        rows = f"attrs WHERE name = {_quoted(name)}"
        one = f"FROM {rows} AND run = r.n"
        return Source(f"(SELECT type {one})", f"(SELECT value {one})", Rows("type", "value", rows))

    def _secret(self, name: str) -> Source:
        def cell(run_id: str | bytes) -> tuple[str, Stored]:
            try:
                found = self._changes.attr(from_stored(run_id), name, deleted=self._deleted)
            except DamagedRun:
                found = None
            return encoded(found)

        self._db.create_function("secret_type", 1, lambda run_id: cell(run_id)[0])
        self._db.create_function("secret_value", 1, lambda run_id: cell(run_id)[1])
        return Source("secret_type(r.id)", "secret_value(r.id)")

    def _bring_in(self, name: str, sets: list[int]) -> None:
        """Read an attribute of the runs that have it, where it is not known for sure."""
        missing = self._db.execute(
            f"SELECT n, id, stamp FROM runs WHERE deleted = ? AND attr_set IN"
            f" ({','.join(map(str, sets))}) AND (stamp < 0 OR n NOT IN (SELECT run FROM attrs"
            " WHERE name = ?))",
            (int(self._deleted), stored(name)),
        ).fetchall()
        found = []
        for number, run_id, stamp in missing:
            try:
                value = self._changes.attr(from_stored(run_id), name, deleted=self._deleted)
            except DamagedRun:
                continue  # not to be kept: it may be as it should be
            found.append((number, stored(name), stamp, *encoded(value)))
        if not found:
            return
        with transaction(self._db):
            self._db.execute("INSERT OR IGNORE INTO names VALUES ('attr', ?)", (stored(name),))
            self._db.executemany(
                "INSERT OR REPLACE INTO attrs SELECT ?2, n, ?4, ?5 FROM runs"
                " WHERE n = ?1 AND stamp = ?3",
                found,
            )

    def _flag(self, name: str) -> NamedValues:
        found = self._unpacked("flags") if self._is_known("flag", name) else None
        return found.flag(name) if found else ((), ())

    def _scalar(self, key: str) -> NamedValues:
        """The last value of a scalar; nan is none."""
        if not self._has_scalars:
            self._sync_scalars()
            self._has_scalars = True
        tags = [key, *(key[at + 1 :] for at, char in enumerate(key) if char == "#")]
        is_known = any(self._is_known("scalar", tag) for tag in tags)
        unpacked = self._unpacked("scalars") if is_known else None
        if unpacked is None:
            return (), ()
        values: NamedValues = (), ()
        for name in scalars_meant(unpacked.scalar_names(), key):
            values = _either(values, unpacked.scalar(name))
        return values[0], [None if value != value else value for value in values[1]]

    def _unpacked(self, part: str) -> Unpacked | None:
        """All runs with a part of what packs have of them; once for all names of an expression."""
        if part not in self._parts:
            from guild.adapters.index.packs import unpacked_runs

            self._parts[part] = unpacked_runs(self._db, self._deleted, [part])
        return self._parts[part]

    def _is_known(self, kind: str, name: str) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM names WHERE kind = ? AND name = ?", (kind, stored(name))
        ).fetchone()
        return row is not None


def _either(values: NamedValues, others: NamedValues) -> NamedValues:
    """Values, and for runs that have none those others."""
    if not values[0] or not others[0]:
        return values if values[0] else others
    found = dict(zip(*others, strict=True))
    found |= {n: value for n, value in zip(*values, strict=True) if value is not None}
    return list(found), list(found.values())


def _run_of_opref(text: str | bytes | None) -> Run:
    return Run(id=RunId(""), path="", opref=opref_of(text))


def _run_of_times(status: str, started: Timestamp | None, stopped: Timestamp | None) -> Run:
    return Run(id=RunId(""), path="", status=Status(status), started=started, stopped=stopped)


def _quoted(text: str) -> str:
    """A text as SQL writes it; one that SQLite does not take, as its bytes."""
    value = stored(text)
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    return "'" + value.replace("'", "''") + "'"
