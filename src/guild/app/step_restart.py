"""What a step's batch is when its pipeline is started again."""

from __future__ import annotations

import enum

from guild.app.batch_plan import BatchPlan
from guild.domain.flags import FlagSet

__all__ = ["RESTARTED_BATCH_FLAGS", "RestartedBatchFlags", "settled"]


class RestartedBatchFlags(enum.Enum):
    """Which flags the trials of a batch have that is started again as a step of a pipeline.

    Steps are given their flags as arguments, and arguments have the operation's definition
    read from the project as it is now, although the source code that runs is the copy in the
    batch. So it matters if the program got other flags since.
    """

    OF_PROJECT = "of the project"
    """All that the operation has now, as the prior system does. A flag that is new in the
    project shows up in the trials, though the source code in them does not know it."""
    AS_BEFORE = "as before"
    """Those of the earlier trials, and what the step itself gives values for."""


RESTARTED_BATCH_FLAGS = RestartedBatchFlags.OF_PROJECT
"""The one that counts.

Source: the specification of restarted pipelines, section "(bug) Pipeline with batch step picks
up sourcecode changes on restart". It records what the prior system does and calls it a fault;
to mend it, this becomes `AS_BEFORE`, and that section has to change.
"""


def settled(plan: BatchPlan, policy: RestartedBatchFlags) -> BatchPlan:
    """The plan for starting a batch again, without its source code being taken anew."""
    template = plan.template
    if policy is RestartedBatchFlags.OF_PROJECT or template is None:
        return plan
    kept = {**template.flags, **plan.trial.user_flags}
    flags = FlagSet({name: plan.trial.flags[name] for name in plan.trial.flags if name in kept})
    return plan.replaced(trial=plan.trial.replaced(flags=flags), renewed=flags != template.flags)
