"""A run is read whatever is in its files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guild.adapters.fsstore.locks import DirectoryRunLocks
from guild.adapters.fsstore.store import DirectoryRunStore
from guild.domain.draft import RunDraft
from guild.domain.errors import NoSuchRun
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.status import Liveness, Status
from tests.strategies import nasty_text

ECHO = OpRef("script", "/project", "", "", "echo.py")
READ = (
    "comments",
    "exit_status",
    "flags",
    "initialized",
    "label",
    "marked",
    "sourcecode_digest",
    "started",
    "stopped",
    "tags",
)
NESTED = [b"[" * 5000, b"{a: " * 5000, b"- " * 5000, b"? " * 5000, b"[" * 101 + b"]" * 101]
ODD = [
    b"!!bool maybe",
    b"!!timestamp never",
    b"!!int ''",
    b"!!float x",
    b"!!set {a}",
    b"!!binary aGk=",
    b"!!omap [a: 1]",
    b"{[a]: 1}",
    b"0x" + b"f" * 5000,
    b"1:2:3:4",
    b"&a [*a]",
    b"\xff\xfe",
    b"",
    b"~",
    b"[1]",
    b"a: 1",
    b"- body: {}",
    b"- time: 0x" + b"f" * 5000,
]

attribute_bytes = (
    st.binary(max_size=30)
    | nasty_text().map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.sampled_from(NESTED + ODD)
)
read_anew = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the file is replaced
    max_examples=150,
    database=None,
    deadline=None,
)


def made(store: DirectoryRunStore, run_id: str = "aaa", **attrs: object) -> Run:
    if run_id in store.ids():
        return store.get(run_id)
    return store.create(RunDraft(id=RunId(run_id), opref=ECHO, attrs=attrs))


def put(run: Run, name: str, data: bytes) -> None:
    Path(run.path, ".guild", "attrs", name).write_bytes(data)


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("data", NESTED, ids=lambda data: f"{data[:4]!r}-{len(data)}")
def test_what_is_nested_too_deeply_is_damage(
    store: DirectoryRunStore, name: str, data: bytes
) -> None:
    put(made(store), name, data)

    (run,) = store.runs()

    assert run.damage == (name,)


@pytest.mark.parametrize("name", READ)
@read_anew
@given(data=attribute_bytes)
def test_any_bytes_in_an_attribute_are_read(
    store: DirectoryRunStore, name: str, data: bytes
) -> None:
    run = made(store)
    put(run, name, data)

    (read,) = store.runs()

    assert read.id == "aaa"
    assert set(read.damage) <= {name}
    assert store.newest_ids() == ["aaa"]
    str((read.started, read.stopped, read.initialized, read.exit_status))
    store.attrs(run)


@pytest.mark.parametrize("data", [b"!!set {a}", b"!!binary aGk=", b"!!timestamp 2020-01-01"])
def test_types_that_no_attribute_has_are_damage(store: DirectoryRunStore, data: bytes) -> None:
    run = made(store)
    put(run, "anything", data)

    assert "anything" not in store.attrs(run)


@pytest.mark.parametrize(
    ("name", "data"),
    [("tags", b"nightly"), ("comments", b"hm"), ("flags", b"[a]"), ("started", b"0x" + b"f" * 40)],
)
def test_what_is_no_value_of_an_attribute_is_damage(
    store: DirectoryRunStore, name: str, data: bytes
) -> None:
    put(made(store), name, data)

    assert store.get("aaa").damage == (name,)


def test_a_time_that_can_not_be_read_gives_way_to_the_other(store: DirectoryRunStore) -> None:
    put(made(store, "old", initialized=1), "started", b"never")
    made(store, "new", started=2)
    put(made(store, "none"), "started", b"true")

    assert store.newest_ids() == ["new", "old", "none"]
    assert [run.id for run in store.runs()] == ["new", "old", "none"]


def test_the_operation_of_a_batch_is_named_after_what_it_runs(store: DirectoryRunStore) -> None:
    run = made(store)
    store.update(run, {}, opref=OpRef("builtin", "guildai", "", "", "+"))
    os.makedirs(f"{run.path}/.guild/proto/.guild")
    Path(run.path, ".guild/proto/.guild/opref").write_text(ECHO.format())

    assert store.get("aaa").operation == "echo.py+"
    assert store.ids_of(lambda name: name == "echo.py+") == ["aaa"]
    assert store.runs_of(ECHO) == []


def test_an_operation_that_can_not_be_read_has_no_name(store: DirectoryRunStore) -> None:
    Path(made(store).path, ".guild/opref").write_text("nonsense")

    assert store.ids_of(lambda name: name == "?") == ["aaa"]
    assert store.get("aaa").damage == ("opref",)


def test_a_run_that_goes_while_it_is_read_is_not_listed(tmp_path: Path) -> None:
    def delete_and_judge(_text: str) -> Liveness:
        os.rename(store.home + "/runs/aaa", tmp_path / "gone")
        return Liveness.ALIVE

    store = DirectoryRunStore(str(tmp_path / "home"), DirectoryRunLocks(str, delete_and_judge))
    made(store)

    assert store.runs() == []


def test_a_run_that_goes_while_it_is_asked_for_is_no_run(tmp_path: Path) -> None:
    def delete_and_judge(_text: str) -> Liveness:
        os.rename(store.home + "/runs/aaa", tmp_path / "gone")
        return Liveness.ALIVE

    store = DirectoryRunStore(str(tmp_path / "home"), DirectoryRunLocks(str, delete_and_judge))
    run = made(store)

    with pytest.raises(NoSuchRun):
        store.get("aaa")
    os.rename(tmp_path / "gone", run.path)
    with pytest.raises(NoSuchRun):
        store.at(run.path)


def test_a_run_whose_reference_is_a_broken_link_is_listed(store: DirectoryRunStore) -> None:
    run = made(store)
    os.unlink(f"{run.path}/.guild/opref")
    os.symlink("nowhere", f"{run.path}/.guild/opref")

    assert [found.operation for found in store.runs()] == ["?"]


def test_attributes_as_they_are_written_need_no_conversion(store: DirectoryRunStore) -> None:
    made(store, flags={"x": 1, "y": [2]}, tags=["a", "1"], marked=True, label="x y", started=3)
    code = (
        "import sys\n"
        "from guild.adapters.fsstore.readrun import read_run\n"
        "run = read_run(sys.argv[1], lambda text: None)\n"
        "assert dict(run.flags) == {'x': 1, 'y': [2]} and run.tags == ('a', '1'), run\n"
        "assert 'cattrs' not in sys.modules\n"
    )

    subprocess.run([sys.executable, "-c", code, f"{store.home}/runs/aaa"], check=True)


def test_a_finished_run_is_read_as_it_ended(store: DirectoryRunStore) -> None:
    run = made(store, exit_status=0)
    store.set_mark(run, None)
    store.locks.release(run)

    assert store.get("aaa").status is Status.COMPLETED
