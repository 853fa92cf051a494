"""Every place where searches run under the one contract."""

from __future__ import annotations

import pytest

from guild.adapters.optimizers.apart import SearchesApart
from guild.adapters.optimizers.here import SearchesHere
from guild.app.ports.optimizer import Searches
from tests.contract.searches_contract import SearchesContract


class TestSearchesApart(SearchesContract):
    @pytest.fixture
    def searches(self) -> Searches:
        return SearchesApart()


class TestSearchesHere(SearchesContract):
    @pytest.fixture
    def searches(self) -> Searches:
        return SearchesHere()
