"""What a notebook's cells give out, as a program's output."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any, TextIO

__all__ = ["show_message", "tell", "without_colours"]

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def tell(line: str) -> None:
    """Print a line of this program's own, on standard error."""
    _write(sys.stderr, f"{line}\n")


def show_message(message: Mapping[str, Any]) -> None:  # Any: JSON
    """Print what a kernel's message says was given out.

    Streams go to the stream of the same name. Of results and displays their plain text is
    printed, of errors the traceback.
    """
    content = message["content"]
    match message["msg_type"]:
        case "stream":
            _write(sys.stderr if content["name"] == "stderr" else sys.stdout, content["text"])
        case "execute_result" | "display_data":
            text = content["data"].get("text/plain")
            if text:
                _write(sys.stdout, f"{text}\n")
        case "error" if content.get("ename") != "SystemExit":
            _write(sys.stderr, without_colours("\n".join(content["traceback"])) + "\n")


def without_colours(text: str) -> str:
    """A text without the sequences that colour it on a terminal."""
    return _COLOURS.sub("", text)


def _write(stream: TextIO, text: str) -> None:
    # Whatever the locale is, output is recorded as UTF-8.
    stream.flush()
    stream.buffer.write(text.encode("utf-8", "replace"))
    stream.buffer.flush()
