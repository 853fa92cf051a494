"""What the machine and the Python installation say of themselves."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from attrs import frozen

from guild.adapters.system.packages import frozen_packages

__all__ = ["SystemSurroundings"]


@frozen
class SystemSurroundings:
    """See `Surroundings`. Starts no process: the module `platform` would, for some of it."""

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
            return frozen_packages(sys.path if paths is None else paths)
        except OSError:
            return None


def _architecture(system: str) -> str:
    bits = "64bit" if sys.maxsize > 2**32 else "32bit"
    return bits if system == "Darwin" else f"{bits} ELF"


def _processor(system: str, machine: str) -> str:
    """Family of the processor; elsewhere than on macOS systems have no name for it."""
    if system != "Darwin":
        return ""
    return "arm" if machine.startswith("arm") else "i386"
