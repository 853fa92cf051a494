"""Records: their framing, and reading what is sound of a damaged file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New

from guild.adapters.tfevents.records import Damage, RecordReader, frames

MESSAGES = [b"one", b"", b"three" * 1000]


@given(st.lists(st.binary()))
def test_messages_survive_their_framing(messages: list[bytes]) -> None:
    reader = RecordReader(BytesIO(frames(messages)))

    assert list(reader) == messages
    assert reader.damage is None
    assert reader.offset == len(frames(messages))


def test_tensorboard_reads_the_records(tmp_path: Path) -> None:
    path = tmp_path / "records"
    path.write_bytes(frames(MESSAGES))
    reader = PyRecordReader_New(str(path))

    found = []
    for _ in MESSAGES:
        reader.GetNext()
        found.append(reader.record())

    assert found == MESSAGES


def test_reading_goes_on_where_it_stopped() -> None:
    file = BytesIO(frames(MESSAGES))
    first = RecordReader(file)
    next(iter(first))

    assert list(RecordReader(file, first.offset)) == MESSAGES[1:]


def test_a_reader_can_begin_after_the_end() -> None:
    reader = RecordReader(BytesIO(b"short"), 100)

    assert list(reader) == []
    assert (reader.offset, reader.damage) == (100, None)


@given(st.data())
def test_a_cut_file_gives_the_records_before_the_cut(data: st.DataObject) -> None:
    whole = frames(MESSAGES)
    ends = [len(frames(MESSAGES[:count])) for count in range(len(MESSAGES) + 1)]
    cut = data.draw(st.integers(0, len(whole)))
    sound = [end for end in ends if end <= cut]

    reader = RecordReader(BytesIO(whole[:cut]))

    assert list(reader) == MESSAGES[: len(sound) - 1]
    assert reader.offset == sound[-1]
    assert reader.damage is (None if cut in ends else Damage.CUT)


@given(st.data())
def test_a_changed_byte_ends_the_file(data: st.DataObject) -> None:
    whole = bytearray(frames(MESSAGES))
    ends = [len(frames(MESSAGES[:count])) for count in range(len(MESSAGES) + 1)]
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    sound = [end for end in ends if end <= place]

    reader = RecordReader(BytesIO(bytes(whole)))

    assert list(reader) == MESSAGES[: len(sound) - 1]
    assert (reader.offset, reader.damage) == (sound[-1], Damage.CORRUPT)


@pytest.mark.parametrize("tail", [bytes(12), bytes(4096), b"\xff" * 100])
def test_a_tail_of_other_bytes_is_damage(tail: bytes) -> None:
    reader = RecordReader(BytesIO(frames(MESSAGES) + tail))

    assert list(reader) == MESSAGES
    assert (reader.offset, reader.damage) == (len(frames(MESSAGES)), Damage.CORRUPT)


def test_a_length_beyond_the_file_is_not_read() -> None:
    head = frames([b"x" * 1000])[:12]
    reader = RecordReader(BytesIO(head + b"x" * 10))

    assert list(reader) == []
    assert reader.damage is Damage.CUT
