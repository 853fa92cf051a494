"""Runs as data frames: columns, types, and what can be done with them."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from guild import ipy
from guild.config import SetGuildHome
from guild.domain.errors import GuildError
from tests.unit.index.homes import Home

NS = 1_000_000_000
CORE = ["run", "operation", "started", "status", "label"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home that the library works with, where local time is UTC."""
    monkeypatch.setenv("TZ", "UTC")
    with SetGuildHome(tmp_path):
        yield Home(tmp_path)


@pytest.fixture
def runs(home: Home) -> ipy.RunsDataFrame:
    """Three runs, with flags and scalars of several kinds."""
    home.make(
        "a" * 32,
        started=1_000_000,
        stopped=3_500_000,
        label="first",
        flags={"lr": 0.1, "n": 1, "on": True, "name": "x"},
    )
    home.make("b" * 32, started=2_000_000, exit_status=1, flags={"lr": 2, "n": 2, "on": False})
    home.make("c" * 32, flags={"lr": None, "n": 3, "on": True, "run": "me", "layers": [1, 2]})
    home.scalars_of("a" * 32, ("loss", 0.5, 1), ("loss", 0.25, 2), ("acc", 0.7, 2))
    home.scalars_of("b" * 32, ("acc", float("nan"), 7))
    return ipy.runs()


def row(runs: ipy.RunsDataFrame, place: int) -> ipy.RunsSeries:
    """A row, of the type that pandas does not know."""
    found = runs.iloc[place]
    assert isinstance(found, ipy.RunsSeries)
    return found


def test_runs_come_newest_first_with_their_columns(runs: ipy.RunsDataFrame) -> None:
    assert list(runs.columns) == CORE
    assert [str(dtype) for dtype in runs.dtypes] == [
        "object",
        "object",
        "datetime64[ns]",
        "object",
        "object",
    ]
    assert list(map(str, runs["run"])) == ["b" * 8, "a" * 8, "c" * 8]
    assert list(runs["status"]) == ["error", "completed", "completed"]
    assert list(runs["label"]) == ["", "first", ""]
    assert runs["started"][0] == pd.Timestamp("1970-01-01 00:00:02")
    assert runs["started"].isna().tolist() == [False, False, True]


def test_a_home_without_runs_gives_an_empty_frame_with_the_same_columns(home: Home) -> None:
    runs = ipy.runs()

    assert (type(runs), len(runs), list(runs.columns)) == (ipy.RunsDataFrame, 0, CORE)
    assert str(runs["started"].dtype) == "datetime64[ns]"
    assert repr(runs).startswith("Empty RunsDataFrame\nColumns: [run, operation, started")
    assert runs.delete() == []
    assert list(runs.compare().columns) == [
        "run",
        "operation",
        "started",
        "time",
        "status",
        "label",
    ]
    assert len(runs.scalars()) == len(runs.scalars_detail()) == len(runs.guild_flags()) == 0


def test_parts_of_frames_are_runs_too(runs: ipy.RunsDataFrame) -> None:
    assert type(runs[:1]) is type(runs.loc[runs["label"] == "first"]) is ipy.RunsDataFrame
    assert type(runs.iloc[0]) is ipy.RunsSeries
    assert runs.iloc[0][0].run.id == "b" * 32
    assert runs.iloc[0]["run"].value.path == runs.iloc[0][0].path
    assert runs.loc[runs["run"] == "a" * 32].index.tolist() == [1]
    assert runs.sort_values("run").index.tolist() == [1, 0, 2]


def test_a_cell_stands_for_its_run(runs: ipy.RunsDataFrame) -> None:
    first, second, _ = runs["run"]

    assert first == "b" * 32
    assert first == first.run
    assert first != second
    assert (first == 7, first < second, second < first) == (False, False, True)
    assert len({first, "b" * 32, second}) == 2
    assert second.fmt["label"] == "first"
    assert second.fmt["started"] == "1970-01-01 00:00:01"
    copy = pickle.loads(pickle.dumps(second))
    assert (copy, copy.path, copy.fmt) == (second, second.path, second.fmt)
    with pytest.raises(TypeError):
        _ = first < 7


