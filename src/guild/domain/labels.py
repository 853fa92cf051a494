"""Labels of runs: the default one, templates, and edits.

Source: reference 03-flags, section 3; 04-guildfile, section 6; 11-runs-commands, section 5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from guild.domain.flags import FlagValue
from guild.domain.flagtext import encode, format_value

__all__ = [
    "DEFAULT_LABEL",
    "appended",
    "default_label",
    "prepended",
    "removed",
    "render",
    "shorten_path",
    "synced",
    "tagged_template",
]

DEFAULT_LABEL = "default_label"
"""Name that stands for the default label in templates."""

_REFERENCE = r"\$\{([^}]*)\}"
_PRINTF = r"%[-+ #0]*[0-9]{0,3}(?:\.[0-9]{0,3})?[diouxXeEfFgGcrsa](?:[^%]|%%)*"
_DECIMALS = r"(\.[0-9]{5})[0-9]+"


def _same(text: str) -> str:
    return text


def default_label(
    flags: Mapping[str, FlagValue],
    *,
    shorten: Callable[[str], str] = _same,
    skip: Collection[str] = (),
) -> str:
    """`name=value` of all flags that are not null, in name order.

    Decimals are cut, not rounded, after the fifth.

    Args:
        flags: Values by name.
        shorten: Applied to text: gives existing paths a shorter form.
        skip: Names to leave out.
    """
    return " ".join(
        f"{name}={_label_value(flags[name], shorten)}"
        for name in sorted(flags)
        if flags[name] is not None and name not in skip
    )


def _label_value(value: FlagValue, shorten: Callable[[str], str]) -> str:
    if isinstance(value, float):
        return re.sub(_DECIMALS, r"\1", encode(value))
    return format_value(shorten(value) if isinstance(value, str) else value)


def shorten_path(path: str, max: int = 20) -> str:
    """A path of more than `max` characters as its first and last part: `/usr/…/dist`.

    A path stays as it is if that would not be shorter.
    """
    if len(path) <= max:
        return path
    root = "/" if path.startswith("/") else ""
    parts = [part for part in path.split("/") if part]
    if len(parts) < 3:
        return path
    short = f"{root}{parts[0]}/…/{parts[-1]}"
    return short if len(short) < len(path) else path


def tagged_template(tags: Iterable[str]) -> str:
    """Template of a label that has tags before the default label."""
    return " ".join([*tags, f"${{{DEFAULT_LABEL}}}"])


def render(
    template: str,
    values: Mapping[str, object],
    *,
    warn: Callable[[str], None] | None = None,
) -> str:
    """A template with its references replaced, without blanks around it.

    `${NAME}` becomes the formatted value, nothing if it is null or unknown. Filters follow
    after `|`: `%FORMAT` (as in C; a value of another type stays), `default:TEXT` (instead of
    null), `basename` and `unquote` (the text without single quotes around it).

    Args:
        template: Text with references.
        values: Values by name, `DEFAULT_LABEL` among them, which is inserted as it is.
        warn: Told, in a sentence, of filters that are not known; they give `#error#`.
    """

    def replaced(match: re.Match[str]) -> str:
        name, *filters = match[1].split("|")
        name = name.strip()
        result = values.get(name)
        if name == DEFAULT_LABEL and isinstance(result, str):
            result = _Text(result)
        for text in filters:
            result = _filtered(result, text, warn)
        return _shown(result)

    return re.sub(_REFERENCE, replaced, template).strip()


class _Text(str):
    """Text that is part of the label as it is."""

    __slots__ = ()


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, _Text):
        return str(value)
    if isinstance(value, bool | int | float | str | list | dict):
        return format_value(value)
    return str(value)


def _filtered(value: object, text: str, warn: Callable[[str], None] | None) -> object:
    name, colon, arg = text.strip().partition(":")
    if re.fullmatch(_PRINTF, text.strip()):
        return _printf(text.strip(), value)
    if name == "default" and colon:
        return _Text(arg) if value is None else value
    if text.strip() == "basename":
        return _basename(value)
    if text.strip() == "unquote":
        return _unquoted(_shown(value))
    if warn:
        warn(f"unsupported template transform: '{text}'")
    return _Text("#error#")


def _printf(form: str, value: object) -> object:
    if value is None:
        return None
    try:
        return _Text(form % (value,))
    except (TypeError, ValueError, OverflowError):
        return value


def _basename(value: object) -> object:
    if not isinstance(value, str):
        return value
    return type(value)(value.rpartition("/")[2])


def _unquoted(text: str) -> _Text:
    is_quoted = len(text) > 1 and text[0] == text[-1] == "'"
    return _Text(text[1:-1] if is_quoted else text)


def appended(label: str, text: str) -> str:
    """The label with a text after it."""
    return f"{label} {text}".strip()


def prepended(label: str, text: str) -> str:
    """The label with a text before it."""
    return f"{text} {label}".strip()


def removed(label: str, parts: Iterable[str]) -> str:
    """The label without the given parts, wherever they stand between blanks.

    A part is plain text, possibly of several words. A label with none of them stays as it is.
    """
    words = label.split()
    for part in parts:
        words = _without(words, part.split())
    return label if words == label.split() else " ".join(words)


def _without(words: Sequence[str], part: Sequence[str]) -> list[str]:
    result: list[str] = []
    start = 0
    while start < len(words):
        if part and words[start : start + len(part)] == part:
            start += len(part)
        else:
            result.append(words[start])
            start += 1
    return result


def synced(label: str, added: Iterable[str], deleted: Iterable[str]) -> str:
    """The label after a change of tags: deleted ones gone, added ones not yet there in front."""
    label = removed(label, deleted)
    there = label.split()
    return prepended(label, " ".join(tag for tag in added if tag not in there))
