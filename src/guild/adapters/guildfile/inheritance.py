"""What models get from others: `extends` and `$include`.

Source: reference 04-guildfile, section 3.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable

from guild.adapters.guildfile.items import Item, Project, project
from guild.adapters.guildfile.marked import Items, Map, Place, error_at, nearest, shown
from guild.adapters.guildfile.packages import package_file
from guild.adapters.guildfile.reader import MAX_WEIGHT

__all__ = ["Inheritance", "Inherited"]

_HANDED_ON = (
    "description",
    "extra",
    "flags",
    "operation-defaults",
    "operations",
    "params",
    "references",
    "resources",
    "sourcecode",
)
_INCLUDE = "$include"
_SHORT_FOR = {"operations": "main", "flags": "default", "resources": "sources"}
_REFERENCE = re.compile(
    r"(?:(?P<config>[^:#]+)|(?P<model>[^:#]*):(?P<operation>[^:#]+))(?:#(.*))?"
)


class Inherited:
    """A model or config with what it gets from others.

    Attributes:
        item: As written.
        data: Its attributes.
        directories: Of the files that it is from, its own first.
    """

    __slots__ = ("data", "directories", "item")

    def __init__(self, item: Item, data: Map, directories: tuple[str, ...]) -> None:
        self.item = item
        self.data = data
        self.directories = directories


class Inheritance:
    """Settles what the models of a file get from others.

    Args:
        file: The file.
        within: Packages whose files are being read for it.

    Attributes:
        uses_packages: Whether packages were looked for.
    """

    def __init__(self, file: Project, within: tuple[str, ...] = ()) -> None:
        self._file = file
        self._within = (*within, file.path)
        self._known: dict[int, Inherited] = {}
        self._whole: dict[int, Map] = {}
        self._packages: dict[str, Inheritance] = {}
        self.uses_packages = False
        self._spent = 0

    def of(self, item: Item) -> Inherited:
        """A model or config with all that it inherits and includes.

        Raises:
            GuildError: If it refers to what is not there or to itself, or gets too much.
        """
        inherited = self._extended(item, ())
        data = self._whole.get(id(item))
        if data is None:
            data = inherited.data
            if self._file.references:
                data = self._with_includes(data)
            self._whole[id(item)] = data
        return Inherited(item, data, inherited.directories)

    def _extended(self, item: Item, children: tuple[Item, ...]) -> Inherited:
        known = self._known.get(id(item))
        if known is not None:
            return known
        if item in children:
            names = " -> ".join(i.name for i in (*children[children.index(item) :], item))
            raise error_at(children[-1].data.places["extends"], f"cycle in 'extends' ({names})")
        if len(children) > 100:
            raise error_at(item.place, "'extends' goes through more than 100 models")
        data = item.data
        directories = [os.path.dirname(item.place[0])]
        for name, place in _names(item.data, "extends"):
            parent = self._parent(name, place, (*children, item))
            handed_on = _part(parent.data, _HANDED_ON)
            data = self._merged(data, handed_on, place)
            directories += parent.directories
        done = Inherited(item, data, tuple(dict.fromkeys(directories)))
        self._known[id(item)] = done
        return done

    def _parent(self, name: str, place: Place, children: tuple[Item, ...]) -> Inherited:
        package, slash, model = name.partition("/")
        if not slash:
            item = self._file.find(name)
            if item is None:
                hint = nearest(name, self._file.names())
                raise error_at(place, f"undefined model or config '{name}'{hint}")
            return self._extended(item, children)
        if not model:
            message = f"invalid model or config reference '{name}': missing model name"
            raise error_at(place, message)
        other = self._package(package, place)
        item = other._file.find(model)
        if item is None:
            hint = nearest(model, other._file.names())
            raise error_at(
                place, f"undefined model or config '{model}' in package '{package}'{hint}"
            )
        return other.of(item)

    def package_models(self, package: str, place: Place) -> list[Inherited]:
        """The models and configs of a package.

        Raises:
            GuildError: If there is no such package, or its file is at fault.
        """
        other = self._package(package, place)
        return [other.of(item) for item in other._file.items if item.kind != "package"]

    def _package(self, name: str, place: Place) -> Inheritance:
        self.uses_packages = True
        if name not in self._packages:
            path = package_file(name, os.path.dirname(self._file.path))
            if path is None:
                raise error_at(place, f"cannot find Guild file for package '{name}'")
            if path in self._within:
                raise error_at(place, f"cycle in 'extends' (package '{name}')")
            self._packages[name] = Inheritance(project(path), self._within)
        return self._packages[name]

    def _merged(self, over: Map, under: Map, place: Place) -> Map:
        """Entries of both; where both have a map it is merged, else that of `over` counts."""
        self._spend(len(over) + len(under), place)
        result = Map()
        for source in (over, under):
            result.odd.update(source.odd)
        for key, value in under.items():
            result.put(key, value, under.places[key])
        for key, value in over.items():
            below = under.get(key)
            if isinstance(value, Map) and isinstance(below, Map):
                value = self._merged(value, below, place)
            elif key == _INCLUDE and key in under:
                value = _joined(under, over)
            elif value is None and key in under and isinstance(below, Map):
                continue
            result.put(key, value, over.places[key])
        return result

    def _spend(self, weight: int, place: Place) -> None:
        self._spent += weight
        if self._spent > MAX_WEIGHT:
            raise error_at(place, f"inheritance makes more than {MAX_WEIGHT} values")

    def _with_includes(self, data: Map) -> Map:
        """A model's attributes with each `$include` replaced by what it stands for."""
        result = _part(data, data)
        for section in ("operations", "resources", "flags"):
            if section in data:
                result[section] = self._section(data[section], section, ())
        return result

    def _section(self, value: object, section: str, including: tuple[str, ...]) -> object:
        """A section with what it includes; of operations, with what their parts include."""
        if not isinstance(value, Map):
            return value
        own = _part(value, (key for key in value if key != _INCLUDE))
        result = Map()
        for name, place in _names(value, _INCLUDE):
            included = self._included(name, place, section, including)
            result = self._over(included, result, section, place)
        result = self._over(own, result, section, value.places[_INCLUDE]) if result else own
        if section == "operations":
            return _each(result, self._operation)
        return result

    def _over(self, over: Map, under: Map, section: str, place: Place) -> Map:
        """As `_merged`, with a short form made a mapping where it meets one."""
        short_for = _SHORT_FOR[section]
        return self._merged(
            _widened(over, under, short_for), _widened(under, over, short_for), place
        )

    def _operation(self, value: object) -> object:
        if not isinstance(value, Map):
            return value
        result = value
        if isinstance(value.get("flags"), Map):
            result = _part(value, value)
            result["flags"] = self._section(value["flags"], "flags", ())
        if isinstance(value.get("steps"), Items):
            result = result if result is not value else _part(value, value)
            steps = Items()
            old = value["steps"]
            assert isinstance(old, Items)
            for step, place in zip(old, old.places, strict=True):
                steps.add(self._step(step), place)
            result["steps"] = steps
        return result

    def _step(self, step: object) -> object:
        if not isinstance(step, Map) or not isinstance(step.get("flags"), Map):
            return step
        result = _part(step, step)
        result["flags"] = self._section(step["flags"], "flags", ())
        return result

    def _included(self, name: str, place: Place, section: str, including: tuple[str, ...]) -> Map:
        match = _REFERENCE.fullmatch(name)
        if match is None:
            raise error_at(
                place,
                f"invalid include reference '{name}': operation references must be specified as"
                " CONFIG[#ATTRS] or MODEL:OPERATION[#ATTRS]",
            )
        target = name.partition("#")[0]
        key = f"{section} of {target}"
        if key in including:
            chain = " -> ".join(step.rpartition(" of ")[2] for step in (*including, key))
            raise error_at(place, f"cycle in '{_INCLUDE}' ({chain})")
        if len(including) > 50:
            raise error_at(place, f"'{_INCLUDE}' goes through more than 50 sections")
        found = self._target(match, name, place, section)
        whole = self._section(found, section, (*including, key))
        if not isinstance(whole, Map):
            whole = Map()
        self._spend(len(whole), place)
        attrs = match[4]
        if attrs is None:
            return whole
        wanted = {attr.strip() for attr in attrs.split(",")}
        for attr in sorted(wanted - whole.keys() - {""}):
            hint = nearest(attr, whole)
            raise error_at(
                place, f"invalid include reference '{name}': '{target}' has no '{attr}'{hint}"
            )
        return _part(whole, (key for key in whole if key in wanted))

    def _target(self, match: re.Match[str], name: str, place: Place, section: str) -> object:
        """The section that a reference means."""
        model = match["config"] if match["config"] is not None else match["model"]
        item = self._file.find(model)
        if item is None:
            hint = nearest(model, self._file.names())
            message = f"invalid include reference '{name}': cannot find target{hint}"
            raise error_at(place, message)
        data: object = self._extended(item, ()).data
        if match["operation"] is not None:
            operations = data.get("operations") if isinstance(data, Map) else None
            known = operations if isinstance(operations, Map) else Map()
            data = known.get(match["operation"])
            if match["operation"] not in known or section != "flags":
                hint = nearest(match["operation"], known) if section == "flags" else ""
                message = f"invalid include reference '{name}': cannot find target{hint}"
                raise error_at(place, message)
        return data.get(section) if isinstance(data, Map) else None


