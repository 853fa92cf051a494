"""The modules of a project: which files a script imports, without importing anything."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

__all__ = ["Project", "SourceText"]

MAX_FILES = 200

# Compiled where they are first used: a script may import nothing.
_IMPORT = (
    rb"(?m)^[ \t]*(?:import[ \t]+([^\n#;]+)"
    rb"|from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\n#;]+))"
)
_NAME = rb"([\w.]+)(?:[ \t\r\n]+as[ \t\r\n]+\w+)?"
_COMMENT = rb"#[^\n]*"

# What a file imports, or has in its text, shows which frameworks it may use.
_IMPORTED = {
    "argparse": "argparse",
    "configargparse": "argparse",
    "simple_parsing": "argparse",
    "tyro": "argparse",
    "click": "click",
    "rich_click": "click",
    "typer": "typer",
    "absl": "absl",
}
_MENTIONED = {
    b"HfArgumentParser": "argparse",
    b"TrlParser": "argparse",
    b"DEFINE_": "absl",
}


class SourceText:
    """What a file says before it is parsed.

    Attributes:
        path: Absolute path.
        data: Its bytes.
        imports: Level (0 for absolute), module and names of each import.
        frameworks: Command line frameworks it may use.
    """

    def __init__(
        self,
        path: str,
        data: bytes,
        imports: tuple[tuple[int, str, tuple[str, ...]], ...],
        frameworks: frozenset[str],
    ) -> None:
        self.path = path
        self.data = data
        self.imports = imports
        self.frameworks = frameworks


class Project:
    """Finds modules below a project's directory and reads each once.

    Args:
        project_dir: Only files inside are read.
        script: The script, whose directory is searched first, as Python does.
    """

    def __init__(self, project_dir: str, script: str) -> None:
        self._dir = os.path.join(os.path.abspath(project_dir), "")
        self._script = os.path.abspath(script)
        roots = [os.path.dirname(self._script), self._dir.rstrip(os.sep) or os.sep]
        self._roots = list(dict.fromkeys(roots))
        self._texts: dict[str, SourceText | None] = {}

    def add(self, path: str, data: bytes) -> SourceText:
        """Take in a file that was read already."""
        text = _scan(path, data)
        self._texts[path] = text
        return text

    def text(self, path: str) -> SourceText | None:
        """A file of the project; None if it can't be read or too many were."""
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def texts(self) -> list[SourceText]:
        """The files read so far."""
        return [text for text in self._texts.values() if text is not None]

    def _read(self, path: str) -> SourceText | None:
        if len(self._texts) >= MAX_FILES:
            return None
        try:
            with open(path, "rb") as file:
                return _scan(path, file.read())
        except OSError:
            return None

    def find(self, module: str) -> list[str]:
        """Files that run when a module is imported: its packages' `__init__.py` and itself.

        Empty for a module that is not the project's.
        """
        for root in self._roots:
            files = self._files(root, module.split("."))
            if files is not None:
                return files
        return []

    def find_relative(self, importer: str, level: int, module: str) -> list[str]:
        """As `find`, for an import with `level` dots in the file `importer`."""
        directory = _ancestor(importer, level)
        if module:
            return self._files(directory, module.split(".")) or []
        init = os.path.join(directory, "__init__.py")
        return [init] if self._is_inside(init) and os.path.isfile(init) else []

    def find_names(
        self, importer: str, level: int, module: str, names: tuple[str, ...]
    ) -> Iterator[str]:
        """Files of those names of `from module import names` that may be modules."""
        files = self.find_relative(importer, level, module) if level else self.find(module)
        directory = os.path.join(_ancestor(importer, level), *module.split("."))
        for name in names:
            if files:
                yield from filter(None, [self.submodule(files[-1], name)])
            elif level:
                # A directory without an __init__.py is a package as well.
                yield from (self._files(directory, [name]) or [])[-1:]
            else:
                yield from self.find(f"{module}.{name}")[-1:]

    def submodule(self, package_file: str, name: str) -> str | None:
        """File of a package's submodule, given its `__init__.py`."""
        if os.path.basename(package_file) != "__init__.py":
            return None
        files = self._files(os.path.dirname(package_file), [name])
        return files[-1] if files else None

    def _files(self, root: str, parts: list[str]) -> list[str] | None:
        found: list[str] = []
        directory = root
        for part in parts[:-1]:
            directory = os.path.join(directory, part)
            init = os.path.join(directory, "__init__.py")
            if os.path.isfile(init):
                found.append(init)
        stem = os.path.join(directory, parts[-1])
        for path in (os.path.join(stem, "__init__.py"), f"{stem}.py"):
            if self._is_inside(path) and os.path.isfile(path):
                return [*found, path]
        return None

    def _is_inside(self, path: str) -> bool:
        return os.path.abspath(path).startswith(self._dir) or os.path.dirname(
            path
        ) == os.path.dirname(self._script)

    def imported_files(self, text: SourceText) -> Iterator[str]:
        """Files a file's imports run, in the order of its text."""
        for level, module, names in text.imports:
            if level:
                yield from self.find_relative(text.path, level, module)
            else:
                yield from self.find(module)
            yield from self.find_names(text.path, level, module, names)

    def reach(self, text: SourceText) -> frozenset[str]:
        """Frameworks that a file and all it imports from the project may use."""
        frameworks = set(text.frameworks)
        seen = {text.path}
        waiting = [text]
        while waiting:
            for path in self.imported_files(waiting.pop()):
                if path in seen:
                    continue
                seen.add(path)
                found = self.text(path)
                if found is not None:
                    frameworks |= found.frameworks
                    waiting.append(found)
        return frozenset(frameworks)


def _ancestor(path: str, level: int) -> str:
    for _ in range(level or 1):
        path = os.path.dirname(path)
    return path


def _scan(path: str, data: bytes) -> SourceText:
    imports: list[tuple[int, str, tuple[str, ...]]] = []
    for plain, dots, module, names in re.findall(_IMPORT, data) if b"import" in data else ():
        if plain:
            imports += [(0, name, ()) for name in _names(plain)]
        elif dots or module:
            imports.append((len(dots), module.decode(), _names(names)))
    frameworks = {
        _IMPORTED.get(module.partition(".")[0], "") for level, module, _ in imports if not level
    }
    frameworks |= {name for word, name in _MENTIONED.items() if word in data}
    return SourceText(path, data, tuple(imports), frozenset(frameworks - {""}))


def _names(listed: bytes) -> tuple[str, ...]:
    return tuple(name.decode() for name in re.findall(_NAME, re.sub(_COMMENT, b"", listed)))
