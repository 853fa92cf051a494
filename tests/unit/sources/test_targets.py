"""Places in run directories for what runs are given."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from guild.adapters.sources import copies
from guild.adapters.sources.targets import DirectoryRunTargets
from guild.domain.errors import GuildError
from guild.domain.manifest import ManifestEntry
from guild.domain.run import Run


@pytest.fixture
def targets(tmp_path: Path) -> DirectoryRunTargets:
    return DirectoryRunTargets(exclude=(str(tmp_path / "home"),))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A directory with a file, a script and a directory in it."""
    path = tmp_path / "data"
    (path / "sub").mkdir(parents=True)
    (path / "a.txt").write_text("A")
    (path / "sub/run.sh").write_text("B")
    (path / "sub/run.sh").chmod(0o755)
    return path


def place(
    targets: DirectoryRunTargets,
    run: Run,
    path: Path,
    target: str,
    link: bool = False,
    replace: bool = False,
) -> Path:
    placed = targets.place(run, str(path), target, link=link, replace=replace)
    assert not placed.exists
    assert leftovers(targets, run) == []
    return Path(placed.target)


def leftovers(targets: DirectoryRunTargets, run: Run) -> list[str]:
    incoming = Path(run.path, ".guild/incoming")
    found = os.listdir(incoming) if incoming.exists() else []
    targets.begin(run)
    assert not incoming.exists()
    return found


def test_a_file_is_copied(targets: DirectoryRunTargets, run: Run, data: Path) -> None:
    placed = targets.place(run, str(data / "a.txt"), "x/y/b.txt", link=False, replace=False)

    assert placed.target == f"{run.path}/x/y/b.txt"
    assert placed.source == "../../../data/a.txt"
    assert placed.sha1 == hashlib.sha1(b"A").hexdigest()
    assert Path(placed.target).read_text() == "A"
    assert not Path(placed.target).is_symlink()


def test_a_directory_is_copied_whole_with_its_modes(
    targets: DirectoryRunTargets, run: Run, data: Path
) -> None:
    (data / "sub").chmod(0o555)

    copy = place(targets, run, data, "d")

    assert sorted(p.relative_to(copy).as_posix() for p in copy.rglob("*")) == [
        "a.txt",
        "sub",
        "sub/run.sh",
    ]
    assert stat.S_IMODE((copy / "sub/run.sh").stat().st_mode) == 0o755
    assert stat.S_IMODE((copy / "sub").stat().st_mode) == 0o755
    (data / "sub").chmod(0o755)


def test_links_are_relative(targets: DirectoryRunTargets, run: Run, data: Path) -> None:
    link = place(targets, run, data, "x/d", link=True)

    assert os.readlink(link) == "../../../../data"
    assert (link / "a.txt").read_text() == "A"


def test_links_are_right_in_a_run_that_is_behind_a_link(
    targets: DirectoryRunTargets, tmp_path: Path, data: Path
) -> None:
    (tmp_path / "elsewhere/deep/bbb/.guild").mkdir(parents=True)
    (tmp_path / "bbb").symlink_to("elsewhere/deep/bbb")
    run = Run(id="bbb", path=str(tmp_path / "bbb"))  # type: ignore[arg-type]  # a run id

    link = place(targets, run, data, "d", link=True)

    assert (link / "a.txt").read_text() == "A"


def test_what_is_there_is_left_alone(targets: DirectoryRunTargets, run: Run, data: Path) -> None:
    Path(run.path, "a.txt").write_text("mine")

    for link in (False, True):
        placed = targets.place(run, str(data / "a.txt"), "a.txt", link=link, replace=False)
        assert placed.exists
        assert not placed.same
    assert Path(run.path, "a.txt").read_text() == "mine"


@pytest.mark.parametrize("link", [False, True])
def test_what_is_there_may_be_the_same(
    targets: DirectoryRunTargets, run: Run, data: Path, link: bool
) -> None:
    for _ in range(2):
        placed = targets.place(run, str(data / "a.txt"), "a.txt", link=link, replace=False)

    assert placed.exists
    assert placed.same


