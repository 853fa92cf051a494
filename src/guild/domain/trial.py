"""One try of a batch."""

from __future__ import annotations

from attr import frozen

from guild.domain.flags import FlagSet
from guild.domain.value import Value

__all__ = ["Trial"]


@frozen(eq=False, repr=False)
class Trial(Value):
    """Flag values to try.

    Attributes:
        flags: The values of all flags.
        random_start: Whether the values were drawn at random to give a model-based search
            something to start from.
    """

    flags: FlagSet
    random_start: bool = False
