"""When runs are started again and when available runs make new ones unneeded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.flags import FlagSet, FlagValue
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.restart import Decision, RestartPolicy, available_runs, restart_needed
from guild.domain.run import Run
from guild.domain.status import Status

ECHO = OpRef("script", "/project", "", "", "echo.py")


def a_run(status: Status = Status.COMPLETED, opref: OpRef = ECHO, **flags: FlagValue) -> Run:
    return Run(id=RunId("aaa"), path="/aaa", opref=opref, status=status, flags=FlagSet(flags))


@given(st.booleans(), st.sampled_from(Status), st.booleans())
def test_a_running_run_and_no_other_is_refused(
    needed: bool, status: Status, unchanged: bool
) -> None:
    decision = RestartPolicy(needed).decide(status, unchanged)

    assert (decision is Decision.REFUSE) == (status is Status.RUNNING)


@pytest.mark.parametrize(
    ("status", "unchanged", "changed"),
    [
        (Status.COMPLETED, Decision.SKIP, Decision.START),
        (Status.TERMINATED, Decision.SKIP, Decision.START),
        (Status.RUNNING, Decision.REFUSE, Decision.REFUSE),
        (Status.PENDING, Decision.START, Decision.START),
        (Status.STAGED, Decision.START, Decision.START),
        (Status.ERROR, Decision.START, Decision.START),
    ],
)
def test_the_table_of_needed_restarts(
    status: Status, unchanged: Decision, changed: Decision
) -> None:
    policy = RestartPolicy(needed=True)

    assert policy.decide(status, flags_unchanged=True) is unchanged
    assert policy.decide(status, flags_unchanged=False) is changed


@given(st.sampled_from([status for status in Status if status is not Status.RUNNING]))
def test_without_needed_everything_else_is_started(status: Status) -> None:
    assert RestartPolicy().decide(status, flags_unchanged=True) is Decision.START


@pytest.mark.parametrize("status", list(Status))
def test_available_runs_are_completed_or_terminated(status: Status) -> None:
    found = available_runs([a_run(status, x=1)], ECHO, FlagSet({"x": 1}))

    assert bool(found) == (status in (Status.COMPLETED, Status.TERMINATED))


def test_available_runs_have_the_same_operation_and_flags() -> None:
    other = OpRef("script", "/elsewhere", "", "", "echo.py")
    runs = [a_run(x=1), a_run(x=2), a_run(x=1, y=1), a_run(opref=other, x=1)]

    assert available_runs(runs, ECHO, FlagSet({"x": 1})) == [runs[0]]


@pytest.mark.parametrize(
    ("flags", "needed"),
    [
        ({}, True),
        ({"x": 1.0}, True),
        ({"x": 1.0, "y": 2}, True),
        ({"x": 1.0, "y": 2, "z": "d"}, False),
        ({"x": 1, "y": 2, "z": "d"}, False),
        ({"x": 1.0, "y": 2, "z": "d", "a": 0}, True),
    ],
)
def test_flags_are_compared_as_whole_mappings(flags: dict[str, FlagValue], needed: bool) -> None:
    run = a_run(x=1.0, y=2, z="d")

    assert restart_needed(run, flags) is needed


def test_a_pending_run_always_needs_a_restart() -> None:
    assert restart_needed(a_run(Status.PENDING, x=1), {"x": 1})
