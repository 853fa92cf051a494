"""Port: what a batch has beside what every run has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from guild.domain.flags import FlagValue
from guild.domain.ids import RunId
from guild.domain.run import Run

__all__ = ["BatchFiles", "Batches", "Sampler"]


class Batches(Protocol):
    """Runs of batches, their templates and their trials."""

    def template_path(self, batch: Run) -> str:
        """Absolute directory of the run that trials are copied from; it need not exist."""
        ...

    def template(self, batch: Run) -> Run | None:
        """The run that trials are copied from; None if there is none."""
        ...

    def link(self, batch: Run, trial: Run) -> None:
        """Have the batch show that this run is one of its trials; nothing happens if it does."""
        ...

    def trials(self, batch: Run, *, but: Iterable[RunId] = ()) -> list[Run]:
        """Trials of the batch that are there, oldest first.

        Args:
            batch: The run of the batch.
            but: Ids of trials that are not read.
        """
        ...

    def status_lock(self) -> AbstractContextManager[object]:
        """Held while the status of a trial is looked at and changed.

        Raises:
            LockTimeout: On entering, if others hold it for too long.
        """
        ...


class BatchFiles(Protocol):
    """Files with flags of trials."""

    def rows(
        self,
        path: str,
        types: Mapping[str, str | None],
        warn: Callable[[str], None],
    ) -> list[dict[str, FlagValue]]:
        """Rows of a file: values by flag name.

        Args:
            path: As the user wrote it; absolute, or relative to the current directory.
            types: Types of flags by name, for text that has none of its own.
            warn: Is told, a sentence each, what was not understood.

        Raises:
            GuildError: If it can't be read as a batch file.
        """
        ...

    def save(self, path: str, trials: Sequence[Mapping[str, FlagValue]]) -> str:
        """Write trials to a file that `rows` reads, by its extension.

        Returns:
            Its absolute path.

        Raises:
            GuildError: If it can't be written, or not in that form.
        """
        ...

    def check_saved(self, path: str) -> None:
        """Refuse an extension that `save` does not know.

        Raises:
            GuildError: If it doesn't.
        """
        ...


class Sampler(Protocol):
    """Chooses at random, in the same way on every machine."""

    def __call__(self, seed: int, size: int, count: int) -> Sequence[int]:
        """`count` of the numbers from 0 to `size` - 1, each at most once, in order."""
        ...
