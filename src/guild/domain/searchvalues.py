"""Where to search for flags whose values nobody gave: as their definitions say.

Source: reference 20-batches-and-optimizers, section 9.
"""

from __future__ import annotations

from collections.abc import Mapping

from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.flagtext import encode
from guild.domain.searchspace import is_dimension

__all__ = ["searched"]

_FUNCTIONS = {"log-uniform": "loguniform"}
"""Search functions of distributions whose names in definitions are others."""


def searched(
    flags: Mapping[str, FlagValue],
    defs: Mapping[str, FlagDef],
    given: Mapping[str, FlagValue],
) -> FlagSet:
    """Flags with a list or a search function for what may vary and was not given.

    A flag with choices may be any of them; one with both a least and a greatest value, anything
    between, beginning with its default. A default that is a list or a search function stays, and
    so does one of several parts that has only bounds.

    Args:
        flags: Values by name.
        defs: Definitions by name.
        given: Values that the user gave, by name or alias.
    """
    found = dict(flags)
    for name, flag in defs.items():
        if name not in flags or name in given or (flag.alias and flag.alias in given):
            continue
        if is_dimension(flags[name]):
            continue
        if flag.choices:
            found[name] = [choice.value for choice in flag.choices]
        elif flag.min is not None and flag.max is not None and not flag.arg_split:
            found[name] = _range(flag, flag.min, flag.max, flags[name])
    return FlagSet(found)


def _range(flag: FlagDef, low: int | float, high: int | float, default: FlagValue) -> str:
    """The search function of a flag with bounds: over whole numbers if it takes no others."""
    distribution = _FUNCTIONS.get(flag.distribution or "", flag.distribution or "uniform")
    arguments: list[FlagValue] = [low, high]
    if isinstance(default, int | float) and not isinstance(default, bool):
        arguments.append(default)
    if flag.type == "float" or isinstance(default, float):
        arguments = [_real(number) for number in arguments]
    return f"{distribution}[{':'.join(map(encode, arguments))}]"


def _real(number: FlagValue) -> FlagValue:
    if not isinstance(number, int):
        return number
    try:
        return float(number)
    except OverflowError:  # the search space says what is wrong
        return number
