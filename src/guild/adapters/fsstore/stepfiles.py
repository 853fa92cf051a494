"""Files that checks of pipelines look at."""

from __future__ import annotations

import os

from guild.adapters.fsstore.atomic import storing
from guild.adapters.fsstore.layout import guild_path
from guild.adapters.fsstore.outputlog import read_output
from guild.adapters.fsstore.regular import open_regular
from guild.domain.run import Run

__all__ = ["DirectoryStepFiles"]


class DirectoryStepFiles:
    """See `StepFiles`."""

    def output(self, run: Run) -> str:
        """See `StepFiles.output`."""
        pieces = (data for _, _, data in read_output(guild_path(run.path, "output")))
        return b"".join(pieces).decode("utf-8", "replace")

    def matching(self, run: Run, pattern: str) -> list[str]:
        """See `StepFiles.matching`."""
        import glob

        found = glob.glob(pattern, root_dir=run.path, recursive=True)
        inside = (path for path in map(os.path.normpath, found) if _is_below(path))
        return sorted({path for path in inside if os.path.isfile(os.path.join(run.path, path))})

    def text(self, path: str) -> str:
        """See `StepFiles.text`."""
        with storing("read", path), os.fdopen(open_regular(path), "rb") as file:
            return file.read().decode("utf-8", "replace")


def _is_below(path: str) -> bool:
    return not os.path.isabs(path) and path.split("/")[0] != ".."
