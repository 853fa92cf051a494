"""`guild compare`."""

from __future__ import annotations

import io
import os

from guild.adapters.cli.context import Context
from guild.adapters.cli.errors import exclude
from guild.adapters.cli.handlers.query import run_query
from guild.adapters.cli.spec import Values
from guild.adapters.cli.tables import table_lines
from guild.app.compare_runs import CompareRequest
from guild.domain.compare import Table
from guild.domain.display import shown
from guild.domain.scalarsummary import scalar_keys

__all__ = ["compare"]


def compare(context: Context, values: Values) -> int:
    """Show runs side by side, as a table or CSV."""
    exclude(values, "table", "csv", "json")
    exclude(values, "min", "max")
    query = run_query(context, values)
    if values.flag("print_scalars"):
        for run in context.guild.select_runs.many(query):
            context.console.out(shown(f"[{run.short_id}] {run.operation}"))
            summaries = context.guild.compare_runs.summaries(run)
            for key, found in zip(scalar_keys(summaries), summaries, strict=True):
                context.console.out(f"  {shown(key)}: {found.last:.6f} (step {found.last_step})")
        return 0
    table = context.guild.compare_runs(
        CompareRequest(
            which=context.guild.select_runs.which(query),
            deleted=query.deleted,
            skip_core=values.flag("skip_core"),
            skip_op_cols=values.flag("skip_op_cols"),
            extra_cols=values.flag("extra_cols"),
            all_scalars=values.flag("all_scalars"),
            skip_unchanged=values.flag("skip_unchanged"),
            min_by=values.text("min"),
            max_by=values.text("max"),
            limit=values.int("limit"),
            include_batch=values.flag("include_batch"),
        )
    )
    if values.text("csv") is not None:
        return _csv(context, table, values.text("csv") or "-")
    if values.flag("json"):
        return _json(context, table)
    if table.headings:
        context.console.out("\n".join(table_lines([table.headings, *table.texts()])))
    return 0


def _csv(context: Context, table: Table, path: str) -> int:
    import csv

    text = io.StringIO()
    rows = table.rows
    if rows:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(table.headings)
        writer.writerows(rows)
    if path == "-":
        context.console.data(text.getvalue(), end="")
        return 0
    from guild.adapters.fsstore.atomic import make_dirs, write_text

    target = os.path.join(context.guild.settings.cwd, path)
    make_dirs(os.path.dirname(target))
    write_text(target, text.getvalue())
    context.console.err(f"Wrote {len(rows)} row(s) to {path}")
    return 0


def _json(context: Context, table: Table) -> int:
    import json

    rows = [dict(zip(table.headings, row, strict=True)) for row in table.rows]
    plain = [
        {
            key: None if isinstance(value, float) and value != value else value
            for key, value in row.items()
        }
        for row in rows
    ]
    context.console.out(json.dumps(plain, default=str))
    return 0
