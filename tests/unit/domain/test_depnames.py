"""Which resource operations mean where flags name it."""

from __future__ import annotations

import pytest

from guild.domain.dependency import Resource, Source
from guild.domain.depnames import check_named, may_be_called, named, named_where_known
from guild.domain.depresolve import dependency_flags
from guild.domain.errors import GuildError

ONE = Resource(name="one", sources=(Source(kind="file", ref="1", flag_name="first"),))
TWO = Resource(name="two", sources=(Source(kind="operation", ref="prep"),))
OPEN = Resource(name="${r}", named_by="${r}", among={"one": ONE, "two": TWO})


def test_the_flag_tells_which_one_is_meant() -> None:
    found = named(OPEN, {"r": "one"}, "t")

    assert (found.name, found.sources) == ("one", ONE.sources)
    assert named(found, {"r": "two"}, "t").sources == TWO.sources


def test_what_flags_do_not_name_is_itself() -> None:
    assert named(ONE, {}, "t") is ONE


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ({"r": "no"}, "resource 'no' ('${r}') required by operation 't' is not defined"),
        ({"r": "p/no"}, "resource 'p/no' ('${r}') required by operation 't' is not installed"),
        ({"r": None}, "resource '' ('${r}') required by operation 't' is not defined"),
        ({}, "cannot resolve '${r}' in requires of operation 't': undefined reference 'r'"),
    ],
)
def test_what_there_is_not_is_told(flags: dict[str, str | None], told: str) -> None:
    with pytest.raises(GuildError) as error:
        named(OPEN, flags, "t")

    assert error.value.message == told


def test_what_only_trials_know_stays_open() -> None:
    assert named_where_known((OPEN, ONE), {"r": ["one", "two"]}, "t") == (OPEN, ONE)


def test_each_value_of_a_list_is_checked() -> None:
    check_named((OPEN,), {"r": ["one", "two"]}, "t")

    with pytest.raises(GuildError, match="'no'"):
        check_named((OPEN,), {"r": ["one", "no"]}, "t")


def test_what_a_search_gives_is_not_checked() -> None:
    check_named((OPEN,), {"r": "choice[no,more]"}, "t")


def test_all_that_may_be_meant_defines_flags() -> None:
    names = [flag.name for flag in dependency_flags((OPEN,))]

    assert names == ["first", "operation:prep"]
    assert [flag.name for flag in dependency_flags((named(OPEN, {"r": "one"}, "t"),))] == names


@pytest.mark.parametrize(
    ("written", "name", "expected"),
    [
        ("data-${x}", "data-1", True),
        ("data-${x}", "data", False),
        ("${m}:d.a", "m:d.a", True),
        ("${m}:d.a", "m:dxa", False),
        ("${a}${b}", "", True),
    ],
)
def test_names_that_flags_may_come_to(written: str, name: str, expected: bool) -> None:
    assert may_be_called(written, name) is expected
