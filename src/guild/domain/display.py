"""Text of unknown origin, made fit for a terminal."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

__all__ = ["shown", "shown_lines"]

# Controls, marks that reorder text, line separators, what is not seen, half characters. Joiners
# belong to words of several scripts, and to pictures; beside ASCII they only hide.
_UNFIT = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)


def shown(text: str) -> str:
    r"""The text on one line, without characters that control or mislead a terminal.

    Such characters become `\xNN`, `\uNNNN` or `\UNNNNNNNN`; all others stay as they are.
    """
    if text.isprintable():
        return text
    import re  # most texts are fit

    return re.sub(_UNFIT, _escaped, text)


def shown_lines(text: str, *, colours: bool = False) -> str:
    r"""The text as `shown` has it, but with its tabs and line breaks, `\n` and `\r\n`.

    Args:
        text: What a file holds.
        colours: Whether sequences that set colours and styles of letters stay, too.
    """
    import re

    kept = r"[\t\n]|\r\n" + (r"|\x1b\[[0-9;:]*m" if colours else "")
    return re.sub(f"({kept})|{_UNFIT}", lambda match: match[1] or _escaped(match), text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
