"""Damage among the runs breaks no listing, and is named."""

from __future__ import annotations

import shutil

import pytest

from tests.e2e.outcomes import assert_clean, assert_one_line
from tests.e2e.sandbox import Sandbox

pytestmark = pytest.mark.e2e


_GARBAGE = {
    "nothing": b"",
    "no text": b"\xff\xfe\0\x80",
    "half": b"{a: [1, 2",
    "another type": b"- 1\n- {a: b}\n",
    "a number": b"17\n",
    "a word": b"word\n",
    "a tag": b"!!python/object/apply:os.system [touch pwned]\n",
    "cyclic": b"&a [*a]\n",
    "bomb": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in b"bcdefghi"),
    "deep": b"[" * 3000,
    "a huge number": b"9" * 5000,
    "not a number": b".nan\n",
}


@pytest.mark.parametrize("garbage", _GARBAGE.values(), ids=_GARBAGE)
def test_a_corrupt_attribute_breaks_no_listing(with_copies: Sandbox, garbage: bytes) -> None:
    names = [path.name for path in (with_copies.run_dir("aaa") / ".guild/attrs").iterdir()]
    for name in names:
        copy = with_copies.run_dir(f"bad-{name}")
        shutil.copytree(with_copies.run_dir("aaa"), copy)
        (copy / ".guild/attrs" / name).write_bytes(garbage)

    listed = with_copies.guild("runs", "--all")
    assert_clean(listed)
    assert len(listed.out.splitlines()) == len(names) + 2
    for line in ("runs -v --all", "compare -t -F 'lr=0.1'", "check"):
        outcome = with_copies.shell_line(f"guild {line}")
        assert outcome.code in ((0, 1) if line == "check" else (0,)), outcome
        assert "Traceback" not in outcome.err, outcome
    assert not (with_copies.project / "pwned").exists()


@pytest.mark.parametrize("name", ["flags", "op", "run_params", "started", "id", "random_seed"])
@pytest.mark.parametrize("garbage", ["half", "another type"])
def test_a_restart_of_a_damaged_run_works_or_says_why(
    with_copies: Sandbox, name: str, garbage: str
) -> None:
    for run in with_copies.run_dirs():
        (run / ".guild/attrs" / name).write_bytes(_GARBAGE[garbage])

    for option, run_id in (("--restart", "aaa"), ("--proto", "aab")):
        outcome = with_copies.guild("run", option, run_id, "-y")
        if outcome.code == 0:
            assert outcome.out == "loss: 1\n", outcome
        else:
            assert_one_line(outcome)


def test_a_restart_does_not_lose_tags_that_can_not_be_read(with_copies: Sandbox) -> None:
    tags = with_copies.run_dir("aaa") / ".guild/attrs/tags"
    tags.write_bytes(b"{")

    assert_one_line(with_copies.guild("run", "--restart", "aaa", "-y"), "its tags can't be read")
    assert tags.read_bytes() == b"{"
    assert_clean(with_copies.guild("run", "--restart", "aaa", "--tag", "new", "-y"))


@pytest.mark.parametrize("garbage", ["nothing", "no text", "half"])
def test_damaged_files_of_runs_break_nothing(with_copies: Sandbox, garbage: str) -> None:
    names = ["manifest", "opref", "output.index", "LOCK", "LOCK.remote"]
    for name in names:
        copy = with_copies.run_dir(f"bad-{name}")
        shutil.copytree(with_copies.run_dir("aaa"), copy)
        (copy / ".guild" / name).write_bytes(_GARBAGE[garbage])

    listed = with_copies.guild("runs")
    assert_clean(listed)
    assert len(listed.out.splitlines()) == len(names) + 2
    assert_clean(with_copies.guild("runs", "--json"))
    assert "Traceback" not in with_copies.guild("check").err
    for name in names:
        for line in (f"runs info bad-{name}", f"run --restart bad-{name} -y"):
            outcome = with_copies.shell_line(f"guild {line}")
            if outcome.code != 0:
                assert_one_line(outcome)


def test_damage_is_named_once_each_by_check(with_copies: Sandbox) -> None:
    (with_copies.run_dir("aaa") / ".guild/attrs/flags").write_bytes(b"{")

    outcome = with_copies.guild("check", "--no-info")

    assert outcome.code == 1
    (line,) = outcome.out.splitlines()
    assert line.startswith(f"{with_copies.run_dir('aaa')}/.guild/attrs/flags: ")
