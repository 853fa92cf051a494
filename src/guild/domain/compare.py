"""Runs side by side: a table with a row for each run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from guild.domain.errors import GuildError
from guild.domain.flags import same_value
from guild.domain.record import Record
from guild.domain.runattrs import FormatTime
from guild.domain.runcolumns import LastValues, RunColumns, ScalarColumns, ends
from guild.domain.scalarsummary import PLAIN
from guild.domain.timestamps import Timestamp, format_duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

__all__ = ["Column", "Part", "Table", "cell_text", "compare_table", "operation_parts"]

Column: TypeAlias = Sequence[object]
"""A value for each row, None where a run has nothing."""

Part: TypeAlias = tuple[Sequence[int], Sequence[object]]
"""Values of some rows: the rows, and as many values."""

_OPERATION = "operation"
_FLAG, _STEP, _SCALAR = range(3)
_Place: TypeAlias = tuple[int, int, str]
"""Where a heading is met first: in which row, and where in what that row has."""


class Table(Record, kw_only=False):
    """A comparison of runs.

    Attributes:
        headings: Names of the columns, all different.
        columns: For each of them a value for each run. Values are as they are stored; `texts`
            gives them as people read them.
        marked: Whether each run is marked.
    """

    headings: tuple[str, ...]
    columns: tuple[Column, ...]
    marked: Sequence[bool]

    @property
    def rows(self) -> list[tuple[object, ...]]:
        """For each run a value under each heading."""
        return list(zip(*self.columns, strict=True))

    def sorted_by(self, heading: str, *, descending: bool = False) -> Table:
        """The rows in the order of a column, those without a value (or with nan) last.

        Numbers and booleans go by value; where there is anything else, all go by their texts.
        Equal rows keep their order. A table without rows has no columns and stays as it is.

        Raises:
            GuildError: If there is no such column.
        """
        if not self.marked:
            return self
        if heading not in self.headings:
            from guild.domain.display import shown  # Only a mistake needs it.

            raise GuildError(
                f"there is no column '{heading}' to sort by",
                f"Columns are: {shown(', '.join(self.headings))}",
            )
        column = self.columns[self.headings.index(heading)]
        numeric = all(isinstance(value, (int, float)) for value in column if _has(value))

        def key(index: int) -> Any:  # all numbers, or all texts
            return column[index] if numeric else cell_text(column[index])

        with_value = [i for i, value in enumerate(column) if _has(value)]
        without = [i for i, value in enumerate(column) if not _has(value)]
        return self._with_rows([*sorted(with_value, key=key, reverse=descending), *without])

    def top(self, count: int) -> Table:
        """The first rows, at most `count`, under the same headings."""
        return self._with_rows(range(min(max(count, 0), len(self.marked))))

    def without_unchanged(self) -> Table:
        """Only columns in which rows differ; everything if there are fewer than two rows."""
        if len(self.marked) < 2:
            return self
        kept = [at for at, column in enumerate(self.columns) if _differs(column)]
        return self.replaced(
            headings=tuple(self.headings[at] for at in kept),
            columns=tuple(self.columns[at] for at in kept),
        )

    def texts(self) -> list[tuple[str, ...]]:
        """The rows as people read them; marked runs have ` [marked]` after their operation."""
        columns = [list(map(cell_text, column)) for column in self.columns]
        if _OPERATION in self.headings:
            column = columns[self.headings.index(_OPERATION)]
            for row, marked in enumerate(self.marked):
                if marked:
                    column[row] += " [marked]"
        return list(zip(*columns, strict=True))

    def _with_rows(self, order: Sequence[int]) -> Table:
        return self.replaced(
            columns=tuple([column[index] for index in order] for column in self.columns),
            marked=[self.marked[index] for index in order],
        )


def compare_table(
    runs: RunColumns,
    *,
    format_time: FormatTime,
    now: Timestamp,
    core: bool = True,
    sourcecode: bool = False,
    operation: bool = True,
    all_scalars: bool = False,
) -> Table:
    """Compare runs by what they were told and what they reported.

    Columns are `run, operation, started, time, status, label`, then what belongs to the
    operation: see `operation_columns`. A flag or scalar that is called like one of the others
    is in its place where it has a value.

    Args:
        runs: The runs, in the order of the rows wanted.
        format_time: Writes times.
        now: The present, for how long runs have been running.
        core: Whether there are core columns beside `run`.
        sourcecode: Whether the start of the source code digest is shown.
        operation: Whether flags, step and scalars are shown.
        all_scalars: Whether scalars of the system (`sys/...`) are shown, too.
    """
    if not runs.ids:
        return Table((), (), ())
    columns: dict[str, Column] = {"run": [run_id[:8] for run_id in runs.ids]}
    if core:
        columns |= _core_columns(runs, format_time, now)
    if sourcecode:
        columns["sourcecode"] = [(digest or "")[:8] or None for digest in runs.digest]
    if operation:
        for heading, column in _operation_columns(runs, all_scalars=all_scalars).items():
            columns[heading] = _laid_over(columns.get(heading), column)
    return Table(tuple(columns), tuple(columns.values()), runs.marked)


def _operation_columns(runs: RunColumns, *, all_scalars: bool = False) -> dict[str, Column]:
    """The columns of `operation_parts`, in the order in which the first run that has them
    brings them: its flags, `step`, its scalars.
    """
    columns: dict[str, Column] = {}
    for heading, parts in operation_parts(runs, all_scalars=all_scalars).items():
        column: list[object] = [None] * len(runs.ids)
        for rows, values in reversed(parts):
            for row, value in zip(rows, values, strict=True):
                if value is not None:
                    column[row] = value
        columns[heading] = column
    return columns


def operation_parts(
    runs: RunColumns, *, all_scalars: bool = False, grouped: bool = False
) -> dict[str, list[Part]]:
    """Flags, `step` and the last values of scalars by heading.

    `step` is the last one of the scalar `loss`, or else of the first scalar. A scalar is called
    by its tag, or `PREFIX TAG` where its run has the tag several times. Of a flag and a scalar
    of one name the flag counts, where it has a value.

    Args:
        runs: The runs.
        all_scalars: Whether scalars of the system (`sys/...`) are meant, too.
        grouped: Whether the flags of all runs come before the step and the scalars of all, each
            in the order of their names, as in data frames. Otherwise columns come as the first
            run that has them brings them.

    Returns:
        What columns are made of: of several values of a row the first counts that is not None.
    """
    parts: dict[str, list[Part]] = {}
    places: dict[str, _Place] = {}

    def add(heading: str, kind: int, rows: Sequence[int], values: Sequence[object]) -> None:
        parts.setdefault(heading, []).append((rows, values))
        place = (0 if grouped else min(rows), kind, heading)
        places[heading] = min(places.get(heading, place), place)

    for name, (rows, values) in runs.flags.items():
        add(name, _FLAG, rows, values)
    named = _named(runs.scalars, all_scalars=all_scalars)
    for rows, steps in _steps(named):
        add("step", _STEP, rows, steps)
    for heading, scalars in named.items():
        for _, (rows, values, _) in scalars:
            add(heading, _SCALAR, rows, values)
    return {heading: parts[heading] for heading in sorted(parts, key=lambda h: places[h])}


def _laid_over(below: Column | None, column: Column) -> Column:
    """A column, with the values of another where it has none."""
    if below is None:
        return column
    return [b if value is None else value for b, value in zip(below, column, strict=True)]


_Scalars: TypeAlias = dict[str, list[tuple[str, LastValues]]]
"""By heading: scalars that are called so in their rows, with their tags."""


def _core_columns(runs: RunColumns, format_time: FormatTime, now: Timestamp) -> dict[str, Column]:
    return {
        _OPERATION: runs.operation,
        "started": [None if time is None else format_time(time) for time in runs.started],
        "time": [
            None if start is None or end is None else format_duration(start, end)
            for start, end in zip(runs.started, ends(runs, now), strict=True)
        ],
        "status": runs.status,
        "label": [label or None for label in runs.label],
    }


def cell_text(value: object) -> str:
    """A value as tables show it: numbers cut (not rounded) to six decimals, null as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_item_text, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_item_text(item)}' for key, item in value.items())}}}"
    return str(value)


