"""Child process: what the real libraries make of scripts and their arguments.

`python parse_for_real.py FRAMEWORK` reads a list of questions from standard input and writes
the answers to standard output, both JSON. A question is `{"script": path, "args": [words]}`.
Its answer has

- `values`: what the script gave to `show`, which is a builtin here; None if it did not;
- `code`: the script's exit status, or its traceback;
- `options`: what the command or parser that parsed last says of its long options.

Each question is answered in a process of its own, forked after the framework is imported.
"""

from __future__ import annotations

import builtins
import enum
import json
import os
import re
import runpy
import sys
import traceback
from collections.abc import Callable, Iterable
from typing import Any, Literal, get_args, get_origin

__all__: list[str] = []

_KINDS = {
    # Names that click, typer and absl have for the types of values.
    "int": "int",
    "float": "float",
    "string": "string",
    "boolean": "boolean",
    "integer": "int",
    "integer range": "int",
    "float range": "float",
    "text": "string",
    "path": "string",
    "filename": "string",
    "uuid": "string",
    "datetime": "string",
    "comma separated list of strings": "string",
    "whitespace separated list of strings": "string",
}
_COMMON = ("help", "version", "install_completion", "show_completion")
_ARGPARSE_SWITCHES = ("_StoreTrueAction", "_StoreFalseAction", "BooleanOptionalAction")
_ARGPARSE_OTHERS = (
    "_AppendAction",
    "_AppendConstAction",
    "_CountAction",
    "_HelpAction",
    "_StoreConstAction",
    "_VersionAction",
)

_Options = Callable[[], list[dict[str, Any]]]  # Any: JSON


def _main(framework: str) -> None:
    options = {
        "argparse": _watch_argparse,
        "click": _watch_click,
        "typer": _watch_typer,
        "absl": _watch_absl,
    }[framework]()
    answers = []
    for question in json.load(sys.stdin):
        answers.append(_in_a_child(question["script"], question["args"], options))
    json.dump(answers, sys.stdout)


def _in_a_child(script: str, args: list[str], options: _Options) -> object:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        code = 1
        try:
            answer = _answer(script, args, options)
            with os.fdopen(writing, "w") as stream:
                json.dump(answer, stream)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as stream:
        text = stream.read()
    os.waitpid(pid, 0)
    return json.loads(text)


def _answer(script: str, args: list[str], options: _Options) -> object:
    shown: list[object] = []
    builtins.show = shown.append  # type: ignore[attr-defined] # scripts use it
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    sys.argv = [script, *args]
    sys.path.insert(0, os.path.dirname(script))
    code: object = 0
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as error:
        code = error.code or 0
    except BaseException:
        code = traceback.format_exc()
    values = json.loads(json.dumps(shown[-1], default=_text)) if shown else None
    return {"values": values, "code": code, "options": options()}


def _text(value: object) -> object:
    if isinstance(value, enum.Enum):
        return f"{value.name}={value.value}"
    return sorted(map(str, value)) if isinstance(value, set) else str(value)


def _scalar(value: object) -> object:
    """A value as a flag can have it; a list of such."""
    if isinstance(value, (list, tuple)):
        return [_scalar(item) for item in value]
    if value is None or "UNSET" in repr(value) or callable(value):
        return None
    value = value.value if isinstance(value, enum.Enum) else value
    return value if isinstance(value, (bool, int, float, str)) else str(value)


def _by_name(value: object) -> object:
    """A choice of click's or typer's: click takes the members of enums by name."""
    if isinstance(value, enum.Enum):
        return None if "UNSET" in repr(value) else value.name
    return _scalar(value)


def _long(names: Iterable[str]) -> str:
    return next((name[2:] for name in names if name.startswith("--") and name != "--"), "")


def _watch_argparse() -> _Options:
    import argparse
    import pathlib

    used: list[argparse.ArgumentParser] = []
    parse = argparse.ArgumentParser.parse_known_args

    def parse_known_args(self: argparse.ArgumentParser, *args: Any, **kw: Any) -> Any:
        used.append(self)
        return parse(self, *args, **kw)

    argparse.ArgumentParser.parse_known_args = parse_known_args  # type: ignore[method-assign]
    kinds = {int: "int", float: "float", str: "string", bool: "boolean", pathlib.Path: "string"}

    def kind_of(action: argparse.Action) -> str | None:
        if action.type in kinds:
            return kinds[action.type]
        # A function whose default or name says what it reads.
        name = getattr(action.type, "__name__", "")
        is_boolean = isinstance(action.default, bool) or "bool" in name
        return "boolean" if action.type is not None and is_boolean else None

    def option(parser: argparse.ArgumentParser, action: argparse.Action) -> dict[str, Any]:
        name = type(action).__name__
        # HfArgumentParser adds one to turn off what takes a value of its own.
        own = [one for one in parser._actions if one.dest == action.dest]
        second = name == "_StoreFalseAction" and own[0] is not action and bool(own[0].nargs)
        default = None if action.default == argparse.SUPPRESS else action.default
        groups = [group._group_actions for group in parser._mutually_exclusive_groups]
        if any(action in group and len(group) > 1 for group in groups):
            default = None  # With it the others would be refused.
        text = parser._get_formatter()._expand_help(action) if action.help else ""
        return {
            "name": _long(action.option_strings),
            "kind": "switch" if name in _ARGPARSE_SWITCHES else "value",
            "is_flag": name not in _ARGPARSE_OTHERS and not second,
            "type": kind_of(action),
            "default": _scalar(default),
            "several": action.nargs in ("+", "*", 2),
            "choices": [_scalar(one) for one in action.choices or ()],
            "required": action.required,
            "help": "" if action.help == argparse.SUPPRESS else text,
            "min": None,
            "max": None,
        }

    return lambda: [
        option(used[-1], action) for action in used[-1]._actions if action.option_strings
    ]


