"""A project's guild.yml, put together from its files."""

from __future__ import annotations

import os
from collections.abc import Mapping

from attr import evolve

from guild.adapters.guildfile.build import ModelParts, built, with_defaults
from guild.adapters.guildfile.contradictions import contradictions, several_defaults
from guild.adapters.guildfile.converter import Converter
from guild.adapters.guildfile.forms import ModelForm, PackageForm
from guild.adapters.guildfile.inheritance import Inheritance, Inherited
from guild.adapters.guildfile.items import Item, Project, project
from guild.adapters.guildfile.marked import Items, Map, Path, Place, error_at, place_of
from guild.adapters.guildfile.misfit import Misfit
from guild.adapters.guildfile.mistakes import at_text
from guild.adapters.guildfile.packages import package_file
from guild.adapters.guildfile.params import REFERENCE, with_params
from guild.adapters.guildfile.reader import MAX_WEIGHT
from guild.adapters.guildfile.references import not_installed, referred
from guild.adapters.guildfile.resources import Wanted
from guild.adapters.guildfile.stepcycles import step_cycle
from guild.domain.dependency import Resource
from guild.domain.errors import GuildError
from guild.domain.guildfile import FileWarning, Guildfile, Model

__all__ = ["assembled"]


def assembled(path: str) -> tuple[Guildfile, Mapping[str, str] | None]:
    """What a file says, with what it includes and inherits.

    Args:
        path: Absolute path.

    Returns:
        Beside the guildfile, the MD5 of each file that was read; None if packages were looked
        for, so that it depends on more than those files.

    Raises:
        GuildError: If anything is not what is expected.
    """
    loading = _Loading(project(path))
    guildfile = loading.guildfile()
    return guildfile, loading.files()


class _Loading:
    def __init__(self, file: Project) -> None:
        self._file = file
        self._directory = os.path.dirname(file.path)
        self._warnings: dict[FileWarning, None] = {}
        self._converter = Converter(self._warn)
        self._inheritance = Inheritance(file)
        self._weight = 0
        self._weights: dict[int, tuple[int, object]] = {}
        self._uses_packages = False
        self._resources: dict[str, Mapping[str, Resource]] = {}
        self._packages: dict[str, Mapping[str, Resource]] = {}

    def _warn(self, place: Place, message: str) -> None:
        self._warnings[FileWarning(place[0], place[1], message)] = None

    def files(self) -> Mapping[str, str] | None:
        """See `assembled`."""
        return None if self._uses_packages else self._file.files

    def guildfile(self) -> Guildfile:
        """The whole file."""
        inherited = [
            (item, self._weighed(item)) for item in self._file.items if item.kind != "package"
        ]
        models = []
        for item in self._file.items:
            if item.kind == "package":
                self._converter.form(item.data, PackageForm, item.place, item.name)
        for item, whole in inherited:
            if item.kind == "config":
                self._check_config(item, whole)
            else:
                models.append(self._model_parts(item, whole))
        self._uses_packages |= self._file.uses_packages or self._inheritance.uses_packages
        done = tuple(built(parts, tuple(self._resources[parts.name].values())) for parts in models)
        self._check_steps(models, done)
        for name, path, oddity in several_defaults(done):
            [parts] = [parts for parts in models if parts.name == name]
            self._warn(place_of(parts.data, path, parts.place), oddity)
        return Guildfile(
            path=self._file.path,
            digest=self._file.digest,
            models=done,
            warnings=tuple(self._warnings),
        )

    def _check_steps(self, models: list[ModelParts], done: tuple[Model, ...]) -> None:
        cycle = step_cycle(done)
        if not cycle:
            return
        model, operation = cycle[0]
        [parts] = [parts for parts in models if parts.name == model]
        path = ("operations", operation, "steps")
        names = " -> ".join(f"{model}:{name}" if model else name for model, name in cycle)
        at = at_text(model, path[parts.skipped :])
        raise error_at(place_of(parts.data, path, parts.place), f"cycle in 'steps' ({names})", at)

    def _weighed(self, item: Item) -> Inherited:
        inherited = self._inheritance.of(item)
        if inherited.data is not item.data:  # else it is no more than the reader allows
            self._weigh(inherited.data, item.place)
        return inherited

    def _check_config(self, item: Item, inherited: Inherited) -> None:
        """See that a config is well-formed, but for what models that inherit from it give."""
        data = inherited.data
        if self._file.references:
            data = with_params(data, self._warn)
            without = _without_references(data)
            assert isinstance(without, Map)
            data = without
        self._converter.form(data, ModelForm, item.place, item.name)

    def _model_parts(self, item: Item, inherited: Inherited) -> ModelParts:
        parts = self._parts(item, inherited)
        _check(parts)
        self._resources[item.name] = self._resources_of(parts.form, inherited.directories)
        return parts

    def _parts(self, item: Item, inherited: Inherited) -> ModelParts:
        data = inherited.data
        if self._file.references or item not in self._file.items:
            data = with_params(data, self._warn)
        skipped = int(item.only_operations)
        form: ModelForm = self._converter.form(data, ModelForm, item.place, item.name, skipped)
        if form.operation_defaults is not None:
            data = with_defaults(data)
            self._weigh(data, item.place)
            form = self._converter.form(data, ModelForm, item.place, item.name, skipped)

        def resolved(wanted: Wanted | Resource, operation: str, path: Path) -> Resource:
            if isinstance(wanted, Resource):
                return evolve(wanted, roots=self._roots(inherited.directories))
            place = place_of(data, path, item.place)
            try:
                found = referred(
                    wanted.name,
                    item.name,
                    operation,
                    self._resources,
                    lambda package: self._of_package(package, place),
                )
            except Misfit as error:
                at = at_text(item.name, path[skipped:])
                raise error_at(place, error.message, at) from error
            if found.named_by is not None and "${" not in found.named_by:
                self._warn(place, not_installed(found.named_by, operation))
            return found

        return ModelParts(form, data, item.name, item.place, skipped, resolved, self._warn)

    def _resources_of(
        self, form: ModelForm, directories: tuple[str, ...]
    ) -> Mapping[str, Resource]:
        roots = self._roots(directories)
        return {
            name: evolve(resource, roots=roots)
            for name, resource in (form.resources or {}).items()
        }

    def _roots(self, directories: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self._directory, *directories)))

    def _of_package(self, name: str, place: Place) -> Mapping[str, Resource] | None:
        """The resources of all models of a package; None if it is not installed."""
        self._uses_packages = True
        if name not in self._packages:
            if package_file(name, self._directory) is None:
                return None
            found: dict[str, Resource] = {}
            for inherited in self._inheritance.package_models(name, place):
                self._weigh(inherited.data, place)
                parts = self._parts(inherited.item, inherited)
                roots = inherited.directories
                for key, resource in (parts.form.resources or {}).items():
                    found.setdefault(key, evolve(resource, roots=roots))
            self._packages[name] = found
        return self._packages[name]

    def _weigh(self, data: object, place: Place) -> None:
        self._weight += _weight(data, self._weights)
        if self._weight > 2 * MAX_WEIGHT:
            raise _too_much(place)


