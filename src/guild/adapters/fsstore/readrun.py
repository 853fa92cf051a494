"""Reading one run from its directory, whatever state that is in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.attributes import read_attr
from guild.adapters.fsstore.locks import read_lock
from guild.adapters.fsstore.regular import NotRegular, read_regular
from guild.domain.comment import Comment
from guild.domain.errors import DamagedRun, InvalidOpRef
from guild.domain.flags import FlagSet
from guild.domain.ids import RunId
from guild.domain.markers import Markers, status_of
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.status import Liveness, Status
from guild.domain.timestamps import Timestamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    _T = TypeVar("_T")

__all__ = [
    "AllOfRun",
    "read_all",
    "read_operation",
    "read_opref",
    "read_run",
    "read_timestamp",
]

_MAX_BYTES = 65536
_OF_COMMENT = frozenset(("body", "host", "time", "user"))
_ONLY_TEXT = frozenset((str,))
_PROTO_OPREF = f"{layout.PROTO}/{layout.GUILD}/{layout.OPREF}"

_parsed = lru_cache(maxsize=1024)(OpRef.parse)
"""Most runs are of a few operations, and a reference is costly to take apart."""


def read_run(path: str, liveness: Callable[[str], Liveness]) -> Run:
    """The run in this directory. What can't be read is named in `Run.damage`."""
    return read_all(path, liveness).run


class AllOfRun:
    """A run, and what else was seen in its directory.

    Attributes:
        run: The run.
        attrs: Names of its attributes.
        owner: What is known of the process that its lock names.
        failures: A sentence for each part of `Run.damage` that the system failed to read, which
            may be as it should be: who keeps the run must read it again.
    """

    __slots__ = ("attrs", "failures", "owner", "run")

    def __init__(
        self, run: Run, attrs: frozenset[str], owner: Liveness, failures: tuple[str, ...] = ()
    ) -> None:
        self.run = run
        self.attrs = attrs
        self.owner = owner
        self.failures = failures


def read_all(
    path: str,
    liveness: Callable[[str], Liveness],
    listed: Callable[[frozenset[str]], None] | None = None,
) -> AllOfRun:
    """The run in this directory, with what tells how it can change.

    The lock is read before the directory, and what it says is judged after that: a process
    that ends in between has written the exit status, which is looked for again. The operation
    is read last: a run that has one was there all the time.

    Args:
        path: Absolute path of the directory.
        liveness: What a lock's text says of its process.
        listed: Is told the names of attributes before any is read.
    """
    lock = read_lock(path)
    reader = _Reader(path)
    if listed is not None:
        listed(reader.attrs)
    exit_status = reader.attr("exit_status", int)
    owner = liveness(lock) if lock is not None else Liveness.NO_LOCK
    if exit_status is None and lock is not None and owner is Liveness.DEAD:
        reader = _Reader(path)
        exit_status = reader.attr("exit_status", int)
    run = _run(reader, exit_status, lock, owner)
    return AllOfRun(run, reader.attrs, owner, tuple(reader.failures))


def _run(reader: _Reader, exit_status: int | None, lock: str | None, owner: Liveness) -> Run:
    remote = reader.text(layout.REMOTE_LOCK)
    status = status_of(
        Markers(
            exit_status=exit_status,
            pending=reader.has("PENDING"),
            staged=reader.has("STAGED"),
            remote=remote,
            owner=owner,
        )
    )
    return Run(
        id=RunId(os.path.basename(reader.path)),
        path=reader.path,
        status=status,
        remote=remote,
        pid=_pid(lock) if status is Status.RUNNING else None,
        initialized=_time(reader.attr("initialized", int)),
        started=_time(reader.attr("started", int)),
        stopped=_time(reader.attr("stopped", int)),
        exit_status=exit_status,
        flags=reader.attr("flags", FlagSet) or FlagSet(),
        label=reader.attr("label", str) or "",
        tags=tuple(reader.attr("tags", _TEXTS) or ()),
        comments=tuple(reader.attr("comments", _COMMENTS) or ()),
        marked=reader.attr("marked", bool) or False,
        sourcecode_digest=reader.attr("sourcecode_digest", str),
        proto=reader.opref(_PROTO_OPREF),
        opref=reader.opref(layout.OPREF),
        damage=tuple(reader.damage),
    )


def read_timestamp(path: str) -> Timestamp | None:
    """`Run.timestamp` of the run in this directory."""
    for name in ("started", "initialized"):
        try:
            value = read_attr(path, name)
        except DamagedRun:
            continue
        time = _as_int(value)
        if time is not None:
            return Timestamp(time)
    return None


def read_operation(path: str) -> str:
    """`Run.operation` of the run in this directory."""
    run = Run(id=RunId(""), path=path, opref=read_opref(path), proto=_opref(path, _PROTO_OPREF))
    return run.operation


