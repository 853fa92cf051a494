"""`guild ls`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, ONE_RUN, STATUS_FILTERS
from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "ls",
    "List the files of a run.",
    "guild.adapters.cli.handlers.files:ls",
    arguments=(ONE_RUN,),
    options=(
        Option(
            "path",
            "-p",
            "--path",
            metavar="PATH",
            help="Only PATH or what is below it; may have '*' and '?'.",
        ),
        Option("sourcecode", "-s", "--sourcecode", kind="flag", help="Only source code."),
        Option("dependencies", "-d", "--dependencies", kind="flag", help="Only dependencies."),
        Option(
            "generated", "-g", "--generated", kind="flag", help="Only files that the run made."
        ),
        Option("all", "-a", "--all", kind="flag", help="Hidden files, too."),
        Option("full_path", "-f", "--full-path", kind="flag", help="Show absolute paths."),
        Option(
            "follow_links",
            "-L",
            "--follow-links",
            kind="flag",
            help="List what is behind links to directories.",
        ),
        Option("no_format", "-n", "--no-format", kind="flag", help="Only paths, no header."),
        Option("human_readable", "-h", "--human-readable", kind="flag", help="Show sizes."),
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
