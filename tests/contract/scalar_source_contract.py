"""What sources of scalars keep to. Adapters subclass it and give the fixtures."""

from __future__ import annotations

from typing import Protocol

import pytest

from guild.app.ports.recording import ScalarSource
from guild.domain.run import Run
from guild.domain.scalarreading import ScalarReading
from guild.domain.scalars import ScalarPoint
from guild.domain.scalarsummary import summarize

FIRST = "events.out.tfevents.1.h"
SECOND = "events.out.tfevents.2.h"


class Files(Protocol):
    """Files of scalars of the run."""

    def append(self, path: str, *values: float, tag: str = "a") -> None:
        """Add values to a file, which is made if it is not there, with steps from 0 on."""

    def rewrite(self, path: str, *values: float) -> None:
        """Give a file other values."""

    def remove(self, path: str) -> None:
        """Remove a file."""

    def shorten(self, path: str) -> None:
        """Remove the last value of a file."""


class ScalarSourceContract:
    """Subclasses give `source`, `run`, which has no scalars, and `files`, those of the run."""

    @staticmethod
    def read(source: ScalarSource, run: Run, before: ScalarReading | None = None) -> ScalarReading:
        """Read, and hold the result against the points."""
        reading = source.read(run.path, before)
        assert list(reading.summaries) == summarize(source.points(run))
        assert source.read(run.path, reading) is reading
        return reading

    def test_a_run_without_scalars_has_no_summaries(self, source: ScalarSource, run: Run) -> None:
        reading = self.read(source, run)

        assert (reading.files, reading.summaries, reading.linked) == ((), (), False)

    def test_there_may_be_no_run(self, source: ScalarSource, run: Run) -> None:
        assert source.read(f"{run.path}-gone").summaries == ()
        assert list(source.points(Run(id=run.id, path=f"{run.path}-gone"))) == []

    def test_points_have_the_directory_as_prefix(
        self, source: ScalarSource, run: Run, files: Files
    ) -> None:
        files.append(f"logs/{FIRST}", 1.0, 2.0)
        files.append(f".guild/{FIRST}", 3.0, tag="b")

        assert list(source.points(run)) == [
            ScalarPoint("b", 3.0, 0, ".guild"),
            ScalarPoint("a", 1.0, 0, "logs"),
            ScalarPoint("a", 2.0, 1, "logs"),
        ]

    def test_files_are_read_by_directory_and_name(
        self, source: ScalarSource, run: Run, files: Files
    ) -> None:
        for path in (f"b/{FIRST}", SECOND, f"a/b/{FIRST}", f"a-b/{FIRST}", FIRST):
            files.append(path, 1.0)

        reading = self.read(source, run)

        assert [file.path for file in reading.files] == [
            FIRST,
            SECOND,
            f"a-b/{FIRST}",
            f"a/b/{FIRST}",
            f"b/{FIRST}",
        ]

    def test_a_reading_goes_on(self, source: ScalarSource, run: Run, files: Files) -> None:
        files.append(FIRST, 3.0, 1.0)
        before = self.read(source, run)
        files.append(FIRST, 2.0, 0.5)

        reading = self.read(source, run, before)

        assert reading == source.read(run.path)
        assert [(each.count, each.min) for each in reading.summaries] == [(4, 0.5)]
        assert [each.count for each in before.summaries] == [2]

    def test_a_new_tag_is_found(self, source: ScalarSource, run: Run, files: Files) -> None:
        files.append(FIRST, 3.0, tag="b")
        before = self.read(source, run)
        files.append(FIRST, 2.0, tag="a")

        reading = self.read(source, run, before)

        assert [each.tag for each in reading.summaries] == ["a", "b"]

    @pytest.mark.parametrize("path", [SECOND, f"a/{FIRST}", f"z/{FIRST}"])
    def test_a_new_file_is_read(
        self, source: ScalarSource, run: Run, files: Files, path: str
    ) -> None:
        files.append(FIRST, 3.0)
        files.append(f"logs/{FIRST}", 3.0)
        before = self.read(source, run)
        files.append(path, 2.0)

        assert self.read(source, run, before) == source.read(run.path)

    def test_files_may_grow_in_several_directories(
        self, source: ScalarSource, run: Run, files: Files
    ) -> None:
        files.append(FIRST, 3.0)
        files.append(f"logs/{FIRST}", 3.0)
        before = self.read(source, run)
        files.append(FIRST, 2.0)
        files.append(f"logs/{FIRST}", 2.0)

        assert [each.count for each in self.read(source, run, before).summaries] == [2, 2]

    def test_a_file_that_is_not_the_last_may_grow(
        self, source: ScalarSource, run: Run, files: Files
    ) -> None:
        files.append(FIRST, 3.0)
        files.append(SECOND, 1.0)
        before = self.read(source, run)
        files.append(FIRST, 2.0)

        (summary,) = self.read(source, run, before).summaries
        assert (summary.first, summary.last, summary.count) == (3.0, 2.0, 3)

    def test_an_earlier_file_may_come(self, source: ScalarSource, run: Run, files: Files) -> None:
        files.append(SECOND, 1.0)
        before = self.read(source, run)
        files.append(FIRST, 3.0)

        (summary,) = self.read(source, run, before).summaries
        assert (summary.first, summary.last) == (3.0, 1.0)

    @pytest.mark.parametrize("path", [FIRST, SECOND])
    def test_a_file_may_go(self, source: ScalarSource, run: Run, files: Files, path: str) -> None:
        files.append(FIRST, 3.0)
        files.append(SECOND, 1.0)
        files.append(f"logs/{FIRST}", 1.0)
        before = self.read(source, run)
        files.remove(path)

        assert [each.count for each in self.read(source, run, before).summaries] == [1, 1]

    def test_all_files_may_go(self, source: ScalarSource, run: Run, files: Files) -> None:
        files.append(FIRST, 3.0)
        before = self.read(source, run)
        files.remove(FIRST)

        assert self.read(source, run, before) == ScalarReading()

    def test_a_file_may_shrink(self, source: ScalarSource, run: Run, files: Files) -> None:
        files.append(FIRST, 3.0, 2.0)
        before = self.read(source, run)
        files.shorten(FIRST)

        assert [each.count for each in self.read(source, run, before).summaries] == [1]

    @pytest.mark.parametrize("numbers", [(5.0,), (5.0, 4.0), (5.0, 4.0, 3.0)])
    def test_a_file_may_be_another(
        self, source: ScalarSource, run: Run, files: Files, numbers: tuple[float, ...]
    ) -> None:
        files.append(FIRST, 1.0, 2.0)
        before = self.read(source, run)
        files.remove(FIRST)
        files.append(FIRST, *numbers)  # it may get the inode of the other one

        summary = self.read(source, run, before).summaries[0]
        assert (summary.first, summary.count) == (5.0, len(numbers))

    @pytest.mark.parametrize("numbers", [(5.0,), (5.0, 4.0), (5.0, 4.0, 3.0)])
    def test_a_file_may_be_written_anew_in_place(
        self, source: ScalarSource, run: Run, files: Files, numbers: tuple[float, ...]
    ) -> None:
        files.append(FIRST, 1.0, 2.0)
        files.append(SECOND, 7.0)
        before = self.read(source, run)
        files.rewrite(FIRST, *numbers)

        summary = self.read(source, run, before).summaries[0]
        assert (summary.first, summary.count) == (5.0, len(numbers) + 1)
