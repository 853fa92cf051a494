"""How the end of a run is recorded where not all of it can be written."""

from __future__ import annotations

import pytest
from attrs import define

from guild.adapters.memory.store import MemoryRunStore
from guild.app.record_run import RunRecorder
from guild.domain.draft import RunDraft
from guild.domain.errors import StoreError
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.process import Exit
from guild.domain.run import Run
from guild.domain.timestamps import Timestamp
from tests.unit.app.world import Kept, ScalarLog


@define
class FailingStore(MemoryRunStore):
    """A store whose disk fails at the end of a run, with or without its exit status."""

    writes: bool = True

    def finish(self, run: Run, *, stopped: int, exit_status: int) -> None:
        """See `RunStore.finish`."""
        if self.writes:
            self.update(run, {"exit_status": exit_status})
        raise StoreError("cannot sync attrs: Input/output error")


@pytest.mark.parametrize("writes", [True, False])
def test_the_lock_of_a_run_stays_unless_it_has_an_exit_status(writes: bool) -> None:
    store = FailingStore(writes=writes)
    draft = RunDraft(id=RunId("aaa"), opref=OpRef("script", "/p", "", "", "a.py"), attrs={})
    run = store.create(draft)
    kept = Kept()
    recorder = RunRecorder(
        run=run,
        store=store,
        locks=store.locks,
        files=kept,
        clock=lambda: Timestamp(5),
        output_log=None,
        scalar_log=ScalarLog(kept, run),
        scanner=None,
    )

    with pytest.raises(StoreError, match="cannot sync attrs"):
        recorder.ended(Exit(status=0, pid=7))

    assert (run.path in store.locks.owners) is not writes
