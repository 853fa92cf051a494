"""A share of the faults that `make crashtest` injects: in commands, at their call sites."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.crash.faults import Fault, Faults, world
from tests.crash.faultworld import CASES, Case

pytestmark = pytest.mark.e2e

_PER_CASE = 2
_SEED = 1


@pytest.fixture(scope="module")
def faults() -> Iterator[Faults]:
    """The commands, in a world that all tests of this module use one after another."""
    with world() as made:
        yield Faults(made)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_what_fails_loses_nothing_and_is_told_in_one_line(faults: Faults, case: Case) -> None:
    luck = random.Random(f"{_SEED} {case.name}")
    possible = faults.all((case,))
    possible += faults.later(possible, luck)

    losses = [loss for fault in luck.sample(possible, _PER_CASE) for loss in faults.losses(fault)]

    assert not losses, "\n".join(losses)


@pytest.mark.parametrize("kind", ["ENOSPC", "EIO", "short", "half"])
def test_a_fault_that_is_planned_happens(faults: Faults, kind: str) -> None:
    (case,) = (case for case in CASES if case.name == "label")
    faults.known(case)
    (site,) = (
        site
        for site in faults.calls["label"]
        if "<adapters/fsstore/attributes" in site and site.startswith("write@")
    )

    faulty = faults.tried(Fault(case, site, kind))

    assert (faults.world.root / "mark").exists()
    assert faulty.ended.status == (0 if kind == "short" else 1)
