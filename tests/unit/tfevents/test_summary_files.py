"""The files of summary writers: their names, and what is in them whatever happens."""

from __future__ import annotations

import gc
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from guild.adapters.tfevents.summaryfile import SummaryFile
from guild.summary import SummaryWriter
from tests.unit.tfevents.boards import Board
from tests.unit.tfevents.test_summarywriter import files, messages, scalars

HOST = re.escape(os.uname().nodename)


def test_the_file_is_made_by_the_first_add(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path / "new/logs") as writer:
        assert os.listdir(tmp_path) == []
        writer.flush()
        writer.add_scalar("loss", 1)
        (path,) = files(tmp_path / "new/logs")

    assert re.fullmatch(rf"events\.out\.tfevents\.\d{{10}}\.{HOST}\.{os.getpid()}\.\d+", path.name)


def test_without_an_add_there_is_no_file(tmp_path: Path) -> None:
    writer = SummaryWriter(tmp_path / "logs")
    writer.flush()
    writer.close()
    writer.close()
    del writer

    assert os.listdir(tmp_path) == []


def test_the_directory_is_the_one_of_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    writer = SummaryWriter(".")
    monkeypatch.chdir(tmp_path / "elsewhere")
    writer.add_scalar("loss", 1)
    writer.close()

    assert len(files(tmp_path)) == 1
    assert writer.logdir == str(tmp_path)
    assert repr(writer) == f"<guild.summary.SummaryWriter {str(tmp_path)!r}>"


def test_writers_of_the_same_second_have_files_of_their_own(tmp_path: Path) -> None:
    opened = [SummaryFile(str(tmp_path), clock=lambda: 1234.5) for _ in range(3)]
    for file in opened:
        file.append(b"")
        file.close()

    numbers = [int(path.name.rpartition(".")[2]) for path in files(tmp_path)]
    assert len(set(numbers)) == 3
    assert all(path.name.startswith("events.out.tfevents.0000001234.") for path in files(tmp_path))


def test_a_file_that_is_there_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guild.adapters.tfevents.summaryfile._numbers", iter([0, 0, 1]))
    for _ in range(2):
        file = SummaryFile(str(tmp_path), clock=lambda: 1234.5)
        file.append(b"")
        file.close()

    assert [path.name.rpartition(".")[2] for path in files(tmp_path)] == ["0", "1"]


def test_a_base_and_a_suffix_make_the_name(tmp_path: Path) -> None:
    for base, suffix in (("mine", ""), ("mine", ".attrs"), (None, ".attrs")):
        with SummaryWriter(tmp_path, base, filename_suffix=suffix) as writer:
            writer.add_scalar("loss", 1)

    with_time, *named = [path.name for path in files(tmp_path)]
    assert named == ["events.out.tfevents.mine", "events.out.tfevents.mine.attrs"]
    assert re.search(r"\.\d+\.attrs$", with_time)


@pytest.mark.parametrize("part", ["a/b", "a\0b"])
def test_a_base_is_part_of_a_name(tmp_path: Path, part: str) -> None:
    for base, suffix in ((part, ""), (None, part)):
        with pytest.raises(ValueError, match="can't be part of the name of a file"):
            SummaryWriter(tmp_path, base, suffix)


@pytest.mark.parametrize("cut", [0, 1, 20, 28])
def test_a_file_with_a_base_is_gone_on_with(tmp_path: Path, cut: int) -> None:
    for _ in range(2):
        with SummaryWriter(tmp_path, "mine") as writer:
            writer.add_scalar("loss", 1, 1)
            writer.add_scalar("loss", 2, 2)
        (path,) = files(tmp_path)
        os.truncate(path, path.stat().st_size - cut)
    with SummaryWriter(tmp_path, "mine") as writer:
        writer.add_scalar("loss", 3, 3)

    kept = [("loss", 1, 1.0), ("loss", 2, 2.0)][: 1 if cut else 2]
    assert scalars(tmp_path) == [*kept, *kept, ("loss", 3, 3.0)]
    assert [step for step, _ in Board(tmp_path).scalars("loss")][-1] == 3
    assert len([each for each in messages(path) if each.file_version]) == 1


def test_a_damaged_file_is_not_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.mine"
    path.write_bytes(b"what is this, and where does it come from?")

    with (
        SummaryWriter(tmp_path, "mine") as writer,
        pytest.raises(OSError, match=r"cannot add to .*mine: it is damaged at byte 0"),
    ):
        writer.add_scalar("loss", 1)

    assert path.read_bytes() == b"what is this, and where does it come from?"


