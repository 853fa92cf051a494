"""Damage in a Guild home is named, and told apart from what merely happens."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from guild.adapters.fsstore.check import check_home
from guild.adapters.fsstore.store import DirectoryRunStore
from guild.app.ports.run_contents import Damage
from guild.domain.draft import RunDraft
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.status import Liveness

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


@pytest.mark.parametrize(
    "name",
    ["RESERVE~", "attrs/label.1f~", "LOCK.1-2.0~", "incoming/1f", "proto/.guild/attrs/flags.1f~"],
)
@pytest.mark.parametrize("lock", [None, "dead"])
def test_what_a_killed_process_left_is_named_as_harmless(
    store: DirectoryRunStore, name: str, lock: str | None
) -> None:
    guild = Path(made(store).path, ".guild")
    (guild / "LOCK").unlink()
    if lock is not None:
        (guild / "LOCK").write_text(lock)
    (guild / name).parent.mkdir(parents=True, exist_ok=True)
    (guild / name).write_text("x")

    found = {item.path: item.severe for item in damage(store)}

    assert found.pop(str(guild / name)) is False
    assert list(found) == ([] if lock is None else [str(guild / "LOCK")])


def test_a_template_that_was_being_made_is_named_as_harmless(store: DirectoryRunStore) -> None:
    guild = Path(made(store).path, ".guild")
    (guild / "LOCK").unlink()
    lock = guild / "proto/.guild/LOCK"
    lock.parent.mkdir(parents=True)
    lock.write_text("dead")

    (found,) = damage(store)

    assert (found.path, found.severe) == (str(lock), False)


@pytest.mark.parametrize("name", ["runs/index.1f~", "resources/0a1b/.guild-unpacked.1f~"])
@pytest.mark.parametrize("age_s", [0, 7200])
def test_what_is_left_in_a_cache_is_named_once_nobody_can_be_at_it(
    store: DirectoryRunStore, name: str, age_s: int
) -> None:
    left = Path(store.home, "cache", name)
    left.mkdir(parents=True)
    (left / "part~").write_text("x")
    changed = time.time() - age_s
    os.utime(left, (changed, changed))

    assert [found.path for found in damage(store)] == ([str(left)] if age_s else [])


@pytest.mark.parametrize("name", ["RESERVE~", "attrs/label.1f~"])
def test_temporary_files_of_a_run_under_way_are_no_damage(
    store: DirectoryRunStore, name: str
) -> None:
    guild = Path(made(store).path, ".guild")
    (guild / "LOCK").write_text("alive")
    (guild / name).write_text("x")

    assert damage(store) == []


@pytest.mark.parametrize(("lock", "severe"), [("alive", []), ("dead", [True])])
def test_a_run_that_is_being_made_is_no_damage(
    store: DirectoryRunStore, lock: str, severe: list[bool]
) -> None:
    guild = Path(made(store).path, ".guild")
    (guild / "LOCK").write_text(lock)
    (guild / "opref").unlink()

    assert [found.severe for found in damage(store)] == severe


def test_a_file_that_is_gone_at_a_second_look_is_no_leftover(store: DirectoryRunStore) -> None:
    guild = Path(made(store).path, ".guild")
    (guild / "LOCK").write_text("dead")
    left = guild / "attrs/label.1f~"
    left.write_text("x")

    def liveness(_text: str) -> Liveness:
        left.unlink(missing_ok=True)
        return Liveness.DEAD

    found = check_home(store.home, liveness)

    assert [item.path for item in found] == [str(guild / "LOCK")]
