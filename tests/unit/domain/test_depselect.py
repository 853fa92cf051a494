"""Which files of a source a run gets, and what they are called there."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.dependency import Rename, Resource, Select, Source
from guild.domain.depselect import renamed, selected, target_dir, target_of
from guild.domain.errors import GuildError

PATHS = ["log.txt", "model-10.ckpt", "model-9.ckpt", "out", "out/z.txt"]

names = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1).filter(
    lambda name: name not in (".", "..", ".guild") and not name.startswith(".guild")
)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)


def chosen(pattern: str, reduce: str | None = None) -> list[str]:
    return selected((Select(pattern=pattern, reduce=reduce),), PATHS)


def rename(name: str, *specs: tuple[str, str]) -> str:
    return renamed([Rename(pattern=pattern, repl=repl) for pattern, repl in specs], name)


def test_a_pattern_is_of_a_whole_path() -> None:
    assert chosen(r".*\.txt") == ["log.txt", "out/z.txt"]
    assert chosen("out") == ["out"]
    assert chosen("z.txt") == []
    assert chosen("log|out") == ["out"]


def test_the_largest_number_is_not_the_last_text() -> None:
    assert chosen(r"model-(\d+)\.ckpt", "max") == ["model-10.ckpt"]
    assert chosen(r"model-(\d+)\.ckpt", "min") == ["model-9.ckpt"]


def test_matches_without_a_number_are_none() -> None:
    assert chosen(r"(log|out).*", "max") == []
    assert chosen(r"model-.*", "max") == []


def test_patterns_add_up_and_each_path_is_taken_once() -> None:
    wanted = (Select(pattern="out"), Select(pattern=r".*\.txt"), Select(pattern="out.*"))

    assert selected(wanted, PATHS) == ["out", "log.txt", "out/z.txt"]


def test_a_pattern_that_is_none_is_an_error() -> None:
    with pytest.raises(GuildError, match=r"invalid select pattern '\('"):
        chosen("(")


@given(st.lists(paths, unique=True), st.data())
def test_a_path_selects_itself(found: list[str], data: st.DataObject) -> None:
    for path in found:
        assert selected((Select(pattern=re.escape(path)),), found) == [path]


@given(st.lists(paths, unique=True))
def test_everything_is_selected_in_order(found: list[str]) -> None:
    assert selected((Select(pattern="(?s:.*)"),), found) == found


def test_the_first_spec_that_changes_a_name_counts() -> None:
    assert rename("a.txt", ("b", "c"), ("a", "x"), ("x", "y")) == "x.txt"
    assert rename("a.txt") == "a.txt"


def test_groups_and_all_matches_are_replaced() -> None:
    assert rename("a-1-2", (r"(\d)", r"<\1>")) == "a-<1>-<2>"


def test_a_pattern_for_the_whole_name_replaces_it_once() -> None:
    assert rename("anything", (".*", "new")) == "new"


@pytest.mark.parametrize("spec", [("(", "x"), ("a", r"\2")])
def test_a_spec_that_is_none_is_an_error(spec: tuple[str, str]) -> None:
    with pytest.raises(GuildError, match="invalid rename"):
        rename("a", spec)


@given(names, names)
def test_any_name_becomes_any_other(old: str, new: str) -> None:
    assert rename(old, ("(?s:.*)", new.replace("\\", r"\\"))) == new


def test_a_source_says_where_its_files_go_or_else_its_resource() -> None:
    resource = Resource(name="r", target_path="a/./b/")

    assert target_dir(resource, Source(kind="file", ref="x")) == "a/b"
    assert target_dir(resource, Source(kind="file", ref="x", target_path="c")) == "c"
    assert target_dir(resource, Source(kind="file", ref="x", target_path="")) == ""
    assert target_dir(Resource(name="r"), Source(kind="file", ref="x")) == ""


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/abs", "path must be relative"),
        ("/", "path must be relative"),
        *(
            (path, "path must stay in the run directory, out of .guild")
            for path in ("../x", "a/../../x", ".guild/attrs", "a\0b")
        ),
    ],
)
def test_files_go_nowhere_else_than_the_run(path: str, why: str) -> None:
    with pytest.raises(GuildError, match=rf"in r resource \({why}\)"):
        target_dir(Resource(name="r", target_path=path), Source(kind="file", ref="x"))


def test_a_place_has_all_its_parts() -> None:
    assert target_of("dd", "sub/dir", "a", [Rename(pattern="a", repl="x/b")]) == "dd/sub/dir/x/b"


@pytest.mark.parametrize("name", ["", "..", "../x", "/", ".guild", ".guild/opref", "."])
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(GuildError, match="not in the run directory"):
        target_of("", "", "a", [Rename(pattern="a", repl=name)])


@given(st.text(), st.text())
def test_no_rename_leads_out_of_the_run(directory: str, repl: str) -> None:
    try:
        where = target_dir(Resource(name="r", target_path=directory), Source(kind="file", ref="x"))
        place = target_of(where, "", "a", [Rename(pattern="a", repl=repl)])
    except GuildError:
        return
    parts = place.split("/")
    assert not place.startswith("/")
    assert all(part not in ("", ".", "..") for part in parts)
    assert parts[0] != ".guild"
