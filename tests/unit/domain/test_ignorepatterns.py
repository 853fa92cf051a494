"""Patterns of ignore files; that git agrees is tested with the files themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.ignorepatterns import IgnorePatterns


@pytest.mark.parametrize(
    ("pattern", "path", "ignored"),
    [
        ("a.py", "sub/a.py", True),
        ("/a.py", "sub/a.py", None),
        ("sub/a.py", "sub/a.py", True),
        ("sub/a.py", "x/sub/a.py", None),
        ("*.log", "sub/x.log", True),
        ("*/x", "a/b/x", None),
        ("**/x", "a/b/x", True),
        ("a/**/x", "a/x", True),
        ("a/**", "a/b/c", True),
        ("a/**", "a", None),
        ("[!a-c].py", "d.py", True),
        ("[!a-c].py", "b.py", None),
        ("\\#a", "#a", True),
        ("#a", "#a", None),
        ("a\\ ", "a ", True),
        ("a  ", "a", True),
        ("!a", "a", False),
        ("a[", "a[", None),
    ],
)
def test_a_pattern_matches_names_or_whole_paths(
    pattern: str, path: str, ignored: bool | None
) -> None:
    assert IgnorePatterns([pattern]).ignores(path, is_dir=False) is ignored


def test_a_final_slash_is_for_directories_only() -> None:
    patterns = IgnorePatterns(["build/"])

    assert patterns.ignores("sub/build", is_dir=True)
    assert patterns.ignores("sub/build", is_dir=False) is None


def test_the_last_pattern_that_matches_decides() -> None:
    patterns = IgnorePatterns(["*", "!*/", "!*.py", "/x.py", "!y.py", "y.*"])

    assert patterns.ignores("sub", is_dir=True) is False
    assert patterns.ignores("sub/a.py", is_dir=False) is False
    assert patterns.ignores("x.py", is_dir=False) is True
    assert patterns.ignores("y.py", is_dir=False) is True
    assert patterns.ignores("a.txt", is_dir=False) is True


def test_comments_and_empty_lines_are_no_patterns() -> None:
    assert not IgnorePatterns(["", "  ", "# a", "/", "!"])


@given(st.lists(st.text("ab*?[]!-^\\/: .#é"), max_size=4), st.text("ab/é", min_size=1))
def test_any_line_is_understood(lines: list[str], path: str) -> None:
    assert IgnorePatterns(lines).ignores(path, is_dir=False) in (True, False, None)
