"""Read values written as YAML flow text, without a YAML library.

The subset is what a YAML 1.1 writer puts on one line for None, booleans, numbers, texts, and
lists and maps of them. A plain text is a number only where such a writer would mean one, so
`1:30`, `1_000`, `1e3` and `08` are texts: a writer does not quote them or never writes them
plain.
"""

from __future__ import annotations

__all__ = ["FlowError", "read_flow"]

_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((s + w for s in ("", "+") for w in (".inf", ".Inf", ".INF")), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_DIGITS = frozenset("0123456789")
_OCTAL = frozenset("01234567")
_HEX = frozenset("0123456789abcdefABCDEF")
_BLANKS = " \t"
_BREAKS = "\n\r\x85\u2028\u2029"
_SPACES = _BLANKS + _BREAKS
_NOT_PLAIN = frozenset("&*!|>%@`")
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "/": "/",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
_CODE_LENGTHS = {"x": 2, "u": 4, "U": 8}


class FlowError(ValueError):
    """A text is not YAML of the subset read here."""


def read_flow(text: str) -> object:
    """The value of a YAML flow text.

    Returns:
        None, a boolean, an int, a float, a str, or lists and dicts of these.

    Raises:
        FlowError: If the text is no such value.
    """
    start = text[:1]
    if start and start in "[{'\" \t\n":
        reader = _Reader(text.strip(_SPACES))
        if reader.peek() in ("[", "{", "'", '"'):
            return reader.whole()
    plain = text.strip(_SPACES)
    _refuse_indicator(plain)
    return _resolved(plain)


def _refuse_indicator(plain: str) -> None:
    if plain[:1] in _NOT_PLAIN:
        raise FlowError(f"cannot start with {plain[0]!r}")


class _Reader:
    """Reads one text from front to back."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def whole(self) -> object:
        try:
            value = self._value()
        except RecursionError:
            raise FlowError("nested too deeply") from None
        self._skip_spaces()
        if self._at < len(self._text):
            raise FlowError(f"unexpected {self._text[self._at :]!r} after the value")
        return value

    def peek(self) -> str:
        """The next character; empty at the end."""
        return self._text[self._at : self._at + 1]

    def _skip_spaces(self) -> None:
        while self.peek() and self.peek() in _SPACES:
            self._at += 1

    def _value(self) -> object:
        self._skip_spaces()
        start = self.peek()
        if start == "[":
            return self._list()
        if start == "{":
            return self._map()
        if start == "'":
            return self._single_quoted()
        if start == '"':
            return self._double_quoted()
        return _resolved(self._plain())

    def _list(self) -> list[object]:
        items: list[object] = []
        self._at += 1
        while not self._closes("]"):
            items.append(self._value())
            self._separator("]")
        return items

    def _map(self) -> dict[object, object]:
        items: dict[object, object] = {}
        self._at += 1
        while not self._closes("}"):
            key = self._key()
            self._skip_spaces()
            value = None
            if self.peek() == ":":
                self._at += 1
                value = self._value()
            try:
                items[key] = value
            except TypeError:
                raise FlowError(f"{key!r} cannot be the key of a map") from None
            self._separator("}")
        return items

    def _key(self) -> object:
        # A writer marks keys that are too long to look ahead for their colon.
        if self.peek() == "?" and self._text[self._at + 1 : self._at + 2] in (*_SPACES, ""):
            self._at += 1
        return self._value()

    def _closes(self, end: str) -> bool:
        self._skip_spaces()
        if self.peek() == end:
            self._at += 1
            return True
        if self.peek() in ("", ","):
            raise FlowError(f"expected a value or {end!r} at position {self._at}")
        return False

    def _separator(self, end: str) -> None:
        self._skip_spaces()
        if self.peek() == ",":
            self._at += 1
        elif self.peek() != end:
            raise FlowError(f"expected ',' or {end!r} at position {self._at}")

    def _plain(self) -> str:
        """Text up to what ends it inside of a list or map."""
        start = self._at
        while (char := self.peek()) and char not in ",[]{}":
            after = self._text[self._at + 1 : self._at + 2]
            if char == ":" and (not after or after in _SPACES or after in ",[]{}"):
                break
            if char == "#" and self._text[self._at - 1] in _SPACES:
                raise FlowError("comments are not understood")
            self._at += 1
        plain = self._text[start : self._at].strip(_SPACES)
        _refuse_indicator(plain)
        if plain[:1] in ("'", '"'):
            raise FlowError(f"unexpected quote at position {start}")
        return plain

    def _single_quoted(self) -> str:
        parts: list[str] = []
        self._at += 1
        while True:
            char = self._next_of_quoted()
            if char == "'":
                if self.peek() != "'":
                    return "".join(parts)
                self._at += 1
                parts.append("'")
            elif char in _SPACES:
                self._at -= 1
                parts.append(self._folded())
            else:
                parts.append(char)

    def _double_quoted(self) -> str:
        parts: list[str] = []
        self._at += 1
        while True:
            char = self._next_of_quoted()
            if char == '"':
                return "".join(parts)
            if char == "\\":
                parts.append(self._escaped())
            elif char in _SPACES:
                self._at -= 1
                parts.append(self._folded())
            else:
                parts.append(char)

    def _next_of_quoted(self) -> str:
        char = self.peek()
        if not char:
            raise FlowError("the closing quote is missing")
        self._at += 1
        return char

    def _escaped(self) -> str:
        char = self._next_of_quoted()
        if char in _ESCAPES:
            return _ESCAPES[char]
        if char in _BREAKS:
            self._at -= 1
            return self._folded("")
        length = _CODE_LENGTHS.get(char, 0)
        digits = self._text[self._at : self._at + length]
        if not length or len(digits) != length or not _HEX.issuperset(digits):
            raise FlowError(f"unknown escape '\\{char}{digits}'")
        self._at += length
        try:
            return chr(int(digits, 16))
        except (ValueError, OverflowError):
            raise FlowError(f"no character has the code {digits}") from None

    def _folded(self, one_break: str = " ") -> str:
        """Spaces as they are, but one line break as `one_break` and n + 1 of them as n."""
        start = self._at
        self._skip_spaces()
        spaces = self._text[start : self._at].replace("\r\n", "\n")
        breaks = [char for char in spaces if char in _BREAKS]
        if not breaks:
            return spaces
        breaks = [char if char in "\u2028\u2029" else "\n" for char in breaks]
        if breaks[0] != "\n":
            return "".join(breaks)
        return "".join(breaks[1:]) or one_break


def _resolved(plain: str) -> object:
    """The value a plain text stands for."""
    if plain in _WORDS:
        return _WORDS[plain]
    unsigned = plain[1:] if plain[0] in "+-" else plain
    if not unsigned or unsigned[0] not in "0123456789.":
        return plain
    if unsigned[0] == "." and unsigned is not plain:
        return plain  # YAML has no sign before a point
    number = _integer(unsigned)
    if number is None:
        number = float(plain.lstrip("+-")) if _is_float(unsigned) else None
    if number is None:
        return plain
    return -number if plain[0] == "-" else number


def _integer(digits: str) -> int | float | None:
    if digits == "0":
        return 0
    if digits[0] != "0":
        return int(digits) if _DIGITS.issuperset(digits) else None
    if digits[1] == "x" and len(digits) > 2 and _HEX.issuperset(digits[2:]):
        return int(digits[2:], 16)
    if digits[1] == "b" and len(digits) > 2 and set(digits[2:]) <= {"0", "1"}:
        return int(digits[2:], 2)
    return int(digits, 8) if _OCTAL.issuperset(digits) else None


def _is_float(unsigned: str) -> bool:
    """Whether the text is digits with a point, and maybe an exponent with a sign."""
    mantissa, mark, exponent = unsigned.partition("e")
    if not mark:
        mantissa, mark, exponent = unsigned.partition("E")
    whole, point, fraction = mantissa.partition(".")
    if not point or not (whole or fraction) or not _DIGITS.issuperset(whole + fraction):
        return False
    if not mark:
        return True
    return exponent[:1] in ("+", "-") and len(exponent) > 1 and _DIGITS.issuperset(exponent[1:])
