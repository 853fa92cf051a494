"""What `info` prints of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from guild.adapters.fsstore.regular import open_regular
from guild.adapters.ipy.runindex import RUN_DETAIL
from guild.adapters.system.localtime import format_time
from guild.domain.display import shown, shown_lines
from guild.domain.errors import GuildError
from guild.domain.flagtext import format_value
from guild.domain.scalarsummary import scalar_keys

if TYPE_CHECKING:
    from guild.bootstrap import Guild
    from guild.domain.run import Run

__all__ = ["info_lines"]

_OUTPUT = ".guild/output"


def info_lines(guild: Guild, run: Run, *, output: bool, scalars: bool) -> Iterator[str]:
    """The lines, with control characters escaped.

    Args:
        guild: The home of the run.
        run: The run.
        output: Whether its output is wanted.
        scalars: Whether its scalars are.
    """
    values = (
        run.id,
        run.operation,
        run.status.value,
        format_time(run.started),
        format_time(run.stopped),
        run.label,
        run.path,
    )
    for name, value in zip(RUN_DETAIL, values, strict=True):
        yield f"{name}: {shown(value)}".rstrip()
    yield "flags:"
    for name in sorted(run.flags):
        yield f"  {shown(name)}: {shown(format_value(run.flags[name]))}".rstrip()
    if scalars:
        yield "scalars:"
        summaries = guild.index.summaries([run])[run.id]
        of_tag = Counter(each.tag for each in summaries)
        for key, each in zip(scalar_keys(summaries), summaries, strict=True):
            name = each.tag if of_tag[each.tag] == 1 else key
            yield f"  {shown(name)}: {each.last} (step {each.last_step})"
    if output:
        yield "output:"
        for line in _output(guild, run).splitlines():
            yield f"  {line}"


def _output(guild: Guild, run: Run) -> str:
    try:
        path = guild.contents.path(run, _OUTPUT)
        fd = open_regular(path)
    except (GuildError, OSError):
        return ""  # it wrote nothing, or something else is there
    with open(fd, "rb") as file:
        return shown_lines(file.read().decode("utf-8", "replace"), colours=True)
