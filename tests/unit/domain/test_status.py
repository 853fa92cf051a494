"""The rule that infers a run's status from evidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.markers import Markers, status_of
from guild.domain.status import Liveness, Status

markers = st.builds(
    Markers,
    exit_status=st.none() | st.integers(-64, 255),
    pending=st.booleans(),
    staged=st.booleans(),
    remote=st.none() | st.text(),
    owner=st.sampled_from(Liveness),
)


@given(markers)
def test_every_evidence_has_a_status(evidence: Markers) -> None:
    assert status_of(evidence) in Status


@given(markers)
def test_a_run_whose_owner_is_dead_is_never_running_here(evidence: Markers) -> None:
    status = status_of(evidence)

    if evidence.remote is None and evidence.owner is Liveness.DEAD:
        assert status in (Status.COMPLETED, Status.TERMINATED, Status.ERROR)


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (Markers(exit_status=0), Status.COMPLETED),
        (Markers(exit_status=-9), Status.TERMINATED),
        (Markers(exit_status=1), Status.ERROR),
        (Markers(), Status.ERROR),
        (Markers(owner=Liveness.ALIVE), Status.RUNNING),
        (Markers(owner=Liveness.DEAD), Status.ERROR),
        (Markers(exit_status=0, owner=Liveness.ALIVE), Status.COMPLETED),
        (Markers(pending=True, exit_status=0), Status.PENDING),
        (Markers(pending=True, owner=Liveness.ALIVE), Status.PENDING),
        (Markers(pending=True, exit_status=0, owner=Liveness.DEAD), Status.COMPLETED),
        (Markers(staged=True, exit_status=1), Status.STAGED),
        (Markers(staged=True, pending=True), Status.PENDING),
        (Markers(remote="host", pending=True, exit_status=0), Status.RUNNING),
    ],
)
def test_status(evidence: Markers, expected: Status) -> None:
    assert status_of(evidence) is expected
