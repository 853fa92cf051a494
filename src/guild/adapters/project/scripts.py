"""Scripts, packages and modules as operations."""

from __future__ import annotations

import os
from collections.abc import Callable

from guild.domain.errors import GuildError, NoSuchOperation
from guild.domain.operation import (
    FLAG_ARGS,
    PYTHON_EXE,
    RUNNER,
    CommandSpec,
    Operation,
    SourceSpec,
)
from guild.domain.opref import OpRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.ports.project import FlagImporter

__all__ = ["ScriptCatalog"]


class ScriptCatalog:
    """Operations that files of the current directory are by themselves.

    A Python script, a directory with a `__main__.py`, a module named with dots as for
    `python -m`, or another executable file.

    Attributes:
        cwd: Absolute current directory.
        importer: Reads the flags of Python scripts.
        warn: Is told, a sentence each, what of a script was not understood.
    """

    def __init__(self, cwd: str, importer: FlagImporter, warn: Callable[[str], None]) -> None:
        self.cwd = cwd
        self.importer = importer
        self.warn = warn

    def find(self, spec: str) -> Operation:
        """See `OperationCatalog.find`."""
        if not spec:
            raise NoSuchOperation(
                "cannot find a default operation",
                "Try 'guild run SCRIPT' with the path of a script.",
            )
        path = os.path.normpath(os.path.join(self.cwd, os.path.expanduser(spec)))
        if os.path.isfile(path):
            return self._file(path, spec)
        if os.path.isfile(f"{path}/__main__.py"):
            return self._python(path, self._project_dir(path))
        module = f"{self.cwd}/{spec.replace('.', '/')}"
        if "/" not in spec and os.path.isfile(f"{module}.py"):
            return self._python(f"{module}.py", self.cwd, module=spec)
        if os.path.isdir(path):
            raise NoSuchOperation(f"cannot run '{spec}': the directory has no __main__.py")
        raise NoSuchOperation(f"cannot find operation {spec}", self._hint(spec))

    def has(self, spec: str) -> bool:
        """Whether a file of that path can be run."""
        path = os.path.normpath(os.path.join(self.cwd, os.path.expanduser(spec)))
        if os.path.isfile(path):
            return path.endswith((".py", ".ipynb")) or os.access(path, os.X_OK)
        return bool(spec) and os.path.isfile(f"{path}/__main__.py")

    def of_run(self, opref: OpRef, project_dir: str | None) -> Operation | None:
        """See `OperationCatalog.of_run`."""
        if opref.pkg_type != "script":
            return None
        path = f"{opref.pkg_name}/{opref.op}"
        if not os.path.exists(path):
            raise GuildError(f"invalid operation '{path}'", "The script is not there any more.")
        root = project_dir if project_dir and _is_below(path, project_dir) else opref.pkg_name
        return self._operation(path, root)

    def _file(self, path: str, spec: str) -> Operation:
        root = self._project_dir(path)
        if path.endswith((".py", ".ipynb")) or os.access(path, os.X_OK):
            return self._operation(path, root)
        raise NoSuchOperation(f"cannot run '{spec}': must be an executable file")

    def _operation(self, path: str, root: str) -> Operation:
        if path.endswith(".ipynb"):
            from guild.adapters.project.notebooks import notebook_operation

            return notebook_operation(path, root, _opref(path), self.importer, self.warn)
        return self._python(path, root) if _is_python(path) else self._executable(path, root)

    def _python(self, path: str, root: str, module: str | None = None) -> Operation:
        imported = self.importer.flags(path, root)
        for warning in imported.warnings:
            self.warn(warning)
        # With dots it runs as for `python -m`: relative imports work.
        relative = os.path.relpath(path, root)
        needed = (relative if path.endswith(".py") else f"{relative}/__main__.py",)
        module = module or relative.removesuffix(".py")
        command = CommandSpec(
            args=(PYTHON_EXE, *RUNNER, module, FLAG_ARGS),
            env={"FLAGS_DEST": imported.dest, "PROJECT_DIR": root},
            flags={flag.name: flag for flag in imported.flags},
            flags_dest=imported.dest,
        )
        return Operation(
            opref=_opref(path),
            name=os.path.basename(path),
            project_dir=root,
            command=command,
            flags=imported.flags,
            source=SourceSpec(root=root, needed=needed),
        )

    def _executable(self, path: str, root: str) -> Operation:
        relative = os.path.relpath(path, root)
        return Operation(
            opref=_opref(path),
            name=os.path.basename(path),
            project_dir=root,
            command=CommandSpec(args=(f"./{relative}",), env={"PROJECT_DIR": root}),
            source=SourceSpec(root=root, needed=(relative,)),
        )

    def _project_dir(self, path: str) -> str:
        """The current directory where the script is below it, else the script's own."""
        return self.cwd if _is_below(path, self.cwd) else os.path.dirname(path)

    def _hint(self, spec: str) -> str:
        from guild.domain.nearest import did_you_mean  # only a mistake needs it

        try:
            names = [name for name in os.listdir(self.cwd) if name.endswith(".py")]
        except OSError:
            names = []
        return did_you_mean(spec, names) or "Try 'guild run --help' for help."


def _is_python(path: str) -> bool:
    return path.endswith(".py") or os.path.isdir(path)


def _is_below(path: str, directory: str) -> bool:
    return path.startswith(directory.rstrip("/") + "/")


def _opref(path: str) -> OpRef:
    return OpRef("script", os.path.dirname(path), "", "", os.path.basename(path))
