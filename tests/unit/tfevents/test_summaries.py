"""Texts and histograms of a summary writer, and all kinds together."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.histogram.summary_v2 import histogram_pb
from tensorboard.plugins.text.summary_v2 import text_pb
from tensorboard.util import tensor_util

from guild.adapters.tfevents.summarymessages import histogram_of, text_summary
from guild.summary import SummaryWriter
from tests.strategies import any_text
from tests.unit.tfevents.boards import Board
from tests.unit.tfevents.test_summarywriter import scalars


def test_tensorboard_shows_texts(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_text("note", "**bold** \u65e5\u672c", step=3, walltime=10.5)
        writer.add_text("note", "", step=4.5)

    board = Board(tmp_path)
    assert board.tags("text") == ["note"]
    (step, when, text), (next_step, _, empty) = board.tensors("text", "note")
    assert (step, when, text.item().decode()) == (3, 10.5, "**bold** \u65e5\u672c")
    assert (next_step, empty.item()) == (4, b"")
    assert EventAccumulator(str(tmp_path)).Reload().Tags()["tensors"] == ["note"]


@given(any_text(), any_text())
def test_a_text_is_as_tensorboard_writes_it(tag: str, text: str) -> None:
    assert text_summary(tag, text) == text_pb(tag, text)


@pytest.mark.parametrize("value", [1, None, b"bytes", ["a"]])
def test_a_text_is_text(tmp_path: Path, value: str) -> None:
    with pytest.raises(TypeError, match=r"^note must be text, not "):
        SummaryWriter(tmp_path).add_text("note", value)


def test_a_text_that_cannot_be_encoded(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^note can't be encoded"):
        SummaryWriter(tmp_path).add_text("note", "\udcff")


def histogram(path: Path) -> NDArray[np.float64]:
    ((_, _, found),) = Board(path).tensors("histograms", "weights")
    return np.asarray(found)


def test_tensorboard_shows_histograms(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_histogram("weights", [[0.0, 1.0], [1.0, 2.0]], step=3, walltime=10.5, bins=2)

    board = Board(tmp_path)
    assert board.tags("histograms") == ["weights"]
    ((step, when, found),) = board.tensors("histograms", "weights")
    assert (step, when) == (3, 10.5)
    assert found.tolist() == [[0.0, 1.0, 1.0], [1.0, 2.0, 3.0]]


def test_a_histogram_has_30_buckets(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_histogram("weights", range(60))

    found = histogram(tmp_path)
    assert found.shape == (30, 3)
    assert found[:, 2].tolist() == [2.0] * 30


def test_buckets_may_have_edges(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_histogram("weights", [0, 1, 5, 9, 10, 11], bins=[1, 2, 10])

    assert histogram(tmp_path).tolist() == [[1, 2, 1], [2, 10, 3]]


NUMBERS = st.floats(-1e100, 1e100, allow_subnormal=False) | st.integers(-10, 10)


@given(st.lists(NUMBERS, max_size=50), st.integers(1, 40))
def test_a_histogram_is_as_tensorboard_writes_it(values: list[float], bins: int) -> None:
    with warnings.catch_warnings(action="ignore"):
        (expected,) = histogram_pb("h", values, bins).value

    assert histogram_of("h", values, bins).tolist() == (
        tensor_util.make_ndarray(expected.tensor).tolist()
    )


@pytest.mark.parametrize("values", [[1.0, 1.0 + 5e-324], [0.0, 5e-324], [5, 5, 5], [], [True]])
def test_values_that_hardly_differ(values: list[float]) -> None:
    found = histogram_of("h", values, 7)

    assert found.shape == (7, 3)
    assert found[:, 2].sum() == len(values)


@pytest.mark.parametrize(
    ("values", "bins", "error", "message"),
    [
        (["a"], 3, TypeError, "values must be numbers"),
        (["1"], 3, TypeError, "values must be numbers"),
        ([1j], 3, TypeError, "values must be numbers"),
        ([[1], [1, 2]], 3, TypeError, "values must be numbers"),
        (None, 3, ValueError, "values must be finite"),
        ([np.nan], 3, ValueError, "values must be finite, and some are nan or infinite"),
        ([np.inf], 3, ValueError, "values must be finite"),
        ([1e308, -1e308], 3, ValueError, "too far apart"),
        ([1], 0, ValueError, "there must be at least 1 bin, not 0"),
        ([1], [1], ValueError, "edges of bins must be at least 2 numbers that rise"),
        ([1], [2, 1], ValueError, "edges of bins"),
        ([1], "auto", TypeError, r"\(bins\): values must be numbers"),
    ],
)
def test_what_is_no_histogram_is_told_with_its_tag(
    tmp_path: Path, values: Any, bins: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=rf"^my weights.*{message}"):
        SummaryWriter(tmp_path).add_histogram("my weights", values, bins=bins)


def test_what_is_no_scalar_does_not_hide_scalars(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparam_experiment({"x": [1]}, ["loss"])
        writer.add_hparam_session("a", {"x": 1}, "success")
        for step in range(3):
            writer.add_scalar("loss", step, step)
            writer.add_image("image", np.zeros((2, 2)), step)
            writer.add_text("note", "text", step)
            writer.add_histogram("weights", [1, 2], step)

    assert scalars(tmp_path) == [("loss", step, float(step)) for step in range(3)]
    board = Board(tmp_path)
    assert board.scalars("loss") == [(step, float(step)) for step in range(3)]
    assert len(board.images("image")) == len(board.tensors("text", "note")) == 3
