"""Writing plain values as YAML, without a YAML library.

A run writes some twenty small documents, and importing a YAML library costs more than two bare
starts of the interpreter. What is written here is read back equal by YAML 1.1 and 1.2 readers:
text is left unquoted only where no reader could take it for something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from guild.domain.errors import GuildError

__all__ = ["MAX_DEPTH", "dump", "dump_flow", "is_plain", "quoted"]

MAX_DEPTH = 100
"""How deep lists and maps may nest: readers written in C crash on documents nested deeply."""

_LONG_KEY = 120  # readers look for the colon of a simple key in 1024 characters only
_OTHER_MEANING = frozenset(
    ("", "~", "=", "<<", "y", "n", "yes", "no", "on", "off", "true", "false", "null")
)
_NUMBER_OR_DATE = (
    r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]+)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?0[xXoObB][0-9a-fA-F_]*"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*"
)
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_NOT_FIRST = frozenset("#,[]{}&*!|>'\"%@`")
_NOT_IN_FLOW = frozenset(",?[]{}:")


def dump(value: object) -> str:
    """A value as a YAML document in block style: keys sorted, one final newline.

    Args:
        value: None, booleans, numbers, text, and lists, tuples and mappings of such. Keys are
            of the first four kinds. A tuple is written as a list.

    Raises:
        GuildError: If it is or holds something else, text that is not valid Unicode, a number
            too long to be written, or is nested deeper than `MAX_DEPTH`.
    """
    out: list[str] = []
    if _is_filled(value):
        _add_block(value, "\n", out, 1)
    else:
        out.append(_single(value))
    out.append("\n")
    return "".join(out)


def dump_flow(value: object, *, yes_no: bool = False, strict: bool = True) -> str:
    """A value as one line of YAML: `{a: [1, 2], b: text}`, text bare where it is safe.

    Args:
        value: As for `dump`.
        yes_no: Whether booleans are `yes` and `no` instead of `true` and `false`.
        strict: Whether text that is not valid Unicode is refused instead of escaped.

    Raises:
        GuildError: As `dump` does.
    """
    return _flow(value, yes_no, strict, 0)


def is_plain(text: str, *, flow: bool = False) -> bool:
    """Whether YAML reads the bare text as this very text.

    Args:
        text: Any text.
        flow: Whether it stands in a list or map that is written on one line.
    """
    if text.lower() in _OTHER_MEANING or not text.isprintable():
        return False
    first = text[0]
    if first in _NOT_FIRST or first == " " or text[-1] in " :":
        return False
    if (first in "-?:" and text[1:2] in ("", " ")) or text.startswith(("---", "...")):
        return False
    if ": " in text or " #" in text or (flow and not _NOT_IN_FLOW.isdisjoint(text)):
        return False
    if first not in "0123456789+-.":
        return True
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return False
    import re  # few texts begin like a number

    return not re.fullmatch(_NUMBER_OR_DATE, text)


def quoted(text: str) -> str:
    """The text in quotes, on one line: single ones unless it needs escapes."""
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _add_block(value: object, line: str, out: list[str], depth: int) -> None:
    """Append a list or map that is not empty; `line` begins a line at its indentation."""
    _check_depth(depth)
    if isinstance(value, Mapping):
        for number, key in enumerate(_sorted_keys(value)):
            if number:
                out.append(line)
            _add_entry(_leaf(key, flow=False), value[key], line, out, depth)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            out.append(line + "- " if number else "- ")
            _add_inline(item, line, out, depth)


def _add_entry(key: str, item: object, line: str, out: list[str], depth: int) -> None:
    if len(key) > _LONG_KEY:
        out.append(f"? {key}{line}: ")
        _add_inline(item, line, out, depth)
    elif not _is_filled(item):
        out.append(f"{key}: {_single(item)}")
    else:
        inner = line + "  " if isinstance(item, Mapping) else line
        out.append(f"{key}:{inner}")
        _add_block(item, inner, out, depth + 1)


def _add_inline(item: object, line: str, out: list[str], depth: int) -> None:
    """Append what follows a two-character indicator on the same line."""
    if _is_filled(item):
        _add_block(item, line + "  ", out, depth + 1)
    else:
        out.append(_single(item))


def _is_filled(value: object) -> bool:
    return isinstance(value, Mapping | list | tuple) and bool(value)


def _single(value: object) -> str:
    """Text of a value that fits one line: an empty list or map, or none of these."""
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple):
        return "[]"
    return _leaf(value, flow=False)


def _sorted_keys(value: Mapping[object, object]) -> Iterable[object]:
    try:
        return sorted(value)  # type: ignore[type-var]  # what can't be compared says so
    except TypeError:
        return sorted(value, key=lambda key: (type(key).__name__, str(key)))


def _flow(value: object, yes_no: bool, strict: bool, depth: int) -> str:
    if isinstance(value, Mapping):
        _check_depth(depth + 1)
        entries = (
            _flow_key(_leaf(key, flow=True, strict=strict))
            + _flow(value[key], yes_no, strict, depth + 1)
            for key in _sorted_keys(value)
        )
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, list | tuple):
        _check_depth(depth + 1)
        return "[" + ", ".join([_flow(item, yes_no, strict, depth + 1) for item in value]) + "]"
    if yes_no and isinstance(value, bool):
        return "yes" if value else "no"
    return _leaf(value, flow=depth > 0, strict=strict)


def _flow_key(key: str) -> str:
    return f"{key}: " if len(key) <= _LONG_KEY else f"? {key} : "


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise GuildError(f"cannot write a value nested more than {MAX_DEPTH} levels deep")


def _leaf(value: object, *, flow: bool, strict: bool = True) -> str:
    """Text of a value that is neither list nor map."""
    if isinstance(value, str):
        return _text(value, flow, strict)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _int(value)
    if isinstance(value, float):
        return _float(value)
    raise GuildError(f"cannot write a value of type '{type(value).__name__}'")


def _text(value: str, flow: bool, strict: bool) -> str:
    if is_plain(value, flow=flow):
        return value
    if strict and not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        raise GuildError(f"cannot write text that is not valid Unicode: {value!a}")
    return quoted(value)


def _int(value: int) -> str:
    try:
        return int.__repr__(value)
    except ValueError as error:  # Python bounds the digits it converts
        raise GuildError("cannot write a whole number with that many digits") from error


def _float(value: float) -> str:
    if value != value:
        return ".nan"
    text = float.__repr__(value)
    if text.endswith("inf"):
        return "-.inf" if value < 0 else ".inf"
    # YAML 1.1 knows no number with an exponent and without a point.
    return text if "." in text else text.replace("e", ".0e", 1)
