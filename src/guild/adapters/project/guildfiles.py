"""The operations of a project: those of its `guild.yml` before its scripts."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property

from guild.domain.errors import GuildError, NoSuchOperation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.project.guildoperations import OperationBuilder
    from guild.adapters.project.scripts import ScriptCatalog
    from guild.domain.guildfile import Guildfile
    from guild.domain.operation import Operation
    from guild.domain.opref import OpRef

__all__ = ["FILE_NAME", "GuildfileCatalog"]

FILE_NAME = "guild.yml"


class GuildfileCatalog:
    """See `OperationCatalog`. Only the file in the current directory counts, never one above.

    Attributes:
        cwd: Absolute current directory.
        scripts: What files are by themselves.
        builder: Gives what makes operations of definitions.
        load: Reads a file.
        package_file: Gives the path of an installed package's file; None if it has none.
        warn: Is told, a sentence each, what was not understood.
    """

    def __init__(
        self,
        *,
        cwd: str,
        scripts: ScriptCatalog,
        builder: Callable[[], OperationBuilder],
        load: Callable[[str], Guildfile],
        package_file: Callable[[str], str | None],
        warn: Callable[[str], None],
    ) -> None:
        self.cwd = cwd
        self.scripts = scripts
        self.builder = builder
        self.load = load
        self.package_file = package_file
        self.warn = warn

    @cached_property
    def _project(self) -> Guildfile | None:
        path = f"{self.cwd}/{FILE_NAME}"
        # A link that leads nowhere is a mistake to be told of, not an absence.
        return self.load(path) if os.path.lexists(path) else None

    def project(self) -> Guildfile | None:
        """See `OperationCatalog.project`."""
        return self._project

    def find(self, spec: str) -> Operation:
        """See `OperationCatalog.find`."""
        try:
            project = self.project()
        except GuildError as error:
            if not self.scripts.has(spec):
                raise
            self.warn(f"{error.on_one_line} - running the script '{spec}' without it")
            return self.scripts.find(spec)
        if project is None and "/" not in spec:
            return self.scripts.find(spec)
        try:
            return self._defined(project, spec)
        except NoSuchOperation:
            if self.scripts.has(spec):
                return self.scripts.find(spec)
            if project is None:
                return self.scripts.find(spec)  # which says what it looked for
            raise

    def of_run(self, opref: OpRef, project_dir: str | None) -> Operation | None:
        """See `OperationCatalog.of_run`."""
        if opref.pkg_type == "guildfile":
            path = opref.pkg_name
        elif opref.pkg_type == "package":
            path = self.package_file(opref.pkg_name) or ""
        else:
            return self.scripts.of_run(opref, project_dir)
        if not os.path.exists(path):
            return None
        guildfile = self.project() if path == f"{self.cwd}/{FILE_NAME}" else self.load(path)
        for model in guildfile.models if guildfile else ():
            for operation in model.operations:
                if guildfile and (model.name, operation.name) == (opref.model, opref.op):
                    return self.builder().operation(guildfile, operation, opref)
        return None

    def _defined(self, project: Guildfile | None, spec: str) -> Operation:
        from guild.domain.opref import OpRef
        from guild.domain.opspec import OpSpec, find_operation

        asked = OpSpec.parse(spec)
        guildfile = self._of_package(asked.package) if asked.package else project
        if guildfile is None:
            raise NoSuchOperation(
                f"cannot find operation {spec}", f"There is no package '{asked.package}'."
            )
        model, operation = find_operation(guildfile.models, asked)
        for warning in guildfile.warnings_about(operation):
            self.warn(str(warning))
        kind, name = ("package", asked.package) if asked.package else ("guildfile", guildfile.path)
        opref = OpRef(kind, name, guildfile.digest, model.name, operation.name)
        return self.builder().operation(guildfile, operation, opref)

    def _of_package(self, name: str) -> Guildfile | None:
        path = self.package_file(name)
        return self.load(path) if path else None
