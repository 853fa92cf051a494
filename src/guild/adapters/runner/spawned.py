"""Processes that `multiprocessing` starts afresh see the injected values too.

Such a process runs the main module's file again, as a module of another name. Nothing of the
runner is there to inject values, so they travel with that name: reading it back in the new
process adds a finder for it.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import CodeType, ModuleType

__all__ = ["carry_to_children"]

_SPAWN = "multiprocessing.spawn"
_MAIN = "__guild_main__"


def carry_to_children(path: str, package: str | None, values: Mapping[str, object]) -> None:
    """See that processes started by `multiprocessing` get the values.

    Args:
        path: File of the main module.
        package: The package it is in; None for a script.
        values: As for `inject.compile_with`.
    """
    main = _MainName(path, package, values)
    loaded = sys.modules.get(_SPAWN)
    if loaded:
        _send(main, loaded)
    else:
        sys.meta_path.insert(0, _SpawnWatch(main))


class _MainName(str):
    """Name of the main module for children, with what is to be run.

    Where it is the name of the main module's spec, it is what further children are told.
    """

    path: str
    package: str | None
    values: Mapping[str, object]

    def __new__(cls, path: str, package: str | None, values: Mapping[str, object]) -> _MainName:
        name = super().__new__(cls, f"{package}.{_MAIN}" if package else _MAIN)
        name.path, name.package, name.values = path, package, values
        return name

    def __reduce__(self) -> tuple[object, ...]:
        return _receive, (self.path, self.package, self.values)


def _receive(path: str, package: str | None, values: Mapping[str, object]) -> _MainName:
    """Called in the new process, before it imports its main module."""
    name = _MainName(path, package, values)
    sys.meta_path.insert(0, _MainFinder(name))
    return name


def _send(main: _MainName, spawn: ModuleType) -> None:
    """Have a main module's name sent with the preparations of each new process."""
    prepare = spawn.get_preparation_data

    def get_preparation_data(name: str) -> dict[str, object]:
        data: dict[str, object] = prepare(name)
        present = getattr(sys.modules.get("__main__"), "__file__", None)
        # Children do not import a package's __main__, nor a program's own idea of a main module.
        is_package = str(data.get("init_main_from_name")).endswith(".__main__")
        if present == main.path and not is_package:
            data.pop("init_main_from_path", None)
            data["init_main_from_name"] = main
        return data

    spawn.get_preparation_data = get_preparation_data  # type: ignore[attr-defined] # a patch


class _MainFinder:
    """Finds the main module under the name that it was sent with."""

    def __init__(self, name: _MainName) -> None:
        self._name = name

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if name != self._name:
            return None
        return ModuleSpec(self._name, _MainLoader(self._name), origin=self._name.path)


class _MainLoader(SourceFileLoader):
    def __init__(self, name: _MainName) -> None:
        super().__init__(name, name.path)
        self._values = name.values

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        from guild.adapters.runner.inject import compile_with

        return compile_with(self.get_data(self.path), self.path, self._values)


class _SpawnWatch:
    """Waits for the first import of the module that prepares new processes."""

    def __init__(self, main: _MainName) -> None:
        self._main = main

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != _SPAWN:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        loader = spec and spec.loader
        if loader:
            execute = loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                _send(self._main, module)

            loader.exec_module = exec_module  # type: ignore[method-assign] # of this one loader
        return spec
