"""How runs are described in listings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.rundisplay import project_shown, user_path

HOME = "/home/ann"


def dir_text(project_dir: str, cwd: str = "/projects/a") -> str | None:
    run = Run(id=RunId("a"), path="/a", opref=OpRef("script", project_dir, "", "", "t.py"))
    return project_shown(run.project_dir, cwd, HOME)


@pytest.mark.parametrize(
    ("project_dir", "expected"),
    [
        ("/projects/a", None),
        ("/projects/a/", None),
        ("/projects/a/b/c", "b/c"),
        ("/projects/b/c", "../b/c"),
        ("/projects/ab", "../ab"),
        ("/projects", ".."),
        ("/other", "/other"),
        ("/", "/"),
        ("/home/ann/proj", "~/proj"),
        ("/home/ann", "~"),
        ("/home/anna/proj", "/home/anna/proj"),
        ("/data/projects/of/somebody/proj", "/data/…/of/somebody/proj"),
        ("/data/averyveryveryverylongname/proj", "/data/…/proj"),
        ("/home/ann/some/deeper/directory/proj", "~/some/deeper/directory/proj"),
        ("/home/ann/some/deeper/directory/proj2", "~/…/deeper/directory/proj2"),
        ("/abcdefghijklmnopqrstuvwxyz0123456789", "…jklmnopqrstuvwxyz0123456789"),
    ],
)
def test_a_directory_is_told_as_seen_from_the_current_one(
    project_dir: str, expected: str | None
) -> None:
    assert dir_text(project_dir) == expected


def test_a_directory_beside_the_current_one_may_be_below_the_root() -> None:
    assert dir_text("/proj", "/projects") == "../proj"
    assert dir_text("/proj/a", "/") == "proj/a"


def test_a_run_without_project_has_no_directory() -> None:
    run = Run(id=RunId("a"), path="/a", opref=OpRef("func", "", "", "", "f"))

    assert (run.operation, run.project_dir) == ("f()", None)
    assert project_shown(None, "/projects", HOME) is None


def test_an_unknown_operation_is_a_question_mark() -> None:
    run = Run(id=RunId("a"), path="/a")

    assert (run.operation, run.project_dir) == ("?", None)


def test_a_batch_is_told_by_what_it_runs() -> None:
    batch = OpRef("builtin", "guildai", "1", "", "+")
    proto = OpRef("guildfile", "/projects/b/guild.yml", "", "mm", "train")
    run = Run(id=RunId("a"), path="/a", opref=batch, proto=proto)

    assert (run.operation, run.project_dir) == ("mm:train+", "/projects/b")


@given(st.lists(st.text("ab…é", min_size=1, max_size=20), min_size=1).map("/".join))
def test_a_directory_takes_28_characters_at_most(path: str) -> None:
    shown = dir_text(f"/{path}")

    assert shown is None or 1 <= len(shown) <= 28


@pytest.mark.parametrize(
    ("path", "home", "expected"),
    [
        ("/home/ann/x", HOME, "~/x"),
        ("/home/ann/x", f"{HOME}/", "~/x"),
        ("/home/ann", HOME, "~"),
        ("/home/anna", HOME, "/home/anna"),
        ("/x", "/", "/x"),
        ("/x", "", "/x"),
    ],
)
def test_the_home_directory_is_a_tilde(path: str, home: str, expected: str) -> None:
    assert user_path(path, home) == expected
