"""`guild runs info`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, ONE_RUN, STATUS_FILTERS
from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "info",
    "Show what is known of a run.",
    "guild.adapters.cli.handlers.runs_info:info",
    arguments=(ONE_RUN,),
    options=(
        Option("env", "-e", "--env", kind="flag", help="Show the environment, too."),
        Option("deps", "-d", "--deps", kind="flag", help="Show dependencies, too."),
        Option("comments", "-c", "--comments", kind="flag", help="Show comments, too."),
        Option("manifest", "-m", "--manifest", kind="flag", help="Show the manifest, too."),
        Option(
            "all_scalars",
            "-s",
            "--all-scalars",
            kind="flag",
            help="Show first, last, least, greatest, mean and total of all scalars.",
        ),
        Option(
            "private_attrs",
            "--private-attrs",
            kind="flag",
            hidden=True,
            help="Show attributes for internal use, too.",
        ),
        Option("json", "--json", kind="flag", help="Show as JSON."),
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
