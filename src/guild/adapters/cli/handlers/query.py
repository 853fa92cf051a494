"""From the options that choose runs to a query."""

from __future__ import annotations

from guild.adapters.cli.context import Context
from guild.adapters.cli.errors import exclude
from guild.adapters.cli.runoptions import STATUSES
from guild.adapters.cli.spec import Values
from guild.adapters.system.localtime import local_range
from guild.app.select_runs import RunQuery
from guild.domain.selection import RunFilter
from guild.domain.status import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.domain.filterexpr import Filter

__all__ = ["run_query"]


def run_query(
    context: Context,
    values: Values,
    *,
    default: str = ":",
    deleted: bool = False,
    statuses: frozenset[Status] = frozenset(),
) -> RunQuery:
    """The runs that a command line means.

    Args:
        context: Its `prog` is named in hints.
        values: With the values of `FILTERS` and perhaps `STATUS_FILTERS` and `RUNS` or `ONE_RUN`.
        default: What is meant where no run is named.
        deleted: Whether runs of the trash are meant.
        statuses: What the status must be where no option says it.
    """
    exclude(values, "label", "unlabeled", said="both be used")
    exclude(values, "marked", "unmarked", said="both be used")
    wanted = frozenset(_statuses(values, "status_"))
    one = values.text("run") if "run" in values else None
    return RunQuery(
        filter=RunFilter(
            operations=values.texts("operation"),
            labels=values.texts("label"),
            unlabeled=values.flag("unlabeled"),
            tags=values.texts("tag"),
            comments=values.texts("comment"),
            marked=values.flag("marked"),
            unmarked=values.flag("unmarked"),
            started=local_range(values.text("started")),
            digest=values.text("digest") or "",
            statuses=wanted or statuses,
            not_statuses=frozenset(_statuses(values, "not_")),
            expression=_expression(values.text("filter")),
        ),
        specs=values.texts("runs") if "runs" in values else ((one,) if one is not None else ()),
        default=default,
        deleted=deleted,
        command=context.prog.removeprefix("guild "),
    )


def _statuses(values: Values, prefix: str) -> list[Status]:
    names = [name for name in STATUSES if f"{prefix}{name}" in values]
    return [Status(name) for name in names if values.flag(f"{prefix}{name}")]


def _expression(text: str | None) -> Filter | None:
    if not text:
        return None
    from guild.domain.filterexpr import parse_filter

    return parse_filter(text)
