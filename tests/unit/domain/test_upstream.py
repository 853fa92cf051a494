"""Which run an operation source stands for, and what is taken of it."""

from __future__ import annotations

import pytest

from guild.domain.errors import GuildError
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.status import Status
from guild.domain.upstream import chosen_run, operation_specs, taken_names

PREP = OpRef("guildfile", "/p/guild.yml", "1", "", "prep")
CNN = OpRef("guildfile", "/p/guild.yml", "1", "cnn", "prep")
PACKAGE = OpRef("package", "acme", "1", "cnn", "prep")
SCRIPT = OpRef("script", "/p/sub", "", "", "prep.py")


def run(
    run_id: str, opref: OpRef = PREP, status: Status = Status.COMPLETED, marked: bool = False
) -> Run:
    return Run(id=RunId(run_id), path=f"/runs/{run_id}", opref=opref, status=status, marked=marked)


def choice(ref: str, *runs: Run, given: str = "", staged: bool = False) -> str | None:
    found = chosen_run(runs, operation_specs(ref), given=given, staged=staged)
    return found.id if found else None


@pytest.mark.parametrize(
    ("ref", "matching"),
    [
        ("prep", [PREP, CNN, PACKAGE]),
        ("cnn:prep", [CNN, PACKAGE]),
        (":prep", [PREP]),
        ("./cnn:prep", [CNN]),
        ("./prep", [PREP, CNN]),
        ("acme/cnn:prep", [PACKAGE]),
        ("acme/prep", [PACKAGE]),
        ("pr.*", [PREP, CNN, PACKAGE, SCRIPT]),
        ("p", []),
        ("prep.py", [SCRIPT]),
        ("sub/prep.py", [SCRIPT]),
        ("./sub/prep.py", [SCRIPT]),
        ("other,prep.py", [SCRIPT]),
    ],
)
def test_an_operation_is_named_by_as_much_as_is_said(ref: str, matching: list[OpRef]) -> None:
    specs = operation_specs(ref)

    found = [o for o in (PREP, CNN, PACKAGE, SCRIPT) if any(spec.matches(o) for spec in specs)]

    assert found == matching
    assert all(any(spec.may_match(o.name) for spec in specs) for o in matching)


def test_names_tell_which_operations_need_not_be_looked_at() -> None:
    (spec,) = operation_specs("cnn:prep")

    assert spec.may_match("other:prep")
    assert not spec.may_match("train")


@pytest.mark.parametrize("ref", ["", "a,", "x:", "a:b:(", "(", "a/"])
def test_what_can_be_no_operation_is_an_error(ref: str) -> None:
    with pytest.raises(GuildError, match="invalid operation reference"):
        operation_specs(ref)


def test_the_latest_run_is_taken() -> None:
    assert choice("prep", run("new"), run("old")) == "new"


def test_a_marked_run_counts_more() -> None:
    assert choice("prep", run("new"), run("old", marked=True)) == "old"


def test_there_may_be_no_run() -> None:
    assert choice("prep", run("a", SCRIPT)) is None


@pytest.mark.parametrize(
    ("status", "taken"),
    [
        (Status.COMPLETED, True),
        (Status.TERMINATED, True),
        (Status.RUNNING, True),
        (Status.ERROR, False),
        (Status.PENDING, False),
        (Status.STAGED, False),
    ],
)
def test_runs_that_have_something_are_taken(status: Status, taken: bool) -> None:
    assert (choice("prep", run("a", status=status)) == "a") is taken


def test_what_is_planned_may_wait_for_staged_runs() -> None:
    assert choice("prep", run("a", status=Status.STAGED), staged=True) == "a"


def test_a_start_of_an_id_chooses_among_candidates() -> None:
    runs = (run("bcd"), run("abc"), run("abd", SCRIPT))

    assert choice("prep", *runs, given="ab") == "abc"
    assert choice("prep", *runs, given="x") is None


def test_a_whole_id_is_of_any_run() -> None:
    failed = run("abd", SCRIPT, Status.ERROR)

    assert choice("prep", run("abdx"), failed, given="abd") == "abd"


def test_a_start_of_several_ids_is_an_error() -> None:
    with pytest.raises(GuildError, match="'a' is the start of several runs: ab, ac"):
        choice("prep", run("ab"), run("ac"), given="a")


def entries(*described: str) -> list[tuple[str, bool, bool, bool]]:
    """Of `PATH KIND`: `g` for generated, `d` for a dependency, `s` for source code."""
    found = []
    for text in described:
        path, kind = text.split()
        found.append((path.rstrip("/"), path.endswith("/"), kind == "g", kind == "d"))
    return found


def test_what_a_run_made_is_taken_by_its_top_level_names() -> None:
    found = entries("a.py s", "log.txt g", "out/ g", "out/z.txt g", "src/ g", "src/b.py s")

    assert taken_names(found) == ["log.txt", "out"]


def test_what_a_run_was_given_is_left_out() -> None:
    found = entries("data/ d", "data/sub/ g", "data/sub/x g", "model d", "new g")

    assert taken_names(found) == ["new"]


def test_directories_of_source_code_are_taken_if_there_is_more_in_them() -> None:
    assert taken_names(entries("src/ g", "src/b.py s", "src/made g")) == ["src"]


def test_empty_directories_are_taken() -> None:
    assert taken_names(entries("out/ g")) == ["out"]


def test_bytecode_beside_source_code_is_nothing_made() -> None:
    found = entries("__pycache__/ g", "__pycache__/a.pyc g", "src/ g", "src/__pycache__/ g")
    more = entries("src/__pycache__/b.pyc g", "src/b.py s")

    assert taken_names([*found, *more]) == []
