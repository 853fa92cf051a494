"""Python interpreters of particular versions."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping

from guild.domain.errors import GuildError

__all__ = ["find_interpreter"]

_NAME = re.compile(r"python3(\.[0-9]+)?")
_VERSION = "import platform; print(platform.python_version())"
_TIMEOUT_S = 30


def find_interpreter(requirement: str, preferred: str, env: Mapping[str, str]) -> str:
    """The path of an interpreter of a wanted version.

    Args:
        requirement: Versions as packages state them: `>=3.11`, `3.12`, `>=3.11,<3.13`.
        preferred: The interpreter that is taken if it suits; others are those beside it, then
            those on the search path.
        env: Environment variables.

    Raises:
        GuildError: If that is no requirement, or there is no such interpreter.
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    text = requirement.strip()
    try:
        wanted = SpecifierSet(f"=={text}.*" if re.fullmatch(r"[0-9]+(\.[0-9]+)*", text) else text)
    except InvalidSpecifier:
        raise GuildError(
            f"invalid python-requires '{requirement}'", "Write it like '>=3.11' or '3.12'."
        ) from None
    for path in dict.fromkeys(_candidates(preferred, env)):
        version = _version(path)
        try:
            if version and wanted.contains(version, prereleases=True):
                return path
        except InvalidVersion:
            continue
    raise GuildError(
        f"cannot find a python interpreter for requirement '{requirement}'",
        "Install one that is on the search path, or name one with GUILD_PYTHON_EXE.",
    )


def _candidates(preferred: str, env: Mapping[str, str]) -> Iterator[str]:
    yield preferred
    for directory in (os.path.dirname(preferred), *env.get("PATH", "").split(os.pathsep)):
        try:
            names = sorted(os.listdir(directory)) if directory else []
        except OSError:
            continue
        for name in names:
            path = os.path.join(directory, name)
            if _NAME.fullmatch(name) and os.access(path, os.X_OK):
                yield path


def _version(path: str) -> str:
    """What version an interpreter has; empty if it is none."""
    try:
        told = subprocess.run(
            [path, "-I", "-S", "-c", _VERSION],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.strip() if told.returncode == 0 else ""
