"""Commits of git work trees."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from guild.adapters.vcs.git import GitRevisions
from guild.domain.errors import GuildError

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in a directory, apart from the user's configuration."""
    if shutil.which("git") is None:
        pytest.skip("no git")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "a")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "a@b")

    def run(directory: Path, *words: str) -> str:
        command = ["git", "-C", str(directory), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    return run


@pytest.fixture
def project(tmp_path: Path, git: Git) -> Path:
    """A work tree with one commit of `a.py`."""
    project = tmp_path / "p é"
    (project / "sub").mkdir(parents=True)
    (project / "a.py").write_text("1")
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "x")
    return project


def test_a_clean_tree_gives_the_commit(project: Path, git: Git) -> None:
    sha = git(project, "rev-parse", "HEAD")

    assert GitRevisions().commit(str(project)) == f"git:{sha}"
    assert GitRevisions().commit(str(project / "sub")) == f"git:{sha}"


def test_a_change_makes_the_tree_dirty(project: Path) -> None:
    (project / "a.py").write_text("22")

    assert (GitRevisions().commit(str(project / "sub")) or "").endswith("*")


def test_a_staged_change_makes_the_tree_dirty(project: Path, git: Git) -> None:
    (project / "b.py").write_text("")
    git(project, "add", "b.py")

    assert (GitRevisions().commit(str(project)) or "").endswith("*")


def test_files_git_does_not_know_do_not_count(project: Path, git: Git) -> None:
    (project / "notes").write_text("")

    assert GitRevisions().commit(str(project)) == f"git:{git(project, 'rev-parse', 'HEAD')}"


def test_a_linked_work_tree_has_its_own_commit(project: Path, git: Git) -> None:
    linked = project.parent / "linked"
    git(project, "worktree", "add", "-q", str(linked))
    (project / "a.py").write_text("22")

    assert GitRevisions().commit(str(linked)) == f"git:{git(linked, 'rev-parse', 'HEAD')}"


def test_before_the_first_commit_nothing_is_known(tmp_path: Path, git: Git) -> None:
    git(tmp_path, "init", "-q")

    assert GitRevisions().commit(str(tmp_path)) is None


def test_a_damaged_repository_gives_nothing(tmp_path: Path, git: Git) -> None:
    (tmp_path / ".git").write_text("gitdir: /missing")

    assert GitRevisions().commit(str(tmp_path)) is None


def test_variables_of_a_hook_do_not_lead_to_another_repository(
    project: Path, tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = git(project, "rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))

    assert GitRevisions().commit(str(project)) == f"git:{sha}"


def test_nothing_is_known_without_git(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert GitRevisions().commit(str(project)) is None


def test_a_slow_git_is_given_up(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(slow.parent))

    assert GitRevisions(timeout_s=0.05).commit(str(project)) is None


def test_no_process_is_started_outside_of_work_trees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError

    monkeypatch.setattr(subprocess, "Popen", refuse)

    assert GitRevisions().commit(str(tmp_path)) is None


def test_a_system_that_fails_to_start_git_is_told_of(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing() -> tuple[int, int]:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(os, "pipe", failing)

    with pytest.raises(GuildError, match="cannot run git: Too many open files"):
        GitRevisions().commit(str(project))
