"""What is wrong is said in one line, and nothing is lost by it."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.mounts import read_only, small_disk
from tests.e2e.sandbox import GUILD, Outcome, Sandbox, wait_until

pytestmark = pytest.mark.e2e

_TRAIN = 'lr = 0.1\nname = "x"\nprint("loss: 1")\n'
_WAIT = 'import time\nfrom pathlib import Path\nprint("ready", flush=True)\n' + (
    'while not Path("go").exists():\n    time.sleep(0.02)\n'
)


def assert_one_line(outcome: Outcome, text: str = "", code: int = 1) -> None:
    """One line begins with "guild: "; what follows are hints, never a traceback."""
    first, *rest = outcome.err.splitlines() or [""]
    assert outcome.code == code, outcome
    assert first.startswith("guild: "), outcome
    assert text in first, outcome
    assert not [line for line in rest if line.startswith("guild: ")], outcome
    assert "Traceback" not in outcome.err + outcome.out, outcome


def assert_clean(outcome: Outcome) -> None:
    """It worked, and had nothing to say of what is wrong elsewhere."""
    assert outcome.code == 0, outcome
    assert not outcome.err, outcome


@pytest.fixture
def project(sandbox: Sandbox) -> Sandbox:
    """A sandbox with a script."""
    sandbox.write("train.py", _TRAIN)
    return sandbox


@pytest.fixture
def with_run(project: Sandbox) -> Sandbox:
    """A sandbox with a script and a run of it."""
    assert_clean(project.guild("run", "train.py", "--run-id", "aaa", "-y"))
    return project


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox with the runs aaa and aab, for tests that are to change nothing in it."""
    sandbox = Sandbox.below(tmp_path_factory.mktemp("untouched"))
    sandbox.write("train.py", _TRAIN)
    for run_id in ("aaa", "aab"):
        assert_clean(sandbox.guild("run", "train.py", "--run-id", run_id, "-y"))
    before = _contents(sandbox.home / "runs")
    yield sandbox
    assert _contents(sandbox.home / "runs") == before
    assert not (sandbox.home / "trash").exists()


def _contents(directory: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


# What to run


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


# Flags


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


@pytest.mark.xfail(reason="tags are listed as they are")
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


# Which runs


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


# Damage

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


@pytest.fixture
def with_copies(sandbox: Sandbox, untouched: Sandbox) -> Sandbox:
    """A sandbox with a script and copies of runs of it, which is quicker than running it."""
    sandbox.write("train.py", _TRAIN)
    shutil.copytree(untouched.home, sandbox.home, dirs_exist_ok=True)
    for run in sandbox.run_dirs():
        (run / ".guild/opref").write_text(f"script:{sandbox.project} '' '' train.py")
    return sandbox


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


# Where it is kept


def test_a_full_disk(project: Sandbox) -> None:
    with small_disk(project.home, 1024):
        assert_clean(project.guild("run", "train.py", "--run-id", "bbb", "-y"))
        _fill(project.home / "fill")

        for line in (
            "run train.py -y",
            "run --restart bbb -y",
            "run --restart bbb lr=5 -y",
            "label bbb -s new -y",
            "tag bbb -a new -y",
            "comment bbb -a new -y",
            "run train.py --stage -y",
        ):
            assert_one_line(project.shell_line(f"guild {line}"), "No space left on device")

        (run,) = project.runs()
        assert (run["id"], run["status"], run["label"]) == ("bbb", "completed", "lr=0.1 name=x")
        assert project.info("bbb")["flags"]["lr"] == 0.1
        assert project.guild("cat", "-O").out == "loss: 1\n"


def test_a_disk_that_fills_up_while_a_script_runs(sandbox: Sandbox) -> None:
    sandbox.write("much.py", 'for number in range(30_000):\n    print(number, "x" * 60)\n')
    expected = "".join(f"{number} {'x' * 60}\n" for number in range(30_000))
    with small_disk(sandbox.home, 1024):
        outcome = sandbox.guild("run", "much.py", "--run-id", "aaa", "-y")

        assert outcome.out == expected
        assert outcome.code == 0
        assert outcome.err.splitlines() == [
            "WARNING: cannot write the run's output: No space left on device",
            "Free some space and try again.",
        ]
        assert sandbox.runs()[0]["status"] == "completed"
        kept = (sandbox.run_dir("aaa") / ".guild/output").read_text()
        assert expected.startswith(kept)
        assert kept


def test_files_that_may_not_grow(with_run: Sandbox) -> None:
    def no_writing() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    outcome = with_run.guild("label", "aaa", "-s", "new", "-y", preexec=no_writing)

    assert_one_line(outcome, "cannot write")
    assert with_run.runs()[0]["label"] == "lr=0.1 name=x"
    assert_one_line(with_run.guild("run", "train.py", "-y", preexec=no_writing))
    assert len(with_run.runs()) == 1


def test_a_read_only_home(with_run: Sandbox) -> None:
    with read_only(with_run.home):
        for line in ("runs", "runs info", "ls", "cat -O", "compare -t", "select", "check"):
            assert_clean(with_run.shell_line(f"guild {line}"))
        for line in (
            "run train.py -y",
            "run --restart aaa -y",
            "run train.py --stage -y",
            "label -s new -y",
            "mark 1 -y",
            "runs delete -y",
            "runs delete -p -y",
        ):
            assert_one_line(with_run.shell_line(f"guild {line}"))

    (run,) = with_run.runs()
    assert (run["id"], run["status"], run["label"]) == ("aaa", "completed", "lr=0.1 name=x")


def test_a_home_that_is_a_file(sandbox: Sandbox) -> None:
    sandbox.write("train.py", _TRAIN)
    sandbox.environ["GUILD_HOME"] = str(sandbox.write("file", ""))

    assert_one_line(sandbox.guild("runs"), "is not a directory")
    assert_one_line(sandbox.guild("run", "train.py", "-y"), "is not a directory")


def test_a_terminal_that_takes_nothing(with_run: Sandbox) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [GUILD, "runs"],
            cwd=with_run.project,
            env=with_run.environ,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr == "guild: cannot write output: No space left on device\n"


def test_a_reader_that_goes_away(with_run: Sandbox) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [GUILD, "runs"],
            cwd=with_run.project,
            env=with_run.environ,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writer)

    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize("home", ["project/.guild", "project/home", "project/deep/er/home"])
