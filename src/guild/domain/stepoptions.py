"""Options of `guild run` that steps of pipelines have.

Source: reference 21-pipelines, sections 1, 4 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from guild.domain.flags import FlagValue
from guild.domain.flagtext import format_value, is_function
from guild.domain.yamltext import quoted

__all__ = [
    "IGNORED",
    "OPTIONS",
    "Kind",
    "flag_words",
    "kept_as_text",
    "option_words",
    "parse_option",
]

Kind = Literal["text", "texts", "int", "float", "flag"]

OPTIONS: dict[str, Kind] = {
    "batch_label": "text",
    "batch_tags": "texts",
    "fail_on_trial_error": "flag",
    "force_flags": "flag",
    "force_sourcecode": "flag",
    "gpus": "text",
    "jobs": "int",
    "label": "text",
    "max_trials": "int",
    "maximize": "text",
    "minimize": "text",
    "needed": "flag",
    "no_gpus": "flag",
    "opt_flags": "texts",
    "optimize": "flag",
    "optimizer": "text",
    "random_seed": "int",
    "stop_after": "float",
    "tags": "texts",
}
"""What steps take, by the name in a `RunRequest`, in the order of log lines."""

IGNORED = frozenset(("additional_deps", "break", "break_", "break_on_error", "opspec"))
"""What is accepted and has no effect on steps."""

_WORDS = {"batch_tags": "batch-tag", "opt_flags": "opt-flag", "tags": "tag"}
_FIRST = ("force_sourcecode",)
"""What is said before the other options, with what the pipeline passes on."""


def parse_option(name: str, value: object) -> object:
    """The value of an option as it is written in a map: None if nothing is said, or no.

    Raises:
        ValueError: If it is none; the text says what was expected.
    """
    kind = OPTIONS[name]
    if value is None:
        return None
    if kind == "texts":
        return _texts(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "float" and number:
        return float(value)  # type: ignore[arg-type]  # mypy does not follow the name
    right = {
        "flag": isinstance(value, bool),
        "int": number and isinstance(value, int),
        "float": False,
        "text": number or isinstance(value, str),
    }[kind]
    if not right:
        expected = {"flag": "yes or no", "int": "a whole number", "float": "a number"}
        raise ValueError(f"must be {expected.get(kind, 'text')}")
    if kind == "text":
        return str(value)
    return None if value is False else value


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        return flag_words(value)
    values = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(each, str | int | float) for each in values):
        raise ValueError("must be a list of texts")
    return tuple(map(str, values))


def option_words(options: Mapping[str, object]) -> list[str]:
    """The options as words of a command line, in the order of log lines."""
    words: list[str] = []
    for name, kind in OPTIONS.items():
        value = options.get(name)
        option = f"--{_WORDS.get(name, name).replace('_', '-')}"
        if value is None or value is False or name in _FIRST:
            continue
        if kind == "flag":
            words.append(option)
        elif isinstance(value, tuple):
            words += [word for each in value for word in (option, str(each))]
        else:
            words += [option, f"{value:g}" if isinstance(value, float) else str(value)]
    return words


def flag_words(flags: Mapping[str, FlagValue]) -> tuple[str, ...]:
    """Assignments in name order, such that each is read as the same value."""
    return tuple(f"{name}={_text(flags[name])}" for name in sorted(flags))


def _text(value: FlagValue) -> str:
    """The value in an assignment; search functions that begin with `[` are quoted."""
    if isinstance(value, str) and value[:1] == "[" and is_function(value):
        return quoted(value)
    return format_value(value)


def kept_as_text(flags: Mapping[str, FlagValue]) -> dict[str, FlagValue]:
    """Those that some types of flags, such as paths, would read with their quotes."""
    return {
        name: value
        for name, value in flags.items()
        if isinstance(value, str) and _text(value) != value
    }