def test_flags_have_a_column_each_and_the_types_of_their_values(runs: ipy.RunsDataFrame) -> None:
    flags = runs.guild_flags()

    assert list(flags.columns) == ["layers", "lr", "n", "name", "on", "run", "_run"]
    assert {name: str(dtype) for name, dtype in flags.dtypes.items()} == {
        "layers": "object",
        "lr": "float64",
        "n": "int64",
        "name": "object",
        "on": "bool",
        "run": "object",
        "_run": "object",
    }
    assert flags["n"].tolist() == [2, 1, 3]
    assert flags["lr"].isna().tolist() == [False, False, True]
    assert flags["layers"][2] == [1, 2]
    assert flags["_run"].tolist() == ["b" * 32, "a" * 32, "c" * 32]


def test_scalars_are_summed_up_in_the_order_of_the_runs(runs: ipy.RunsDataFrame) -> None:
    scalars = runs.scalars()

    assert list(scalars.columns) == [
        "run",
        "prefix",
        "tag",
        *(
            f"{name}_{what}"
            for name in ("first", "last", "min", "max")
            for what in ("val", "step")
        ),
        "avg_val",
        "count",
        "total",
    ]
    assert scalars[["run", "tag"]].to_numpy().tolist() == [
        ["b" * 32, "acc"],
        ["a" * 32, "acc"],
        ["a" * 32, "loss"],
    ]
    loss = scalars.iloc[2]
    assert (loss["first_val"], loss["last_val"], loss["last_step"]) == (0.5, 0.25, 2)
    assert (loss["avg_val"], loss["count"], loss["total"]) == (0.375, 2, 0.75)
    assert str(scalars["count"].dtype) == str(scalars["min_step"].dtype) == "int64"
    assert str(scalars["max_val"].dtype) == "float64"
    assert scalars["last_val"].isna().tolist() == [True, False, False]


def test_all_values_of_scalars_come_as_they_were_written(runs: ipy.RunsDataFrame) -> None:
    detail = runs[1:2].scalars_detail()

    assert detail.to_dict("list") == {
        "run": ["a" * 32] * 3,
        "path": ["."] * 3,
        "tag": ["loss", "loss", "acc"],
        "val": [0.5, 0.25, pytest.approx(0.7)],
        "step": [1, 2, 2],
    }


def test_runs_are_compared(runs: ipy.RunsDataFrame) -> None:
    found = runs.compare()

    assert type(found) is pd.DataFrame
    assert list(found.columns) == [
        *("run", "operation", "started", "time", "status", "label"),
        *("layers", "lr", "n", "name", "on"),
        *("step", "acc", "loss"),
    ]
    assert str(found["time"].dtype) == "timedelta64[ns]"
    assert found["time"][1] == pd.Timedelta(seconds=2)
    assert found["time"].isna().tolist() == [True, False, True]
    assert (found["step"][0], found["step"][1]) == (7, 2)
    assert found["loss"][1] == 0.25
    assert found["run"][2] == "me"  # a flag of that name


def test_a_frame_of_runs_that_are_gone_has_what_is_left(
    home: Home, runs: ipy.RunsDataFrame
) -> None:
    assert row(runs, 0).delete() == ["b" * 32]

    assert runs.compare()["operation"].tolist() == ["echo.py", "echo.py"]
    assert runs.scalars()["run"].tolist() == ["a" * 32, "a" * 32]
    assert runs.delete() == ["a" * 32, "c" * 32]
    assert runs.delete() == []


def test_runs_of_the_trash_can_be_looked_at_and_removed(runs: ipy.RunsDataFrame) -> None:
    runs.delete()
    deleted = ipy.runs(deleted=True)

    assert list(deleted["run"]) == list(runs["run"])
    assert deleted.compare()["n"].tolist() == [2, 1, 3]
    assert deleted.delete() == []
    assert deleted[:1].delete(permanent=True) == ["b" * 32]
    assert len(ipy.runs(deleted=True)) == 2


