"""`guild comment`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, RUNS, STATUS_FILTERS, YES
from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "comment",
    "Comment on runs.",
    "guild.adapters.cli.handlers.comment:comment",
    help="""Comment on runs. Without RUN the latest run is meant.""",
    arguments=(RUNS,),
    options=(
        Option("list", "-l", "--list", kind="flag", help="Show comments."),
        Option("add", "-a", "--add", metavar="TEXT", help="Add a comment."),
        Option("edit", "-e", "--edit", kind="flag", help="Write the comment in an editor."),
        Option(
            "delete",
            "-d",
            "--delete",
            kind="int",
            min=1,
            metavar="INDEX",
            help="Delete a comment.",
        ),
        Option("clear", "-c", "--clear", kind="flag", help="Delete all comments."),
        Option("user", "-u", "--user", metavar="USER[@HOST]", help="Who comments."),
        YES,
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
