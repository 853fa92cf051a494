"""Flags of optimizers, and their values as the numbers that libraries take.

The values have been checked against the definitions before they come here, unless the user
asked for that to be skipped.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from guild.domain.choice import Choice
from guild.domain.errors import InvalidFlagValue
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue
from guild.domain.flagtext import encode

__all__ = ["KAPPA", "PREV_TRIALS", "XI", "number", "one_of", "random_starts", "starts_flag", "yes"]

KAPPA = FlagDef(
    name="kappa",
    default=1.96,
    type="float",
    description="How much the variance of predictions counts: the higher, the more exploration",
)
XI = FlagDef(
    name="xi",
    default=0.05,
    type="float",
    description="How much improvement over the best trials is sought",
)
PREV_TRIALS = FlagDef(
    name="prev-trials",
    default="batch",
    choices=(
        Choice("batch", description="Trials of the same batch"),
        Choice("sourcecode", description="Runs of the same source code"),
        Choice("operation", description="Runs of the same operation"),
    ),
    description="Earlier runs whose outcomes count",
)


def starts_flag(default: int) -> FlagDef:
    """The flag of how many trials are random before the model is used."""
    return FlagDef(
        name="random-starts",
        default=default,
        type="int",
        min=0,
        description="Trials with random values before the model suggests them",
    )


def random_starts(options: Mapping[str, FlagValue], max_trials: int) -> int:
    """How many trials are random: none for null, and never more than there are trials.

    Raises:
        InvalidFlagValue: If it is no whole number, or below 0.
    """
    value = options["random-starts"]
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _invalid("random-starts", value, "must be a whole number, 0 or more")
    return min(value, max_trials)


def number(options: Mapping[str, FlagValue], name: str) -> float:
    """A finite number.

    Raises:
        InvalidFlagValue: If it is none.
    """
    value = options[name]
    try:
        if not isinstance(value, bool) and isinstance(value, int | float):
            converted = float(value)
            if math.isfinite(converted):
                return converted
    except OverflowError:
        pass
    raise _invalid(name, value, "must be a number")


def one_of(options: Mapping[str, FlagValue], flag: FlagDef) -> str:
    """One of a flag's choices.

    Raises:
        InvalidFlagValue: If it is none of them.
    """
    value = options[flag.name]
    known = [choice.value for choice in flag.choices]
    if isinstance(value, str) and value in known:
        return value
    raise _invalid(flag.name, value, f"must be one of {', '.join(map(encode, known))}")


def yes(options: Mapping[str, FlagValue], name: str) -> bool:
    """A yes or no.

    Raises:
        InvalidFlagValue: If it is neither.
    """
    value = options[name]
    if isinstance(value, bool):
        return value
    raise _invalid(name, value, "must be yes or no")


def _invalid(name: str, value: FlagValue, why: str) -> InvalidFlagValue:
    return InvalidFlagValue(name, encode(value), why)
