"""Runs side by side: a table with a row for each run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, cast

from attr import evolve, frozen

from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue, same_value
from guild.domain.run import Run
from guild.domain.runattrs import FormatTime, Summaries, run_duration
from guild.domain.scalarsummary import ScalarSummary
from guild.domain.timestamps import Timestamp
from guild.domain.value import Value

__all__ = ["Cells", "Table", "cell_text", "compare_table", "merge_columns"]

Cells: TypeAlias = Sequence[tuple[str, object]]
"""What one run has to show: headings and values."""

_OPERATION = "operation"


@frozen(eq=False, repr=False)
class Table(Value):
    """A comparison of runs.

    Attributes:
        headings: Names of the columns, all different.
        rows: For each run a value under each heading, None where it has nothing. Values are
            as they are stored; `texts` gives them as people read them.
        runs: The run of each row.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    runs: tuple[Run, ...]

    def sorted_by(self, heading: str, *, descending: bool = False) -> Table:
        """The rows in the order of a column, those without a value (or with nan) last.

        Numbers and booleans go by value; where there is anything else, all go by their texts.
        Equal rows keep their order. A table without rows has no columns and stays as it is.

        Raises:
            GuildError: If there is no such column.
        """
        if not self.rows:
            return self
        if heading not in self.headings:
            from guild.domain.display import shown  # Only a mistake needs it.

            raise GuildError(
                f"there is no column '{heading}' to sort by",
                f"Columns are: {shown(', '.join(self.headings))}",
            )
        at = self.headings.index(heading)
        numeric = all(isinstance(row[at], (int, float)) for row in self.rows if _has(row[at]))

        def key(index: int) -> float | str:
            value = self.rows[index][at]
            return cast(float, value) if numeric else cell_text(value)

        with_value = [i for i, row in enumerate(self.rows) if _has(row[at])]
        without = [i for i, row in enumerate(self.rows) if not _has(row[at])]
        return self._with_rows([*sorted(with_value, key=key, reverse=descending), *without])

    def top(self, count: int) -> Table:
        """The first rows, at most `count`, under the same headings."""
        return self._with_rows(range(min(max(count, 0), len(self.rows))))

    def without_unchanged(self) -> Table:
        """Only columns in which rows differ; everything if there are fewer than two rows."""
        if len(self.rows) < 2:
            return self
        kept = [at for at in range(len(self.headings)) if self._differs(at)]
        return evolve(
            self,
            headings=tuple(self.headings[at] for at in kept),
            rows=tuple(tuple(row[at] for at in kept) for row in self.rows),
        )

    def texts(self) -> tuple[tuple[str, ...], ...]:
        """The rows as people read them; marked runs have ` [marked]` after their operation."""
        at = self.headings.index(_OPERATION) if _OPERATION in self.headings else None
        rows = [list(map(cell_text, row)) for row in self.rows]
        for row, run in zip(rows, self.runs, strict=True):
            if at is not None and run.marked:
                row[at] += " [marked]"
        return tuple(map(tuple, rows))

    def _differs(self, at: int) -> bool:
        first = cast(FlagValue, self.rows[0][at])
        return not all(same_value(first, cast(FlagValue, row[at])) for row in self.rows)

    def _with_rows(self, order: Iterable[int]) -> Table:
        order = list(order)
        return evolve(
            self,
            rows=tuple(self.rows[index] for index in order),
            runs=tuple(self.runs[index] for index in order),
        )


