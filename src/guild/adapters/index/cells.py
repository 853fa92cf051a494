"""Values of any kind as the index keeps them: a type and what SQLite can compare.

Types are `n` for numbers, `b` for booleans (0 or 1), `s` for texts, `x` for texts that SQLite
does not take (bytes), `t` for lists of texts (`joined`), and `j` for everything else, as JSON.
None, which an attribute may be known to be, has the type `-`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "BETWEEN",
    "Stored",
    "decoded",
    "encoded",
    "from_stored",
    "joined",
    "json_text",
    "json_value",
    "parted",
    "stored",
    "texts_from_stored",
]

Stored = str | bytes | int | float | None
"""What a column holds."""

_NOTHING = ("-", None)
_LIMIT = 1 << 63
BETWEEN = "\x1f"
_KEYED = "\0map"
"""The key of a map that stands for one whose keys JSON can't have."""
_SINGLE = frozenset((str, int, float, bool, type(None)))
_TEXT = frozenset((str,))
_KEYED_JSON = r"\u0000map"


def encoded(value: object) -> tuple[str, Stored]:
    """Type and stored form of a plain value."""
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return "b", int(value)
    if isinstance(value, str):
        text = stored(value)
        return ("s" if isinstance(text, str) else "x"), text
    if isinstance(value, float) and value == value:
        return "n", value
    if isinstance(value, int) and -_LIMIT <= value < _LIMIT:
        return "n", value
    return "j", json_text(value)  # most values are plain


def decoded(kind: str | None, value: object) -> object:
    """The value that `encoded` was given."""
    if kind is None or kind == "-":
        return None
    if kind == "b":
        return bool(value)
    if kind == "t":
        return parted(str(value))
    if kind == "x":
        return from_stored(value)
    if kind == "j":
        return json_value(str(value))
    return value


def stored(text: str) -> str | bytes:
    """The text as a column takes it: bytes where it is no UTF-8, or has a NUL."""
    if "\0" not in text:
        if text.isascii():
            return text
        try:
            text.encode()
        except UnicodeEncodeError:
            pass
        else:
            return text
    return text.encode("utf-8", "surrogatepass")


def from_stored(value: object) -> str:
    """The text that `stored` was given."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else str(value)


def texts_from_stored(column: Sequence[Any]) -> Sequence[str]:
    """The texts of a column, most of which have none that are kept as bytes."""
    return column if set(map(type, column)) == {str} else list(map(from_stored, column))


def joined(texts: Sequence[str]) -> str:
    """Texts in one, which is read without JSON if they are as most texts are."""
    if not texts:
        return ""
    whole = "".join(texts)
    if BETWEEN in whole or not isinstance(stored(whole), str):
        return json_text(list(texts))
    return BETWEEN + BETWEEN.join(texts)


def parted(text: str) -> list[str]:
    """The texts that `joined` was given."""
    if text.startswith("["):
        return [str(item) for item in json_value(text)]
    return text.split(BETWEEN)[1:]


def json_text(value: object) -> str:
    """A plain value as JSON, in ASCII; what JSON doesn't know becomes text."""
    return _encoder()(_with_text_keys(value))


def json_value(text: str) -> Any:
    """The value that `json_text` was given."""
    import json

    return json.loads(text, object_hook=_with_own_keys if _KEYED_JSON in text else None)


def _with_text_keys(value: object) -> object:
    """The value with other maps in place of those whose keys are not all texts."""
    if isinstance(value, list):
        return [_with_text_keys(item) for item in value]
    if not isinstance(value, dict):
        return value
    values = value
    if not _SINGLE.issuperset(map(type, value.values())):
        values = {key: _with_text_keys(item) for key, item in value.items()}
    if _TEXT.issuperset(map(type, values)) and _KEYED not in values:
        return values
    return {_KEYED: [[key, item] for key, item in values.items()]}


def _with_own_keys(value: dict[str, Any]) -> dict[Any, Any]:
    return dict(value[_KEYED]) if _KEYED in value else value


@cache
def _encoder() -> Callable[[object], str]:
    import json

    # The function of the module makes another encoder for each value.
    return json.JSONEncoder(default=str).encode
