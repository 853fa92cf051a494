"""Scalars as event files: what is in them, and when."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto import event_pb2

from guild.adapters.tfevents.records import RecordReader
from guild.adapters.tfevents.writer import TfEventsScalarLogs
from guild.domain.errors import StoreError
from guild.domain.ids import RunId
from guild.domain.run import Run
from guild.domain.scalars import ScalarPoint

LOSS = ScalarPoint("loss", 0.9, 3)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / ".guild").mkdir()
    return Run(id=RunId("r"), path=str(tmp_path))


def logs() -> TfEventsScalarLogs:
    """Logs at a fixed time."""
    return TfEventsScalarLogs(lambda: 1234.5)


def event_files(run: Run) -> list[str]:
    return sorted(str(path) for path in Path(run.path, ".guild").glob("*tfevents*"))


def messages(path: str) -> list[bytes]:
    with open(path, "rb") as file:
        reader = RecordReader(file.fileno())
        found = [data for each in reader for data in each]
    assert reader.damage is None
    return found


def events(path: str) -> list[event_pb2.Event]:
    return [event_pb2.Event.FromString(data) for data in messages(path)]


def test_without_scalars_there_is_no_file(run: Run) -> None:
    log = logs().open(run)
    log.append([])
    log.flush()
    log.close()

    assert event_files(run) == []


def test_the_file_is_named_after_time_host_and_process(run: Run) -> None:
    log = logs().open(run)
    log.append([LOSS])
    log.close()

    (path,) = event_files(run)
    host = re.escape(os.uname().nodename)
    assert re.fullmatch(
        rf"events\.out\.tfevents\.0000001234\.{host}\.{os.getpid()}\.0", Path(path).name
    )


def test_each_log_has_a_file_of_its_own(run: Run) -> None:
    for scalar_logs in (first := logs(), first, logs()):
        log = scalar_logs.open(run)
        log.append([LOSS])
        log.close()

    assert [path.rpartition(".")[2] for path in event_files(run)] == ["0", "1", "2"]


def test_a_file_has_a_version_and_an_event_for_each_value(run: Run) -> None:
    log = logs().open(run)
    log.append([LOSS, ScalarPoint("acc", 1.0)])
    log.close()

    version, loss, acc = events(event_files(run)[0])
    assert version == event_pb2.Event(file_version="brain.Event:2")
    assert (loss.wall_time, loss.step) == (1234.5, 3)
    assert [(value.tag, value.simple_value) for value in loss.summary.value] == [
        ("loss", 0.8999999761581421)
    ]
    assert (acc.step, acc.summary.value[0].simple_value) == (0, 1.0)


@given(
    st.lists(
        st.builds(
            ScalarPoint,
            st.text(st.characters(exclude_categories=["Cs"])) | st.just("loss"),
            st.floats(),
            st.integers(-(2**63), 2**63 - 1) | st.integers(0, 300),
        ),
        min_size=1,
    ),
    st.just(0.0) | st.floats(1, 1e12),
)
@example([ScalarPoint("a", 1e300), ScalarPoint("a", -1e300), ScalarPoint("a", 3.4028236e38)], 1.0)
@example([ScalarPoint("a", 0.0, 5), ScalarPoint("a", 0.0, 0), ScalarPoint("a", 0.0, 128)], 1.0)
def test_messages_are_those_of_the_message_library(
    tmp_path_factory: pytest.TempPathFactory, points: list[ScalarPoint], seconds: float
) -> None:
    path = tmp_path_factory.mktemp("run")
    (path / ".guild").mkdir()
    run = Run(id=RunId("r"), path=str(path))
    expected = [
        event_pb2.Event(
            wall_time=seconds,
            step=point.step,
            summary={"value": [{"tag": point.tag, "simple_value": point.value}]},
        ).SerializeToString()
        for point in points
    ]

    log = TfEventsScalarLogs(lambda: seconds).open(run)
    log.append(points)
    log.close()

    assert messages(event_files(run)[0])[1:] == expected


def test_there_may_be_many_tags(run: Run) -> None:
    tags = [f"tag{number}" for number in range(10_000)]
    log = logs().open(run)
    log.append([ScalarPoint(tag, 1.0) for tag in tags])
    log.close()

    found = events(event_files(run)[0])[1:]
    assert [event.summary.value[0].tag for event in found] == tags


def test_tensorboard_reads_a_log_while_it_is_written(run: Run) -> None:
    log = logs().open(run)
    log.append([LOSS])
    log.flush()
    loader = RawEventFileLoader(event_files(run)[0])
    assert len(list(loader.Load())) == 2

    log.append([ScalarPoint("loss", 0.5, 4)])
    assert list(loader.Load()) == []
    log.flush()
    assert len(list(loader.Load())) == 1


def test_tensorboard_shows_the_scalars(run: Run) -> None:
    log = logs().open(run)
    log.append([LOSS, ScalarPoint("loss", 0.5, 4), ScalarPoint("m/n", float("nan"), 4)])
    log.flush()

    shown = EventAccumulator(f"{run.path}/.guild").Reload()

    assert shown.Tags()["scalars"] == ["loss", "m/n"]
    assert [(event.step, event.wall_time) for event in shown.Scalars("loss")] == [
        (3, 1234.5),
        (4, 1234.5),
    ]
    log.close()


def test_much_is_written_without_a_flush(run: Run) -> None:
    log = logs().open(run)
    log.append([ScalarPoint("loss", 0.5, step) for step in range(10_000)])

    assert len(events(event_files(run)[0])) == 10_001
    log.close()


def test_a_failure_is_told_once(run: Run) -> None:
    log = logs().open(run)
    os.rmdir(f"{run.path}/.guild")
    log.append([LOSS])

    with pytest.raises(StoreError, match=r"cannot write .*tfevents.*No such file"):
        log.flush()
    log.append([LOSS])
    log.flush()
    log.close()


FULL_DISK = """
import resource, signal, sys
from guild.adapters.tfevents.writer import TfEventsScalarLogs
from guild.domain.errors import StoreError
from guild.domain.run import Run
from guild.domain.scalars import ScalarPoint

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
log = TfEventsScalarLogs().open(Run(id="r", path=sys.argv[1]))
log.append([ScalarPoint("loss", 0.5)])
log.flush()
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
log.append([ScalarPoint("loss", 0.5)] * 10)
try:
    log.close()
except StoreError as error:
    sys.exit(str(error))
"""


def test_a_full_disk_leaves_whole_records(run: Run) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, run.path], capture_output=True, text=True, check=False
    )

    assert re.search("^cannot write .*tfevents.*: File too large$", done.stderr)
    assert len(events(event_files(run)[0])) == 2


def test_no_library_is_loaded_before_the_first_scalar(run: Run) -> None:
    code = (
        "import sys\n"
        "from guild.adapters.tfevents import reader, writer\n"
        "from guild.domain.run import Run\n"
        "log = writer.TfEventsScalarLogs().open(Run(id='r', path=sys.argv[1]))\n"
        "log.append([])\n"
        "log.close()\n"
        "names = ('google', 'tensorboard', 'google_crc32c')\n"
        "sys.exit(', '.join(name for name in names if name in sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, run.path], capture_output=True, text=True, check=False
    )

    assert done.stderr.strip() == ""
