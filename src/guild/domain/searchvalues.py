"""Where to search for flags whose values nobody gave: as their definitions say.

Source: reference 20-batches-and-optimizers, section 9.
"""

from __future__ import annotations

from collections.abc import Mapping

from guild.domain.flags import FlagDef, FlagSet, FlagValue
from guild.domain.flagtext import encode
from guild.domain.searchspace import is_dimension

__all__ = ["searched"]


def searched(
    flags: Mapping[str, FlagValue],
    defs: Mapping[str, FlagDef],
    given: Mapping[str, FlagValue],
) -> FlagSet:
    """Flags with a list or a search function for what may vary and was not given.

    A flag with choices may be any of them; one with both a least and a greatest value, anything
    between, beginning with its default. A default that is a list or a search function stays.

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
        elif flag.min is not None and flag.max is not None:
            bounds = [flag.min, flag.max, *([] if flags[name] is None else [flags[name]])]
            arguments = ":".join(map(encode, bounds))
            found[name] = f"{flag.distribution or 'uniform'}[{arguments}]"
    return FlagSet(found)
