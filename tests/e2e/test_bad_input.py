"""What is wrong is said in one line, and nothing is lost by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.outcomes import assert_clean, assert_one_line
from tests.e2e.sandbox import Sandbox

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("name", ["nope.py", "sub/nope.py", "nope", "a:b:c"])
def test_a_missing_script(sandbox: Sandbox, name: str) -> None:
    assert_one_line(sandbox.guild("run", name, "-y"))
    assert sandbox.runs() == []


def test_nothing_to_run(sandbox: Sandbox) -> None:
    assert_one_line(sandbox.guild("run", "-y"), "cannot find a default operation")


def test_a_file_that_can_not_be_run(sandbox: Sandbox) -> None:
    sandbox.write("notes.txt", "no program\n")

    assert_one_line(
        sandbox.guild("run", "notes.txt", "-y"),
        "cannot run 'notes.txt': must be an executable file",
    )
    assert sandbox.runs() == []


def test_an_executable_of_no_known_format(sandbox: Sandbox) -> None:
    sandbox.write("program", "echo no interpreter is named\n").chmod(0o755)

    assert_one_line(sandbox.guild("run", "program", "-y"), "Exec format error")


@pytest.mark.xfail(reason="it is not copied into the run")
def test_a_compiled_program_runs_though_it_is_no_source_code(sandbox: Sandbox) -> None:
    sandbox.write("program", Path("/bin/echo").read_bytes()).chmod(0o755)

    outcome = sandbox.guild("run", "program", "-y")

    assert_clean(outcome)
    assert outcome.out == "\n"


def test_a_script_that_can_not_be_read(sandbox: Sandbox) -> None:
    (sandbox.project / "train.py").symlink_to("gone.py")

    assert_one_line(sandbox.guild("run", "train.py", "-y"))
    assert sandbox.runs() == []


def test_a_script_with_a_syntax_error(sandbox: Sandbox) -> None:
    sandbox.write("broken.py", "lr = 0.1\nprint('no end'\n")

    outcome = sandbox.guild("run", "broken.py", "-y")

    assert_one_line(outcome, "broken.py")
    assert "line 2" in outcome.err


def test_a_script_with_null_bytes(sandbox: Sandbox) -> None:
    sandbox.write("broken.py", b"lr = 0.1\n\0\n")

    assert_one_line(sandbox.guild("run", "broken.py", "-y"), "broken.py")


def test_a_script_in_no_known_encoding(sandbox: Sandbox) -> None:
    sandbox.write("latin.py", 'name = "grün"\n'.encode("latin-1"))

    assert_one_line(sandbox.guild("run", "latin.py", "-y"), "latin.py")


def test_a_script_in_an_encoding_that_it_names(sandbox: Sandbox) -> None:
    sandbox.write("latin.py", '# coding: latin-1\nname = "grün"\nprint(name)\n'.encode("latin-1"))

    outcome = sandbox.guild("run", "latin.py", "-y")

    assert_clean(outcome)
    assert outcome.out == "grün\n"
    assert sandbox.info()["flags"] == {"name": "grün"}


def test_an_unknown_flag(project: Sandbox) -> None:
    outcome = project.guild("run", "train.py", "zz=1", "-y")

    assert_one_line(outcome, "unsupported flag 'zz'")
    assert outcome.err.splitlines()[1].startswith("Try 'guild run train.py --help-op'")
    assert project.runs() == []


@pytest.mark.parametrize("value", [b"fast", b"[1, a]", b"", b"{a: 1}", b"1e", b"\xff"])
def test_a_value_of_the_wrong_type(project: Sandbox, value: bytes) -> None:
    outcome = project.guild("run", "train.py", b"lr=" + value, "-y")

    assert_one_line(outcome, "invalid value")
    assert project.runs() == []


@pytest.mark.parametrize("word", ["lr", "--", "lr:1"])
def test_a_word_that_is_no_flag(project: Sandbox, word: str) -> None:
    outcome = project.guild("run", "train.py", "lr=1", word, "-y")

    assert outcome.code in (0, 1, 2), outcome
    if word != "--":
        assert_one_line(outcome, "invalid argument(s)")


@pytest.mark.parametrize(
    "name",
    ["a\nb", "\x1b[31mred\x1b[0m", "tab\there", "bell\x07", "x\r[1:fake]  x.py", "\x7f\x9b1m"],
)
def test_control_characters_in_labels_and_flags_make_no_rows(project: Sandbox, name: str) -> None:
    made = project.guild("run", "train.py", f"name={name}", "--label", name, "--tag", name, "-y")
    assert made.code == 0, made

    listings = [
        project.guild("runs"),
        project.guild("runs", "--simplified"),
        project.guild("compare", "--table"),
        project.guild("runs", "delete", answer="n\n"),
        project.guild("runs", "info"),
    ]

    assert [len(listing.out.splitlines()) for listing in listings[:3]] == [1, 1, 2]
    assert len(listings[3].err.splitlines()) == 3
    for listing in listings:
        assert (listing.out + listing.err).replace("\n", "").isprintable(), listing
    assert project.info()["flags"]["name"] == name
    assert project.runs()[0]["label"] == name


@pytest.mark.parametrize("tag", ["a\nb", "\x1b[31mred\x1b[0m", "x\r[1:fake]  x.py"])
def test_control_characters_in_a_list_of_tags(project: Sandbox, tag: str) -> None:
    project.guild("run", "train.py", "--tag", tag, "-y")

    listed = project.guild("tag", "--list-all")

    assert len(listed.out.splitlines()) == 1
    assert listed.out.rstrip("\n").isprintable()


def test_control_characters_in_the_preview_of_a_run(project: Sandbox) -> None:
    outcome = project.guild("run", "train.py", "name=a\nContinue? \x1b[1A", answer="n\n")

    assert outcome.code == 0
    assert outcome.err.replace("\n", "").isprintable(), outcome
    assert len(outcome.err.splitlines()) == 4


def test_words_that_are_not_utf8_are_kept_as_they_are(sandbox: Sandbox) -> None:
    sandbox.write("show.py", 'import os\nname = "x"\nprint(os.fsencode(name))\n')

    outcome = sandbox.guild("run", "show.py", b"name=\xff", "-y")

    if outcome.code == 0:
        assert outcome.out == "b'\\xff'\n"
        assert_clean(sandbox.guild("runs"))
        assert_clean(sandbox.guild("runs", "info"))
    else:
        assert_one_line(outcome)


@pytest.mark.xfail(reason="errors show them as they are")
@pytest.mark.parametrize(
    "line",
    [
        ("run", "{}"),
        ("run", "train.py", "{}=1", "-y"),
        ("select", "{}"),
        ("{}",),
        ("runs", "--{}"),
        ("select", "-a", "{}"),
        ("cat", "-p", "{}"),
        ("-H", "{}", "runs"),
        ("help", "{}"),
        ("check", "--version", "{}"),
    ],
)
def test_control_characters_in_what_is_wrong_are_shown_escaped(
    untouched: Sandbox, line: tuple[str, ...]
) -> None:
    words = [word.format("x\x1b[31m\nguild: fake") for word in line]

    outcome = untouched.guild(*words)

    assert outcome.code in (1, 2), outcome
    assert outcome.err.replace("\n", "").isprintable(), outcome
    assert [text[:7] for text in outcome.err.splitlines()].count("guild: ") == 1, outcome


@pytest.mark.parametrize(
    "line",
    [
        "runs info",
        "cat -O",
        "ls",
        "select",
        "open -c true",
        "label -s x -y",
        "tag -a x -y",
        "mark -y",
        "comment -a x -y",
        "runs delete -y",
        "runs restore -y",
        "runs purge -y",
        "stop -y",
        "compare -t",
    ],
)
def test_an_unknown_run(untouched: Sandbox, line: str) -> None:
    outcome = untouched.guild(*line.split(), "zzz")

    assert_one_line(outcome, "could not find a run matching 'zzz'")


@pytest.mark.parametrize("line", ["runs info", "label -s x -y", "runs delete -y", "cat -O"])
def test_an_ambiguous_run(untouched: Sandbox, line: str) -> None:
    outcome = untouched.guild(*line.split(), "aa")

    assert_one_line(outcome, "'aa' matches multiple runs:")
    assert outcome.err.splitlines()[1:] == ["  aaa", "  aab"]


@pytest.mark.parametrize("option", ["--restart", "--start", "--proto"])
@pytest.mark.parametrize(
    ("name", "text"), [("zzz", "could not find a run"), ("aa", "'aa' matches multiple runs:")]
)
def test_an_unknown_or_ambiguous_run_to_start_from(
    untouched: Sandbox, option: str, name: str, text: str
) -> None:
    assert_one_line(untouched.guild("run", option, name, "-y"), text)


def test_a_run_id_that_is_taken(untouched: Sandbox) -> None:
    outcome = untouched.guild("run", "train.py", "lr=9", "--run-id", "aaa", "-y")

    assert_one_line(outcome, "aaa")


@pytest.mark.parametrize("run_id", ["", ".", "..", "../x", "a/b", "a\nb", "\x1b[1m"])
def test_a_run_id_that_is_no_name(project: Sandbox, run_id: str) -> None:
    assert_one_line(project.guild("run", "train.py", "--run-id", run_id, "-y"))
    assert project.run_dirs() == []
