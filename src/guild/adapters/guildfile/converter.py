"""From marked data to forms and values of the domain, by cattrs.

A value is converted by code that cattrs makes for its form. If something does not fit, it is
converted once more by code that keeps the path to each mistake, and the first in the file is told.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import cattrs
from cattrs.gen import make_dict_structure_fn, override

from guild.adapters.guildfile import kinds
from guild.adapters.guildfile.flags import FlagSaid, choice, flag
from guild.adapters.guildfile.forms import (
    FORMS,
    ChoiceForm,
    FlagForm,
    OperationForm,
    StepForm,
    attribute_names,
    key_of,
)
from guild.adapters.guildfile.marked import Items, Map, Place, nearest, plain, shown
from guild.adapters.guildfile.misfit import Misfit
from guild.adapters.guildfile.mistakes import first_mistake
from guild.adapters.guildfile.optimizers import optimizer, optimizers
from guild.adapters.guildfile.resources import Resources, add_key, renames
from guild.adapters.guildfile.selection import said
from guild.adapters.guildfile.texts import command_text, unknown_dest
from guild.domain.choice import Choice

__all__ = ["Converter"]

Warn = Callable[[Place, str], None]

_module = command_text("a Python module")


class Converter:
    """Makes forms of marked data.

    Args:
        warn: Is told of what is odd and no error.
    """

    def __init__(self, warn: Warn) -> None:
        self._warn = warn
        self._fast = _Structuring(warn, detailed=False)
        self._detailed: _Structuring | None = None

    def form(self, data: Map, form: type, place: Place, title: str, skipped: int = 0) -> Any:
        """The form of a mapping.

        Args:
            data: The mapping.
            form: Class of the form.
            place: Where the mapping was written.
            title: What the paths of keys in errors begin with.
            skipped: How many keys are left out at the beginning of paths: they are not written.

        Raises:
            GuildError: If a value does not fit, with its place and its path.
        """
        try:
            return self._fast.structure(data, form)
        except (Misfit, cattrs.errors.BaseValidationError) as error:
            mistake = error
        if self._detailed is None:
            self._detailed = _Structuring(lambda _, __: None, detailed=True)
        try:
            self._detailed.structure(data, form)
        except (Misfit, cattrs.errors.BaseValidationError) as error:
            raise first_mistake(error, data, place, title, skipped) from error
        raise mistake  # both do the same, or this can't be reached


class _Structuring:
    """A cattrs converter for the forms."""

    def __init__(self, warn: Warn, detailed: bool) -> None:
        self._warn = warn
        self._converter = cattrs.Converter(detailed_validation=detailed)
        self._detailed = detailed
        self._functions: dict[type, Callable[[Map, Any], Any]] = {}
        self._resources = Resources(self.structure, warn)
        self._hooks: dict[object, Callable[[Any], object]] = {
            **kinds.SIMPLE,
            kinds.Choices: self._choices,
            kinds.Flags: partial(self._named, self._flag, "flags"),
            kinds.Operation: self._defaults,
            kinds.Operations: partial(self._named, self._operation, "operations"),
            kinds.Optimizer: optimizer,
            kinds.Optimizers: optimizers,
            kinds.Renames: renames,
            kinds.Requires: self._requires,
            kinds.Resources: partial(self._named, self._resources.resource, "resources"),
            kinds.Selection: lambda value: said(value, warn),
            kinds.Sources: self._resources.sources,
            kinds.Steps: self._steps,
        }

    def structure(self, data: object, form: type) -> Any:
        """The form of a mapping: unknown attributes are told, null is what is not there."""
        assert isinstance(data, Map)
        function = self._functions.get(form)
        if function is None:
            function = self._functions[form] = self._function(form)
        known, given = _KNOWN[form]
        if not known.issuperset(data):
            for key in [key for key in data if key not in known]:
                self._unknown(key, data, form)
        values = data
        if None in data.values():
            values = Map()
            values.update({k: v for k, v in data.items() if v is not None or k in given})
        return function(values, form)

    def _function(self, form: Any) -> Callable[[Map, Any], Any]:
        overrides: Any = {
            attribute.name: override(
                rename=key_of(attribute.name), struct_hook=self._hook(_kind(attribute.type))
            )
            for attribute in form.__attrs_attrs__
        }
        return make_dict_structure_fn(
            form,
            self._converter,
            _cattrs_detailed_validation=self._detailed,
            _cattrs_use_linecache=False,
            **overrides,
        )

    def _hook(self, kind: object) -> Callable[[Any, Any], object]:
        check = self._hooks[kind]
        return lambda value, _: check(value)

    def _unknown(self, key: str, data: Map, form: type) -> None:
        hint = nearest(key, _KNOWN[form][0])
        if form is FlagForm and not hint:
            return  # others are kept, for kinds of operations that know them
        written = data.odd.get(key, key)
        self._warn(data.places[key], f"unexpected {FORMS[form]} attribute '{written}'{hint}")

    def _named(
        self, make: Callable[[str, Any], object], what: str, value: object
    ) -> dict[str, object]:
        """A mapping of names to something, in name order."""
        if not isinstance(value, Map):
            raise Misfit(message=f"invalid {what} value {shown(value)}: expected a mapping")
        made: dict[str, object] = {}
        mistakes: list[Exception] = []
        for name in sorted(value):
            try:
                made[name] = self._one(make, what, name, value)
            except Exception as error:
                add_key(error, name)
                if not self._detailed:
                    raise
                mistakes.append(error)
        if mistakes:
            raise cattrs.IterableValidationError("", mistakes, dict)
        return made

    def _one(self, make: Callable[[str, Any], object], what: str, name: str, value: Map) -> object:
        one = what.removesuffix("s")
        if value.odd.get(name):
            written = value.odd[name][:80]
            raise Misfit(
                message=f"invalid {one} name {written}: expected a string, in quotes: '{written}'"
            )
        if not name or name in value.odd:
            raise Misfit(message=f"invalid {one} name '': expected a string")
        if what == "operations" and (":" in name or "/" in name):
            raise Misfit(
                message=f"invalid operation name {shown(name)}: ':' and '/' can't be in it"
            )
        return make(name, value[name])

    def _operation(self, name: str, spec: object) -> OperationForm:
        if spec is None:
            return OperationForm()
        if isinstance(spec, str):
            return OperationForm(main=kinds.Module(_module(spec)))
        if not isinstance(spec, Map):
            raise Misfit(
                message=f"invalid value for operation {shown(spec)} '{name}': expected a string or"
                " a mapping"
            )
        return self._defaults(spec)

    def _defaults(self, spec: object) -> OperationForm:
        """Attributes of an operation."""
        if not isinstance(spec, Map):
            raise Misfit("a mapping", spec)
        if "optimizer" in spec and "optimizers" in spec:
            raise Misfit(
                path=("optimizers",),
                message="conflicting optimizer configuration in operation '{operation}' - cannot"
                " define both 'optimizer' and 'optimizers'",
            )
        form: OperationForm = self.structure(spec, OperationForm)
        odd = unknown_dest(form.flags_dest) if form.flags_dest else ""
        if odd:
            self._warn(spec.places["flags-dest"], odd)
        return form

    def _steps(self, value: object) -> tuple[object, ...]:
        """Steps, which are kept as they are written."""
        if not isinstance(value, Items):
            raise Misfit(message=f"invalid steps data {shown(value)}: expected a list")
        for index, step in enumerate(value):
            try:
                self._check_step(step)
            except Exception as error:
                add_key(error, index)
                raise
        return tuple(map(plain, value))

    def _check_step(self, step: object) -> None:
        if isinstance(step, str) and step.strip():
            return
        if not isinstance(step, Map):
            raise Misfit(
                message=f"invalid step data {shown(step)}: expected an operation or a mapping"
            )
        if "run" not in step:
            raise Misfit(message=f"invalid step {shown(step)}: must define run")
        if "remote" in step:
            raise Misfit(message="steps cannot run on a remote", path=("remote",))
        self.structure(step, StepForm)

    def _flag(self, name: str, value: object) -> FlagSaid:
        if not isinstance(value, Map):
            return flag(
                name, FlagForm(default=kinds.Anything(kinds.SIMPLE[kinds.Anything](value)))
            )
        form: FlagForm = self.structure(value, FlagForm)
        if form.type is not None and form.type not in kinds.FLAG_TYPES:
            hint = nearest(form.type, kinds.FLAG_TYPES)
            self._warn(
                value.places["type"], f"unknown flag type '{form.type}', assuming 'auto'{hint}"
            )
            form.type = kinds.FlagType("auto")
        return flag(name, form, value)

    def _choices(self, value: object) -> tuple[Choice, ...]:
        if not isinstance(value, Items):
            raise Misfit(
                message=f"invalid flag choice data {shown(value)}: expected a list of values or"
                " mappings"
            )
        made = []
        for index, item in enumerate(value):
            try:
                made.append(self._choice(item))
            except Exception as error:
                add_key(error, index)
                raise
        return tuple(made)

    def _choice(self, item: object) -> Choice:
        if not isinstance(item, Map):
            return choice(item)
        if "value" not in item:
            raise Misfit(message=f"missing required 'value' attribute in {shown(item)}")
        return choice(self.structure(item, ChoiceForm))

    def _requires(self, value: object) -> tuple[object, ...]:
        if not isinstance(value, Items):
            return (self._resources.required(value),)
        made = []
        for index, item in enumerate(value):
            try:
                made.append(self._resources.required(item))
            except Exception as error:
                add_key(error, index)
                raise
        return tuple(made)


def _kind(annotation: Any) -> object:
    """The kind in `KIND | None`."""
    return get_args(annotation)[0]


_KNOWN: dict[type, tuple[frozenset[str], frozenset[str]]] = {
    form: (
        frozenset(attribute_names(form)),
        frozenset(
            key_of(a.name)
            for a in form.__attrs_attrs__  # type: ignore[attr-defined]
            if a.metadata.get("given")
        ),
    )
    for form in FORMS
}
