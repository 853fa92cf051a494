"""Scalars of a summary writer, as Guild and TensorBoard read them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto import event_pb2

from guild.adapters.tfevents.reader import TfEventsScalarSource
from guild.adapters.tfevents.records import RecordReader
from guild.domain.ids import RunId
from guild.domain.run import Run
from guild.summary import SummaryWriter
from tests.strategies import any_text
from tests.unit.tfevents.boards import Board


class Tensor:
    """What tensors of any library have in common."""

    __name__ = "tensor"  # in the ids of tests

    def __init__(self, *values: float) -> None:
        self.values = values

    def item(self) -> float:
        if len(self.values) != 1:
            raise RuntimeError("a Tensor with 2 elements cannot be converted to Scalar")
        return self.values[0]

    def __float__(self) -> float:
        return float(self.item())


def files(path: Path) -> list[Path]:
    return sorted(path.glob("events.out.tfevents.*"))


def scalars(path: Path) -> list[tuple[str, int, float]]:
    """What Guild reads."""
    run = Run(id=RunId("r"), path=str(path))
    return [(each.tag, each.step, each.value) for each in TfEventsScalarSource().points(run)]


def messages(path: Path) -> list[event_pb2.Event]:
    with open(path, "rb") as file:
        reader = RecordReader(file.fileno())
        found = [event_pb2.Event.FromString(data) for each in reader for data in each]
    assert reader.damage is None
    return found


@pytest.mark.parametrize(
    "value",
    [
        2,
        2.0,
        Fraction(2),
        Decimal(2),
        np.float16(2),
        np.float32(2),
        np.float64(2),
        np.int8(2),
        np.uint64(2),
        np.array(2.0),
        np.array([2]),
        np.array([[2.0]], dtype=np.float32),
        Tensor(2.0),
        Tensor(2),
    ],
)
def test_numbers_of_any_kind(tmp_path: Path, value: float) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", value, step=value, walltime=value)

    assert scalars(tmp_path) == [("x", 2, 2.0)]
    assert messages(files(tmp_path)[0])[1].wall_time == 2.0


def test_truth_values_are_numbers(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", True)
        writer.add_scalar("x", np.False_)

    assert [value for _, _, value in scalars(tmp_path)] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("1", TypeError),
        (b"1", TypeError),
        (None, TypeError),
        ([1], TypeError),
        ({}, TypeError),
        (1j, TypeError),
        (np.complex64(1), TypeError),
        (np.str_("1"), TypeError),
        (np.array([1, 2]), ValueError),
        (np.array([]), ValueError),
        (Tensor(1, 2), ValueError),
        (10**400, ValueError),
    ],
)
def test_what_is_no_number_is_told_with_its_tag(
    tmp_path: Path, value: float, error: type[Exception]
) -> None:
    with SummaryWriter(tmp_path) as writer:
        with pytest.raises(error, match=r"^my loss must be (a|one) number"):
            writer.add_scalar("my loss", value)
        if value is not None:  # which is now
            with pytest.raises(error, match=r"^the walltime of my loss must be (a|one) number"):
                writer.add_scalar("my loss", 1, walltime=value)

    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("step", "expected"),
    [(None, 0), (3, 3), (2.9, 2), (-2.9, -2), (np.int32(7), 7), (Tensor(4.5), 4), (True, 1),
     (2**63 - 1, 2**63 - 1), (-(2**63), -(2**63)), (Fraction(7, 2), 3)],
)  # fmt: skip
def test_steps_are_whole_numbers(tmp_path: Path, step: float | None, expected: int) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("x", 1, step)

    assert scalars(tmp_path) == [("x", expected, 1.0)]


@pytest.mark.parametrize(
    ("step", "error"),
    [("3", TypeError), ([3], TypeError), (float("nan"), ValueError), (float("inf"), ValueError),
     (np.array([1, 2]), ValueError), (2**63, ValueError), (-(2**63) - 1, ValueError)],
)  # fmt: skip
def test_what_is_no_step(tmp_path: Path, step: float, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"^the step of loss "):
        SummaryWriter(tmp_path).add_scalar("loss", 1, step)


@pytest.mark.parametrize("walltime", [float("nan"), float("inf")])
def test_what_is_no_time(tmp_path: Path, walltime: float) -> None:
    with pytest.raises(ValueError, match=r"^the walltime of loss must be finite"):
        SummaryWriter(tmp_path).add_scalar("loss", 1, walltime=walltime)


def test_without_a_time_it_is_now(tmp_path: Path) -> None:
    before = time.time()
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", 1)
    after = time.time()

    version, loss = messages(files(tmp_path)[0])
    assert version.file_version == "brain.Event:2"
    assert before <= loss.wall_time <= version.wall_time <= after
    assert Board(tmp_path).scalars("loss") == [(0, 1.0)]


@pytest.mark.parametrize(
    ("tag", "error", "message"),
    [
        (3, TypeError, "a tag must be text, not int"),
        (None, TypeError, "a tag must be text, not NoneType"),
        (b"a", TypeError, "a tag must be text, not bytes"),
        ("\ud800", ValueError, "a tag can't be encoded"),
    ],
)
def test_what_is_no_tag(tmp_path: Path, tag: str, error: type[Exception], message: str) -> None:
    writer = SummaryWriter(tmp_path)
    add: list[Callable[[], object]] = [
        lambda: writer.add_scalar(tag, 1),
        lambda: writer.add_text(tag, "x"),
        lambda: writer.add_histogram(tag, [1]),
        lambda: writer.add_image(tag, np.zeros((1, 1))),
    ]

    for each in add:
        with pytest.raises(error, match=message):
            each()
    assert files(tmp_path) == []


STEPS = st.integers(-(2**63), 2**63 - 1) | st.integers(0, 300)
NUMBERS = st.floats(width=32) | st.integers(-1000, 1000)


@given(st.lists(st.tuples(any_text() | st.just("loss"), STEPS, NUMBERS), min_size=1))
@example([("", 0, 0.0), ("x" * 300, 128, float("nan")), ("loss", 0, -0.0)])
def test_what_is_added_comes_back(
    tmp_path_factory: pytest.TempPathFactory, added: list[tuple[str, int, float]]
) -> None:
    path = tmp_path_factory.mktemp("run")
    with SummaryWriter(path) as writer:
        for tag, step, value in added:
            writer.add_scalar(tag, value, step, walltime=1.5)

    expected = [(tag, step, float(value)) for tag, step, value in added]
    assert repr(scalars(path)) == repr(expected)


@given(any_text(), st.floats(), STEPS, st.floats(1, 1e12))
@example("a", 1e300, 0, 1.0)
@example("a", -1e300, 127, 1.0)
def test_messages_are_those_of_the_message_library(
    tmp_path_factory: pytest.TempPathFactory, tag: str, value: float, step: int, seconds: float
) -> None:
    path = tmp_path_factory.mktemp("run")
    with SummaryWriter(path) as writer:
        writer.add_scalar(tag, value, step, seconds)

    expected = event_pb2.Event(
        wall_time=seconds,
        step=step,
        summary={"value": [{"tag": tag, "simple_value": value}]},
    )
    found = messages(files(path)[0])[1]
    assert found.SerializeToString() == expected.SerializeToString()


def test_scalars_are_read_while_they_are_written(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        source = TfEventsScalarSource()
        reading = None
        loader = None
        for step in range(5):
            writer.add_scalar("loss", step, step)
            writer.flush()
            loader = loader or RawEventFileLoader(str(files(tmp_path)[0]))
            assert len(list(loader.Load())) == (2 if step == 0 else 1)
            reading = source.read(str(tmp_path), reading)
            (summary,) = reading.summaries
            assert (summary.count, summary.last_step) == (step + 1, step)


def test_tensorboard_shows_the_scalars(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", 0.5, 1, walltime=10.5)
        writer.add_scalar("loss", 0.25, 2, walltime=11.5)
        writer.add_scalar("m/n", float("nan"))

        shown = EventAccumulator(str(tmp_path)).Reload()

    assert shown.Tags()["scalars"] == ["loss", "m/n"]
    assert [(each.wall_time, each.step, each.value) for each in shown.Scalars("loss")] == [
        (10.5, 1, 0.5),
        (11.5, 2, 0.25),
    ]
    assert Board(tmp_path).scalars("loss") == [(1, 0.5), (2, 0.25)]


def test_little_is_loaded_before_something_is_added(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from guild.summary import SummaryWriter\n"
        "names = {'attr', 'google_crc32c', 'google.protobuf', 'guild.app', 'guild.bootstrap',\n"
        "    'guild.domain', 'logging', 'numpy', 'pathlib', 're', 'tensorboard', 'threading',\n"
        "    'typing', 'yaml'}\n"
        "with SummaryWriter(sys.argv[1]) as writer:\n"
        "    writer.flush()\n"
        "    loaded = names & sys.modules.keys()\n"
        "    writer.add_scalar('loss', 1)\n"
        "names = {'guild.app', 'guild.bootstrap', 'guild.domain', 'tensorflow', 'yaml'}\n"
        "loaded |= names & sys.modules.keys()\n"
        "sys.exit(', '.join(loaded))\n"
    )
    path = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, str(tmp_path)],  # packages may be loaded by site
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )

    assert done.stderr.strip() == ""
