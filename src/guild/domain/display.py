"""Text of unknown origin, made fit for a terminal."""

from __future__ import annotations

import re

__all__ = ["shown"]

# Controls, marks that reorder text, line separators, the byte order mark, half characters.
_UNFIT = "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"


def shown(text: str) -> str:
    r"""The text on one line, without characters that control or mislead a terminal.

    Such characters become `\xNN` or `\uNNNN`; all others stay as they are.
    """
    return text if text.isprintable() else re.sub(_UNFIT, _escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
