"""What earlier trials told, for searches that learn from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from guild.app.ports.optimizer import Observation
from guild.domain.errors import GuildError
from guild.domain.run import Run, newest_first
from guild.domain.status import Status

if TYPE_CHECKING:
    from guild.app.batch_plan import BatchPlan
    from guild.app.ports.batches import Batches
    from guild.app.ports.recording import ScalarSource
    from guild.app.ports.run_store import RunStore
    from guild.domain.ids import RunId
    from guild.domain.objective import Objective

__all__ = ["TrialHistory", "objective_value", "relevant_runs"]

_ENDED = (Status.COMPLETED, Status.TERMINATED, Status.ERROR)


class TrialHistory:
    """Outcomes of completed runs that a search may use, read once each.

    Args:
        candidates: Gives the runs there are, some of which may be running.
        counts: Whether a completed run is one that the search may use.
        objective: What the search is for.
        scalars: Scalars of runs.
    """

    def __init__(
        self,
        candidates: Callable[[Iterable[RunId]], Iterable[Run]],
        counts: Callable[[Run], bool],
        objective: Objective,
        scalars: ScalarSource,
    ) -> None:
        self._candidates = candidates
        self._counts = counts
        self._objective = objective
        self._scalars = scalars
        self._settled: set[RunId] = set()
        self._known: list[tuple[Run, Observation]] = []

    def observations(self) -> list[Observation]:
        """What is known by now, oldest first. Only runs that were not read before are read."""
        new = list(self._new())
        if new:
            self._known = sorted([*self._known, *new], key=lambda known: _oldest_first(known[0]))
        return [observation for _, observation in self._known]

    def _new(self) -> Iterator[tuple[Run, Observation]]:
        for run in self._candidates(self._settled):
            if run.status not in _ENDED:
                continue
            self._settled.add(run.id)
            if run.status is Status.COMPLETED and self._counts(run):
                value = objective_value(run, self._objective, self._scalars)
                yield run, Observation(flags=run.flags, value=value)


def _oldest_first(run: Run) -> tuple[int, str]:
    time, run_id = newest_first(run)
    return -time, run_id


def objective_value(run: Run, objective: Objective, scalars: ScalarSource) -> float | None:
    """The objective of a run, to be minimised; None if it has none that is a finite number."""
    return objective.value(scalars.read(run.path).summaries)


def relevant_runs(
    plan: BatchPlan, batch: Run, template: Run, store: RunStore, batches: Batches
) -> tuple[Callable[[Iterable[RunId]], Iterable[Run]], Callable[[Run], bool]]:
    """Which runs a search may learn from, as its flag `prev-trials` says.

    Returns:
        What gives the runs there are but for some, and what tells whether one counts (a run is
        true).

    Raises:
        GuildError: If it goes by source code, and that of the trials is not known.
    """

    def everywhere(but: Iterable[RunId]) -> Iterator[Run]:
        return read(store.ids(), but)

    def of_operation(but: Iterable[RunId]) -> Iterator[Run]:
        return read(store.ids_of(lambda name: name == template.operation), but)

    def read(ids: Iterable[RunId], but: Iterable[RunId]) -> Iterator[Run]:
        for run_id in set(ids).difference(but):
            try:
                yield store.get(run_id)
            except GuildError:
                continue  # deleted just now

    def of_batch(but: Iterable[RunId]) -> Iterator[Run]:
        return iter(batches.trials(batch, but=but))

    match plan.run.flags.get("prev-trials", "batch"):
        case "sourcecode":
            digest = template.sourcecode_digest
            if digest is None:
                raise GuildError(
                    f"cannot find runs for batch proto in {template.path}: missing sourcecode"
                    " digest"
                )
            return everywhere, lambda run: run.sourcecode_digest == digest
        case "operation":
            return of_operation, lambda run: run.operation == template.operation
        case _:
            return of_batch, bool
