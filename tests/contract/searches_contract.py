"""What every place where searches run keeps to. Adapters subclass it and give `searches`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import pytest

from guild.app.ports.optimizer import Observation, Search, Searches, Suggestion
from guild.domain.errors import GuildError
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.searchspace import SearchSpace, search_space

__all__ = ["SPACE", "SearchesContract", "Told", "seen"]

SPACE = search_space({"x": "[1:10]"})


class Told:
    """An optimizer that suggests what it was told, to be seen from outside of its process."""

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
        return _Telling(self._fails, {"seed": seed, "max_trials": max_trials, **options})


class _Telling:
    def __init__(self, fails: str, begun: dict[str, FlagValue]) -> None:
        self._fails = fails
        self._begun = begun

    def suggest(
        self, past: Sequence[Observation], pending: Sequence[Mapping[str, FlagValue]] = ()
    ) -> Suggestion:
        if self._fails == "suggest" and not past:
            raise ZeroDivisionError("by 0")
        told: dict[str, FlagValue] = {
            "past": [[dict(seen.flags), seen.value] for seen in past],
            "pending": [dict(flags) for flags in pending],
            "pid": os.getpid(),
            "begun": self._begun,
        }
        return Suggestion(flags=told, random_start=not past, notice="" if past else "first")


def seen(x: int, value: float | None) -> Observation:
    """The outcome of a trial."""
    return Observation(flags=FlagSet({"x": x}), value=value)


class SearchesContract:
    """The clauses."""

    def test_a_search_begins_with_what_it_is_given(self, searches: Searches) -> None:
        with searches.begin(Told(), SPACE, 7, {"xi": 0.5}, 5) as search:
            begun = search.suggest([]).flags["begun"]

        assert begun == {"seed": 7, "max_trials": 5, "xi": 0.5}

    def test_it_is_told_all_that_is_known_at_each_call(self, searches: Searches) -> None:
        one, two, three = seen(1, 0.5), seen(2, None), seen(3, 1.5)
        with searches.begin(Told(), SPACE, 1, {}, 5) as search:
            first = search.suggest([])
            search.suggest([one, three], [{"x": 4}])
            found = search.suggest([one, two, three], [FlagSet({"x": 5})])

        assert found.flags["past"] == [[{"x": 1}, 0.5], [{"x": 2}, None], [{"x": 3}, 1.5]]
        assert found.flags["pending"] == [{"x": 5}]
        assert found.random_start is False
        assert (first.notice, found.notice) == ("first", "")

    def test_a_search_that_cannot_begin_says_why(self, searches: Searches) -> None:
        beginning = searches.begin(Told(fails="begin"), SPACE, 1, {}, 5)

        with pytest.raises(GuildError) as raised:
            beginning.__enter__()

        assert (raised.value.message, raised.value.hint) == ("no luck", "Try again.")

    def test_a_fault_of_an_optimizer_is_one_line_and_it_can_be_asked_again(
        self, searches: Searches
    ) -> None:
        with searches.begin(Told(fails="suggest"), SPACE, 1, {}, 5) as search:
            with pytest.raises(GuildError, match=r"^the optimizer failed: ZeroDivisionError: by"):
                search.suggest([])

            assert search.suggest([seen(1, 0.5)]).random_start is False
