"""Kinds of attribute values: what each accepts, and what becomes of it.

A kind is a type that attributes of the classes in `forms` are annotated with. What it accepts is
in `SIMPLE` for those that stand for themselves; those that hold forms are in `converter`. A value
that is one reference to a parameter, and null, are accepted for any attribute and are not in the
schemas here.
"""

import re
from collections.abc import Callable
from typing import NewType

from guild.adapters.guildfile.marked import Items, Map, plain, shown
from guild.adapters.guildfile.misfit import Misfit
from guild.adapters.guildfile.texts import any_text, command_text, flags_dest, python_versions
from guild.domain.dependency import Resource
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.objective import Objective

__all__ = [
    "FLAG_TYPES",
    "SIMPLE",
    "Anything",
    "Archive",
    "ArgSplit",
    "Checks",
    "Choices",
    "Column",
    "Command",
    "Count",
    "Distribution",
    "Env",
    "Exec",
    "FlagName",
    "FlagType",
    "Flags",
    "FlagsDest",
    "FlagsImport",
    "Label",
    "Mapping",
    "Module",
    "Names",
    "Number",
    "NumberRegexes",
    "Operation",
    "Operations",
    "Optimizer",
    "Optimizers",
    "OutputScalars",
    "Plugins",
    "PythonVersions",
    "Reference",
    "Regexes",
    "Renames",
    "Requires",
    "Resources",
    "Selection",
    "Sources",
    "StepFlags",
    "StepTexts",
    "Steps",
    "TargetType",
    "Text",
    "Texts",
    "Whole",
    "YesNo",
]

Text = NewType("Text", str)
Reference = NewType("Reference", str)
Module = NewType("Module", str)
Exec = NewType("Exec", str)
Label = NewType("Label", str)
YesNo = NewType("YesNo", object)
Count = NewType("Count", int)
Number = NewType("Number", float)
Anything = NewType("Anything", object)
Texts = NewType("Texts", tuple[str, ...])
Names = NewType("Names", tuple[str, ...])
Regexes = NewType("Regexes", tuple[str, ...])
NumberRegexes = NewType("NumberRegexes", tuple[str, ...])
Mapping = NewType("Mapping", dict[str, FlagValue])
Env = NewType("Env", dict[str, FlagValue])
Whole = NewType("Whole", int)
Command = NewType("Command", str)
StepFlags = NewType("StepFlags", object)
StepTexts = NewType("StepTexts", object)
Checks = NewType("Checks", object)
FlagType = NewType("FlagType", str)
FlagName = NewType("FlagName", object)
FlagsDest = NewType("FlagsDest", str)
FlagsImport = NewType("FlagsImport", object)
ArgSplit = NewType("ArgSplit", object)
Distribution = NewType("Distribution", str)
TargetType = NewType("TargetType", str)
Archive = NewType("Archive", str)
PythonVersions = NewType("PythonVersions", str)
OutputScalars = NewType("OutputScalars", object)
Column = NewType("Column", object)
Plugins = NewType("Plugins", object)
# Those that hold forms, or are read by modules of their own.
Choices = NewType("Choices", tuple[object, ...])
Flags = NewType("Flags", dict[str, object])
Operation = NewType("Operation", object)
Operations = NewType("Operations", dict[str, object])
Optimizer = NewType("Optimizer", object)
Optimizers = NewType("Optimizers", object)
Renames = NewType("Renames", tuple[object, ...])
Requires = NewType("Requires", tuple[object, ...])
Resources = NewType("Resources", dict[str, Resource])
Selection = NewType("Selection", object)
Sources = NewType("Sources", tuple[object, ...])
Steps = NewType("Steps", tuple[object, ...])

FLAG_TYPES = ("auto", "string", "int", "float", "number", "boolean", "path", "existing-path")


def _reference(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise Misfit("a string", value)
    return value


def _label(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Misfit("a string", value)
    return str(value)


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise Misfit("yes or no", value)
    return value


def _count(value: object) -> int:
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(whole, bool) or not isinstance(whole, int) or whole < 1:
        raise Misfit("a whole number above 0", value)
    return whole


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Misfit("a number", value)
    return value


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Items):
        raise Misfit("a string or list", value)
    return _each_text(value)


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, Items):
        raise Misfit("a list", value)
    return _each_text(value)


def _each_text(value: Items) -> tuple[str, ...]:
    for index, item in enumerate(value):
        if not isinstance(item, str):
            raise Misfit("a string", item, path=(index,))
    return tuple(map(str, value))


def _regexes(value: object) -> tuple[str, ...]:
    texts = _texts(value)
    for index, text in enumerate(texts):
        if "${" not in text:
            try:
                re.compile(text)
            except (re.error, RecursionError, OverflowError) as error:
                path = (index,) if isinstance(value, Items) else ()
                message = f"invalid {{key}} val: {shown(text)} is no regular expression ({error})"
                raise Misfit(message=message, path=path) from error
    return texts


def _number_regexes(value: object) -> tuple[str, ...]:
    texts = _regexes(value)
    for index, text in enumerate(texts):
        if "${" not in text and not re.compile(text).groups:
            path = (index,) if isinstance(value, Items) else ()
            message = f"invalid {{key}} val: {shown(text)} has no group for the number"
            raise Misfit(message=message, path=path)
    return texts