def test_info_is_of_the_first_run(
    runs: ipy.RunsDataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    runs.loc[runs["label"] == "first"].info(scalars=True)

    path = runs["run"][1].path
    told = capsys.readouterr().out
    assert tuple(line.partition(":")[0] for line in told.splitlines())[:7] == ipy.RUN_DETAIL
    assert told == (
        f"id: {'a' * 32}\noperation: echo.py\nstatus: completed\nstarted: 1970-01-01 00:00:01\n"
        f"stopped: 1970-01-01 00:00:03\nlabel: first\nrun_dir: {path}\n"
        "flags:\n  lr: 0.1\n  n: 1\n  name: x\n  on: yes\n"
        "scalars:\n  acc: 0.699999988079071 (step 2)\n  loss: 0.25 (step 2)\n"
    )
    runs[:0].info()
    assert capsys.readouterr().out == ""


def test_what_a_run_wrote_is_shown_without_what_controls_a_terminal(
    runs: ipy.RunsDataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(runs["run"][0].path, ".guild/output").write_text("a\x1b[2Jb\nc\n")

    row(runs, 0).info(output=True)

    assert capsys.readouterr().out.endswith("output:\n  a\\x1b[2Jb\n  c\n")


def test_what_is_no_file_is_no_output(
    runs: ipy.RunsDataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(Path(runs["run"][0].path, ".guild/output"))

    row(runs, 0).info(output=True)

    assert capsys.readouterr().out.endswith("output:\n")


def test_labels_and_tags_are_changed(home: Home, runs: ipy.RunsDataFrame) -> None:
    assert runs[:2].label("n is ${n}") == ["b" * 32, "a" * 32]
    assert row(runs, 0).tag(["x", "y"]) == ["b" * 32]
    row(runs, 1).label(append="!")
    runs[:2].tag(delete="y")

    assert ipy.runs()["label"].tolist() == ["n is 2", "n is 1 !", ""]
    assert ipy.runs(tags="x")["run"].tolist() == ["b" * 32]
    with pytest.raises(ValueError, match="one of set, append"):
        runs.label("x", append="y")
    with pytest.raises(ValueError, match="one of add, delete and clear"):
        runs.tag(sync_labels=True)
    with pytest.raises(TypeError, match="append has to be text, not 3"):
        runs.label(append=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="delete has to be text or a list of texts, not 3"):
        runs.tag(delete=3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"labels": "fir"}, "a"),
        ({"labels": ["none", "fir"]}, "a"),
        ({"operations": "echo.py", "error": True}, "b"),
        ({"error": False}, "ac"),
        ({"error": True, "completed": True}, "bac"),
        ({"filter_expr": "n > 1"}, "bc"),
        ({"filter_expr": "loss < 1"}, "a"),
        ({"unlabeled": True}, "bc"),
        ({"marked": True}, ""),
        ({"started": "before 1971-01-01"}, "ba"),
    ],
)
def test_filters_mean_what_they_mean_to_commands(
    runs: ipy.RunsDataFrame, filters: dict[str, object], found: str
) -> None:
    chosen = ipy.runs(**filters)  # type: ignore[arg-type]  # of several types

    assert [str(cell)[0] for cell in chosen["run"]] == list(found)


def test_a_filter_that_makes_no_sense_is_refused(home: Home) -> None:
    with pytest.raises(GuildError):
        ipy.runs(filter_expr="n >")
    with pytest.raises(TypeError):
        ipy.runs(no_such_filter=1)  # type: ignore[call-arg]


def test_a_frame_without_its_runs_says_so(runs: ipy.RunsDataFrame) -> None:
    with pytest.raises(ValueError, match="no column 'run'"):
        runs[["label"]].delete()
    with pytest.raises(ValueError, match="other values"):
        runs["label"].delete()
    assert runs["run"].delete() == ["b" * 32, "a" * 32, "c" * 32]


