"""What reads and makes projects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from guild.bootstrap.ports import ignore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.project.guildoperations import OperationBuilder
    from guild.app.init_project import InitProject
    from guild.app.ports.project import FlagImporter, OperationCatalog
    from guild.app.settings import Settings
    from guild.domain.guildfile import Guildfile

__all__ = ["Projects"]


class Projects:
    """What can be run in a directory, each part made when it is first asked for.

    Args:
        settings: Where and for whom to work.
        warn: Is told, a sentence each, what a user should know that is no error.
    """

    def __init__(self, settings: Settings, warn: Callable[[str], None]) -> None:
        self.settings = settings
        self.warn = warn

    @cached_property
    def catalog(self) -> OperationCatalog:
        """What can be run."""
        from guild.adapters.project.guildfiles import GuildfileCatalog
        from guild.adapters.project.scripts import ScriptCatalog

        warn = self._warn_of_flags
        return GuildfileCatalog(
            cwd=self.settings.cwd,
            scripts=ScriptCatalog(cwd=self.settings.cwd, importer=self._flag_importer, warn=warn),
            builder=lambda: self._operation_builder,
            load=self._load_guildfile,
            package_file=self._package_guildfile,
            warn=self.warn,
        )

    @property
    def fresh_catalog(self) -> OperationCatalog:
        """The same, with nothing that was kept of programs before."""
        env = {**self.settings.env, "NO_IMPORT_FLAGS_CACHE": "1"}
        return Projects(self.settings.replaced(env=env), self.warn).catalog

    def _load_guildfile(self, path: str) -> Guildfile:
        from guild.adapters.guildfile.loader import load_guildfile

        return load_guildfile(path, f"{self.settings.home}/cache/guildfile")

    def _package_guildfile(self, name: str) -> str | None:
        from guild.adapters.guildfile.packages import package_file

        return package_file(name, self.settings.cwd)

    @cached_property
    def _operation_builder(self) -> OperationBuilder:
        from guild.adapters.configfiles import config_flags
        from guild.adapters.project.guildoperations import OperationBuilder
        from guild.adapters.project.programs import ProgramFlags

        warn = self._warn_of_flags
        return OperationBuilder(ProgramFlags(self._flag_importer, config_flags, warn), warn)

    @property
    def _warn_of_flags(self) -> Callable[[str], None]:
        return ignore if self.settings.switched_on("NO_WARN_FLAGS_IMPORT") else self.warn

    @cached_property
    def _flag_importer(self) -> FlagImporter:
        from guild.adapters.flagimport import PythonFlagImporter

        keep = not self.settings.switched_on("NO_IMPORT_FLAGS_CACHE")
        return PythonFlagImporter(
            python=self.settings.python_exe,
            env=self.settings.env,
            cache_dir=f"{self.settings.home}/cache/import-flags" if keep else None,
        )

    @cached_property
    def installed(self) -> Sequence[tuple[str, Guildfile]]:
        """Names of installed packages that are projects, too, and what their files say."""
        from guild.adapters.project.installed import installed_projects

        return installed_projects(self._load_guildfile, self.warn)

    @property
    def init(self) -> InitProject:
        """Makes directories projects."""
        from guild.adapters.fsstore.projectfiles import DirectoryProjectFiles
        from guild.adapters.system.virtualenvs import VirtualEnvironments
        from guild.app.init_project import InitProject

        return InitProject(
            DirectoryProjectFiles(),
            VirtualEnvironments(self.settings.env, self.settings.cwd),
            user_home=self.settings.user_home,
            python_exe=self.settings.python_exe,
        )