def read_opref(path: str) -> OpRef | None:
    """`Run.opref` of the run in this directory."""
    return _opref(path, layout.OPREF)


def _opref(path: str, name: str) -> OpRef | None:
    try:
        text = _text(path, name)
        return None if text is None else _parsed(text)
    except (OSError, InvalidOpRef):
        return None


def _text(path: str, name: str, *, listed: bool = False) -> str | None:
    """Text of a file below `.guild`, without blanks around it; None if it is not there."""
    path = layout.guild_path(path, name)
    try:
        data = read_regular(path, _MAX_BYTES, follow=False, listed=listed)
        return data.decode("utf-8", "replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _pid(lock: str | None) -> int | None:
    """The process a lock names: a number in its first ten characters."""
    try:
        return int((lock or "")[:10])
    except ValueError:
        return None


class _Reader:
    """Reads what is there and notes what can't be read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.damage: list[str] = []
        self.failures: list[str] = []
        # What is in a directory that can't be listed is looked for by its name.
        self._present = _files(f"{path}/{layout.GUILD}")
        self._files = _files(f"{path}/{layout.GUILD}/{layout.ATTRS}")
        self.attrs = frozenset(self._files or ())

    def has(self, name: str) -> bool:
        if self._present is None:
            return os.path.lexists(layout.guild_path(self.path, name))
        return name in self._present

    def attr(self, name: str, type_: type[_T]) -> _T | None:
        listed = False
        if self._files is not None:
            if name not in self._files:
                return None
            listed = _is_file(self._files[name])
        try:
            value = read_attr(self.path, name, listed=listed)
            if value is None:
                return None
            plain: _T | None = _AS_IT_IS[type_](value)
            if plain is not None:
                return plain
            from guild.adapters.fsstore.structure import structure  # loads cattrs

            return structure(value, type_)
        except (DamagedRun, ValueError) as error:
            self.damage.append(name)
            if isinstance(error, DamagedRun) and isinstance(error.__cause__, OSError):
                self.failures.append(error.message)
            return None

    def text(self, name: str) -> str | None:
        listed = False
        if self._present is not None:
            if name.partition("/")[0] not in self._present:
                return None
            listed = name in self._present and _is_file(self._present[name])
        try:
            return _text(self.path, name, listed=listed)
        except NotRegular:
            self.damage.append(name)
            return None
        except OSError as error:
            self.damage.append(name)
            path = layout.guild_path(self.path, name)
            self.failures.append(f"cannot read {path}: {error.strerror}")
            return None

    def opref(self, name: str) -> OpRef | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            return _parsed(text)
        except InvalidOpRef:
            self.damage.append(name)
            return None


def _time(value: int | None) -> Timestamp | None:
    return None if value is None else Timestamp(value)


def _as_int(value: object) -> int | None:
    return value if type(value) is int and -(2**63) <= value < 2**63 else None


def _as_flags(value: object) -> FlagSet | None:
    return FlagSet(value) if type(value) is dict and _are_texts(value) else None


def _as_text(value: object) -> str | None:
    return value if type(value) is str else None


def _as_texts(value: object) -> list[str] | None:
    return value if type(value) is list and _are_texts(value) else None


def _as_bool(value: object) -> bool | None:
    return value if type(value) is bool else None


def _as_comments(value: object) -> list[Comment] | None:
    if type(value) is not list or not all(map(_is_comment, value)):
        return None
    return [Comment(**told) for told in value]


_TEXTS = list[str]
_COMMENTS = list[Comment]
_AS_IT_IS: Mapping[object, Callable[[object], Any]] = {
    int: _as_int,
    FlagSet: _as_flags,
    str: _as_text,
    bool: _as_bool,
    _TEXTS: _as_texts,
    _COMMENTS: _as_comments,
}
"""By type the value if it needs no conversion to that, as those written here; or None."""


def _is_comment(value: object) -> bool:
    """Whether it has what a comment is written with, and nothing else."""
    return (
        type(value) is dict
        and value.keys() == _OF_COMMENT
        and _as_int(value["time"]) is not None
        and all(type(value[name]) is str for name in ("body", "host", "user"))
    )


def _are_texts(values: Iterable[object]) -> bool:
    return _ONLY_TEXT.issuperset(map(type, values))


def _files(path: str) -> Mapping[str, os.DirEntry[str]] | None:
    """What is in a directory by name; nothing if it is not there, None if that can't be known."""
    try:
        with os.scandir(path) as entries:
            return {entry.name: entry for entry in entries}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError:
        return None


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a regular file, as far as its directory tells."""
    try:
        return entry.is_file(follow_symlinks=False)
    except OSError:  # of a file system whose directories don't tell
        return False
