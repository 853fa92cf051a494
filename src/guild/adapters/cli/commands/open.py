"""`guild open`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, ONE_RUN, STATUS_FILTERS
from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "open",
    "Open a run directory or a file of it.",
    "guild.adapters.cli.handlers.files:open_run",
    arguments=(ONE_RUN,),
    options=(
        Option(
            "path",
            "-p",
            "--path",
            metavar="PATH",
            help="What to open, relative to the run directory.",
        ),
        Option(
            "sourcecode",
            "-s",
            "--sourcecode",
            kind="flag",
            help="Open the source code; PATH is relative to it.",
        ),
        Option("output", "-O", "--output", kind="flag", help="Open the output."),
        Option("cmd", "-c", "--cmd", metavar="CMD", help="Open with CMD."),
        Option("shell", "--shell", kind="flag", help="Start a shell there."),
        Option("shell_cmd", "--shell-cmd", metavar="CMD", help="Start CMD as a shell there."),
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
