"""What is expected of commands, said once."""

from __future__ import annotations

from attr import evolve

from tests.e2e.sandbox import Outcome

__all__ = ["TRAIN", "assert_clean", "assert_one_line", "without_index"]

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


def without_index(outcome: Outcome, said: bool | None = None) -> Outcome:
    """The outcome but for the one line that there can be no index of runs.

    Args:
        outcome: What a command left behind.
        said: Whether that line must be there; None where the command may do without the index.
    """
    lines = outcome.raw_err.splitlines(keepends=True)
    told = [line for line in lines if line.startswith(b"WARNING: cannot keep an index of runs")]
    assert len(told) <= 1, outcome
    assert said is None or bool(told) is said, outcome
    return evolve(outcome, raw_err=b"".join(line for line in lines if line not in told))


def assert_clean(outcome: Outcome) -> None:
    """It worked, and had nothing to say of what is wrong elsewhere."""
    assert outcome.code == 0, outcome
    assert not outcome.err, outcome
