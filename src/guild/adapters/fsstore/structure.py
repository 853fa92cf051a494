"""Untrusted attribute values turned into domain values.

Loaded when the first run is read. Every attribute is structured by itself, so that a damaged
one costs no more than itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar, cast, get_origin

import cattrs

from guild.domain.comment import Comment
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet
from guild.domain.operation import CommandSpec, OutputScalars, RecordedOperation
from guild.domain.timestamps import Timestamp

if TYPE_CHECKING:
    from guild.domain.dependency import Resource

__all__ = ["structure"]

_T = TypeVar("_T")


def _flag_def(name: str, told: Mapping[str, object]) -> FlagDef:
    known = {key.replace("-", "_"): value for key, value in told.items()}
    split = known.get("arg_split")
    return FlagDef(
        name=name,
        arg_name=_optional_text(known.get("arg_name")),
        arg_skip=bool(known.get("arg_skip")),
        arg_switch=cast("bool | None", known.get("arg_switch")),
        arg_split=split if isinstance(split, bool | str) else None,
        arg_encoding=structure(known.get("arg_encoding") or {}, dict),
        env_name=_optional_text(known.get("env_name")),
        env_encoding=structure(known.get("env_encoding") or {}, dict),
        extra=structure(known.get("extra") or {}, dict),
    )


def _optional_text(value: object) -> str | None:
    return None if value is None else str(value)


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"expected a mapping, got {type(value).__name__}")
    return {str(key): item for key, item in value.items()}


def _operation(value: object, _type: object) -> RecordedOperation:
    told = _mapping(value)
    command = _mapping(told.get("op-cmd"))
    source = _mapping(told.get("sourcecode") or {})
    flags = _mapping(command.get("cmd-flags") or {})
    return RecordedOperation(
        command=CommandSpec(
            args=tuple(structure(command.get("cmd-args"), list[str])),
            env=_converter.structure(command.get("cmd-env") or {}, dict[str, str]),
            flags={name: _flag_def(name, _mapping(about or {})) for name, about in flags.items()},
            flags_dest=_optional_text(command.get("flags-dest")),
        ),
        output_scalars=cast("OutputScalars", told.get("output-scalars")),
        label_template=_optional_text(told.get("label-template")),
        delete_on_success=bool(told.get("delete-on-success")),
        source_root=_optional_text(source.get("root")),
        source_dest=_optional_text(source.get("dest")) or ".",
        env_secrets=tuple(structure(told.get("env-secrets") or [], list[str])),
        requires=_requires(told.get("deps")),
        python_requires=_optional_text(told.get("python-requires")),
        stoppable=told.get("stoppable") is True,
        null_labels=_converter.structure(told.get("flag-null-labels") or {}, dict[str, str]),
    )


def _requires(value: object) -> tuple[Resource, ...]:
    if not isinstance(value, list) or not value:
        return ()
    from guild.adapters.fsstore.dependencyform import resource_of

    found = (resource_of(item) for item in value)
    return tuple(resource for resource in found if resource is not None)


def _comment(value: object, _type: object) -> Comment:
    told = _mapping(value)
    return Comment(
        body=str(told.get("body") or ""),
        time=Timestamp(_integer(told.get("time") or 0, int)),
        user=str(told.get("user") or ""),
        host=str(told.get("host") or ""),
    )


def _integer(value: object, _type: object) -> int:
    """A whole number of 64 bits and nothing that merely can be made one."""
    if isinstance(value, bool) or not isinstance(value, int) or value.bit_length() > 63:
        raise ValueError(f"expected a whole number, got {value!r}")
    return value


def _boolean(value: object, _type: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, got {value!r}")
    return value


def _flag_set(value: object, _type: object) -> FlagSet:
    return FlagSet(cast("dict[str, None]", _mapping(value)))


_converter = cattrs.Converter(detailed_validation=False)
_converter.register_structure_hook(int, _integer)
_converter.register_structure_hook(bool, _boolean)
_converter.register_structure_hook(FlagSet, _flag_set)
_converter.register_structure_hook(Comment, _comment)
# By function: a hook for the class itself would look up its annotations, and load what they name.
_converter.register_structure_hook_func(lambda type_: type_ is RecordedOperation, _operation)


def structure(value: object, type_: type[_T]) -> _T:
    """The value as `type_`.

    Raises:
        ValueError: If it isn't one; its text is one line.
    """
    if get_origin(type_) is list and not isinstance(value, list):
        raise ValueError(f"expected a list, got {type(value).__name__}")
    try:
        return _converter.structure(value, type_)
    except (TypeError, KeyError, AttributeError, cattrs.errors.BaseValidationError) as error:
        raise ValueError(f"unexpected value: {error}") from error