def compare_table(
    runs: Iterable[Run],
    *,
    summaries: Summaries,
    format_time: FormatTime,
    now: Timestamp,
    core: bool = True,
    sourcecode: bool = False,
    operation_columns: bool = True,
    all_scalars: bool = False,
    include_batch: bool = False,
    grouped: bool = False,
) -> Table:
    """Compare runs by what they were told and what they reported.

    Columns are `run, operation, started, time, status, label`, then what belongs to the
    operation: all flags, `step` and the last values of all scalars, flags and scalars in the
    order of their names. `step` is the last one of the scalar `loss`, or else of the first
    scalar. A scalar is called by its tag, or `PREFIX TAG` where its run has the tag several
    times.

    Args:
        runs: In the order of the rows wanted.
        now: The present, for how long runs have been running.
        core: Whether there are core columns beside `run`.
        sourcecode: Whether the start of the source code digest is shown.
        operation_columns: Whether flags, step and scalars are shown.
        all_scalars: Whether scalars of the system (`sys/...`) are shown, too.
        include_batch: Whether runs of batches get a row.
        grouped: Whether the flags of all runs come before the step and the scalars of all, as
            in data frames; otherwise columns come as the first run that has them brings them.
    """
    chosen = [run for run in runs if include_batch or not run.is_batch]
    first = [_core_cells(run, format_time, now) if core else _id_cells(run) for run in chosen]
    if sourcecode:
        first = [[*cells, _sourcecode_cell(run)] for cells, run in zip(first, chosen, strict=True)]
    if not operation_columns:
        return merge_columns(chosen, [first])
    flags = [list(run.flags.items()) for run in chosen]
    scalars = [_scalar_cells(summaries(run), all_scalars=all_scalars) for run in chosen]
    own = [[*told, *found] for told, found in zip(flags, scalars, strict=True)]
    order: list[str] = []
    if grouped:
        order = [*_headings(first), *sorted(_headings(flags))]
        # The step is not one of the names to be sorted.
        order += ["step"] if "step" in _headings(scalars) else []
        order += sorted(_headings(scalars))
    return merge_columns(chosen, [first, own], order)


def merge_columns(
    runs: Sequence[Run], sections: Iterable[Sequence[Cells]], order: Iterable[str] = ()
) -> Table:
    """Put cells under common headings.

    Columns of one name become one: for each run the first value that is not None within a
    section counts, and a value of a later section replaces one of an earlier section.

    Args:
        runs: The run of each row.
        sections: Parts of the table from left to right, each with the cells of each run.
        order: Headings that come first; others follow as they are met, section by section.
    """
    sections = list(sections)
    headings = list(dict.fromkeys([*order, *(h for part in sections for h in _headings(part))]))
    rows = []
    for index in range(len(runs)):
        values: dict[str, object] = {}
        for section in sections:
            # Backwards, so that the leftmost of several values is written last.
            values |= {h: value for h, value in reversed(section[index]) if value is not None}
        rows.append(tuple(values.get(heading) for heading in headings))
    return Table(tuple(headings), tuple(rows), tuple(runs))


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


def _headings(section: Iterable[Cells]) -> list[str]:
    return list(dict.fromkeys(heading for cells in section for heading, _ in cells))


def _id_cells(run: Run) -> list[tuple[str, object]]:
    return [("run", run.short_id)]


def _core_cells(run: Run, format_time: FormatTime, now: Timestamp) -> list[tuple[str, object]]:
    return [
        *_id_cells(run),
        (_OPERATION, run.operation),
        ("started", None if run.started is None else format_time(run.started)),
        ("time", run_duration(run, now)),
        ("status", run.status.value),
        ("label", run.label or None),
    ]


def _sourcecode_cell(run: Run) -> tuple[str, object]:
    return "sourcecode", (run.sourcecode_digest or "")[:8] or None


def _scalar_cells(
    summaries: Iterable[ScalarSummary], *, all_scalars: bool
) -> list[tuple[str, object]]:
    shown = [each for each in summaries if all_scalars or not each.tag.startswith("sys/")]
    if not shown:
        return []
    tags = Counter(each.tag for each in shown)
    cells = sorted(
        ((_scalar_heading(each, tags), each) for each in shown), key=lambda cell: cell[0]
    )
    stepper = next((each for each in shown if each.tag == "loss"), cells[0][1])
    return [("step", stepper.last_step), *((heading, each.last) for heading, each in cells)]


def _scalar_heading(summary: ScalarSummary, tags: Mapping[str, int]) -> str:
    if tags[summary.tag] == 1:
        return summary.tag
    return summary.key.replace("#", " ").strip()
