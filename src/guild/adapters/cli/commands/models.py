"""`guild models`: its options."""

from __future__ import annotations

from guild.adapters.cli.commands.operations import FILTERS, LISTING
from guild.adapters.cli.spec import Command

__all__ = ["COMMAND"]

COMMAND = Command(
    "models",
    "List the models of a project.",
    "guild.adapters.cli.handlers.operations:models",
    help="List the models that the guild.yml of the current directory defines; where there is"
    " none, those of installed packages. Each FILTER has to be in the name or the description of"
    " what is listed.",
    options=LISTING,
    arguments=(FILTERS,),
)
