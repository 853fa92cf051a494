"""Reading a YAML file that may be anything, with the place of each key and item.

The events of the parser are put together here instead of by the YAML library: one pass gives
places, finds duplicate keys, and refuses at once what is too deep or stands for too much.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from guild.adapters.guildfile.marked import Items, Map, Place, error_at
from guild.adapters.guildfile.scalars import plain_scalar, tagged_scalar
from guild.domain.errors import GuildError

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_WEIGHT", "Document", "read", "weight_of_text"]

MAX_BYTES = 1024 * 1024
"""Size of the largest file that is read."""

MAX_DEPTH = 40
"""How deep maps and lists may nest."""

MAX_WEIGHT = 50_000
"""Most values in a file, what aliases stand for included; long text counts more than once."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one, where it was built
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_MAP_TAGS = (None, "!", "tag:yaml.org,2002:map")
_LIST_TAGS = (None, "!", "tag:yaml.org,2002:seq")
_MISSING = object()


class Document:
    """What a file holds.

    Attributes:
        path: Absolute path.
        data: None, a scalar, `Map` or `Items`.
        digest: MD5 of the file, hexadecimal.
        references: Whether there may be `{{ name }}` or `$include` in it.
    """

    __slots__ = ("data", "digest", "path", "references")

    def __init__(self, path: str, data: object, digest: str, references: bool) -> None:
        self.path = path
        self.data = data
        self.digest = digest
        self.references = references


def weight_of_text(text: str) -> int:
    """What a text counts beside other values."""
    return 1 + len(text) // 32


def read(path: str) -> Document:
    """Read a file.

    Args:
        path: Absolute path.

    Raises:
        GuildError: If it can't be read, is too large, or is no YAML of plain types.
    """
    from hashlib import md5

    raw = _bytes(path)
    text = _text(path, raw)
    data = _Builder(path).build(text)
    digest = md5(raw, usedforsecurity=False).hexdigest()
    return Document(path, data, digest, "{{" in text or "$include" in text)


def _bytes(path: str) -> bytes:
    import errno
    import os
    import stat

    try:
        # A named pipe would be waited for.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise error_at((path, 1, 1), "expected a regular file")
            if status.st_size > MAX_BYTES:
                raise _too_large(path, status.st_size)
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise error_at((path, 1, 1), "expected a regular file") from error
        reason = (error.strerror or "unknown reason").lower()
        raise error_at((path, 1, 1), f"the file can't be read: {reason}") from error
    if len(raw) > MAX_BYTES:
        raise _too_large(path, len(raw))
    return raw


def _too_large(path: str, size: int) -> GuildError:
    return error_at((path, 1, 1), f"the file has {size} bytes, and the limit is {MAX_BYTES}")


