"""Reading one run from its directory, whatever state that is in."""

from __future__ import annotations

import os
from collections.abc import Callable
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

__all__ = ["read_run"]

_T = TypeVar("_T")
_MAX_BYTES = 65536


def read_run(path: str, liveness: Callable[[str], Liveness]) -> Run:
    """The run in this directory. What can't be read is named in `Run.damage`."""
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
    opref = reader.opref(layout.OPREF)
    proto = reader.opref(f"{layout.PROTO}/{layout.GUILD}/{layout.OPREF}")
    return Run(
        id=RunId(os.path.basename(path)),
        path=path,
        opref=opref,
        proto=proto,
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
        damage=tuple(reader.damage),
    )


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
            if value is None or type(value) is type_:
                return value
            from guild.adapters.fsstore.structure import structure  # loads cattrs

            return structure(value, type_)
        except (DamagedRun, ValueError):
            self.damage.append(name)
            return None

    def text(self, name: str) -> str | None:
        if name.partition("/")[0] not in self._present:
            return None
        try:
            with open(layout.guild_path(self.path, name), "rb") as file:
                return file.read(_MAX_BYTES).decode("utf-8", "replace").strip()
        except FileNotFoundError:
            return None
        except OSError:
            self.damage.append(name)
            return None

    def opref(self, name: str) -> OpRef | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            return OpRef.parse(text)
        except InvalidOpRef:
            self.damage.append(name)
            return None


def _names(path: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(path))
    except OSError:
        return frozenset()
