"""What is particular to searches in this process."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping

import pytest

from guild.adapters.optimizers.here import SearchesHere
from guild.app.ports.optimizer import Search
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.searchspace import SearchSpace
from tests.contract.searches_contract import SPACE, Told


class _Drawing(Told):
    """As libraries do when they are loaded."""

    def search(
        self, space: SearchSpace, seed: int, options: Mapping[str, FlagValue], max_trials: int
    ) -> Search:
        random.random()
        return super().search(space, seed, options, max_trials)


def test_it_runs_in_this_process() -> None:
    with SearchesHere().begin(Told(), SPACE, 1, {}, 5) as search:
        assert search.suggest([]).flags["pid"] == os.getpid()


def test_to_begin_does_not_change_the_random_numbers_of_the_user() -> None:
    random.seed(1)
    expected = random.random()
    random.seed(1)

    with SearchesHere().begin(_Drawing(), SPACE, 1, {}, 5):
        assert random.random() == expected


def test_the_cause_of_a_fault_is_kept() -> None:
    with (
        SearchesHere().begin(Told(fails="suggest"), SPACE, 1, {}, 5) as search,
        pytest.raises(GuildError) as raised,
    ):
        search.suggest([])

    assert isinstance(raised.value.__cause__, ZeroDivisionError)


def test_a_search_that_nobody_waits_for_is_given_up() -> None:
    with (
        SearchesHere().begin(Told(), SPACE, 1, {}, 5, stopped=lambda: True) as search,
        pytest.raises(GuildError, match="optimizer 'told' was stopped"),
    ):
        search.suggest([])
