"""When a run is started again, and when an available run makes a new one unneeded."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping

from attr import frozen

from guild.domain.flags import FlagSet, FlagValue
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.status import Status
from guild.domain.value import Value

__all__ = ["Decision", "RestartPolicy", "available_runs", "restart_needed"]


class Decision(enum.Enum):
    """What to do when asked to start a run again."""

    START = "start"
    SKIP = "skip"
    """The run is as good as a new one: nothing to do."""
    REFUSE = "refuse"
    """The run is running."""


@frozen(eq=False, repr=False)
class RestartPolicy(Value):
    """Decides whether a run is started again.

    Attributes:
        needed: Whether to start only what needs it.
    """

    needed: bool = False

    def decide(self, status: Status, flags_unchanged: bool) -> Decision:
        """What to do with a run of this status.

        | status     | with `needed`                   | without |
        |------------|---------------------------------|---------|
        | completed  | skip if the flags are unchanged | start   |
        | terminated | skip if the flags are unchanged | start   |
        | running    | refuse                          | refuse  |
        | pending    | start                           | start   |
        | staged     | start                           | start   |
        | error      | start                           | start   |

        Source: spec "Run as needed", section "Run status and restarts". The sentence before
        that table says the opposite; its table and examples decide.
        """
        if status is Status.RUNNING:
            return Decision.REFUSE
        if self.needed and status.satisfies_needed and flags_unchanged:
            return Decision.SKIP
        return Decision.START


def available_runs(runs: Iterable[Run], opref: OpRef, flags: FlagSet) -> list[Run]:
    """Runs that make a new run of this operation with these flags unneeded.

    They have an equal operation reference, equal flags and a status that satisfies
    `--needed`; their order is kept.
    """
    return [
        run
        for run in runs
        if run.opref == opref and run.status.satisfies_needed and run.flags == flags
    ]


def restart_needed(run: Run, flags: Mapping[str, FlagValue]) -> bool:
    """Whether starting the run again with exactly these flags would tell anything new.

    Source: spec "Restarting runs", section "Check for restart".
    """
    return run.status is Status.PENDING or run.flags != flags