def _check(parts: ModelParts) -> None:
    """See that nothing in a model contradicts itself."""
    found = [
        (place_of(parts.data, path, parts.place), path, why)
        for path, why in contradictions(parts.form)
    ]
    if found:
        place, path, why = min(found, key=lambda each: (each[0][0] != parts.place[0], *each[0]))
        raise error_at(place, why, at_text(parts.name, path[parts.skipped :]))


def _too_much(place: Place) -> GuildError:
    return error_at(place, f"inheritance makes more than {2 * MAX_WEIGHT} values")


def _weight(value: object, known: dict[int, tuple[int, object]]) -> int:
    """How many values there are, with shared ones counted each time.

    Args:
        value: Marked data.
        known: Weights by identity, with the values, so that they are not replaced by others.
    """
    if not isinstance(value, Map | Items):
        return 1
    found = known.get(id(value))
    if found is None:
        items = value.values() if isinstance(value, Map) else value
        found = known[id(value)] = (1 + sum([_weight(item, known) for item in items]), value)
    return found[0]


def _without_references(value: object) -> object:
    """Without values that are references to parameters, and without items that have them.

    An item may need what it does not have then.
    """
    if isinstance(value, Map):
        kept = Map()
        kept.odd.update(value.odd)
        for key, item in value.items():
            if not _is_reference(item):
                kept.put(key, _without_references(item), value.places[key])
        return kept
    if isinstance(value, Items):
        items = Items()
        for item, place in zip(value, value.places, strict=True):
            if not _is_reference(item) and not _refers(item):
                items.add(_without_references(item), place)
        return items
    return value


def _refers(value: object) -> bool:
    return isinstance(value, Map) and any(map(_is_reference, value.values()))


def _is_reference(value: object) -> bool:
    return isinstance(value, str) and REFERENCE.fullmatch(value) is not None
