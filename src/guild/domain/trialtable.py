"""Trials as a table for people to read.

Source: reference 20-batches-and-optimizers, section 11.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from guild.domain.display import shown
from guild.domain.flags import FlagValue
from guild.domain.flagtext import encode

__all__ = ["flag_names", "trial_table"]


def flag_names(trials: Iterable[Mapping[str, FlagValue]]) -> list[str]:
    """The names of all flags that any of the trials has, sorted."""
    return sorted({name for trial in trials for name in trial})


def trial_table(trials: Iterable[Mapping[str, FlagValue]]) -> list[str]:
    """A line of headings and one for each trial: its number, from 1, and its values by name.

    A flag that a trial does not have is blank.
    """
    trials = list(trials)
    names = flag_names(trials)
    rows = [["#", *map(shown, names)]]
    for number, trial in enumerate(trials, 1):
        cells = (shown(encode(trial[name])) if name in trial else "" for name in names)
        rows.append([str(number), *cells])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
