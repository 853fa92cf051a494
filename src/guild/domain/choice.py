"""Values that a flag is limited to: loaded where a flag has such."""

from __future__ import annotations

from collections.abc import Mapping

from attr import Factory, frozen

from guild.domain.flags import FlagValue
from guild.domain.value import Value

__all__ = ["Choice"]


@frozen(eq=False, repr=False)
class Choice(Value):
    """One value a flag can have.

    Attributes:
        value: What is stored.
        alias: Another name for it on the command line.
        description: For help.
        flags: Values this choice gives to other flags that the user leaves open.
    """

    value: FlagValue
    alias: str | None = None
    description: str = ""
    flags: Mapping[str, FlagValue] = Factory(dict)
