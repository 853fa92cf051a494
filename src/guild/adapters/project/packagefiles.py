"""The `guild.yml` of installed packages."""

from __future__ import annotations

import os

__all__ = ["package_guildfile"]


def package_guildfile(name: str) -> str | None:
    """The absolute path of a package's file; None if there is none.

    Args:
        name: Of the package as it is imported; below the namespace `gpkg` that is left out.
    """
    from importlib.util import find_spec

    for module in (f"gpkg.{name}", name):
        try:
            spec = find_spec(module)
        except (ImportError, ValueError):  # one above it is missing, or is no package
            continue
        for directory in (spec.submodule_search_locations or ()) if spec else ():
            path = os.path.join(os.path.abspath(directory), "guild.yml")
            if os.path.exists(path):
                return path
    return None
