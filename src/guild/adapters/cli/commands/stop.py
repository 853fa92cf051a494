"""`guild stop`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, RUNS, YES
from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "stop",
    "Stop runs.",
    "guild.adapters.cli.handlers.stop:stop",
    help="""Stop runs. Without RUN all running runs are meant.""",
    arguments=(RUNS,),
    options=(
        Option(
            "no_wait", "-n", "--no-wait", kind="flag", help="Don't wait until they have stopped."
        ),
        Option(
            "timeout",
            "--timeout",
            kind="int",
            min=0,
            metavar="N",
            default=30,
            help="Seconds to wait for each run (30).",
        ),
        Option("force", "--force", kind="flag", help="Kill what has not stopped then."),
        YES,
        *FILTERS,
    ),
)
