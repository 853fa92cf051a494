"""Flag values as text: what users write on a command line, and what they are shown.

`decode` and `encode` are inverse: `decode(encode(value))` is `value` for every value that can
be stored.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping

from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.sequences import SEQUENCES, SequenceError, check_size, expand
from guild.domain.yamltext import dump_flow, is_plain, quoted

__all__ = [
    "TEXT_TYPES",
    "TYPES",
    "decode",
    "encode",
    "format_value",
    "is_function",
    "parse_assignments",
    "parse_number",
    "split_assignment",
    "split_function",
]

TYPES = frozenset(("auto", "string", "int", "float", "number", "boolean", "path", "existing-path"))
"""Names of the types a flag can have."""

TEXT_TYPES = frozenset(("string", "path", "existing-path"))
"""Those whose values are text."""

Warn = Callable[[str], None]

_INT = r"[-+]?[0-9]+"
_FLOAT = (
    r"[-+]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
    r"|(?i:inf|infinity|nan))|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_WORD = r"[A-Za-z_/][A-Za-z0-9_./+-]*"
_WORDS: dict[str, FlagValue] = {
    form: value
    for word, value in {
        "true": True, "yes": True, "on": True, "false": False, "no": False, "off": False,
        "null": None,
    }.items()
    for form in (word, word.capitalize(), word.upper())
}  # fmt: skip
_NAMED = r"([A-Za-z0-9_.-]+)\[(.*)\]"
_ANONYMOUS = r"\[[^:\[\]{}'\"&*!|>%@`#,\s]*:[^\[\]{}'\"&*!|>%@`#,\s]*\]"
_TEXT_MARKS = ("[", "'", '"', "{")
_MARKED_TEXT = ("'", '"', "|", ">", "!")
_REPEATED = r"(\[.*\])\s*\*\s*([0-9]{1,18})"


def _ignore(_: str) -> None:
    pass


def decode(text: str, type: str | None = None, warn: Warn | None = None) -> FlagValue:
    """The value a text stands for.

    A whole number, a number, a sequence such as `range[1:3]` or `[1]*3` (a list), a search
    function such as `[1:10]` (kept as text), YAML, or else the text itself. For a flag
    of text it is the text itself, or in brackets a list of texts: items are as they are
    written, without their quotes, but for `null` and for lists and maps within.

    Args:
        text: As after the `=` of an assignment; empty is empty text.
        type: The flag's type; decides only where the text can be read in several ways.
        warn: Told, in a sentence, of a sequence that can't be computed, which stays text, and
            of an unknown type.

    Raises:
        GuildError: If the text stands for a list that is too long.
    """
    warn = warn or _ignore
    if type is None or type in ("auto", "int", "number"):
        return _decode(text, warn)
    if type in TEXT_TYPES:
        if text[:1] not in _TEXT_MARKS or (text[0] == "{" and type != "string"):
            return text
        return _decode(text, warn, texts=True)
    if type == "float":
        return _decode_float(text, warn)
    if type == "boolean":
        value = _decode(text, warn)
        is_number = isinstance(value, int | float) and value == value
        return bool(value) if is_number else value
    warn(f"unknown flag type '{type}', assuming 'auto'")
    return _decode(text, warn)


def _decode_float(text: str, warn: Warn) -> FlagValue:
    value = _decode(text, warn)
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    try:
        return float(value)
    except OverflowError:
        return value


def parse_number(text: str) -> int | float | None:
    """The decimal number a text is; None if it is none or has too many digits to be read.

    `1_000`, `0x1F` and digits other than 0 to 9 are no numbers here; `inf` and `nan` are.
    """
    text = text.strip(" ")
    if re.fullmatch(_INT, text):
        try:
            return int(text)
        except ValueError:  # Python bounds the digits it converts
            return None
    if re.fullmatch(_FLOAT, text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return None


def _decode(text: str, warn: Warn, *, texts: bool = False) -> FlagValue:
    if not text.strip():
        return text
    number = parse_number(text)
    if number is not None:
        return number
    if re.fullmatch(_WORD, text):
        return _WORDS.get(text, text)
    if text[-1] == "]":
        named = re.fullmatch(_NAMED, text)
        if named:
            return _decode_function(named[1], named[2], text, warn)
        if _is_anonymous(text):
            return text
    repeated = re.fullmatch(_REPEATED, text)
    if repeated:
        return _repeat(repeated[1], int(repeated[2]), text, texts)
    return _decode_yaml(text, texts)


def _decode_function(name: str, args: str, text: str, warn: Warn) -> FlagValue:
    if name not in SEQUENCES:
        return text
    try:
        return list(expand(name, _numbers(args), text, warn))
    except SequenceError as error:
        warn(f"error decoding '{text}': {error}")
        return text


def _numbers(args: str) -> list[int | float]:
    numbers: list[int | float] = []
    for arg in args.split(":") if args else ():
        value = _decode(arg, _ignore)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SequenceError(f"invalid arg '{arg}': expected a number")
        if isinstance(value, float) and not math.isfinite(value):
            raise SequenceError(f"invalid arg '{arg}': expected a finite number")
        numbers.append(value)
    return numbers


def _repeat(items: str, times: int, text: str, texts: bool) -> FlagValue:
    value = _decode_yaml(items, texts)
    if not isinstance(value, list) or _is_anonymous(items):
        return text
    check_size(len(value) * times, text)
    return value * times


def _decode_yaml(text: str, texts: bool) -> FlagValue:
    from guild.domain.flagyaml import load

    try:
        value = load(text, texts=texts)
    except ValueError:
        return text
    if isinstance(value, str) and "\n" in text and text.lstrip()[:1] not in _MARKED_TEXT:
        return text  # YAML would join its lines
    return value


def _is_anonymous(text: str) -> bool:
    """Whether the text is `[A:B...]`: YAML would read one unquoted text, or nothing."""
    if text[:1] != "[" or text[-1:] != "]" or ":" not in text:
        return False
    if re.fullmatch(_ANONYMOUS, text):
        return True
    if text[1:].lstrip()[:1] in ("'", '"', "!", "&"):
        return False
    from guild.domain.flagyaml import load

    try:
        value = load(text)
    except ValueError:
        return True
    return isinstance(value, list) and len(value) == 1 and isinstance(value[0], str)


def is_function(value: FlagValue) -> bool:
    """Whether a value is a search function: `[1:10]`, `uniform[0:1]`, `name[...]`.

    Functions that stand for lists, which `decode` expands, are none.
    """
    if not isinstance(value, str) or value[-1:] != "]":
        return False
    named = re.fullmatch(_NAMED, value)
    return named[1] not in SEQUENCES if named else _is_anonymous(value)


def split_function(text: str) -> tuple[str, tuple[FlagValue, ...]] | None:
    """Name and decoded arguments of a search function; None if the text is none.

    The name of `[1:10]` is empty.
    """
    if not is_function(text):
        return None
    name, _, args = text[:-1].partition("[")
    return name, tuple(_decode(arg, _ignore) for arg in args.split(":")) if args else ()


def encode(value: FlagValue) -> str:
    """The value as one line of text, for labels, previews, help and tables.

    Booleans are `yes` and `no`, nothing is `null`, text is quoted where it would read as
    something else, lists and maps are YAML.

    Raises:
        GuildError: If the value can't be stored: see `yamltext.dump`.
    """
    if isinstance(value, str):
        return _encode_text(value)
    return dump_flow(value, yes_no=True, strict=False)


def _encode_text(text: str) -> str:
    if parse_number(text) is not None:
        return quoted(text)
    if text[-1:] == "]":
        named = re.fullmatch(_NAMED, text)
        if named is None and text.isprintable() and _is_anonymous(text):
            return text
        if named and named[1] in SEQUENCES:
            return quoted(text)
    return text if is_plain(text) else quoted(text)


def format_value(value: FlagValue) -> str:
    """The value as in assignments: encoded, and text with a space is quoted."""
    text = encode(value)
    if not isinstance(value, str) or " " not in text or text[0] in "'\"":
        return text
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return quoted(text)


def split_assignment(arg: str) -> tuple[str, str]:
    """Name and text of `NAME=TEXT`, split at the first `=`.

    Raises:
        GuildError: If there is no name or no `=`.
    """
    name, equals, text = arg.partition("=")
    if not name or not equals:
        raise _invalid_arguments([arg])
    return name, text


def parse_assignments(
    args: Iterable[str], types: Mapping[str, str | None], warn: Warn | None = None
) -> dict[str, FlagValue]:
    """Values by name of arguments `NAME=TEXT`; of equal names the last one counts.

    Args:
        args: The arguments.
        types: Types of flags by name (and by alias); others have none.
        warn: As for `decode`.

    Raises:
        GuildError: If arguments are no assignments (it lists them), or as `decode` does.
    """
    args = list(args)
    invalid = [arg for arg in args if arg.find("=") < 1]
    if invalid:
        raise _invalid_arguments(invalid)
    pairs = map(split_assignment, args)
    return {name: decode(text, types.get(name), warn) for name, text in pairs}


def _invalid_arguments(args: Iterable[str]) -> GuildError:
    from guild.domain.display import shown  # Only a mistake needs it.

    return GuildError("invalid argument(s):", "\n".join([*map(shown, args), "expected NAME=VAL"]))
