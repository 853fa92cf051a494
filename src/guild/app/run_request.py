"""What a user asks of `guild run`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from guild.domain.flags import FlagValue
from guild.domain.record import Record

__all__ = ["RunRequest", "params_for_restart", "updated_params"]

_LATER: dict[str, object] = {
    "debug_sourcecode": None,
    "edit_batch_comment": False,
    "edit_comment": False,
    "edit_flags": False,
    "help_model": False,
    "help_op": False,
    "no_wait": False,
    "print_cmd": False,
    "print_env": False,
    "print_trials": False,
    "remote": None,
    "save_trials": None,
    "test_flags": False,
    "test_output_scalars": None,
    "test_sourcecode": False,
    "yes": False,
}
"""Options of `guild run` that are recorded without being part of a request."""

_RESTATED = (
    "batch_label",
    "batch_tags",
    "fail_on_trial_error",
    "force_sourcecode",
    "gpus",
    "jobs",
    "keep_batch",
    "label",
    "max_trials",
    "maximize",
    "minimize",
    "needed",
    "opt_flags",
    "stage_trials",
    "tags",
)

_FOR_RESTART: dict[str, object] = {
    "force_flags": False,
    "gpus": None,
    "max_trials": None,
    "maximize": None,
    "minimize": None,
    "no_gpus": False,
    "opt_flags": [],
    "optimizer": None,
    "random_seed": None,
}


class RunRequest(Record):
    """A run to be made or to be started again.

    Attributes:
        opspec: The operation, such as the path of a script.
        flags: Assignments as written, `NAME=VALUE` each, and batch files, `@PATH` each.
        restart: A run to start again: path, operation or start of its id.
        proto: A run to make another like.
        label: Template of the label; None for the default, empty for none.
        tags: Tags, also used in the default label.
        comment: Text of a first comment.
        run_id, run_dir: Choose the id, or a directory anywhere.
        stage: Make the run and leave it to be started later.
        needed: Do nothing if the run is available already.
        additional_deps: Further files and directories to link into the run.
        force_deps: Go on where a dependency can't be resolved.
        force_flags: Accept unknown flags and values that don't fit.
        force_sourcecode: Use the project's source where that of a run would be used.
        debug_sourcecode: Directories, separated by `:`, to import from instead of the copy.
        gpus: What `CUDA_VISIBLE_DEVICES` is set to; `no_gpus` sets it to nothing.
        random_seed: Seed to record and pass on; None for a random or the recorded one.
        stop_after: Minutes after which the run is stopped.
        background, pidfile: Leave the run alone once it started, and where to write its pid.
        keep_run: Don't delete the run although its operation says so.
        quiet: Don't show the output.
        break_, break_on_error: Where to stop in the debugger.
        optimizer: What chooses the flags of the trials of a batch; None if it goes by the flags.
        optimize: Use the operation's own optimizer.
        opt_flags: Assignments for the optimizer, `NAME=VALUE` each.
        minimize, maximize: The scalar that a search wants small, or large.
        max_trials: How many trials there are at most; None for what the optimizer says.
        stage_trials: Make the trials of a batch, and leave them to be started later.
        fail_on_trial_error: Stop a batch at the first trial that fails.
        jobs: How many trials run at a time; None for one, or as before.
        batch_label, batch_tags, batch_comment: As without `batch_`, of the run of the batch.
        keep_batch: Don't delete the run of the batch although its optimizer says so.
        edited_flags: Values that the user edited; they count more than `flags`.
        aside: Other options by name, which are recorded and nothing else.
    """

    opspec: str | None = None
    flags: tuple[str, ...] = ()
    restart: str | None = None
    proto: str | None = None
    label: str | None = None
    tags: tuple[str, ...] = ()
    comment: str | None = None
    run_id: str | None = None
    run_dir: str | None = None
    stage: bool = False
    needed: bool = False
    additional_deps: tuple[str, ...] = ()
    force_deps: bool = False
    force_flags: bool = False
    force_sourcecode: bool = False
    debug_sourcecode: str | None = None
    gpus: str | None = None
    no_gpus: bool = False
    random_seed: int | None = None
    stop_after: float | None = None
    background: bool = False
    pidfile: str | None = None
    keep_run: bool = False
    quiet: bool = False
    break_: tuple[str, ...] = ()
    break_on_error: bool = False
    optimizer: str | None = None
    optimize: bool = False
    opt_flags: tuple[str, ...] = ()
    minimize: str | None = None
    maximize: str | None = None
    max_trials: int | None = None
    stage_trials: bool = False
    fail_on_trial_error: bool = False
    jobs: int | None = None
    batch_label: str | None = None
    batch_tags: tuple[str, ...] = ()
    batch_comment: str | None = None
    keep_batch: bool = False
    edited_flags: Mapping[str, FlagValue] | None = None
    aside: Mapping[str, object] = MappingProxyType({})

    def params(self) -> dict[str, object]:
        """The map that the run keeps of how it was asked for."""
        told = self.values()
        del told["edited_flags"]
        return {
            **_LATER,
            **told.pop("aside"),
            **{name: list(v) if isinstance(v, tuple) else v for name, v in told.items()},
        }


def updated_params(stored: Mapping[str, object], request: RunRequest) -> dict[str, object]:
    """The map a run keeps when it is started again: as before, but for what can be restated."""
    told = request.params()
    return {**stored, **{name: told[name] for name in _RESTATED if told[name]}}


def params_for_restart(
    stored: Mapping[str, object], user: Mapping[str, object] | None = None
) -> dict[str, object]:
    """The recorded parameters that count when the run is started again.

    Args:
        stored: What the run keeps of how it was asked for.
        user: What the user asks for now: names that differ from the default are left out, as
            the user's word counts.

    Source: spec "Restarting runs", section "Run params for restarts".
    """
    asked = user or {}
    return {
        name: stored.get(name, default)
        for name, default in _FOR_RESTART.items()
        if asked.get(name, default) == default
    }
