"""`guild runs delete`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, RUNS, STATUS_FILTERS, YES
from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "delete, rm",
    "Delete runs.",
    "guild.adapters.cli.handlers.runs_delete:delete",
    help="""Delete runs. They go to the trash, from which 'guild runs restore' gets them back.

Without RUN all runs that the filters leave are meant.""",
    arguments=(RUNS,),
    options=(
        Option(
            "permanent",
            "-p",
            "--permanent",
            kind="flag",
            help="Remove them for good instead of moving them to the trash.",
        ),
        YES,
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
