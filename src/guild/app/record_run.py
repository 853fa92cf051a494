"""Keep what a run's process says and does, as it does it."""

from __future__ import annotations

from attrs import define, field

from guild.app.ports.recording import Clock, OutputLog, ScalarLog
from guild.app.ports.run_store import RunLocks, RunStore
from guild.domain.outputscan import OutputScanner
from guild.domain.process import Exit, Stream
from guild.domain.run import Run

__all__ = ["RunRecorder"]

_FLUSH_US = 1_000_000


@define
class RunRecorder:
    """Observes the process of one run and writes down all that the run keeps of it.

    It may work in another process than the one that made it: see `ProcessObserver`.
    """

    run: Run
    store: RunStore
    locks: RunLocks
    clock: Clock
    output_log: OutputLog | None
    scalar_log: ScalarLog
    scanner: OutputScanner | None
    _flushed: int = field(default=0, init=False)

    def started(self, pid: int) -> None:
        """The lock names the process from now on."""
        self.locks.hand_over(self.run, pid)

    def output(self, stream: Stream, data: bytes) -> None:
        """Keep the bytes, and the scalars in them."""
        now = self.clock()
        if self.output_log is not None:
            self.output_log.write(stream, data, now // 1000)
        if self.scanner is not None:
            self.scalar_log.append(self.scanner.feed(stream, data))
            if now - self._flushed >= _FLUSH_US:
                self._flushed = now
                self.scalar_log.flush()

    def idle(self) -> None:
        """Scalars are never behind for long."""
        self.scalar_log.flush()

    def ended(self, exit: Exit) -> None:
        """The exit status is written last: a run that has one is complete."""
        if self.scanner is not None:
            self.scalar_log.append(self.scanner.finish())
        self.scalar_log.close()
        if self.output_log is not None:
            self.output_log.close()
        self.store.update(self.run, {"stopped": self.clock(), "exit_status": exit.status})
        self.locks.release(self.run)
