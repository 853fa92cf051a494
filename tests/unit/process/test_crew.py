"""Jobs side by side: what they do together, and how they end."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from guild.adapters.process.launcher import SubprocessLauncher
from guild.app.ports.launcher import Ended
from guild.domain.errors import GuildError, RunIsRunning
from guild.domain.operation import RUNNER
from guild.domain.process import Exit
from tests.unit.process.crewsupport import NAP, Recruit, all_ended, end_of, started, statuses
from tests.unit.process.support import living


@pytest.fixture
def typed() -> Iterator[None]:
    """Standard input has a line."""
    before = os.dup(0)
    source, target = os.pipe()
    os.write(target, b"typed\n")
    os.close(target)
    os.dup2(source, 0)
    os.close(source)
    yield
    os.dup2(before, 0)
    os.close(before)


def pipes(pid: int) -> set[str]:
    """Pipes that a process holds an end of."""
    found = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            found.add(os.readlink(f"/proc/{pid}/fd/{fd}"))
        except FileNotFoundError:
            pass  # It was the one that listed them.
    return {each for each in found if each.startswith("pipe:")}


def children() -> list[str]:
    """Ids of all children of this process, also of those that only wait to be reaped."""
    tasks = Path("/proc/self/task").iterdir()
    return [pid for task in tasks for pid in (task / "children").read_text("utf-8").split()]


def test_jobs_run_at_the_same_time(
    launcher: SubprocessLauncher, recruit: Recruit, tmp_path: Path
) -> None:
    to, fro = tmp_path / "to", tmp_path / "fro"
    os.mkfifo(to)
    os.mkfifo(fro)
    one = recruit("sh", "-c", f"echo one > {to}; cat {fro}; exit 1")
    two = recruit("sh", "-c", f"cat {to}; echo two > {fro}; exit 2")

    with launcher.crew(alone=False) as crew:
        one.start(crew)
        two.start(crew)
        size = crew.size
        ended = statuses(crew, one, two)

    assert size == 2
    assert ended == [1, 2]
    assert (one.read(), two.read()) == (b"two\n", b"one\n")
    assert (one.calls("ended"), two.calls("ended")) == ([1], [2])


def test_each_observer_is_told_of_its_own_job(
    launcher: SubprocessLauncher, recruit: Recruit
) -> None:
    members = [recruit("sh", "-c", f"echo {n}; echo {n}{n} >&2; exit {n}") for n in range(5)]

    with launcher.crew(alone=False) as crew:
        for each in members:
            each.start(crew)
        ends = all_ended(crew)

    for n, each in enumerate(members):
        exit = Exit(status=n, pid=each.pid())
        assert ends[each.job.run_id] == Ended(job=each.job, exit=exit)
        assert each.read("stdout") == b"%d\n" % n
        assert each.read("stderr") == b"%d%d\n" % (n, n)


def test_first_to_end_is_told_of_first(
    launcher: SubprocessLauncher, recruit: Recruit, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    os.mkfifo(go)
    late = recruit("sh", "-c", f"cat {go}; exit 1")
    soon = recruit("sh", "-c", "exit 2")

    with launcher.crew(alone=False) as crew:
        late.start(crew)
        soon.start(crew)
        first = end_of(crew)
        go.write_text("now")
        second = end_of(crew)

    assert [first.job.run_id, second.job.run_id] == [soon.job.run_id, late.job.run_id]
    assert crew.size == 0


def test_wait_ends_when_its_time_is_up(launcher: SubprocessLauncher, recruit: Recruit) -> None:
    member = recruit(*NAP)

    with launcher.crew(alone=False) as crew:
        started(crew, member)

        assert crew.wait(0) is None
        assert crew.wait(0.001) is None
        assert crew.size == 1


def test_nothing_to_wait_for_is_an_error(launcher: SubprocessLauncher) -> None:
    with launcher.crew(alone=False) as crew, pytest.raises(ValueError, match="no job"):
        crew.wait()


def test_jobs_side_by_side_find_no_input(
    launcher: SubprocessLauncher, recruit: Recruit, typed: None
) -> None:
    member = recruit("sh", "-c", "readlink /proc/self/fd/0; cat")

    with launcher.crew(alone=False) as crew:
        member.start(crew)
        statuses(crew, member)

    assert member.read() == b"/dev/null\n"


def test_job_alone_reads_the_input(
    launcher: SubprocessLauncher, recruit: Recruit, typed: None
) -> None:
    member = recruit("cat")

    with launcher.crew(alone=True) as crew:
        member.start(crew)
        statuses(crew, member)

    assert member.read() == b"typed\n"


def test_job_alone_has_none_beside_it(launcher: SubprocessLauncher, recruit: Recruit) -> None:
    first, second = recruit(*NAP), recruit("true")

    with launcher.crew(alone=True) as crew:
        started(crew, first)
        with pytest.raises(ValueError, match="alone"):
            second.start(crew)
        crew.stop()
        statuses(crew, first)
        second.start(crew)

        assert statuses(crew, second) == [0]


def test_job_in_the_background_ends_as_running(
    launcher: SubprocessLauncher, recruit: Recruit
) -> None:
    member = recruit(*NAP, background=True)

    with launcher.crew(alone=False) as crew:
        member.start(crew)
        ended = end_of(crew)

    member.wait_for_output()
    assert ended.exit == Exit(status=0, running=True, pid=member.pid())
    assert living(member.job.run_id) != []


def test_job_comes_back_as_it_was_given(recruit: Recruit, tmp_path: Path) -> None:
    runner = tmp_path / "runner.py"
    runner.write_text("import sys; print(*sys.argv[1:])")
    member = recruit(sys.executable, *RUNNER, "a")

    with SubprocessLauncher(runner=str(runner)).crew(alone=False) as crew:
        member.start(crew)
        ended = end_of(crew)

    assert ended.job is member.job
    assert member.read() == b"a\n"


def test_many_jobs_leave_nothing_behind(launcher: SubprocessLauncher, recruit: Recruit) -> None:
    fds, processes = os.listdir("/proc/self/fd"), children()
    member = recruit("true")

    with launcher.crew(alone=False) as crew:
        for _ in range(200):
            if crew.size == 4:
                crew.wait()
            member.start(crew)
        all_ended(crew)
        left = children()

    assert os.listdir("/proc/self/fd") == fds
    assert left == processes
    assert member.calls("ended") == [0] * 200


def test_supervisors_hold_no_pipes_of_others(
    launcher: SubprocessLauncher, recruit: Recruit
) -> None:
    members = [recruit(*NAP) for _ in range(3)]

    with launcher.crew(alone=False) as crew:
        inherited = pipes(os.getpid())
        started(crew, *members)
        held = [pipes(each.pid("supervisor")) - inherited for each in members]

    assert all(held)
    assert len(set.union(*held)) == sum(len(each) for each in held)


def test_crew_works_in_a_thread(launcher: SubprocessLauncher, recruit: Recruit) -> None:
    members = [recruit("sh", "-c", f"exit {n}") for n in range(2)]
    ended: list[int | None] = []

    def work() -> None:
        with launcher.crew(alone=False) as crew:
            for each in members:
                each.start(crew)
            ended.extend(statuses(crew, *members))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)

    assert ended == [0, 1]


def test_what_cannot_start_is_told_of_as_an_end(
    launcher: SubprocessLauncher, recruit: Recruit
) -> None:
    missing, good = recruit("no-such-program"), recruit("true")

    with launcher.crew(alone=False) as crew:
        missing.start(crew)
        good.start(crew)
        ends = all_ended(crew)

    failed = ends[missing.job.run_id]
    assert failed.exit is None
    assert isinstance(failed.failure, GuildError)
    assert str(failed.failure).startswith("error running no-such-program: [Errno 2] No such file")
    assert ends[good.job.run_id].failure is None


def test_run_of_another_is_told_of_as_such(launcher: SubprocessLauncher, recruit: Recruit) -> None:
    member = recruit(*NAP, failing=("taken",))

    with launcher.crew(alone=False) as crew:
        member.start(crew)
        ended = end_of(crew)

    assert ended.exit is None
    assert isinstance(ended.failure, RunIsRunning)


def test_lack_of_processes_is_told_of_as_an_end(
    launcher: SubprocessLauncher, recruit: Recruit, monkeypatch: pytest.MonkeyPatch
) -> None:
    fds = os.listdir("/proc/self/fd")

    def fail() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with launcher.crew(alone=False) as crew:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fork", fail)
            recruit("true").start(crew)
            size, failed = crew.size, end_of(crew)
        good = recruit("true")
        good.start(crew)

        assert statuses(crew, good) == [0]
    assert (size, failed.exit) == (1, None)
    assert "Resource temporarily unavailable" in str(failed.failure)
    assert os.listdir("/proc/self/fd") == fds


def test_job_of_a_killed_supervisor_is_ended_and_the_others_go_on(
    launcher: SubprocessLauncher, recruit: Recruit, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    os.mkfifo(go)
    orphan = recruit("sh", "-c", "echo ready; sleep 60 & sleep 60")
    other = recruit("sh", "-c", f"echo ready; cat {go}; exit 4")

    with launcher.crew(alone=False) as crew:
        started(crew, orphan, other)
        os.kill(orphan.pid("supervisor"), signal.SIGKILL)
        first = end_of(crew)
        go.write_text("on")

        assert statuses(crew, other) == [4]
    assert first == Ended(job=orphan.job, exit=Exit(status=-signal.SIGKILL, pid=orphan.pid()))
    assert orphan.calls("ended") == [-signal.SIGKILL]
    assert living(orphan.job.run_id) == []


def test_a_pause_ends_when_this_process_is_told_to_stop(launcher: SubprocessLauncher) -> None:
    with launcher.crew(alone=True) as crew:
        crew.pause(0.001)
        assert crew.told is None

        threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGTERM)).start()
        crew.pause(600)
        assert crew.told == signal.SIGTERM


def test_there_is_no_pause_while_a_job_is_under_way(
    launcher: SubprocessLauncher, recruit: Recruit
) -> None:
    member = recruit(*NAP)

    with launcher.crew(alone=True) as crew:
        started(crew, member)
        with pytest.raises(ValueError, match="a job is under way"):
            crew.pause(1)
        crew.stop()
        statuses(crew, member)
