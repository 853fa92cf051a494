"""What a script says of its own flags."""

from __future__ import annotations

from guild.domain.flagdef import FlagDef
from guild.domain.record import Record

__all__ = ["ImportedFlags"]


class ImportedFlags(Record):
    """What a script says of its own flags.

    Attributes:
        flags: Definitions, in name order.
        dest: Where the script takes them from: `globals`, `args`, `args:click`, ...
        warnings: What could not be understood, a sentence each.
    """

    flags: tuple[FlagDef, ...] = ()
    dest: str = "globals"
    warnings: tuple[str, ...] = ()
