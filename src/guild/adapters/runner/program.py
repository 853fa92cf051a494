"""Find the program a run is to execute."""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder, SourceFileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import CodeType

__all__ = ["Program", "ProgramNotFound", "find_program"]


class ProgramNotFound(Exception):
    """There is no such program; the message says what is missing."""


class Program:
    """A script, or a module as for `python -m`.

    Attributes:
        path: Absolute path of its file.
        spec: How it was found, for a module in a package; None for a script.
        loader: Reads it.
    """

    __slots__ = ("_name", "loader", "path", "spec")

    def __init__(self, path: str, name: str, loader: object, spec: ModuleSpec | None) -> None:
        self.path = path
        self.loader = loader
        self.spec = spec
        self._name = name

    @property
    def package(self) -> str | None:
        """What relative imports are relative to; None for a script."""
        return self.spec.parent if self.spec else None

    def source(self) -> bytes | None:
        """Its source text; None where there is none.

        Raises:
            ProgramNotFound: If it cannot be read.
        """
        if not self.path.endswith(".py"):
            return None
        if self._is_script_file():
            return self._text()
        get_data = getattr(self.loader, "get_data", None)
        return None if get_data is None else get_data(self.path)

    def code(self) -> CodeType:
        """Its code. That of a script is not kept in a cache, as Python does not.

        Raises:
            ProgramNotFound: If it cannot be read or is not written in Python.
            SyntaxError: If the source has errors.
        """
        if self._is_script_file():
            return compile(self._text(), self.path, "exec", dont_inherit=True)
        get_code = getattr(self.loader, "get_code", None)
        code: CodeType | None = None if get_code is None else get_code(self._name)
        if code is None:
            raise ProgramNotFound(f"No code object available for {self._name}")
        return code

    def _text(self) -> bytes:
        try:
            with open(self.path, "rb") as file:
                return file.read()
        except OSError as error:
            raise ProgramNotFound(f"cannot read {self.path}: {error.strerror}") from None

    def _is_script_file(self) -> bool:
        return self.spec is None and isinstance(self.loader, SourceFileLoader)


def find_program(name: str, *, file_first: bool, modify_path: bool) -> Program:
    """The program of a name as `train`, `sub/train`, `package` or `package.module`.

    Modules in packages import their package, as with `python -m`. A directory before the name
    is looked up below the entries of `sys.path` and inserted there.

    Args:
        name: Its name.
        file_first: Whether a file NAME.py comes before a package of that name, and a point
            may be a part of the file's name.
        modify_path: Whether `sys.path` may be changed.

    Raises:
        ProgramNotFound: If there is none.
        Exception: What importing the package of a module raises.
    """
    directory, _, module = name.rpartition("/")
    parents = _directories(directory)
    insert = modify_path and bool(directory)
    script = _script_file(parents, module)
    if script is None or not file_first:
        try:
            return _module(name, module, parents, insert=insert)
        except ProgramNotFound:
            if script is None:
                raise
    if insert:
        _insert_path(os.path.dirname(script))
    return _script(script)


def _directories(directory: str) -> list[str]:
    """Where to look: `sys.path`, or what has that name below it."""
    if not directory:
        return sys.path
    found = [os.path.abspath(os.path.join(entry, directory)) for entry in sys.path]
    return [path for path in found if os.path.isdir(path)]


def _script_file(directories: list[str], module: str) -> str | None:
    for directory in directories:
        path = os.path.join(directory, f"{module}.py")
        if os.path.isfile(path):
            return os.path.abspath(path)
    return None


def _insert_path(directory: str) -> None:
    """Insert a directory after the one that `python -m` starts the path with."""
    sys.path.insert(0 if getattr(sys.flags, "safe_path", False) else 1, directory)


def _script(path: str) -> Program:
    return Program(path, "__main__", SourceFileLoader("__main__", path), None)


def _module(name: str, module: str, parents: list[str], *, insert: bool) -> Program:
    if not all(module.split(".")):
        raise ProgramNotFound(f"No module named {name}")
    # By path, as a module that is loaded already is not meant: the program's name may be
    # that of a part of the standard library.
    spec = PathFinder.find_spec(module.partition(".")[0], parents)
    if spec and insert:
        _insert_path(_parent_of(spec))
    if "." in module or not (spec or parents is not sys.path):
        spec = _find(module)
    if spec and _is_package(spec):
        spec = _find(f"{module}.__main__")
        if spec is None or _is_package(spec):
            raise ProgramNotFound(
                f"No module named {name}.__main__ "
                f"('{name}' is a package and cannot be directly executed)"
            )
    if spec is None:
        raise ProgramNotFound(f"No module named {name}")
    path = spec.origin or ""
    if spec.parent:
        return Program(path, spec.name, spec.loader, spec)
    if isinstance(spec.loader, SourceFileLoader):
        return _script(os.path.abspath(path))
    return Program(path, spec.name, spec.loader, None)


def _parent_of(spec: ModuleSpec) -> str:
    """The directory a module or package is in."""
    places = list(spec.submodule_search_locations or ())
    return os.path.dirname(places[0] if places else spec.origin or "")


def _is_package(spec: ModuleSpec) -> bool:
    return spec.submodule_search_locations is not None


def _find(module: str) -> ModuleSpec | None:
    """Find a module by importing the packages it is in."""
    from importlib.util import find_spec  # not cheap, and scripts do without

    try:
        return find_spec(module)
    except ModuleNotFoundError as error:
        if error.name and f"{module}.".startswith(f"{error.name}."):
            return None
        raise
