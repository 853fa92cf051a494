"""Copies of source code in run directories."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import Factory, frozen

from guild.adapters.fsstore.contents import DirectoryRunContents
from guild.adapters.fsstore.snapshot import DirectorySourceCopies
from guild.domain.errors import DamagedRun, GuildError, StoreError
from guild.domain.ids import RunId
from guild.domain.leftout import SourceLimitReached
from guild.domain.operation import SourceSpec
from guild.domain.run import Run
from guild.domain.sourcecode import SourceLimits
from guild.domain.status import Liveness


@frozen
class Place:
    """A project and a home beside it, whose runs get its source."""

    top: Path
    events: list[SourceLimitReached] = Factory(list)

    @property
    def project(self) -> Path:
        return self.top / "project"

    @property
    def home(self) -> Path:
        return self.top / "home"

    def write(self, path: str, content: str | bytes = "x") -> Path:
        """Write a file of the project."""
        file = self.project / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def work_tree(self, directory: str = "project") -> None:
        """Make a directory a git work tree."""
        git = self.top / directory / ".git"
        git.mkdir(parents=True, exist_ok=True)
        (git / "HEAD").write_text("ref: refs/heads/main\n")

    def run(self, run_id: str = "r1") -> Run:
        """A run without files, or the one of this id."""
        path = self.home / "runs" / run_id
        (path / ".guild").mkdir(parents=True, exist_ok=True)
        (path / ".guild" / "opref").write_text("script:/p '' '' x.py")
        return Run(id=RunId(run_id), path=str(path))

    def take(
        self,
        run: Run | None = None,
        *,
        root: Path | None = None,
        home: Path | None = None,
        dest: str = ".",
        limits: SourceLimits | None = None,
        needed: tuple[str, ...] = (),
    ) -> str | None:
        exclude = (str(home or self.home),)
        copies = DirectorySourceCopies(exclude, limits or SourceLimits())
        source = SourceSpec(root=str(root or self.project), dest=dest, needed=needed)
        return copies.take(source, run or self.run(), self.events.append)

    def copied(self, run: Run | None = None) -> list[str]:
        """Run paths in the manifest, all of which exist."""
        run = run or self.run()
        paths = [line.split(" ")[1] for line in manifest(run) if line.startswith("s ")]
        assert all(Path(run.path, path).is_file() for path in paths)
        return paths


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.project.mkdir()
    return place


def manifest(run: Run) -> list[str]:
    return Path(run.path, ".guild/manifest").read_text().splitlines()


def sha1(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()


def test_files_are_copied_and_listed_with_their_hash(place: Place) -> None:
    place.write("train.py", "print(1)\n")
    place.write("pkg/deep/x.txt", "")

    place.take()

    assert manifest(place.run()) == [
        f"s pkg/deep/x.txt {sha1(b'')} pkg/deep/x.txt",
        f"s train.py {sha1(b'print(1)' + bytes([10]))} train.py",
    ]
    assert Path(place.run().path, "train.py").read_text() == "print(1)\n"
    assert place.events == []


def test_the_digest_is_over_paths_and_contents_in_order_of_paths(place: Place) -> None:
    place.write("b/x.py", "1")
    place.write("b.py", "2")
    place.write("a.py", "3")

    # "." comes before "/", though files come before directories in the walk.
    assert place.take() == hashlib.md5(b"a.py\x003\0b.py\x002\0b/x.py\x001\0").hexdigest()


def test_without_source_there_is_no_digest_and_an_empty_manifest(place: Place) -> None:
    assert place.take() is None
    assert manifest(place.run()) == []


def test_source_can_go_below_the_run_directory(place: Place) -> None:
    place.write("a.py", "1")

    digest = place.take(dest="./src/x/")

    assert manifest(place.run()) == [f"s src/x/a.py {sha1(b'1')} a.py"]
    assert digest == hashlib.md5(b"src/x/a.py\x001\0").hexdigest()


@pytest.mark.parametrize("dest", ["/abs", "../x", ".guild/attrs", "a/../../b"])
def test_source_can_not_go_elsewhere(place: Place, dest: str) -> None:
    place.write("a.py")

    with pytest.raises(GuildError, match="destination"):
        place.take(dest=dest)


def test_contents_of_any_length_are_copied(place: Place) -> None:
    content = bytes(range(32, 127)) * 3000
    place.write("big.txt", content)

    place.take()

    assert Path(place.run().path, "big.txt").read_bytes() == content
    assert manifest(place.run()) == [f"s big.txt {sha1(content)} big.txt"]


def test_executable_files_stay_executable(place: Place) -> None:
    place.write("run.sh").chmod(0o755)
    place.write("a.py").chmod(0o444)

    place.take()

    assert stat.S_IMODE(Path(place.run().path, "run.sh").stat().st_mode) & 0o111
    assert stat.S_IMODE(Path(place.run().path, "a.py").stat().st_mode) == 0o444


def test_names_may_have_spaces_and_any_bytes(place: Place) -> None:
    names = [b"a b.py", "é.py".encode(), b"\xff.py", b"it's\n.py"]
    for name in names:
        Path(os.fsdecode(bytes(place.project) + b"/" + name)).write_text("1")

    digest = place.take()

    assert sorted(os.listdir(os.fsencode(place.run().path))) == sorted([b".guild", *names])
    assert digest == hashlib.md5(b"".join(n + b"\x001\0" for n in sorted(names))).hexdigest()


def test_the_project_may_be_anywhere(tmp_path: Path) -> None:
    place = Place(tmp_path / "my project é")
    place.write("a.py")

    place.take()

    assert place.copied() == ["a.py"]


def test_a_missing_project_is_an_error(place: Place) -> None:
    with pytest.raises(StoreError, match="missing"):
        place.take(root=place.top / "missing")


# What is left out


def test_the_home_is_left_out_wherever_it_is(place: Place) -> None:
    place.write("a.py")
    place.write("homes/mine/cache/x.py")
    (place.top / "alias").symlink_to(place.project / "homes")

    place.take(home=place.top / "alias" / "mine")

    assert place.copied() == ["a.py"]


def test_runs_inside_the_project_are_left_out(place: Place) -> None:
    place.write("a.py")
    place.write("out/old/.guild/opref")
    place.write("out/old/old.py")
    new = place.project / "out" / "new"
    (new / ".guild").mkdir(parents=True)
    (new / "data.py").write_text("")
    run = Run(id=RunId("new"), path=str(new))

    place.take(run)

    assert place.copied(run) == ["a.py"]


def test_a_project_that_is_the_home_gives_all_but_the_state(place: Place) -> None:
    place.write("a.py")
    place.write("runs/1/b.py")
    place.write("cache/c.py")

    place.take(home=place.project)

    assert place.copied() == ["a.py"]


@pytest.mark.parametrize("tree", [False, True])
def test_what_is_no_source_is_left_out_in_and_outside_of_work_trees(
    place: Place, tree: bool
) -> None:
    place.write("a.py")
    place.write(".git/HEAD" if tree else ".git/config")
    place.write(".guild/runs/1/x.py")
    place.write("env/pyvenv.cfg")
    place.write("env/lib/x.py")
    place.write("conda/conda-meta/history")
    place.write("old/bin/activate")
    place.write("data/.guild-nocopy")
    place.write("data/x.csv")
    place.write("pkg/__pycache__/x.cpython-311.pyc", b"\0")
    place.write("web/node_modules/x/index.js")

    place.take()

    assert place.copied() == ["a.py"]
    assert place.events == []


@pytest.mark.parametrize("tree", [False, True])
def test_a_project_that_is_a_virtual_environment_gives_its_own_files(
    place: Place, tree: bool
) -> None:
    place.write("pyvenv.cfg")
    place.write("bin/activate.csh")
    place.write("lib/python3.11/site-packages/x.py")
    place.write("src/lib/a.py")
    if tree:
        place.work_tree()

    place.take()

    assert place.copied() == ["pyvenv.cfg", "src/lib/a.py"]


def test_data_and_dot_directories_are_left_out_outside_of_work_trees(place: Place) -> None:
    place.write(".env")
    place.write(".idea/x.xml")
    place.write("build/x.py")
    place.write("weights", b"\x00\x01")
    place.write("Makefile", "all:\n")
    place.write("big.bin", b"\0" * 1024 * 1025)

    place.take()

    assert place.copied() == [".env", "Makefile"]
    assert place.events == []


def test_big_files_are_left_out_and_told_of(place: Place) -> None:
    place.write("sub/big.txt", b"x" * 11)
    place.write("fits.txt", b"x" * 10)

    place.take(limits=SourceLimits(max_size=10))

    assert place.copied() == ["fits.txt"]
    assert place.events == [SourceLimitReached(("sub/big.txt",), 0, 100, 10)]


def test_files_of_a_directory_come_before_its_subdirectories(place: Place) -> None:
    for name in ("a/1.py", "a/2.py", "b/1.py", "z.py", "img.png"):
        place.write(name)

    place.take(limits=SourceLimits(max_files=2))

    assert place.copied() == ["a/1.py", "z.py"]
    assert place.events == [SourceLimitReached((), 2, 2, 1024 * 1024)]


def test_all_that_was_left_out_is_told_at_once(place: Place) -> None:
    for name in ("1.py", "2.py", "3.py"):
        place.write(name)
    place.write("big.txt", "x" * 100)

    place.take(limits=SourceLimits(max_files=1, max_size=10))

    assert place.events == [SourceLimitReached(("big.txt",), 2, 1, 10)]


@pytest.mark.parametrize("path", ["program", ".hidden/program", "node_modules/x/program"])
@pytest.mark.parametrize("content", [b"\x7fELF\0", b"x" * 2000, b"text"])
@pytest.mark.parametrize("in_work_tree", [True, False])
def test_what_is_needed_is_copied_whatever_the_rules_say(
    place: Place, path: str, content: bytes, in_work_tree: bool
) -> None:
    place.write(path, content)
    place.write("a.txt")
    place.write(".gitignore", "program\n")
    if in_work_tree:
        place.work_tree()

    place.take(needed=(path,), limits=SourceLimits(max_size=1000, max_files=2))

    assert path in place.copied()
    assert place.events == []


def test_what_is_needed_and_chosen_anyway_is_copied_once(place: Place) -> None:
    place.write("a.py", "1")

    digest = place.take(needed=("a.py", "gone.py", ".guild/x"))

    assert place.copied() == ["a.py"]
    assert digest == hashlib.md5(b"a.py\x001\0").hexdigest()


@pytest.mark.skipif(os.getuid() == 0, reason="root reads everything")
def test_unreadable_files_are_told_of(place: Place) -> None:
    place.write("a.py")
    place.write("secret.py").chmod(0)
    place.write("unknown").chmod(0)
    place.write("dir/x.py").parent.chmod(0)

    place.take()

    (place.project / "dir").chmod(0o755)
    assert place.copied() == ["a.py"]
    assert sorted(place.events[0].unreadable) == ["dir/", "secret.py", "unknown"]


def test_files_that_fail_to_open_are_told_of(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.write("a.py")
    place.write("b.py")
    real_open = os.open

    def refuse(path: str, flags: int, mode: int = 0o777) -> int:
        if path == str(place.project / "a.py"):
            raise PermissionError(13, "no", path)
        return real_open(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)

    digest = place.take()

    assert place.copied() == ["b.py"]
    assert place.events == [SourceLimitReached((), 0, 100, 1024 * 1024, ("a.py",))]
    assert digest == hashlib.md5(b"b.py\0x\0").hexdigest()


def test_special_files_are_never_opened(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.project)
    os.mkfifo("pipe.py")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("sock.py")

    place.take()

    assert place.copied() == []
    assert place.events == []


# Work trees and ignore files


def test_in_a_work_tree_all_that_is_not_ignored_is_copied(place: Place) -> None:
    place.work_tree()
    place.write(".gitignore", "*.log\n/build/\ndata/**\n!data/keep\n")
    place.write("a.log")
    place.write("build/x.py")
    place.write("sub/build/x.py")
    place.write("data/x")
    place.write("data/keep")
    place.write(".github/ci.yml")
    place.write("weights.bin", b"\0" * 2048 * 1024)

    place.take(limits=SourceLimits(max_files=1))

    assert place.copied() == [".github/ci.yml", "data/keep", "sub/build/x.py", "weights.bin"]
    assert place.events == []


def test_ignore_files_hold_below_their_directory_and_the_deepest_decides(place: Place) -> None:
    place.work_tree("")
    (place.top / ".gitignore").write_text("*.log\n/project/top.py\n")
    place.write("sub/.gitignore", "!keep.log\n/*.py\n")
    for name in ("top.py", "a.log", "sub/keep.log", "sub/a.py", "sub/sub/b.py"):
        place.write(name)

    place.take()

    assert place.copied() == ["sub/keep.log", "sub/sub/b.py"]


def test_ignore_files_hold_outside_of_work_trees_too(place: Place) -> None:
    place.write(".gitignore", "# nothing\n\nsecret*\r\nout/\n")
    place.write("a.py")
    place.write("secret.txt")
    place.write("out/x.py")

    place.take()

    assert place.copied() == [".gitignore", "a.py"]


def test_patterns_without_meaning_are_passed_over(place: Place) -> None:
    place.write(".gitignore", "!\n*.log\n\\\n")
    place.write("a.log")

    place.take()

    assert place.copied() == [".gitignore"]


def test_the_repository_has_its_own_ignore_file(place: Place) -> None:
    place.work_tree()
    place.write(".git/info/exclude", "*.tmp\n")
    place.write("a.tmp")
    place.write("a.py")

    place.take()

    assert place.copied() == ["a.py"]


def test_the_project_can_ignore_more_than_git(place: Place) -> None:
    place.work_tree()
    place.write(".gitignore", "a.csv\n")
    place.write(".guildignore", "*.txt\n!a.csv\n")
    place.write("a.csv")
    place.write("sub/b.txt")
    place.write("c.py")

    place.take()

    assert place.copied() == ["a.csv", "c.py"]


def test_a_project_that_its_work_tree_ignores_is_taken_as_outside(place: Place) -> None:
    place.work_tree("")
    (place.top / ".gitignore").write_text("project/\n")
    place.write("a.py")
    place.write("data.bin", b"\0")

    place.take()

    assert place.copied() == ["a.py"]


def test_a_linked_work_tree_is_one(place: Place) -> None:
    place.write(".git", "gitdir: /elsewhere")
    place.write("data.bin", b"\0")

    place.take()

    assert place.copied() == ["data.bin"]


# Links


def test_links_are_followed(place: Place) -> None:
    (place.top / "lib").mkdir()
    (place.top / "lib" / "x.py").write_text("1")
    (place.project / "lib").symlink_to(place.top / "lib")
    (place.project / "a.py").symlink_to(place.top / "lib" / "x.py")

    place.take()

    assert place.copied() == ["a.py", "lib/x.py"]
    assert not Path(place.run().path, "a.py").is_symlink()


def test_links_in_circles_and_to_nowhere_end(place: Place) -> None:
    place.write("a/x.py")
    place.write("b/y.py")
    (place.project / "a" / "up").symlink_to("..")
    (place.project / "a" / "b").symlink_to("../b")
    (place.project / "b" / "a").symlink_to("../a")
    (place.project / "gone.py").symlink_to("nowhere")
    (place.project / "self.py").symlink_to("self.py")

    place.take()

    assert place.copied() == ["a/b/y.py", "a/x.py", "b/a/x.py", "b/y.py"]
    assert place.events == []


def test_links_into_the_home_are_not_followed(place: Place) -> None:
    place.write("a.py")
    run = place.run("r0")
    Path(run.path, "out.py").write_text("")
    (place.project / "latest").symlink_to(run.path)
    (place.project / "runs").symlink_to(place.home / "runs")

    place.take()

    assert place.copied() == ["a.py"]


def test_links_out_of_a_work_tree_have_the_rules_for_outside(place: Place) -> None:
    place.work_tree()
    (place.top / "data").mkdir()
    (place.top / "data" / "x.py").write_text("1")
    (place.top / "data" / "x.bin").write_bytes(b"\0")
    place.write("inside/y.bin", b"\0")
    (place.project / "data").symlink_to(place.top / "data")
    (place.project / "x.bin").symlink_to(place.top / "data" / "x.bin")
    (place.project / "again").symlink_to("inside")

    place.take()

    assert place.copied() == ["again/y.bin", "data/x.py", "inside/y.bin"]


# Copying again


def test_a_second_copy_replaces_the_first(place: Place) -> None:
    place.write("a.py", "1")
    place.take()
    place.write("a.py", "22")

    with Path(place.run().path, "a.py").open() as before:
        digest = place.take()
        assert before.read() == "1"

    assert Path(place.run().path, "a.py").read_text() == "22"
    assert digest == hashlib.md5(b"a.py\x0022\0").hexdigest()
    assert sorted(os.listdir(place.run().path)) == [".guild", "a.py"]


def test_files_gone_from_the_project_are_removed_unless_the_run_changed_them(
    place: Place,
) -> None:
    for name in ("a.py", "sub/deep/gone.py", "changed.py"):
        place.write(name)
    place.take()
    Path(place.run().path, "changed.py").write_text("by the run")
    (place.project / "sub/deep/gone.py").unlink()
    (place.project / "changed.py").unlink()

    place.take()

    assert place.copied() == ["a.py"]
    assert sorted(os.listdir(place.run().path)) == [".guild", "a.py", "changed.py"]


def test_dependencies_keep_their_lines_and_their_files(place: Place) -> None:
    run = Path(place.run().path)
    outside = place.top / "outside"
    outside.mkdir()
    (outside / "x.py").write_text("outside")
    (run / "linked").symlink_to(outside)
    (run / "data.txt").write_text("dependency")
    lines = ["d linked - file:linked", "d data.txt - file:data.txt", "d dir - file:dir"]
    (run / ".guild/manifest").write_text("\n".join(["s ../../gone x gone", *lines]) + "\n")
    for name in ("a.py", "linked/x.py", "data.txt", "dir/x.py"):
        place.write(name, "source")

    place.take()

    assert manifest(place.run()) == [f"s a.py {sha1(b'source')} a.py", *lines]
    assert (outside / "x.py").read_text() == "outside"
    assert (run / "data.txt").read_text() == "dependency"


def test_files_are_never_written_through_links_in_the_run(place: Place) -> None:
    outside = place.top / "outside"
    outside.mkdir()
    (outside / "x.py").write_text("outside")
    Path(place.run().path, "link").symlink_to(outside)
    Path(place.run().path, "a.py").symlink_to(outside / "x.py")
    place.write("link/x.py", "source")
    place.write("a.py", "source")

    place.take()

    assert (outside / "x.py").read_text() == "outside"
    assert place.copied() == ["a.py"]
    assert Path(place.run().path, "a.py").read_text() == "source"


def test_unsafe_lines_of_a_manifest_remove_nothing(place: Place) -> None:
    precious = place.write("keep.csv", "1")
    run = place.run()
    path = os.path.relpath(precious, run.path)
    Path(run.path, ".guild/manifest").write_text(f"s {path} {sha1(b'1')} x\n")

    place.take(root=place.home)

    assert precious.exists()


def test_a_file_where_a_directory_must_be_is_an_error(place: Place) -> None:
    Path(place.run().path, "sub").write_text("")
    place.write("sub/a.py")

    with pytest.raises(StoreError, match="sub"):
        place.take()


# Copies of copies


def copy(place: Place, other: Run) -> Run:
    run = place.run("r2")
    DirectorySourceCopies().copy_from(other, run)
    return run


def test_source_is_copied_from_another_run_by_its_manifest(place: Place) -> None:
    place.write("a b.py", "1")
    place.write("run.sh", "2").chmod(0o755)
    place.write("gone.py")
    other = place.run()
    place.take(dest="src")
    Path(other.path, "src/output.txt").write_text("")
    Path(other.path, "src/gone.py").unlink()

    run = copy(place, other)

    assert manifest(run) == [line for line in manifest(other) if "gone" not in line]
    assert sorted(os.listdir(f"{run.path}/src")) == ["a b.py", "run.sh"]
    assert os.access(f"{run.path}/src/run.sh", os.X_OK)


def test_dependencies_are_not_copied_from_another_run(place: Place) -> None:
    other = place.run()
    Path(other.path, "data").write_text("")
    Path(other.path, ".guild/manifest").write_text("d data - file:data\n")

    assert manifest(copy(place, other)) == []


def test_older_runs_have_their_source_below_their_state(place: Place) -> None:
    other = place.run()
    (Path(other.path) / ".guild/sourcecode/pkg").mkdir(parents=True)
    Path(other.path, ".guild/sourcecode/pkg/x.py").write_text("1")

    run = copy(place, other)

    assert manifest(run) == [f"s .guild/sourcecode/pkg/x.py {sha1(b'1')} pkg/x.py"]
    assert Path(run.path, ".guild/sourcecode/pkg/x.py").read_text() == "1"


@pytest.mark.parametrize(
    "line", ["s /etc/passwd - x", "s ../../x.py - x", "s .guild/opref - x", "s a", "x a b c"]
)
def test_a_manifest_can_not_lead_out_of_its_run(place: Place, line: str) -> None:
    other = place.run()
    Path(other.path, ".guild/manifest").write_text(f"{line}\n")

    with pytest.raises(DamagedRun, match="manifest"):
        copy(place, other)


def test_a_preview_chooses_as_a_copy_does(place: Place) -> None:
    for path in ("b.py", "a.py", "lib/c.py", "lib/z.py"):
        place.write(path)
    place.write("big.txt", "x" * 11)
    place.write("lib/image.png", b"\0")
    place.write("venv/pyvenv.cfg")
    copies = DirectorySourceCopies((), SourceLimits(max_size=10, max_files=3))

    preview = copies.preview(SourceSpec(root=str(place.project)))

    assert preview.selected == ("a.py", "b.py", "lib/c.py")
    assert preview.skipped == ("venv/", "big.txt", "lib/image.png", "lib/z.py")
    assert preview.left_out == SourceLimitReached(("big.txt",), 1, 3, 10)
    assert any(rule.max_size == 10 for rule in preview.rules)


def test_a_preview_shows_the_rules_of_the_work_tree(place: Place) -> None:
    place.work_tree()
    place.write(".gitignore", "data/\n")
    place.write("data/a.csv")
    place.write("image.png", b"\0")

    preview = DirectorySourceCopies().preview(SourceSpec(root=str(place.project)))

    assert preview.selected == ("image.png",)
    assert preview.skipped == (".git/", "data/", ".gitignore")
    assert preview.left_out is None


def test_a_preview_keeps_out_of_what_is_excluded(place: Place) -> None:
    place.write("home/runs/r1/x.py")
    place.write("a.py")
    copies = DirectorySourceCopies((str(place.project / "home"),))

    preview = copies.preview(SourceSpec(root=str(place.project)))

    assert (preview.selected, preview.skipped) == (("a.py",), ("home/",))


@pytest.mark.parametrize("name", ["src/x.py", "src", ".guild/sourcecode"])
def test_what_leads_out_of_another_run_is_not_copied_from_it(place: Place, name: str) -> None:
    secret = place.top / "secret"
    (secret / "pkg").mkdir(parents=True)
    (secret / "x.py").write_text("secret")
    other = place.run()
    link = Path(other.path, name)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(secret / "x.py" if name.endswith(".py") else secret)
    if name.startswith("src"):
        Path(other.path, ".guild/manifest").write_text("s src/x.py - x.py\n")

    with pytest.raises(DamagedRun, match="leads out of the run"):
        copy(place, other)


def test_links_that_stay_in_a_run_are_followed(place: Place) -> None:
    other = place.run()
    Path(other.path, "real").mkdir()
    Path(other.path, "real/x.py").write_text("1")
    Path(other.path, "src").symlink_to("real")
    Path(other.path, "y.py").symlink_to("real/x.py")
    Path(other.path, ".guild/manifest").write_text("s src/x.py - x.py\ns y.py - y.py\n")

    run = copy(place, other)

    assert [line.split()[1] for line in manifest(run)] == ["src/x.py", "y.py"]
    assert Path(run.path, "y.py").read_text() == "1"


def test_directories_may_be_deeper_than_python_recurses(deep_place: Place) -> None:
    deep = "d/" * 1200 + "x.py"
    for end in range(1, 2400, 2):
        (deep_place.project / deep[:end]).mkdir()
    (deep_place.project / deep).write_text("1")

    deep_place.take()

    assert deep_place.copied() == [deep]
    contents = DirectoryRunContents(lambda _: Liveness.NO_LOCK)
    assert deep in {entry.path for entry in contents.entries(deep_place.run())}


@pytest.fixture
def deep_place(place: Place) -> Iterator[Place]:
    """A place whose directories may be too deep for the standard library, and so for pytest."""
    yield place
    subprocess.run(["rm", "-rf", str(place.project), str(place.home)], check=True)
