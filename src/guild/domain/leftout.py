"""Source code that was not copied."""

from __future__ import annotations

from attr import frozen

from guild.domain.value import Value

__all__ = ["SourceLimitReached"]


@frozen(eq=False, repr=False)
class SourceLimitReached(Value):
    """Source files were left out of a snapshot because of a limit, or can't be read.

    Attributes:
        too_big: Paths of files over the size limit, relative to the source root.
        not_copied: How many text files came after the limit on their number; where there are
            thousands, counting ends before the last.
        max_files: That limit.
        max_size: Largest size of a file, in bytes.
        unreadable: Paths of files and directories that could not be read; those of
            directories end in `/`.
    """

    too_big: tuple[str, ...]
    not_copied: int
    max_files: int
    max_size: int
    unreadable: tuple[str, ...] = ()
