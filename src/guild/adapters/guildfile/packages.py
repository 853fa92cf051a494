"""Finding the guild.yml of an installed package, without importing the package."""

from __future__ import annotations

import os
import re
import sys

__all__ = ["package_file"]

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")


def package_file(name: str, project_dir: str) -> str | None:
    """Absolute path of a package's guild.yml; None if there is none.

    A package is a directory with a guild.yml in the project, on the Python path, or in `gpkg`
    there; or an installed distribution of that name with a guild.yml among its files.

    Args:
        name: Dotted name, or the name of a distribution.
        project_dir: Absolute directory that is searched first.
    """
    if not _NAME.fullmatch(name):
        return None
    below = name.replace(".", "/")
    forms = dict.fromkeys((below, below.replace("-", "_")))
    for directory in (project_dir, *filter(None, sys.path)):
        for form in forms:
            for base in (form, f"gpkg/{form}"):
                path = os.path.abspath(os.path.join(directory, base, "guild.yml"))
                if os.path.isfile(path):
                    return path
    return _of_distribution(name)


def _of_distribution(name: str) -> str | None:
    import importlib.metadata as metadata  # slow, and few packages need it

    try:
        files = metadata.distribution(name).files or ()
    except (metadata.PackageNotFoundError, ValueError):
        return None
    found = sorted(
        (file for file in files if file.name == "guild.yml"), key=lambda f: len(f.parts)
    )
    for file in found:
        path = os.path.abspath(str(file.locate()))
        if os.path.isfile(path):
            return path
    return None
