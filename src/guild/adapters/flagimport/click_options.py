"""Parameters of `click.option` as flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guild.adapters.flagimport.objects import ClassObject, EnumMember
from guild.adapters.flagimport.options import TRUE_FALSE, choices_of, plain, switch_flag
from guild.adapters.flagimport.symbols import Call, External, Symbol, is_known
from guild.adapters.flagimport.texts import argument_words
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue

__all__ = ["TypeCall", "click_flag", "help_of", "listed", "split_names"]

_TYPES = {
    "int": "int",
    "float": "float",
    "str": "string",
    "bool": "boolean",
    "click.INT": "int",
    "click.FLOAT": "float",
    "click.STRING": "string",
    "click.BOOL": "boolean",
}
_TEXTS = ("click.Path", "click.File", "click.UUID", "click.DateTime", "pathlib.")


class TypeCall(Symbol):
    """A parameter type made by a call: `click.Choice([...])`."""

    def __init__(self, name: str, call: Call) -> None:
        self.name = name
        self.arguments = call


def listed(value: object) -> list[object]:
    """Items of a list or tuple; none of anything else."""
    return list(value) if isinstance(value, (list, tuple)) else []


def split_names(texts: Sequence[str]) -> tuple[list[str], list[str], str | None]:
    """Names of an option that turn it on, those that turn it off, and of its variable."""
    on: list[str] = []
    off: list[str] = []
    variable = None
    for text in texts:
        if text.isidentifier():
            variable = text
            continue
        first, _, second = text.partition("/")
        on += [first.strip()] if first.strip() else []
        off += [second.strip()] if second.strip() else []
    return on, off, variable


def _long(names: Sequence[str]) -> str:
    return next((name[2:] for name in names if name.startswith("--")), "")


def click_flag(call: Call, taken: set[str], warnings: list[str]) -> FlagDef | None:
    """The flag of an option; None for one that can't be set as a flag.

    Args:
        call: What `click.option` was given.
        taken: Gets the names of its variable.
        warnings: Gets a sentence for what is not taken over.
    """
    texts = [text for text in call.args if isinstance(text, str)]
    if len(texts) < len(call.args):
        warnings.append("an option's name is not written out in the script - ignoring the option")
        return None
    on, off, variable = split_names(texts)
    name = _long(on)
    if variable is not None:
        taken.add(variable)
    taken.add(name.replace("-", "_"))
    given = call.kwargs
    if not name or given.get("count") is True:
        return None
    about = help_of(given)
    if off or given.get("is_flag") is True or "flag_value" in given:
        return _switch(name, bool(off), _long(off), given, about)
    return _value(name, given, about, warnings)


def help_of(given: Mapping[str, object]) -> str:
    """Help of an option, as click and typer show it; empty if there is none."""
    import inspect  # attrs imports it anyway

    text = given.get("help")
    return inspect.cleandoc(text) if isinstance(text, str) else ""


def _switch(
    name: str, has_off: bool, off: str, given: Mapping[str, object], about: str
) -> FlagDef | None:
    default = given.get("default", False)
    value = given.get("flag_value", True)
    is_on = default is not None and (default is True or default == value)
    on_by_default = bool(is_on) if value is not False else default is not False
    if on_by_default and not off:
        if has_off:
            # Only a short option turns it off.
            return None
        if not isinstance(value, bool):
            # One of several options that give a variable its value: the last one counts.
            return switch_flag(name, False, about).replaced(default=None)
    return switch_flag(name, on_by_default, about, off_name=off or None)


def _value(name: str, given: Mapping[str, object], about: str, warnings: list[str]) -> FlagDef:
    kind, limits = _type_of(given, name, warnings)
    nargs = given.get("nargs", 1)
    split = isinstance(nargs, int) and nargs > 1
    split = split or isinstance(given.get("type"), tuple)
    default = given.get("default")
    if isinstance(default, EnumMember) and isinstance(given.get("type"), TypeCall):
        # click takes an enum's members by name.
        default = default.name
    return FlagDef(
        name=name,
        default=_default(default, split=split),
        description=about,
        type=kind,
        required=given.get("required") is True and default is None,
        choices=choices_of(_choices(given.get("type"))),
        min=limits[0],
        max=limits[1],
        arg_split=True if split else None,
        arg_encoding=TRUE_FALSE if kind == "boolean" else {},
    )


def _default(value: object, *, split: bool) -> FlagValue:
    if isinstance(value, (list, tuple)) and is_known(value):
        items = [plain(item) for item in value]
        if split:
            return argument_words(items)
        # An option for one value can't say several: the script's own default applies.
        return items[0] if len(items) == 1 else None
    return plain(value)


def _choices(kind: object) -> list[object]:
    if isinstance(kind, ClassObject) and kind.is_enum():
        return list(kind.members())
    if isinstance(kind, TypeCall) and kind.name == "click.Choice":
        values = kind.arguments.get(0, "choices")
        if isinstance(values, ClassObject) and values.is_enum():
            # click takes an enum's members by name.
            return [member.name for member in values.members()]
        return list(values) if isinstance(values, (list, tuple, dict)) else []
    return listed(kind) if is_known(kind) else []


_Limits = tuple[int | float | None, int | float | None]


def _type_of(
    given: Mapping[str, object], name: str, warnings: list[str]
) -> tuple[str | None, _Limits]:
    kind = given.get("type")
    if kind is None:
        inferred = {bool: "boolean", int: "int", float: "float", str: "string"}
        default = given.get("default")
        return inferred.get(type(default), None if isinstance(default, Symbol) else "string"), (
            None,
            None,
        )
    if isinstance(kind, TypeCall):
        low, high = _limits(kind.arguments)
        if kind.name == "click.Choice":
            return None, (None, None)
        ranges = {"click.IntRange": "int", "click.FloatRange": "float"}
        return (
            (ranges[kind.name], (low, high)) if kind.name in ranges else ("string", (None, None))
        )
    if isinstance(kind, External):
        dotted = kind.dotted.removeprefix("builtins.")
        if dotted in _TYPES:
            return _TYPES[dotted], (None, None)
        if dotted.startswith(_TEXTS):
            return "string", (None, None)
        warnings.append(
            f"unsupported flag type <{dotted}> for flag {name} - ignoring type setting"
        )
    return None, (None, None)


def _limits(call: Call) -> _Limits:
    low, high = call.get(0, "min"), call.get(1, "max")
    return (
        low if isinstance(low, (int, float)) else None,
        high if isinstance(high, (int, float)) else None,
    )
