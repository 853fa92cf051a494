"""What plain scalars of guild.yml are: numbers, booleans, null, or text.

Source: reference 03-flags, section 1: exponents need no point, and there are no dates, no base 60
and no `_` in numbers.
"""

from __future__ import annotations

import re

from guild.domain.yamlbounds import bounded_int

__all__ = ["plain_scalar", "tagged_scalar"]

_CONSTANTS: dict[str, bool | None] = {
    form: meaning
    for words, meaning in (("yes true on", True), ("no false off", False), ("null", None))
    for word in words.split()
    for form in (word, word.capitalize(), word.upper())
} | {"": None, "~": None}
_NUMERIC = frozenset("-+.0123456789")
_INT = re.compile(r"[-+]?(?:0b[01]+|0x[0-9a-fA-F]+|[0-9]+)")
_FLOAT = re.compile(
    r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_TAG = "tag:yaml.org,2002:"

Scalar = str | int | float | bool | None


def plain_scalar(text: str) -> Scalar:
    """The value of text without quotes.

    Raises:
        ValueError: If it is a number with more digits than Python converts.
    """
    if text[:1] in _NUMERIC:
        if _INT.fullmatch(text):
            return _int(text)
        return _float(text) if _FLOAT.fullmatch(text) else text
    return _CONSTANTS.get(text, text)


def tagged_scalar(tag: str, text: str) -> Scalar:
    """The value of text that has a tag.

    Raises:
        ValueError: If the tag is none of a plain type, or the text is nothing of the kind.
    """
    kind = tag.removeprefix(_TAG)
    if kind == "str" or tag == "!":
        return text
    value = plain_scalar(text)
    if kind == "float" and isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError as error:
            raise ValueError(f"'{text[:40]}' is no {kind}") from error
    kinds = {"int": int, "bool": bool, "null": type(None), "float": float}
    if kind not in kinds:
        raise ValueError(f"unexpected type '{tag.replace(_TAG, '!!')}'")
    if type(value) is not kinds[kind]:
        raise ValueError(f"'{text[:40]}' is no {kind}")
    return value


def _int(text: str) -> int:
    digits = text.lstrip("+-").lower()
    return bounded_int(text, {"0b": 2, "0x": 16}.get(digits[:2], 10))


def _float(text: str) -> float:
    return float(text if text[-1].isdigit() or text[-1] == "." else text.replace(".", "", 1))
