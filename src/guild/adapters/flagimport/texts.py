"""Lists as the words of a flag's value."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["argument_words", "yaml_words"]

_PLAIN = r"(?:[A-Za-z_/]|\.\.?/)[\w./@%+=:~ -]*\Z"
_SPOKEN_FOR = {"true", "false", "yes", "no", "on", "off", "null", "nan", "inf"}
_SAFE = r"[A-Za-z0-9_@%+=:,./-]+\Z"


def argument_words(items: Sequence[object]) -> str:
    """Values as words for a command line, quoted as for a shell."""
    return " ".join(_quoted(str(item)) for item in items)


def yaml_words(items: Sequence[object]) -> str:
    """Values as words that say their type: `1 'x y' 2.0`, an inner list as `'[1, 2]'`."""
    return " ".join(_quoted(_yaml(item)) for item in items)


def _quoted(word: str) -> str:
    # As shlex.quote does, which costs an import.
    return word if re.match(_SAFE, word) else "'" + word.replace("'", "'\"'\"'") + "'"


def _yaml(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "null"
    if isinstance(value, str):
        return _yaml_text(value)
    return repr(value)


def _yaml_text(text: str) -> str:
    if not text.isprintable():
        return '"' + "".join(map(_escaped, text)) + '"'
    ambiguous = text.lower() in _SPOKEN_FOR or ": " in text or text.endswith((":", " "))
    if re.match(_PLAIN, text) and not ambiguous:
        return text
    return "'" + text.replace("'", "''") + "'"


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else f"\\U{ord(char):08x}"
