"""Programs of operations: where they are, and what they say of their own flags."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING

from guild.adapters.project.notebooks import find_notebook
from guild.domain.errors import GuildError
from guild.domain.importedflags import ImportedFlags

if TYPE_CHECKING:
    from guild.app.ports.project import FlagImporter
    from guild.domain.flagdef import FlagDef
    from guild.domain.guildfile import OperationDef

__all__ = ["CONFIG", "ProgramFlags", "notebook_of", "words_of"]

CONFIG = "config:"
"""Begins a destination of flags that is a file."""

_LITERAL, _MARK = "\\${", "\0{"
"""What begins a reference that is none, and what keeps its backslash while words are split."""


def words_of(definition: OperationDef, attribute: str) -> list[str]:
    """The words of a command.

    Args:
        definition: Of the operation.
        attribute: `main` or `exec`.

    Raises:
        GuildError: If they can't be told apart.
    """
    try:
        words = shlex.split((getattr(definition, attribute) or "").replace(_LITERAL, _MARK))
    except ValueError as error:
        raise GuildError(
            f"invalid setting for operation '{definition.name}': {attribute}: {error}"
        ) from error
    return [word.replace(_MARK, _LITERAL) for word in words]


def notebook_of(definition: OperationDef, project_dir: str) -> tuple[str, str]:
    """A notebook's absolute path, and its path where source code is copied from."""
    source = definition.sourcecode
    root = project_dir if source.disabled else os.path.join(project_dir, source.root or ".")
    return find_notebook(definition.notebook or "", root, project_dir)


class ProgramFlags:
    """Finds the programs of operations and reads their flags.

    Attributes:
        importer: Reads the flags of Python programs.
        config_flags: Reads those of a config file, by its absolute path.
        warn: Is told, a sentence each, what was not understood.
    """

    def __init__(
        self,
        importer: FlagImporter,
        config_flags: Callable[[str], tuple[FlagDef, ...]],
        warn: Callable[[str], None],
    ) -> None:
        self.importer = importer
        self.config_flags = config_flags
        self.warn = warn

    def read(
        self, definition: OperationDef, project_dir: str
    ) -> tuple[ImportedFlags | None, tuple[str, ...]]:
        """What a program says of its flags, and which files it can't do without.

        Args:
            definition: Of the operation.
            project_dir: Absolute directory of the project.

        Returns:
            The flags, None if they don't matter, and paths relative to the source root.

        Raises:
            GuildError: If it is not said what the program is.
        """
        if definition.steps is not None:
            return None, ()
        dest = definition.flags_dest or ""
        if dest.startswith(CONFIG):
            return self._of_config(dest, project_dir), self._files(definition, project_dir)
        if definition.notebook is not None:
            path, relative = notebook_of(definition, project_dir)
            return self._of_python(path, project_dir, definition), (relative,)
        if definition.main is None:
            return None, self._files(definition, project_dir)
        script, needed = _program(definition, project_dir)
        if dest == "none" or not (definition.flags or definition.flags_import):
            return None, needed
        module, *words = words_of(definition, "main")
        if script is None:
            self.warn(f"cannot import flags from {module}: No module named {module}")
            return None, needed
        return self._of_python(script, project_dir, definition, tuple(words)), needed

    def _files(self, definition: OperationDef, project_dir: str) -> tuple[str, ...]:
        """The files of a program whose flags don't come from itself."""
        if definition.main is not None:
            return _program(definition, project_dir)[1]
        command = next(iter(words_of(definition, "exec")), "") if definition.exec else ""
        root = os.path.join(project_dir, definition.sourcecode.root or ".")
        path = os.path.normpath(os.path.join(root, command))
        inside = os.path.relpath(path, root)
        return (inside,) if os.path.isfile(path) and not inside.startswith("..") else ()

    def _of_config(self, dest: str, project_dir: str) -> ImportedFlags:
        path = os.path.join(project_dir, dest.removeprefix(CONFIG))
        try:
            return ImportedFlags(flags=self.config_flags(path), dest=dest)
        except GuildError as error:
            self.warn(error.on_one_line.replace(f"{project_dir}/", ""))
            return ImportedFlags(dest=dest)

    def _of_python(
        self,
        path: str,
        project_dir: str,
        definition: OperationDef,
        words: tuple[str, ...] = (),
    ) -> ImportedFlags | None:
        try:
            imported = self.importer.flags(
                path, project_dir, dest=definition.flags_dest, words=words
            )
        except GuildError as error:
            self.warn(error.on_one_line)
            return None
        for warning in imported.warnings:
            self.warn(warning)
        return imported


def _program(definition: OperationDef, project_dir: str) -> tuple[str | None, tuple[str, ...]]:
    """The program's absolute path, and its files relative to the source root."""
    words = words_of(definition, "main")
    if not words:
        raise GuildError(f"invalid definition for operation '{definition.name}': main is empty")
    directory, _, module = words[0].rpartition("/")
    relative = os.path.join(directory, module.replace(".", "/"))
    root = os.path.join(project_dir, definition.sourcecode.root or ".")
    for base in (root, project_dir, *definition.python_path):
        path = os.path.normpath(os.path.join(project_dir, base, relative))
        for file in (f"{path}.py", f"{path}/__main__.py"):
            if os.path.isfile(file):
                inside = os.path.relpath(file, root)
                needed = () if inside.startswith("..") else (inside,)
                return (file if file.endswith(f"{path}.py") else path), needed
    return None, ()
