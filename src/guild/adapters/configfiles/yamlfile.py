"""Config files in YAML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import yaml

from guild.adapters.configfiles.yamlspans import spans
from guild.domain.flags import FlagValue
from guild.domain.yamlbounds import bounded_events, construct_bounded_int, is_risky
from guild.domain.yamltext import dump as dump_block
from guild.domain.yamltext import dump_flow, is_plain

if TYPE_CHECKING:
    from guild.adapters.configfiles.values import Change
    from guild.adapters.configfiles.yamlspans import Span

__all__ = ["dump", "edited", "parse", "placed", "stored"]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one, where it was built
_TAG = "tag:yaml.org,2002:"
_NUMBER = r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]+\Z"
# What a document can be wrong in: no YAML, or a tag on something that is nothing of the kind.
_PROBLEMS = (LookupError, AttributeError, TypeError, ArithmeticError)


class _Stamp(str):
    """A date as it is written."""

    __slots__ = ()


class _ConfigLoader(_Loader):  # type: ignore[misc]  # which base it has is known when it runs
    """YAML as PyYAML reads it, but dates are texts, and `1e-3` is a number."""


class _ConfigDumper(yaml.SafeDumper):
    """Text is left unquoted only where no reader takes it for something else."""


def _prepare() -> None:
    import re

    _ConfigLoader.add_constructor(_TAG + "timestamp", lambda _, node: _Stamp(node.value))
    _ConfigLoader.add_constructor(_TAG + "int", construct_bounded_int)
    _ConfigLoader.add_implicit_resolver(_TAG + "float", re.compile(_NUMBER), list("-+.0123456789"))
    _ConfigDumper.add_representer(str, _text_node)
    _ConfigDumper.add_representer(
        _Stamp, lambda dumper, stamp: dumper.represent_scalar(_TAG + "timestamp", str(stamp))
    )


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    bare = is_plain(text, flow=True)
    style = None if bare else "'" if text.isprintable() else '"'
    return dumper.represent_scalar(_TAG + "str", text, style=style)


_prepare()


def parse(text: str) -> dict[object, object]:
    """See `files._Format`."""
    try:
        if is_risky(text):
            for _ in bounded_events(text, _ConfigLoader):
                pass
        data = yaml.load(text, _ConfigLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" on line {mark.line + 1}" if mark else ""
        what = ", ".join(filter(None, (error.context, error.problem)))
        raise ValueError(f"{what}{where}") from error
    except (yaml.YAMLError, *_PROBLEMS) as error:
        raise ValueError(str(error)) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ValueError("expected a map at the outermost level")
    return data


def placed(name: str, value: FlagValue, data: Mapping[object, object]) -> str:
    """See `files._Format`."""
    del value, data
    return name


def stored(value: FlagValue, old: object) -> object:
    """See `files._Format`."""
    if isinstance(value, str) and isinstance(old, _Stamp):
        return _Stamp(value) if _is_stamp(value) else value
    return value


def _is_stamp(text: str) -> bool:
    try:
        return isinstance(yaml.load(text, _ConfigLoader), _Stamp)
    except yaml.YAMLError:
        return False


def dump(data: Mapping[object, object]) -> str:
    """See `files._Format`."""
    try:
        return yaml.dump(
            dict(data), Dumper=_ConfigDumper, sort_keys=False, allow_unicode=True, width=10_000
        )
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def edited(text: str, data: Mapping[object, object], changes: list[Change]) -> str | None:
    """See `files._Format`."""
    try:
        found = spans(yaml.parse(text, _ConfigLoader), text)
    except yaml.YAMLError:
        return None
    edits: dict[tuple[int, int], list[str]] = {}
    for change in changes:
        edit = _edit(text, data, change, found)
        if edit is None:
            return None
        start, end, new = edit
        place = edits.setdefault((start, end), [])
        if start == end or not place:
            place.append(new)
    return _applied(text, edits)


def _applied(text: str, edits: Mapping[tuple[int, int], list[str]]) -> str:
    parts: list[str] = []
    done = 0
    for (start, end), new in sorted(edits.items(), key=lambda edit: (edit[0][0], -edit[0][1])):
        if start >= done:  # others are within what was replaced as a whole
            parts += [text[done:start], *new]
            done = end
    return "".join([*parts, text[done:]])


_Spans = Mapping[tuple[str, ...], "Span"]
_Edit = tuple[int, int, str]


def _edit(text: str, data: Mapping[object, object], change: Change, found: _Spans) -> _Edit | None:
    path = tuple(map(str, change.path))
    for end in range(len(path)):
        outer = found.get(path[:end])
        if outer is not None and outer.flow:
            return outer.start, outer.end, _flow(_at(data, change.path[:end]))
    span = found.get(path)
    if span is None:  # also what is there by a merge key
        return _insertion(text, change, found.get(path[:-1]))
    if span.block:
        # From the key on: what was below it becomes one line behind it.
        return span.after_key, span.end, f" {_flow(change.value)}"
    space = " " if span.start == span.end or text[span.start - 1] == ":" else ""
    return span.start, span.end, space + _flow(change.value)


def _insertion(text: str, change: Change, parent: Span | None) -> _Edit | None:
    line = "\r\n" if "\r\n" in text else "\n"
    new = dump_block({str(change.path[-1]): _bare(change.value)}).splitlines()
    if parent is None:
        if len(change.path) > 1:
            return None
        first = "" if not text or text.endswith("\n") else line
        return len(text), len(text), first + "".join(f"{part}{line}" for part in new)
    if not parent.block:
        return None
    at = text.find("\n", parent.end)
    if at < 0:
        at = len(text)
    elif text[at - 1] == "\r":
        at -= 1
    return at, at, "".join(f"{line}{' ' * parent.column}{part}" for part in new)


def _at(data: Mapping[object, object], path: tuple[object, ...]) -> object:
    value: object = data
    for key in path:
        assert isinstance(value, Mapping)
        value = value[key]
    return value


def _flow(value: object) -> str:
    return str(value) if isinstance(value, _Stamp) else dump_flow(_bare(value))


def _bare(value: object) -> object:
    """The value without dates, which a reader of the result takes for text."""
    if isinstance(value, Mapping):
        return {key: _bare(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return str(value) if isinstance(value, str) else value
