"""`guild compare`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, RUNS, STATUS_FILTERS
from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "compare",
    "Compare runs.",
    "guild.adapters.cli.handlers.compare:compare",
    arguments=(RUNS,),
    options=(
        Option("table", "-t", "--table", kind="flag", help="Show a table (the default)."),
        Option("csv", "--csv", metavar="PATH", help="Write CSV to PATH; '-' for standard output."),
        Option("json", "--json", kind="flag", help="Show as JSON."),
        Option(
            "skip_op_cols",
            "-p",
            "--skip-op-cols",
            kind="flag",
            help="Leave out flags and scalars.",
        ),
        Option(
            "skip_core",
            "-r",
            "--skip-core",
            kind="flag",
            help="Leave out operation, times, status and label.",
        ),
        Option(
            "extra_cols",
            "-e",
            "--extra-cols",
            kind="flag",
            help="Show the source code digest, too.",
        ),
        Option(
            "all_scalars",
            "-s",
            "--all-scalars",
            kind="flag",
            help="Show scalars of the system, too.",
        ),
        Option(
            "skip_unchanged",
            "-u",
            "--skip-unchanged",
            kind="flag",
            help="Leave out columns that are all the same.",
        ),
        Option(
            "min",
            "-min",
            "--min",
            metavar="COLUMN",
            help="Sort by a column, the least value first.",
        ),
        Option(
            "max",
            "-max",
            "--max",
            metavar="COLUMN",
            help="Sort by a column, the greatest value first.",
        ),
        Option(
            "limit",
            "-n",
            "--limit",
            "--top",
            kind="int",
            min=1,
            metavar="N",
            help="Show only the first N runs.",
        ),
        Option("include_batch", "--include-batch", kind="flag", help="Show batch runs, too."),
        Option("print_scalars", "--print-scalars", kind="flag", help="List scalars instead."),
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
