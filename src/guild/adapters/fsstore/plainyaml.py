"""Reading the YAML that runs mostly hold, without a YAML library.

Importing one costs a listing more than reading all of its runs. What is read here is a strict
subset of block style: names as keys, and values that mean the same to every reader of YAML.
Anything else is left to `yamlreader`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from guild.adapters.fsstore.attributes import MIXED

__all__ = ["NotPlain", "read_plain"]

_MAX_DEPTH = 20
_NAME = r"[A-Za-z_][A-Za-z0-9_.-]{0,99}"
_ENTRY = re.compile(rf"({_NAME}|'{_NAME}'):(?: (.+))?")
_SCALAR = re.compile(
    r"(?P<int>-?(?:0|[1-9][0-9]{0,17}))"
    r"|(?P<float>-?(?:0|[1-9][0-9]{0,30})\.[0-9]{1,30}(?:e[+-][0-9]{1,3})?)"
    r"|'(?P<quoted>(?:[^']|'')*)'"
    # A number sign begins a comment after a blank, a colon a value before one.
    r"|(?P<plain>[A-Za-z_/](?:[^:#]|:(?=[^ :#]))*(?<! ))"
    rf"|(?P<mixed>{MIXED})"
    r"|(?P<list>\[\])|(?P<map>\{\})"
)
_MEANING: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_OTHER_MEANING = frozenset(("yes", "no", "on", "off", *_MEANING))


class NotPlain(ValueError):
    """The text is not of the subset; it may well be YAML."""


def read_plain(text: str) -> object:
    """The value of a YAML document: None, booleans, numbers, texts, lists and maps of them.

    Raises:
        NotPlain: If that can't be said without knowing all of YAML.
    """
    lines = text.removesuffix("\n").split("\n")
    is_scalar = len(lines) == 1 and ":" not in text and not text.startswith("- ")
    if not is_scalar and (flat := _flat(lines)) is not None:
        return flat
    if not all(map(str.isprintable, lines)):
        raise NotPlain
    if is_scalar:
        return _scalar(lines[0])
    reader = _Reader(lines)
    value = reader.whole()
    if reader.at < len(lines):
        raise NotPlain
    return value


def _flat(lines: list[str]) -> dict[str, object] | None:
    """The map of lines with a name and a value each, as most maps are; None for others."""
    values: dict[str, object] = {}
    for line in lines:
        entry = _flat_entry(line)
        if entry is None:
            return None
        values[entry[0]] = entry[1]
    return values


@lru_cache(maxsize=4096)
def _flat_entry(line: str) -> tuple[str, object] | None:
    """Name and value in a line; the same lines come in many runs. None for other lines."""
    name, colon, text = line.partition(": ")
    # What a list or a map becomes is another one each time.
    if not colon or text in ("[]", "{}") or not line.isprintable():
        return None
    key = _key(name)
    found = _SCALAR.fullmatch(text)
    if key is None or found is None:
        return None
    if found.lastgroup == "plain" and text.lower() in _OTHER_MEANING:
        return None
    return key, _meant(found)


@lru_cache(maxsize=1024)
def _key(name: str) -> str | None:
    """The key that is written so; None if that can't be said without knowing all of YAML."""
    if _ENTRY.fullmatch(f"{name}:") is None or name.lower() in _OTHER_MEANING:
        return None
    return name.strip("'")


class _Reader:
    """Reads from the top; `at` is the number of the line that is next."""

    def __init__(self, lines: list[str]) -> None:
        self.at = 0
        self._lines = lines

    def whole(self) -> object:
        first = self._lines[0]
        if first.startswith("- ") or _ENTRY.fullmatch(first):
            return self._block(0, 1)
        self.at += 1
        return _scalar(first)

    def _block(self, indent: int, depth: int) -> object:
        if depth > _MAX_DEPTH:
            raise NotPlain
        if self._lines[self.at].startswith("- ", indent):
            return self._list(indent, depth)
        return self._map(indent, depth)

    def _list(self, indent: int, depth: int) -> list[object]:
        items: list[object] = []
        while self._indent() == indent and self._lines[self.at].startswith("- ", indent):
            line = self._lines[self.at]
            if _ENTRY.fullmatch(line, indent + 2):
                # The map begins where its first key stands.
                self._lines[self.at] = " " * (indent + 2) + line[indent + 2 :]
                items.append(self._map(indent + 2, depth + 1))
            else:
                self.at += 1
                items.append(_scalar(line[indent + 2 :]))
        return items

    def _map(self, indent: int, depth: int) -> dict[str, object]:
        values: dict[str, object] = {}
        while self._indent() == indent:
            entry = _ENTRY.fullmatch(self._lines[self.at], indent)
            if entry is None:
                break
            self.at += 1
            name, text = entry.groups()
            if name.lower() in _OTHER_MEANING:
                raise NotPlain
            values[name.strip("'")] = self._below(indent, depth) if text is None else _scalar(text)
        if not values:
            raise NotPlain
        return values

    def _below(self, indent: int, depth: int) -> object:
        """What stands below a key: deeper, or at its indentation if it is a list."""
        deeper = self._indent()
        is_list = deeper >= 0 and self._lines[self.at].startswith("- ", deeper)
        if deeper < indent or (deeper == indent and not is_list):
            raise NotPlain
        return self._block(deeper, depth + 1)

    def _indent(self) -> int:
        """Of the next line; -1 after the last."""
        if self.at == len(self._lines):
            return -1
        line = self._lines[self.at]
        return len(line) - len(line.lstrip(" "))


def _scalar(text: str) -> object:
    found = _SCALAR.fullmatch(text)
    if found is None:
        raise NotPlain
    return _meant(found)


def _meant(found: re.Match[str]) -> object:
    """The value of a text that matches `_SCALAR`."""
    text = found[0]
    match found.lastgroup:
        case "int":
            return int(text)
        case "float":
            return float(text)
        case "quoted":
            return found["quoted"].replace("''", "'")
        case "list":
            return []
        case "map":
            return {}
    if text in _MEANING:
        return _MEANING[text]
    if text.lower() in _OTHER_MEANING:
        raise NotPlain
    return text
