"""Searches in this process.

It is what a notebook wants: no process is started for its trials, so that nothing is spared by
having the libraries in another one, and a process with threads of anybody's is not to be forked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from guild.domain.errors import GuildError

if TYPE_CHECKING:
    from guild.app.ports.optimizer import Observation, Optimizer, Search, Suggestion
    from guild.domain.flags import FlagValue
    from guild.domain.searchspace import SearchSpace

__all__ = ["SearchesHere"]


def _never() -> bool:
    """Nothing stops the search."""
    return False


class SearchesHere:
    """See `Searches`. A suggestion that is being made is not given up: Ctrl-C ends it."""

    @contextmanager
    def begin(
        self,
        optimizer: Optimizer,
        space: SearchSpace,
        seed: int,
        options: Mapping[str, FlagValue],
        max_trials: int,
        stopped: Callable[[], bool] = _never,
    ) -> Iterator[Search]:
        """See `Searches.begin`."""
        with _told(), _undisturbed():
            search = optimizer.search(space, seed, options, max_trials)
        yield _Here(optimizer.name, search, stopped)


class _Here:
    """A search that fails with errors of the program."""

    def __init__(self, name: str, search: Search, stopped: Callable[[], bool]) -> None:
        self._name = name
        self._search = search
        self._stopped = stopped

    def suggest(
        self, past: Sequence[Observation], pending: Sequence[Mapping[str, FlagValue]] = ()
    ) -> Suggestion:
        """See `Search.suggest`."""
        if self._stopped():
            raise GuildError(f"optimizer '{self._name}' was stopped")
        with _told():
            return self._search.suggest(past, pending)


@contextmanager
def _told() -> Iterator[None]:
    """Has a failure that there should not be be told like others; what it was is its cause."""
    try:
        yield
    except GuildError:
        raise
    except Exception as error:
        raise GuildError(f"the optimizer failed: {type(error).__name__}: {error}") from error


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Has the user's random numbers go on as if nothing had happened.

    Libraries draw from Python's own generator when they are loaded.
    """
    import random

    state = random.getstate()
    try:
        yield
    finally:
        random.setstate(state)
