"""Damage in a Guild home is named, and told apart from what merely happens."""

from __future__ import annotations

from pathlib import Path

from guild.adapters.fsstore.check import check_home
from guild.adapters.fsstore.store import DirectoryRunStore
from guild.app.ports.run_contents import Damage
from guild.domain.draft import RunDraft
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run

ECHO = OpRef("script", "/project", "", "", "echo.py")


def made(store: DirectoryRunStore) -> Run:
    return store.create(RunDraft(id=RunId("aaa"), opref=ECHO, attrs={"label": "x"}))


def damage(store: DirectoryRunStore) -> list[Damage]:
    return list(check_home(store.home, store.locks.liveness))


def test_a_sound_home_has_no_damage(store: DirectoryRunStore) -> None:
    made(store)

    assert damage(store) == []


def test_a_killed_run_is_advice_and_no_severe_damage(store: DirectoryRunStore) -> None:
    lock = Path(made(store).path, ".guild/LOCK")
    lock.write_text("dead")

    (found,) = damage(store)

    assert (found.path, found.severe) == (str(lock), False)
    assert found.advice == "Restart or delete the run."


def test_an_unreadable_attribute_is_severe(store: DirectoryRunStore) -> None:
    label = Path(made(store).path, ".guild/attrs/label")
    label.write_text("[" * 5000)

    (found,) = damage(store)

    assert (found.path, found.severe) == (str(label), True)


def test_what_an_interrupted_write_left_is_named_where_it_is(store: DirectoryRunStore) -> None:
    left = Path(made(store).path, ".guild/attrs/label.1f~")
    left.write_text("x")

    assert [found.path for found in damage(store)] == [str(left)]
