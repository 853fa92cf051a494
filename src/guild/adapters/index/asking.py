"""Asking the index for rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

__all__ = ["data_version", "marks", "of_runs", "one_state", "pieces"]

_AT_ONCE = 500


@contextmanager
def one_state(db: sqlite3.Connection) -> Iterator[None]:
    """See one state of the index, that of the first question, whatever others write."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        if db.in_transaction:  # some errors end it
            db.execute("COMMIT")


def of_runs(
    db: sqlite3.Connection, select: str, numbers: Sequence[int], key: str = "run"
) -> list[tuple[Any, ...]]:
    """Rows of runs in the order of their numbers, asked for by some hundred at once.

    Args:
        db: The index.
        select: What is asked, without a condition.
        numbers: Numbers of the runs.
        key: The column of those.
    """
    rows: list[tuple[Any, ...]] = []
    for some in pieces(numbers):
        rows += db.execute(f"{select} WHERE {key} IN ({marks(some)}) ORDER BY {key}", some)
    return rows


def pieces(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Some hundred at once: a statement of SQL takes no more of them than some thousand."""
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def marks(items: Sequence[object]) -> str:
    """As many question marks, for a list of SQL."""
    return ",".join("?" * len(items))


def data_version(db: sqlite3.Connection) -> int:
    """A number that changes when another connection has written."""
    (version,) = db.execute("PRAGMA data_version").fetchone()
    return int(version)
