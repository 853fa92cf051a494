"""`guild stop`."""

from __future__ import annotations

from guild.adapters.cli.context import Context
from guild.adapters.cli.handlers.changing import DECLINED, agreed, counted
from guild.adapters.cli.handlers.query import run_query
from guild.adapters.cli.spec import Values
from guild.app.stop_runs import Stopping, StopRequest
from guild.domain.errors import GuildError
from guild.domain.owner import Reach
from guild.domain.run import Run
from guild.domain.status import Status

__all__ = ["stop"]


def stop(context: Context, values: Values) -> int:
    """Stop runs and wait until they have."""
    named = bool(values.texts("runs"))
    only = frozenset() if named else frozenset({Status.RUNNING, Status.PENDING})
    runs = context.guild.select_runs.many(run_query(context, values, statuses=only))
    if not named:
        runs = [run for run in runs if run.status is Status.RUNNING or _is_prepared(context, run)]
    if not runs:
        context.console.err("Nothing to stop.")
        return 0
    preview = "You are about to stop the following runs:"
    prompt = counted("Stop", len(runs)) + "?"
    if not agreed(context, values, runs, preview, prompt, default=False, warn=True):
        return DECLINED
    request = StopRequest(
        runs=runs,
        wait=not values.flag("no_wait"),
        timeout_s=values.int("timeout") or 0,
        force=values.flag("force"),
    )
    result = context.guild.stop_runs(request, lambda event: _tell(context, event))
    if result.survivors and request.wait:
        pids = " ".join(map(str, result.survivors))
        raise GuildError(
            f"The following processes did not stop as expected: {pids}",
            "Try 'guild stop --force' to kill them.",
        )
    return 0


def _is_prepared(context: Context, run: Run) -> bool:
    """Whether somebody is at work on a pending run, rather than yet to come to it."""
    return context.guild.stop_runs.owner(run).reach is not Reach.NOBODY


def _tell(context: Context, event: Stopping) -> None:
    run, owner = event.run, event.owner
    said = {
        Reach.HERE: f"Stopping {run.id} (pid {owner.pid})",
        Reach.ELSEWHERE: f"Run {run.id} is running on {owner.host}: stop it there",
        Reach.UNPROVEN: f"Run {run.id} was left alone: process {owner.pid}, which its lock"
        " names, may belong to it or not",
        Reach.NOBODY: f"Run {run.id} is not running",
    }
    context.console.err(said[owner.reach])
