"""`guild select`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, RUNS, STATUS_FILTERS
from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "select",
    "Show the IDs of runs.",
    "guild.adapters.cli.handlers.select:select",
    arguments=(RUNS,),
    options=(
        Option(
            "all",
            "-A",
            "--all",
            kind="flag",
            help="All runs that the filters leave, not only the newest.",
        ),
        Option(
            "min",
            "-min",
            "--min",
            metavar="COLUMN",
            help="The run with the least value of a scalar, =flag or .attribute.",
        ),
        Option("max", "-max", "--max", metavar="COLUMN", help="The run with the greatest value."),
        Option("short_id", "-s", "--short-id", kind="flag", help="Show short IDs."),
        Option("attr", "-a", "--attr", metavar="NAME", help="Show an attribute instead."),
        Option(
            "path", "-p", "--path", "--dir", kind="flag", help="Show the run directory instead."
        ),
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
