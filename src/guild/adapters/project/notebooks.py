"""Notebooks as operations."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from guild.domain.errors import GuildError
from guild.domain.operation import FLAG_ARGS, PYTHON_EXE, CommandSpec, Operation, SourceSpec

if TYPE_CHECKING:
    from guild.app.ports.project import FlagImporter
    from guild.domain.opref import OpRef

__all__ = ["find_notebook", "notebook_operation", "notebook_words"]

_RUNNER = ("-um", "guild.nb_main")
"""Words after the interpreter's that execute a notebook as a run's program."""


def find_notebook(notebook: str, root: str, project_dir: str) -> tuple[str, str]:
    """Absolute path of a notebook, and its path relative to where source code is copied from.

    Args:
        notebook: Its path as a project gives it: relative to the root or to the project.
        root: Absolute directory that source code is copied from.
        project_dir: Absolute directory of the project.
    """
    for base in (root, project_dir):
        path = os.path.normpath(os.path.join(base, notebook))
        inside = os.path.relpath(path, root)
        if os.path.isfile(path) and not inside.startswith("../"):
            return path, inside
    return os.path.normpath(os.path.join(project_dir, notebook)), notebook


def notebook_words(relative: str) -> tuple[str, ...]:
    """Words of the command that executes a notebook, by its path below the source code.

    Raises:
        GuildError: If that is no path of a notebook in the project.
    """
    path = os.path.normpath(relative)
    if not path.endswith(".ipynb") or os.path.isabs(path) or path.startswith("../"):
        raise GuildError(
            f"invalid notebook '{relative}': expected the path of an .ipynb file in the project"
        )
    return (PYTHON_EXE, *_RUNNER, path, FLAG_ARGS)


def notebook_operation(
    path: str, root: str, opref: OpRef, importer: FlagImporter, warn: Callable[[str], None]
) -> Operation:
    """The operation that a notebook is by itself.

    Args:
        path: Absolute path of the notebook.
        root: Absolute directory of the project, above it.
        opref: Reference stored in its runs.
        importer: Reads its flags.
        warn: Is told, a sentence each, what of it was not understood.

    Raises:
        GuildError: If the file can't be read or is no notebook.
    """
    relative = os.path.relpath(path, root)
    imported = importer.flags(path, root)
    for warning in imported.warnings:
        warn(warning)
    return Operation(
        opref=opref,
        name=os.path.basename(path),
        project_dir=root,
        command=CommandSpec(
            args=notebook_words(relative),
            env={"FLAGS_DEST": imported.dest, "PROJECT_DIR": root},
            flags={flag.name: flag for flag in imported.flags},
            flags_dest=imported.dest,
        ),
        flags=imported.flags,
        source=SourceSpec(root=root, needed=(relative,)),
    )
