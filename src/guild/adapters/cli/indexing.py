"""How far the reading of runs is, where it takes long enough to be seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guild.adapters.cli.console import Console

__all__ = ["shown_progress"]

_MANY = 1000


def shown_progress(console: Console, names: Iterable[str]) -> Iterable[str]:
    """Pass names of runs through; of many, a bar on the terminal shows how many are left."""
    names = list(names)
    if len(names) < _MANY or not console.is_terminal(err=True):
        return names
    return _with_bar(console, names)


def _with_bar(console: Console, names: list[str]) -> Iterator[str]:
    # So many runs pay for the import.
    from rich.console import Console as RichConsole
    from rich.progress import track

    yield from track(
        names,
        description="Reading runs",
        console=RichConsole(file=console.stderr),
        transient=True,
        update_period=0.2,
    )
