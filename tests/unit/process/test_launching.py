"""Jobs that end by themselves: their output, their status, what they get."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from guild.adapters.process.launcher import SubprocessLauncher
from guild.domain.errors import GuildError
from guild.domain.process import Exit
from tests.unit.process.front import FileObserver
from tests.unit.process.support import Front, Sleepers, clean_up, living, make_job, wait_until

_BOTH_STREAMS = """
import os
os.write(1, bytes(range(256)) * 300 + b"no newline")
os.write(2, bytes(reversed(range(256))) * 300)
"""


def test_both_streams_arrive_byte_for_byte(tmp_path: Path) -> None:
    job = make_job(tmp_path, sys.executable, "-c", _BOTH_STREAMS)

    front = Front(tmp_path, job, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    stdout, stderr = front.process.communicate(timeout=30)

    assert front.status() == 0
    assert stdout == front.read("stdout") == bytes(range(256)) * 300 + b"no newline"
    assert stderr == front.read("stderr") == bytes(reversed(range(256))) * 300


def test_output_appears_while_the_job_runs(tmp_path: Path) -> None:
    job = make_job(tmp_path, "sh", "-c", "printf begun; read line; printf ' %s' $line")
    front = Front(tmp_path, job, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert front.process.stdout is not None
    assert front.process.stdin is not None

    seen = os.read(front.process.stdout.fileno(), 100)
    front.process.stdin.write(b"on\n")
    front.process.stdin.flush()

    assert seen == b"begun"
    assert front.process.stdout.read() == b" on"
    assert front.status() == 0


def test_memory_stays_flat_without_a_newline(tmp_path: Path) -> None:
    size = 50_000_000
    job = make_job(tmp_path, "sh", "-c", f"head -c {size} /dev/zero | tr '\\0' x")

    front = Front(tmp_path, job, stdout=subprocess.PIPE)
    assert front.process.stdout is not None
    digest = hashlib.md5(b"")
    while data := front.process.stdout.read(1 << 20):
        digest.update(data)

    assert front.status() == 0
    assert digest.digest() == hashlib.md5(b"x" * size).digest()
    assert (tmp_path / "stdout").stat().st_size == size
    assert int(front.read("peak")) < 60_000


def test_many_short_lines_are_few_calls_and_all_there(tmp_path: Path) -> None:
    script = "for i in range(20000): print('step', i)"
    job = make_job(tmp_path, sys.executable, "-uc", script)

    front = Front(tmp_path, job, stdout=subprocess.DEVNULL)

    assert front.status() == 0
    assert front.read("stdout") == b"".join(b"step %d\n" % i for i in range(20000))


@pytest.mark.parametrize("status", [0, 3, 255])
def test_exit_status_is_kept(tmp_path: Path, status: int) -> None:
    front = Front(tmp_path, make_job(tmp_path, "sh", "-c", f"exit {status}"))

    assert front.status() == status


@pytest.mark.parametrize("number", [1, 2, 9, 11, 15])
def test_status_of_a_signal_is_negative(tmp_path: Path, number: int) -> None:
    front = Front(tmp_path, make_job(tmp_path, "sh", "-c", f"kill -{number} $$; sleep 60"))

    assert front.status() == -number


def test_standard_error_may_go_where_standard_output_goes(tmp_path: Path) -> None:
    job = make_job(tmp_path, "sh", "-c", "echo a; echo b >&2; echo c", merge_streams=True)

    front = Front(tmp_path, job, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    stdout, stderr = front.process.communicate(timeout=30)

    assert (stdout, stderr) == (b"a\nb\nc\n", b"")
    assert front.read("stdout") == b"a\nb\nc\n"


def test_without_echo_output_is_only_told(tmp_path: Path) -> None:
    job = make_job(tmp_path, "echo", "told", echo=False)

    front = Front(tmp_path, job, stdout=subprocess.PIPE)

    assert front.process.communicate(timeout=30)[0] == b""
    assert front.read("stdout") == b"told\n"


def test_without_capture_streams_are_inherited(tmp_path: Path) -> None:
    job = make_job(tmp_path, "echo", "direct", capture=False)

    front = Front(tmp_path, job, stdout=subprocess.PIPE)

    assert front.process.communicate(timeout=30)[0] == b"direct\n"
    assert front.read("stdout") == b""
    assert front.status() == 0


def test_job_gets_its_directory_environment_and_input(tmp_path: Path) -> None:
    script = 'pwd; echo "$RUN_ID $HOME"; cat'
    job = make_job(tmp_path, "/bin/sh", "-c", script, env={"RUN_ID": "abc"}, run_id="abc")
    front = Front(tmp_path, job, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)

    front.process.communicate(b"typed\n", timeout=30)

    assert front.read("stdout").decode() == f"{tmp_path}\nabc \ntyped\n"


def test_job_gets_no_ignored_or_blocked_signals_of_ours(tmp_path: Path) -> None:
    # Signals 32 and 33 are the C library's own.
    job = make_job(tmp_path, "grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status")

    front = Front(tmp_path, job, stdout=subprocess.DEVNULL)

    assert front.status() == 0
    masks = [int(word, 16) for word in front.read("stdout").split()[1::2]]
    assert [mask & 0x7FFFFFFF for mask in masks] == [0, 0]


def test_job_leads_a_process_group_in_the_same_session(tmp_path: Path) -> None:
    script = "import os; print(os.getpgid(0) == os.getpid(), os.getsid(0))"
    job = make_job(tmp_path, sys.executable, "-c", script)

    front = Front(tmp_path, job, stdout=subprocess.DEVNULL)

    assert front.status() == 0
    assert front.read("stdout").decode() == f"True {os.getsid(0)}\n"


def test_program_is_found_on_the_path_of_the_job(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\necho found\n", encoding="utf-8")
    tool.chmod(0o755)
    job = make_job(tmp_path, "tool", env={"PATH": f"/nowhere:{tmp_path}"})

    front = Front(tmp_path, job, stdout=subprocess.DEVNULL)

    assert front.status() == 0
    assert front.read("stdout") == b"found\n"


@pytest.mark.parametrize(
    ("text", "mode", "why"),
    [
        ("no shebang", 0o755, "[Errno 8] Exec format error"),
        ("#!/nowhere/python\n", 0o755, "[Errno 2] No such file or directory"),
        ("#!/bin/sh\n", 0o644, "[Errno 13] Permission denied"),
    ],
)
def test_what_cannot_be_executed_is_refused(
    tmp_path: Path, text: str, mode: int, why: str
) -> None:
    script = tmp_path / "s.sh"
    script.write_text(text, encoding="utf-8")
    script.chmod(mode)

    front = Front(tmp_path, make_job(tmp_path, str(script), name="s.sh"))

    assert front.result() == f"refused error running s.sh: {why}: '{script}'"
    assert front.read("calls") == b""


@pytest.mark.parametrize(
    ("args", "directory", "named"),
    [
        (("no-such-program",), ".", "no-such-program"),
        (("true",), "missing", "missing"),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, args: tuple[str, ...], directory: str, named: str
) -> None:
    job = make_job(tmp_path, *args, directory=str(tmp_path / directory))

    result = Front(tmp_path, job).result()

    assert result.startswith(f"refused error running {args[0]}: [Errno 2]")
    assert named in result.rpartition(":")[2]


@pytest.mark.parametrize("env", [{"A": "nul\0"}, {"A=B": "1"}])
def test_what_cannot_be_passed_on_is_refused(tmp_path: Path, env: dict[str, str]) -> None:
    job = make_job(tmp_path, "/bin/true", env=env)

    assert Front(tmp_path, job).result().startswith("refused error running /bin/true: ")


@pytest.mark.parametrize("background", [False, True])
def test_arguments_that_are_too_long_are_refused(tmp_path: Path, background: bool) -> None:
    job = make_job(tmp_path, "/bin/true", "x" * 5_000_000, background=background)

    result = Front(tmp_path, job).result()

    assert result.startswith("refused error running /bin/true: [Errno 7] Argument list too long")


def test_closed_terminal_costs_no_output(tmp_path: Path) -> None:
    script = "for i in $(seq 2000); do echo line $i; done; read go; echo last; exit 4"
    job = make_job(tmp_path, "sh", "-c", script)
    front = Front(tmp_path, job, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert front.process.stdout is not None

    front.process.stdout.close()
    front.process.stdout = None
    front.process.communicate(b"\n", timeout=30)

    assert front.status() == 4
    assert front.read("stdout").endswith(b"line 2000\nlast\n")


@pytest.mark.parametrize("closed", [(0,), (1,), (0, 1, 2)])
def test_closed_standard_streams_are_no_hindrance(tmp_path: Path, closed: tuple[int, ...]) -> None:
    def close() -> None:
        for fd in closed:
            os.close(fd)

    job = make_job(tmp_path, "sh", "-c", "cat; echo out; echo err >&2")

    front = Front(tmp_path, job, stdin=subprocess.DEVNULL, preexec_fn=close)

    assert front.status() == 0
    assert (front.read("stdout"), front.read("stderr")) == (b"out\n", b"err\n")


def test_terminal_that_takes_nothing_is_waited_for(tmp_path: Path) -> None:
    job = make_job(tmp_path, "sh", "-c", "head -c 1000000 /dev/zero; exit 3")
    front = Front(tmp_path, job, stdout=subprocess.PIPE)
    assert front.process.stdout is not None

    wait_until(lambda: len(front.calls("idle")) > 1)
    read = front.process.stdout.read()

    assert front.status() == 3
    assert read == front.read("stdout") == bytes(1_000_000)


def test_output_held_open_by_what_is_left_behind_is_read_for_a_while(tmp_path: Path) -> None:
    job = make_job(tmp_path, "sh", "-c", "(sleep 0.05; echo late; exec sleep 60) & exit 3")

    with clean_up(job):
        front = Front(tmp_path, job)
        status = front.status()
        left = living(job.run_id)

    assert status == 3
    assert front.read("stdout") == b"late\n"
    assert len(left) == 1


@pytest.mark.parametrize("call", ["started", "output", "idle", "ended"])
def test_failing_record_does_not_end_the_job(tmp_path: Path, call: str) -> None:
    script = "echo one; read a; echo two; read b; echo done > done; exit 5"
    job = make_job(tmp_path, "sh", "-c", script)
    front = Front(tmp_path, job, failing=(call,), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert front.process.stdin is not None
    front.process.stdin.write(b"\n")
    front.process.stdin.flush()
    if call == "idle":
        wait_until(lambda: front.read("notes"))

    stdout, _ = front.process.communicate(b"\n", timeout=30)

    assert stdout == b"one\ntwo\n"
    assert (tmp_path / "done").exists()
    assert front.read("result").split()[0] == b"5"
    assert front.read("notes").decode() == f"no space left for {call} - Free some.\n"


def test_launch_works_in_a_thread(tmp_path: Path) -> None:
    job = make_job(tmp_path, "sh", "-c", "exit 3", echo=False)
    exits: list[Exit] = []

    def launch() -> None:
        exits.append(SubprocessLauncher().launch(job, FileObserver(tmp_path), lambda: None))

    thread = threading.Thread(target=launch)
    thread.start()
    thread.join(30)

    assert [exit.status for exit in exits] == [3]


def test_launches_leave_no_descriptors(tmp_path: Path) -> None:
    launcher = SubprocessLauncher()
    before = os.listdir("/proc/self/fd")

    for args in (("true",), ("no-such-program",)):
        job = make_job(tmp_path, *args, echo=False)
        try:
            launcher.launch(job, FileObserver(tmp_path), lambda: None)
        except GuildError:
            pass

    assert os.listdir("/proc/self/fd") == before


def test_warning_that_fails_does_not_end_the_job(tmp_path: Path) -> None:
    job = make_job(tmp_path, "sh", "-c", "echo one; touch done; exit 5")

    front = Front(tmp_path, job, failing=("output", "warn"), stdout=subprocess.DEVNULL)

    assert front.result() == "raised nobody reads no space left for output - Free some."
    assert (tmp_path / "done").exists()
    assert front.calls("ended") == ["5"]


def test_warning_that_fails_leaves_a_background_job_alone(tmp_path: Path) -> None:
    job = make_job(tmp_path, "sh", "-c", "exit 5", background=True)

    front = Front(tmp_path, job, failing=("started", "warn"))

    assert front.result().split()[:2] == ["0", "True"]
    assert front.wait_for_end() == 5


@pytest.mark.parametrize("background", [False, True])
def test_job_whose_run_another_took_is_killed(tmp_path: Path, background: bool) -> None:
    job = make_job(tmp_path, "sh", "-c", "sleep 60 & sleep 60", background=background)

    with clean_up(job):
        front = Front(tmp_path, job, failing=("taken",))

        assert "because it's running" in front.result()
        wait_until(lambda: living(job.run_id) == [])
    assert front.calls("ended") == []


def test_processes_of_who_took_the_run_are_spared(tmp_path: Path, sleepers: Sleepers) -> None:
    job = make_job(tmp_path, "sleep", "60")
    other = sleepers.start(RUN_ID=job.run_id, RUN_DIR=str(tmp_path))

    front = Front(tmp_path, job, failing=("taken",))
    front.result()

    assert living(job.run_id) == [other]
