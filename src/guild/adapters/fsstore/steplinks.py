"""Links of pipelines to their steps, as symbolic links in the directories of runs."""

from __future__ import annotations

import os

from guild.adapters.fsstore.atomic import storing
from guild.adapters.fsstore.layout import runs_dir
from guild.domain.pipeline import LinkKind, LinkState
from guild.domain.run import Run

__all__ = ["DirectoryStepLinks"]


class DirectoryStepLinks:
    """See `StepLinks`.

    Args:
        home: Absolute path of the Guild home that steps are made in.
    """

    def __init__(self, home: str) -> None:
        self._home = home

    def state(self, pipeline: Run, name: str) -> LinkState:
        """See `StepLinks.state`."""
        path = f"{pipeline.path}/{name}"
        if not os.path.lexists(path):
            return LinkState(kind=LinkKind.ABSENT, path=path)
        if not os.path.islink(path):
            return LinkState(kind=LinkKind.OTHER, path=path)
        if not os.path.isdir(path):
            return LinkState(kind=LinkKind.BROKEN, path=path)
        return LinkState(kind=LinkKind.LINKED, path=path, target=self._target(path))

    def link(self, pipeline: Run, name: str, run_id: str) -> None:
        """See `StepLinks.link`. The link is relative where both are in one directory."""
        runs = runs_dir(self._home)
        beside = os.path.dirname(pipeline.path) == runs
        path = f"{pipeline.path}/{name}"
        temporary = f"{pipeline.path}/.guild/{os.urandom(4).hex()}~"
        with storing("link", path):
            os.symlink(f"../{run_id}" if beside else f"{runs}/{run_id}", temporary)
            try:
                os.rename(temporary, path)
            except BaseException:
                os.unlink(temporary)
                raise

    def _target(self, path: str) -> str:
        """Where a link leads: a run of the home by the path that the home has for it."""
        target = os.path.realpath(path)
        own = f"{runs_dir(self._home)}/{os.path.basename(target)}"
        return own if os.path.realpath(own) == target else target
