"""`guild label`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import FILTERS, RUNS, STATUS_FILTERS, YES
from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "label",
    "Set labels of runs.",
    "guild.adapters.cli.handlers.edit:label",
    help="""Set labels of runs. Without RUN the latest run is meant.""",
    arguments=(RUNS,),
    options=(
        Option(
            "set",
            "-s",
            "--set",
            metavar="VAL",
            help="Set the label; may refer to '${flag}', '${label}' and '${default_label}'.",
        ),
        Option("append", "-a", "--append", metavar="VAL", help="Add VAL behind the label."),
        Option("prepend", "-p", "--prepend", metavar="VAL", help="Add VAL before the label."),
        Option(
            "remove",
            "-rm",
            "--remove",
            multiple=True,
            metavar="VAL",
            help="Remove VAL from the label; repeatable.",
        ),
        Option("clear", "-c", "--clear", kind="flag", help="Remove the label."),
        YES,
        *FILTERS,
        *STATUS_FILTERS,
    ),
)