def _mapping(value: object) -> FlagValue:
    if not isinstance(value, Map):
        raise Misfit("a mapping", value)
    return plain(value)


def _env(value: object) -> FlagValue:
    if not isinstance(value, Map):
        raise Misfit("a mapping", value)
    for key, item in value.items():
        if isinstance(item, Map | Items):
            raise Misfit("a string, number, or boolean", item, path=(key,))
    return plain(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Misfit("a whole number", value)
    return value


def _command(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Misfit("an operation", value)
    return value


def _step_flags(value: object) -> FlagValue:
    if not isinstance(value, Map | Items):
        raise Misfit("a mapping, or a list of NAME=VALUE", value)
    for index, item in enumerate(value if isinstance(value, Items) else ()):
        if not isinstance(item, Map) and (not isinstance(item, str) or item.find("=") < 1):
            raise Misfit("NAME=VALUE", item, path=(index,))
    return plain(value)


def _step_texts(value: object) -> FlagValue:
    if isinstance(value, Items):
        for index, item in enumerate(value):
            if not isinstance(item, str | int | float):
                raise Misfit("a string", item, path=(index,))
    elif not isinstance(value, str | int | float | Map):
        raise Misfit("a string or list", value)
    return plain(value)


def _checks(value: object) -> FlagValue:
    """What is expected of a step. What is no check at all is only warned of when it is run."""
    for index, check in enumerate(value if isinstance(value, Items) else [value]):
        for key in ("output", "contains") if isinstance(check, Map) else ():
            pattern = check[key] if isinstance(check, Map) and key in check else None
            if isinstance(pattern, str):
                path = (index, key) if isinstance(value, Items) else (key,)
                _compiled(pattern, f"invalid {key} value", path)
    return plain(value)


def _compiled(text: str, what: str, path: tuple[str | int, ...]) -> None:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        message = f"{what} {shown(text)}: expected a regular expression ({error})"
        raise Misfit(message=message, path=path) from error


def _flag_name(value: object) -> str | bool | None:
    if not isinstance(value, str | bool):
        raise Misfit("a string, or no", value)
    return None if value is True else value


def _flags_import(value: object) -> bool | tuple[str, ...]:
    if isinstance(value, bool):
        return value
    if value == "all":
        return True
    if isinstance(value, Items) and all(isinstance(item, str) for item in value):
        return tuple(map(str, value)) or False
    raise Misfit("yes/all, no, or a list of flag names", value)


def _arg_split(value: object) -> bool | str | None:
    if not isinstance(value, str | bool):
        raise Misfit("yes, no, or a separator", value)
    return True if value == "shlex" else value or None


def _one_of(*names: str) -> Callable[[object], str]:
    expected = " or ".join(f"'{name}'" for name in names)

    def check(value: object) -> str:
        if value not in names or not isinstance(value, str):
            raise Misfit(message=f"unsupported {{key}} {shown(value)} (expected {expected})")
        return value

    return check


def _output_scalars(value: object) -> FlagValue:
    if value is False or isinstance(value, str | Map | Items):
        return plain(value)
    expected = "expected a mapping, list, string, or false"
    raise Misfit(message=f"invalid output-scalars {shown(value)}: {expected}")


def _column(value: object) -> Objective:
    """An objective: a text, or `minimize` or `maximize` with one."""
    try:
        if isinstance(value, str):
            return Objective.parse(value)
        if isinstance(value, Map) and len(value) == 1:
            [(aim, column)] = value.items()
            if aim in ("minimize", "maximize") and isinstance(column, str):
                return Objective(column=column, maximize=aim == "maximize")
    except GuildError as error:
        raise Misfit(message=error.message) from error
    raise Misfit("a string, or a mapping with either 'minimize' or 'maximize'", value)


def _plugins(value: object) -> bool | tuple[str, ...]:
    if isinstance(value, bool):
        return value
    if isinstance(value, str | Items):
        return _texts(value)
    raise Misfit("a list of names, yes, or no", value)


SIMPLE: dict[object, Callable[[object], object]] = {
    Text: any_text,
    Module: command_text("a Python module"),
    Exec: command_text("a command"),
    FlagsDest: flags_dest,
    Reference: _reference,
    Label: _label,
    YesNo: _yes_no,
    Count: _count,
    Number: _number,
    Anything: plain,
    Texts: _texts,
    Names: _names,
    Regexes: _regexes,
    NumberRegexes: _number_regexes,
    Mapping: _mapping,
    Env: _env,
    Whole: _whole,
    Command: _command,
    StepFlags: _step_flags,
    StepTexts: _step_texts,
    Checks: _checks,
    FlagName: _flag_name,
    FlagsImport: _flags_import,
    ArgSplit: _arg_split,
    FlagType: any_text,
    Distribution: _one_of("uniform", "log-uniform"),
    TargetType: _one_of("link", "copy"),
    Archive: _one_of("zip", "tar", "gzip"),
    PythonVersions: python_versions,
    OutputScalars: _output_scalars,
    Column: _column,
    Plugins: _plugins,
}
"""For each kind, what makes its value, or raises `Misfit`."""
