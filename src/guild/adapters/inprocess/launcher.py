"""Call functions of this process as if they were processes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from guild.adapters.inprocess.descriptors import descriptors
from guild.adapters.inprocess.nesting import variables, working_directory
from guild.adapters.inprocess.recordings import Recording, begin, enclosing, end
from guild.adapters.inprocess.tees import finish_lines, teed
from guild.domain.errors import GuildError
from guild.domain.process import Exit, Job, Stream

if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from guild.app.ports.launcher import ProcessObserver

__all__ = ["INTERRUPTED", "InProcessLauncher"]

INTERRUPTED = -16
"""Exit status of a function that `KeyboardInterrupt` ends; the prior system's, too."""

_FAILED = 1
_IDLE_S = 1.0
_PACKAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "")


def _keep_silent() -> None:
    """Nobody asked to be told."""


def _keep_silent_of_time(pid: int, elapsed_s: float) -> None:
    """Nobody asked to be told of the time."""


class InProcessLauncher:
    """Calls a job's function in this process and thread. See `JobLauncher`.

    Calls may overlap in several threads, and be made within one another. Output of Python's
    streams is told apart by the thread that writes it. What is written to the descriptors 1 and
    2 themselves can't be: while calls overlap in several threads, that is shown, and recorded
    only for what is around all of them. Nor can the current directory and the environment: they
    are those of the last call to begin until it ends.

    The observer is called in this process, from the threads that write, one at a time.

    Args:
        warn: Is told, a sentence each, what of a call could not be recorded.
    """

    def __init__(self, warn: Callable[[str], None] = lambda _sentence: None) -> None:
        self._warn = warn

    def launch(
        self,
        job: Job,
        observer: ProcessObserver,
        interrupted: Callable[[], None] = _keep_silent,  # noqa: ARG002 - of the port
        timed_out: Callable[[int, float], None] = _keep_silent_of_time,  # noqa: ARG002 - likewise
    ) -> Exit:
        """Call the job's function in the job's directory, with the job's variables added.

        Nobody stops a function but an interrupt of this process, which raises
        `KeyboardInterrupt` in it: `interrupted` and `timed_out` are never called.

        Returns:
            How it ended: with the status of a script that ends likewise, after an interrupt
            with `INTERRUPTED`. What it raised is not raised here, and its traceback is part of
            the output that the observer is told of, not of what is shown.

        Raises:
            RunIsRunning: If the observer raises it when it is told of the start.
            GuildError: If the function can't be called.
            KeyboardInterrupt: If this process is interrupted before or after the call. The
                observer was told of its end.
        """
        if job.function is None:
            raise GuildError(f"error running {job.name}: it is not a function of this process")
        pid = os.getpid()
        recording = Recording(observer, enclosing(), echo=job.echo)
        entered: ExitStack | None = None
        status = _FAILED
        try:
            with _interrupts_held():
                entered = _entered(job, recording, observer)
            status = _called(job.function, recording)
        except KeyboardInterrupt:
            status = INTERRUPTED
            raise
        finally:
            if entered is not None:
                with _interrupts_held():
                    _leave(entered, recording)
                    recording.close()
                    if os.getpid() == pid:  # a fork of it that comes this way says nothing
                        self._end(observer, recording, Exit(status=status, pid=pid))
        return Exit(status=status, pid=pid)

    def _end(self, observer: ProcessObserver, recording: Recording, exit: Exit) -> None:
        try:
            observer.ended(exit)
        except Exception as error:
            recording.failures.append(error)
        for told in dict.fromkeys(map(_sentence, recording.failures)):
            self._warn(told)


def _entered(job: Job, recording: Recording, observer: ProcessObserver) -> ExitStack:
    """All that is there for the call only; to close it takes that away again."""
    with ExitStack() as stack:
        try:
            stack.enter_context(working_directory().during(job.directory))
        except OSError as error:
            raise GuildError(f"error running {job.name}: {error.strerror}") from error
        stack.enter_context(variables(job.env))
        observer.started(os.getpid())
        if job.capture:
            stack.enter_context(teed(recording))
        stack.enter_context(_idle(recording))
        before = begin(recording)
        stack.callback(end, recording, before)
        stack.callback(descriptors.settle)
        return stack.pop_all()


def _leave(entered: ExitStack, recording: Recording) -> None:
    try:
        entered.close()
    except OSError as error:  # of the directory: the rest has no such errors
        text = f"cannot go back to the directory {error.filename}: {error.strerror}"
        recording.failures.append(GuildError(text))


@contextmanager
def _idle(recording: Recording) -> Iterator[None]:
    """Tell that nothing was written, now and then."""
    over = threading.Event()

    def tell() -> None:
        while not over.wait(_IDLE_S):
            recording.idle()

    threading.Thread(target=tell, name="guild-idle", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _called(function: Callable[[], object], recording: Recording) -> int:
    """Call a function. Gives the status of a script that ends in the same way."""
    try:
        function()
    except SystemExit as error:
        return _status_of_exit(error.code, recording)
    except BaseException as error:
        status = INTERRUPTED if isinstance(error, KeyboardInterrupt) else _FAILED
        error.__traceback__ = _own_frames_removed(error.__traceback__)
        _tell_of(error, recording)
        return status
    return 0


def _status_of_exit(code: object, recording: Recording) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    _tell(f"{code}\n", recording)
    return _FAILED


def _tell_of(error: BaseException, recording: Recording) -> None:
    """The traceback belongs to the run's output: who reads that wants to know why it failed."""
    import traceback  # of what fails only

    _tell("".join(traceback.format_exception(error)), recording)


def _tell(text: str, recording: Recording) -> None:
    """Record a text after all that was written before."""
    finish_lines(recording)
    descriptors.settle()
    recording.tell(Stream.STDERR, text.encode("utf-8", "backslashreplace"))


def _own_frames_removed(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback from the function's own frames on; all of it, if there are none."""
    kept = traceback
    while kept and kept.tb_frame.f_code.co_filename.startswith(_PACKAGE):
        kept = kept.tb_next
    return kept or traceback


def _sentence(error: Exception) -> str:
    return (
        error.on_one_line if isinstance(error, GuildError) else f"{type(error).__name__}: {error}"
    )


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """An interrupt of this process waits until the `with` block is left."""
    previous = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or previous is None:
        yield
        return
    held: list[FrameType | None] = []
    signal.signal(signal.SIGINT, lambda _number, frame: held.append(frame))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
    if held and callable(previous):
        previous(signal.SIGINT, held[-1])
