"""Options and arguments that many commands share: which runs are meant."""

from __future__ import annotations

from guild.adapters.cli.spec import Argument, Option

__all__ = ["FILTERS", "ONE_RUN", "RUNS", "STATUSES", "STATUS_FILTERS", "YES"]

STATUSES = ("running", "completed", "error", "terminated", "pending", "staged")

_LETTERS = {"running": "r", "completed": "c", "error": "e", "terminated": "t"}
_LETTERS |= {"pending": "p", "staged": "s"}
_FILTER = "Filters"

FILTERS = (
    Option(
        "filter",
        "-F",
        "--filter",
        metavar="EXPR",
        help="Runs that an expression is true of: 'loss < 0.5 and lr = 0.1'.",
        group=_FILTER,
    ),
    Option(
        "operation",
        "-Fo",
        "--operation",
        multiple=True,
        metavar="VAL",
        help="Runs of an operation: its name, a pattern with '*', or '^a regular expression$'.",
        group=_FILTER,
    ),
    Option(
        "label",
        "-Fl",
        "--label",
        multiple=True,
        metavar="VAL",
        help="Runs with VAL in their label; '-' for those without one.",
        group=_FILTER,
    ),
    Option(
        "unlabeled", "-Fu", "--unlabeled", kind="flag", help="Runs without a label.", group=_FILTER
    ),
    Option(
        "tag",
        "-Ft",
        "--tag",
        multiple=True,
        metavar="TAG",
        help="Runs with a tag.",
        group=_FILTER,
    ),
    Option(
        "comment",
        "-Fc",
        "--comment",
        multiple=True,
        metavar="VAL",
        help="Runs with VAL in a comment; '-' for those without any.",
        group=_FILTER,
    ),
    Option("marked", "-Fm", "--marked", kind="flag", help="Marked runs.", group=_FILTER),
    Option(
        "unmarked",
        "-Fn",
        "--unmarked",
        kind="flag",
        help="Runs that aren't marked.",
        group=_FILTER,
    ),
    Option(
        "started",
        "-Fs",
        "--started",
        metavar="RANGE",
        help="Runs started in a range of time: 'today', 'last 2 hours', 'after 2026-05-01'.",
        group=_FILTER,
    ),
    Option(
        "digest",
        "-Fd",
        "--digest",
        metavar="VAL",
        help="Runs whose source code digest starts with VAL.",
        group=_FILTER,
    ),
)

STATUS_FILTERS = tuple(
    option
    for status in STATUSES
    for option in (
        Option(
            f"status_{status}",
            f"-S{_LETTERS[status]}",
            f"--{status}",
            kind="flag",
            help=f"Runs that are {status}." if status != "error" else "Runs that failed.",
            group=_FILTER,
        ),
        Option(
            f"not_{status}",
            f"--not-{status}",
            kind="flag",
            help=f"Runs that are not {status}." if status != "error" else "Runs that didn't fail.",
            group=_FILTER,
        ),
    )
)

RUNS = Argument(
    "runs",
    "RUN",
    many=True,
    help="Index (1 is the newest), range (2:5) or start of the ID of runs.",
)

ONE_RUN = Argument("run", "RUN", help="Index (1 is the newest) or start of the ID of a run.")

YES = Option("yes", "-y", "--yes", kind="flag", help="Don't ask.")