def test_a_home_inside_the_project_is_never_copied(tmp_path: Path, home: str) -> None:
    sandbox = Sandbox.below(tmp_path, home=home)
    sandbox.write("train.py", _TRAIN)

    for _ in range(3):
        assert_clean(sandbox.guild("run", "train.py", "-y"))

    for run in sandbox.run_dirs():
        found = sorted(path.name for path in run.iterdir())
        assert found == [".guild", "train.py"]


@pytest.mark.parametrize(
    ("project", "home", "script"),
    [
        ("größe ✓", "дом", "обучение.py"),
        ('quo\'te "d"', "$HOME `x`", "a'b.py"),
        ("new\nline", "tab\there", "trän me.py"),
    ],
)
def test_paths_of_any_characters(tmp_path: Path, project: str, home: str, script: str) -> None:
    sandbox = Sandbox.below(tmp_path, project, home)
    sandbox.write(script, _TRAIN)

    assert_clean(sandbox.guild("run", script, "--run-id", "aaa", "-y"))
    listed = sandbox.guild("runs")
    assert listed.out.startswith(f"[1:aaa]  {script}  "), listed
    assert len(listed.out.splitlines()) == 1
    assert_clean(sandbox.guild("run", "--restart", "aaa", "lr=2", "-y"))
    assert sandbox.guild("ls", "-s", "-n").out == f"{script}\n"
    assert sandbox.guild("cat", "-s", "-p", script).out == _TRAIN
    assert sandbox.guild("select", "--attr", "lr").code in (0, 1)
    assert_clean(sandbox.guild("run", "--proto", "aaa", "lr=3", "-y"))
    assert_clean(sandbox.guild("run", script, "lr=4", "--stage", "--run-id", "bbb", "-y"))
    assert sandbox.guild("run", "--start", script, "-y").out == "loss: 1\n"
    assert sandbox.info("bbb")["status"] == "completed"


def test_a_staged_directory_with_spaces_starts_as_it_says(tmp_path: Path) -> None:
    sandbox = Sandbox.below(tmp_path, "my project")
    sandbox.write("train me.py", _TRAIN)

    staged = sandbox.guild("run", "train me.py", "--stage", "--run-dir", "to do", "-y")
    command = staged.out.splitlines()[1].partition('"')[2].rpartition('"')[0]
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=sandbox.root,
        env=sandbox.environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.returncode) == ("loss: 1\n", 0), done


