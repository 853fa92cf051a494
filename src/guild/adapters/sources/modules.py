"""Python modules that programs may import."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from guild.domain.errors import GuildError

__all__ = ["PythonModules"]

_TIMEOUT_S = 60.0
# The directory of the file must not be one that modules are looked for in.
_RUN = "import sys; sys.argv.pop(0); exec(compile(open(sys.argv[0]).read(), sys.argv[0], 'exec'))"
_LOOKUP = f"{os.path.dirname(os.path.abspath(__file__))}/modulelookup.py"


class PythonModules:
    """See `Modules`.

    Attributes:
        python: The usual interpreter of programs.
        env: Variables of its process.
    """

    def __init__(self, python: str, env: Mapping[str, str]) -> None:
        self.python = python
        self.env = env

    def missing(self, module: str, paths: Sequence[str], python: str | None = None) -> str | None:
        """See `Modules.missing`."""
        if not all(part.isidentifier() for part in module.split(".")):
            return module
        python = python or self.python
        if python == sys.executable:
            from guild.adapters.sources.modulelookup import missing_module

            return missing_module(module, paths)
        return self._missing_elsewhere(python, module, paths)

    def _missing_elsewhere(self, python: str, module: str, paths: Sequence[str]) -> str | None:
        import subprocess

        try:
            done = subprocess.run(
                [python, "-c", _RUN, _LOOKUP, module, *paths],
                cwd="/",
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise GuildError(f"cannot look for modules with {python}: {error}") from error
        if done.returncode:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["failed"]
            raise GuildError(f"cannot look for modules with {python}: {lines[-1]}")
        return done.stdout.decode("utf-8", "replace").rpartition("\n")[2].strip() or None
