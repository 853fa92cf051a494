"""`guild operations`: its options, which `guild models` has as well."""

from __future__ import annotations

from guild.adapters.cli.spec import Argument, Command, Option

__all__ = ["COMMAND", "FILTERS", "LISTING"]

FILTERS = Argument(
    "filters", "FILTER", many=True, help="Text that is in the name or the description."
)

LISTING = (
    Option(
        "all", "-a", "--all", kind="flag", help="Also those whose names begin with an underscore."
    ),
    Option(
        "installed",
        "-i",
        "--installed",
        kind="flag",
        help="Also those of installed packages that have a guild.yml.",
    ),
    Option("verbose", "-v", "--verbose", kind="flag", help="Show details."),
    Option("json", "--json", kind="flag", help="Show as JSON."),
)

COMMAND = Command(
    "operations, ops",
    "List the operations of a project.",
    "guild.adapters.cli.handlers.operations:operations",
    help="List the operations that the guild.yml of the current directory defines; where there"
    " is none, those of installed packages. Each FILTER has to be in the name or the description"
    " of what is listed.",
    options=LISTING,
    arguments=(FILTERS,),
)