# Much at once


def test_much_output_without_a_newline_needs_no_memory(sandbox: Sandbox) -> None:
    megabytes = 64
    sandbox.write(
        "flood.py",
        "import os\n"
        "block = bytes(range(11, 256)) * 4096 + b'end'\n"
        f"block = block.replace(b'\\r', b'')[:2**20 - 7]\n"
        f"for _ in range({megabytes}):\n"
        "    view = memoryview(block)\n"
        "    while view:\n"
        "        view = view[os.write(1, view):]\n"
        + _WAIT.replace('print("ready", flush=True)\n', ""),
    )
    block = (bytes(range(11, 256)) * 4096 + b"end").replace(b"\r", b"")[: 2**20 - 7]
    with (sandbox.root / "terminal").open("wb") as terminal:
        process = subprocess.Popen(
            [GUILD, "run", "flood.py", "--run-id", "aaa", "-y"],
            cwd=sandbox.project,
            env=sandbox.environ,
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=subprocess.PIPE,
        )
    sandbox.left_running.append(process)
    output = sandbox.run_dir("aaa") / ".guild/output"
    wait_until(
        lambda: output.is_file() and output.stat().st_size >= megabytes * len(block), "all is kept"
    )
    peaks = sandbox.memory_peaks()
    (sandbox.run_dir("aaa") / "go").touch()

    assert process.wait(30) == 0
    assert output.read_bytes() == block * megabytes
    assert (sandbox.root / "terminal").read_bytes() == block * megabytes
    assert peaks, "no process of guild was found"
    assert max(peaks) < 48 * 2**20


def test_two_restarts_at_the_same_moment_do_not_run_both(sandbox: Sandbox) -> None:
    sandbox.write("wait.py", _WAIT)
    assert_clean(sandbox.guild("run", "wait.py", "--stage", "--run-id", "aaa", "-y"))

    started = [sandbox.start("run", "--restart", "aaa", "-y") for _ in range(4)]
    wait_until(lambda: sum(one.poll() is not None for one in started) == 3, "three gave up")
    (winner,) = [one for one in started if one.poll() is None]

    for loser in started:
        if loser is not winner:
            out, err = loser.communicate()
            assert (out, loser.returncode) == (b"", 1)
            assert err.decode().splitlines() == [
                "guild: cannot restart run aaa because it's running",
                "Use 'guild stop aaa' to stop it first and try again.",
            ]
    assert sandbox.info("aaa")["status"] == "running"
    (sandbox.run_dir("aaa") / "go").touch()
    out, err = winner.communicate(timeout=30)
    assert (out, err, winner.returncode) == (b"ready\n", b"", 0)
    assert (sandbox.run_dir("aaa") / ".guild/output").read_text() == "ready\n"
    assert sandbox.info("aaa")["status"] == "completed"


def test_two_new_runs_of_one_id_do_not_mix(sandbox: Sandbox) -> None:
    sandbox.write("wait.py", _WAIT)

    started = [sandbox.start("run", "wait.py", "--run-id", "aaa", "-y") for _ in range(3)]
    wait_until(lambda: sum(one.poll() is not None for one in started) == 2, "two gave up")
    (winner,) = [one for one in started if one.poll() is None]

    for loser in started:
        if loser is not winner:
            out, err = loser.communicate()
            assert (out, loser.returncode) == (b"", 1)
            assert err.decode().startswith("guild: ")
            assert "aaa" in err.decode()
    wait_until((sandbox.run_dir("aaa") / ".guild/output").is_file, "it runs")
    (sandbox.run_dir("aaa") / "go").touch()
    assert winner.wait(30) == 0
    assert [run["id"] for run in sandbox.runs()] == ["aaa"]


def test_a_run_that_vanishes_while_it_runs(sandbox: Sandbox) -> None:
    sandbox.write("gone.py", "import os, shutil\nshutil.rmtree(os.environ['RUN_DIR'])\n")

    outcome = sandbox.guild("run", "gone.py", "-y")

    assert "Traceback" not in outcome.err, outcome
    assert sandbox.runs() == []


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
