"""What a project says of its source code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.guildfile import SourceSelection
from guild.domain.operation import SourceSpec
from guild.domain.sourcecode import RuleKind, SourceRule
from guild.domain.sourceselect import NamedDirs, settled_rules, source_spec

DEFAULT = SourceRule(include=False, kind=RuleKind.DIR)


def spec(
    root: str | None = None, rules: tuple[SourceRule, ...] = (), left_out: tuple[str, ...] = ()
) -> SourceSpec:
    made = source_spec(SourceSelection(root=root, rules=rules), "/p", ("train.py",), left_out)
    assert made is not None
    return made


def include(*patterns: str, kind: RuleKind = RuleKind.FILE) -> SourceRule:
    return SourceRule(include=True, patterns=patterns, kind=kind)


def tidied(pattern: str, kind: RuleKind = RuleKind.FILE) -> str:
    return spec(rules=(include(pattern, kind=kind),)).rules[0].patterns[0]


def test_nothing_is_copied_where_that_is_said() -> None:
    assert source_spec(SourceSelection(disabled=True), "/p") is None


def test_the_project_itself_is_copied_unless_something_else_is_said() -> None:
    made = spec()

    assert (made.root, made.dest, made.needed) == ("/p", ".", ("train.py",))
    assert made.digest
    assert not made.only_rules


def test_what_is_said_is_kept() -> None:
    rules = (include("*.csv"),)

    made = source_spec(SourceSelection(dest="src", digest=False, rules=rules), "/p", python=False)

    assert made is not None
    assert (made.dest, made.digest, made.rules, made.python) == ("src", False, rules, False)


@pytest.mark.parametrize(
    ("root", "absolute"),
    [("src", "/p/src"), ("./src/", "/p/src"), (".", "/p"), ("../lib", "/lib"), ("/x", "/x")],
)
def test_a_root_is_meant_from_the_project(root: str, absolute: str) -> None:
    assert spec(root).root == absolute


def test_dependencies_are_left_out_by_their_paths_below_the_root() -> None:
    paths = ("src/data", "/p/src/a.csv", "other.csv", "src", "./src/x/../b.csv")

    assert spec("src", left_out=paths).left_out == ("data", "a.csv", "b.csv")


@pytest.mark.parametrize(
    ("pattern", "tidy"),
    [
        ("./a.py", "a.py"),
        ("data/", "data/*"),
        ("./", "*"),
        (".", "*"),
        ("/", "*"),
        ("a", "a"),
        ("", ""),
    ],
)
def test_paths_may_be_written_as_for_a_shell(pattern: str, tidy: str) -> None:
    assert tidied(pattern) == tidy


@pytest.mark.parametrize(("pattern", "tidy"), [("./data/", "data"), ("data", "data"), (".", ".")])
def test_rules_about_directories_name_them_without_a_slash(pattern: str, tidy: str) -> None:
    assert tidied(pattern, RuleKind.DIR) == tidy


@given(st.text(max_size=20))
def test_a_tidy_pattern_stays_as_it_is(pattern: str) -> None:
    once = tidied(pattern)

    assert tidied(once) == once


def test_a_pattern_that_names_a_directory_means_what_is_in_it() -> None:
    rules = (include("data", "/x", "a[1]", "*"), include("data", kind=RuleKind.DIR))

    settled = settled_rules(rules, lambda path: path in ("data", "x", "a[1]"))

    assert settled[0].patterns == ("data/*", "/x/*", "a[[]1]/*", "*")
    assert settled[0].matches("a[1]/b.py")
    assert settled[1] is rules[1]


@pytest.mark.parametrize(
    ("pattern", "directory"),
    [
        ("data/*.csv", "data"),
        ("/data/*.csv", "data"),
        ("data/raw/a.csv", "data"),
        ("data/raw/a.csv", "data/raw"),
        ("data/*/a.csv", "data"),
        ("a[[]1]/b", "a[1]"),
    ],
)
def test_an_include_opens_the_directories_on_its_path(pattern: str, directory: str) -> None:
    assert NamedDirs([include(pattern)]).opens(directory, DEFAULT)


@pytest.mark.parametrize(
    ("pattern", "directory"),
    [
        ("*.csv", "data"),
        ("a.csv", "a.csv"),
        ("data/*.csv", "data/raw"),
        ("data/*/a.csv", "data/raw"),
        ("dat*/a.csv", "data"),
        ("database/*", "data"),
        ("data", "data"),
    ],
)
def test_an_include_opens_no_others(pattern: str, directory: str) -> None:
    assert not NamedDirs([include(pattern)]).opens(directory, DEFAULT)


def test_an_exclude_opens_nothing() -> None:
    named = NamedDirs([SourceRule(include=False, patterns=("data/*",))])

    assert not named.opens("data", DEFAULT)


def test_a_rule_of_the_project_about_a_directory_is_never_undone() -> None:
    said = SourceRule(include=False, kind=RuleKind.DIR, patterns=("data",))

    assert not NamedDirs([include("data/*.csv"), said]).opens("data", said)


def test_directories_below_one_that_is_looked_into_by_a_wildcard_are_searched() -> None:
    named = NamedDirs([include("data/*")])

    assert named.searches("data/raw")
    assert not named.searches("database")


def test_a_rule_about_directories_names_those_above() -> None:
    named = NamedDirs([include("data/raw", kind=RuleKind.DIR)])

    assert named.opens("data", DEFAULT)
    assert named.has("data/raw")
