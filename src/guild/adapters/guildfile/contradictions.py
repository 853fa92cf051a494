"""What is well-formed in a model and yet can never work, or only in part.

Only what is said beside each other can be told: a type that the program's own flag has, and how
its values are split, are not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from guild.adapters.guildfile.flags import FlagSaid
from guild.adapters.guildfile.forms import ModelForm, OperationForm
from guild.adapters.guildfile.marked import Path, shown
from guild.domain.errors import GuildError, InvalidFlagValue, UnsupportedChoice
from guild.domain.flagcheck import resolve
from guild.domain.flagdef import FlagDef
from guild.domain.flagmerge import merged_flags
from guild.domain.flagtext import encode
from guild.domain.guildfile import Model

__all__ = ["contradictions", "several_defaults"]

_TYPES = (None, "string", "number")
"""Those that make a difference for a flag of which no type is said."""

_BOOLEAN = (*_TYPES, "boolean")
"""Likewise for a flag that may be a boolean."""

_MOST_TOLD = 200


def contradictions(form: ModelForm) -> Iterator[tuple[Path, str]]:
    """What contradicts itself in the operations of a model: the path of keys, and why."""
    operations = cast("Mapping[str, OperationForm]", form.operations or {})
    for name, operation in operations.items():
        flags = cast("Mapping[str, FlagSaid]", operation.flags or {})
        at = ("operations", name, "flags")
        yield from _of_aliases([flag for flag, _ in flags.values()], at)
        for flag, said in flags.values():
            yield from _of_limits(flag, said, (*at, flag.name))


def several_defaults(models: Iterable[Model]) -> Iterator[tuple[str, Path, str]]:
    """Models, and operations of a model, that are the default beside another one.

    Yields:
        The name of the model, the path of keys, and a sentence.
    """
    models = tuple(models)
    first, *others = [model.name for model in models if model.default] or [""]
    for name in others:
        yield (
            name,
            ("default",),
            f"models '{first}' and '{name}' are both the default, '{first}' is taken",
        )
    for model in models:
        first, *others = [each.name for each in model.operations if each.default] or [""]
        for name in others:
            yield (
                model.name,
                ("operations", name, "default"),
                f"operations '{first}' and '{name}' are both the default, '{first}' is taken",
            )


def _of_aliases(flags: Iterable[FlagDef], at: Path) -> Iterator[tuple[Path, str]]:
    flags = tuple(flags)
    names = {flag.name for flag in flags}
    owners: dict[str, str] = {}
    for flag in flags:
        alias = flag.alias
        if not alias or alias == flag.name:
            continue
        owner = owners.setdefault(alias, flag.name)
        if alias in names:
            why = "also the name of a flag"
        elif owner != flag.name:
            why = f"also the alias of flag '{owner}'"
        else:
            continue
        yield (*at, flag.name, "alias"), f"invalid alias value {shown(alias)}: {why}"


def _of_limits(flag: FlagDef, said: frozenset[str], at: Path) -> Iterator[tuple[Path, str]]:
    if flag.min is not None and flag.max is not None and flag.max < flag.min:
        why = f"less than min {encode(flag.min)}"
        yield (*at, "max"), f"invalid max value {shown(flag.max)}: {why}"
    elif flag.min is not None or flag.max is not None or flag.choices:
        why = _refused_default(flag, said)
        if why:
            yield (*at, "default"), f"invalid default value {shown(flag.default)}: {why}"


def _refused_default(flag: FlagDef, said: frozenset[str]) -> str:
    """Why runs could not have the default, whatever the program says; '' if they may."""
    may_be_boolean = any(isinstance(choice.value, bool) for choice in flag.choices)
    unsaid = _BOOLEAN if may_be_boolean else _TYPES
    types = unsaid if flag.type in (None, "auto") else (flag.type,)
    splits = (flag.arg_split,) if "arg-split" in said else (None, True)
    reasons = []
    for split in splits:
        for type in types:
            why = _refusal(flag.replaced(type=type, arg_split=split, required=False, alias=None))
            if not why:
                return ""
            reasons.append(why)
    return reasons[0]


def _refusal(flag: FlagDef) -> str:
    """Why a flag can't have its default; '' if it can. References are not looked at."""
    if isinstance(flag.default, str) and "${" in flag.default:
        return ""
    try:
        defs = merged_flags((flag,), {flag.name: frozenset(("default",))}, (), False, (), False)
        resolve(
            defs, {}, operation="", force=False, cwd_join=lambda path: path, exists=lambda _: True
        )
    except UnsupportedChoice:
        return f"not among the choices {shown([choice.value for choice in flag.choices])}"
    except InvalidFlagValue as error:
        return error.why
    except GuildError as error:
        return error.message[:_MOST_TOLD]
    return ""
