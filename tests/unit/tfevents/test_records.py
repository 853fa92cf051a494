"""Records: their framing, and reading what is sound of a damaged file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New

from guild.adapters.tfevents.records import Damage, RecordReader, frames

MESSAGES = [b"one", b"", b"three" * 1000]
WHOLE = frames(MESSAGES)
ENDS = [len(frames(MESSAGES[:count])) for count in range(len(MESSAGES) + 1)]
BLOCKS = st.sampled_from([16, 40, 5000, 1 << 20])


class Read:
    """What a reader gave, and where and why it ended."""

    def __init__(self, data: bytes, offset: int = 0, block: int = 1 << 20) -> None:
        with tempfile.TemporaryFile(buffering=0) as file:
            file.write(data)
            reader = RecordReader(file.fileno(), offset, block)
            self.blocks = list(reader)
        self.messages = [message for each in self.blocks for message in each]
        self.end = (reader.offset, reader.damage)


@given(st.lists(st.binary()), BLOCKS)
def test_messages_survive_their_framing(messages: list[bytes], block: int) -> None:
    whole = frames(messages)

    read = Read(whole, block=block)

    assert read.messages == messages
    assert read.end == (len(whole), None)


def test_tensorboard_reads_the_records(tmp_path: Path) -> None:
    path = tmp_path / "records"
    path.write_bytes(WHOLE)
    reader = PyRecordReader_New(str(path))

    found = []
    for _ in MESSAGES:
        reader.GetNext()
        found.append(reader.record())

    assert found == MESSAGES


@pytest.mark.parametrize("count", range(len(MESSAGES) + 1))
def test_reading_begins_at_any_record(count: int) -> None:
    assert Read(WHOLE, ENDS[count]).messages == MESSAGES[count:]


def test_a_reader_can_begin_after_the_end() -> None:
    read = Read(b"short", 100)

    assert (read.messages, read.end) == ([], (100, None))


@given(st.integers(0, len(WHOLE)), BLOCKS)
def test_a_cut_file_gives_the_records_before_the_cut(cut: int, block: int) -> None:
    sound = [end for end in ENDS if end <= cut]

    read = Read(WHOLE[:cut], block=block)

    assert read.messages == MESSAGES[: len(sound) - 1]
    assert read.end == (sound[-1], None if cut in ENDS else Damage.CUT)


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255), BLOCKS)
def test_a_changed_byte_ends_the_file(place: int, change: int, block: int) -> None:
    changed = bytearray(WHOLE)
    changed[place] ^= change
    sound = [end for end in ENDS if end <= place]

    read = Read(bytes(changed), block=block)

    assert read.messages == MESSAGES[: len(sound) - 1]
    assert read.end == (sound[-1], Damage.CORRUPT)


@pytest.mark.parametrize("tail", [bytes(12), bytes(4096), b"\xff" * 100])
@pytest.mark.parametrize("block", [16, 1 << 20])
def test_a_tail_of_other_bytes_is_damage(tail: bytes, block: int) -> None:
    read = Read(WHOLE + tail, block=block)

    assert read.messages == MESSAGES
    assert read.end == (len(WHOLE), Damage.CORRUPT)


@pytest.mark.parametrize("size", [1000, 1 << 40, (1 << 64) - 1])
@pytest.mark.parametrize("block", [16, 1 << 20])
def test_a_length_beyond_the_file_is_not_read(size: int, block: int) -> None:
    read = Read(_head(size) + b"x" * 100, block=block)

    assert (read.messages, read.end) == ([], (0, Damage.CUT))


def test_a_length_beyond_all_messages_is_not_read() -> None:
    size = 1 << 32
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(_head(size))
        file.truncate(size + 16)  # of which none is on the disk
        reader = RecordReader(file.fileno())

        assert list(reader) == []
    assert (reader.offset, reader.damage) == (0, Damage.CORRUPT)


def test_much_is_read_in_blocks() -> None:
    messages = [bytes(50)] * 100_000

    read = Read(frames(messages))

    assert read.messages == messages
    assert len(read.blocks) > 5


def test_what_is_appended_meanwhile_is_left() -> None:
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(WHOLE)
        reader = RecordReader(file.fileno())
        file.write(WHOLE)

        assert [data for each in reader for data in each] == MESSAGES
    assert (reader.offset, reader.damage) == (len(WHOLE), None)


@pytest.mark.parametrize("size", [0, 1, 20, 5000])
@pytest.mark.parametrize("block", [16, 1 << 20])
def test_a_file_that_shrinks_meanwhile_is_damaged(size: int, block: int) -> None:
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(WHOLE)
        reader = RecordReader(file.fileno(), block=block)
        os.truncate(file.fileno(), size)
        found = [data for each in reader for data in each]

    assert found == MESSAGES[: len(found)]
    assert reader.damage is not None


def _head(size: int) -> bytes:
    """How a record of that size begins."""
    length = size.to_bytes(8, "little")
    return length + frames([length])[-4:]
