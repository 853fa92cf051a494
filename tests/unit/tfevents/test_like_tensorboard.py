"""Whatever is in an event file, its scalars are those that TensorBoard's own reader finds."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.summary.writer.record_writer import RecordWriter

from guild.adapters.tfevents.decoding import decoded
from guild.adapters.tfevents.events import EventScalars
from guild.adapters.tfevents.reader import TfEventsScalarSource
from guild.adapters.tfevents.records import frames
from guild.domain.ids import RunId
from guild.domain.run import Run
from guild.domain.scalarsummary import summarize
from tests.unit.tfevents.events import KINDS, Point, events, shown, tensorboard_points

NAME = "events.out.tfevents.0000000001.host.1.0"
LATER = "events.out.tfevents.0000000002.host.1.0"

# What is settled without the library for messages: the usual file is nothing else.
SETTLED = {
    "version",
    "version and writer",
    "nothing",
    "a time only",
    "a step only",
    "simple value",
    "no step",
    "steps",
    "negative steps",
    "no time",
    "nan and inf",
    "unicode tags",
    "empty tags",
    "new scalar",
    "plugin told late",
}


def found(path: Path) -> list[Point]:
    """All scalars of a run. What is read of them is the same."""
    source = TfEventsScalarSource()
    run = Run(id=RunId(path.name), path=str(path))
    points = list(source.points(run))
    assert repr(list(source.read(run.path).summaries)) == repr(summarize(points))
    return [(point.tag, point.step, point.value) for point in points]


@pytest.mark.parametrize("kind", KINDS)
def test_events_of_each_kind(tmp_path: Path, kind: str) -> None:
    path = tmp_path / NAME
    path.write_bytes(frames(event.SerializeToString() for event in KINDS[kind]))

    assert shown(found(tmp_path)) == shown(tensorboard_points([path]))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_known_is_settled_without_the_library(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setitem(sys.modules, "guild.adapters.tfevents.decoding", None)
    messages = [event.SerializeToString() for event in KINDS[kind]]

    if kind in SETTLED:
        assert EventScalars(messages, {}).read == len(messages)
    else:
        with pytest.raises(ImportError):
            EventScalars(messages, {})


@given(events(), st.integers(0, 10))
def test_any_events(
    tmp_path_factory: pytest.TempPathFactory, written: list[event_pb2.Event], cut: int
) -> None:
    root = tmp_path_factory.mktemp("run")
    write_records(root / NAME, written[:cut])
    (root / LATER).write_bytes(frames(event.SerializeToString() for event in written[cut:]))

    assert shown(found(root)) == shown(tensorboard_points([root / NAME, root / LATER]))


def assert_is_what_the_library_says(message: bytes) -> None:
    """The message is settled as the library would, and so is the same one after it."""
    kinds = {"a": "scalars"}
    expected_kinds = dict(kinds)
    expected = decoded(message, expected_kinds)

    scalars = EventScalars([message] * 2, kinds)

    assert scalars.read == (0 if expected is None else 2)
    assert kinds == expected_kinds
    if expected is not None:
        again = decoded(message, expected_kinds)
        assert again is not None
        assert shown(in_order(scalars)) == shown(expected + again)


@pytest.mark.parametrize("kind", sorted(SETTLED - {"unicode tags"}))
def test_any_changed_byte_of_a_known_message(kind: str) -> None:
    for message in {event.SerializeToString() for event in KINDS[kind]}:
        for place in range(len(message)):
            byte = message[place]
            for other in {byte ^ 1 << bit for bit in range(8)} | {byte - 2, byte - 1, byte + 1}:
                changed = bytes([other & 0xFF])
                assert_is_what_the_library_says(message[:place] + changed + message[place + 1 :])
            assert_is_what_the_library_says(message[:place] + message[place + 1 :])


@given(st.data())
def test_any_change_of_a_message(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(KINDS)))
    message = bytearray(data.draw(st.sampled_from(KINDS[kind])).SerializeToString())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(message)))
        end = data.draw(st.integers(place, min(place + 2, len(message))))
        message[place:end] = data.draw(st.binary(max_size=2))

    assert_is_what_the_library_says(bytes(message))


def in_order(scalars: EventScalars) -> list[Point]:
    rest = {tag: zip(*series, strict=True) for tag, series in scalars.series.items()}
    return [(tag, *next(rest[tag])) for tag in scalars.tags]


def test_a_file_of_tensorboards_writer(tmp_path: Path) -> None:
    writer = EventFileWriter(str(tmp_path))
    for step in range(300):
        value = summary_pb2.Summary.Value(tag="loss", simple_value=1 / (1 + step))
        writer.add_event(event_pb2.Event(wall_time=1.5, step=step, summary={"value": [value]}))
    writer.close()

    (path,) = tmp_path.iterdir()
    assert len(found(tmp_path)) == 300
    assert found(tmp_path) == tensorboard_points([path])


def test_a_kind_that_was_told_holds_in_later_files(tmp_path: Path) -> None:
    told = KINDS["plugin told once"]
    write_records(tmp_path / NAME, told[:2])
    write_records(tmp_path / LATER, told[4:])

    assert found(tmp_path) == tensorboard_points([tmp_path / NAME, tmp_path / LATER])
    assert len(found(tmp_path)) == len(told[:2]) + len(told[4:])


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_records_are_framed_as_by_the_record_writer_of_tensorboard(messages: list[bytes]) -> None:
    file = io.BytesIO()
    writer = RecordWriter(file)
    for message in messages:
        writer.write(message)

    assert frames(messages) == file.getvalue()


def test_the_usual_file_needs_no_library_for_messages(tmp_path: Path) -> None:
    for index, kind in enumerate(sorted(SETTLED)):
        write_records(tmp_path / f"{NAME}.{index}", KINDS[kind])
    code = (
        "import sys\n"
        "from guild.adapters.tfevents.reader import TfEventsScalarSource\n"
        "assert TfEventsScalarSource().read(sys.argv[1]).summaries\n"
        "names = ('google.protobuf', 'tensorboard', 'numpy', 'yaml')\n"
        "sys.exit(', '.join(name for name in names if name in sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert done.stderr.strip() == ""


def write_records(path: Path, written: Sequence[event_pb2.Event]) -> None:
    with open(path, "wb") as file:
        writer = RecordWriter(file)
        for event in written:
            writer.write(event.SerializeToString())