def _item_text(value: object) -> str:
    return "null" if value is None else cell_text(value)


def _float_text(value: float) -> str:
    text = repr(value)
    if text.endswith("inf"):
        return text.replace("inf", ".inf")
    mantissa, e, exponent = text.partition("e")
    if e and "." not in mantissa:
        mantissa += ".0"
    return re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", mantissa) + e + exponent


def _has(value: object) -> bool:
    return value is not None and value == value


def _differs(column: Sequence[Any]) -> bool:
    return not all(same_value(column[0], value) for value in column)


def _named(scalars: ScalarColumns, *, all_scalars: bool) -> _Scalars:
    """Scalars by what they are called, which may differ from run to run."""
    named: _Scalars = {}
    shown = [key for key in sorted(scalars) if all_scalars or not key[1].startswith("sys/")]
    of_tag = Counter(tag for _, tag in shown)
    for prefix, tag in shown:
        found = scalars[prefix, tag]
        if of_tag[tag] == 1:
            named.setdefault(tag, []).append((tag, found))
            continue
        others = (scalars[key][0] for key in shown if key[1] == tag and key[0] != prefix)
        several = set(found[0]).intersection(set().union(*others))
        # What is printed has a heading of its own where the run's directory has the tag, too.
        of_run = set(scalars["", tag][0]) if prefix and ("", tag) in scalars else set()
        apart = several & of_run if prefix in PLAIN else several
        for name, rows in ((tag, set(found[0]) - apart), (f"{prefix} {tag}", apart)):
            if rows:
                named.setdefault(name, []).append((tag, _only(found, rows)))
    return named


def _only(found: LastValues, wanted: set[int]) -> LastValues:
    kept = [each for each in zip(*found, strict=True) if each[0] in wanted]
    rows, values, steps = zip(*kept, strict=True)
    return rows, values, steps


def _steps(named: _Scalars) -> list[tuple[Sequence[int], Sequence[int]]]:
    """Parts of the column `step`. Rows that are in one already are left out of later ones."""
    parts: list[tuple[Sequence[int], Sequence[int]]] = []
    covered: set[int] = set()
    scalars = [(heading, *each) for heading in sorted(named) for each in named[heading]]
    scalars.sort(key=lambda scalar: (scalar[0] != "loss", scalar[1] != "loss"))
    for _, _, (rows, _, steps) in scalars:
        if not covered.issuperset(rows):
            parts.append((rows, steps))
            covered.update(rows)
    return parts
