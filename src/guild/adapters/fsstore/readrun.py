"""Reading one run from its directory, whatever state that is in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar, cast

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.attributes import read_attr
from guild.adapters.fsstore.locks import read_lock
from guild.domain.comment import Comment
from guild.domain.errors import DamagedRun, InvalidOpRef
from guild.domain.flags import FlagSet
from guild.domain.ids import RunId
from guild.domain.markers import Markers, status_of
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.status import Liveness, Status
from guild.domain.timestamps import Timestamp

__all__ = ["read_operation", "read_opref", "read_run", "read_timestamp"]

_T = TypeVar("_T")
_MAX_BYTES = 65536
_OF_COMMENT = frozenset(("body", "host", "time", "user"))
_PROTO_OPREF = f"{layout.PROTO}/{layout.GUILD}/{layout.OPREF}"

_parsed = lru_cache(maxsize=1024)(OpRef.parse)
"""Most runs are of a few operations, and a reference is costly to take apart."""


def read_run(path: str, liveness: Callable[[str], Liveness]) -> Run:
    """The run in this directory. What can't be read is named in `Run.damage`.

    The operation is read last: a run that has one was there all the time.
    """
    reader = _Reader(path)
    exit_status = reader.attr("exit_status", int)
    lock = read_lock(path)
    owner = liveness(lock) if lock is not None else Liveness.NO_LOCK
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
        id=RunId(os.path.basename(path)),
        path=path,
        status=status,
        remote=remote,
        pid=_pid(lock) if status is Status.RUNNING else None,
        initialized=cast("Timestamp | None", reader.attr("initialized", int)),
        started=cast("Timestamp | None", reader.attr("started", int)),
        stopped=cast("Timestamp | None", reader.attr("stopped", int)),
        exit_status=exit_status,
        flags=reader.attr("flags", FlagSet) or FlagSet(),
        label=reader.attr("label", str) or "",
        tags=tuple(reader.attr("tags", list[str]) or ()),
        comments=tuple(reader.attr("comments", list[Comment]) or ()),
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
        if _is_whole(value):
            return cast("Timestamp", value)
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


def _text(path: str, name: str) -> str | None:
    """Text of a file below `.guild`, without blanks around it; None if it is not there."""
    try:
        with open(layout.guild_path(path, name), "rb") as file:
            return file.read(_MAX_BYTES).decode("utf-8", "replace").strip()
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
        self._present = _names(f"{path}/{layout.GUILD}")
        self._attrs = _names(f"{path}/{layout.GUILD}/{layout.ATTRS}")

    def has(self, name: str) -> bool:
        return name in self._present

    def attr(self, name: str, type_: type[_T]) -> _T | None:
        if name not in self._attrs:
            return None
        try:
            value = read_attr(self.path, name)
            if value is None:
                return None
            plain = _as_it_is(value, type_)
            if plain is not None:
                return plain
            from guild.adapters.fsstore.structure import structure  # loads cattrs

            return structure(value, type_)
        except (DamagedRun, ValueError):
            self.damage.append(name)
            return None

    def text(self, name: str) -> str | None:
        if name.partition("/")[0] not in self._present:
            return None
        try:
            return _text(self.path, name)
        except OSError:
            self.damage.append(name)
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


def _as_it_is(value: object, type_: type[_T]) -> _T | None:
    """The value, if it needs no conversion to `type_`, as those that were written here."""
    plain: object = None
    if type_ is int:
        plain = value if _is_whole(value) else None
    elif type_ is FlagSet and type(value) is dict and _are_texts(value):
        plain = FlagSet(value)
    elif type(value) is type_ or (
        type_ == list[str] and type(value) is list and _are_texts(value)
    ):
        plain = value
    elif type_ == list[Comment] and type(value) is list and all(map(_is_comment, value)):
        plain = [Comment(**told) for told in value]
    return cast("_T | None", plain)


def _is_whole(value: object) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63


def _is_comment(value: object) -> bool:
    """Whether it has what a comment is written with, and nothing else."""
    return (
        type(value) is dict
        and value.keys() == _OF_COMMENT
        and _is_whole(value["time"])
        and all(type(value[name]) is str for name in ("body", "host", "user"))
    )


def _are_texts(values: Iterable[object]) -> bool:
    return all(type(value) is str for value in values)


def _names(path: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(path))
    except OSError:
        return frozenset()
