"""`guild runs restore`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, RUNS, STATUS_FILTERS, YES
from guild.adapters.cli.spec import Command

__all__ = ["COMMAND"]

COMMAND = Command(
    "restore",
    "Restore deleted runs.",
    "guild.adapters.cli.handlers.runs_delete:restore",
    arguments=(RUNS,),
    options=(
        YES,
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
