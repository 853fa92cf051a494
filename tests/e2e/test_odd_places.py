"""Files, links and names in a home that lead elsewhere, or nowhere, or never end."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.e2e.outcomes import assert_clean, assert_one_line
from tests.e2e.sandbox import Sandbox

pytestmark = pytest.mark.e2e

_READ_ALWAYS = [
    "attrs/label", "attrs/flags", "attrs/exit_status", "attrs/tags", "attrs/started", "attrs/odd",
    "attrs/op", "attrs/env", "opref", "LOCK", "LOCK.remote", "output", "output.index", "manifest",
    "events.out.tfevents.9",
]  # fmt: skip
_READING = [
    "runs -v",
    "runs --json",
    "compare -t",
    "check",
    "runs -F 'lr=0.1'",
    "runs info {} --json --env --manifest",
]


@pytest.mark.parametrize("kind", ["pipe", "zero", "link", "socket", "directory", "loop"])
def test_what_is_no_file_is_not_waited_for(with_copies: Sandbox, kind: str) -> None:
    for number, name in enumerate(_READ_ALWAYS):
        run = with_copies.run_dir(f"{number:032}")
        shutil.copytree(with_copies.run_dir("aaa"), run)
        path = run / ".guild" / name
        path.unlink(missing_ok=True)
        _make_odd(path, kind, with_copies.root)

    for line in _READING:
        for number in range(len(_READ_ALWAYS)) if "{}" in line else range(1):
            outcome = with_copies.shell_line(f"guild {line.format(f'{number:032}')}")
            assert "Traceback" not in outcome.err, outcome
            assert b"private" not in outcome.raw_out + outcome.raw_err, outcome
    assert_clean(with_copies.guild("runs", "--all"))


@pytest.mark.parametrize("name", _READ_ALWAYS)
def test_what_is_no_file_stops_no_restart_for_long(with_copies: Sandbox, name: str) -> None:
    path = with_copies.run_dir("aaa") / ".guild" / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)

    for line in ("ls aaa -a", "cat aaa --output", "run --restart aaa -y"):
        outcome = with_copies.shell_line(f"guild {line}")
        assert "Traceback" not in outcome.err, outcome


def _make_odd(path: Path, kind: str, root: Path) -> None:
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "zero":
        path.symlink_to("/dev/zero")
    elif kind == "link":
        (root / "secret").write_text("private\n")
        path.symlink_to(root / "secret")
    elif kind == "socket":
        import socket

        with socket.socket(socket.AF_UNIX) as listening:
            here = os.getcwd()
            os.chdir(path.parent)
            try:
                listening.bind(path.name)
            finally:
                os.chdir(here)
    elif kind == "directory":
        path.mkdir()
    else:
        path.symlink_to(path.name)


@pytest.mark.parametrize("run_id", ["..", ".", "a/b", "/tmp/x", "a\nb", "\x1b[31m", "x" * 300])
def test_an_id_that_is_no_name_is_refused(project: Sandbox, run_id: str) -> None:
    before = sorted(project.root.rglob("*"))

    outcome = project.guild("run", "train.py", "--run-id", run_id, "-y")

    assert_one_line(outcome)
    made = {path for path in project.root.rglob("*") if path not in before}
    assert not {path for path in made if project.home not in path.parents}, made
    assert project.runs() == []


@pytest.mark.parametrize(
    "name",
    ["a\nb", "-x", "...", " ", "x" * 255, ".hidden", "日本", "a b", "\udcff\udc9b", "=1+1", "%d"],
)
def test_a_directory_of_any_name_can_be_a_run(with_copies: Sandbox, name: str) -> None:
    shutil.copytree(with_copies.run_dir("aaa"), with_copies.run_dir(name))

    assert name in {run["id"] for run in with_copies.runs()}
    assert_clean(with_copies.guild("runs"))
    assert_clean(with_copies.guild("runs", "info", "--", name))
    for command in ("delete", "restore", "delete", "purge"):
        outcome = with_copies.guild("runs", command, "-y", "--", name)
        assert outcome.code == 0, outcome
        assert "1 run(s)" in outcome.err, outcome
    assert name not in {path.name for path in with_copies.run_dirs()}


@pytest.mark.parametrize(
    "path", ["..", "../aab/train.py", "/etc/passwd", ".guild/../../aab", "a/../.."]
)
def test_paths_do_not_lead_out_of_a_run(with_copies: Sandbox, path: str) -> None:
    for line in ("cat aaa -p", "cat aaa -s -p", "open aaa --cmd cat -p"):
        outcome = with_copies.guild(*line.split(), path)
        assert_one_line(outcome)
        assert not outcome.out, outcome
    listed = with_copies.guild("ls", "aaa", "-a", "-n", "-p", path)
    assert not [line for line in listed.out.splitlines() if "aab" in line], listed


@pytest.mark.parametrize("commands", [["delete -p"], ["delete", "purge"], ["delete", "restore"]])
def test_a_linked_run_goes_and_what_it_leads_to_stays(
    with_copies: Sandbox, commands: list[str]
) -> None:
    elsewhere = with_copies.root / "elsewhere"
    with_copies.run_dir("aaa").rename(elsewhere)
    with_copies.run_dir("aaa").symlink_to(elsewhere)
    before = _contents(elsewhere)
    assert len(with_copies.runs()) == 2

    for command in commands:
        outcome = with_copies.shell_line(f"guild runs {command} aaa -y")
        assert outcome.code == 0, outcome

    assert with_copies.run_dir("aaa").is_symlink() == (commands[-1] == "restore")
    assert {path: text for path, text in _contents(elsewhere).items() if path in before} == before


@pytest.mark.parametrize("name", [".guild", ".guild/attrs"])
def test_nothing_is_written_through_a_link_in_a_run(with_copies: Sandbox, name: str) -> None:
    elsewhere = with_copies.root / "elsewhere"
    (with_copies.run_dir("aaa") / name).rename(elsewhere)
    (with_copies.run_dir("aaa") / name).symlink_to(elsewhere)
    before = _contents(elsewhere)

    for line in ("label --set x aaa -y", "tag --add x aaa -y", "run --restart aaa -y"):
        assert_one_line(with_copies.shell_line(f"guild {line}"), "it is a link")

    assert _contents(elsewhere) == before


def test_entries_of_a_manifest_that_lead_out_are_left_alone(with_copies: Sandbox) -> None:
    run = with_copies.run_dir("aaa")
    precious = with_copies.write("precious.py", "precious")
    outside = os.path.relpath(precious, run)
    (run / ".guild/manifest").write_text(f"s {outside} - x.py\ns {precious} - y.py\n")

    for line in (
        "ls aaa -a",
        "runs info aaa --manifest",
        "run --restart aaa -y",
        "run --proto aaa -y",
    ):
        outcome = with_copies.shell_line(f"guild {line}")
        assert "Traceback" not in outcome.err, outcome

    assert precious.read_text() == "precious"
    assert not list(with_copies.home.rglob("precious.py"))


def _contents(directory: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
