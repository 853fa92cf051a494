"""Calls whose results are known by reading: builtins, and methods of constants, within bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from guild.adapters.flagimport.constants import MAX_ITEMS, MAX_TEXT, NotConstant, is_scalar

__all__ = ["call_function", "call_method"]

_FIELD = re.compile(r"\{(?:(\w*)(?::([^{}]{0,8}))?)?\}")


def _items(value: object) -> list[object]:
    if isinstance(value, (list, tuple, set, frozenset, dict, str, range)):
        if len(value) > MAX_ITEMS:
            raise NotConstant
        return list(value)
    raise NotConstant


def _scalars(args: Sequence[object]) -> None:
    if not all(is_scalar(arg) for arg in args):
        raise NotConstant


def _dict(*args: object, **kwargs: object) -> object:
    start: dict[object, object] = {}
    for arg in args:
        if isinstance(arg, dict):
            start.update(arg)
        else:
            for pair in _items(arg):
                key, value = _items(pair)
                start[key] = value
    start.update(kwargs)
    return start


def _join_paths(*parts: object) -> object:
    import posixpath

    _scalars(parts)
    return posixpath.join(*[part for part in parts if isinstance(part, str)])


def _path(*parts: object) -> object:
    """A `pathlib.Path`, as its text."""
    joined = _join_paths(*parts) if parts else ""
    if not isinstance(joined, str):
        raise NotConstant
    names = [name for name in joined.split("/") if name not in ("", ".")]
    return ("/" if joined.startswith("/") else "") + "/".join(names) or "."


def _sorted(items: object, reverse: object = False) -> object:
    listed = _items(items)
    _scalars(listed)
    return sorted(listed, reverse=bool(reverse))  # type: ignore[type-var] # scalars; else TypeError


def _extreme(choose: Callable[[list[object]], object]) -> Callable[..., object]:
    def function(*args: object) -> object:
        listed = _items(args[0]) if len(args) == 1 else list(args)
        _scalars(listed)
        return choose(listed)

    return function


def _convert(kind: Callable[[object], object]) -> Callable[..., object]:
    def function(*args: object) -> object:
        _scalars(args)
        if len(args) > 1:
            raise NotConstant
        return kind(*args)

    return function


_FUNCTIONS: dict[str, Callable[..., object]] = {
    "bool": _convert(bool),
    "int": _convert(int),  # type: ignore[arg-type] # scalars; else TypeError
    "float": _convert(float),  # type: ignore[arg-type] # likewise
    "str": _convert(str),
    "abs": _convert(abs),  # type: ignore[arg-type] # likewise
    "round": _convert(round),  # type: ignore[arg-type] # likewise
    "len": lambda value: len(_items(value)),
    "range": range,
    "list": lambda *args: [item for arg in args for item in _items(arg)],
    "tuple": lambda *args: tuple(item for arg in args for item in _items(arg)),
    "set": lambda *args: list(dict.fromkeys(item for arg in args for item in _items(arg))),
    "dict": _dict,
    "sorted": _sorted,
    "reversed": lambda items: _items(items)[::-1],
    "enumerate": lambda items, start=0: list(enumerate(_items(items), start)),
    "zip": lambda *columns: list(zip(*[_items(column) for column in columns], strict=False)),
    "min": _extreme(min),  # type: ignore[arg-type] # scalars; else TypeError
    "max": _extreme(max),  # type: ignore[arg-type] # likewise
    "sum": _extreme(sum),  # type: ignore[arg-type] # likewise
}

_PATHS: dict[str, Callable[..., object]] = {
    "os.path.join": _join_paths,
    "pathlib.Path": _path,
    "pathlib.PurePath": _path,
    "pathlib.PosixPath": _path,
    "pathlib.PurePosixPath": _path,
}


def call_function(dotted: str, args: Sequence[object], kwargs: Mapping[str, object]) -> object:
    """Result of a function known to have no effects: a builtin, or one that makes a path.

    Containers may hold anything; what looks into their items wants scalars.

    Raises:
        NotConstant: For other functions and arguments.
    """
    function = _PATHS.get(dotted) or _FUNCTIONS.get(dotted.removeprefix("builtins."))
    if function is None:
        raise NotConstant
    try:
        return function(*args, **kwargs)
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise NotConstant from error


_TEXT_METHODS = {
    "lower",
    "upper",
    "title",
    "capitalize",
    "strip",
    "lstrip",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "endswith",
    "removeprefix",
    "removesuffix",
}


def call_method(
    value: object, name: str, args: Sequence[object], kwargs: Mapping[str, object]
) -> object:
    """Result of a method of a constant.

    Lists and mappings change in place by `append`, `extend`, `pop`, `update`.

    Raises:
        NotConstant: For methods and arguments that are not known to be harmless.
    """
    try:
        if isinstance(value, str):
            return _text_method(value, name, args, kwargs)
        if isinstance(value, dict):
            return _dict_method(value, name, args, kwargs)
        if isinstance(value, list):
            return _list_method(value, name, args)
    except (TypeError, ValueError, LookupError) as error:
        raise NotConstant from error
    raise NotConstant


def _text_method(
    value: str, name: str, args: Sequence[object], kwargs: Mapping[str, object]
) -> object:
    if name == "format":
        return _format(value, args, kwargs)
    if name == "join":
        parts = _items(*args)
        if sum(len(str(part)) + len(value) for part in parts) > MAX_TEXT:
            raise NotConstant
        return value.join(parts)  # type: ignore[arg-type] # texts; else TypeError
    _scalars(args)
    if name == "replace":
        if len(value) * max(1, *(len(str(arg)) for arg in args)) > MAX_TEXT:
            raise NotConstant
        return value.replace(*args)  # type: ignore[arg-type] # texts; else TypeError
    if name not in _TEXT_METHODS or kwargs:
        raise NotConstant
    method: Callable[..., object] = getattr(value, name)
    return method(*args)


def _format(template: str, args: Sequence[object], kwargs: Mapping[str, object]) -> str:
    values = [*args, *kwargs.values()]
    _scalars(values)
    plain = _FIELD.sub("", template.replace("{{", "").replace("}}", ""))
    specs = [spec for _, spec in _FIELD.findall(template)]
    longest = max((len(str(item)) for item in values), default=0)
    if "{" in plain or any(re.search(r"\d{3,}", spec) for spec in specs):
        raise NotConstant
    if len(template) + len(specs) * max(longest, 100) > MAX_TEXT:
        raise NotConstant
    return template.format(*args, **kwargs)


def _dict_method(
    value: dict[object, object], name: str, args: Sequence[object], kwargs: Mapping[str, object]
) -> object:
    if name in ("keys", "values", "items", "copy") and not args:
        method: Callable[[], object] = getattr(value, name)
        result = method()
        return dict(value) if name == "copy" else list(result)  # type: ignore[call-overload] # a view
    if name == "get":
        return value.get(*args)
    if name == "update":
        changes = _dict(*args, **kwargs)
        if isinstance(changes, dict) and len(value) + len(changes) <= MAX_ITEMS:
            value.update(changes)
            return None
    raise NotConstant


def _list_method(value: list[object], name: str, args: Sequence[object]) -> object:
    if name == "append" and len(args) == 1 and len(value) < MAX_ITEMS:
        value.append(args[0])
        return None
    if name == "extend" and len(args) == 1:
        more = _items(args[0])
        if len(value) + len(more) <= MAX_ITEMS:
            value.extend(more)
            return None
    if name == "pop" and len(args) <= 1:
        return value.pop(*args)  # type: ignore[arg-type] # errors are caught
    if name == "copy":
        return list(value)
    raise NotConstant