def test_what_pandas_says_of_a_frame_can_be_asked_for(
    runs: ipy.RunsDataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    runs.info(verbose=True)

    assert "RangeIndex: 3 entries" in capsys.readouterr().out
    assert "<table" in runs._repr_html_()  # type: ignore[operator]  # as pandas tells of it


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_times_are_local(home: Home, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    import time

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    # Around changes of the clocks in 2023, each half hour.
    begins = (1_678_600_000, 1_680_360_000, 1_696_080_000, 1_699_150_000)
    seconds = [begin + 1800 * step for begin in begins for step in range(60)]
    for number, second in enumerate(seconds):
        home.make(f"{number:032x}", started=second * 1_000_000 + 999_999)
    try:
        found = ipy.runs()["started"].tolist()
        expected = [time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(s)) for s in seconds]
    finally:
        monkeypatch.undo()
        time.tzset()

    assert sorted(map(str, found)) == sorted(expected)


def test_a_run_that_stands_in_several_rows_counts_once(runs: ipy.RunsDataFrame) -> None:
    twice = pd.concat([runs.iloc[[1]], runs])
    assert isinstance(twice, ipy.RunsDataFrame)

    assert list(twice.compare()["loss"].fillna(0)) == [0.25, 0, 0]
    assert list(twice.guild_flags()["name"].fillna("")) == ["x", "", ""]
    assert list(twice.scalars()["run"]) == ["a" * 32] * 2 + ["b" * 32]
    assert twice.delete() == ["a" * 32, "b" * 32, "c" * 32]


def test_what_is_called_like_a_core_column_is_in_its_place(home: Home) -> None:
    home.make("a", started=1_000_000, stopped=3_000_000, flags={"time": "noon"})
    home.make("b", started=2_000_000, stopped=3_000_000)

    found = ipy.runs().compare()

    assert found["time"].tolist() == [pd.Timedelta(seconds=1), "noon"]
    assert all(type(each) is not np.timedelta64 for each in found["time"])


def test_a_frame_of_many_runs_that_are_gone_is_empty(home: Home) -> None:
    for number in range(70):
        home.make(f"r{number}", flags={"n": number})
    found = ipy.runs()
    home.store.delete(home.store.runs(), permanent=True)

    assert found.guild_flags().shape == (0, 1)
    assert found.compare().shape == (0, 6)


@pytest.mark.parametrize("name", ["operations", "labels", "tags", "comments"])
def test_filters_of_another_type_are_refused(
    runs: ipy.RunsDataFrame, name: str, recwarn: pytest.WarningsRecorder
) -> None:
    assert list(ipy.runs(**{name: None})["run"]) == list(runs["run"])  # type: ignore[arg-type]
    for value, message in ((3, "of texts, not 3"), (["a", 3], "of texts, but 3 is in it")):
        with pytest.raises(TypeError, match=f"{name} has to be text or a list {message}"):
            ipy.runs(**{name: value})  # type: ignore[arg-type]
    for one in ("filter_expr", "started", "digest"):
        with pytest.raises(TypeError, match=f"{one} has to be text, not 3"):
            ipy.runs(**{one: 3})  # type: ignore[arg-type]
    for one in ("completed", "marked", "deleted"):
        with pytest.raises(TypeError, match=f"{one} has to be True or False, not 'no'"):
            ipy.runs(**{one: "no"})  # type: ignore[arg-type]
    assert len(ipy.runs(completed=np.bool_(False))) == len(ipy.runs(completed=False)) > 0  # type: ignore[arg-type]
    assert list(recwarn) == []


def test_runs_of_several_places_are_asked_for_apart(
    home: Home, runs: ipy.RunsDataFrame, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tmp_path = tmp_path_factory.mktemp("others")
    runs.iloc[[0]].delete()
    Home(tmp_path / "other").make("x" * 32)
    with SetGuildHome(tmp_path / "other"):
        elsewhere = ipy.runs()

    shutil.copytree(home.path, tmp_path / "copy")
    with SetGuildHome(tmp_path / "copy"):
        copied = ipy.runs()
    for others in (ipy.runs(deleted=True), elsewhere, copied):
        joined = pd.concat([ipy.runs(), others])
        assert isinstance(joined, ipy.RunsDataFrame)
        for ask in (joined.compare, joined.scalars, joined.delete):
            with pytest.raises(ValueError, match="of several homes, or some of the trash"):
                ask()
    assert len(ipy.runs()) == 2


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**400])
def test_whole_numbers_of_any_size_are_kept(home: Home, number: int) -> None:
    home.make("large", started=2_000_000, flags={"n": number})
    home.make("small", started=1_000_000, flags={"n": 1, "m": 2})

    flags = ipy.runs().guild_flags()

    assert (str(flags["n"].dtype), list(flags["n"])) == ("object", [number, 1])
    assert str(ipy.runs().compare()["n"].dtype) == "object"


def test_times_that_pandas_has_no_room_for_are_missing(home: Home) -> None:
    home.make("long", started=-9 * 10**15 + 1, stopped=9 * 10**15 - 1)
    home.make("short", started=-(10**15), stopped=10**15)

    assert sorted(ipy.runs().compare()["time"].isna()) == [False, True]
