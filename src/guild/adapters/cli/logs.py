"""Log records on standard error, for those who ask for them."""

from __future__ import annotations

import logging

from guild.adapters.cli.console import Console

__all__ = ["configure"]

_STYLES = ((logging.ERROR, "red"), (logging.WARNING, "yellow"))


class _ConsoleHandler(logging.Handler):
    """Writes records as `guild` words them: information bare, all else after its level."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.levelno < logging.INFO:
            text = f"{record.levelname}: [{record.name}] {text}"
        elif record.levelno > logging.INFO:
            text = f"{record.levelname}: {text}"
        style = next((style for level, style in _STYLES if record.levelno >= level), "")
        for line in (text, *_traceback(record)):
            self._console.err(line, style=style)


def _traceback(record: logging.LogRecord) -> list[str]:
    if not record.exc_info:
        return []
    return logging.Formatter().formatException(record.exc_info).split("\n")


def configure(console: Console, level: int) -> None:
    """Have records of a level and above written to standard error."""
    root = logging.getLogger()
    root.handlers = [_ConsoleHandler(console)]
    root.setLevel(level)
