"""From forms to what the program knows of operations and models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from guild.adapters.guildfile.flags import FlagSaid
from guild.adapters.guildfile.forms import ModelForm, OperationForm, is_no
from guild.adapters.guildfile.marked import Map, Path, Place
from guild.adapters.guildfile.resources import Wanted
from guild.adapters.guildfile.selection import Said, combined
from guild.domain.dependency import Resource
from guild.domain.flags import FlagValue
from guild.domain.guildfile import Model, OperationDef, OptimizerDef
from guild.domain.objective import Objective
from guild.domain.operation import OutputScalars

__all__ = ["ModelParts", "built", "with_defaults"]

_WAYS = ("exec", "main", "notebook", "steps")
_OPTIMIZERS = ("optimizer", "optimizers")


class ModelParts:
    """What a model is made of.

    Attributes:
        form: Its attributes.
        data: As they are written.
        name: Its name.
        place: Where it begins.
        skipped: How many keys at the beginning of paths are not written in the file.
        resolved: Gives the resource that an operation names, by the operation's name and the
            path to where it does.
        warn: Is told of what is odd.
    """

    __slots__ = ("data", "form", "name", "place", "resolved", "skipped", "warn")

    def __init__(
        self,
        form: ModelForm,
        data: Map,
        name: str,
        place: Place,
        skipped: int,
        resolved: Callable[[Wanted, str, Path], Resource],
        warn: Callable[[Place, str], None],
    ) -> None:
        self.form = form
        self.data = data
        self.name = name
        self.place = place
        self.skipped = skipped
        self.resolved = resolved
        self.warn = warn


def with_defaults(data: Map) -> Map:
    """A model's attributes with `operation-defaults` in each operation that does not say them.

    What an operation does not say because it says another way to run, or another form of its
    optimizers, is not filled in.
    """
    defaults = data.get("operation-defaults")
    operations = data.get("operations")
    if not isinstance(defaults, Map) or not isinstance(operations, Map) or not defaults:
        return data
    filled = Map()
    filled.odd.update(operations.odd)
    for name, spec in operations.items():
        filled.put(name, _filled(spec, defaults), operations.places[name])
    result = Map()
    result.odd.update(data.odd)
    for key, value in data.items():
        result.put(key, filled if key == "operations" else value, data.places[key])
    return result


def _filled(spec: object, defaults: Map) -> object:
    own = Map()
    if isinstance(spec, str):
        # The place is that of the operation: nothing else is written there.
        own.put("main", spec, next(iter(defaults.places.values())))
    elif isinstance(spec, Map):
        own.odd.update(spec.odd)
        for key, value in spec.items():
            own.put(key, value, spec.places[key])
    elif spec is not None:
        return spec
    said = {key for group in (_WAYS, _OPTIMIZERS) if own.keys() & set(group) for key in group}
    for key, value in defaults.items():
        if key not in own and key not in said:
            own.put(key, value, defaults.places[key])
    return own


def built(parts: ModelParts, resources: tuple[Resource, ...]) -> Model:
    """The model."""
    form = parts.form
    operations = cast("Mapping[str, OperationForm]", form.operations or {})
    return Model(
        name=parts.name,
        path=parts.place[0],
        line=parts.place[1],
        description=form.description or "",
        default=bool(form.default),
        operations=tuple(_operation(name, operations[name], parts) for name in operations),
        resources=resources,
        references=form.references or (),
        extra=form.extra or {},
    )


def _operation(name: str, form: OperationForm, parts: ModelParts) -> OperationDef:
    model = parts.form
    place, said = _written(name, parts)
    flags = cast("Mapping[str, FlagSaid]", form.flags or {})
    main, exec_, notebook, steps = _way(name, form, place, parts.warn)
    is_optimizer, optimizers = _optimizers(form)
    plugins = form.plugins if form.plugins is not None else model.plugins
    return OperationDef(
        name=name,
        path=place[0],
        line=place[1],
        description=form.description or "",
        default=bool(form.default),
        main=main,
        exec=exec_,
        notebook=notebook,
        steps=steps,
        flags=tuple(definition for definition, _ in flags.values()),
        said={flag: attributes for flag, (_, attributes) in flags.items()},
        flags_dest=form.flags_dest,
        flags_import=cast("bool | tuple[str, ...] | None", form.flags_import),
        flags_import_skip=form.flags_import_skip or (),
        default_flag_arg_skip=bool(form.default_flag_arg_skip),
        flag_encoder=form.flag_encoder,
        requires=_requires(name, form, parts, said),
        env=cast("Mapping[str, FlagValue]", form.env or {}),
        env_secrets=form.env_secrets or (),
        label=form.label,
        tags=form.tags or (),
        compare=form.compare,
        output_scalars=cast("OutputScalars", form.output_scalars),
        objective=cast("Objective | None", form.objective),
        optimizers=optimizers,
        is_optimizer=is_optimizer,
        default_max_trials=form.default_max_trials,
        can_stage_trials=bool(form.can_stage_trials),
        sourcecode=combined(
            cast("Said | None", model.sourcecode), cast("Said | None", form.sourcecode)
        ),
        pip_freeze=not is_no(form.pip_freeze),
        python_requires=form.python_requires or model.python_requires,
        python_path=form.python_path or (),
        run_attrs=form.run_attrs or {},
        delete_on_success=bool(form.delete_on_success),
        stoppable=bool(form.stoppable),
        handle_keyboard_interrupt=bool(form.handle_keyboard_interrupt),
        plugins=cast("bool | tuple[str, ...] | None", plugins),
    )


def _written(name: str, parts: ModelParts) -> tuple[Place, Map]:
    """Where an operation is, and its attributes as written."""
    operations = parts.data["operations"]
    assert isinstance(operations, Map)
    said = operations[name]
    return operations.places[name], said if isinstance(said, Map) else Map()


def _way(
    name: str, form: OperationForm, place: Place, warn: Callable[[Place, str], None]
) -> tuple[str | None, str | None, str | None, tuple[object, ...] | None]:
    """How it is run: one of main, exec, notebook and steps; from its name if it says nothing."""
    ways = [way for way in ("exec", "main", "notebook", "steps") if _says(form, way)]
    for ignored in ways[1:]:
        message = f"operation '{ways[0]}' and '{ignored}' both specified, ignoring '{ignored}'"
        warn(place, message)
    match ways[:1]:
        case ["exec"]:
            return None, form.exec, None, None
        case ["main"]:
            return form.main, None, None, None
        case ["notebook"]:
            return None, None, form.notebook, None
        case ["steps"]:
            return None, None, None, form.steps
    if name.endswith(".ipynb"):
        return None, None, name, None
    return name.removesuffix(".py").replace("-", "_"), None, None, None


def _says(form: OperationForm, way: str) -> bool:
    """Whether it says that it is run in this way: an empty list of steps says nothing."""
    return getattr(form, way) not in (None, ())


def _optimizers(form: OperationForm) -> tuple[bool, tuple[OptimizerDef, ...]]:
    """Whether it is an optimizer, and those that it names."""
    if isinstance(form.optimizer, tuple):
        return False, form.optimizer
    return bool(form.optimizer), cast("tuple[OptimizerDef, ...]", form.optimizers or ())


def _requires(
    name: str, form: OperationForm, parts: ModelParts, said: Map
) -> tuple[Resource, ...]:
    listed = isinstance(said.get("requires"), list)
    return tuple(
        parts.resolved(
            cast("Wanted", item),
            name,
            ("operations", name, "requires", index)
            if listed
            else ("operations", name, "requires"),
        )
        for index, item in enumerate(form.requires or ())
    )
