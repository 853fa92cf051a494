"""Files written for other programs: a staged run's environment, process ids."""

from __future__ import annotations

import os
from collections.abc import Mapping

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import PRIVATE, remove, storing, write_text
from guild.domain.run import Run

__all__ = ["DirectoryRunFiles"]

_NOT_EXPORTED = ("PWD", "_")
_RESERVE = "RESERVE~"
_RESERVED_BYTES = 16384


class DirectoryRunFiles:
    """See `RunFiles`."""

    def write_staged_env(self, run: Run, env: Mapping[str, str]) -> None:
        """See `RunFiles.write_staged_env`."""
        import shlex

        lines = [
            f"export {name}={shlex.quote(value)}\n"
            for name, value in sorted(env.items())
            if name not in _NOT_EXPORTED and name.isidentifier()
        ]
        write_text(layout.guild_path(run.path, "ENV"), "".join(lines), mode=PRIVATE)

    def write_pidfile(self, path: str | None, pid: int) -> str:
        """See `RunFiles.write_pidfile`."""
        if path is None:
            import tempfile

            with storing("write"):
                fd, path = tempfile.mkstemp(prefix="guild-pid-")
                os.close(fd)
        write_text(path, str(pid))
        return path

    def remove_pidfile(self, path: str, pid: int) -> None:
        """See `RunFiles.remove_pidfile`."""
        try:
            with open(path, "rb") as file:
                found = file.read(32)
        except OSError:
            return
        if found.strip() == str(pid).encode():
            remove(path)

    def reserve(self, run: Run) -> None:
        """See `RunFiles.reserve`."""
        write_text(layout.guild_path(run.path, _RESERVE), "\0" * _RESERVED_BYTES)

    def free(self, run: Run) -> None:
        """See `RunFiles.free`."""
        remove(layout.guild_path(run.path, _RESERVE))

    def is_there(self, run: Run) -> bool:
        """See `RunFiles.is_there`."""
        return os.path.isdir(f"{run.path}/{layout.GUILD}")
