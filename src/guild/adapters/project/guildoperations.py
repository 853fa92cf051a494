"""Operations made of what a `guild.yml` says and of what their programs say of themselves."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from guild.adapters.project.notebooks import notebook_words
from guild.adapters.project.programs import CONFIG, notebook_of, words_of
from guild.domain.dependency import Resource, Source
from guild.domain.depresolve import dependency_flags
from guild.domain.errors import GuildError
from guild.domain.flagargs import variable_text
from guild.domain.flagmerge import merged_flags, unknown_names
from guild.domain.operation import (
    FLAG_ARGS,
    PYTHON_EXE,
    RUNNER,
    CommandSpec,
    Operation,
)
from guild.domain.sourceselect import source_spec

if TYPE_CHECKING:
    from guild.adapters.project.programs import ProgramFlags
    from guild.domain.flagdef import FlagDef
    from guild.domain.guildfile import Guildfile, OperationDef
    from guild.domain.importedflags import ImportedFlags
    from guild.domain.operation import SourceSpec
    from guild.domain.opref import OpRef

__all__ = ["OperationBuilder"]

_FLAG_ARGS = "${flag_args}"
_RESERVED = (
    *(
        "cmd",
        "comments",
        "compare",
        "deps",
        "env",
        "exit_status",
        "flags",
        "host",
        "id",
        "initialized",
    ),
    *("label", "marked", "max_trials", "objective", "op", "opdef_attrs", "pip_freeze"),
    *("platform", "plugins", "r_packages_loaded", "r_sys_info", "random_seed", "run_params"),
    *("sourcecode_digest", "stage_trials", "started", "steps", "stopped", "tags", "trials"),
    *("user", "user_flags", "vcs_commit"),
)
"""Attributes of runs that mean something already."""
_ATTRIBUTE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_START_STEPS = ("-m", "guild", "run", "-y", "--start", ".")
"""How the process of a staged pipeline is started by hand."""


class OperationBuilder:
    """Makes operations of definitions.

    Attributes:
        programs: Reads the flags of programs.
        warn: Is told, a sentence each, what was not understood.
    """

    def __init__(
        self,
        programs: ProgramFlags,
        warn: Callable[[str], None],
    ) -> None:
        self.programs = programs
        self.warn = warn

    def operation(self, guildfile: Guildfile, definition: OperationDef, opref: OpRef) -> Operation:
        """The operation of a definition.

        Args:
            guildfile: Where it is defined.
            definition: What is said of it.
            opref: Its reference.

        Raises:
            GuildError: If it can't be run as it is defined.
        """
        project_dir = guildfile.directory
        requires = (*definition.requires, *_config_resources(definition, project_dir))
        imported, needed = self.programs.read(definition, project_dir)
        flags = self._flags(definition, requires, imported)
        dest = definition.flags_dest or (imported.dest if imported else None)
        return Operation(
            opref=opref,
            name=opref.name,
            project_dir=project_dir,
            command=CommandSpec(
                args=self._words(definition, project_dir),
                env=self._env(definition, project_dir, dest),
                flags={flag.name: flag for flag in flags},
                flags_dest=dest,
            ),
            flags=flags,
            source=self._source(definition, project_dir, needed, requires),
            description=definition.description,
            output_scalars=definition.output_scalars,
            label_template=definition.label,
            tags=definition.tags,
            delete_on_success=definition.delete_on_success,
            requires=requires,
            env_secrets=definition.env_secrets,
            python_requires=definition.python_requires,
            stoppable=definition.stoppable,
            steps=definition.steps,
            run_attrs=self._run_attrs(definition),
            pip_freeze=definition.pip_freeze,
            objective=definition.objective,
            optimizers=definition.optimizers,
            default_max_trials=definition.default_max_trials,
            can_stage_trials=definition.can_stage_trials,
            is_optimizer=definition.is_optimizer,
            flag_encoder=definition.flag_encoder,
            flags_import=_import_mode(definition),
        )

    def _run_attrs(self, definition: OperationDef) -> dict[str, object]:
        attrs: dict[str, object] = {}
        if definition.compare is not None:
            attrs["compare"] = list(definition.compare)
        for name, value in definition.run_attrs.items():
            if name in _RESERVED:
                self.warn(f"Invalid run attribute '{name}' (reserved attribute) - ignoring")
            elif not _ATTRIBUTE.fullmatch(name):
                self.warn(f"Invalid run attribute '{name}' (not a plain name) - ignoring")
            else:
                attrs[name] = value
        return attrs

    def _words(self, definition: OperationDef, project_dir: str) -> tuple[str, ...]:
        if definition.steps is not None:
            return (PYTHON_EXE, *_START_STEPS)
        if definition.exec is not None:
            words = words_of(definition, "exec")
            if not words or not words[0]:
                raise GuildError(
                    f"invalid definition for operation '{definition.name}': exec is empty"
                )
            return tuple(FLAG_ARGS if word == _FLAG_ARGS else word for word in words)
        if definition.notebook is not None:
            return notebook_words(notebook_of(definition, project_dir)[1])
        words = words_of(definition, "main")
        return (PYTHON_EXE, *RUNNER, *words, "--", FLAG_ARGS)

    def _env(self, definition: OperationDef, project_dir: str, dest: str | None) -> dict[str, str]:
        env = {name: variable_text(value) for name, value in definition.env.items()}
        env["PROJECT_DIR"] = project_dir
        if dest:
            env["FLAGS_DEST"] = dest
        if definition.handle_keyboard_interrupt:
            env["HANDLE_KEYBOARD_INTERRUPT"] = "1"
        if definition.python_path:
            own = (_import_path(path, definition, project_dir) for path in definition.python_path)
            paths = [*own, *env.get("PYTHONPATH", "").split(":")]
            env["PYTHONPATH"] = ":".join(dict.fromkeys(filter(None, paths)))
        return env

    def _flags(
        self,
        definition: OperationDef,
        requires: Iterable[Resource],
        imported: ImportedFlags | None,
    ) -> tuple[FlagDef, ...]:
        if imported:
            self._warn_of_unknown(definition, imported)
        own = merged_flags(
            definition.flags,
            definition.said,
            imported.flags if imported else (),
            _import_mode(definition),
            definition.flags_import_skip,
            definition.default_flag_arg_skip,
        )
        names = {flag.name for flag in own}
        more = [flag for flag in dependency_flags(tuple(requires)) if flag.name not in names]
        return tuple(sorted((*own, *more), key=lambda flag: flag.name))

    def _warn_of_unknown(self, definition: OperationDef, imported: ImportedFlags) -> None:
        wanted = definition.flags_import if isinstance(definition.flags_import, tuple) else ()
        names = (*wanted, *definition.flags_import_skip)
        for name in unknown_names(names, definition.flags, imported.flags):
            from guild.domain.nearest import did_you_mean  # only a mistake needs it

            meant = did_you_mean(name, [flag.name for flag in imported.flags])
            self.warn(
                f"unknown flag '{name}' in flags-import or flags-import-skip of operation"
                f" '{definition.name}'" + (f" - {meant}" if meant else "")
            )

    def _source(
        self,
        definition: OperationDef,
        project_dir: str,
        needed: tuple[str, ...],
        requires: Iterable[Resource],
    ) -> SourceSpec | None:
        if definition.steps is not None:
            return None
        return source_spec(
            definition.sourcecode,
            project_dir,
            needed,
            tuple(_local_files(requires, project_dir)),
            python=_is_python(definition),
        )


def _import_path(path: str, definition: OperationDef, project_dir: str) -> str:
    """A directory to import from: in the run, if it is among the source code there."""
    source = definition.sourcecode
    full = os.path.normpath(os.path.join(project_dir, path))
    root = os.path.normpath(os.path.join(project_dir, source.root or "."))
    inside = os.path.relpath(full, root)
    if source.disabled or inside.split(os.sep)[0] == os.pardir:
        return full
    return os.path.normpath(os.path.join(source.dest or ".", inside))


def _is_python(definition: OperationDef) -> bool:
    if definition.exec is None:
        return True
    word = definition.exec.split(maxsplit=1)[0] if definition.exec.strip() else ""
    return word == PYTHON_EXE or os.path.basename(word).startswith("python")


def _import_mode(definition: OperationDef) -> bool | tuple[str, ...] | None:
    """What counts of the program: all of a notebook or a config file unless something is said."""
    if definition.flags_import is None and (
        definition.notebook or (definition.flags_dest or "").startswith(CONFIG)
    ):
        return True
    return definition.flags_import


def _config_resources(definition: OperationDef, project_dir: str) -> tuple[Resource, ...]:
    """What brings the config file that takes the flags into the run."""
    dest = definition.flags_dest or ""
    if not dest.startswith(CONFIG):
        return ()
    path = dest.removeprefix(CONFIG)
    directory = os.path.dirname(path)
    source = Source(
        kind="config",
        ref=path,
        target_path=directory or None,
        replace_existing=True,
        always_resolve=True,
    )
    return (Resource(name=dest, sources=(source,), roots=(project_dir,)),)


def _local_files(requires: Iterable[Resource], project_dir: str) -> Iterable[str]:
    """Dependencies that are files of the project, relative to it: they are no source code."""
    for resource in requires:
        yield from _local_files(resource.among.values(), project_dir)
        for source in resource.sources:
            if source.kind in ("file", "config") and not os.path.isabs(source.ref):
                for root in resource.roots or (project_dir,):
                    path = os.path.normpath(os.path.join(root, source.ref))
                    if path.startswith(f"{project_dir}/") and os.path.exists(path):
                        yield os.path.relpath(path, project_dir)
                        break
