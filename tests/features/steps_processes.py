"""Steps about runs that are under way: started, told to stop, looked at until they are over."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Iterator

import psutil
from pytest_bdd import given, parsers, then, when

from tests.e2e.sandbox import wait_until
from tests.features.world import World, matches

__all__: list[str] = []


@given(parsers.re(r'a script "(?P<name>.*)" that runs until it is stopped'))
def waiting_script(world: World, name: str) -> None:
    world.sandbox.write(
        name, 'import time\nprint("ready", flush=True)\nwhile True:\n    time.sleep(1)\n'
    )


@given(parsers.re(r'"guild (?P<line>.*)" is under way'))
@when(parsers.re(r'"guild (?P<line>.*)" is under way'))
def under_way(world: World, line: str) -> None:
    """Started, and seen to have come to the script's own first line of output."""
    process = world.sandbox.start(*shlex.split(line))
    assert process.stdout is not None
    lines = (text.decode().strip() for text in process.stdout)
    assert "ready" in lines


@when(parsers.re(r"guild gets (?P<name>SIG\w+)"))
def signal_guild(world: World, name: str) -> None:
    world.sandbox.left_running[-1].send_signal(signal.Signals[name])


@when("guild is killed")
def kill_guild(world: World) -> None:
    signal_guild(world, "SIGKILL")
    guild_ends(world)


@when(parsers.re(r'the run "(?P<run>\w+)" finds a file "(?P<name>\w+)"'))
def run_finds_file(world: World, run: str, name: str) -> None:
    (world.sandbox.run_dir(run) / name).touch()


@then("guild ends")
def guild_ends(world: World) -> None:
    world.sandbox.left_running[-1].wait(30)


@then(parsers.parse("guild ends with exit status {code:d}"))
def guild_ends_with(world: World, code: int) -> None:
    assert world.sandbox.left_running[-1].wait(30) == code


@then(parsers.re(r'the output of the run "(?P<run>\w+)" becomes:'))
def output_becomes(world: World, run: str, docstring: str) -> None:
    output = world.sandbox.run_dir(run) / ".guild/output"
    wait_until(
        lambda: output.is_file() and matches(docstring, output.read_text()), "it is written"
    )


@then(parsers.re(r'the run "(?P<run>\w+)" becomes (?P<status>\w+)'))
def becomes(world: World, run: str, status: str) -> None:
    wait_until(lambda: world.sandbox.info(run)["status"] == status, f"{run} is {status}")


@then(parsers.re(r'the run "(?P<run>\w+)" stops running'))
def stops_running(world: World, run: str) -> None:
    wait_until(lambda: world.sandbox.info(run)["status"] != "running", f"{run} stopped")


@then(parsers.re(r'the run "(?P<run>\w+)" soon has the scalar "(?P<name>.*)"'))
def soon_has_scalar(world: World, run: str, name: str) -> None:
    wait_until(lambda: name in world.sandbox.info(run)["scalars"], f"{name} is written")
    assert world.sandbox.info(run)["status"] == "running"


@then(parsers.re(r'nothing of the run "(?P<run>\w+)" is left running'))
def nothing_left(world: World, run: str) -> None:
    wait_until(lambda: not list(_processes_of(world, run)), "all processes are gone")


def _processes_of(world: World, run: str) -> Iterator[int]:
    own = str(world.sandbox.run_dir(run))
    for process in psutil.process_iter():
        try:
            if process.environ().get("RUN_DIR") == own:
                yield process.pid
        except (psutil.Error, OSError):
            continue
