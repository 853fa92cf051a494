"""What changes among run directories is seen, and nothing else is read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from guild.app.run_reading import UNSURE, RunReading
from guild.domain.draft import Mark, RunDraft
from guild.domain.filterexpr import parse_filter
from guild.domain.ids import RunId
from guild.domain.selection import RunFilter
from tests.unit.index.homes import ALL, ECHO, CountingChanges, Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Three runs that are known."""
    home = Home(tmp_path / "home")
    for number, name in enumerate(("aaa", "bbb", "ccc")):
        label = {"label": f"old {name}"} if name != "ccc" else {}
        home.make(name, started=number, tags=["t"], marked=True, **label)
    home.ask()
    return home


def test_the_first_question_reads_all(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make("aaa")
    home.make("bbb")

    assert home.ask() == ["aaa", "bbb"]
    assert home.warnings == []


def test_where_nothing_changed_nothing_is_read_or_written(home: Home) -> None:
    Path(home.path, "runs", "no run").mkdir()
    Path(home.path, "runs", "a file").touch()
    home.ask()
    before = home.commits

    assert home.ask() == ["a file", "no run"]  # which may become runs
    assert home.commits == before


def _in_place(name: str, text: str) -> Callable[[Home], None]:
    def change(home: Home) -> None:
        with open(home.attr("bbb", name), "r+" if name != "comments" else "w") as file:
            file.write(text)

    return change


def _add(home: Home) -> None:
    home.make("ddd", label="new")


def _remove(home: Home) -> None:
    shutil.rmtree(f"{home.path}/runs/bbb")


def _rename(home: Home) -> None:
    os.rename(f"{home.path}/runs/bbb", f"{home.path}/runs/ddd")


def _copy(home: Home) -> None:
    shutil.copytree(f"{home.path}/runs/bbb", f"{home.path}/runs/ddd")


def _replace(home: Home) -> None:
    shutil.copytree(f"{home.path}/runs/aaa", f"{home.path}/other")
    shutil.rmtree(f"{home.path}/runs/bbb")
    os.rename(f"{home.path}/other", f"{home.path}/runs/bbb")


def _by_rename(home: Home) -> None:
    home.store.update(home.store.get("bbb"), {"label": "newer", "started": 9})


def _take_away(home: Home) -> None:
    home.store.update(home.store.get("bbb"), {"label": None})


def _label_the_unlabeled(home: Home) -> None:
    home.attr("ccc", "label").write_text("first\n")


def _unlabel_in_place(home: Home) -> None:
    home.attr("bbb", "label").unlink()


def _stage(home: Home) -> None:
    home.store.set_mark(home.store.get("bbb"), Mark.STAGED)


def _restart(home: Home) -> None:
    run = home.store.get("bbb")
    home.locks.claim(run)
    home.store.reopen(run)


@pytest.mark.parametrize(
    ("change", "read"),
    [
        (_add, ["ddd"]),
        (_remove, []),
        (_rename, ["ddd"]),
        (_copy, ["ddd"]),
        (_replace, ["bbb"]),
        (_in_place("label", "odd"), ["bbb"]),
        (_in_place("label", "a longer label\n"), ["bbb"]),
        (_in_place("tags", "- x"), ["bbb"]),
        (_in_place("marked", "null"), ["bbb"]),
        (_in_place("comments", "- body: x\n"), ["bbb"]),
        (_label_the_unlabeled, ["ccc"]),
        (_unlabel_in_place, ["bbb"]),
        (_by_rename, ["bbb"]),
        (_take_away, ["bbb"]),
        (_stage, ["bbb"]),
        (_restart, ["bbb"]),
    ],
)
def test_a_change_is_seen_and_nothing_else_is_read(
    home: Home, change: Callable[[Home], None], read: list[str]
) -> None:
    change(home)

    assert home.ask() == read
    home.dead.add(str(os.getpid()))
    home.ask()
    assert home.ask() == []


def test_a_run_is_followed_through_its_states(home: Home) -> None:
    run = home.store.create(RunDraft(id=RunId("ddd"), opref=ECHO, attrs={}))
    assert home.ask() == ["ddd"]
    home.store.set_mark(run, Mark.STAGED)
    assert home.ask() == ["ddd"]
    home.locks.release(run)
    assert home.ask() == ["ddd"]
    assert home.ask() == []
    home.locks.claim(run)
    home.store.set_mark(run, None)
    home.store.update(run, {"started": 5})
    assert home.ask() == ["ddd"]
    assert home.ask() == ["ddd"]  # its process may end at any time
    home.store.finish(run, stopped=6, exit_status=0)
    home.locks.release(run)
    assert home.ask() == ["ddd"]
    assert home.ask() == []


def test_the_death_of_a_process_is_seen_though_no_file_tells_of_it(home: Home) -> None:
    run = home.store.create(RunDraft(id=RunId("ddd"), opref=ECHO, attrs={}))
    home.store.set_mark(run, None)
    home.ask()

    home.dead.add(str(os.getpid()))

    assert home.ask() == ["ddd"]
    assert home.ask() == []


def test_a_directory_may_become_a_run(home: Home) -> None:
    guild = Path(home.path, "runs", "ddd", ".guild")
    (guild / "attrs").mkdir(parents=True)
    (guild / "attrs" / "label").write_text("early\n")
    home.ask()

    (guild / "opref").write_text(ECHO.format())

    assert home.ask() == ["ddd"]
    assert home.ask() == []


def test_a_run_may_cease_to_be_one(home: Home) -> None:
    opref = Path(home.path, "runs", "bbb", ".guild", "opref")
    os.rename(opref, f"{opref}.away")
    home.attr("bbb", "label").unlink()

    assert home.ask() == ["bbb"]
    assert "bbb" in home.ask()
    os.rename(f"{opref}.away", opref)
    home.ask()
    assert home.ask() == []


def test_what_is_no_run_and_goes_is_forgotten(home: Home) -> None:
    stray = Path(home.path, "runs", "stray")
    stray.mkdir()
    home.ask()

    stray.rmdir()
    home.ask()

    assert home.ask() == []


def test_a_run_without_attributes_is_read_once(home: Home) -> None:
    guild = Path(home.path, "runs", "ddd", ".guild")
    guild.mkdir(parents=True)
    (guild / "opref").write_text(ECHO.format())

    assert home.ask() == ["ddd"]
    assert home.ask() == []
    home.store.delete([home.store.get("ddd")], permanent=True)
    assert home.ask() == []


def test_runs_go_to_the_trash_and_back_without_being_read(home: Home) -> None:
    runs = home.store.runs()

    home.store.delete(runs[:2])
    assert home.ask() == []
    home.store.restore(home.store.runs(deleted=True))
    assert home.ask() == []
    home.store.delete(runs)
    home.store.restore(home.store.runs(deleted=True))
    assert home.ask() == []


def test_a_run_of_the_trash_that_changes_is_read(home: Home) -> None:
    home.store.delete([home.store.get("bbb")])
    home.ask()

    Path(home.path, "trash/runs/bbb/.guild/attrs/label").write_text("changed\n")

    assert home.ask() == ["bbb"]
    home.store.restore(home.store.runs(deleted=True))
    assert home.ask() == []


def test_another_run_that_comes_back_is_read(home: Home) -> None:
    home.store.delete([home.store.get("bbb")])
    home.ask()
    shutil.rmtree(f"{home.path}/trash/runs/bbb")
    shutil.copytree(f"{home.path}/runs/aaa", f"{home.path}/runs/bbb")

    assert home.ask() == ["bbb"]


def test_a_run_of_the_name_of_one_in_the_trash_is_another(home: Home) -> None:
    home.store.delete([home.store.get("bbb")])
    home.ask()
    home.make("bbb", label="new")
    assert home.ask() == ["bbb"]

    home.store.delete([home.store.get("bbb")])

    home.ask()
    assert home.ask() == []


def test_a_link_to_a_run_is_one(home: Home, tmp_path: Path) -> None:
    os.rename(f"{home.path}/runs/bbb", tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", f"{home.path}/runs/bbb")
    home.ask()
    (tmp_path / "elsewhere/.guild/attrs/label").write_text("by another way\n")

    assert home.ask() == ["bbb"]
    os.rename(tmp_path / "elsewhere", tmp_path / "lost")
    home.ask()
    os.rename(tmp_path / "lost", tmp_path / "elsewhere")
    home.ask()
    assert home.ask() == []


def test_names_may_be_anything(home: Home) -> None:
    for name in (os.fsdecode(b"\xff\xfe"), "new\nline", "é\u2028", "it's", " ", "%s"):
        shutil.copytree(f"{home.path}/runs/aaa", f"{home.path}/runs/{name}")

    assert len(home.ask()) == 6
    assert home.ask() == []
    home.store.delete(home.store.runs())
    assert home.ask() == []


def test_attributes_are_read_once_for_a_filter(home: Home) -> None:
    home.store.update(home.store.get("bbb"), {"host": "here"})
    wanted = RunFilter(expression=parse_filter("host = here"))
    index = home.index()
    assert index.page(wanted)[0] == ["bbb"]
    index.close()

    index = home.index()
    assert index.page(wanted)[0] == ["bbb"]
    index.close()

    assert home.changes.attrs == []


def test_secrets_are_not_kept(home: Home) -> None:
    home.store.update(home.store.get("bbb"), {"env": {"TOKEN": "hunter2"}})
    index = home.index()

    found = index.page(RunFilter(expression=parse_filter("env contains hunter2")))

    assert found == (["bbb"], 1)
    index.close()
    for path in home.database.parent.iterdir():
        assert b"hunter2" not in path.read_bytes()


def test_an_index_that_stays_open_sees_what_others_do(home: Home) -> None:
    index = home.index()
    home.ask(index)
    home.make("ddd")
    home.ask()
    home.store.update(home.store.get("aaa"), {"label": "x"})

    home.ask(index)
    home.ask()
    index.close()


def test_without_a_home_nothing_is_made(tmp_path: Path) -> None:
    index = Home(tmp_path / "none").index()

    assert index.page(ALL) == ([], 0)
    assert not (tmp_path / "none").exists()


class _Coarse(CountingChanges):
    """Times are so coarse that no change shows in them, and all runs have just been changed."""

    def stamps(self, watched: Iterable[tuple[str, int]], *, deleted: bool) -> list[int]:
        """See `RunChanges.stamps`."""
        return [7 for _ in watched]

    def read(self, name: str, *, deleted: bool) -> RunReading | None:
        """See `RunChanges.read`."""
        found = super().read(name, deleted=deleted)
        return None if found is None else found.replaced(stamp=UNSURE, is_open=True)


def test_changes_that_no_time_tells_of_are_seen_while_they_may_happen(home: Home) -> None:
    home.count = _Coarse
    home.ask()
    run = home.store.get("bbb")
    for label in ("one", "two"):
        home.store.update(run, {"label": label, "host": label})
        index = home.index()
        wanted = RunFilter(expression=parse_filter(f"host = {label}"))
        assert index.page(wanted) == (["bbb"], 1)
        assert index.runs([run.id])[0].label == label
        index.close()
