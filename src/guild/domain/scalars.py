"""Scalars: numbers that a run reports step by step."""

from __future__ import annotations

from guild.domain.record import Record

__all__ = ["ScalarPoint"]


class ScalarPoint(Record, kw_only=False):
    """One reported value.

    Attributes:
        tag: Name of the scalar.
        value: The number.
        step: Training step it belongs to, 0 if none was told.
        prefix: Directory of the event file relative to the run directory, with `/`; `.guild`
            for values found in the output, empty for the run directory itself.
    """

    tag: str
    value: float
    step: int = 0
    prefix: str = ""

    def __init__(self, tag: str, value: float, step: int = 0, prefix: str = "") -> None:
        # A run may have a million, and what serves all records takes three times as long.
        known = self.__dict__
        known["tag"] = tag
        known["value"] = value
        known["step"] = step
        known["prefix"] = prefix
