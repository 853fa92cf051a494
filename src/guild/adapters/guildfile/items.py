"""The models, configs and packages of a file, with those of the files that it includes.

Source: reference 04-guildfile, sections 1 and 3.
"""

from __future__ import annotations

import os

from guild.adapters.guildfile.marked import Items, Map, Place, error_at, nearest, shown
from guild.adapters.guildfile.packages import package_file
from guild.adapters.guildfile.reader import Document, read

__all__ = ["TYPES", "Item", "Project", "project"]

TYPES = ("config", "include", "model", "package")
"""The attributes that tell what an item is."""

_MOST_FILES = 200


class Item:
    """A model, config or package as written.

    Attributes:
        kind: `model`, `config` or `package`.
        name: Empty for an anonymous model.
        data: Its attributes.
        place: Where it begins.
        only_operations: Whether it stands for a file that has operations only.
    """

    __slots__ = ("data", "kind", "name", "only_operations", "place")

    def __init__(
        self, kind: str, name: str, data: Map, place: Place, only_operations: bool = False
    ) -> None:
        self.kind = kind
        self.name = name
        self.data = data
        self.place = place
        self.only_operations = only_operations


class Project:
    """What a file and those it includes hold.

    Attributes:
        path: Absolute path of the file.
        items: In the order of the file, included ones in the place of their `include`.
        files: MD5 of each file that was read, by absolute path.
        references: Whether there may be `{{ name }}` or `$include` in one of them.
        uses_packages: Whether packages were looked for.
    """

    __slots__ = ("files", "items", "path", "references", "uses_packages")

    def __init__(self, path: str) -> None:
        self.path = path
        self.items: list[Item] = []
        self.files: dict[str, str] = {}
        self.references = False
        self.uses_packages = False

    @property
    def digest(self) -> str:
        """MD5 of the file itself, hexadecimal."""
        return self.files[self.path]

    def find(self, name: str) -> Item | None:
        """The model or config of a name."""
        for item in self.items:
            if item.name == name and item.kind in ("model", "config"):
                return item
        return None

    def names(self) -> list[str]:
        """Names of its models and configs."""
        return [item.name for item in self.items if item.kind != "package" and item.name]


def project(path: str) -> Project:
    """Read a file and those it includes.

    Args:
        path: Absolute path.

    Raises:
        GuildError: If one of them can't be read, or is no list of items and no mapping.
    """
    found = Project(path)
    found.items = _Splicing(found).items(read(path), (path,))
    _check_names(found.items)
    return found


class _Splicing:
    """Puts together the items of files."""

    def __init__(self, found: Project) -> None:
        self._found = found
        self._included = 0

    def items(self, document: Document, including: tuple[str, ...]) -> list[Item]:
        """The items of a file, and of those that it includes.

        Args:
            document: The file.
            including: Paths of the file and of those that include it.
        """
        self._found.files[document.path] = document.digest
        self._found.references = self._found.references or document.references
        data = document.data
        start: Place = (document.path, 1, 1)
        if data is None:
            return []
        if isinstance(data, Map):
            attributes = Map()
            attributes.put("operations", data, start)
            return [Item("model", "", attributes, start, only_operations=True)]
        if not isinstance(data, Items):
            raise error_at(start, f"invalid guildfile data {shown(data)}: expected a mapping")
        items: list[Item] = []
        for part, place in zip(data, data.places, strict=True):
            items += self._part(part, place, including)
        return items

    def _part(self, data: object, place: Place, including: tuple[str, ...]) -> list[Item]:
        if not isinstance(data, Map):
            raise error_at(place, f"invalid guildfile item {shown(data)}: expected a mapping")
        kinds = sorted(data.keys() & set(TYPES))
        if not kinds and "operations" not in data:
            hint = next(filter(None, (nearest(key, TYPES) for key in data)), "")
            listed = ", ".join(TYPES)
            raise error_at(
                place, f"missing required type (one of: {listed}) in {shown(data)}{hint}"
            )
        if len(kinds) > 1:
            raise error_at(place, f"multiple types ({', '.join(kinds)}) in {shown(data)}")
        if kinds == ["include"]:
            return self._include(data, including)
        kind = kinds[0] if kinds else "model"
        name = data.get(kind, "")
        if not isinstance(name, str):
            where = data.places[kind]
            raise error_at(where, f"invalid {kind} name {shown(name)}: expected a string")
        if not name and kind != "model":
            raise error_at(data.places[kind], f"invalid {kind} name '': expected a name")
        return [Item(kind, name, data, data.places.get(kind, place))]

    def _include(self, data: Map, including: tuple[str, ...]) -> list[Item]:
        place = data.places["include"]
        value = data["include"]
        names = value if isinstance(value, Items) else [value]
        items: list[Item] = []
        for other in data.keys() - {"include"}:
            message = f"unexpected attribute '{other}' beside 'include'"
            raise error_at(data.places[other], message)
        for name in names:
            if not isinstance(name, str) or not name:
                raise error_at(
                    place, f"invalid include value {shown(value)}: expected a string or list"
                )
            path = self._path(name, place)
            if path in including:
                chain = " -> ".join(map(os.path.basename, (*including, path)))
                raise error_at(place, f"cycle in 'includes' ({chain})")
            self._included += 1
            if self._included > _MOST_FILES:
                raise error_at(place, f"more than {_MOST_FILES} files are included")
            items += self.items(read(path), (*including, path))
        return items

    def _path(self, name: str, place: Place) -> str:
        """Of the file that an `include` names."""
        directory = os.path.dirname(place[0])
        path = os.path.abspath(os.path.join(directory, name)) if "\0" not in name else ""
        if os.path.exists(path) and not os.path.isdir(path):
            return path
        self._found.uses_packages = True
        found = package_file(name, directory)
        if found is None:
            raise error_at(
                place,
                f"cannot find include '{name}' (includes must be local to including Guild file or"
                " a Guild package on the system path)",
            )
        return found


def _check_names(items: list[Item]) -> None:
    seen: dict[tuple[str, str], Place] = {}
    packages = 0
    for item in items:
        packages += item.kind == "package"
        if packages > 1:
            raise error_at(item.place, "multiple package definitions")
        first = seen.setdefault((item.kind, item.name), item.place)
        if first is not item.place:
            raise error_at(
                item.place,
                f"duplicate {item.kind} '{item.name}' (the first is on line {first[1]})",
            )