@pytest.mark.parametrize("link", [False, True])
@pytest.mark.parametrize("old", ["file", "directory", "link"])
def test_what_is_there_is_replaced_on_request(
    targets: DirectoryRunTargets, run: Run, data: Path, link: bool, old: str
) -> None:
    before = Path(run.path, "d")
    if old == "file":
        before.write_text("old")
    elif old == "directory":
        before.mkdir()
        (before / "old").write_text("old")
    else:
        before.symlink_to(data / "sub")

    found = place(targets, run, data, "d", link=link, replace=True)

    assert sorted(os.listdir(found)) == ["a.txt", "sub"]
    assert found.is_symlink() is link
    assert (data / "sub/run.sh").exists()


def test_links_in_a_directory_are_not_followed(
    targets: DirectoryRunTargets, run: Run, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").mkdir()
    (data / "loop").symlink_to(".")
    (data / "inside").symlink_to("sub/run.sh")
    (data / "outside").symlink_to("../secret")
    (data / "nowhere").symlink_to("missing")

    copy = place(targets, run, data, "d")

    assert os.readlink(copy / "loop") == "."
    assert os.readlink(copy / "inside") == "sub/run.sh"
    assert os.readlink(copy / "outside") == str(tmp_path / "secret")
    assert os.readlink(copy / "nowhere") == "missing"


def test_a_link_that_is_asked_for_is_followed(
    targets: DirectoryRunTargets, run: Run, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to("data")

    copy = place(targets, run, tmp_path / "link", "d")

    assert not copy.is_symlink()
    assert (copy / "sub/run.sh").read_text() == "B"


def test_a_directory_with_the_home_in_it_is_copied_without_it(
    targets: DirectoryRunTargets, run: Run, data: Path, tmp_path: Path
) -> None:
    copy = place(targets, run, tmp_path, "all")

    assert sorted(os.listdir(copy)) == ["data"]


def test_what_is_no_regular_file_is_left_out_and_told(
    targets: DirectoryRunTargets, run: Run, data: Path
) -> None:
    os.mkfifo(data / "pipe")

    placed = targets.place(run, str(data), "d", link=False, replace=False)

    assert placed.skipped == (str(data / "pipe"),)
    assert not Path(run.path, "d/pipe").exists()


def test_a_pipe_is_refused(targets: DirectoryRunTargets, run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(GuildError, match="neither a file nor a directory"):
        targets.place(run, str(tmp_path / "pipe"), "p", link=False, replace=False)


def test_nothing_is_written_through_a_link(
    targets: DirectoryRunTargets, run: Run, data: Path, tmp_path: Path
) -> None:
    Path(run.path, "d").symlink_to(data)

    with pytest.raises(GuildError, match="it is a link"):
        targets.place(run, str(data / "a.txt"), "d/new.txt", link=False, replace=True)
    assert not (data / "new.txt").exists()


def test_a_copy_that_fails_leaves_nothing_half_done(
    targets: DirectoryRunTargets, run: Run, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copies, "_copy_file", fail)

    with pytest.raises(GuildError, match=f"cannot copy {data}: No space left on device"):
        targets.place(run, str(data), "d", link=False, replace=False)
    targets.begin(run)

    assert os.listdir(run.path) == [".guild"]
    assert os.listdir(f"{run.path}/.guild") == []


def test_the_manifest_has_a_line_for_each_place(targets: DirectoryRunTargets, run: Run) -> None:
    manifest = Path(run.path, ".guild/manifest")
    manifest.write_text("s a.py 1 a.py\nd old - file:old\n")

    targets.record(run, [ManifestEntry("d", "x y", "12", "file:x.zip", "sub/a")])
    targets.record(run, [ManifestEntry("d", "old", "34", "file:new")])

    assert manifest.read_text() == (
        "s a.py 1 a.py\nd 'x y' 12 file:x.zip sub/a\nd old 34 file:new\n"
    )


def test_what_was_brought_is_gone_where_its_place_leads_nowhere(
    targets: DirectoryRunTargets, run: Run, data: Path
) -> None:
    place(targets, run, data / "a.txt", "a", link=True)
    place(targets, run, data / "a.txt", "b")
    targets.record(run, [ManifestEntry("d", name, "-", f"file:{name}") for name in "ab"])
    assert not targets.is_gone(run, "file:a")

    (data / "a.txt").unlink()

    assert targets.is_gone(run, "file:a")
    assert not targets.is_gone(run, "file:b")
    assert not targets.is_gone(run, "file:c")
