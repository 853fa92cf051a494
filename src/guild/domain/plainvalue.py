"""Values of flags from arguments of functions, which may be any objects."""

from __future__ import annotations

from collections.abc import Mapping

from guild.domain.flags import FlagSet, FlagValue

__all__ = ["plain_flags", "plain_value"]

_DEEPEST = 20
_LONGEST = 200


def plain_flags(arguments: Mapping[str, object]) -> FlagSet:
    """Flags that tell of arguments; see `plain_value`."""
    return FlagSet({name: plain_value(value) for name, value in arguments.items()})


def plain_value(value: object) -> FlagValue:
    """What a run keeps of an object that a function is called with.

    Plain values are themselves, and so are lists and maps of them by text; tuples become lists.
    A scalar of numpy becomes the number, text or truth value that it is, and a path its text. Of
    anything else it is the text that `repr` gives, on one line and cut after 200 characters.
    """
    return _plain(value, 0)


def _plain(value: object, depth: int) -> FlagValue:
    match value:
        case None | bool():
            return value
        case str():
            return str.__str__(value)
        case int():
            return int(value)
        case float():
            return float(value)
        case list() | tuple() if depth < _DEEPEST:
            return [_plain(item, depth + 1) for item in value]
        case dict() if depth < _DEEPEST and all(isinstance(key, str) for key in value):
            return {str.__str__(key): _plain(item, depth + 1) for key, item in value.items()}
    return _of_object(value)


def _of_object(value: object) -> FlagValue:
    kind = type(value)
    if any(base.__module__ == "numpy" and base.__name__ == "generic" for base in kind.__mro__):
        item = value.item()  # type: ignore[attr-defined]  # a scalar of numpy has it
        if isinstance(item, bool | int | float | str):
            return item
    if hasattr(kind, "__fspath__"):
        path = value.__fspath__()  # type: ignore[attr-defined]  # it is there
        if isinstance(path, str):
            return path
    try:
        text = repr(value)
    except Exception:  # it is somebody's code, and no reason not to run theirs
        text = f"<{kind.__module__}.{kind.__qualname__} object>"
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
