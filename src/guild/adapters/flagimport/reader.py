"""Flags of Python scripts, found by reading them."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Mapping

from guild.adapters.flagimport.globals_ import globals_flags
from guild.adapters.flagimport.modules import Project, SourceText
from guild.adapters.flagimport.source import parse_source, read_source, script_file, shown_path
from guild.domain.importedflags import ImportedFlags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.flagimport.symbols import Framework, Readout

__all__ = ["PythonFlagImporter"]

_CONTAINERS = ("global:", "dict:", "namespace:")
_FRAMEWORKS = {"args:click": "click", "args:typer": "typer", "args:absl": "absl"}
_USES = {
    "argparse": ("ArgumentParser", "ArgParser", "HfArgumentParser", "TrlParser", "parse_args"),
    "click": ("option", "command"),
    "typer": ("Typer", "run"),
    "absl": (),
}


class PythonFlagImporter:
    """Reads the flags of Python scripts.

    Nothing a script imports is imported: its code, and that of the project's modules it
    uses, is read. Only where an `argparse` parser can't be known that way, the script is run
    in a process of its own up to where it parses its arguments.

    Where a script takes its flags from is found out as follows. A parser that it uses
    decides: `args` for `argparse` and parsers made of dataclasses, `args:click`,
    `args:typer`, `args:absl`. A script whose parser has no options, or that has none, takes
    them from its `globals`.

    Beside a parser's flags, constants that the script itself assigns at its top level are
    flags as well, marked by `extra == {"dest": "globals"}`: the destination as a whole stays
    the parser's, these are set as globals. One whose name is that of an option, or of the
    variable it is stored in, is not, whatever the case of its letters: the option wins. If
    the destination is given by the caller, only what belongs to it is found.

    Attributes:
        python: Interpreter for import by execution.
        env: Its environment.
        cache_dir: Where results of import by execution are kept; None to keep none.
        timeout_s: How long a script may take to come to its parser.
    """

    def __init__(
        self, python: str, env: Mapping[str, str], cache_dir: str | None, timeout_s: float = 30
    ) -> None:
        self.python = python
        self.env = env
        self.cache_dir = cache_dir
        self.timeout_s = timeout_s

    def flags(
        self,
        script: str,
        project_dir: str,
        *,
        dest: str | None = None,
        words: tuple[str, ...] = (),
    ) -> ImportedFlags:
        """Flags of a script; see the port."""
        path = os.path.abspath(script_file(script))
        shown = shown_path(path, project_dir)
        if path.endswith(".ipynb"):
            from guild.adapters.flagimport.notebook_ import notebook_flags

            return notebook_flags(path, shown, dest)
        data = read_source(path, shown)
        tree = parse_source(data, shown)
        if dest is not None and not (dest == "args" or dest.startswith("args:")):
            return _without_parser(tree, path, dest)
        project = Project(project_dir, path)
        text = project.add(path, data)
        found = project.reach(text)
        readout = None
        if dest == "args" and b"parse_args" in data:
            # The parser may come from somewhere that can't be read.
            found |= {"argparse"}
        if found:
            wanted = _FRAMEWORKS.get(dest or "")
            names = found & {wanted} if wanted else found
            readout = self._read_parser(project, text, tree, sorted(names), words)
        if readout is None or not (readout.flags or readout.in_doubt or readout.warnings):
            return ImportedFlags(dest=dest) if dest else _without_parser(tree, path, "globals")
        if readout.in_doubt:
            readout = self._by_execution(readout, project, path, project_dir, shown, words)
        return _joined(readout, dest, tree, path)

    def _read_parser(
        self,
        project: Project,
        text: SourceText,
        tree: ast.Module,
        names: Iterable[str],
        words: tuple[str, ...],
    ) -> Readout | None:
        # A script without a parser does without the rest of this package.
        from guild.adapters.flagimport.execution import Execution

        frameworks = _frameworks(names)
        run = Execution(project, list(frameworks.values()))
        module = run.run_script(text, tree)
        readouts = [one.readout(words, run) for one in frameworks.values()]
        if not any(one is not None and one.flags for one in readouts):
            run.call_unused(module, [use for name in frameworks for use in _USES[name]])
            readouts = [one.readout(words, run) for one in frameworks.values()]
        parsed = [one.is_parsing for one in frameworks.values()]
        ranked = [
            (not used, not readout.flags, index)
            for index, (used, readout) in enumerate(zip(parsed, readouts, strict=True))
            if readout is not None
        ]
        return readouts[min(ranked)[2]] if ranked else None

    def _by_execution(
        self,
        readout: Readout,
        project: Project,
        path: str,
        project_dir: str,
        shown: str,
        words: tuple[str, ...],
    ) -> Readout:
        from guild.adapters.flagimport.byexecution import (
            ExecutionFailed,
            dump_parser,
            readout_of_dump,
        )
        from guild.adapters.flagimport.cache import DumpCache

        cache = DumpCache(self.cache_dir)
        key = (path, project_dir, self.python, readout.dest, *words)
        dump = cache.get(key, project.texts())
        if dump is None:
            try:
                dump = dump_parser(self.python, path, project_dir, self.env, self.timeout_s)
            except ExecutionFailed as error:
                warning = f"cannot import flags from {shown}: {error}"
                from attr import evolve  # few scripts leave a doubt

                return evolve(readout, warnings=(*readout.warnings, warning))
            cache.put(key, project.texts(), dump)
        return readout_of_dump(dump, words)


def _frameworks(names: Iterable[str]) -> dict[str, Framework]:
    found: dict[str, Framework] = {}
    for name in names:
        match name:
            case "argparse":
                from guild.adapters.flagimport.argparse_ import ArgparseReader

                found[name] = ArgparseReader()
            case "click":
                from guild.adapters.flagimport.click_ import ClickReader

                found[name] = ClickReader()
            case "typer":
                from guild.adapters.flagimport.typer_ import TyperReader

                found[name] = TyperReader()
            case "absl":
                from guild.adapters.flagimport.absl_ import AbslReader

                found[name] = AbslReader()
    return found


def _without_parser(tree: ast.Module, path: str, dest: str) -> ImportedFlags:
    if dest == "globals":
        return ImportedFlags(flags=tuple(globals_flags(tree, os.path.dirname(path))), dest=dest)
    if dest.startswith(_CONTAINERS):
        from guild.adapters.flagimport.containers import container_flags

        flags, warnings = container_flags(tree, dest.partition(":")[2], path)
        return ImportedFlags(flags=tuple(flags), dest=dest, warnings=tuple(warnings))
    return ImportedFlags(dest=dest)


def _joined(readout: Readout, dest: str | None, tree: ast.Module, path: str) -> ImportedFlags:
    flags = list(readout.flags.values())
    if dest is None:
        taken = {_same(name) for name in (*readout.flags, *readout.taken)}
        flags += [
            flag.replaced(extra={"dest": "globals"})
            for flag in globals_flags(tree, os.path.dirname(path))
            if _same(flag.name) not in taken
        ]
    flags.sort(key=lambda flag: flag.name)
    return ImportedFlags(flags=tuple(flags), dest=dest or readout.dest, warnings=readout.warnings)


def _same(name: str) -> str:
    return name.replace("-", "_").lower()
