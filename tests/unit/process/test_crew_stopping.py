"""Jobs side by side that are told to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from pathlib import Path

import pytest

from guild.adapters.process.launcher import SubprocessLauncher
from guild.adapters.process.terminal import HANDLED
from guild.domain.process import Exit
from tests.unit.process.crewsupport import NAP, Recruit, end_of, started, statuses
from tests.unit.process.support import living, wait_until

STOP_SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]
SAVES = "trap 'sleep 0.01; echo saved; exit 0' INT; echo ready; while :; do sleep 0.01; done"
DEAF = ("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.01; done")


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_signal_stops_all_jobs(
    launcher: SubprocessLauncher, recruit: Recruit, number: signal.Signals
) -> None:
    members = [recruit(*NAP) for _ in range(3)]

    with launcher.crew(alone=False) as crew:
        started(crew, *members)
        before = crew.told
        signal.raise_signal(number)

        assert statuses(crew, *members) == [-number] * 3
    assert (before, crew.told) == (None, number)
    assert [each.calls("ended") for each in members] == [[-number]] * 3
    assert [living(each.job.run_id) for each in members] == [[]] * 3


def test_signal_is_heard_while_it_waits(launcher: SubprocessLauncher, recruit: Recruit) -> None:
    other = recruit(*NAP)
    sender = recruit("sh", "-c", f"kill -TERM {os.getpid()}; sleep 60")

    with launcher.crew(alone=False) as crew:
        started(crew, other)
        sender.start(crew)

        assert statuses(crew, other, sender) == [-signal.SIGTERM] * 2


def test_first_of_several_signals_is_the_one_told(
    launcher: SubprocessLauncher, recruit: Recruit
) -> None:
    member = recruit(*NAP)

    with launcher.crew(alone=True) as crew:
        started(crew, member)
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGTERM)
        ended = statuses(crew, member)

    assert ended == [-signal.SIGHUP]
    assert crew.told == signal.SIGHUP


def test_nothing_is_started_after_a_signal_between_two_jobs(
    launcher: SubprocessLauncher, recruit: Recruit
) -> None:
    first, second = recruit("true"), recruit("true")

    with launcher.crew(alone=True) as crew:
        first.start(crew)
        statuses(crew, first)
        signal.raise_signal(signal.SIGINT)
        second.start(crew)
        ended = end_of(crew)

    assert crew.told == signal.SIGINT
    assert (ended.job, ended.exit) == (second.job, None)
    assert str(ended.failure) == "error running true: told to stop by signal 2"
    assert second.read("calls") == b""


def test_signal_reaches_a_job_that_is_being_started(
    launcher: SubprocessLauncher, recruit: Recruit, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = [recruit(*NAP), recruit(*NAP)]
    fork = os.fork

    def interrupted_fork() -> int:
        monkeypatch.setattr(os, "fork", fork)
        os.kill(os.getpid(), signal.SIGTERM)
        return fork()

    with launcher.crew(alone=False) as crew:
        started(crew, members[0])
        monkeypatch.setattr(os, "fork", interrupted_fork)
        members[1].start(crew)

        assert statuses(crew, *members) == [-signal.SIGTERM] * 2
    assert crew.told == signal.SIGTERM


def test_signal_to_a_supervisor_that_was_forked_just_now_is_not_lost(
    launcher: SubprocessLauncher, recruit: Recruit, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = recruit(*NAP)
    fork = os.fork

    def struck_fork() -> int:
        pid = fork()
        if pid == 0:
            os.kill(os.getpid(), signal.SIGTERM)
        return pid

    with launcher.crew(alone=False) as crew:
        monkeypatch.setattr(os, "fork", struck_fork)
        member.start(crew)

        assert statuses(crew, member) == [-signal.SIGTERM]
    assert crew.told is None


def test_signal_that_another_thread_takes_reaches_a_job_that_is_being_started(
    launcher: SubprocessLauncher, recruit: Recruit, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = recruit(*NAP)
    fork, told = os.fork, threading.Event()

    def take() -> None:
        told.wait(30)

    def interrupted_fork() -> int:
        monkeypatch.setattr(os, "fork", fork)
        os.kill(os.getpid(), signal.SIGTERM)
        wait_until(lambda: crew.told)
        told.set()
        other.join(30)
        return fork()

    with launcher.crew(alone=False) as crew:
        other = threading.Thread(target=take)
        other.start()
        monkeypatch.setattr(os, "fork", interrupted_fork)
        member.start(crew)

        assert statuses(crew, member) == [-signal.SIGTERM]


def test_signal_that_another_thread_takes_is_heard_while_it_waits(
    launcher: SubprocessLauncher, recruit: Recruit
) -> None:
    member = recruit(*NAP)
    main = Path(f"/proc/self/task/{threading.get_native_id()}/stat")

    def take() -> None:
        wait_until(lambda: main.read_text("utf-8").rpartition(")")[2].split()[0] == "S")
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

    with launcher.crew(alone=False) as crew:
        started(crew, member)
        other = threading.Thread(target=take)
        other.start()
        ended = statuses(crew, member)
    other.join(30)

    assert ended == [-signal.SIGTERM]


def test_handlers_are_those_from_before_afterwards(launcher: SubprocessLauncher) -> None:
    before = [signal.getsignal(number) for number in HANDLED]

    with launcher.crew(alone=False):
        meanwhile = [signal.getsignal(number) for number in HANDLED]

    assert [signal.getsignal(number) for number in HANDLED] == before
    assert all(now != then for now, then in zip(meanwhile, before, strict=True))


def test_what_is_ignored_stays_ignored(launcher: SubprocessLauncher, recruit: Recruit) -> None:
    member = recruit("sh", "-c", "echo ready; kill -HUP $$; exit 3")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with launcher.crew(alone=False) as crew:
            member.start(crew)
            signal.raise_signal(signal.SIGHUP)

            assert statuses(crew, member) == [3]
        assert crew.told is None
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_stop_asks_all_and_is_no_signal(launcher: SubprocessLauncher, recruit: Recruit) -> None:
    members = [recruit(*NAP), recruit(*NAP)]

    with launcher.crew(alone=False) as crew:
        started(crew, *members)
        crew.stop()

        assert statuses(crew, *members) == [-signal.SIGTERM] * 2
        assert crew.told is None
        last = recruit("true")
        last.start(crew)
        assert statuses(crew, last) == [0]


def test_callbacks_come_from_the_wait(launcher: SubprocessLauncher, recruit: Recruit) -> None:
    deaf = recruit(*DEAF)
    timed = recruit("sleep", "60", stop_after_s=0.05)

    with launcher.crew(alone=False) as crew:
        started(crew, deaf)
        crew.stop()
        timed.start(crew)

        assert statuses(crew, deaf, timed) == [-signal.SIGKILL, -signal.SIGTERM]
    assert deaf.notes == ["interrupted"]
    assert timed.notes[0] == f"timed out {timed.pid()}"


def test_what_a_callback_raises_is_told_at_the_end(
    launcher: SubprocessLauncher, recruit: Recruit
) -> None:
    broken = OSError("nobody reads")

    def fail() -> None:
        raise broken

    deaf = recruit(*DEAF)
    deaf.interrupted = fail

    with launcher.crew(alone=False) as crew:
        started(crew, deaf)
        crew.stop()
        ended = end_of(crew)

    assert ended.exit == Exit(status=-signal.SIGKILL, pid=deaf.pid())
    assert ended.failure is broken


def test_leaving_by_an_error_stops_what_is_under_way(
    launcher: SubprocessLauncher, recruit: Recruit
) -> None:
    fds = os.listdir("/proc/self/fd")
    members = [recruit(*NAP), recruit(*NAP)]

    with contextlib.suppress(KeyError), launcher.crew(alone=False) as crew:
        started(crew, *members)
        raise KeyError

    assert [each.calls("ended") for each in members] == [[-signal.SIGTERM]] * 2
    assert [living(each.job.run_id) for each in members] == [[]] * 2
    assert os.listdir("/proc/self/fd") == fds


def test_leaving_after_a_signal_lets_jobs_save(
    launcher: SubprocessLauncher, recruit: Recruit
) -> None:
    member = recruit("sh", "-c", SAVES)

    with launcher.crew(alone=False) as crew:
        started(crew, member)
        signal.raise_signal(signal.SIGINT)

    assert member.calls("ended") == [-signal.SIGINT]
    assert member.read() == b"ready\nsaved\n"
