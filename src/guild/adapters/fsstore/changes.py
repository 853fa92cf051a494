"""What has changed among run directories, told from their times.

Attributes are written to a new file that is renamed, so the time of their directory tells of all
changes. Other programs, such as the prior system and editors, write in place: of the attributes
that people change when a run has ended, the time and size of the file count, too. Any other
attribute that is changed in place is read once something else of the run changes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from functools import lru_cache

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import storing
from guild.adapters.fsstore.layout import is_run
from guild.adapters.fsstore.notes import read_notes
from guild.domain.errors import DamagedRun
from guild.domain.status import Liveness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.run_reading import RunReading

__all__ = ["DirectoryRunChanges"]

_ATTRS = f"/{layout.GUILD}/{layout.ATTRS}"
_LATE = ("label", "tags", "marked", "comments")
"""What is said of runs after they ended: bit N of what is watched is the N-th."""
_LATE_NAMES = frozenset(_LATE)
_PATHS = (*(f"{_ATTRS}/{name}" for name in _LATE), f"/{layout.GUILD}")
_OF_ATTRS = 1 << 16
"""Watched in any case: the directory of the attributes."""
_OF_GUILD = 1 << len(_LATE)
"""Watched where marks and locks come and go: the directory of both."""
_SURE_NS = 2_000_000_000
"""Times of files are this coarse on some file systems: two changes within may look the same."""
_MASK = (1 << 63) - 1
_NOTHING = (0, 0)


class DirectoryRunChanges:
    """Changes in the directories of one Guild home. See `RunChanges`.

    Args:
        home: Its absolute path.
        liveness: What a lock's text says of its process.
        warn: Is told, a sentence each, what the system fails to read.
        now_ns: The present as files have it, in nanoseconds since the epoch.
    """

    def __init__(
        self,
        home: str,
        liveness: Callable[[str], Liveness],
        warn: Callable[[str], None] = lambda _sentence: None,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self.home = home
        self.liveness = liveness
        self.warn = warn
        self._now_ns = now_ns
        self._told: set[str] = set()

    def place(self, *, deleted: bool) -> tuple[int, int, int] | None:
        """See `RunChanges.place`."""
        with storing("read"):
            try:
                status = os.stat(self._root(deleted))
            except (FileNotFoundError, NotADirectoryError):
                return None
        return status.st_ino, status.st_ctime_ns, int(self._is_old(status.st_ctime_ns))

    def names(self, *, deleted: bool) -> list[str]:
        """See `RunChanges.names`."""
        with storing("read"):
            try:
                return os.listdir(self._root(deleted))
            except FileNotFoundError:
                return []

    def stamps(self, watched: Iterable[tuple[str, int]], *, deleted: bool) -> list[int]:
        """See `RunChanges.stamps`."""
        root = self._root(deleted)
        with storing("read"):
            try:
                fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
            except (FileNotFoundError, NotADirectoryError):
                return [0 for _ in watched]
        try:
            return [_stamp(root, fd, name, watch) for name, watch in watched]
        finally:
            os.close(fd)

    def read(self, name: str, *, deleted: bool) -> RunReading | None:
        """See `RunChanges.read`.

        The stamp is taken before anything is read: a change in between makes it differ.
        """
        # What is unchanged isn't read.
        from guild.adapters.fsstore.readrun import read_all
        from guild.app.run_reading import UNSURE, RunReading

        path = f"{self._root(deleted)}/{name}"
        if not is_run(path):
            return None
        looks = _Looks(path)
        found = read_all(path, self.liveness, looks.at_late)
        if found.run.opref is None and not is_run(path):
            return None
        is_settled = found.run.exit_status is not None and found.owner is Liveness.NO_LOCK
        watch, stamp, newest = looks.result(with_marks=not is_settled)
        is_old = self._is_old(newest)
        if not is_old:
            stamp = UNSURE
        is_open = not is_old or found.owner is Liveness.ALIVE or found.run.remote is not None
        for failure in found.failures:
            self._tell(failure)
            stamp = UNSURE  # it may be as it should be
        attrs = _sorted(found.attrs)
        return RunReading(run=found.run, attrs=attrs, watch=watch, stamp=stamp, is_open=is_open)

    def attr(self, name: str, attr: str, *, deleted: bool) -> object:
        """See `RunChanges.attr`."""
        from guild.adapters.fsstore.attributes import read_attr

        try:
            return read_attr(f"{self._root(deleted)}/{name}", attr)
        except DamagedRun as error:
            if isinstance(error.__cause__, OSError):
                self._tell(error.message)
                raise
            return None

    def noted(self, position: int) -> tuple[list[str], int] | None:
        """See `RunChanges.noted`."""
        return read_notes(self.home, position)

    def _is_old(self, time_ns: int) -> bool:
        """Whether a change that happens now gives another time."""
        return time_ns < self._now_ns() - _SURE_NS

    def _tell(self, failure: str) -> None:
        """Tell once what the system fails to read: a run that is shown without it looks whole."""
        if failure not in self._told:
            self._told.add(failure)
            self.warn(failure)

    def _root(self, deleted: bool) -> str:
        return layout.trash_dir(self.home) if deleted else layout.runs_dir(self.home)


class _Looks:
    """Looks at a run that are taken before it is read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._attrs = _look(path + _ATTRS)
        self._marks = _look(f"{path}/{layout.GUILD}")
        self._late: list[tuple[int, int]] = []
        self._watch = 0

    def at_late(self, attrs: frozenset[str]) -> None:
        """Look at the attributes that are changed late, of those that there are."""
        self._watch = _late_of(attrs & _LATE_NAMES)
        self._late = [_look(self.path + path) for path in _watched(self._watch)]

    def result(self, *, with_marks: bool) -> tuple[int, int, int]:
        """What is watched, its stamp, and the latest time in it (nanoseconds)."""
        looks = [self._attrs, *self._late]
        if with_marks:
            self._watch |= _OF_GUILD
            looks.append(self._marks)
        return self._watch, _folded(looks), max(time_ns for time_ns, _ in looks)


