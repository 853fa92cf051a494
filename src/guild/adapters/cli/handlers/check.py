"""`guild check`."""

from __future__ import annotations

from collections.abc import Iterable

from guild import __version__
from guild.adapters.cli.context import Context
from guild.adapters.cli.spec import Values
from guild.app.ports.run_contents import Damage
from guild.domain.display import shown
from guild.domain.errors import GuildError
from guild.domain.record import Record

__all__ = ["check"]

_COLUMN = 27
_REQUIRED = (
    "attrs",
    "cattrs",
    "google-crc32c",
    "portalocker",
    "psutil",
    "PyYAML",
    "tensorboard",
    "typer",
)
_GUILDFILE = "guild.yml"
_OPTIONAL = ("numpy", "pandas", "scikit-learn", "scikit-optimize")


class _Project(Record):
    """The project's Guild file.

    Attributes:
        state: How it is, in short; empty if there is none.
        errors: What is wrong, a sentence each.
        warnings: What is odd and no error, a sentence each.
    """

    state: str = ""
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check(context: Context, values: Values) -> int:
    """Show the setup and name what is wrong with the project and damaged among the runs.

    Exit status 1 for errors and severe damage.
    """
    if values.text("version"):
        _check_version(values.text("version") or "")
    facts = _facts(context, values.flag("verbose"))
    project = _check_project(context)
    if project.state:
        facts.append((_GUILDFILE, project.state))
    damage = list(context.guild.contents.check(context.guild.settings.home))
    missing = [name for name, text in facts if text is None and name not in _OPTIONAL]
    if values.flag("json"):
        _show_json(context, facts, damage, project)
    else:
        if not values.flag("no_info"):
            _show_facts(context, facts)
        for problem in (*project.errors, *project.warnings):
            context.console.out(shown(problem))
        _show_damage(context, damage)
    if missing:
        raise GuildError(f"there are problems with your setup: {', '.join(missing)} missing")
    return 1 if project.errors or any(found.severe for found in damage) else 0


def _check_project(context: Context) -> _Project:
    try:
        guildfile = context.guild.project
    except GuildError as error:
        return _Project(state="error", errors=(error.on_one_line,))
    if guildfile is None:
        return _Project()
    count = sum(len(model.operations) for model in guildfile.models)
    named = f"{count} operation{'' if count == 1 else 's'}"
    from guild.adapters.cli.handlers.projectcheck import operation_problems

    errors, odd = operation_problems(context, guildfile)
    return _Project(
        state="error" if errors else f"ok ({named})",
        errors=tuple(errors),
        warnings=tuple(f"warning: {warning}" for warning in (*guildfile.warnings, *odd)),
    )


def _facts(context: Context, verbose: bool) -> list[tuple[str, str | None]]:
    """Names and texts; None for a package that is not there."""
    import os
    import sys

    settings = context.guild.settings
    uname = os.uname()
    facts: list[tuple[str, str | None]] = [
        ("guild_version", __version__),
        ("guild_install_location", os.path.join(settings.guild_path, "guild")),
        ("guild_home", settings.home),
        ("python_version", sys.version.replace("\n", "")),
        ("python_exe", sys.executable),
        ("platform", f"{uname.sysname} {uname.release} {uname.machine}"),
        ("runs", str(len(context.guild.store.ids()))),
    ]
    packages = _REQUIRED + (_OPTIONAL if verbose else ())
    return [*facts, *((name, _version_of(name)) for name in packages)]


def _version_of(name: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _show_facts(context: Context, facts: Iterable[tuple[str, str | None]]) -> None:
    for name, text in facts:
        missing = context.console.styled("not installed", "red")
        context.console.out(f"{name}:".ljust(_COLUMN) + (missing if text is None else shown(text)))


def _show_damage(context: Context, damage: Iterable[Damage]) -> None:
    for found in damage:
        advice = f" - {found.advice}" if found.advice else ""
        context.console.out(f"{shown(found.path)}: {found.what}{advice}")


def _show_json(
    context: Context,
    facts: Iterable[tuple[str, str | None]],
    damage: Iterable[Damage],
    project: _Project,
) -> None:
    import json

    found = [
        {"path": item.path, "what": item.what, "advice": item.advice, "severe": item.severe}
        for item in damage
    ]
    problems = {"errors": project.errors, "warnings": project.warnings} if project.state else {}
    context.console.out(json.dumps({**dict(facts), **problems, "damage": found}))


def _check_version(requirement: str) -> None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        wanted = SpecifierSet(requirement, prereleases=True)
    except InvalidSpecifier:
        raise GuildError(
            f"invalid requirement spec '{requirement}'", "Try one such as '>=1.0,<2'."
        ) from None
    if __version__ not in wanted:
        raise GuildError(
            f"version mismatch: current version '{__version__}' does not match '{requirement}'"
        )
