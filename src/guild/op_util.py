"""What scripts ask about starting runs again: thin names over the use cases."""

from __future__ import annotations

from collections.abc import Mapping

from guild.app.run_request import params_for_restart
from guild.bootstrap import run_store
from guild.domain import restart
from guild.domain.draft import Mark
from guild.domain.flags import FlagValue
from guild.run import Run

__all__ = ["restart_needed", "run_params_for_restart", "set_run_pending"]


def run_params_for_restart(
    run: Run, user_specified_params: Mapping[str, object] | None = None
) -> dict[str, object]:
    """The options a run was made with that count when it is started again.

    Args:
        run: The run.
        user_specified_params: Options given now: a name that differs from its default is left
            out of the result.

    Returns:
        `force_flags, gpus, max_trials, maximize, minimize, no_gpus, opt_flags, optimizer,
        random_seed` with their values.
    """
    stored = run.get("run_params")
    return params_for_restart(stored if isinstance(stored, Mapping) else {}, user_specified_params)


def restart_needed(run: Run, flags: Mapping[str, FlagValue]) -> bool:
    """Whether starting the run again with exactly these flags would tell anything new.

    True if the run is pending, or if its flags, as a whole, differ.
    """
    return restart.restart_needed(run.value, flags)


def set_run_pending(run: Run) -> None:
    """Mark a run as being made; a staged run is staged no longer."""
    run_store("").set_mark(run.value, Mark.PENDING)