def _stamp(root: str, fd: int, name: str, watch: int) -> int:
    """The number of `RunChanges.stamps` for one run.

    It is `_folded` of `_look` at each, written out: most of what a listing does is this. From a
    directory that is open the system finds a path in two thirds of the time.

    Args:
        root: Path of the directory that the run is in.
        fd: The same, open.
        name: Name of the run's directory.
        watch: See `RunChanges.stamps`.
    """
    stamp = 1
    for inner in _watched(watch | _OF_ATTRS):
        try:
            status = os.stat(name + inner, dir_fd=fd)
        except OSError:
            if stamp == 1 and not is_run(f"{root}/{name}"):
                return 0
            stamp = stamp * 1_000_003 & _MASK
        else:
            identity = status.st_ino ^ status.st_size << 32
            stamp = (stamp * 1_000_003 + status.st_ctime_ns ^ identity) & _MASK
    return stamp or 1


@lru_cache
def _late_of(names: frozenset[str]) -> int:
    """What is watched for these of `_LATE`."""
    return sum(1 << bit for bit, late in enumerate(_LATE) if late in names)


@lru_cache
def _sorted(attrs: frozenset[str]) -> tuple[str, ...]:
    """Names of attributes, without what is only being written. Most runs have the same ones."""
    return tuple(sorted(attr for attr in attrs if attr[0] != "." and attr[-1] != "~"))


@lru_cache
def _watched(watch: int) -> tuple[str, ...]:
    """Paths of what is watched, below the run's: attributes first, if they are."""
    paths = tuple(path for bit, path in enumerate(_PATHS) if watch >> bit & 1)
    return (_ATTRS, *paths) if watch & _OF_ATTRS else paths


def _look(path: str) -> tuple[int, int]:
    """Change time, and what else tells a file from the one before: which it is, and its size."""
    try:
        status = os.stat(path)
    except OSError:
        return _NOTHING
    return status.st_ctime_ns, status.st_ino ^ (status.st_size << 32)


def _folded(looks: Iterable[tuple[int, int]]) -> int:
    stamp = 1
    for time_ns, identity in looks:
        stamp = (stamp * 1_000_003 + time_ns ^ identity) & _MASK
    return stamp or 1
