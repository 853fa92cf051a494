"""Requests to stop that come before there is a program to pass them on to."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from attrs import frozen

from tests.e2e.sandbox import GUILD, Sandbox

pytestmark = pytest.mark.e2e


@frozen
class Server:
    """A server, and what keeps its connections open."""

    socket: socket.socket
    taken: ExitStack


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that takes requests and never answers."""
    with socket.socket() as silent, ExitStack() as taken:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.settimeout(30)
        yield Server(silent, taken)


def begun(sandbox: Sandbox, server: Server, *words: str) -> subprocess.Popen[bytes]:
    """A command line that waits for the server."""
    sandbox.write("ok.py", "x = 1\n")
    url = f"http://127.0.0.1:{server.socket.getsockname()[1]}/a"
    sandbox.write(
        "guild.yml",
        "ok:\n  flags-import: all\n"
        f"  requires: [{{url: '{url}', optional: yes}}]\n"
        "both:\n  steps: [ok, ok]\n",
    )
    process = subprocess.Popen(
        [GUILD, "run", *words, "-y"],
        cwd=sandbox.project,
        env=sandbox.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    sandbox.left_running.append(process)
    server.taken.enter_context(server.socket.accept()[0])
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("words", [("ok",), ("both",), ("ok", "x=[1,2]", "--keep-batch")])
def test_what_is_told_to_stop_is_terminated(
    sandbox: Sandbox, server: Server, words: tuple[str, ...], number: signal.Signals
) -> None:
    process = begun(sandbox, server, *words)

    process.send_signal(number)
    _, err = process.communicate(timeout=30)

    assert process.returncode == 256 - number, err
    assert b"Traceback" not in err
    ended = sandbox.runs("--terminated")
    assert {run["exit_status"] for run in ended} == {-number}, err
    assert not sandbox.runs("--error", "--pending", "--running")
    assert not list((sandbox.home / "runs").glob("*/.guild/LOCK"))


def test_what_is_stopped_by_its_id_is_terminated(sandbox: Sandbox, server: Server) -> None:
    process = begun(sandbox, server, "ok", "--run-id", "aaa")

    assert sandbox.guild("stop", "aaa", "-y").code == 0
    process.communicate(timeout=30)

    assert [run["id"] for run in sandbox.runs("--terminated")] == ["aaa"]
