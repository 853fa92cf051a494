"""`ipy.runs()`: which runs are meant."""

from __future__ import annotations

from collections.abc import Iterable

from guild.adapters.ipy.frames import RunsDataFrame, runs_frame
from guild.adapters.ipy.given import text_given, texts_given, truth_given
from guild.adapters.ipy.homes import opened, without_collection
from guild.adapters.ipy.runindex import SHOWN
from guild.adapters.system.localtime import local_range

__all__ = ["runs"]


def runs(
    *,
    operations: str | Iterable[str] | None = None,
    filter_expr: str | None = None,
    labels: str | Iterable[str] | None = None,
    tags: str | Iterable[str] | None = None,
    comments: str | Iterable[str] | None = None,
    running: bool | None = None,
    completed: bool | None = None,
    error: bool | None = None,
    terminated: bool | None = None,
    pending: bool | None = None,
    staged: bool | None = None,
    unlabeled: bool = False,
    marked: bool = False,
    unmarked: bool = False,
    started: str | None = None,
    digest: str | None = None,
    deleted: bool = False,
) -> RunsDataFrame:
    """Runs, the newest first.

    What is given means what the options of `guild runs` mean. A run must pass all of it.

    Args:
        operations: Names of operations; functions have parentheses, as in `train()`.
        filter_expr: A filter expression, as in `loss < 0.5 and lr > 0.1`.
        labels: Texts that are part of the label.
        tags: Whole tags.
        comments: Texts that are part of a comment.
        running, completed, error, terminated, pending, staged: True for runs of that status (of
            several any one will do), False for all others.
        unlabeled: Whether runs must have no label.
        marked, unmarked: Whether they must be marked, or must not.
        started: When they started, as in `last 2 hours`.
        digest: What the digest of their source code begins with.
        deleted: Whether those in the trash are meant.

    Returns:
        A row for each run: `run` (`RunIndex`), `operation`, `started` (local time), `status` and
        `label` (empty for none).

    Raises:
        GuildError: If the expression or the time makes no sense.
        TypeError: If something is of another type.
    """
    from guild.domain.filterexpr import parse_filter
    from guild.domain.selection import RunFilter
    from guild.domain.status import Status

    given = {
        Status.RUNNING: running,
        Status.COMPLETED: completed,
        Status.ERROR: error,
        Status.TERMINATED: terminated,
        Status.PENDING: pending,
        Status.STAGED: staged,
    }
    statuses = {status: truth_given(status.value, on) for status, on in given.items()}
    deleted = bool(truth_given("deleted", deleted))
    wanted = RunFilter(
        operations=texts_given("operations", operations),
        labels=texts_given("labels", labels),
        unlabeled=bool(truth_given("unlabeled", unlabeled)),
        tags=texts_given("tags", tags),
        comments=texts_given("comments", comments),
        marked=bool(truth_given("marked", marked)),
        unmarked=bool(truth_given("unmarked", unmarked)),
        started=local_range(text_given("started", started)),
        digest=text_given("digest", digest) or "",
        statuses=frozenset(status for status, on in statuses.items() if on),
        not_statuses=frozenset(status for status, on in statuses.items() if on is False),
        expression=parse_filter(text_given("filter_expr", filter_expr) or ""),
    )
    with opened() as guild, without_collection():
        return runs_frame(
            guild.index.columns(wanted, deleted=deleted, core=SHOWN),
            guild.settings.home,
            deleted=deleted,
        )