def _text(path: str, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise error_at((path, line, 1), "expected text in UTF-8") from error
    if not (text.isascii() and text.replace("\n", "").isprintable()):
        found = re.search(_UNPRINTABLE, text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            raise error_at((path, line, 1), f"unexpected character U+{ord(found[0]):04X}")
    return text


class _Open:
    """A map or list whose end has not come yet."""

    __slots__ = ("anchor", "before", "height", "is_map", "key", "key_place", "merged", "value")

    def __init__(self, value: Map | Items, anchor: str | None, before: int) -> None:
        self.value = value
        self.is_map = isinstance(value, Map)
        self.anchor = anchor
        self.before = before
        self.height = 1
        self.key: str | None = None
        self.key_place: Place = ("", 0, 0)
        self.merged: list[tuple[object, Place]] = []


class _Builder:
    """Puts together what the events of a document say."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[object, int, int] | None] = {}
        self._weight = 0
        self._plain: dict[str, object] = {}
        self._root: object = None

    def build(self, text: str) -> object:
        """The value of the document.

        Raises:
            GuildError: As `read`.
        """
        try:
            loader = _Loader(text)
            try:
                self._read(loader)
            finally:
                loader.dispose()
        except yaml.MarkedYAMLError as error:
            raise self._no_yaml(error, text) from error
        except yaml.YAMLError as error:
            raise error_at((self._path, 1, 1), f"invalid YAML: {error}") from error
        return self._root

    def _read(self, loader: Any) -> None:
        documents = 0
        stack = self._stack
        path = self._path
        get_event = loader.get_event
        scalar_event = yaml.ScalarEvent
        while True:
            event = get_event()
            kind = event.__class__
            if kind is scalar_event:
                mark = event.start_mark
                place = (path, mark.line + 1, mark.column + 1)
                top = stack[-1] if stack else None
                if top is not None and top.is_map and top.key is None:
                    self._key(event, place, top)
                    continue
                value = self._scalar(event, place)
                weight = 1 + len(event.value) // 32
                self._weigh(weight, place)
                if event.anchor is not None:
                    self._anchors[event.anchor] = (value, weight, 0)
                self._value(value, place)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._begin(event, kind is yaml.MappingStartEvent)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._end()
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise error_at(self._place(event), "expected a single YAML document")
            elif kind is yaml.StreamEndEvent:
                return

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return (self._path, mark.line + 1, mark.column + 1)

    def _scalar(self, event: Any, place: Place) -> object:
        text: str = event.value
        if not text.isascii() and re.search("[\ud800-\udfff]", text):
            raise error_at(place, "invalid YAML: text that is not valid Unicode")
        try:
            if event.tag is not None:
                return tagged_scalar(event.tag, text)
            if not event.implicit[0]:
                return text
            value = self._plain.get(text, _MISSING)
            if value is _MISSING:
                value = self._plain[text] = plain_scalar(text)
            return value
        except ValueError as error:
            raise error_at(place, str(error)) from error

    def _key(self, event: Any, place: Place, top: _Open) -> None:
        key = self._scalar(event, place)
        if isinstance(key, str):
            text = key
        else:
            from guild.domain.yamltext import dump_flow

            text = dump_flow(key, yes_no=True)
        assert isinstance(top.value, Map)
        if text in top.value.places:
            first = top.value.places[text][1]
            written = event.value[:80]
            raise error_at(place, f"duplicate key '{written}' (the first is on line {first})")
        self._weigh(1, place)
        is_merge = text == "<<" and event.implicit[0]
        if not is_merge:
            top.value.places[text] = place
        if not isinstance(key, str):
            top.value.odd[text] = event.value
        top.key = text
        top.key_place = ("", 0, 0) if is_merge else place

    def _value(self, value: object, place: Place) -> None:
        if not self._stack:
            self._root = value
            return
        top = self._stack[-1]
        if isinstance(top.value, Items):
            top.value.add(value, place)
            return
        assert top.key is not None
        if top.key_place[1]:
            top.value[top.key] = value
        else:
            top.merged.append((value, place))
        top.key = None

    def _begin(self, event: Any, is_map: bool) -> None:
        place = self._place(event)
        if self._stack and self._stack[-1].is_map and self._stack[-1].key is None:
            raise error_at(place, "expected a text as key")
        if event.tag not in (_MAP_TAGS if is_map else _LIST_TAGS):
            shown = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            raise error_at(place, f"unexpected type '{shown}'")
        if len(self._stack) >= MAX_DEPTH:
            raise error_at(place, f"nested more than {MAX_DEPTH} levels deep")
        value: Map | Items = Map() if is_map else Items()
        self._value(value, place)
        self._stack.append(_Open(value, event.anchor, self._weight))
        self._weigh(1, place)
        if event.anchor is not None:
            self._anchors[event.anchor] = None

    def _end(self) -> None:
        done = self._stack.pop()
        for value, place in done.merged:
            self._merge(done.value, value, place)
        if done.anchor is not None:
            self._anchors[done.anchor] = (done.value, self._weight - done.before, done.height)
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, done.height + 1)

    def _merge(self, into: Map | Items, value: object, place: Place) -> None:
        """What `<<` says: entries for the keys that are not there."""
        assert isinstance(into, Map)
        for other in value if isinstance(value, Items) else [value]:
            if not isinstance(other, Map):
                raise error_at(place, "expected a mapping, or a list of them, after '<<'")
            for key in other:
                if key not in into:
                    into.put(key, other[key], other.places[key])
                    if key in other.odd:
                        into.odd[key] = other.odd[key]

    def _alias(self, event: Any) -> None:
        place = self._place(event)
        name = event.anchor
        if name not in self._anchors:
            raise error_at(place, f"undefined alias '*{name[:80]}'")
        anchored = self._anchors[name]
        if anchored is None:
            raise error_at(place, f"'*{name[:80]}' stands for something that it is in itself")
        value, weight, height = anchored
        self._weigh(weight, place)
        top = self._stack[-1]
        if top.is_map and top.key is None:
            raise error_at(place, "expected a text as key")
        if len(self._stack) + height > MAX_DEPTH:
            raise error_at(place, f"nested more than {MAX_DEPTH} levels deep")
        top.height = max(top.height, height + 1)
        self._value(value, place)

    def _weigh(self, weight: int, place: Place) -> None:
        self._weight += weight
        if self._weight > MAX_WEIGHT:
            raise error_at(
                place, f"more than {MAX_WEIGHT} values, what aliases stand for included"
            )

    def _no_yaml(self, error: yaml.MarkedYAMLError, text: str) -> GuildError:
        mark = error.problem_mark or error.context_mark
        line = mark.line if mark else 0
        lines = text.splitlines()
        written = lines[line] if line < len(lines) else ""
        why = " ".join(filter(None, (error.problem, error.context)))
        if "\t" in written[: len(written) - len(written.lstrip())]:
            why = "found a tab where lines have to be indented with spaces"
        return error_at((self._path, line + 1, 1), f"invalid YAML: {why}")
