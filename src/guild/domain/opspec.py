"""Which operation of a project users mean.

Source: reference 02-guild-run, section 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guild.domain.errors import NoSuchOperation
from guild.domain.guildfile import Model, OperationDef
from guild.domain.nearest import nearest
from guild.domain.record import Record

__all__ = ["OpSpec", "default_model", "default_operation", "find_model", "find_operation"]

_LIST = "Try 'guild operations' for a list of available operations."


class OpSpec(Record):
    """An operation as users write it: `train`, `cnn:train`, `:train`, `package/cnn:train`.

    Attributes:
        package: Name of an installed package; empty for the project.
        model: What the name of the model has in it; None for the default model.
        operation: Its name; empty for the default operation.
    """

    package: str = ""
    model: str | None = None
    operation: str = ""

    @staticmethod
    def parse(text: str) -> OpSpec:
        """Read the text form.

        Raises:
            NoSuchOperation: If it is none.
        """
        package, slash, rest = text.rpartition("/")
        model, colon, operation = rest.partition(":")
        if ":" in operation or (slash and not package) or "/" in package:
            raise NoSuchOperation(f"invalid operation '{text}'", _LIST)
        if not colon:
            return OpSpec(package=package, operation=rest)
        return OpSpec(package=package, model=model, operation=operation)

    def __str__(self) -> str:
        """The text form."""
        name = self.operation if self.model is None else f"{self.model}:{self.operation}"
        return f"{self.package}/{name}" if self.package else name


def find_operation(models: Sequence[Model], spec: OpSpec) -> tuple[Model, OperationDef]:
    """The operation that is meant, and its model.

    Raises:
        NoSuchOperation: If there is none.
    """
    model = find_model(models, spec)
    if not spec.operation:
        default = default_operation(model)
        if default is None:
            whose = f"model '{model.name}'" if model.name else "this project"
            raise NoSuchOperation(f"a default operation is not defined for {whose}", _LIST)
        return model, default
    for operation in model.operations:
        if operation.name == spec.operation:
            return model, operation
    raise _undefined(models, model, spec.operation)


def find_model(models: Sequence[Model], spec: OpSpec) -> Model:
    """The model that is meant: a part of its name is enough where that is clear.

    Raises:
        NoSuchOperation: If there is none, or there are several.
    """
    if spec.model is None:
        default = default_model(models)
        if default is None:
            raise NoSuchOperation(
                f"cannot find operation {spec.operation}"
                if spec.operation
                else "a default operation is not defined for this project",
                "You may need to include a model in the form MODEL:OPERATION. " + _LIST,
            )
        return default
    for model in models:
        if model.name == spec.model:
            return model
    matches = [model for model in models if spec.model and spec.model in model.name]
    if len(matches) == 1:
        return matches[0]
    if matches:
        listed = "\n".join(f"  {name}" for name in sorted(model.name for model in matches))
        raise NoSuchOperation(
            f"there are multiple models that match '{spec.model}'",
            f"Try specifying one of the following:\n{listed}",
        )
    raise NoSuchOperation(
        f"cannot find operation {spec}", _hint(spec.model, (m.name for m in models), _LIST)
    )


def default_model(models: Sequence[Model]) -> Model | None:
    """The only model, the one that says so, or the one without a name; else None."""
    if len(models) == 1:
        return models[0]
    said = next((model for model in models if model.default), None)
    return said or next((model for model in models if not model.name), None)


def default_operation(model: Model) -> OperationDef | None:
    """The operation that says so, or the only one that isn't hidden by a `_`."""
    for operation in model.operations:
        if operation.default:
            return operation
    shown = [one for one in model.operations if not one.name.startswith("_")]
    return shown[0] if len(shown) == 1 else None


def _undefined(models: Sequence[Model], model: Model, name: str) -> NoSuchOperation:
    if model.name:
        whose, hint = (
            f"model '{model.name}'",
            f"Try 'guild operations {model.name}' for a list of available operations.",
        )
    else:
        whose, hint = "this project", _LIST
    names = [
        operation.name if one is model else f"{one.name}:{operation.name}"
        for one in models
        for operation in one.operations
    ]
    return NoSuchOperation(
        f"operation '{name}' is not defined for {whose}", _hint(name, names, hint)
    )


def _hint(name: str, names: Iterable[str], otherwise: str) -> str:
    near = nearest(name, names)
    return f"Did you mean '{near}'? {otherwise}" if near else otherwise
