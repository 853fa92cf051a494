"""Reading flag values that only YAML can settle.

Importing YAML is slow, so this module is loaded by the few values that need it.
"""

from __future__ import annotations

from typing import Any, ClassVar

import yaml

from guild.domain.flags import FlagValue
from guild.domain.yamlbounds import bounded_events, bounded_int, is_risky
from guild.domain.yamltext import dump_flow

__all__ = ["FlagLoader", "load"]

# What a value can be wrong in: no YAML, or a tag on something that is nothing of the kind.
_PROBLEMS = (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, ArithmeticError)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one, where it was built
_TAG = "tag:yaml.org,2002:"
_UNUSED = {_TAG + name for name in ("timestamp", "value", "merge", "int", "float")}


class FlagLoader(_Loader):  # type: ignore[misc]  # which base it has is known when it runs
    """YAML with the numbers of flags: no dates, no base 60, no octal, no `_` within.

    Dates, `=` and `<<` are text.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [pair for pair in pairs if pair[0] not in _UNUSED]
        for first, pairs in _Loader.yaml_implicit_resolvers.items()
    }


def _add_numbers() -> None:
    import re

    integer = r"[-+]?(?:0b[01]+|0x[0-9a-fA-F]+|[0-9]+)"
    real = (
        r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    )
    for tag, pattern in (("int", integer), ("float", real)):
        FlagLoader.add_implicit_resolver(
            _TAG + tag, re.compile(rf"(?:{pattern})\Z"), list("-+.0123456789")
        )
    FlagLoader.add_constructor(_TAG + "int", _construct_int)


def _construct_int(loader: Any, node: Any) -> int:
    text = loader.construct_scalar(node).replace("_", "").lower()
    digits = text.lstrip("+-")
    base = {"0b": 2, "0x": 16}.get(digits[:2], 10)
    return bounded_int(text, base)


_add_numbers()


def load(text: str, *, texts: bool = False) -> FlagValue:
    """The value of a YAML document.

    Keys of maps that are no text become their text.

    Args:
        text: The document.
        texts: Whether items of a list are the texts they are written as, but for null, and for
            lists and maps within.

    Raises:
        ValueError: If it is no YAML, uses aliases, nests deeper than `MAX_DEPTH` or holds
            something that is no flag value, such as a set or a date.
    """
    try:
        if is_risky(text):
            _check_events(text)
        value = _flag_value(yaml.load(text, FlagLoader))
        return _with_texts(value, text) if texts and isinstance(value, list) else value
    except _PROBLEMS as error:
        raise ValueError(" ".join(str(error).split())) from error


def _with_texts(items: list[FlagValue], text: str) -> FlagValue:
    root: Any = yaml.compose(text, FlagLoader)
    return [_as_written(*pair) for pair in zip(items, root.value, strict=True)]


def _as_written(item: FlagValue, node: Any) -> FlagValue:
    if isinstance(item, str | list | dict) or (item is None and node.value != "~"):
        return item
    return str(node.value)


def _check_events(text: str) -> None:
    """Refuse aliases, and what the bounds of documents forbid."""
    for event in bounded_events(text, FlagLoader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("aliases are not supported")


def _flag_value(value: object) -> FlagValue:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return [_flag_value(item) for item in value]
    if isinstance(value, dict):
        return {_key(key): _flag_value(item) for key, item in value.items()}
    raise ValueError(f"no flag value: {type(value).__name__}")


def _key(key: object) -> str:
    return key if isinstance(key, str) else dump_flow(_flag_value(key), yes_no=True)
