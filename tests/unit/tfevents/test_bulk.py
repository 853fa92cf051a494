"""Many records at once: all is as if they were read one by one."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Callable, Iterator
from typing import TypeAlias
from unittest.mock import patch

import pytest
from google_crc32c import value as crc32c
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto import event_pb2, tensor_pb2

from guild.adapters.tfevents import bulk
from guild.adapters.tfevents.bulk import stretch_at
from guild.adapters.tfevents.events import EventScalars
from guild.adapters.tfevents.messages import EventMessages, scalar_head, version_message
from guild.adapters.tfevents.records import RecordReader, frames
from guild.domain.scalars import ScalarPoint
from tests.unit.tfevents.events import KINDS, scalar_tensor

_Read: TypeAlias = tuple[list[str], str, dict[str, str], int, int, object]
_Message: TypeAlias = Callable[[str, int, float], bytes]

_FORM = (scalar_head(b"loss"), b"")
_MANY = 40


def plain(tag: str, step: int, number: float) -> bytes:
    """A message in the old form of scalars."""
    (message,) = EventMessages().scalars([ScalarPoint(tag, number, step)], 1.5)
    return message


def tensor(form: str) -> _Message:
    """A message in the new form, with its plugin told in one of the ways."""

    def message(tag: str, step: int, number: float) -> bytes:
        proto = tensor_pb2.TensorProto(dtype=1, float_val=[number])
        value = scalar_tensor(f"t{tag}", proto, form)
        event = event_pb2.Event(wall_time=1.5, step=step, summary={"value": [value]})
        data: bytes = event.SerializeToString()
        return data

    return message


def read(data: bytes, *, block: int = 1 << 20, portion: int = 1, at_once: bool = True) -> _Read:
    """All that is told of a file: tags, series, kinds, and where and why it ends.

    Args:
        data: The file.
        block: How much of it to have in memory.
        portion: How much to read one by one before many at once are tried.
        at_once: Whether they are.
    """
    kinds: dict[str, str] = {}
    scalars = EventScalars((), kinds)
    unread = 0
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(data)
        records = RecordReader(file.fileno(), 0, block)
        if at_once:
            records.portion = portion
        for messages in records:
            scalars.add(messages)
            if scalars.read < len(messages):
                unread = sum(len(each) + 16 for each in messages[scalars.read :])
                break
            if at_once:
                records.take(scalars.take)
    offset = records.offset - unread
    damage = "no event" if unread else records.damage
    return scalars.tags, repr(scalars.series), kinds, offset, records.size, damage


def counted(data: bytes) -> int:
    """How many values of a file were not read one by one."""
    taken: list[int] = []

    def spied(
        block: bytes, at: int, period: tuple[bulk.Form, ...], most: int
    ) -> bulk.Stretch | None:
        stretch = stretch_at(block, at, period, most)
        if stretch:
            taken.append(stretch[1] * len(period))
        return stretch

    with patch("guild.adapters.tfevents.events.stretch_at", spied):
        assert read(data, portion=192) == read(data, at_once=False)
    return sum(taken)


def log(tags: str, steps: Iterator[int] | range, message: _Message = plain) -> list[bytes]:
    """Messages of one value of each tag at each step."""
    return [message(tag, step, 1 / (1 + step)) for step in steps for tag in tags]


def test_what_repeats_is_read_at_once() -> None:
    data = frames([version_message(), *log("abcd", range(20))])

    assert counted(data) >= 18 * 4


@pytest.mark.parametrize("form", ["bare", "class"])
def test_tensors_are_read_at_once(form: str) -> None:
    assert counted(frames(log("ab", range(_MANY), tensor(form)))) >= (_MANY - 6) * 2


@pytest.mark.parametrize("first", [0, 100, 16_370, (1 << 21) - 20, 2**63 - _MANY])
def test_steps_of_any_length_are_read_at_once(first: int) -> None:
    data = frames(log("ab", range(first, first + _MANY)))

    assert counted(data) >= _MANY


def test_more_than_is_taken_at_once_is_read_at_once() -> None:
    assert counted(frames(log("abc", range(1, 2000)))) > 3 * 1900


def test_negative_steps_are_read_one_by_one() -> None:
    assert counted(frames(log("a", range(-_MANY, -1)))) == 0


def test_a_tag_that_comes_in_between_stops_it_once() -> None:
    part = log("ab", range(1, 100))

    assert counted(frames([*part, plain("c", 7, 1.0), *part])) > 2 * 180


def test_numbers_and_times_may_look_like_anything() -> None:
    head, step, number = scalar_head(b"a"), b"\x10\x05", b"\x2a\x0a\x0a\x01"
    message = b"\x09" + (step + head)[:8] + step + head + number

    data = frames([message] * _MANY)

    assert counted(data) > 0
    assert read(data)[1] == repr({"a": ([5] * _MANY, [struct.unpack("<f", number)[0]] * _MANY)})


def test_a_tag_that_begins_with_another_is_another() -> None:
    data = frames([*log("a", range(1, 40)), *(plain("ab", step, 1.0) for step in range(1, 40))])

    assert counted(data) > 60
    assert set(read(data)[0]) == {"a", "ab"}


@given(st.binary(max_size=40))
def test_the_checksum_goes_back_to_where_it_began(data: bytes) -> None:
    assert crc32c(bulk._reset(data).to_bytes(4, "little") + data) == crc32c(b"")


@pytest.mark.parametrize("message", [plain, tensor("bare")])
def test_any_changed_bit_is_told_as_one_by_one(message: _Message) -> None:
    records = [frames([each]) for each in log("ab", range(1, 20), message)]
    whole = b"".join(records)
    begin = len(records[0]) * 6
    for place in range(begin, begin + len(records[0]) * 2):
        for bit in range(8):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            found = read(bytes(changed), portion=len(records[0]) * 3)
            assert found == read(bytes(changed), at_once=False)
            assert found[3] == place // len(records[0]) * len(records[0])


@pytest.mark.parametrize("tags", ["aab", "aba", "baa", "aabb", "abbbab"])
def test_a_tag_may_come_more_than_once_in_a_period(tags: str) -> None:
    periods = range(1, _MANY)
    messages = [plain(tag, n, n + i / 8) for n in periods for i, tag in enumerate(tags)]
    data = frames([*messages, plain("z", 0, 0.0), *messages])

    if tags in ("aab", "aba"):  # else no period is found
        assert counted(data) > len(messages)
    assert read(data) == read(data, at_once=False)


def _messages() -> st.SearchStrategy[list[bytes]]:
    kinds = st.sampled_from([plain, tensor("none"), tensor("bare"), tensor("class")])
    numbers = st.floats(width=32)
    tags = st.sampled_from(["a", "b", "ab", "*\n\x15"])
    steps = st.integers(0, 300) | st.sampled_from([16_380, 1 << 21, (1 << 35) - 1, 2**63 - 1, -1])

    @st.composite
    def repeated(draw: st.DrawFn) -> list[bytes]:
        period = draw(st.lists(st.tuples(kinds, tags), min_size=1, max_size=4))
        step = draw(steps)
        found = []
        for _ in range(draw(st.integers(1, 40))):
            found += [message(tag, step, draw(numbers)) for message, tag in period[:3]]
            step = min(step + 1, 2**63 - 1)
        return found

    @st.composite
    def odd(draw: st.DrawFn) -> list[bytes]:
        kind = draw(st.sampled_from(sorted(KINDS)))
        return [event.SerializeToString() for event in KINDS[kind][:2]]

    mixed = st.lists(st.builds(lambda make, *of: make(*of), kinds, tags, steps, numbers))
    parts = st.one_of(repeated(), repeated(), odd(), mixed, st.just([b"\xff\xff"]))
    return st.lists(parts, max_size=5).map(lambda lists: [each for part in lists for each in part])


@given(_messages(), st.data())
def test_any_file_is_read_as_one_by_one(messages: list[bytes], data: st.DataObject) -> None:
    whole = bytearray(frames(messages))
    if whole and data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] ^= data.draw(st.integers(0, 255))
    if whole and data.draw(st.booleans()):
        del whole[data.draw(st.integers(0, len(whole))) :]
    block = data.draw(st.integers(16, 3000))
    portion = data.draw(st.integers(1, 1000))

    found = read(bytes(whole), block=block, portion=portion)

    assert found == read(bytes(whole), at_once=False)


@given(st.binary(max_size=200), st.integers(0, 100))
def test_random_bytes_are_no_stretch(noise: bytes, at: int) -> None:
    assert stretch_at(noise * 20, at, (_FORM,)) is None
