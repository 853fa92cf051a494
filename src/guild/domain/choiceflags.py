"""What a choice among values says of other flags.

Source: reference 03-flags, section 4.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue, same_value

__all__ = ["with_choice_flags"]


def with_choice_flags(
    flags: FlagSet,
    tried: Collection[str],
    defs: Mapping[str, FlagDef],
    given: Collection[str],
) -> FlagSet:
    """The flags of a trial, with what its choices say of flags that the user leaves open.

    Args:
        flags: Values of all flags.
        tried: Flags whose values differ from trial to trial.
        defs: What is known of the flags, by name.
        given: Flags that the user, or the batch, gives values for.
    """
    others: dict[str, FlagValue] = {}
    for name in sorted(tried):
        flag = defs.get(name)
        for choice in flag.choices if flag else ():
            if choice.flags and name in flags and same_value(choice.value, flags[name]):
                others.update(choice.flags)
    left_open = {name: value for name, value in others.items() if name not in given}
    return flags.merged(left_open) if left_open else flags
