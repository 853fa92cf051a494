"""Event files that grow, end anywhere or are damaged: all that is sound is read, and once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.tfevents.messages import EventMessages
from guild.adapters.tfevents.reader import TfEventsScalarSource
from guild.adapters.tfevents.records import frames
from guild.adapters.tfevents.writer import TfEventsScalarLogs
from guild.domain.ids import RunId
from guild.domain.run import Run
from guild.domain.scalarreading import ScalarReading
from guild.domain.scalars import ScalarPoint
from guild.domain.scalarsummary import summarize
from tests.strategies import any_text
from tests.unit.tfevents.events import KINDS

NAME = "events.out.tfevents.0000000001.host.1.0"
SOURCE = TfEventsScalarSource()

# A little of everything: settled by its bytes, by the library, and no scalar.
MESSAGES = [
    event.SerializeToString()
    for kind in ("version", "simple value", "plugin told once", "session log", "several values")
    for event in KINDS[kind][:3]
]
RECORDS = [frames([message]) for message in MESSAGES]
WHOLE = b"".join(RECORDS)
ENDS = [sum(map(len, RECORDS[:count])) for count in range(len(RECORDS) + 1)]


def read(root: Path, before: ScalarReading | None = None) -> ScalarReading:
    return SOURCE.read(str(root), before)


def points(root: Path) -> list[ScalarPoint]:
    return list(SOURCE.points(Run(id=RunId("r"), path=str(root))))


def shown(reading: ScalarReading) -> str:
    """The reading, but for when its files were written."""
    return repr(reading.replaced(files=tuple(file.replaced(mtime=0) for file in reading.files)))


def test_a_file_that_is_cut_anywhere_gives_what_is_whole_and_then_the_rest(
    tmp_path: Path,
) -> None:
    path = tmp_path / NAME
    path.write_bytes(WHOLE)
    all_points, expected = points(tmp_path), read(tmp_path)
    for cut in range(len(WHOLE) + 1):
        path.write_bytes(WHOLE[:cut])
        sound = max(end for end in ENDS if end <= cut)

        reading = read(tmp_path)
        (file,) = reading.files
        assert (file.offset, file.size, file.damaged) == (sound, cut, False)
        found = points(tmp_path)
        assert found == all_points[: len(found)]
        assert list(reading.summaries) == summarize(found)

        path.write_bytes(WHOLE)  # the same inode
        assert shown(read(tmp_path, reading)) == shown(expected)


def test_any_changed_byte_ends_the_file_at_its_record(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(WHOLE)
    all_points = points(tmp_path)
    for place in range(len(WHOLE)):
        changed = bytearray(WHOLE)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)

        (file,) = read(tmp_path).files
        assert (file.offset, file.damaged) == (max(end for end in ENDS if end <= place), True)
        found = points(tmp_path)
        assert found == all_points[: len(found)]


def test_a_damaged_file_is_tried_again_when_it_grew(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(WHOLE[: ENDS[3]] + b"damage of the disk")
    damaged = read(tmp_path)
    assert (damaged.files[0].offset, damaged.files[0].damaged) == (ENDS[3], True)
    assert read(tmp_path, damaged) is damaged

    path.write_bytes(WHOLE[: ENDS[3]] + b"damage of the disk and more")
    still = read(tmp_path, damaged)
    assert still.summaries == damaged.summaries
    path.write_bytes(WHOLE)

    expected = read(tmp_path)
    assert read(tmp_path, still) == expected
    assert not expected.files[0].damaged


def test_what_is_no_event_is_damage(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(WHOLE[: ENDS[3]] + frames([b"\xff\xff"]) + WHOLE[ENDS[3] :])

    (file,) = read(tmp_path).files

    assert (file.offset, file.damaged) == (ENDS[3], True)


def test_what_was_read_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(WHOLE[: ENDS[5]])
    before = read(tmp_path)
    checksum = ENDS[5] - 4
    path.write_bytes(b"x" * checksum + WHOLE[checksum:])

    reading = read(tmp_path, before)

    path.write_bytes(WHOLE)
    assert shown(reading) == shown(read(tmp_path))


def test_what_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(WHOLE[: ENDS[5]])
    before = read(tmp_path)
    path.write_bytes(b"".join(reversed(RECORDS)))  # the same inode, and longer

    reading = read(tmp_path, before)

    assert reading == read(tmp_path)


def test_damage_that_was_mended_in_place_is_seen(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(WHOLE[: ENDS[5]] + bytes(len(WHOLE) - ENDS[5]))
    damaged = read(tmp_path)
    path.write_bytes(WHOLE)

    assert read(tmp_path, damaged) == read(tmp_path)


def test_reading_goes_on_with_what_a_file_told_of_its_tags(tmp_path: Path) -> None:
    path = tmp_path / NAME
    told = [frames([event.SerializeToString()]) for event in KINDS["plugin told once"]]
    path.write_bytes(b"".join(told[:4]))
    before = read(tmp_path)
    assert before.files[0].kinds == {"a": "scalars"}
    path.write_bytes(b"".join(told))

    (summary,) = read(tmp_path, before).summaries

    assert summary.count == len(points(tmp_path)) == len(told)


@given(
    st.lists(
        st.builds(
            ScalarPoint,
            tag=st.sampled_from(["loss", "acc"]) | any_text(),
            value=st.floats(width=32),
            step=st.integers(0, 20) | st.integers(-(2**63), 2**63 - 1),
            prefix=st.just(".guild"),
        ),
        max_size=30,
    ),
    st.data(),
)
def test_a_log_is_read_part_by_part_as_at_once(
    tmp_path_factory: pytest.TempPathFactory, written: list[ScalarPoint], data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("run")
    (root / ".guild").mkdir()
    log = TfEventsScalarLogs(lambda: 1.5).open(Run(id=RunId("r"), path=str(root)))
    reading = read(root)
    rest = list(written)
    while rest:
        count = data.draw(st.integers(1, len(rest)))
        log.append(rest[:count])
        log.flush()
        del rest[:count]
        reading = read(root, reading)
        assert repr(list(reading.summaries)) == repr(summarize(written[: -len(rest) or None]))
    log.close()

    assert shown(reading) == shown(read(root))
    assert repr(points(root)) == repr(written)


def test_much_is_read_part_by_part_as_at_once(tmp_path: Path) -> None:
    path = tmp_path / NAME
    all_points = [ScalarPoint(f"tag{step % 7}", 1 / (1 + step), step) for step in range(60_000)]
    whole = frames(EventMessages().scalars(all_points, 1.5))
    path.write_bytes(whole)
    expected = read(tmp_path)
    assert len(whole) > 2 << 20
    path.write_bytes(b"")
    reading = read(tmp_path)
    for cut in (1000, 1 << 20, (1 << 20) + 7, len(whole)):
        path.write_bytes(whole[:cut])
        reading = read(tmp_path, reading)

    assert shown(reading) == shown(expected)
    assert sum(each.count for each in reading.summaries) == len(all_points)


def test_a_file_that_cannot_be_opened_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / NAME
    path.write_bytes(WHOLE)

    def refuse(*_args: object) -> int:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refuse)
        unread = read(tmp_path)
        assert (unread.summaries, unread.is_whole) == ((), False)
        assert read(tmp_path, unread) == unread

    assert read(tmp_path, unread) == read(tmp_path)


def test_a_file_that_cannot_be_read_to_its_end_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / NAME
    path.write_bytes(frames([b""] * 100_000) + WHOLE)
    pread = os.pread

    def fail(fd: int, count: int, offset: int) -> bytes:
        if offset:
            raise OSError("the disk is broken")
        return pread(fd, count, offset)

    with monkeypatch.context() as patched:
        patched.setattr(os, "pread", fail)
        before = read(tmp_path)
        assert before.files[0].offset == (1 << 20)
        assert (before.summaries, before.is_whole) == ((), False)

    assert read(tmp_path, before) == read(tmp_path)


@pytest.mark.parametrize("other", [b"", WHOLE, WHOLE * 2])
def test_a_file_that_is_replaced_while_it_is_found_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: bytes
) -> None:
    path = tmp_path / NAME
    path.write_bytes(WHOLE)
    (tmp_path / "other").write_bytes(other)
    opened = os.open

    def replace(name: str, flags: int) -> int:
        os.rename(tmp_path / "other", path)
        return opened(name, flags)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", replace)
        unread = read(tmp_path)
        assert (unread.summaries, unread.is_whole) == ((), False)

    assert read(tmp_path, unread) == read(tmp_path)


def test_a_run_that_went_while_it_was_read_is_not_read_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run/inner").mkdir(parents=True)
    (tmp_path / "run" / NAME).write_bytes(WHOLE)
    (tmp_path / "run/inner" / NAME).write_bytes(WHOLE)
    opened = os.open

    def move(name: str, flags: int) -> int:
        fd = opened(name, flags)
        if (tmp_path / "run").is_dir():
            (tmp_path / "run").rename(tmp_path / "moved")
        return fd

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", move)
        assert not read(tmp_path / "run").is_whole

    assert not read(tmp_path / "run").is_whole
    assert read(tmp_path / "moved").is_whole


def test_what_links_lead_to_is_read_on(tmp_path: Path) -> None:
    step = tmp_path / "step"
    (step / ".guild").mkdir(parents=True)
    (step / ".guild" / "opref").touch()
    (step / NAME).write_bytes(WHOLE[: ENDS[5]])
    run = tmp_path / "run"
    run.mkdir()
    assert not read(run).linked
    (run / "train").symlink_to("../step")
    before = read(run)
    assert before.linked
    assert read(run, before) is before

    (step / NAME).write_bytes(WHOLE)

    reading = read(run, before)
    assert [file.path for file in reading.files] == [f"train/{NAME}"]
    assert reading == read(run)


def test_a_linked_file_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(WHOLE)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / NAME).symlink_to("../file")

    assert read(tmp_path / "run").linked


def test_attributes_are_not_searched(tmp_path: Path) -> None:
    for directory in (".guild/attrs", "attrs", "step/.guild/attrs"):
        (tmp_path / directory).mkdir(parents=True)
        (tmp_path / directory / NAME).write_bytes(WHOLE)

    assert [file.path for file in read(tmp_path).files] == [f"attrs/{NAME}"]
