"""Processes of steps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from guild.app.ports.launcher import Crew
from guild.app.ports.launcher import Launcher as LauncherPort
from guild.app.step_launcher import StepLauncher
from guild.domain.errors import GuildError
from guild.domain.process import Exit, Job, Stream
from tests.unit.app.world import Launcher

JOB = Job(args=("x",), env={}, directory="/")


@define
class Observer:
    """Keeps what it is told; raises `failure` for output."""

    told: bytes = b""
    exits: list[Exit] = field(factory=list)
    failure: GuildError | None = None

    def started(self, pid: int) -> None: ...

    def output(self, stream: Stream, data: bytes) -> None:
        self.told += data
        if self.failure is not None:
            raise self.failure

    def idle(self) -> None: ...

    def ended(self, exit: Exit) -> None:
        self.exits.append(exit)


@define
class Kept:
    pieces: list[tuple[Stream, bytes]] = field(factory=list)

    def __call__(self, stream: Stream, data: bytes) -> None:
        self.pieces.append((stream, data))

    def of(self, stream: Stream) -> bytes:
        return b"".join(data for each, data in self.pieces if each is stream)


streams = st.sampled_from(Stream)


@given(st.lists(st.tuples(streams, st.text("ab\n").map(str.encode))))
def test_whole_lines_are_kept(output: list[tuple[Stream, bytes]]) -> None:
    kept, observer = Kept(), Observer()

    StepLauncher(Launcher(output=output), kept, lambda: None).launch(JOB, observer, lambda: None)

    assert all(data.endswith(b"\n") for _, data in kept.pieces)
    for stream in Stream:
        written = b"".join(data for each, data in output if each is stream)
        end = b"" if not written or written.endswith(b"\n") else b"\n"
        assert kept.of(stream) == written + end
    assert observer.told == b"".join(data for _, data in output)
    assert [exit.status for exit in observer.exits] == [0]


def test_lines_that_are_too_long_are_not_waited_for() -> None:
    kept = Kept()
    output = [(Stream.STDOUT, b"x" * 100_000)] * 3

    StepLauncher(Launcher(output=output), kept, lambda: None).launch(JOB, Observer(), lambda: None)

    assert [len(data) for _, data in kept.pieces] == [100_000] * 3


def test_the_end_is_told_also_if_output_cannot_be_kept() -> None:
    observer = Observer()

    def full(stream: Stream, data: bytes) -> None:
        raise GuildError("no space left")

    launcher = Launcher(output=[(Stream.STDOUT, b"x")])
    with pytest.raises(GuildError):
        StepLauncher(launcher, full, lambda: None).launch(JOB, observer, lambda: None)

    assert len(observer.exits) == 1


def test_output_is_kept_also_if_the_step_cannot_keep_it() -> None:
    kept = Kept()
    launcher = Launcher(output=[(Stream.STDOUT, b"x\n")])
    observer = Observer(failure=GuildError("full"))

    with pytest.raises(GuildError):
        StepLauncher(launcher, kept, lambda: None).launch(JOB, observer, lambda: None)

    assert kept.of(Stream.STDOUT) == b"x\n"


def test_what_was_asked_to_stop_is_not_started() -> None:
    launcher, observer = Launcher(), Observer()

    exit = StepLauncher(launcher, Kept(), lambda: 15).launch(JOB, observer, lambda: None)

    assert exit.status == -15
    assert [each.status for each in observer.exits] == [-15]
    assert launcher.jobs == []


def test_a_crew_knows_what_came_before() -> None:
    with StepLauncher(Launcher(), Kept(), lambda: 2).crew(alone=True) as crew:
        assert crew.told == 2


@pytest.mark.parametrize(("alone", "kept"), [(True, b"x\n"), (False, b"")])
def test_output_of_jobs_side_by_side_is_not_kept(alone: bool, kept: bytes) -> None:
    found = Kept()
    launcher = Launcher(output=[(Stream.STDOUT, b"x\n")])

    with StepLauncher(launcher, found, lambda: None).crew(alone=alone) as crew:
        crew.start(JOB, Observer(), lambda: None)
        assert crew.size == 1
        crew.wait()

    assert found.of(Stream.STDOUT) == kept


def test_of_steps_of_steps_all_pipelines_keep_the_output_and_are_asked_once() -> None:
    asked: list[int] = []
    kept = [Kept() for _ in range(40)]
    launcher: LauncherPort = Launcher(output=[(Stream.STDOUT, b"line\n")])

    def nobody() -> int | None:
        asked.append(1)
        return None

    told: Callable[[], int | None] = nobody
    for keep in kept:
        launcher = StepLauncher(launcher, keep, told)
        told = _told_by(launcher.crew(alone=True).__enter__())

    launcher.launch(JOB, Observer(), lambda: None)

    assert [each.of(Stream.STDOUT) for each in kept] == [b"line\n"] * 40
    assert len(asked) == 1


def _told_by(crew: Crew) -> Callable[[], int | None]:
    return lambda: crew.told
