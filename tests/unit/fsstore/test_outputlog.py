"""The output of a run: bytes as they came, and a record of each line."""

from __future__ import annotations

import os
import resource
import signal
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.fsstore.outputlog import DirectoryOutputLogs, read_output
from guild.domain.errors import StoreError
from guild.domain.ids import RunId
from guild.domain.process import Stream
from guild.domain.run import Run

OUT, ERR = Stream.STDOUT, Stream.STDERR


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / ".guild").mkdir()
    return Run(id=RunId("r"), path=str(tmp_path))


def output_of(run: Run) -> Path:
    return Path(run.path, ".guild", "output")


def lines_of(run: Run) -> list[tuple[int | None, Stream, bytes]]:
    return list(read_output(str(output_of(run))))


def write(run: Run, *writes: tuple[Stream, bytes, int]) -> None:
    log = DirectoryOutputLogs().open(run)
    for stream, data, time_ms in writes:
        log.write(stream, data, time_ms)
    log.close()


def test_bytes_are_kept_as_they_came(run: Run) -> None:
    write(run, (OUT, b"a\x00\xff\r\n", 1), (ERR, b"b", 2), (OUT, b"c\n", 3))

    assert output_of(run).read_bytes() == b"a\x00\xff\r\nbc\n"


def test_each_line_has_a_record_of_nine_bytes(run: Run) -> None:
    write(run, (OUT, b"a\n\nb\n", 1), (ERR, b"c\n", 2**40))

    index = output_of(run).with_name("output.index").read_bytes()
    assert index == struct.pack(">QBQBQBQB", 1, 0, 1, 0, 1, 0, 2**40, 1)


def test_a_line_is_of_the_stream_and_time_of_its_end(run: Run) -> None:
    write(run, (OUT, b"a", 1), (ERR, b"b\nc", 2), (OUT, b"\n", 3))

    assert lines_of(run) == [(2, ERR, b"ab\n"), (3, OUT, b"c\n")]


def test_a_last_line_without_line_feed_has_a_record_once_closed(run: Run) -> None:
    log = DirectoryOutputLogs().open(run)
    log.write(OUT, b"a\n", 1)
    log.write(ERR, b"b", 2)
    assert lines_of(run) == [(1, OUT, b"a\n"), (None, OUT, b"b")]

    log.close()
    log.close()

    assert lines_of(run) == [(1, OUT, b"a\n"), (2, ERR, b"b")]


def test_no_output_is_two_empty_files(run: Run) -> None:
    write(run, (OUT, b"", 1))

    assert output_of(run).read_bytes() == b""
    assert output_of(run).with_name("output.index").read_bytes() == b""


def test_an_opened_output_begins_anew(run: Run) -> None:
    write(run, (OUT, b"old\n", 1))
    old = output_of(run).open("rb")

    write(run, (OUT, b"new", 2))

    with old:
        assert old.read() == b"old\n"
    assert lines_of(run) == [(2, OUT, b"new")]
    assert sorted(os.listdir(output_of(run).parent)) == ["output", "output.index"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Stream),
            st.lists(st.sampled_from([b"a", b"\n", b"\r"])).map(b"".join),
            st.integers(0, 2**64 - 1),
        )
    )
)
def test_records_belong_to_the_lines_of_the_output(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[Stream, bytes, int]]
) -> None:
    path = tmp_path_factory.mktemp("run")
    (path / ".guild").mkdir()
    run = Run(id=RunId("r"), path=str(path))
    ends = [
        (time_ms, stream) for stream, data, time_ms in writes for byte in data if byte == ord("\n")
    ]
    text = b"".join(data for _, data, _ in writes)
    last = [(time_ms, stream) for stream, data, time_ms in writes if data][-1:]
    expected = ends if text.endswith(b"\n") or not text else ends + last

    write(run, *writes)

    assert [(time_ms, stream) for time_ms, stream, _ in lines_of(run)] == expected
    assert b"".join(line for _, _, line in lines_of(run)) == text


@pytest.mark.parametrize("size", [0, 5, 9, 17])
def test_a_short_index_leaves_lines_without_a_time(run: Run, size: int) -> None:
    write(run, (ERR, b"a\nb\n", 1))
    os.truncate(f"{output_of(run)}.index", size)

    assert [line for _, _, line in lines_of(run)] == [b"a\n", b"b\n"]
    assert [time_ms for time_ms, _, _ in lines_of(run)] == ([1] * (size // 9) + [None] * 2)[:2]


def test_output_without_an_index_is_read(run: Run) -> None:
    output_of(run).write_bytes(b"a\n\nb")

    assert lines_of(run) == [(None, OUT, b"a\n"), (None, OUT, b"\n"), (None, OUT, b"b")]


def test_a_run_without_output_has_no_lines(run: Run) -> None:
    assert lines_of(run) == []


def test_an_overlong_line_comes_in_pieces(run: Run) -> None:
    write(run, (OUT, b"x" * 3_000_000, 1), (OUT, b"\n", 2), (ERR, b"y\n", 3))

    lines = lines_of(run)
    assert [(time_ms, len(line)) for time_ms, _, line in lines] == [
        (2, 1 << 20),
        (2, 1 << 20),
        (2, 3_000_001 - (2 << 20)),
        (3, 2),
    ]


def test_an_output_that_cannot_be_read_is_told(run: Run) -> None:
    output_of(run).mkdir()

    with pytest.raises(StoreError, match=r"cannot read .*output: Is a directory"):
        lines_of(run)


def test_an_output_that_cannot_be_made_is_told(run: Run) -> None:
    os.rmdir(output_of(run).parent)

    with pytest.raises(StoreError, match=r"cannot write .*output.*: No such file"):
        DirectoryOutputLogs().open(run)


@pytest.fixture
def full_disk() -> Iterator[None]:
    """A disk with room for files of 100 bytes."""
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_is_told_once_and_leaves_what_fits(run: Run) -> None:
    log = DirectoryOutputLogs().open(run)
    log.write(OUT, b"a\n", 1)

    with pytest.raises(StoreError, match=r"cannot write the run's output: File too large"):
        log.write(OUT, b"x" * 200, 2)
    log.write(OUT, b"more", 3)
    log.close()

    assert lines_of(run) == [(1, OUT, b"a\n"), (None, OUT, b"x" * 98)]
