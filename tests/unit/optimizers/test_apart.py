"""What is particular to searches in processes of their own."""

from __future__ import annotations

import os
import signal

import pytest

from guild.adapters.optimizers.apart import SearchesApart
from guild.domain.errors import GuildError
from tests.contract.searches_contract import SPACE, Told


def test_it_runs_in_a_process_that_ends_with_it() -> None:
    with SearchesApart().begin(Told(), SPACE, 1, {}, 5) as search:
        pid = search.suggest([]).flags["pid"]
        assert pid != os.getpid()

    assert isinstance(pid, int)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_signals_for_the_batch_do_not_end_it() -> None:
    with SearchesApart().begin(Told(), SPACE, 1, {}, 5) as search:
        pid = search.suggest([]).flags["pid"]
        assert isinstance(pid, int)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(pid, number)

        assert search.suggest([]).flags["pid"] == pid


def test_that_its_process_was_killed_is_told() -> None:
    with SearchesApart().begin(Told(), SPACE, 1, {}, 5) as search:
        pid = search.suggest([]).flags["pid"]
        assert isinstance(pid, int)
        os.kill(pid, signal.SIGKILL)

        with pytest.raises(GuildError, match="the process of optimizer 'told' ended unexpectedly"):
            search.suggest([])
