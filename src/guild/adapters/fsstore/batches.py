"""Batches as directories: the template inside, and links to the trials."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import storing
from guild.adapters.fsstore.layout import is_run
from guild.domain.errors import GuildError
from guild.domain.ids import RunId
from guild.domain.run import Run, newest_first

if TYPE_CHECKING:
    from guild.app.ports.run_store import RunStore

__all__ = ["DirectoryBatches"]

_TEMPLATE = "proto"


class DirectoryBatches:
    """See `Batches`.

    Args:
        store: Where runs are read.
        lock: Gives the lock of the status of runs.
    """

    def __init__(
        self, store: RunStore, lock: Callable[[], AbstractContextManager[object]]
    ) -> None:
        self._store = store
        self._lock = lock

    def template_path(self, batch: Run) -> str:
        """See `Batches.template_path`."""
        return layout.guild_path(batch.path, _TEMPLATE)

    def template(self, batch: Run) -> Run | None:
        """See `Batches.template`."""
        path = self.template_path(batch)
        return self._store.at(path) if is_run(path) else None

    def link(self, batch: Run, trial: Run) -> None:
        """See `Batches.link`. The link is relative where both are in one directory."""
        parent = os.path.dirname(batch.path)
        target = f"../{trial.id}" if trial.path == f"{parent}/{trial.id}" else trial.path
        with storing("link", trial.path):
            try:
                os.symlink(target, f"{batch.path}/{trial.id}")
            except FileExistsError:
                pass

    def trials(self, batch: Run, *, but: Iterable[RunId] = ()) -> list[Run]:
        """See `Batches.trials`."""
        skipped = frozenset[str](but)
        found = []
        with storing("read"):
            names = os.listdir(batch.path)
        for name in names:
            path = None if name in skipped else _target(f"{batch.path}/{name}")
            if path is None or os.path.basename(path) != name or not is_run(path):
                continue  # somebody's own, or deleted
            try:
                found.append(self._store.at(path))
            except GuildError:
                continue  # deleted just now
        return sorted(found, key=newest_first, reverse=True)

    def status_lock(self) -> AbstractContextManager[object]:
        """See `Batches.status_lock`."""
        return self._lock()


def _target(path: str) -> str | None:
    """Where a link leads, by way of other links of the user as they are; None if it is none."""
    try:
        return os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(path)))
    except OSError:
        return None
