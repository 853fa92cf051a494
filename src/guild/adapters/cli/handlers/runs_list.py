"""`guild runs list`."""

from __future__ import annotations

from collections.abc import Sequence

from guild.adapters.cli.context import Context
from guild.adapters.cli.errors import exclude
from guild.adapters.cli.handlers.query import run_query
from guild.adapters.cli.handlers.rows import descriptions, run_cells, status_text
from guild.adapters.cli.spec import Values
from guild.adapters.cli.tables import table_lines
from guild.domain.run import Run

__all__ = ["list_runs"]

_PAGE = 20


def list_runs(context: Context, values: Values) -> int:
    """List runs, the newest first."""
    exclude(values, "comments", "verbose", "json")
    exclude(values, "all", "limit")
    query = run_query(context, values, deleted=values.flag("deleted"))
    if values.flag("json"):
        return _list_json(context, values, context.guild.select_runs.many(query))
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
    rows: list[list[object]] = []
    described = descriptions(context)
    simplified = values.flag("simplified")
    for index, run in enumerate(runs, 1):
        if simplified:
            rows.append([f"[{index}]", described(run), status_text(run), run.label])
        else:
            rows.append([f"[{index}:{run.short_id}]", *run_cells(context, run, described(run))])
    details = []
    if values.flag("verbose"):
        from guild.adapters.cli.handlers.details import core_details

        details = [core_details(context, run) for run in runs]
    console = context.console
    lines = table_lines(
        rows,  # type: ignore[arg-type]  # cells are text or parts
        width=console.width(),
        styled=console.styled if console.is_terminal() else None,
        details=details,
    )
    if lines:
        console.out("\n".join(lines))


def _list_json(context: Context, values: Values, runs: Sequence[Run]) -> int:
    import json

    from guild.adapters.cli.handlers.details import run_json

    if values.int("limit") or values.int("more") or values.flag("all"):
        context.console.note("--json option always shows all runs")
    context.console.out(json.dumps([run_json(context, run) for run in runs]))
    return 0
