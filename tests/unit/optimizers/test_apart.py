"""Tests of searches in processes of their own."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence

import pytest

from guild.adapters.optimizers.apart import SearchesApart
from guild.app.ports.optimizer import Observation, Search, Suggestion
from guild.domain.errors import GuildError
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.searchspace import SearchSpace, search_space

_SPACE = search_space({"x": "[1:10]"})


class Told:
    """Suggests what it was told, to be seen from outside of its process."""

    name = "told"
    flags: tuple[FlagDef, ...] = ()
    sequential = True
    default_max_trials: int | None = 5
    needs_dimensions = False
    libraries: tuple[str, ...] = ()

    def __init__(self, *, fails: str = "") -> None:
        self._fails = fails

    def search(
        self, space: SearchSpace, seed: int, options: Mapping[str, FlagValue], max_trials: int
    ) -> Search:
        """Fail, if that is what it is for, or begin."""
        if self._fails == "begin":
            raise GuildError("no luck", "Try again.")
        return _Telling(self._fails)


class _Telling:
    def __init__(self, fails: str) -> None:
        self._fails = fails

    def suggest(
        self, past: Sequence[Observation], pending: Sequence[Mapping[str, FlagValue]] = ()
    ) -> Suggestion:
        if self._fails == "suggest" and not past:
            raise ZeroDivisionError("by 0")
        told: dict[str, FlagValue] = {
            "past": [[dict(seen.flags), seen.value] for seen in past],
            "pending": [dict(flags) for flags in pending],
            "pid": os.getpid(),
        }
        return Suggestion(flags=told, random_start=not past, notice="" if past else "first")


def seen(x: int, value: float | None) -> Observation:
    return Observation(flags=FlagSet({"x": x}), value=value)


def test_it_is_told_all_though_each_outcome_is_sent_once() -> None:
    one, two, three = seen(1, 0.5), seen(2, None), seen(3, 1.5)
    with SearchesApart().begin(Told(), _SPACE, 1, {}, 5) as search:
        first = search.suggest([])
        search.suggest([one, three], [{"x": 4}])
        found = search.suggest([one, two, three], [FlagSet({"x": 5})])

    assert found.flags["past"] == [[{"x": 1}, 0.5], [{"x": 2}, None], [{"x": 3}, 1.5]]
    assert found.flags["pending"] == [{"x": 5}]
    assert found.random_start is False
    assert (first.notice, found.notice) == ("first", "")


def test_it_runs_in_a_process_that_ends_with_it() -> None:
    with SearchesApart().begin(Told(), _SPACE, 1, {}, 5) as search:
        pid = search.suggest([]).flags["pid"]
        assert pid != os.getpid()

    assert isinstance(pid, int)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_search_that_cannot_begin_says_why() -> None:
    searches = SearchesApart()

    with pytest.raises(GuildError) as raised:
        searches.begin(Told(fails="begin"), _SPACE, 1, {}, 5).__enter__()

    assert (raised.value.message, raised.value.hint) == ("no luck", "Try again.")


def test_a_fault_of_an_optimizer_is_one_line_and_it_can_be_asked_again() -> None:
    with SearchesApart().begin(Told(fails="suggest"), _SPACE, 1, {}, 5) as search:
        with pytest.raises(GuildError, match=r"^the optimizer failed: ZeroDivisionError: by 0$"):
            search.suggest([])

        assert search.suggest([seen(1, 0.5)]).random_start is False


def test_signals_for_the_batch_do_not_end_it() -> None:
    with SearchesApart().begin(Told(), _SPACE, 1, {}, 5) as search:
        pid = search.suggest([]).flags["pid"]
        assert isinstance(pid, int)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(pid, number)

        assert search.suggest([]).flags["pid"] == pid


def test_that_its_process_was_killed_is_told() -> None:
    with SearchesApart().begin(Told(), _SPACE, 1, {}, 5) as search:
        pid = search.suggest([]).flags["pid"]
        assert isinstance(pid, int)
        os.kill(pid, signal.SIGKILL)

        with pytest.raises(GuildError, match="the process of optimizer 'told' ended unexpectedly"):
            search.suggest([])
