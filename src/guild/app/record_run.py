"""Keep what a run's process says and does, as it does it."""

from __future__ import annotations

from collections.abc import Callable

from guild.domain.errors import GuildError
from guild.domain.outputscan import OutputScanner
from guild.domain.process import Exit, Stream
from guild.domain.run import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.ports.recording import Clock, OutputLog, ScalarLog
    from guild.app.ports.run_files import RunFiles
    from guild.app.ports.run_store import RunLocks, RunStore

__all__ = ["RunRecorder"]

_FLUSH_US = 1_000_000


class RunRecorder:
    """Observes the process of one run and writes down all that the run keeps of it.

    It may work in another process than the one that made it: see `ProcessObserver`.
    """

    def __init__(
        self,
        *,
        run: Run,
        store: RunStore,
        locks: RunLocks,
        files: RunFiles,
        clock: Clock,
        output_log: OutputLog | None,
        scalar_log: ScalarLog,
        scanner: OutputScanner | None,
        pidfile: str | None = None,
    ) -> None:
        self.run = run
        self.store = store
        self.locks = locks
        self.files = files
        self.clock = clock
        self.output_log = output_log
        self.scalar_log = scalar_log
        self.scanner = scanner
        self.pidfile = pidfile
        self._flushed = 0

    def started(self, pid: int) -> None:
        """The lock names the process from now on, and so does the file that is asked for."""
        self.locks.hand_over(self.run, pid)
        if self.pidfile:
            self.files.write_pidfile(self.pidfile, pid)

    def output(self, stream: Stream, data: bytes) -> None:
        """Keep the bytes, and the scalars in them.

        Raises:
            GuildError: If some of that could not be written; the rest was.
        """
        now = self.clock()
        self._all(
            lambda: self._keep(stream, data, now // 1000),
            lambda: self._scan(stream, data, now),
        )

    def idle(self) -> None:
        """Scalars are never behind for long."""
        self.scalar_log.flush()

    def ended(self, exit: Exit) -> None:
        """Finish what was kept, then write the exit status, then release the lock.

        Raises:
            GuildError: If something could not be written; what could be was.
        """
        self._all(
            self._finish_scalars,
            self._finish_output,
            lambda: self.files.free(self.run),
            lambda: self._remove_pidfile(exit),
            lambda: self._write_end(exit),
        )

    def dismissed(self) -> None:
        """Close what this process has open: the one that observed the run did all the rest.

        Raises:
            GuildError: If something could not be written.
        """
        self._all(self.scalar_log.close, self._finish_output)

    def _remove_pidfile(self, exit: Exit) -> None:
        if self.pidfile and exit.pid is not None:
            self.files.remove_pidfile(self.pidfile, exit.pid)

    def _write_end(self, exit: Exit) -> None:
        """Write how it ended. The lock of a run that has no exit status stays as evidence."""
        try:
            self.store.finish(self.run, stopped=self.clock(), exit_status=exit.status)
        except GuildError:
            if self.store.attr(self.run, "exit_status") is not None:
                self.locks.release(self.run)
            raise
        self.locks.release(self.run)

    def _keep(self, stream: Stream, data: bytes, time_ms: int) -> None:
        if self.output_log is not None:
            self.output_log.write(stream, data, time_ms)

    def _scan(self, stream: Stream, data: bytes, now: int) -> None:
        if self.scanner is None:
            return
        self.scalar_log.append(self.scanner.feed(stream, data))
        if now - self._flushed >= _FLUSH_US:
            self._flushed = now
            self.scalar_log.flush()

    def _finish_scalars(self) -> None:
        try:
            if self.scanner is not None:
                self.scalar_log.append(self.scanner.finish())
        finally:
            self.scalar_log.close()

    def _finish_output(self) -> None:
        if self.output_log is not None:
            self.output_log.close()

    def _all(self, *actions: Callable[[], object]) -> None:
        """Do each, also after one failed; then raise what the first failure was."""
        failures: list[GuildError] = []
        for action in actions:
            try:
                action()
            except GuildError as error:
                failures.append(error)
        if failures and not self.files.is_there(self.run):
            raise GuildError("run directory has been deleted, unable to finalize")
        if failures:
            raise failures[0]