def test_nothing_is_added_after_the_end(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", 1)
    writer.flush()
    writer.close()

    with pytest.raises(ValueError, match=f"the summary writer for {tmp_path} is closed"):
        writer.add_scalar("loss", 2)
    with pytest.raises(ValueError, match="is closed"):
        writer.add_text("note", "later")
    assert scalars(tmp_path) == [("loss", 0, 1.0)]


def open_files(path: Path) -> list[str]:
    """Files below a directory that this process has open."""
    found = []
    for each in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{each}"))
        except OSError:
            continue
    return [each for each in found if each.startswith(str(path))]


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs /proc")
def test_a_writer_that_nobody_has_is_closed(tmp_path: Path) -> None:
    writer = SummaryWriter(tmp_path)
    writer.add_scalar("loss", 1)
    assert len(open_files(tmp_path)) == 1
    del writer
    gc.collect()

    assert open_files(tmp_path) == []
    assert scalars(tmp_path) == [("loss", 0, 1.0)]


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(OSError, match=r"/file/logs'"):
        SummaryWriter(tmp_path / "file/logs").add_scalar("loss", 1)


def test_threads_share_a_writer(tmp_path: Path) -> None:
    def work(name: str) -> None:
        barrier.wait()
        for step in range(200):
            writer.add_scalar(name, step, step)

    names = ["a", "b", "c", "d"]
    barrier = threading.Barrier(len(names))
    with SummaryWriter(tmp_path) as writer:
        threads = [threading.Thread(target=work, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(files(tmp_path)) == 1
    found = scalars(tmp_path)
    for name in names:
        assert [step for tag, step, _ in found if tag == name] == list(range(200))


FORK = """
import os, sys, threading
from guild.summary import SummaryWriter

writer = SummaryWriter(sys.argv[1])
writer.add_scalar("both", 0)
taken, forked = threading.Event(), threading.Event()

def hold():
    with writer._file._lock:
        taken.set()
        forked.wait()

thread = threading.Thread(target=hold)
thread.start()
taken.wait()
other = SummaryWriter(sys.argv[1])
other._file._lock = writer._file._lock
child = os.fork()
if not child:
    other.close()
    writer.add_scalar("child", 1, os.getpid())
    os._exit(0)
forked.set()
thread.join()
os.waitpid(child, 0)
writer.add_scalar("parent", 2, os.getpid())
"""


def test_a_fork_has_a_file_of_its_own(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK, str(tmp_path)], check=True, timeout=60
    )

    assert len(files(tmp_path)) == 2
    for path in files(tmp_path):
        process = int(path.name.split(".")[-2])
        *_, last = messages(path)
        assert last.step == process
    assert sorted(tag for tag, _, _ in scalars(tmp_path)) == ["both", "child", "parent"]


KILLED = """
import os, signal, sys
from guild.summary import SummaryWriter

writer = SummaryWriter(sys.argv[1])
for step in range(3):
    writer.add_scalar("loss", step, step)
writer.add_text("note", "text")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_program_leaves_what_it_added(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)

    assert done.returncode == -signal.SIGKILL
    assert scalars(tmp_path) == [("loss", step, float(step)) for step in range(3)]
    assert len(messages(files(tmp_path)[0])) == 5


def test_readers_survive_a_cut_at_any_place(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        for step in range(3):
            writer.add_scalar("loss", step, step)
    (path,) = files(tmp_path)
    content = path.read_bytes()

    for size in range(len(content)):
        path.write_bytes(content[:size])
        found = scalars(tmp_path)
        assert found == [("loss", step, float(step)) for step in range(len(found))]
    path.write_bytes(content[:-1])
    assert Board(tmp_path).scalars("loss") == [(0, 0.0), (1, 1.0)]


FULL_DISK = """
import resource, signal, sys
from guild.summary import SummaryWriter

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
writer = SummaryWriter(sys.argv[1])
writer.add_scalar("loss", 1, 1)
resource.setrlimit(resource.RLIMIT_FSIZE, (150, resource.RLIM_INFINITY))
try:
    writer.add_text("note", "x" * 1000)
except OSError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
writer.add_scalar("loss", 2, 2)
"""


def test_a_full_disk_leaves_whole_records(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )

    (path,) = files(tmp_path)
    assert done.stdout == f"[Errno 27] File too large: {str(path)!r}\n"
    assert scalars(tmp_path) == [("loss", 1, 1.0), ("loss", 2, 2.0)]


def test_an_interrupt_leaves_whole_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def some(fd: int, data: bytes) -> int:
        if len(data) < 10:
            raise KeyboardInterrupt
        return write(fd, data[:-5])

    writer = SummaryWriter(tmp_path)
    writer.add_scalar("loss", 1, 1)
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", some)
        with pytest.raises(KeyboardInterrupt):
            writer.add_scalar("loss", 2, 2)
    writer.add_scalar("loss", 3, 3)
    writer.close()

    assert scalars(tmp_path) == [("loss", 1, 1.0), ("loss", 3, 3.0)]


def after_write(monkeypatch: pytest.MonkeyPatch, handler: Callable[[], None]) -> None:
    """Have a signal come right after the next write of something."""
    write = os.write

    def interrupted(fd: int, data: bytes) -> int:
        monkeypatch.setattr(os, "write", write)
        written = write(fd, data)
        handler()
        return written

    monkeypatch.setattr(os, "write", interrupted)


def test_a_signal_may_close_the_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def end() -> None:
        writer.close()
        sys.exit(3)

    writer = SummaryWriter(tmp_path)
    writer.add_scalar("loss", 1, 1)
    after_write(monkeypatch, end)

    with pytest.raises(SystemExit, match="3"):
        writer.add_scalar("loss", 2, 2)

    assert scalars(tmp_path) == [("loss", 1, 1.0), ("loss", 2, 2.0)]
    with pytest.raises(ValueError, match="is closed"):
        writer.add_scalar("loss", 3, 3)
    assert writer._file._file is None


@pytest.mark.parametrize("ends", [False, True])
def test_a_signal_may_add_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    def add() -> None:
        writer.add_scalar("interrupted", 2, 2)
        if ends:
            raise KeyboardInterrupt

    writer = SummaryWriter(tmp_path)
    writer.add_scalar("loss", 1, 1)
    after_write(monkeypatch, add)

    with pytest.raises(KeyboardInterrupt) if ends else nullcontext():
        writer.add_scalar("loss", 2, 2)
    writer.add_scalar("loss", 3, 3)
    writer.close()

    tags = ["loss", "loss", "interrupted", "loss"]
    assert [tag for tag, _, _ in scalars(tmp_path)] == tags