def _watch_click() -> _Options:
    import click

    # It takes the members of enums by name.
    return _watch_commands(_by_name, click.Command)


def _watch_typer() -> _Options:
    import typer.core

    bases = (typer.core.TyperCommand.__mro__[1], typer.core.TyperGroup.__mro__[1])
    return _watch_commands(_scalar, *bases)


def _of_type(kind: Any) -> dict[str, Any]:  # Any: a type of click's
    shown = kind.to_info_dict()
    parts = {part.name for part in getattr(kind, "types", ())}
    name = parts.pop() if len(parts) == 1 else getattr(kind, "name", "")
    return {
        "type": _KINDS.get(name),
        "choices": list(shown.get("choices") or ()),
        "min": shown.get("min"),
        "max": shown.get("max"),
    }


def _of_annotation(descriptor: Any, param: Any) -> dict[str, Any]:  # Any: typer's
    import pathlib

    kind = descriptor.annotation
    parts = get_args(kind)
    is_mixed = get_origin(kind) is tuple and len(set(parts)) > 1
    while get_origin(kind) is not Literal and parts:
        kind = next(part for part in parts if part is not type(None))
        parts = get_args(kind)
    is_enum = isinstance(kind, type) and issubclass(kind, enum.Enum)
    names = {int: "int", float: "float", str: "string", bool: "boolean", pathlib.Path: "string"}
    return {
        "type": None if parts or is_enum or is_mixed else names.get(kind),
        "choices": list(kind) if is_enum else list(parts),
        "min": getattr(param, "min", None),
        "max": getattr(param, "max", None),
    }


def _is_stuck(param: Any) -> bool:  # Any: an option of click's or typer's
    """Whether an option is on with and without its long name."""
    return param.default is True and not _long(param.secondary_opts) and param.is_bool_flag


def _watch_commands(as_choice: Callable[[object], object], *classes: Any) -> _Options:
    used: list[Any] = []

    def watched(parse: Callable[..., Any]) -> Callable[..., Any]:
        def parse_args(self: Any, ctx: Any, args: Any) -> Any:
            used.append(self)
            return parse(self, ctx, args)

        return parse_args

    for cls in classes:
        cls.parse_args = watched(cls.parse_args)

    def option(param: Any) -> dict[str, Any]:
        # Typer's releases of 2026 have annotations where click has types.
        described = getattr(param, "type_descriptor", None)
        shown = _of_type(param.type) if described is None else _of_annotation(described, param)
        many = param.multiple or param.nargs > 1
        return {
            "name": _long(param.opts),
            "kind": "switch" if param.is_flag else "value",
            "is_flag": not param.count and not (param.is_flag and _is_stuck(param)),
            "default": [] if many or callable(param.default) else as_choice(param.default),
            "several": param.nargs > 1,
            "required": param.required,
            "help": param.help or "",
            **shown,
            "choices": [as_choice(one) for one in shown["choices"]],
        }

    return lambda: [
        option(param)
        for param in (used[-1].params if used else ())
        if param.param_type_name == "option" and param.name not in _COMMON
    ]


def _watch_absl() -> _Options:
    from absl import app, flags

    del app

    def option(flag: Any) -> dict[str, Any]:
        about = re.sub(r"^<.*?>: |;\s+repeat this option .*", "", flag.help)
        parser = flag.parser
        kind = flag.flag_type().removeprefix("multi ")
        choices = getattr(parser, "enum_values", None) or ()
        if hasattr(parser, "enum_class"):
            choices = list(parser.enum_class.__members__)
        default = flag.default
        if isinstance(default, enum.Enum):
            default = default.name
        if isinstance(default, list) and kind.startswith(("comma", "white")):
            default = (" " if kind.startswith("white") else ",").join(map(str, default))
        if isinstance(default, list):
            default = [one.name if isinstance(one, enum.Enum) else one for one in default]
        return {
            "name": flag.name,
            "kind": "switch" if flag.boolean else "value",
            "is_flag": True,
            "type": None if choices else _KINDS.get(kind),
            "default": _scalar(default),
            "several": False,
            "choices": list(choices),
            "required": False,
            "help": about,
            "min": getattr(parser, "lower_bound", None),
            "max": getattr(parser, "upper_bound", None),
        }

    def options() -> list[dict[str, Any]]:
        by_module = flags.FLAGS.flags_by_module_dict()
        return [
            option(flag)
            for module, defined in by_module.items()
            if not module.startswith("absl.")
            for flag in defined
            if "Alias" not in type(flag).__name__
        ]

    return options


if __name__ == "__main__":
    _main(sys.argv[1])
