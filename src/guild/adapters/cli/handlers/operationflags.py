"""The flags that operations of a Guild file have, those of their programs among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from guild.adapters.cli.context import Context
from guild.domain.errors import GuildError
from guild.domain.flagdef import FlagDef

if TYPE_CHECKING:
    from guild.domain.projectlisting import ListedOperation

__all__ = ["operation_flags"]


def operation_flags(context: Context, listed: ListedOperation) -> Sequence[FlagDef]:
    """The flags as `guild run` takes them, in name order.

    If the program can't be read, there is a warning, and only those that the file defines.
    """
    try:
        flags: Sequence[FlagDef] = context.guild.catalog.find(listed.spec).flags
    except GuildError as error:
        context.console.warn(f"cannot read the flags of '{listed.name}': {error.on_one_line}")
        flags = listed.operation.flags
    return sorted(flags, key=lambda flag: flag.name)
