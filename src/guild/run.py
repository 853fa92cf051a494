"""Runs as objects: a handle on a run directory, for scripts and notebooks."""

from __future__ import annotations

import os
from collections.abc import Iterator

from guild.adapters.fsstore import attributes, layout
from guild.adapters.system.clock import new_run_id
from guild.app.ports.run_store import RunStore
from guild.bootstrap import run_store
from guild.domain.ids import short_id
from guild.domain.opref import OpRef
from guild.domain.run import Run as RunValue

__all__ = ["Run", "for_dir", "mkid"]


class Run:
    """A run, read anew each time it is asked.

    Attributes:
        id: Its id.
        path, dir: Absolute path of its directory.
    """

    def __init__(self, id: str, path: str | os.PathLike[str]) -> None:
        self.id = id
        self.path = os.path.abspath(path)

    @property
    def dir(self) -> str:
        """Absolute path of the run's directory."""
        return self.path

    @property
    def short_id(self) -> str:
        """First eight characters of the id."""
        return short_id(self.id)

    @property
    def value(self) -> RunValue:
        """All that is known of the run at this moment, as one value.

        Raises:
            NoSuchRun: If it is gone.
        """
        return self._store.at(self.path)

    @property
    def status(self) -> str:
        """`completed`, `error`, `terminated`, `running`, `pending` or `staged`."""
        return self.value.status.value

    @property
    def opref(self) -> OpRef | None:
        """Reference to the operation."""
        return self.value.opref

    @property
    def pid(self) -> int | None:
        """Process of a running run."""
        return self.value.pid

    @property
    def remote(self) -> str | None:
        """Name of the remote that runs it."""
        return self.value.remote

    @property
    def timestamp(self) -> int | None:
        """When it started, or else was made: microseconds since the epoch."""
        return self.value.timestamp

    def get(self, name: str, default: object = None) -> object:
        """An attribute, or `default` where there is none.

        Raises:
            DamagedRun: If it is there and can't be read.
        """
        value = attributes.read_attr(self.path, name)
        return default if value is None else value

    def __getitem__(self, name: str) -> object:
        value = attributes.read_attr(self.path, name)
        if value is None:
            raise KeyError(name)
        return value

    def attr_names(self) -> list[str]:
        """Names of all attributes, sorted."""
        return attributes.attr_names(self.path)

    def iter_attrs(self) -> Iterator[tuple[str, object]]:
        """Names and values of all attributes."""
        for name in self.attr_names():
            yield name, self.get(name)

    def has_attr(self, name: str) -> bool:
        """Whether there is such an attribute."""
        return name in self.attr_names()

    def write_attr(self, name: str, value: object) -> None:
        """Write an attribute atomically: plain values as YAML knows them; None removes it."""
        self._store.update(self._bare, {name: value})

    def del_attr(self, name: str) -> None:
        """Remove an attribute; no error if there is none."""
        self.write_attr(name, None)

    def guild_path(self, *names: str) -> str:
        """Absolute path of a file in the run's `.guild`."""
        return os.path.join(self.path, layout.GUILD, *names)

    def iter_files(self) -> Iterator[str]:
        """Absolute paths of the run's files, those below `.guild` excepted."""
        for directory, names, files in os.walk(self.path):
            if directory == self.path and layout.GUILD in names:
                names.remove(layout.GUILD)
            names.sort()
            yield from (os.path.join(directory, name) for name in sorted(files))

    def __repr__(self) -> str:
        return f"<guild.run.Run '{self.id}'>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Run) and other.path == self.path

    def __hash__(self) -> int:
        return hash(self.path)

    @property
    def _store(self) -> RunStore:
        return run_store(os.path.dirname(os.path.dirname(self.path)))

    @property
    def _bare(self) -> RunValue:
        return RunValue(id=self.value.id, path=self.path)


def for_dir(path: str | os.PathLike[str]) -> Run:
    """The run in a directory; its id is the directory's name."""
    path = os.path.abspath(path)
    return Run(os.path.basename(path), path)


def mkid() -> str:
    """A new run id: 32 hexadecimal digits."""
    return new_run_id()
