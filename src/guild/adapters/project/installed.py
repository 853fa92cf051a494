"""Guild files of installed packages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from guild.domain.errors import GuildError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from guild.domain.guildfile import Guildfile

__all__ = ["installed_files", "installed_projects"]

_FILE_NAME = "guild.yml"
_NAMESPACE = "gpkg/"
_OWN = "guild"


def installed_projects(
    load: Callable[[str], Guildfile], warn: Callable[[str], None]
) -> list[tuple[str, Guildfile]]:
    """The packages' names with what their files say, in name order.

    Args:
        load: Reads a file.
        warn: Is told, a sentence each, what of them can't be read.
    """
    found = []
    for name, path in installed_files():
        try:
            found.append((name, load(path)))
        except GuildError as error:
            warn(f"package '{name}' is left out: {error.on_one_line}")
    return found


def installed_files(path: Sequence[str] | None = None) -> list[tuple[str, str]]:
    """Names of packages that have a `guild.yml`, and its absolute path, in name order.

    A name is the one that the package is imported by; below the namespace `gpkg` that is left
    out. What counts is the list of files that an installer leaves: packages that are installed
    to be edited in their place have none.

    Args:
        path: Directories to look in; those that Python imports from if None.
    """
    from importlib.metadata import distributions

    found: dict[str, str] = {}
    for distribution in distributions() if path is None else distributions(path=list(path)):
        # Looked at as text first: to take all lists of files apart takes a second.
        recorded = distribution.read_text("RECORD") or ""
        if f"/{_FILE_NAME}" not in recorded:
            continue
        for file in _paths(recorded.splitlines()):
            directory, _, name = file.rpartition("/")
            package = directory.removeprefix(_NAMESPACE)
            if name == _FILE_NAME and package not in ("", _OWN) and "/" not in package:
                found.setdefault(package, str(distribution.locate_file(file)))
    return sorted(found.items())


def _paths(record: Iterable[str]) -> Iterator[str]:
    import csv

    return (row[0] for row in csv.reader(record) if row)
