"""Ignore files are understood as git understands them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guild.adapters.fsstore.ignorefiles import IgnoreRules

NAMES = ("a", "b", "a.py", "b.log", "data")
FILES = [f"{top}/{sub}/{name}" for top in NAMES[:2] for sub in NAMES[::2] for name in NAMES]

parts = st.sampled_from(
    [*NAMES, "*", "**", "***", "*.py", "?", "[ab]", "[!a]", "*.*", "d*", "*t*a", "\\a", "a\\",
     "[[:alpha:]]", "[a-c]", "[]a]", "[!]-z]", "[z-a]", "[a", "a.**", "[b-]", "[[:x:]]", "\\ "]
)  # fmt: skip
patterns = st.builds(
    lambda negated, rooted, words, end: f"{negated}{rooted}{'/'.join(words)}{end}",
    st.sampled_from(["", "", "!", "#", "\\!"]),
    st.sampled_from(["", "/", "**/", "//"]),
    st.lists(parts, min_size=1, max_size=3),
    st.sampled_from(["", "", "/", "/**", "/*", " ", "  ", "/ ", "//"]),
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    if shutil.which("git") is None:
        pytest.skip("no git")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for path in FILES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    return tmp_path


def seen_by_git(tree: Path) -> set[str]:
    command = ["git", "-c", f"core.excludesFile={os.devnull}", "-C", str(tree), "ls-files"]
    command += ["--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {path for path in listed.split("\0") if path and not path.endswith(".gitignore")}


def seen_by_rules(tree: Path) -> set[str]:
    found = set()
    for path in FILES:
        rules, base, hidden = IgnoreRules(), "", False
        for name in path.split("/"):
            rules = rules.within(f"{tree}/{base}.gitignore", base)
            base += name if base + name == path else f"{name}/"
            hidden = hidden or rules.ignore(base)
        if not hidden:
            found.add(path)
    return found


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(patterns, max_size=4), st.lists(patterns, max_size=3))
@example(["data/**", "!data/a", "!b/data/a"], [])
@example(["*", "!*/", "!*.py"], ["!b.log"])
@example([], ["a\\/**/a"])
def test_what_is_ignored_is_what_git_ignores(tree: Path, top: list[str], below: list[str]) -> None:
    (tree / ".gitignore").write_text("\n".join(top))
    (tree / "a" / ".gitignore").write_text("\n".join(below))

    assert seen_by_rules(tree) == seen_by_git(tree)
