"""`guild init`."""

from __future__ import annotations

import os

from guild.adapters.cli.context import Context
from guild.adapters.cli.spec import Values
from guild.app.init_project import EnvironmentRequest, InitRequest
from guild.domain.projectsetup import SKELETON, EnvironmentPlan, ProjectPlan

__all__ = ["init"]

_DECLINED = 4
_FLAGS = ("venv", "system_site_packages", "no_reqs", "pre")
_TEXTS = ("name", "python", "guild")
_LISTS = ("requirements", "paths")


def init(context: Context, values: Values) -> int:
    """Make a directory a project."""
    console = context.console
    setup = context.guild.projects.init
    plan = setup.plan(_request(context, values))
    if plan.environment and not values.flag("yes") and not _agreed(context, plan):
        return _DECLINED
    console.err(f"Initializing Guild environment in {values.text('directory') or plan.directory}")
    made = setup.make(plan, lambda step: console.err(_started(step, plan.environment)))
    if plan.skeleton:
        for name in SKELETON:
            console.err(f"Wrote {name}" if name in made else f"Kept {name} as it is")
    if plan.environment:
        activate = os.path.relpath(f"{plan.environment.directory}/bin/activate", _cwd(context))
        console.err(f"Activate the virtual environment with: source {activate}")
    _warn_of_other_home(context, f"{plan.directory.rstrip('/')}/.guild")
    return 0


def _warn_of_other_home(context: Context, home: str) -> None:
    named = context.env.get("GUILD_HOME")
    if named and os.path.realpath(os.path.join(_cwd(context), named)) != os.path.realpath(home):
        context.console.warn(
            f"GUILD_HOME is set to {named}: unset it for runs to be kept in the project"
        )


def _cwd(context: Context) -> str:
    return context.guild.settings.cwd


def _request(context: Context, values: Values) -> InitRequest:
    def absolute(path: str) -> str:
        return os.path.abspath(os.path.join(_cwd(context), os.path.expanduser(path)))

    guild = values.text("guild")
    environment = EnvironmentRequest(
        name=values.text("name"),
        python=values.text("python"),
        system_packages=values.flag("system_site_packages"),
        guild=absolute(guild) if guild else None,
        requirements=tuple(map(absolute, values.texts("requirements"))),
        no_requirements=values.flag("no_reqs"),
        pre=values.flag("pre"),
        paths=tuple(map(absolute, values.texts("paths"))),
    )
    wanted = (
        any(map(values.flag, _FLAGS))
        or any(values.text(name) is not None for name in _TEXTS)
        or any(map(values.texts, _LISTS))
    )
    return InitRequest(
        directory=absolute(values.text("directory") or "."),
        isolated=values.flag("isolate_resources"),
        environment=environment if wanted else None,
        skeleton=values.flag("skeleton"),
    )


def _agreed(context: Context, plan: ProjectPlan) -> bool:
    console = context.console
    console.err("You are about to initialize a Guild environment:")
    for name, text in _settings(plan):
        console.err(f"  {name}: {text}")
    return console.confirm("Continue?", default=True)


def _settings(plan: ProjectPlan) -> list[tuple[str, str]]:
    """What a user should know before it is made: names and texts."""
    environment = plan.environment
    shown = [
        ("Location", plan.directory),
        ("Downloaded resources", "shared" if plan.resources else "of its own"),
    ]
    if plan.skeleton:
        shown.append(("Files", ", ".join(SKELETON)))
    if environment:
        there = " (is there already)" if environment.exists else ""
        shown += [
            ("Virtual environment", environment.directory + there),
            ("Name", environment.name),
            ("Python interpreter", environment.python),
            ("System packages", "yes" if environment.system_packages else "no"),
            ("Guild", environment.guild or "not installed"),
            ("Requirements", ", ".join(environment.requirements) or "none"),
            ("Additional paths", ", ".join(environment.paths) or "none"),
        ]
    return shown


def _started(step: str, environment: EnvironmentPlan | None) -> str:
    if step == "packages":
        return "Installing packages"
    there = environment is not None and environment.exists
    return (
        "Using the virtual environment that is there"
        if there
        else ("Making a virtual environment")
    )
