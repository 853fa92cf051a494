"""Looking for Python modules without importing them.

Run with any interpreter, with the module and directories as arguments, it prints the part of
the name that is not found. It needs nothing but the standard library.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder

__all__ = ["missing_module"]


def missing_module(module: str, paths: Sequence[str]) -> str | None:
    """The first part of a module's name that this interpreter does not find; None if it does.

    Args:
        module: Its name, with dots.
        paths: Directories to look in before those of the interpreter.
    """
    name = ""
    where: list[str] | None = None
    for part in module.split("."):
        name = f"{name}.{part}" if name else part
        spec = _spec(name, where, paths)
        if spec is None:
            return name
        where = list(spec.submodule_search_locations or ())
    return None


def _spec(name: str, where: list[str] | None, paths: Sequence[str]) -> ModuleSpec | None:
    if where is None:
        spec = PathFinder.find_spec(name, [path for path in paths if os.path.isdir(path)])
        if spec is not None:
            return spec
    for finder in sys.meta_path:
        look = getattr(finder, "find_spec", None)
        found: ModuleSpec | None = look(name, where) if look is not None else None
        if found is not None:
            return found
    return None


if __name__ == "__main__":
    sys.stdout.write(missing_module(sys.argv[1], sys.argv[2:]) or "")
