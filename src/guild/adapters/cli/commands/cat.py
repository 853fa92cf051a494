"""`guild cat`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, ONE_RUN, STATUS_FILTERS
from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "cat",
    "Show a file of a run.",
    "guild.adapters.cli.handlers.files:cat",
    arguments=(ONE_RUN,),
    options=(
        Option(
            "path", "-p", "--path", metavar="PATH", help="The file, relative to the run directory."
        ),
        Option(
            "sourcecode",
            "-s",
            "--sourcecode",
            kind="flag",
            help="PATH is relative to the source code.",
        ),
        Option("output", "-O", "--output", kind="flag", help="Show the output."),
        Option("page", "-pa", "--page", kind="flag", help="Use a pager."),
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
