"""Dependencies in the `op` attribute, also in forms that others wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.fsstore.dependencyform import resource_form, resource_of
from guild.domain.dependency import Rename, Resource, Select, Source

texts = st.text(max_size=8)
optional = st.none() | texts
sources = st.builds(
    Source,
    kind=st.sampled_from(["file", "url", "operation", "module", "config"]),
    ref=texts,
    name=optional,
    flag_name=st.none() | st.just(False) | texts,
    select=st.lists(
        st.builds(Select, pattern=texts, reduce=st.sampled_from([None, "min", "max"])), max_size=3
    ).map(tuple),
    rename=st.lists(st.builds(Rename, pattern=texts, repl=texts), max_size=3).map(tuple),
    target_path=optional,
    target_type=optional,
    unpack=st.none() | st.booleans(),
    archive=optional,
    sha256=optional,
    post_process=optional,
    params=st.dictionaries(texts, st.integers() | texts, max_size=2),
    optional=st.booleans(),
    warn_if_empty=st.booleans(),
    fail_if_empty=st.booleans(),
    replace_existing=st.booleans(),
    always_resolve=st.booleans(),
    preserve_path=st.booleans(),
    help=texts,
)
resources = st.builds(
    Resource,
    name=texts.filter(bool),
    sources=st.lists(sources, min_size=1, max_size=3).map(tuple),
    description=texts,
    target_path=st.none() | texts.filter(bool),
    target_type=st.none() | texts.filter(bool),
    unpack=st.booleans(),
    preserve_path=st.booleans(),
    roots=st.lists(texts, max_size=2).map(tuple),
)
named_by_flags = st.builds(
    Resource,
    name=texts.filter(bool),
    sources=st.lists(sources, max_size=1).map(tuple),
    named_by=texts.filter(bool),
    among=st.dictionaries(texts, resources, max_size=2),
)


@given(resources | named_by_flags)
def test_a_form_is_read_back(resource: Resource) -> None:
    assert resource_of(resource_form(resource)) == resource


def test_a_source_may_stand_by_itself() -> None:
    told = {"operation": "prep", "select": "a.*", "rename": "a b", "path": "x"}

    found = resource_of(told)

    assert found is not None
    assert found.name == "operation:prep"
    assert found.sources == (
        Source(
            kind="operation",
            ref="prep",
            select=(Select(pattern="a.*"),),
            rename=(Rename(pattern="a", repl="b"),),
            target_path="x",
        ),
    )


def test_a_bare_text_is_a_file() -> None:
    found = resource_of({"sources": ["a.txt", {"file": "b.txt"}]})

    assert found is not None
    assert found.name == "file:a.txt,file:b.txt"


@pytest.mark.parametrize(
    "value", [None, 1, "x", [], {}, {"sources": []}, {"sources": [1, {"no": "x"}]}, {"file": 1}]
)
def test_what_is_no_dependency_is_passed_over(value: object) -> None:
    assert resource_of(value) is None


@given(
    st.recursive(
        st.none() | st.text() | st.integers() | st.booleans(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["file", "sources", "select", "rename", "name", "roots", "params", "type"]
                ),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_nothing_but_a_value_error_comes_of_other_forms(value: object) -> None:
    try:
        resource_of(value)
    except ValueError:
        pass
