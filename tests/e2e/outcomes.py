"""What is expected of commands, said once."""

from __future__ import annotations

from tests.e2e.sandbox import Outcome

__all__ = ["TRAIN", "assert_clean", "assert_one_line"]

TRAIN = 'lr = 0.1\nname = "x"\nprint("loss: 1")\n'
"""A script with flags and a scalar."""


def assert_one_line(outcome: Outcome, text: str = "", code: int = 1) -> None:
    """One line begins with "guild: "; what follows are hints, never a traceback."""
    first, *rest = outcome.err.splitlines() or [""]
    assert outcome.code == code, outcome
    assert first.startswith("guild: "), outcome
    assert text in first, outcome
    assert not [line for line in rest if line.startswith("guild: ")], outcome
    assert "Traceback" not in outcome.err + outcome.out, outcome


def assert_clean(outcome: Outcome) -> None:
    """It worked, and had nothing to say of what is wrong elsewhere."""
    assert outcome.code == 0, outcome
    assert not outcome.err, outcome
