"""`guild runs list`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guild.adapters.cli.context import Context
from guild.adapters.cli.errors import exclude
from guild.adapters.cli.handlers.query import run_query
from guild.adapters.cli.handlers.rows import descriptions, run_cells, status_text
from guild.adapters.cli.spec import Values
from guild.adapters.cli.tables import table_lines
from guild.adapters.system.localtime import format_time
from guild.domain.ids import short_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.cli.tables import Cell, Detail
    from guild.app.select_runs import RunQuery
    from guild.domain.run import Run

__all__ = ["list_runs"]

_PAGE = 20
_LISTED = ("operation", "project", "marked", "started", "status", "remote", "label")


def list_runs(context: Context, values: Values) -> int:
    """List runs, the newest first."""
    exclude(values, "comments", "verbose", "json")
    exclude(values, "all", "limit")
    query = run_query(context, values, deleted=values.flag("deleted"))
    if values.flag("json"):
        return _list_json(context, values, context.guild.select_runs.many(query))
    if values.flag("all") and not values.flag("comments") and not values.flag("verbose"):
        _list_all(context, values, query)
        return 0
    shown, total = context.guild.select_runs.page(query, _limit(values))
    if values.flag("comments"):
        from guild.adapters.cli.handlers.comments import comment_lines

        for run in shown:
            for line in comment_lines(context, run):
                context.console.out(line)
    else:
        _list_table(context, values, shown)
    if len(shown) < total and values.int("limit") is None:
        context.console.note(
            f"Showing the first {len(shown)} runs ({total} total) - use --all to show all"
            " or -m to show more"
        )
    return 0


def _limit(values: Values) -> int | None:
    if values.flag("all"):
        return None
    return values.int("limit") or _PAGE * (1 + (values.int("more") or 0))


def _list_table(context: Context, values: Values, runs: Sequence[Run]) -> None:
    described = descriptions(context)
    simplified = values.flag("simplified")
    rows = []
    for index, run in enumerate(runs, 1):
        description, *rest = run_cells(context, run, described)
        index_cell = f"[{index}]" if simplified else f"[{index}:{run.short_id}]"
        rows.append([index_cell, description, *(rest[1:] if simplified else rest)])
    details: Sequence[Sequence[Detail]] = ()
    if values.flag("verbose"):
        from guild.adapters.cli.handlers.details import core_details

        details = [core_details(context, run) for run in runs]
    _show(context, rows, details)


def _list_all(context: Context, values: Values, query: RunQuery) -> None:
    """List all runs column by column: there may be thousands of them."""
    runs = context.guild.select_runs.columns(query, _LISTED)
    simplified = values.flag("simplified")
    columns: list[Iterable[Cell]] = [
        map(descriptions(context), runs.operation, runs.project, runs.marked),
        map(status_text, runs.status, runs.remote),
        runs.label,
    ]
    if simplified:
        indexes = [f"[{index}]" for index, _ in enumerate(runs.ids, 1)]
    else:
        indexes = [f"[{index}:{short_id(run_id)}]" for index, run_id in enumerate(runs.ids, 1)]
        columns.insert(1, map(format_time, runs.started))
    _show(context, list(zip(indexes, *columns, strict=True)))


def _show(
    context: Context, rows: Sequence[Sequence[Cell]], details: Sequence[Sequence[Detail]] = ()
) -> None:
    console = context.console
    lines = table_lines(
        rows,
        width=console.width(),
        styled=console.styled if console.is_terminal() else None,
        details=details,
    )
    if lines:
        console.out("\n".join(lines))


def _list_json(context: Context, values: Values, runs: Sequence[Run]) -> int:
    import json

    from guild.adapters.cli.handlers.details import runs_json

    if values.int("limit") or values.int("more") or values.flag("all"):
        context.console.note("--json option always shows all runs")
    context.console.out(json.dumps(runs_json(context, runs)))
    return 0
