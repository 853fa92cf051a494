"""What the machine and the Python installation say of themselves."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from guild.adapters.system.packagecache import cached_packages

__all__ = ["SystemSurroundings"]


class SystemSurroundings:
    """See `Surroundings`. Starts no process: the module `platform` would, for some of it.

    Args:
        cache_dir: Absolute directory to keep the list of packages in; None to keep none.
    """

    def __init__(self, cache_dir: str | None = None) -> None:
        self._cache = None if cache_dir is None else f"{cache_dir}/{_interpreter()}"

    def platform(self) -> dict[str, object]:
        """See `Surroundings.platform`."""
        system = os.uname()
        return {
            "architecture": _architecture(system.sysname),
            "cpus": os.cpu_count(),
            "processor": _processor(system.sysname, system.machine),
            "python_version": sys.version.split()[0],
            "uname": " ".join(system),
        }

    def packages(self, paths: Iterable[str] | None = None) -> list[str] | None:
        """See `Surroundings.packages`: those of this interpreter.

        Args:
            paths: Where to look, in order of precedence; by default where imports look.
        """
        try:
            places = list(sys.path if paths is None else paths)
            return cached_packages(self._cache, places, _frozen_packages)
        except OSError as error:
            from guild.domain.errors import StoreError  # where something failed

            raise StoreError(f"cannot read installed packages: {error.strerror}") from error


def _interpreter() -> str:
    """A name for the files of this interpreter."""
    return sys.prefix.strip("/").replace("/", "-") or "python"


def _frozen_packages(paths: Iterable[str]) -> list[str]:
    from guild.adapters.system.packages import frozen_packages  # seldom: the list is kept

    return frozen_packages(paths)


def _architecture(system: str) -> str:
    bits = "64bit" if sys.maxsize > 2**32 else "32bit"
    return bits if system == "Darwin" else f"{bits} ELF"


def _processor(system: str, machine: str) -> str:
    """Family of the processor; elsewhere than on macOS systems have no name for it."""
    if system != "Darwin":
        return ""
    return "arm" if machine.startswith("arm") else "i386"
