"""`guild runs list`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, STATUS_FILTERS
from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "list",
    "List runs, the newest first.",
    "guild.adapters.cli.handlers.runs_list:list_runs",
    options=(
        Option("all", "-a", "--all", kind="flag", help="Show all runs."),
        Option("more", "-m", "--more", kind="count", help="Show 20 more runs; repeatable."),
        Option(
            "limit", "-n", "--limit", kind="int", min=1, metavar="N", help="Show at most N runs."
        ),
        Option("deleted", "-d", "--deleted", kind="flag", help="Show runs of the trash."),
        Option("comments", "-c", "--comments", kind="flag", help="Show comments."),
        Option("verbose", "-v", "--verbose", kind="flag", help="Show details."),
        Option("json", "--json", kind="flag", help="Show all runs as JSON."),
        Option("simplified", "-s", "--simplified", kind="flag", help="Show fewer columns."),
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
