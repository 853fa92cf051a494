"""What is in a Guild home: read in this process, and independently of what it says of itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from guild.bootstrap import build

if TYPE_CHECKING:
    from guild.app.ports.run_contents import Damage
    from guild.domain.run import Run

__all__ = ["Seen", "damage_in", "leftovers_in", "look"]


@frozen(repr=False)
class Seen:
    """A run as its directory has it.

    Attributes:
        run: What the store says of it.
        deleted: Whether it is in the trash.
        files: What each file holds, by its path in the run; of a link, where it leads.
    """

    run: Run
    deleted: bool
    files: Mapping[str, bytes]

    @property
    def id(self) -> str:
        """Its id."""
        return self.run.id

    @property
    def status(self) -> str:
        """Its status, in a word."""
        return str(self.run.status.value)

    @property
    def is_of_function(self) -> bool:
        """Whether it is of a function, which no command can start again."""
        return self.run.opref is not None and self.run.opref.pkg_type == "func"

    @property
    def lasting(self) -> dict[str, bytes]:
        """Its files, without temporary ones."""
        return {path: data for path, data in self.files.items() if not path.endswith("~")}

    @property
    def links(self) -> dict[str, str]:
        """Ids of the runs that it has links to, by the names of the links."""
        return {
            name: os.path.basename(data[3:].decode())
            for name, data in self.files.items()
            if data.startswith(b"-> ") and "/" not in name
        }

    def attr(self, name: str) -> bytes | None:
        """The text of an attribute."""
        return self.files.get(f".guild/attrs/{name}")


def look(home: Path) -> dict[str, Seen]:
    """All runs of a home by their ids."""
    store = build({}, lambda _warning: None, home=str(home), cwd=str(home)).store
    found = {}
    for deleted in (False, True):
        for run in store.runs(deleted=deleted):
            assert run.id not in found, f"run {run.id} is there and deleted"
            found[str(run.id)] = Seen(run, deleted, _files(Path(run.path)))
    return found


def _files(root: Path) -> dict[str, bytes]:
    found = {}
    for path in _below(root):
        name = str(path.relative_to(root))
        if path.is_symlink():
            found[name] = b"-> " + os.fsencode(os.readlink(path))
        elif path.is_file():
            found[name] = path.read_bytes()
    return found


def _below(root: Path) -> Iterator[Path]:
    for directory, names, files in os.walk(root):
        for name in (*files, *(name for name in names if os.path.islink(f"{directory}/{name}"))):
            yield Path(directory, name)


def damage_in(home: Path) -> dict[str, Damage]:
    """What `guild check` names, by its path in the home."""
    guild = build({}, lambda _warning: None, home=str(home), cwd=str(home))
    return {os.path.relpath(found.path, home): found for found in guild.contents.check(str(home))}


def leftovers_in(home: Path) -> set[str]:
    """What kills leave, by its path in the home: what `guild check` is to name, and no more.

    Temporary files of Guild, locks of runs, directories that never became runs, and what is left
    of runs that were being deleted.
    """
    found = set()
    for root in (home / "runs", home / "trash/runs"):
        for run in root.iterdir() if root.is_dir() else ():
            if not (run / ".guild/opref").exists():
                found.add(run)
                continue
            for guild in (run / ".guild", run / ".guild/proto/.guild"):
                places = (guild.glob("*~"), guild.glob("attrs/*~"), guild.glob("incoming/*"))
                found |= {path for place in places for path in place}
                found |= {guild / "LOCK"} & set(guild.glob("LOCK"))
    found |= set((home / "trash").glob("deleting-*"))
    return {str(path.relative_to(home)) for path in found}
