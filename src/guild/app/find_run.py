"""The run that a user means with `--restart`, `--start` or `--proto`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guild.domain.errors import NoSuchRun
from guild.domain.ids import match_prefix
from guild.domain.run import Run, newest_first
from guild.domain.status import Status

if TYPE_CHECKING:
    from guild.app.ports.run_store import RunStore

__all__ = ["find_run"]

_AGAIN = (Status.COMPLETED, Status.TERMINATED, Status.RUNNING)


def find_run(store: RunStore, spec: str, cwd: str, *, start: bool = False) -> Run:
    """The run that `spec` names: a path, an id, an operation or the start of an id, in this order.

    A directory (an absolute path, or one that starts with a dot) is taken as it is. The name
    of an operation means its marked run, or else its newest that completed, was terminated or
    is running; with `start`, its newest staged run comes before those. Beside the run itself
    no more is read of others than the names of their operations, and runs of the operation.

    Raises:
        NoSuchRun: If nothing answers to it.
        AmbiguousRun: If several ids start so.
    """
    if spec.startswith(("/", ".")):
        path = spec if spec.startswith("/") else f"{cwd}/{spec}"
        return store.at(path.rstrip("/"))
    run = _read(store, spec) or _of_operation(store, spec, start)
    if run is not None:
        return run
    try:
        return store.get(match_prefix(spec, store.ids()))
    except NoSuchRun:
        raise NoSuchRun(spec) from None


def _of_operation(store: RunStore, name: str, start: bool) -> Run | None:
    found = (_read(store, run_id) for run_id in store.ids_of(lambda operation: operation == name))
    runs = sorted((run for run in found if run is not None), key=newest_first)
    if start:
        staged = [run for run in runs if run.status is Status.STAGED]
        if staged:
            return staged[0]
    candidates = [run for run in runs if run.status in _AGAIN]
    marked = [run for run in candidates if run.marked]
    return next(iter(marked or candidates), None)


def _read(store: RunStore, run_id: str) -> Run | None:
    try:
        return store.get(run_id)
    except NoSuchRun:
        return None
