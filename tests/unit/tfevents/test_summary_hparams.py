"""Hyperparameters of a summary writer, as TensorBoard's plugin shows them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from guild.summary import SummaryWriter
from tests.unit.tfevents.boards import Board
from tests.unit.tfevents.test_summarywriter import Tensor, files


def test_tensorboard_finds_the_experiment_and_its_sessions(tmp_path: Path) -> None:
    rates = (0.1, 0.01)
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparam_experiment(
            {"lr": set(rates), "opt": ["sgd", "adam"], "bias": [True]}, metrics=["loss"]
        )
    for number, lr in enumerate(rates):
        with SummaryWriter(tmp_path / f"session{number}") as writer:
            hparams = {"lr": lr, "opt": "sgd", "bias": True}
            writer.add_hparam_session(f"trial {number}", hparams)
            writer.add_scalar("loss", number + 0.5, step=7)
            writer.add_hparam_session(f"trial {number}", hparams, status="success")

    board = Board(tmp_path)
    experiment = board.experiment()
    assert experiment["hparamInfos"] == [
        {"name": "bias", "type": "DATA_TYPE_BOOL", "domainDiscrete": [True]},
        {"name": "lr", "type": "DATA_TYPE_FLOAT64", "domainDiscrete": [0.01, 0.1]},
        {"name": "opt", "type": "DATA_TYPE_STRING", "domainDiscrete": ["adam", "sgd"]},
    ]
    assert [metric["name"] for metric in experiment["metricInfos"]] == [{"tag": "loss"}]
    groups = {group["name"]: group for group in board.sessions()}
    assert sorted(groups) == ["trial 0", "trial 1"]
    for number, lr in enumerate(rates):
        group = groups[f"trial {number}"]
        assert group["hparams"] == {"lr": lr, "opt": "sgd", "bias": True}
        (session,) = group["sessions"]
        assert (session["name"], session["status"]) == (f"session{number}", "STATUS_SUCCESS")
        assert session["endTimeSecs"] >= session["startTimeSecs"] > 0
        (metric,) = session["metricValues"]
        assert (metric["value"], metric["trainingStep"]) == (number + 0.5, 7)


def test_sessions_alone_make_an_experiment(tmp_path: Path) -> None:
    for name, value in (("a", 1), ("b", 2)):
        with SummaryWriter(tmp_path / name) as writer:
            writer.add_hparam_session("same", {"x": value})

    board = Board(tmp_path)
    assert [info["name"] for info in board.experiment()["hparamInfos"]] == ["x"]
    (group,) = board.sessions()
    assert [session["name"] for session in group["sessions"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("success", "STATUS_SUCCESS"),
        ("FAILURE", "STATUS_FAILURE"),
        ("STATUS_RUNNING", "STATUS_RUNNING"),
        ("status_success", "STATUS_SUCCESS"),
        ("unknown", None),
        (2, "STATUS_FAILURE"),
        (None, None),
    ],
)
def test_a_session_has_a_status(
    tmp_path: Path, status: str | int | None, expected: str | None
) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparam_session("a", {"x": 1}, status, walltime=10.5)

    (group,) = Board(tmp_path).sessions()
    (session,) = group["sessions"]
    assert session["startTimeSecs"] == 10.5
    assert session.get("status") == expected


@pytest.mark.parametrize(
    ("status", "error", "message"),
    [
        (
            "done",
            ValueError,
            "unknown status 'done': there are unknown, success, failure, running",
        ),
        (7, ValueError, "unknown status 7"),
        (True, TypeError, "a status must be text, not bool"),
        (1.5, TypeError, "a status must be text, not float"),
    ],
)
def test_what_is_no_status(
    tmp_path: Path, status: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        SummaryWriter(tmp_path).add_hparam_session("a", {}, status)
    assert files(tmp_path) == []


VALUES: Mapping[str, tuple[object, object]] = {
    "int": (3, 3.0),
    "float": (0.5, 0.5),
    "bool": (False, False),
    "text": ("", ""),
    "numpy": (np.float32(0.5), 0.5),
    "numpy bool": (np.True_, True),
    "array": (np.array(3), 3.0),
    "tensor": (Tensor(0.5), 0.5),
    "nan": (float("nan"), "nan"),
    "inf": (np.float64("inf"), "inf"),
}


def test_values_of_hyperparameters(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparam_experiment({name: [each] for name, (each, _) in VALUES.items()}, [])
        writer.add_hparam_session(
            "a", {**{name: each for name, (each, _) in VALUES.items()}, "none": None}
        )

    board = Board(tmp_path)
    (group,) = board.sessions()
    assert group["hparams"] == {name: expected for name, (_, expected) in VALUES.items()}
    domains = {info["name"]: info["domainDiscrete"] for info in board.experiment()["hparamInfos"]}
    assert domains == {name: [expected] for name, (_, expected) in VALUES.items()}


def test_values_of_different_kinds_have_no_domain(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparam_experiment({"x": [1, "a"], "y": [], "z": [1, 2.5, None]}, ["loss"])

    assert Board(tmp_path).experiment()["hparamInfos"] == [
        {"name": "x"},
        {"name": "y"},
        {"name": "z", "type": "DATA_TYPE_FLOAT64", "domainDiscrete": [1.0, 2.5]},
    ]


@pytest.mark.parametrize(
    ("hparams", "metrics", "message"),
    [
        ({"x": 1}, [], "hyperparameter 'x' must have several values, not 1"),
        ({"x": "abc"}, [], "hyperparameter 'x' must have several values, not 'abc'"),
        ({"x": [[1]]}, [], "hyperparameter 'x' must be a number, text, True or False, not list"),
        ({1: [1]}, [], "the name of a hyperparameter must be text, not int"),
        (["x"], [], "hparams must be a mapping of names, not list"),
        ({}, "loss", "metrics must be several tags, not the text 'loss'"),
        ({}, [1], "a metric must be text, not int"),
    ],
)
def test_what_is_no_experiment(tmp_path: Path, hparams: Any, metrics: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        SummaryWriter(tmp_path).add_hparam_experiment(hparams, metrics)


@pytest.mark.parametrize(
    ("name", "hparams", "message"),
    [
        (1, {}, "the name of a session must be text, not int"),
        ("a", [], "hparams must be a mapping"),
        ("a", {"x": {}}, "hyperparameter 'x' must be a number, text, True or False, not dict"),
    ],
)
def test_what_is_no_session(tmp_path: Path, name: Any, hparams: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        SummaryWriter(tmp_path).add_hparam_session(name, hparams)


def test_a_directory_is_one_session(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparam_session("a", {"x": 1})
        with pytest.warns(UserWarning, match="is the session 'a' in TensorBoard, not also 'b'"):
            writer.add_hparam_session("b", {"x": 2})

    assert [group["name"] for group in Board(tmp_path).sessions()] == ["a"]


def test_a_status_stays(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparam_session("a", {}, "running")
        writer.add_hparam_session("a", {}, "running")
        writer.add_hparam_session("a", {})
        with pytest.warns(UserWarning, match="the status of the session 'a' was told before"):
            writer.add_hparam_session("a", {}, "success")

    (group,) = Board(tmp_path).sessions()
    assert [session["status"] for session in group["sessions"]] == ["STATUS_RUNNING"]
