"""`guild check`: its options."""

from __future__ import annotations

from guild.adapters.cli.spec import Command, Option

__all__ = ["COMMAND"]

COMMAND = Command(
    "check",
    "Check the setup, the project and the runs.",
    "guild.adapters.cli.handlers.check:check",
    options=(
        Option(
            "no_info",
            "-n",
            "--no-info",
            kind="flag",
            help="Don't show information, only problems.",
        ),
        Option("verbose", "-v", "--verbose", kind="flag", help="Show more."),
        Option("json", "--json", kind="flag", help="Show as JSON."),
        Option(
            "version",
            "--version",
            metavar="REQ",
            help="Check that this version meets a requirement such as '>=1.0'.",
        ),
    ),
)
