"""What is said while dependencies are resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guild.adapters.cli.context import Context
from guild.domain.depevents import DependencyNote, Downloading

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["note_dependency"]

_bars: dict[int, tuple[Progress, TaskID]] = {}
"""The bar of each context that has one now."""


def note_dependency(context: Context, event: DependencyNote | Downloading) -> None:
    """Say what is resolved, and show how far a download is where there is a terminal."""
    match event:
        case DependencyNote(text=text, warning=True):
            context.console.warn(text)
        case DependencyNote(text=text):
            context.console.note(text)
        case Downloading():
            if context.console.is_terminal(err=True):
                _show(context, event)


def _show(context: Context, event: Downloading) -> None:
    if event.ended and id(context) not in _bars:
        return
    progress, task = _bars.get(id(context)) or _begun(context, event)
    progress.update(task, completed=event.done, total=event.total or None)
    if event.ended:
        del _bars[id(context)]
        progress.stop()


def _begun(context: Context, event: Downloading) -> tuple[Progress, TaskID]:
    # A download that takes time pays for the import.
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from guild.domain.display import shown

    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=Console(file=context.console.stderr),
        transient=True,
    )
    progress.start()
    made = progress, progress.add_task(f"Downloading {shown(event.name)}", total=event.total)
    _bars[id(context)] = made
    return made
