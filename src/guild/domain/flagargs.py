"""Flag values as a process gets them: arguments and environment variables.

Source: reference 03-flags, section 5, and 02-guild-run, section 9.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from guild.domain.errors import FlagError, GuildError
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue, same_value
from guild.domain.flagtext import TEXT_TYPES, decode, encode, format_value
from guild.domain.record import Record
from guild.domain.words import join_words, split_words
from guild.domain.yamltext import dump_flow, quoted

__all__ = ["FlagArgs", "flag_args", "flag_env", "flag_texts", "variable_text"]

_SEPARATOR = "--"
_GLOBALS = "globals"
_GLOBALS_LIKE = ("global:", "dict:", "namespace:")


class FlagArgs(Record):
    """What flags come to on a command line.

    Attributes:
        args: Words, flags in name order.
        shadowed: A sentence for each flag that is not passed because the command has the
            argument already.
        globals: Values of flags that are no arguments but globals of a script that takes
            arguments, by the global's name.
    """

    args: tuple[str, ...] = ()
    shadowed: tuple[str, ...] = ()
    globals: Mapping[str, FlagValue] = MappingProxyType({})


def flag_args(
    flags: FlagSet,
    defs: Mapping[str, FlagDef],
    dest: str | None,
    command_words: Sequence[str] = (),
) -> FlagArgs:
    """Arguments that pass the flags to a script.

    Args:
        flags: All values; null is not passed.
        defs: What differs from passing a flag as `--name value`, by flag.
        dest: Where the script takes flags from. Arguments (None, `args`, `args:...`) get the
            values' texts; globals and containers of them get YAML; others get nothing.
        command_words: Words of the command itself: an argument among them stays as it is.

    Raises:
        FlagError: If a value can't be passed to a process.
    """
    as_yaml = dest == _GLOBALS or (dest or "").startswith(_GLOBALS_LIKE)
    if not as_yaml and dest not in (None, "args") and not (dest or "").startswith("args:"):
        return FlagArgs()
    args: list[str] = []
    shadowed: list[str] = []
    beside: dict[str, FlagValue] = {}
    for name, value in flags.items():
        flag = defs.get(name) or FlagDef(name=name)
        arg_name = flag.arg_name or name
        if flag.arg_skip:
            continue
        if flag.extra.get("dest") == _GLOBALS and not as_yaml:
            if value is not None:
                beside[arg_name] = _as_plain(flag, value)
        elif _is_in_command(arg_name, command_words):
            shadowed.append(
                f"ignoring flag '{name}={format_value(value)}' because it's shadowed in the"
                f" operation cmd as --{arg_name}"
            )
        else:
            args += _checked(name, _words(flag, f"--{arg_name}", value, as_yaml))
    return FlagArgs(args=tuple(args), shadowed=tuple(shadowed), globals=beside)


def flag_env(flags: FlagSet, defs: Mapping[str, FlagDef]) -> dict[str, str]:
    """Environment variables of the flags: `FLAG_NAME`, or as the definitions name them.

    Raises:
        FlagError: If a value or a name can't be passed to a process.
    """
    env: dict[str, str] = {}
    for name, value in flags.items():
        flag = defs.get(name) or FlagDef(name=name)
        variable = flag.env_name or "FLAG_" + re.sub("[^A-Z0-9_]", "_", name.upper())
        if "=" in variable:
            raise FlagError(f"invalid env-name '{variable}' for flag '{name}': it contains '='")
        encoding = flag.env_encoding or flag.arg_encoding
        text = _text(_encoded(value, encoding), flag.arg_split)
        variable, text = _checked(name, [variable, text])
        env[variable] = text
    return env


def flag_texts(flags: FlagSet, defs: Mapping[str, FlagDef]) -> dict[str, str]:
    """Values as text, by flag: what references to flags in commands and variables come to."""
    texts: dict[str, str] = {}
    for name, value in flags.items():
        flag = defs.get(name) or FlagDef(name=name)
        encoding = flag.env_encoding or flag.arg_encoding
        texts[name] = _text(_encoded(value, encoding), flag.arg_split)
    return texts


def variable_text(value: FlagValue) -> str:
    """The text of a value as that of a variable: `1` for true, nothing for false and null."""
    return _text(value, None)


def _is_in_command(arg_name: str, words: Sequence[str]) -> bool:
    option = f"--{arg_name}"
    return any(word == option or word.startswith(f"{option}=") for word in words)


def _words(flag: FlagDef, option: str, value: FlagValue, as_yaml: bool) -> list[str]:
    if flag.arg_switch is not None and not as_yaml:
        return [option] if same_value(value, flag.arg_switch) else []
    if value is None:
        return []
    if as_yaml:
        text = dump_flow(_as_plain(flag, value))
        return [option, quoted(text) if text == _SEPARATOR else text]
    value = _encoded(value, flag.arg_encoding)
    if flag.arg_split:
        parts = _parts(value, flag.arg_split, flag.name)
        return [option, *parts] if parts else []
    text = _text(value, None)
    # By itself the word would end the options, for the runner and for most parsers.
    return [f"{option}={text}"] if text == _SEPARATOR else [option, text]


def _as_plain(flag: FlagDef, value: FlagValue) -> FlagValue:
    """The value a global gets: a split text becomes a list."""
    value = _encoded(value, flag.arg_encoding)
    if flag.arg_split and isinstance(value, str):
        parts = _parts(value, flag.arg_split, flag.name)
        return [part if flag.type in TEXT_TYPES else decode(part, flag.type) for part in parts]
    return value


def _parts(value: FlagValue, split: bool | str, name: str) -> list[str]:
    if isinstance(value, list):
        return [_text(item, split) for item in value]
    if not isinstance(value, str):
        return [_text(value, split)]
    try:
        return split_words(value, split)
    except GuildError as error:
        raise FlagError(f"invalid value {encode(value)} for {name}: unbalanced quotes") from error


def _encoded(value: FlagValue, encoding: Mapping[str, FlagValue]) -> FlagValue:
    """What the definition says to pass for this very value, or else the value."""
    if not encoding:
        return value
    text = value if isinstance(value, str) else encode(value)
    if text in encoding:
        return encoding[text]
    if isinstance(value, int | float):  # 1.0 is 1 also where it is written so
        for key, code in encoding.items():
            if same_value(decode(key), value):
                return code
    return value


def _text(value: FlagValue, split: bool | str | None) -> str:
    """The text of a value as an argument or a variable."""
    if isinstance(value, str):
        return value
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, list):
        return join_words((_text(item, None) for item in value), split)
    if isinstance(value, dict):
        return dump_flow(value)
    try:
        return repr(value)
    except ValueError as error:  # Python bounds the digits it converts
        raise GuildError("cannot pass a whole number with that many digits") from error


def _checked(name: str, words: list[str]) -> list[str]:
    """The words, which a process can be given."""
    for word in words:
        if "\0" in word:
            raise FlagError(f"cannot pass flag '{name}' to a process: it has a NUL character")
        try:
            word.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as error:
            raise FlagError(
                f"cannot pass flag '{name}' to a process: it is not valid Unicode"
            ) from error
    return words
