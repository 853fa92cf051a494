"""What asking for a run comes to.

Of these only `Finished` is loaded for a run that simply runs.
"""

from __future__ import annotations

from guild.app.run_plan import Finished
from guild.domain.record import Record
from guild.domain.run import Run

__all__ = [
    "SAID_SKIPPED",
    "SAID_UNCHANGED",
    "Background",
    "Finished",
    "Outcome",
    "Skipped",
    "Staged",
    "Unchanged",
]

SAID_SKIPPED = "Skipping because the following runs match this operation (--needed specified):"
SAID_UNCHANGED = "Skipping run because flags have not changed (--needed specified)"


class Staged(Record, kw_only=False):
    """The run is ready to be started later with `command`."""

    run: Run
    command: tuple[str, ...]


class Background(Record, kw_only=False):
    """The run goes on by itself; `pidfile` holds the id of its process until that ends."""

    run: Run
    pidfile: str


class Skipped(Record, kw_only=False):
    """Nothing was done: these runs are what was asked for."""

    matches: tuple[Run, ...]


class Unchanged(Record, kw_only=False):
    """Nothing was done: the run to be started again would have the flags it has."""

    run: Run


Outcome = Finished | Staged | Background | Skipped | Unchanged
