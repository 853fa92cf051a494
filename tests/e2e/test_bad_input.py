"""What is wrong is said in one line, and nothing is lost by it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.outcomes import assert_clean, assert_one_line
from tests.e2e.sandbox import Outcome, Sandbox

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
        ("operations", "--{}"),
        ("run", "{}:", "--help-model"),
        ("check", "--version", "{}"),
        ("-C", "{}", "runs"),
        ("-{}", "runs"),
        ("runs", "{}"),
        ("runs", "list", "{}"),
        ("runs", "info", "1{}"),
        ("runs", "-n", "{}"),
        ("runs", "-F", "{}"),
        ("runs", "-F", "a {}"),
        ("runs", "--started", "{}"),
        ("completion", "--shell", "{}"),
        ("compare", "--table", "--min", "{}"),
        ("compare", "--csv", "/dev/null/{}"),
        ("select", "--min", "{}"),
        ("cat", "{}", "-O"),
        ("ls", "{}"),
        ("open", "-p", "{}"),
        ("open", "--cmd", "'{}'"),
        ("open", "--cmd", "'{}"),
        ("open", "--shell-cmd", "'{}'"),
        ("label", "-s", "x", "{}", "-y"),
        ("label", "{}"),
        ("run", "{}.py"),
        ("run", "train.py", "{}"),
        ("run", "train.py", "lr={}"),
        ("run", "train.py", "--gpus", "{}", "--no-gpus"),
        ("run", "train.py", "--run-id", "/{}"),
        ("run", "train.py", "--run-dir", "/dev/null/{}", "-y"),
        ("run", "train.py", "--test-output-scalars", "{}"),
        ("run", "--restart", "{}"),
        ("run", "--proto", "{}"),
        ("run", "train.py", "--{}"),
    ],
)
def test_control_characters_in_what_is_wrong_are_shown_escaped(
    untouched: Sandbox, line: tuple[str, ...]
) -> None:
    words = [word.format("x\x1b[31m\nguild: fake") for word in line]

    outcome = untouched.guild(*words)

    assert outcome.code in (1, 2), outcome
    assert_escaped(outcome)


@pytest.mark.parametrize(
    ("variable", "line"),
    [
        ("GUILD_HOME", "runs"),
        ("LOG_LEVEL", "runs"),
        ("PAGER", "cat -O --page"),
        ("EDITOR", "comment aaa"),
        ("VISUAL", "run train.py --edit-flags"),
        ("SHELL", "completion"),
        ("NO_SUCH_SHELL", "completion --shell-init /dev/null/{} --install -s bash"),
    ],
)
def test_control_characters_in_the_environment_are_shown_escaped(
    untouched: Sandbox, variable: str, line: str
) -> None:
    odd = "x\x1b[31m\nguild: fake"

    outcome = untouched.guild(
        *(word.format(odd) for word in line.split()),
        env={variable: odd if variable != "SHELL" else f"/bin/{odd}"},
    )

    assert outcome.code == 1, outcome
    assert_escaped(outcome)


def assert_escaped(outcome: Outcome) -> None:
    """Nothing on standard error is a control character, and one line is the error."""
    assert outcome.err.replace("\n", "").isprintable(), outcome
    assert [text[:7] for text in outcome.err.splitlines()].count("guild: ") == 1, outcome


@pytest.mark.parametrize(
    "line",
    [
        ("label", "-s", "{}"),
        ("label", "-a", "{}"),
        ("label", "-p", "{}"),
        ("label", "-rm", "{}"),
        ("tag", "-a", "{}"),
        ("run", "train.py", "--label", "{}"),
        ("run", "train.py", "--run-dir", "{}"),
    ],
)
def test_control_characters_in_questions_are_shown_escaped(
    untouched: Sandbox, line: tuple[str, ...]
) -> None:
    outcome = untouched.guild(
        *(word.format("x\x1b[31m\nguild: fake") for word in line), answer="n\n"
    )

    assert outcome.code in (0, 4), outcome
    assert outcome.err.replace("\n", "").isprintable(), outcome
    assert "\nguild: " not in outcome.err, outcome


@pytest.mark.parametrize(
    "args",
    [
        ("--label", "${{lr|{}}}"),
        ("name={}", "--pidfile", "/dev/null/{}", "--background"),
    ],
)
def test_control_characters_in_warnings_are_shown_escaped(
    project: Sandbox, args: tuple[str, ...]
) -> None:
    words = [word.format("x\x1b[31m\nWARNING: fake") for word in args]

    outcome = project.guild("run", "train.py", *words, "-y")

    assert "fake" in outcome.err, outcome
    assert "\nWARNING: fake" not in outcome.err, outcome
    assert outcome.err.replace("\n", "").isprintable(), outcome


def test_control_characters_in_a_script_with_an_error(sandbox: Sandbox) -> None:
    sandbox.write("x\x1b[31m.py", 'lr = 1\n\tif "\x1b[31m" lr:\n')

    outcome = sandbox.guild("run", "x\x1b[31m.py", "-y")

    assert_escaped(outcome)
    _, line, caret = outcome.err.splitlines()
    assert "\\x1b[31m" in line
    assert caret.strip() == "^"


def test_control_characters_in_names_on_disk_are_shown_escaped(with_run: Sandbox) -> None:
    odd = "aab\x1b[31m\nguild: fake"
    shutil.copytree(with_run.run_dir("aaa"), with_run.home / "runs" / odd)
    shutil.copytree(with_run.run_dir("aaa"), with_run.home / "runs" / f"{odd}2")
    for name in (odd, f"{odd}2"):
        (with_run.home / "runs" / name / ".guild/attrs/id").write_text(f"{name!a}\n")
        (with_run.home / "runs" / name / f".guild/attrs/{odd}").write_text("[\n")

    assert_escaped(with_run.guild("select", "aa"))
    for line in ("check -n", "runs", "runs info 2"):
        outcome = with_run.guild(*line.split())
        assert (outcome.out + outcome.err).replace("\n", "").isprintable(), outcome
        assert "\nguild: fake" not in outcome.out, outcome


def test_control_characters_in_a_lock_are_shown_escaped(with_run: Sandbox) -> None:
    (with_run.run_dir("aaa") / ".guild/attrs/exit_status").unlink()
    (with_run.run_dir("aaa") / ".guild/LOCK").write_text(
        "1         \npid=1 start=1 boot=b host=x\x1b[31m\x07\n"
    )

    assert_escaped(with_run.guild("runs", "delete", "-y"))
    stopped = with_run.guild("stop", "-y")
    assert stopped.err.replace("\n", "").isprintable(), stopped


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("nope", 2),
        ("runs nope", 2),
        ("runs --nope", 2),
        ("--nope runs", 2),
        ("runs list x", 2),
        ("runs -n", 2),
        ("runs -n x", 2),
        ("runs -n 0", 2),
        ("completion --shell csh", 2),
        ("help runs nope", 2),
        ("help nope", 1),
        ("runs --comments --json", 1),
        ("runs --label x --unlabeled", 1),
        ("select --min x --max y", 1),
        ("compare --table --csv -", 1),
        ("open --shell --cmd true", 1),
        ("comment --list --clear", 1),
        ("tag --list-all --clear", 1),
        ("tag -y", 2),
        ("label -y", 2),
        ("cat", 2),
        ("ls --path /x", 2),
        ("run train.py --gpus 0 --no-gpus", 1),
        ("run train.py --restart aaa", 1),
        ("run --restart aaa --run-id x", 1),
        ("run nope.py", 1),
        ("run train.py nope", 1),
        ("run train.py nope=1", 1),
        ("run train.py --run-id /", 1),
        ("runs info nope", 1),
        ("select 1:2", 1),
        ("select --attr nope", 1),
        ("select --min nope", 1),
        ("compare --table --min nope", 1),
        ("comment --delete 3 -y", 1),
        ("cat --path nope", 1),
        ("runs --filter (", 1),
        ("runs --started nope", 1),
        ("check --version nope", 1),
        ("-C nope runs", 1),
        ("-H nope runs", 1),
    ],
)
def test_only_a_wrong_command_line_ends_with_2(untouched: Sandbox, line: str, code: int) -> None:
    outcome = untouched.guild(*line.split())

    assert_one_line(outcome, code=code)
    hints = [text for text in outcome.err.splitlines() if text.endswith("for more information.")]
    assert bool(hints) or code == 1, outcome


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


@pytest.mark.parametrize(
    ("line", "variable"),
    [
        ("open --cmd", ""),
        ("open --shell-cmd", ""),
        ("cat -O --page", "PAGER"),
        ("comment", "EDITOR"),
    ],
)
def test_a_program_with_an_open_quote(untouched: Sandbox, line: str, variable: str) -> None:
    words = line.split() if variable else [*line.split(), "'less"]

    assert_one_line(untouched.guild(*words, env={variable or "X": "'less"}), "cannot split")


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
