"""Which runs are meant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.comment import Comment
from guild.domain.errors import AmbiguousRun, GuildError, NoSuchRun
from guild.domain.filterexpr import parse_filter
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.selection import RunFilter, operation_matches, place_of, select_id, select_ids
from guild.domain.status import Status
from guild.domain.timerange import TimeRange
from guild.domain.timestamps import Timestamp

HINT = "Try 'guild runs list' for a list or 'guild runs info --help' for more information."


# Any: the fields of a run have many types, and each test uses another.
def a_run(run_id: str = "aaaa", **fields: Any) -> Run:
    return Run(id=RunId(run_id), path=f"/runs/{run_id}", **fields)


RUNS = [a_run(run_id) for run_id in ("9964ab", "99ffff", "abcd00", "1000000000", "abcd")]


IDS = [run.id for run in RUNS]


def selected(*specs: str) -> list[str]:
    return list(select_ids(IDS, specs, hint_command="runs info"))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("3", ["abcd00"]),
        ("996", ["9964ab"]),
        ("10", ["1000000000"]),
        ("1", ["9964ab"]),
        ("2:3", ["99ffff", "abcd00"]),
        ("4:", ["1000000000", "abcd"]),
        (":2", ["9964ab", "99ffff"]),
        (":", [run.id for run in RUNS]),
        ("3:1", []),
        ("9:", []),
        ("abcd", ["abcd"]),
    ],
)
def test_a_spec_is_an_index_a_range_or_the_start_of_an_id(spec: str, expected: list[str]) -> None:
    assert selected(spec) == expected


def test_runs_are_in_the_order_of_their_specs_and_each_once() -> None:
    assert selected("4", "1:2", "996", "1") == ["1000000000", "9964ab", "99ffff"]


@pytest.mark.parametrize("spec", ["zzz", "5:100", "0", "0:2", "", "-1", "7" * 30, "²"])
def test_a_spec_that_names_no_run_is_refused(spec: str) -> None:
    with pytest.raises(NoSuchRun) as raised:
        selected(spec)

    assert str(raised.value) == f"could not find a run matching '{spec}'\n{HINT}"


def test_a_spec_that_several_ids_start_with_is_refused() -> None:
    with pytest.raises(AmbiguousRun) as raised:
        selected("99")

    assert str(raised.value) == "'99' matches multiple runs:\n  9964ab\n  99ffff"


@given(st.text(alphabet="0123456789:ab"))
def test_any_spec_names_runs_or_is_refused(spec: str) -> None:
    try:
        ids = selected(spec)
    except (NoSuchRun, AmbiguousRun):
        return

    assert set(ids) <= {run.id for run in RUNS}


def test_one_run_is_the_first_without_a_spec() -> None:
    assert select_id(IDS, None, hint_command="runs info") == IDS[0]


@pytest.mark.parametrize(
    ("spec", "place"), [("1", 0), ("12", 11), ("0", None), ("2:", None), ("a", None)]
)
def test_places_of_indexes(spec: str, place: int | None) -> None:
    assert place_of(spec) == place


@pytest.mark.parametrize("spec", ["2", "2:2", "99f"])
def test_one_run_is_the_one_that_is_named(spec: str) -> None:
    assert select_id(IDS, spec, hint_command="runs info") == IDS[1]


@pytest.mark.parametrize("spec", [None, "1", "zzz"])
def test_one_run_of_none_is_refused(spec: str | None) -> None:
    with pytest.raises(GuildError, match=r"^no matching runs$"):
        select_id([], spec, hint_command="runs info")


def test_a_range_of_several_is_not_one_run() -> None:
    with pytest.raises(GuildError) as raised:
        select_id(IDS, "2:4", hint_command="runs info")

    assert raised.value.message == "'2:4' is a range of 3 runs but only one run can be used"


def test_an_empty_range_is_not_one_run() -> None:
    with pytest.raises(NoSuchRun, match="'3:1'"):
        select_id(IDS, "3:1", hint_command="select")


@pytest.mark.parametrize(
    ("spec", "name", "expected"),
    [
        ("train", "train", True),
        ("train", "mm:train", True),
        ("train", "pkg/mm:train", True),
        ("mm:train", "pkg/mm:train", True),
        ("pkg/train", "pkg/mm:train", True),
        ("other/train", "pkg/mm:train", False),
        ("mm:train", "train", False),
        ("trai", "train", False),
        ("trai*", "mm:train", True),
        ("mm:*", "mm:train", True),
        ("mm:*", "nn:train", False),
        ("m*:t*n", "mm:train", True),
        ("t.ain*", "train", False),
        ("*", "train.py", True),
        ("train", "mm:train+", False),
        ("mm:train+", "mm:train+", True),
        ("train+", "mm:train+", True),
        ("train+skopt:gp", "mm:train+skopt:gp", True),
        ("gp", "train+skopt:gp", False),
        ("hello()", "hello()", True),
        ("^mm:", "mm:train", True),
        ("ain$", "mm:train", True),
        ("^t.*n$", "mm:train", False),
        ("^(", "(", False),
        ("^a{99999999999999999999}", "a", False),
        ("mm:", "mm:train", True),
        ("mm:", "nn:train", False),
        ("pkg/", "pkg/mm:train", True),
        ("", "train", False),
        (":", "train", False),
        ("/", "train", False),
        ("a:b:c", "c", False),
        ("a:b:c", "a:b:c", True),
    ],
)
def test_an_operation_is_meant_by_these_specs(spec: str, name: str, expected: bool) -> None:
    assert operation_matches(spec, name) is expected


@given(st.text(), st.text())
def test_any_spec_can_be_compared_with_any_operation(spec: str, name: str) -> None:
    assert operation_matches(spec, name) in (True, False)


TRAIN = OpRef("guildfile", "/p/guild.yml", "", "mm", "train")
ALICE = Comment("Looks good\nto me", Timestamp(0), "alice", "Laptop")
DAY = TimeRange(datetime(2023, 11, 15, tzinfo=UTC), datetime(2023, 11, 16, tzinfo=UTC))
NOON = Timestamp(1_700_049_600_000_000)


@pytest.mark.parametrize(
    ("wanted", "run"),
    [
        ({}, {}),
        ({"operations": ["x", "train"]}, {"opref": TRAIN}),
        ({"labels": ["best", "lr"]}, {"label": "lr=0.1"}),
        ({"labels": ["-"]}, {}),
        ({"unlabeled": True}, {}),
        ({"tags": ["x", "foo"]}, {"tags": ["foo", "bar"]}),
        ({"comments": ["ALICE"]}, {"comments": [ALICE]}),
        ({"comments": ["laptop"]}, {"comments": [ALICE]}),
        ({"comments": ["GOOD\nto"]}, {"comments": [ALICE]}),
        ({"comments": ["-"]}, {}),
        ({"marked": True}, {"marked": True}),
        ({"unmarked": True}, {}),
        ({"started": DAY}, {"started": NOON}),
        ({"started": DAY}, {"initialized": NOON}),
        ({"digest": "ab"}, {"sourcecode_digest": "abc"}),
        ({"statuses": [Status.COMPLETED, Status.ERROR]}, {"status": Status.ERROR}),
        ({"not_statuses": [Status.COMPLETED]}, {"status": Status.ERROR}),
    ],
)
def test_a_run_that_has_what_is_wanted_passes(
    wanted: Mapping[str, Any], run: Mapping[str, Any]
) -> None:
    assert RunFilter(**wanted).matches(a_run(**run))


@pytest.mark.parametrize(
    ("wanted", "run"),
    [
        ({"operations": ["x"]}, {"opref": TRAIN}),
        ({"operations": ["train"]}, {}),
        ({"labels": ["LR"]}, {"label": "lr=0.1"}),
        ({"labels": ["-"]}, {"label": "a-b"}),
        ({"unlabeled": True}, {"label": "x"}),
        ({"tags": ["fo"]}, {"tags": ["foo"]}),
        ({"comments": ["bob"]}, {"comments": [ALICE]}),
        ({"comments": ["-"]}, {"comments": [ALICE]}),
        ({"marked": True}, {}),
        ({"unmarked": True}, {"marked": True}),
        ({"started": DAY}, {"started": 0, "initialized": NOON}),
        ({"started": TimeRange(None, None)}, {}),
        ({"digest": "bc"}, {"sourcecode_digest": "abc"}),
        ({"digest": "bc"}, {}),
        ({"statuses": [Status.COMPLETED]}, {"status": Status.ERROR}),
        ({"not_statuses": [Status.ERROR]}, {"status": Status.ERROR}),
        ({"statuses": [Status.ERROR], "not_statuses": [Status.ERROR]}, {"status": Status.ERROR}),
        ({"tags": ["foo"], "marked": True}, {"tags": ["foo"]}),
    ],
)
def test_a_run_that_lacks_what_is_wanted_does_not_pass(
    wanted: Mapping[str, Any], run: Mapping[str, Any]
) -> None:
    assert not RunFilter(**wanted).matches(a_run(**run))


def test_an_expression_is_judged_last() -> None:
    asked: list[str] = []
    run_filter = RunFilter(marked=True, expression=parse_filter("lr = undefined"))

    unmarked = run_filter.matches(a_run(), asked.append)
    marked = run_filter.matches(a_run(marked=True), asked.append)

    assert (unmarked, marked, asked) == (False, True, ["lr"])
