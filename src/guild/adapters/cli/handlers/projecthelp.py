"""`guild help` of a project."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from guild.adapters.cli.context import Context
from guild.adapters.cli.handlers.operationflags import operation_flags
from guild.adapters.cli.handlers.projectpages import ModelHelp, OperationHelp, ProjectHelp
from guild.adapters.cli.spec import Values
from guild.domain.display import shown
from guild.domain.errors import GuildError
from guild.domain.projectlisting import listed_operations

if TYPE_CHECKING:
    from guild.domain.guildfile import Guildfile

__all__ = ["project_help"]

_FILE_NAME = "guild.yml"


def project_help(context: Context, values: Values) -> int:
    """Show what a project or a package has.

    Raises:
        GuildError: If there is neither.
    """
    from guild.adapters.cli.handlers.projectpages import markdown_lines, text_lines

    what = next(iter(values.texts("what")), None)
    told = _told(context, what)
    if values.flag("markdown"):
        level = values.int("base_heading_level") or 1
        text = "\n".join(markdown_lines(told, values.text("title") or "", level))
    else:
        text = "\n".join(text_lines(told, context.console.width()))
    if values.flag("no_pager"):
        context.console.out(text)
    else:
        from guild.adapters.cli.handlers.pager import page_text

        page_text(context, text)
    return 0


def _told(context: Context, what: str | None) -> ProjectHelp:
    if what is None:
        project = context.guild.project
        if project is None:
            where = "the current directory" if context.cwd is None else f"'{context.cwd}'"
            raise _no_guildfile(where)
        where = "in the current directory" if context.cwd is None else f"in {shown(context.cwd)}"
        return _help_of(context, "", project, where)
    path = os.path.join(context.guild.settings.cwd, os.path.expanduser(what))
    if os.path.basename(path) == _FILE_NAME and os.path.isfile(path):
        path = os.path.dirname(path)
    if os.path.isdir(path):
        there = _in_directory(context, os.path.normpath(path))
        if there.guild.project is None:
            raise _no_guildfile(f"'{what}'")
        return _help_of(there, "", there.guild.project, f"in {shown(what)}")
    for name, guildfile in context.guild.projects.installed:
        if name == what:
            return _help_of(context, name, guildfile, f"of package {shown(name)}")
    raise _no_package(context, what)


def _in_directory(context: Context, directory: str) -> Context:
    """The same surroundings with another current directory."""
    home = context.guild.settings.home
    return Context(
        context.argv, context.console, context.env, cwd=directory, home=home, debug=context.debug
    )


def _no_guildfile(where: str) -> GuildError:
    return GuildError(
        f"{where} does not contain a Guild file (guild.yml)",
        "Try specifying a project path or package name or 'guild help --help' for help.\n"
        "Use 'guild --help' for a list of commands.",
    )


def _no_package(context: Context, name: str) -> GuildError:
    from guild.adapters.cli.catalog import COMMANDS, listed
    from guild.domain.nearest import did_you_mean

    commands = [alias for names, _ in listed(COMMANDS) for alias in names.split(", ")]
    packages = [package for package, _ in context.guild.projects.installed]
    return GuildError(
        f"cannot find a package matching '{name}'",
        did_you_mean(name, [*packages, *commands])
        or "Try 'guild operations --installed' for what installed packages have, or"
        " 'guild --help' for a list of commands.",
    )


def _help_of(context: Context, package: str, guildfile: Guildfile, where: str) -> ProjectHelp:
    operations = listed_operations([(package, guildfile)])
    models = [
        ModelHelp(
            model=model,
            operations=tuple(
                OperationHelp(
                    name=listed.name,
                    definition=listed.operation,
                    flags=tuple(operation_flags(context, listed)),
                )
                for listed in operations
                if listed.model is model
            ),
        )
        for model in guildfile.models
    ]
    return ProjectHelp(where=where, is_package=bool(package), models=tuple(models))
