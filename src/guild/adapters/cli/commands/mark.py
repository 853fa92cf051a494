"""`guild mark`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, RUNS, STATUS_FILTERS, YES
from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "mark",
    "Mark runs as the ones to use.",
    "guild.adapters.cli.handlers.edit:mark",
    help="""Mark runs: a marked run is used where several would do.

Without RUN the latest run that is not marked is meant; with --clear, the latest that is.""",
    arguments=(RUNS,),
    options=(
        Option("clear", "-c", "--clear", kind="flag", help="Remove the mark."),
        YES,
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
