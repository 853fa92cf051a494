"""What a batch works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guild.domain.record import Record

if TYPE_CHECKING:
    from guild.app.ports.batches import Sampler
    from guild.app.ports.launcher import Launcher
    from guild.app.ports.optimizer import Searches
    from guild.app.ports.recording import ScalarSource
    from guild.app.trial_runs import TrialRuns

__all__ = ["BatchTools"]


class BatchTools(Record):
    """The ports and the use case that carry out a batch.

    Attributes:
        trials: Makes and takes trials.
        launcher: Starts their processes.
        searches: Where searches run.
        scalars: Scalars of runs.
        sampler: Chooses from a grid that has more trials than are wanted.
    """

    trials: TrialRuns
    launcher: Launcher
    searches: Searches
    scalars: ScalarSource
    sampler: Sampler
