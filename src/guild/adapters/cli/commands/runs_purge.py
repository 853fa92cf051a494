"""`guild runs purge`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, RUNS, STATUS_FILTERS, YES
from guild.adapters.cli.spec import Command

__all__ = ["COMMAND"]

COMMAND = Command(
    "purge",
    "Remove deleted runs for good.",
    "guild.adapters.cli.handlers.runs_delete:purge",
    arguments=(RUNS,),
    options=(
        YES,
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
