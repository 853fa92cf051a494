"""Making a directory a project of its own."""

from __future__ import annotations

from collections.abc import Callable

from guild.app.ports.projectsetup import Environments, ProjectFiles
from guild.domain.errors import GuildError
from guild.domain.projectsetup import SKELETON, EnvironmentPlan, ProjectPlan
from guild.domain.record import Record

__all__ = ["EnvironmentRequest", "InitProject", "InitRequest"]

_ENVIRONMENT = "venv"
_REQUIREMENTS = "requirements.txt"


class EnvironmentRequest(Record):
    """The virtual environment a user wants; paths are absolute.

    Attributes:
        name: What shells show; None for the name of the project's directory.
        python: The interpreter as users name it; None for the one that runs scripts.
        system_packages: As in `EnvironmentPlan`.
        guild: As in `EnvironmentPlan`.
        requirements: Files; without any, `requirements.txt` of the project.
        no_requirements: Whether none are installed.
        pre: As in `EnvironmentPlan`.
        paths: As in `EnvironmentPlan`.
    """

    name: str | None = None
    python: str | None = None
    system_packages: bool = False
    guild: str | None = None
    requirements: tuple[str, ...] = ()
    no_requirements: bool = False
    pre: bool = False
    paths: tuple[str, ...] = ()


class InitRequest(Record):
    """What a user wants of a new project.

    Attributes:
        directory: Absolute path.
        isolated: Whether downloads are not shared with other projects.
        environment: The virtual environment; None for none.
        skeleton: Whether to write the files of a small project.
    """

    directory: str
    isolated: bool = False
    environment: EnvironmentRequest | None = None
    skeleton: bool = False


class InitProject:
    """Makes projects, in steps that can be told of; what exists is kept.

    Args:
        files: Makes files.
        environments: Makes virtual environments.
        user_home: The user's home directory.
        python_exe: Interpreter that runs scripts.
    """

    def __init__(
        self, files: ProjectFiles, environments: Environments, user_home: str, python_exe: str
    ) -> None:
        self._files = files
        self._environments = environments
        self._user_home = user_home
        self._python_exe = python_exe

    def plan(self, request: InitRequest) -> ProjectPlan:
        """What is to be made; makes nothing.

        Raises:
            GuildError: If something the user names isn't there, or in the way.
        """
        directory = request.directory
        if self._files.is_file(f"{directory}/.guild/opref"):
            raise GuildError(f"{directory} is a run directory: it can't be a project")
        resources = f"{self._user_home}/.guild/cache/resources"
        own = request.isolated or resources == f"{directory}/.guild/cache/resources"
        wanted = request.environment
        return ProjectPlan(
            directory=directory,
            resources=None if own else resources,
            environment=self._environment(directory, wanted) if wanted else None,
            skeleton=request.skeleton,
        )

    def _environment(self, project: str, wanted: EnvironmentRequest) -> EnvironmentPlan:
        directory = f"{project.rstrip('/')}/{_ENVIRONMENT}"
        if wanted.no_requirements and wanted.requirements:
            raise GuildError("--no-reqs and --requirement cannot both be used")
        requirements = wanted.requirements
        default = f"{project.rstrip('/')}/{_REQUIREMENTS}"
        if not (requirements or wanted.no_requirements) and self._files.is_file(default):
            requirements = (default,)
        self._check(wanted)
        return EnvironmentPlan(
            directory=directory,
            name=wanted.name or project.rstrip("/").rpartition("/")[2] or _ENVIRONMENT,
            python=self._environments.find_python(wanted.python or self._python_exe),
            exists=self._environments.is_environment(directory),
            system_packages=wanted.system_packages,
            guild=wanted.guild,
            requirements=requirements,
            pre=wanted.pre,
            paths=wanted.paths,
        )

    def _check(self, wanted: EnvironmentRequest) -> None:
        """Refuse what is not there, before anything is made."""
        is_file, is_dir = self._files.is_file, self._files.is_dir
        for path in wanted.requirements:
            if not is_file(path):
                raise GuildError(f"requirements file {path} does not exist")
        for path in wanted.paths:
            if not is_dir(path):
                raise GuildError(f"directory {path} does not exist")
            if "\n" in path or "\r" in path:
                raise GuildError(f"{path} can't be an import path: it has a line break")
        if wanted.guild and not (is_file(wanted.guild) or is_dir(wanted.guild)):
            raise GuildError(
                f"cannot install Guild from {wanted.guild}: it does not exist",
                "Name a wheel, an archive or a directory with Guild's source code.",
            )

    def make(self, plan: ProjectPlan, starting: Callable[[str], None]) -> tuple[str, ...]:
        """Make what a plan says.

        Args:
            plan: From `plan`.
            starting: Is told before each step that may take long: `environment`, `packages`.

        Returns:
            Names of the files of the skeleton that were made.

        Raises:
            GuildError: If that fails; what was made until then stays.
        """
        self._files.make_home(f"{plan.directory.rstrip('/')}/.guild", plan.resources)
        made = tuple(self._written(plan.directory)) if plan.skeleton else ()
        if plan.environment:
            starting("environment")
            self._environments.make(plan.environment)
            if plan.environment.guild or plan.environment.requirements:
                starting("packages")
                self._environments.install(plan.environment)
        return made

    def _written(self, directory: str) -> list[str]:
        return [
            name
            for name, text in SKELETON.items()
            if self._files.write_new(f"{directory.rstrip('/')}/{name}", text)
        ]
