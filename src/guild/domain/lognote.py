"""What is said while runs of a batch or of a pipeline are under way."""

from __future__ import annotations

from guild.domain.record import Record

__all__ = ["LogNote", "PlainNote"]


class LogNote(Record):
    """Something to be said, now and in the log of the batch or the pipeline.

    Attributes:
        level: `INFO`, `WARNING` or `ERROR`.
        text: One line.
    """

    level: str
    text: str

    def __str__(self) -> str:
        """The line as it is logged: `INFO: [guild] Running trial ...`."""
        return f"{self.level}: [guild] {self.text}"


class PlainNote(Record):
    """A line that is no part of a log, such as a reason to stop.

    Attributes:
        text: The line as it is shown.
    """

    text: str

    def __str__(self) -> str:
        """The line."""
        return self.text
