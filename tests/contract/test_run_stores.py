"""Every run store under the one contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.adapters.fsstore.locks import DirectoryRunLocks
from guild.adapters.fsstore.store import DirectoryRunStore
from guild.adapters.memory.store import MemoryRunStore
from guild.adapters.process.evidence import liveness, own_evidence
from guild.app.ports.run_store import RunStore
from tests.contract.run_store_contract import RunStoreContract


class TestMemoryRunStore(RunStoreContract):
    @pytest.fixture
    def store(self) -> RunStore:
        return MemoryRunStore()


class TestDirectoryRunStore(RunStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> RunStore:
        locks = DirectoryRunLocks(evidence=own_evidence, liveness=liveness)
        return DirectoryRunStore(home=str(tmp_path / "home with blanks"), locks=locks)
