"""What a part of the crash tests tried, and what was lost by it."""

from __future__ import annotations

from attrs import field, frozen

__all__ = ["Figures"]


@frozen
class Figures:
    """The result of a part.

    A part is a module of this package with `run(amount: float, seed: int) -> Figures`. `amount`
    1.0 is what `make crashtest` does by default; the part does as much less or more as it says.

    Attributes:
        name: What was counted, in words: `kills tried`.
        tried: How many.
        losses: A paragraph for each loss, with the command or seed that shows it again.
        table: Rows of detail to print, of equal length, with a head; none without detail.
    """

    name: str
    tried: int
    losses: list[str] = field(factory=list)
    table: list[tuple[str, ...]] = field(factory=list)
