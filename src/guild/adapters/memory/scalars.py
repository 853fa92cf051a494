"""Scalars of runs in memory."""

from __future__ import annotations

from collections.abc import Iterable

from attr import define, field

from guild.domain.run import Run
from guild.domain.scalarreading import (
    EventFile,
    FoundFile,
    ScalarReading,
    directory_of,
    kept,
    reading_order,
)
from guild.domain.scalars import ScalarPoint
from guild.domain.scalarsummary import extended

__all__ = ["MemoryScalarFile", "MemoryScalarSource"]


@define
class MemoryScalarFile:
    """A file of scalars. Its size is the number of its values.

    Attributes:
        ino: Differs between files that had the same path one after the other.
        values: Tag, value and step of each.
    """

    ino: int
    values: list[tuple[str, float, int]] = field(factory=list)


@define
class MemoryScalarSource:
    """See `ScalarSource`.

    Attributes:
        runs: By paths of runs: their files, by their paths in the run.
    """

    runs: dict[str, dict[str, MemoryScalarFile]] = field(factory=dict)

    def points(self, run: Run) -> Iterable[ScalarPoint]:
        """See `ScalarSource.points`."""
        files = self.runs.get(run.path, {})
        for path in sorted(files, key=reading_order):
            for tag, value, step in files[path].values:
                yield ScalarPoint(tag, value, step, directory_of(path))

    def read(self, path: str, before: ScalarReading | None = None) -> ScalarReading:
        """See `ScalarSource.read`."""
        files = self.runs.get(path, {})
        found: list[FoundFile] = [
            (name, len(files[name].values), files[name].ino, 0)
            for name in sorted(files, key=reading_order)
        ]
        if before is not None and before.is_of(found):
            return before
        base = ScalarReading() if before is None else kept(before, found)
        offsets = {file.path: file.offset for file in base.files}
        summaries = {(each.prefix, each.tag): each for each in base.summaries}
        for name, *_ in found:
            prefix = directory_of(name)
            for tag, value, step in files[name].values[offsets.get(name, 0) :]:
                known = summaries.get((prefix, tag))
                summaries[prefix, tag] = extended(known, prefix, tag, [step], [value])
        return ScalarReading(
            files=tuple(
                EventFile(path=name, size=size, ino=ino, offset=size)
                for name, size, ino, _ in found
            ),
            summaries=tuple(summaries[key] for key in sorted(summaries)),
        )
