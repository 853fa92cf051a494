"""What is decided of a dependency before its files are touched."""

from __future__ import annotations

import pytest
from attr import evolve

from guild.domain.dependency import Rename, Resource, Source, additional_resource, is_additional
from guild.domain.depresolve import (
    archive_type,
    dependency_flags,
    given_value,
    is_always_resolved,
    record_names,
    replaces_existing,
    target_type,
    with_references,
    with_resolved_references,
)
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue

PREP = Source(kind="operation", ref="prep")
DATA = Source(kind="file", ref="data")


def flags_of(*sources: Source) -> list[tuple[str, FlagValue, str | None]]:
    found = dependency_flags((Resource(name="r", sources=sources),))
    assert all(flag.type == "string" and flag.arg_skip for flag in found)
    return [(flag.name, flag.default, flag.alias) for flag in found]


def test_an_operation_without_a_name_has_a_flag_with_an_alias() -> None:
    assert flags_of(PREP) == [("operation:prep", None, "prep")]


@pytest.mark.parametrize("source", [evolve(PREP, name="up"), evolve(PREP, flag_name="up")])
def test_an_operation_with_a_name_has_a_flag_of_that_name(source: Source) -> None:
    assert flags_of(source) == [("up", None, None)]


def test_an_operation_may_have_no_flag() -> None:
    assert flags_of(evolve(PREP, flag_name=False, name="up")) == []


def test_a_file_has_a_flag_only_if_it_says_so() -> None:
    assert flags_of(DATA, evolve(DATA, name="x")) == []
    assert flags_of(evolve(DATA, flag_name="x")) == [("x", "data", None)]


def test_sources_of_one_name_share_a_flag() -> None:
    assert flags_of(PREP, PREP) == [("operation:prep", None, "prep")]


def test_a_flag_says_what_is_taken_instead() -> None:
    assert given_value(PREP, {"operation:prep": "abc"}) == "abc"
    assert given_value(PREP, {"operation:prep": 123}) == "123"
    assert given_value(PREP, {"operation:prep": None}) is None
    assert given_value(PREP, {}) is None


def test_a_file_flag_with_its_default_says_nothing() -> None:
    assert given_value(evolve(DATA, flag_name="d"), {"d": "data"}) is None
    assert given_value(evolve(DATA, flag_name="d"), {"d": "other"}) == "other"


def test_a_flag_of_the_name_of_a_file_counts() -> None:
    assert given_value(evolve(DATA, name="d"), {"d": "other"}) == "other"
    assert given_value(evolve(DATA, name="d", flag_name=False), {"d": "other"}) is None


def test_references_become_the_values_of_flags() -> None:
    flags: dict[str, FlagValue] = {"d": "a b", "n": 3, "none": None}

    assert with_references("x/${d}.${ n }${none}", flags, "r") == "x/a b.3"


def test_a_reference_to_no_flag_is_an_error() -> None:
    with pytest.raises(GuildError) as told:
        with_references("x/${no}", {}, "R resource")

    assert told.value.message == "cannot resolve 'x/${no}' in R resource: undefined reference 'no'"


def test_references_are_in_paths_and_renames() -> None:
    source = evolve(DATA, ref="${d}/a", rename=(Rename(pattern="a", repl="${d}"),))

    found = with_resolved_references(source, {"d": "x"}, "r")

    assert (found.ref, found.rename) == ("x/a", (Rename(pattern="a", repl="x"),))
    assert found.shown_as == "file:${d}/a"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("file", "copy"), ("url", "copy"), ("operation", "link"), ("config", "link")],
)
def test_files_are_copied_and_runs_linked_unless_it_is_said(kind: str, expected: str) -> None:
    source = Source(kind=kind, ref="x")
    other = "link" if expected == "copy" else "copy"

    assert target_type(Resource(name="r"), source) == expected
    assert target_type(Resource(name="r", target_type=other), source) == other
    told = evolve(source, target_type=expected)
    assert target_type(Resource(name="r", target_type=other), told) == expected


def test_there_are_no_other_target_types() -> None:
    with pytest.raises(GuildError, match="unsupported target-type 'foo' in source file:data"):
        target_type(Resource(name="r"), evolve(DATA, target_type="foo"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a/x.zip", "zip"),
        ("/a/x.ZIP", "zip"),
        ("x.tar", "tar"),
        ("x.tgz", "tar"),
        ("x.tar.gz", "tar"),
        ("x.tar.xz", "tar"),
        ("x.csv.gz", "gzip"),
        ("x.csv", None),
        ("a.zip/x", None),
        ("zip", None),
    ],
)
def test_archives_are_known_by_their_names(path: str, expected: str | None) -> None:
    assert archive_type(DATA, path) == expected


def test_a_source_may_say_what_kind_of_archive_it_is() -> None:
    assert archive_type(evolve(DATA, archive="tar"), "/x.bin") == "tar"
    with pytest.raises(
        GuildError, match=r"'/x' cannot be unpacked \(unsupported archive type 'q'"
    ):
        archive_type(evolve(DATA, archive="q"), "/x")


def test_configs_are_resolved_and_replaced_at_each_start() -> None:
    config = Source(kind="config", ref="c.json")

    assert is_always_resolved(config)
    assert replaces_existing(config)
    assert not is_always_resolved(DATA)
    assert not replaces_existing(DATA)


def test_things_of_one_name_are_recorded_by_several() -> None:
    assert record_names(["a", "b", "a", "a"]) == ["a", "b", "a (2)", "a (3)"]


def test_what_users_add_is_a_link_and_known_again() -> None:
    added = additional_resource("../d", "/x/d")

    assert is_additional(added)
    assert target_type(added, added.sources[0]) == "link"
    assert dependency_flags((added,)) == ()
    assert not is_additional(Resource(name="file:data", sources=(DATA,)))
    assert not is_additional(Resource(name="none"))
