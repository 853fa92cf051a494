"""`guild tag`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, RUNS, STATUS_FILTERS, YES
from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "tag",
    "Set tags of runs.",
    "guild.adapters.cli.handlers.edit:tag",
    help="""Set tags of runs. Without RUN the latest run is meant.""",
    arguments=(RUNS,),
    options=(
        Option("add", "-a", "--add", multiple=True, metavar="TAG", help="Add a tag; repeatable."),
        Option(
            "delete",
            "-d",
            "--delete",
            multiple=True,
            metavar="TAG",
            help="Remove a tag; repeatable.",
        ),
        Option("clear", "-c", "--clear", kind="flag", help="Remove all tags."),
        Option(
            "sync_labels", "-s", "--sync-labels", kind="flag", help="Change labels accordingly."
        ),
        Option("list_all", "--list-all", kind="flag", help="Show all tags in use."),
        YES,
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
