"""Config files in the INI format of `configparser`, without interpolation."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from guild.domain.flags import FlagValue
from guild.domain.flagtext import encode, parse_number

if TYPE_CHECKING:
    from guild.adapters.configfiles.values import Change

__all__ = ["dump", "edited", "parse", "placed", "stored"]

_NO_DEFAULTS = "\0"  # no section has this name: DEFAULT is one like the others
_SECTION = r"\[(?P<header>.+)\]"
_OPTION = r"(?P<option>.*?)\s*(?:(?P<sign>[=:])\s*(?P<value>.*))?$"
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_PAIRS = (("yes", "no"), ("on", "off"), ("true", "false"))


def parse(text: str) -> dict[object, object]:
    """See `files._Format`."""
    parser = configparser.ConfigParser(
        interpolation=None, allow_no_value=True, default_section=_NO_DEFAULTS
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign] # as documented
    try:
        parser.read_string(text)
    except AttributeError as error:  # what the library meets where there is nothing to go on with
        raise ValueError("a line goes on with an option that has no value") from error
    except configparser.Error as error:
        raise ValueError(error.message.replace("'<string>'", "the file")) from error
    return {
        name: {key: _typed(value) for key, value in section.items()}
        for name, section in parser.items()
        if name != _NO_DEFAULTS
    }


def _typed(text: str | None) -> FlagValue:
    if text is None:
        return None
    number = parse_number(text)
    return _BOOLEANS.get(text.lower(), text) if number is None else number


def placed(name: str, value: FlagValue, data: Mapping[object, object]) -> str:
    """See `files._Format`. Programs find options whatever the case of their letters."""
    if "." not in name and not isinstance(value, dict):
        name = f"DEFAULT.{name}"
    for section, options in data.items():
        known = [f"{section}.{key}" for key in options] if isinstance(options, Mapping) else []
        same = [other for other in known if other.lower() == name.lower()]
        if same and name.startswith(f"{section}."):
            return name if name in same else same[0]
    return name


def stored(value: FlagValue, old: object) -> object:
    """See `files._Format`."""
    del old
    return _typed(_text(value))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return encode(value)
    raise ValueError("a section of an INI file has texts, numbers and booleans only")


def _written(value: object, old: str = "") -> str:
    """The text of a value, of a boolean in the form that the old text has."""
    if isinstance(value, bool):
        for yes, no in _PAIRS:
            if old.lower() in (yes, no):
                text = yes if value else no
                return text.upper() if old.isupper() else text.title() if old.istitle() else text
    return _text(value).replace("\n", "\n\t")


def dump(data: Mapping[object, object]) -> str:
    """See `files._Format`."""
    blocks: list[str] = []
    for section, options in data.items():
        if not isinstance(options, Mapping):
            raise ValueError(f"'{section}' has to name a section too: SECTION.{section}")
        lines = [f"[{section}]", *(_line(str(key), value) for key, value in options.items())]
        blocks.append("".join(f"{line}\n" for line in lines))
    return "\n".join(blocks)


def _line(key: str, value: object) -> str:
    return key if value is None else f"{key} = {_written(value)}".rstrip()


class _Place(NamedTuple):
    """Where an option stands: its value, and whether there is a sign before that."""

    start: int
    end: int
    has_sign: bool


def edited(text: str, data: Mapping[object, object], changes: list[Change]) -> str | None:
    """See `files._Format`."""
    del data
    line = "\r\n" if "\r\n" in text else "\n"
    options, ends = _places(text)
    edits: list[tuple[int, int, str]] = []
    for change in changes:
        path = tuple(map(str, change.path))
        if len(path) == 1:
            if not isinstance(change.value, Mapping):
                return None
            begin = "" if not text else line if text.endswith("\n") else line * 2
            block = dump({path[0]: change.value}).replace("\n", line)
            edits.append((len(text), len(text), begin + block))
        elif path in options:
            edits.append(_replacement(text, change.value, options[path]))
        elif path[0] in ends:
            new = _line(path[1], change.value).replace("\n", line)
            edits.append((ends[path[0]], ends[path[0]], line + new))
        else:
            return None
    return _applied(text, edits)


def _replacement(text: str, value: object, place: _Place) -> tuple[int, int, str]:
    new = _written(value, text[place.start : place.end])
    if not place.has_sign:
        return place.start, place.end, f" = {new}"
    space = " " if place.start == place.end and text[place.start - 1 : place.start] in "=:" else ""
    return place.start, place.end, space + new


def _applied(text: str, edits: list[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    done = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])


def _places(text: str) -> tuple[dict[tuple[str, ...], _Place], dict[str, int]]:
    """Where options stand, by section and name, and where each section ends."""
    options: dict[tuple[str, ...], _Place] = {}
    ends: dict[str, int] = {}
    section, indent = "", 0
    option: tuple[str, ...] | None = None
    for start, line in _lines(text):
        own = len(line) - len(line.lstrip())
        stripped = line.strip()
        end = start + own + len(stripped)
        if not stripped or stripped.startswith(("#", ";")):
            continue
        if option is not None and own > indent:
            options[option] = options[option]._replace(end=end)
            ends[section] = end
            continue
        indent = own
        header = re.match(_SECTION, stripped)
        if header:
            section, option = header["header"], None
        else:
            found = re.match(_OPTION, stripped)
            if not found:
                continue
            option = (section, found["option"].rstrip())
            at = found.start("value") if found["sign"] else len(stripped)
            options[option] = _Place(start + own + at, end, bool(found["sign"]))
        ends[section] = end
    return options, ends


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1
