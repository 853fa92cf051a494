"""The terminal, or whatever stands in its place: text out, answers in."""

from __future__ import annotations

from guild.adapters.cli.errors import Abort, OutputClosed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

__all__ = ["Console", "columns"]

_CODES = {"bold": "1", "dim": "2", "red": "31", "yellow": "33"}
_INFO, _WARNING = 20, 30


class Console:
    """Standard input, output and error of a command.

    Results go to standard output; prompts, previews, notes and errors to standard error.
    Either may be closed from the start (None), in which case what is written is lost.

    Args:
        stdin: Answers to prompts.
        stdout: Results.
        stderr: Everything else.
        env: `NO_COLOR`, `TERM` and `COLUMNS` are read.
    """

    def __init__(
        self,
        stdin: TextIO | None,
        stdout: TextIO | None,
        stderr: TextIO | None,
        env: Mapping[str, str],
    ) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.env = env
        self.level = _INFO

    def out(self, text: str = "", end: str = "\n") -> None:
        """Write a line of results.

        Raises:
            OutputClosed: If nobody reads it any more or it can't be written.
        """
        _write(self.stdout, text + end)

    def data(self, text: str, end: str = "\n") -> None:
        """Write text for programs: as it is, but escaped where it is for a terminal.

        Args:
            text: What a run or a project holds. Its line breaks and tabs stay in any case.
            end: What is written after it.

        Raises:
            OutputClosed: If nobody reads it any more or it can't be written.
        """
        if self.is_terminal():
            from guild.domain.display import shown_lines  # Few commands need it.

            text = shown_lines(text)
        self.out(text, end)

    def err(self, text: str = "", end: str = "\n", style: str = "") -> None:
        """Write a line to standard error, after all results so far.

        It is always one line and shows no other style: line breaks and other control
        characters, which names and paths may have, are escaped.

        Args:
            text: The line.
            end: What is written after it.
            style: As for `styled`.

        Raises:
            OutputClosed: If nobody reads it any more or it can't be written.
        """
        if not text.isprintable():
            from guild.domain.display import shown  # Few lines need it.

            text = shown(text)
        _flush(self.stdout)
        _write(self.stderr, self.styled(text, style, err=True) + end)
        _flush(self.stderr)

    def warn(self, text: str) -> None:
        """Write a warning, unless the log level leaves warnings out."""
        if self.level <= _WARNING:
            self.err(f"WARNING: {text}", style="yellow")

    def note(self, text: str) -> None:
        """Write a dim note on standard error, unless the log level leaves notes out."""
        if self.level <= _INFO:
            self.err(text, style="dim")

    def flush(self) -> None:
        """Hand on what was written.

        Raises:
            OutputClosed: If nobody reads it any more or it can't be written.
        """
        _flush(self.stdout)
        _flush(self.stderr)

    def styled(self, text: str, style: str, *, err: bool = False) -> str:
        """The text as it is written in a style, if the stream shows styles.

        Args:
            text: What is written.
            style: Names of styles, separated by blanks: bold, dim, red, yellow; none if empty.
            err: Whether it is meant for standard error.
        """
        if not style or not text or not self._shows_styles(err):
            return text
        codes = ";".join(_CODES[name] for name in style.split())
        return f"\x1b[{codes}m{text}\x1b[0m"

    def _shows_styles(self, err: bool) -> bool:
        if self.env.get("NO_COLOR") or self.env.get("TERM") == "dumb":
            return False
        return self.is_terminal(err=err)

    def is_terminal(self, *, err: bool = False) -> bool:
        """Whether standard output (or error) is a terminal."""
        stream = self.stderr if err else self.stdout
        return stream is not None and stream.isatty()

    def width(self, *, err: bool = False) -> int | None:
        """Columns that lines are cut to: `COLUMNS`, else the terminal's. None if no terminal."""
        if not self.is_terminal(err=err):
            return None
        return columns(self.env, self.stderr if err else self.stdout)

    def confirm(self, prompt: str, default: bool) -> bool:
        """Ask a question that is answered by yes or no.

        Args:
            prompt: The question, with its question mark.
            default: What an empty answer means.

        Raises:
            Abort: At the end of input or an interrupt.
        """
        self.err(f"{prompt} {'(Y/n)' if default else '(y/N)'} ", end="")
        try:
            answer = self.stdin.readline() if self.stdin is not None else ""
        except KeyboardInterrupt:
            self.err()
            raise Abort from None
        if not answer:
            self.err()
            raise Abort("cannot ask for confirmation: there is no more input")
        answer = answer.strip().lower()
        return default if not answer else answer in ("y", "yes")


def columns(env: Mapping[str, str], stream: TextIO | None) -> int | None:
    """Width of a terminal: `COLUMNS` if that is a number above 0, else what the terminal says."""
    told = env.get("COLUMNS", "")
    if told.isdigit() and int(told) > 0:
        return int(told)
    import os

    try:
        return os.get_terminal_size(stream.fileno()).columns or None if stream else None
    except (OSError, ValueError):  # no terminal; a stream without a file
        return None


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            encoding = stream.encoding or "ascii"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    except BrokenPipeError:
        raise OutputClosed from None
    except OSError as error:
        raise OutputClosed(error.strerror or str(error)) from None


def _flush(stream: TextIO | None) -> None:
    if stream is None:
        return
    try:
        stream.flush()
    except BrokenPipeError:
        raise OutputClosed from None
    except OSError as error:
        raise OutputClosed(error.strerror or str(error)) from None
