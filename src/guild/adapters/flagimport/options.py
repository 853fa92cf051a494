"""Options of a command line as flags."""

from __future__ import annotations

from collections.abc import Sequence

from attr import frozen

from guild.adapters.flagimport.symbols import UNKNOWN, is_known
from guild.adapters.flagimport.texts import argument_words
from guild.domain.choice import Choice
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue

__all__ = [
    "TRUE_FALSE",
    "Option",
    "choices_of",
    "flag_of",
    "plain",
    "switch_flag",
    "type_of_boolean",
]

TRUE_FALSE: dict[str, FlagValue] = {"yes": "true", "no": "false"}
"""Texts of booleans for options that take them as a value."""

_BOOLEANS: dict[str, dict[str, FlagValue]] = {
    "strbool": TRUE_FALSE,
    "pybool": {"yes": "True", "no": "False"},
}

_TYPES = {"str": "string", "float": "float", "int": "int", "bool": "boolean"}
_MAX_CHOICES = 200


@frozen(kw_only=True)
class Option:
    """An argument that a parser takes, as its author wrote it.

    Attributes:
        strings: Its names with dashes; none for a positional one.
        action: `store`, `store_true`, `store_false`, `BooleanOptionalAction`, or another,
            which makes it no flag.
        default: Its default, UNKNOWN if that can't be told.
        type: `int`, `float`, `str`, `bool`, `strbool` for a function that reads `true` and
            `false`, `pybool` for one that may want `True` and `False`, or empty for any other
            or none.
        type_shown: How to name a type that is not supported in a warning.
        choices: Allowed values; empty for any.
        nargs: As argparse knows it.
        dest: The name its value is stored under.
        prog: Name of the program in help.
        is_exclusive: Whether it can't be given along with some others.
    """

    strings: tuple[str, ...]
    action: str = "store"
    default: object = None
    type: str = ""
    type_shown: str = ""
    choices: tuple[object, ...] = ()
    required: bool = False
    nargs: object = None
    help: str = ""
    dest: str = ""
    prog: str = ""
    is_exclusive: bool = False

    @property
    def name(self) -> str:
        """First long name without dashes; empty if it has none."""
        longs = [text for text in self.strings if text.startswith("--") and len(text) > 2]
        return longs[0][2:] if longs else ""


def flag_of(option: Option, warnings: list[str]) -> FlagDef | None:
    """The flag of an option; None for one that can't be set as a flag.

    Args:
        option: What the parser takes.
        warnings: Gets a sentence for what is not taken over.
    """
    if not option.name:
        return None
    about = _description(option)
    match option.action:
        case "store_true":
            return switch_flag(option.name, False, about, kind=None)
        case "store_false":
            return switch_flag(option.name, True, about, kind=None)
        case "BooleanOptionalAction":
            default = option.default if isinstance(option.default, bool) else None
            return switch_flag(option.name, default, about, off_name=f"no-{option.name}")
        case "store" | "extend":
            return _value_flag(option, about, warnings)
    return None


def switch_flag(
    name: str,
    default: bool | None,
    description: str,
    *,
    off_name: str | None = None,
    kind: str | None = "boolean",
) -> FlagDef:
    """The flag of an option that is given or not.

    Args:
        name: Of the flag, and of the option that turns it on.
        default: Its value when it is not given; what differs from it is passed.
        description: For help.
        off_name: Name of a second option that turns it off. Without one, the first does
            what the default does not.
        kind: Type of the flag.
    """
    arg_name = None
    if off_name is not None:
        arg_name = off_name if default else name
    return FlagDef(
        name=name,
        default=default,
        description=description,
        type=kind,
        choices=(Choice(True), Choice(False)),
        arg_name=arg_name,
        arg_switch=not default,
    )


def type_of_boolean(type_: str, text: str = "") -> str:
    """The type of an option with a boolean default that is read by a function.

    Args:
        type_: What its type would be otherwise.
        text: A text that the function compares with or is named by, if that is known.
    """
    if type_:
        return type_
    return "strbool" if text in ("true", "loads") else "pybool"


def _value_flag(option: Option, about: str, warnings: list[str]) -> FlagDef:
    encoding = _BOOLEANS.get(option.type, {})
    kind = "boolean" if encoding else _TYPES.get(option.type)
    if option.type_shown:
        warnings.append(
            f"unsupported flag type {option.type_shown} for flag {option.name}"
            " - ignoring type setting"
        )
    nargs = option.nargs
    split = option.action == "extend" or nargs in ("+", "*", "...")
    split = split or (isinstance(nargs, int) and nargs > 1)
    default = _default(option, split=split, warnings=warnings)
    return FlagDef(
        name=option.name,
        default=default,
        description=about,
        type=kind,
        required=option.required,
        choices=choices_of(option.choices),
        arg_split=True if split else None,
        arg_encoding=encoding,
    )


def _default(option: Option, *, split: bool, warnings: list[str]) -> FlagValue:
    value = option.default
    if option.is_exclusive:
        # Passing it would forbid the others: the script's own default applies.
        return None
    if isinstance(value, bool) and option.type in ("int", "float"):
        return int(value) if option.type == "int" else float(value)
    if isinstance(value, (list, tuple, set)) and is_known(value):
        items = [plain(item) for item in value]
        if split:
            return argument_words(items)
        # One argument can't say a list: the script's own default applies.
        return items[0] if option.nargs == 1 and len(items) == 1 else None
    if isinstance(value, (dict, range)) or value is UNKNOWN:
        return None
    simple = plain(value)
    if simple is None and value is not None and is_known(value):
        warnings.append(
            f"cannot serialize value {value} for flag {option.name} - coercing to string"
        )
        simple = str(value)
    if split and simple is not None:
        return argument_words([simple])
    if option.type == "strbool" and isinstance(simple, str):
        return {"true": True, "false": False}.get(simple.lower(), simple)
    return simple


def plain(value: object) -> FlagValue:
    """A scalar a flag can have; the value of an enum's member; None for anything else."""
    found = getattr(value, "value", value)
    return found if isinstance(found, (bool, int, float, str)) else None


def choices_of(values: Sequence[object]) -> tuple[Choice, ...]:
    """The choices of a flag; none if they are too many to choose from."""
    if len(values) > _MAX_CHOICES:
        return ()
    return tuple(Choice(found) for found in map(plain, values) if found is not None)


def _description(option: Option) -> str:
    text = option.help
    if text == "==SUPPRESS==":
        return ""
    if "%" not in text:
        return text
    default = "" if option.default is UNKNOWN else option.default
    known = {"default": default, "dest": option.dest, "type": option.type or None}
    known["prog"] = option.prog
    known["choices"] = ", ".join(str(plain(value)) for value in option.choices)
    try:
        return text % known
    except (ValueError, TypeError, KeyError):
        return text