def _names(data: Map, key: str) -> list[tuple[str, Place]]:
    """What an attribute names: one, or several in a list."""
    value = data.get(key)
    if value is None:
        return []
    place = data.places[key]
    items = value if isinstance(value, Items) else [value]
    places = value.places if isinstance(value, Items) else [place]
    for item in items:
        if not isinstance(item, str):
            message = f"invalid {key} value {shown(value)}: expected a string or list"
            raise error_at(place, message)
    return [(str(item), where) for item, where in zip(items, places, strict=True)]


def _part(data: Map, keys: Iterable[str]) -> Map:
    """Some entries of a map."""
    part = Map()
    for key in keys:
        if key in data:
            part.put(key, data[key], data.places[key])
            if key in data.odd:
                part.odd[key] = data.odd[key]
    return part


def _each(data: Map, change: Callable[[object], object]) -> Map:
    result = _part(data, data)
    for key, value in data.items():
        result[key] = change(value)
    return result


def _joined(first: Map, second: Map) -> Items:
    """What both name in their `$include`."""
    joined = Items()
    for data in (first, second):
        for name, place in _names(data, _INCLUDE):
            joined.add(name, place)
    return joined


def _widened(data: Map, other: Map, short_for: str) -> Map:
    """With `{default: VALUE}` or the like for values whose counterpart is a map."""
    result = _part(data, data)
    for key in data.keys() & other.keys():
        value = data[key]
        if value is not None and not isinstance(value, Map) and isinstance(other[key], Map):
            wide = Map()
            wide.put(short_for, value, data.places[key])
            result[key] = wide
    return result
