"""What an optimizer of one's own does: makes and runs the trials of its batch.

An optimizer is a script that is named with `--optimizer`. Its run is the run of the batch, and
has in it what its trials are like:

    from guild import batch_util

    batch = batch_util.batch_run()
    for lr in (0.1, 0.01):
        batch_util.run_trial(batch, {"lr": lr})
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from guild.config import guild_home
from guild.domain.errors import GuildError
from guild.domain.flags import FlagSet, FlagValue
from guild.run import Run, for_dir

if TYPE_CHECKING:
    from guild.app.run_plan import RunPlan
    from guild.app.trial_runs import TrialRuns
    from guild.bootstrap import Guild
    from guild.domain.lognote import LogNote
    from guild.domain.run import Run as RunValue

__all__ = ["NotBatch", "batch_run", "init_trial_run", "run_trial", "start_trial_run"]

_log = logging.getLogger("guild")


class NotBatch(GuildError):
    """There is no batch to make trials for."""


def batch_run() -> Run:
    """The run of the batch that this process works for.

    Raises:
        NotBatch: If it works for none.
    """
    path = os.environ.get("RUN_DIR")
    if not path:
        raise NotBatch("no current run", "Run this script as 'guild run OPERATION -o SCRIPT'.")
    batch = for_dir(path)
    _template(_guild(batch), batch)
    _show_log()
    return batch


def init_trial_run(
    batch_run: Run,
    trial_flag_vals: Mapping[str, FlagValue],
    run_dir: str | os.PathLike[str] | None = None,
) -> Run:
    """Make a trial and leave it staged.

    Args:
        batch_run: The run of the batch.
        trial_flag_vals: Values by flag name; other flags are as the batch has them.
        run_dir: Where to make it; beside the batch, with a new id, if None.

    Raises:
        NotBatch: If the run is not that of a batch.
        GuildError: If the trial can't be made.
    """
    guild = _guild(batch_run)
    plan = _plan(guild, batch_run)
    plan = guild.trial_runs.of_flags(plan, FlagSet({**plan.flags, **trial_flag_vals}))
    if run_dir is not None:
        plan = plan.replaced(start=plan.start.replaced(run_dir=os.path.abspath(run_dir)))
    return for_dir(guild.trial_runs.staged(plan, batch_run.value).path)


def start_trial_run(trial_run: Run) -> int | None:
    """Run a staged trial and wait for its end.

    Returns:
        Its exit status, negative for a signal; None, and a warning in the log, if it is not
        staged any more: somebody else started it. A signal that this process gets meanwhile ends
        the trial, then does here what it does.

    Raises:
        GuildError: If it can't be started.
    """
    return _start(trial_run, None)


def run_trial(batch_run: Run, trial_flag_vals: Mapping[str, FlagValue]) -> tuple[Run, int | None]:
    """Make a trial and run it: see `init_trial_run` and `start_trial_run`.

    With `--stage-trials` it is only made, and stays staged; there is no exit status then.
    """
    trial = init_trial_run(batch_run, trial_flag_vals)
    return trial, None if batch_run.get("stage_trials") else start_trial_run(trial)


def _try_run_staged_trial(
    trial_run: Run, _batch_run: Run, status_lock: AbstractContextManager[object]
) -> None:
    """Run a trial if it is staged, as the lock lets this process look; else warn.

    Args:
        trial_run: The trial, which knows its batch's template by what it has of it.
        status_lock: Held while the status of the trial is looked at and changed.
    """
    _start(trial_run, status_lock)


def _start(trial_run: Run, lock: AbstractContextManager[object] | None) -> int | None:
    from guild.app.plan_like import plan_like
    from guild.app.run_request import RunRequest

    guild = _guild(trial_run)
    trial = trial_run.value
    plan = plan_like(guild.plan_run, RunRequest(), trial)
    plan = plan.replaced(proto=trial)  # what it has of its surroundings stays
    exit, told = guild.trial_runs.run(plan, trial, _tell, lock)
    if told is not None:
        signal.raise_signal(told)  # it was meant for the batch as well
    return None if exit is None else exit.status


def _plan(guild: Guild, batch_run: Run) -> RunPlan:
    from guild.app.plan_like import plan_like
    from guild.app.run_request import RunRequest

    template = _template(guild, batch_run)
    plan = plan_like(guild.plan_run, RunRequest(), template)
    trials: TrialRuns = guild.trial_runs
    return trials.plan_like(plan, template)


def _template(guild: Guild, batch_run: Run) -> RunValue:
    template = guild.batches.template(batch_run.value)
    if template is None:
        path = os.path.join(batch_run.path, ".guild", "proto")
        raise NotBatch(f"missing proto {path}", "The run is not the run of a batch.")
    return template


def _guild(run: Run) -> Guild:
    """The use cases of the home that a run is in; of the one that is set, if it is in none."""
    from guild.bootstrap import build

    home, name = os.path.split(os.path.dirname(run.path))
    return build(os.environ, _log.warning, home=home if name == "runs" else guild_home())


def _show_log() -> None:
    """Have what trials come to said as batches say it, unless the script has a log of its own."""
    if _log.hasHandlers():
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s: [%(name)s] %(message)s"))
    _log.addHandler(handler)
    level = os.environ.get("LOG_LEVEL", "")
    _log.setLevel(int(level) if level.isdecimal() else logging.INFO)


def _tell(note: LogNote) -> None:
    _log.log(logging.getLevelNamesMapping()[note.level], "%s", note.text)
