"""Evidence in locks: what names a process, and what it says later."""

from __future__ import annotations

import os
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.process.evidence import Host, liveness, own_evidence, this_host
from guild.domain.status import Liveness

STARTS = {100: "5000", 200: "6000", os.getpid(): "7000"}
HOST = Host(name="alpha", machine="m1", boot="b1", pids="pid:[1]", start_of=STARTS.get)


def host(**changes: Any) -> Host:
    return Host(**{**vars(HOST), **changes})


def test_first_ten_characters_are_the_pid() -> None:
    assert own_evidence(100, HOST)[:10] == "100       "
    assert own_evidence(100, HOST)[10] == "\n"


def test_two_lines_name_process_boot_and_host() -> None:
    lines = own_evidence(100, HOST).splitlines()

    assert len(lines) == 2
    assert {"pid=100", "start=5000", "boot=b1", "host=alpha"} <= set(lines[1].split())


def test_living_process_is_alive() -> None:
    assert liveness(own_evidence(100, HOST), HOST) is Liveness.ALIVE


@pytest.mark.parametrize("starts", [{}, {100: "5001"}])
def test_ended_process_or_reused_pid_is_dead(starts: dict[int, str]) -> None:
    later = host(start_of=starts.get)

    assert liveness(own_evidence(100, HOST), later) is Liveness.DEAD


def test_run_is_alive_while_its_watcher_is() -> None:
    later = host(start_of={os.getpid(): "7000"}.get)

    assert liveness(own_evidence(100, HOST), later) is Liveness.ALIVE


def test_process_of_an_earlier_boot_is_dead() -> None:
    assert liveness(own_evidence(100, HOST), host(boot="b2")) is Liveness.DEAD


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "beta"},
        {"name": "beta", "boot": "b2"},
        {"machine": "m2", "boot": "b2"},
        {"pids": "pid:[2]"},
    ],
)
def test_process_out_of_sight_is_never_called_dead(changes: dict[str, Any]) -> None:
    there = host(**changes, start_of={}.get)

    assert liveness(own_evidence(100, HOST), there) is Liveness.ALIVE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100", Liveness.ALIVE),
        ("100\n", Liveness.ALIVE),
        ("  200 ", Liveness.ALIVE),
        ("100       \nsomething else", Liveness.ALIVE),
        ("101", Liveness.DEAD),
        ("", Liveness.DEAD),
        ("0", Liveness.DEAD),
        ("-100", Liveness.DEAD),
        ("+100", Liveness.DEAD),
        ("1e2", Liveness.DEAD),
        ("¹00", Liveness.DEAD),
        ("pid 100", Liveness.DEAD),
    ],
)
def test_bare_pid_is_alive_while_any_process_has_it(text: str, expected: Liveness) -> None:
    assert liveness(text, HOST) is expected


def test_evidence_of_a_process_that_is_gone_is_dead() -> None:
    nobody = host(start_of={}.get)

    assert liveness(own_evidence(100, nobody), nobody) is Liveness.DEAD


@given(st.text())
def test_any_text_says_dead_or_alive(text: str) -> None:
    assert liveness(text, HOST) in (Liveness.ALIVE, Liveness.DEAD)


@given(st.text(st.sampled_from("0123456789 \n=pidstarboh-x"), max_size=60))
def test_text_like_evidence_says_dead_or_alive(text: str) -> None:
    assert liveness(f"100       \n{text}", HOST) in (Liveness.ALIVE, Liveness.DEAD)


def test_own_process_is_alive_on_this_host() -> None:
    assert liveness(own_evidence(os.getpid())) is Liveness.ALIVE
    assert liveness(str(os.getpid())) is Liveness.ALIVE


def test_process_that_only_waits_to_be_reaped_is_dead() -> None:
    child = subprocess.Popen(["true"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert liveness(str(child.pid)) is Liveness.DEAD
    child.wait(30)


def test_names_of_this_host_are_single_words() -> None:
    here = this_host()

    for word in (here.name, here.machine, here.boot, here.pids):
        assert word.split() == [word]
