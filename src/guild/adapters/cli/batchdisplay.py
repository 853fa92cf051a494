"""How far a batch is, shown on a terminal while its trials run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from guild.adapters.cli.console import columns
from guild.adapters.cli.errors import OutputClosed
from guild.adapters.cli.layout import cut, visible_width
from guild.domain.batchevents import BatchProgress
from guild.domain.display import shown
from guild.domain.flags import FlagValue
from guild.domain.flagtext import format_value
from guild.domain.lognote import LogNote
from guild.domain.record import Record

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from rich.console import Console as RichConsole
    from rich.live import Live
    from rich.text import Text

    from guild.adapters.cli.console import Console

__all__ = ["BatchDisplay", "Parts", "best_line", "can_display", "parts_of", "state_line"]

_LEVELS = {"INFO": 20, "WARNING": 30, "ERROR": 40}
_STYLES = {"WARNING": "yellow", "ERROR": "red"}
_LEAST_WIDTH = 20
_LEAST_BAR, _WIDEST_BAR = 6, 40
_GAP = "  "
# A line that is as wide as the terminal, or an echoed ^C at its end, would take a second row.
_SPARE = 3


class Parts(Record):
    """What a line about a batch is made of.

    Attributes:
        count: `3/20`, or `3` if it isn't known how many there will be.
        share: How much is done, 0 to 1; None if that isn't known.
        running: `2 running`; empty at the end.
        failed: `1 failed`.
        time: `1:20 left`, `- left` if that isn't known, `in 2:10` at the end.
        best: `best loss: 0.231 (lr=0.1, x=3)`; empty if there is none.
    """

    count: str
    share: float | None
    running: str
    failed: str
    time: str
    best: str


def parts_of(progress: BatchProgress, *, ended: bool = False) -> Parts:
    """The parts, fit for a terminal.

    Args:
        progress: How far the batch is.
        ended: Whether it goes no further.
    """
    total, done = progress.total, progress.done
    left = _seconds_left(progress)
    return Parts(
        count=str(done) if total is None else f"{done}/{total}",
        share=min(done / total, 1.0) if total else None,
        running="" if ended else f"{len(progress.running)} running",
        failed=f"{progress.failed} failed",
        time=f"in {_duration(progress.elapsed_s)}" if ended else f"{_duration(left)} left",
        best=_best(progress),
    )


def state_line(parts: Parts, width: int, bar: str = "#-") -> str:
    """Bar, numbers and time in one line of at most `width` columns.

    What does not fit is left out: the bar, then the time, then how many are running.

    Args:
        parts: What there is to say.
        width: Of the line.
        bar: A character for what is done, and one for what is not.
    """
    line = cut(_joined(parts.count, parts.failed), width)
    for texts in ((parts.running, parts.failed), (parts.running, parts.failed, parts.time)):
        longer = _joined(parts.count, *texts)
        line = longer if len(longer) <= width else line
    room = min(width - len(line) - len(_GAP), _WIDEST_BAR)
    if parts.share is None or room < _LEAST_BAR:
        return line
    full = int(parts.share * room)
    return f"{bar[0] * full}{bar[1] * (room - full)}{_GAP}{line}"


def _joined(*texts: str) -> str:
    return _GAP.join(filter(None, texts))


def best_line(parts: Parts, width: int, ellipsis: str = "...") -> str:
    """The best so far in at most `width` columns; empty if there is none."""
    if visible_width(parts.best) <= width:
        return parts.best
    return cut(parts.best, width - len(ellipsis)) + ellipsis


def _seconds_left(progress: BatchProgress) -> float | None:
    if not progress.total or not progress.done:
        return None
    missing = max(progress.total - progress.done, 0)
    return progress.elapsed_s / progress.done * missing


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    minutes, rest = divmod(round(max(seconds, 0.0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _best(progress: BatchProgress) -> str:
    if progress.best is None:
        return ""
    flags = _flags(progress.best_flags or {})
    return shown(f"best {progress.objective}: {progress.best:.6g}{flags and f' ({flags})'}")


def _flags(flags: Mapping[str, FlagValue]) -> str:
    told = ((name, value) for name, value in sorted(flags.items()) if value is not None)
    return ", ".join(f"{name}={format_value(value)}" for name, value in told)


def can_display(console: Console) -> bool:
    """Whether standard error is a terminal on which lines can be drawn anew."""
    if console.env.get("TERM") in (None, "", "dumb", "unknown"):
        return False
    return _width(console) >= _LEAST_WIDTH


def _width(console: Console) -> int:
    """Columns that fit into a row of the terminal; 0 if there are none."""
    told, real = console.width(err=True), columns({}, console.stderr)
    return 0 if told is None else min(told, real or told)


class BatchDisplay:
    """The state of a batch in the last lines of a terminal, standard error.

    It is drawn when it is updated and at no other time: there is no thread, so that the
    process can be forked while it is shown, and nothing is drawn by the child. The cursor is
    never hidden, so nothing has to be undone if the process is killed. Where nothing can be
    drawn (see `can_display`), or nothing shall be, notes are plain lines and there is no state.

    Used as a context manager, it is closed at the end.

    Args:
        console: Notes below its log level are left out; its styles are those of the display.
        notes_only: Whether nothing shall be drawn.
    """

    def __init__(self, console: Console, *, notes_only: bool = False) -> None:
        self._console = console
        self._able = not notes_only and can_display(console)
        self._screen: RichConsole | None = None
        self._live: Live | None = None
        self._progress: BatchProgress | None = None
        self._closed = False
        self._owner = os.getpid()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def draws(self) -> bool:
        """Whether there is a state to be shown."""
        return self._able

    def update(self, progress: BatchProgress) -> None:
        """Show a state.

        Raises:
            OutputClosed: If it can't be written.
        """
        self._progress = progress
        if self._able and not self._closed and os.getpid() == self._owner:
            self._draw()

    def note(self, note: LogNote) -> None:
        """Write a line above the state.

        Raises:
            OutputClosed: If it can't be written.
        """
        if self._console.level > _LEVELS[note.level]:
            return
        style = _STYLES.get(note.level, "")
        if self._live is None or self._closed:
            self._console.err(str(note), style=style)
            return
        self._console.flush()
        try:
            self._refit().print(
                self._text(shown(str(note)), style),
                markup=False,
                highlight=False,
                soft_wrap=True,
            )
        except OSError as error:
            raise _closed(error) from None

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the state off the terminal while something else writes to it.

        Raises:
            OutputClosed: If it can't be written.
        """
        live = self._live
        if live is None or self._closed or os.getpid() != self._owner:
            yield
            return
        try:
            live.transient = True
            live.stop()
            live.transient = False
        except OSError as error:
            raise _closed(error) from None
        self._live = None
        try:
            yield
        finally:
            self._draw()

    def close(self) -> None:
        """Leave the last state behind and draw no more; that may be said several times."""
        if self._closed or os.getpid() != self._owner:
            return
        self._closed = True
        if self._live is None or self._progress is None:
            return
        try:
            self._refit()
            self._live.update(self._drawn(self._progress, ended=True))
            self._live.stop()
        except OSError:
            pass  # Nobody sees it any more.

    def _draw(self) -> None:
        assert self._progress is not None
        self._console.flush()
        try:
            if self._live is None:
                self._live = self._started()
            self._refit()
            self._live.update(self._drawn(self._progress), refresh=True)
        except OSError as error:
            raise _closed(error) from None

    def _started(self) -> Live:
        # It is large, and only batches on terminals need it.
        from rich.console import Console
        from rich.live import Live

        styled = self._console.styled("x", "dim", err=True) != "x"
        self._screen = Console(
            file=self._console.stderr,
            force_terminal=True,
            force_jupyter=False,
            color_system="standard" if styled else None,
            legacy_windows=False,
        )
        live = Live(
            console=self._screen,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        live.start()
        self._screen.show_cursor(True)
        return live

    def _refit(self) -> RichConsole:
        """The screen, at the width that the terminal has now."""
        assert self._screen is not None
        self._screen.width = max(_width(self._console), _LEAST_WIDTH)
        return self._screen

    def _drawn(self, progress: BatchProgress, *, ended: bool = False) -> Text:
        parts = parts_of(progress, ended=ended)
        width = max(_width(self._console), _LEAST_WIDTH) - _SPARE
        fine = self._encodes("━─…")
        best = best_line(parts, width, "…" if fine else "...")
        line = state_line(parts, width, "━─" if fine else "#-")
        text = self._text(f"{best}\n{line}" if best else line)
        if progress.failed:
            text.highlight_words([parts.failed], "red")
        return text

    def _text(self, text: str, style: str = "") -> Text:
        from rich.text import Text

        if not self._encodes(text):
            encoding = self._encoding()
            text = text.encode(encoding, "backslashreplace").decode(encoding)
        return Text(text, style=style, no_wrap=True, overflow="crop")

    def _encodes(self, text: str) -> bool:
        try:
            text.encode(self._encoding())
        except UnicodeEncodeError:
            return False
        return True

    def _encoding(self) -> str:
        stream = self._console.stderr
        return (stream.encoding if stream else None) or "utf-8"


def _closed(error: OSError) -> OutputClosed:
    if isinstance(error, BrokenPipeError):
        return OutputClosed()
    return OutputClosed(error.strerror or str(error))
