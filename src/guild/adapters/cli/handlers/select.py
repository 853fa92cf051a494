"""`guild select`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guild.adapters.cli.context import Context
from guild.adapters.cli.errors import exclude
from guild.adapters.cli.handlers.query import run_query
from guild.adapters.cli.spec import Values
from guild.app.select_runs import RunQuery
from guild.domain.errors import GuildError
from guild.domain.run import Run

__all__ = ["select"]


def select(context: Context, values: Values) -> int:
    """Print ids, or what else was asked for, one a line."""
    exclude(values, "min", "max")
    exclude(values, "short_id", "attr", "path")
    for run in _selected(context, values):
        context.console.data(_shown(context, values, run))
    return 0


def _selected(context: Context, values: Values) -> Sequence[Run]:
    query = run_query(context, values)
    column = values.text("min") or values.text("max")
    if column is not None:
        return [_best(context, query, column, least=values.text("min") is not None)]
    if values.flag("all") or len(query.specs) > 1:
        return context.guild.select_runs.many(query)
    return [context.guild.select_runs.one(query)]


def _best(context: Context, query: RunQuery, column: str, *, least: bool) -> Run:
    """The run with the least or greatest value; runs without one don't count."""
    found = []
    runs = context.guild.select_runs.many(query)
    lookups = context.guild.select_runs.lookups(runs)
    for run in runs:
        value = _value(lookups(run), column)
        if isinstance(value, int | float) and value == value:
            found.append((value, run))
    if not found:
        if not runs:
            raise GuildError("no matching runs")
        raise GuildError(f"no run has a number for '{column}'")
    choose = min if least else max
    return choose(found, key=lambda item: item[0])[1]


def _value(lookup: Callable[[str], object], column: str) -> object:
    """What a run has in a column: `KEY` a scalar, `=NAME` a flag, `.NAME` an attribute."""
    kinds = {"=": "flag:", ".": "attr:"}
    if column[:1] in kinds:
        return lookup(kinds[column[0]] + column[1:])
    return lookup(column if column.startswith(("flag:", "attr:")) else f"scalar:{column}")


def _shown(context: Context, values: Values, run: Run) -> str:
    if values.flag("short_id"):
        return run.short_id
    if values.flag("path"):
        return run.path
    name = values.text("attr")
    return run.id if name is None else _attribute(context, run, name)


def _attribute(context: Context, run: Run, name: str) -> str:
    from guild.adapters.cli.handlers.details import core_details
    from guild.domain.yamltext import dump

    core = dict(core_details(context, run))
    if name in core:
        return core[name]
    value = context.guild.store.attr(run, name)
    if value is None:
        raise GuildError(f"no such run attribute '{name}'")
    return value if isinstance(value, str) else dump(value).rstrip("\n")
