"""What chooses the trials of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from guild.app.function_trials import FunctionTrials
    from guild.domain.lognote import LogNote

__all__ = ["function_trials"]


def function_trials(log: Callable[[LogNote], None]) -> FunctionTrials:
    """Trials of functions over the installed optimizers, which search in this process.

    Args:
        log: Is told what users may want to know.
    """
    from guild.adapters.optimizers.here import SearchesHere
    from guild.adapters.optimizers.registry import find
    from guild.adapters.system.clock import new_seed
    from guild.adapters.system.sampling import sample
    from guild.adapters.tfevents.reader import TfEventsScalarSource
    from guild.app.function_trials import FunctionTrials

    return FunctionTrials(
        optimizers=find,
        sampler=sample,
        searches=SearchesHere(),
        scalars=TfEventsScalarSource(),
        seeds=new_seed,
        log=log,
    )
