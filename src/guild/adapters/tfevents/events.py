"""Scalars in event messages, most of them by their bytes alone.

Nearly all messages of nearly all files are one number of 4 bytes each, with a step and a tag, in
the one form that every writer gives them (see `forms`). Those are settled without the library for
messages, which takes longer to load than thousands of them take to read. What differs by a single
byte from the known forms is left to the library.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import chain

from guild.adapters.tfevents.bulk import MOST, Form, stretch_at
from guild.adapters.tfevents.forms import is_version, tag_of_simple, tag_of_tensor, varint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

__all__ = ["SCALARS", "EventScalars"]

SCALARS = "scalars"
"""Name of the plugin whose tensors are scalars."""

_Point: TypeAlias = tuple[str, int, float]
_Series: TypeAlias = tuple[str, list[int], list[float]]
_Column: TypeAlias = tuple[Sequence[int], Sequence[float]]

_float = struct.Struct("<f").unpack_from
_LONGEST = 1 << 10  # of messages of known forms: what is known of these is kept
_MAX_PERIOD = 1 << 8  # messages
_FIRST = 1 << 12  # bytes to look for what repeats in; twice as many each time that all do

# What comes after the number of a tensor: the plugin, with the class of its data or without.
_PLUGIN = b"\n\x09\n\x07" + SCALARS.encode()
_PLUGINS = tuple(b"J" + bytes([len(each)]) + each for each in (_PLUGIN + b" \x01", _PLUGIN))


class EventScalars:
    """The scalars in messages of one file.

    Args:
        messages: The first messages, in the order of the file.
        kinds: Names of plugins by tag, as far as the file told them before; more are added. A
            tag need tell its plugin in its first value only.

    Attributes:
        read: How many of the messages that were added last were read. Those are fewer than there
            are if one is no event: the file is damaged there.
        tags: The tag of each value, in the order of the file.
    """

    def __init__(self, messages: Sequence[bytes], kinds: dict[str, str]) -> None:
        self.read = 0
        self.tags: list[str] = []
        self._kinds = kinds
        self._found: dict[str, _Series] = {}
        # By the bytes of a summary that come before its number, which ends it.
        self._heads: dict[bytes, _Series] = {}
        # Likewise, where this plugin comes after the number.
        self._plugin = _PLUGINS[0]
        self._tensor_heads: dict[bytes, _Series] = {}
        # What is before and after the number in messages of a tag.
        self._forms: dict[str, Form] = {}
        self.add(messages)

    @property
    def series(self) -> dict[str, tuple[list[int], list[float]]]:
        """Steps and values of each tag, in the order of the file."""
        return {tag: (steps, numbers) for tag, steps, numbers in self._found.values()}

    def add(self, messages: Sequence[bytes]) -> None:
        """Add messages that follow."""
        self.read = len(messages)
        known = self._heads.get
        tags = self.tags
        for index, data in enumerate(messages):
            try:
                if data[9] != 0x10:
                    step, at = 0, 9
                elif (step := data[10]) < 0x80:
                    at = 11
                else:
                    step, at = varint(data, 10)
                number_at = len(data) - 4
                series = known(data[at:number_at])
                if series is None:
                    if data.endswith(self._plugin):
                        number_at -= len(self._plugin)
                        series = self._tensor_heads.get(data[at:number_at])
                    elif data[0] == 0x09 and len(data) <= _LONGEST:
                        series = self._simple(data[at:-4])
            except IndexError:
                series = None
            if series is not None and data[0] == 0x09:
                tag, steps, numbers = series
                tags.append(tag)
                steps.append(step)
                numbers += _float(data, number_at)
            elif not self._add(data):
                self.read = index
                return

    def take(self, block: bytes, at: int) -> int:
        """Add records that follow, as many as repeat the last messages.

        Args:
            block: Records.
            at: Where they begin.

        Returns:
            Their length in bytes.
        """
        tags = self._period()
        forms = tuple([self._forms[tag] for tag in tags if tag in self._forms])
        if not tags or len(forms) < len(tags):
            return 0
        begin = at
        most = _FIRST
        while stretch := stretch_at(block, at, forms, most):
            most = min(most * 2, MOST)
            length, count, columns = stretch
            at += length
            self.tags += tags * count
            of_tag: dict[str, list[_Column]] = {}
            for tag, column in zip(tags, columns, strict=True):
                of_tag.setdefault(tag, []).append(column)
            for tag, its_columns in of_tag.items():
                more_steps, more_numbers = _in_turn(its_columns)
                _, steps, numbers = self._found[tag]
                steps += more_steps
                numbers += more_numbers
        return at - begin

    def _period(self) -> list[str]:
        """The last tags that differ, which may come again."""
        tags = self.tags[: -_MAX_PERIOD - 1 : -1]
        if tags and tags[0] in tags[1:]:
            del tags[tags.index(tags[0], 1) :]
        return tags[::-1]

    def _add(self, data: bytes) -> bool:
        """Add the scalars of any message, and say whether it is one."""
        points: Sequence[_Point] | None = None
        if len(data) <= _LONGEST:
            points = self._settled(data)
        if points is None:
            from guild.adapters.tfevents.decoding import decoded  # slow to load

            points = decoded(data, self._kinds)
        if points is None:
            return False
        for tag, step, number in points:
            _, steps, numbers = self._series(tag)
            self.tags.append(tag)
            steps.append(step)
            numbers.append(number)
        return True

    def _settled(self, data: bytes) -> Sequence[_Point] | None:
        """The scalars of a message of a known form; None for another."""
        at = 9 if data[:1] == b"\x09" else 0
        step = 0
        try:
            if data[at : at + 1] == b"\x10":
                step, at = varint(data, at + 1)
        except IndexError:
            return None
        if at > len(data):
            return None
        what = data[at:]
        if not what or is_version(what):
            return ()
        series = self._simple(what[:-4])
        if series is not None:
            return [(series[0], step, _float(what, len(what) - 4)[0])]
        return self._tensor(what, step)

    def _simple(self, head: bytes) -> _Series | None:
        """The series of a simple value, by what comes before its number; None if it is none."""
        tag = tag_of_simple(head)
        if tag is None:
            return None
        self._forms[tag] = head, b""
        series = self._heads[head] = self._series(tag)
        return series

    def _tensor(self, what: bytes, step: int) -> Sequence[_Point] | None:
        plugin = next((plugin for plugin in _PLUGINS if what.endswith(plugin)), b"")
        end = len(what) - len(plugin)
        head = what[: end - 4]
        tag = tag_of_tensor(head, plugin)
        if tag is None:
            return None
        if plugin:
            self._kinds.setdefault(tag, SCALARS)
        if self._kinds.get(tag) != SCALARS:
            return ()
        # The kind of a tag stays as it is.
        if not plugin:
            self._heads[head] = self._series(tag)
        else:
            if plugin != self._plugin:
                self._plugin = plugin
                self._tensor_heads.clear()
            self._tensor_heads[head] = self._series(tag)
        self._forms[tag] = head, plugin
        return [(tag, step, _float(what, end - 4)[0])]

    def _series(self, tag: str) -> _Series:
        series = self._found.get(tag)
        if series is None:
            series = self._found[tag] = (tag, [], [])
        return series


def _in_turn(columns: Sequence[_Column]) -> _Column:
    """Columns of the same tag as one: the first of each, then the second of each, and so on."""
    if len(columns) == 1:
        return columns[0]
    steps, numbers = (zip(*each, strict=True) for each in zip(*columns, strict=True))
    return list(chain.from_iterable(steps)), list(chain.from_iterable(numbers))
