"""Config files as data, as flags, and as copies with other values."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from guild.adapters.configfiles.values import changes, exactly_same, merged, plain
from guild.domain.errors import GuildError, StoreError
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue
from guild.domain.flagtext import encode
from guild.domain.words import join_words

if TYPE_CHECKING:
    from guild.adapters.configfiles.values import Change

__all__ = ["config_flags", "read_config", "write_config"]

_KINDS = {
    ".yml": "yaml", ".yaml": "yaml", ".json": "json", ".ini": "ini", ".cfg": "ini",
    ".toml": "toml",
}  # fmt: skip
_TEMPLATE = ".in"
_MAX_BYTES = 64 << 20


class _Format(Protocol):
    """A kind of config file."""

    def parse(self, text: str) -> dict[object, object]:
        """The data of a file's text.

        Raises:
            ValueError: If it is none of this kind; with a sentence.
        """
        ...

    def placed(self, name: str, value: FlagValue, data: Mapping[object, object]) -> str:
        """The name by which a value is looked for and put into the data."""
        ...

    def stored(self, value: FlagValue, old: object) -> object:
        """A value as it is found again when it is read, in the place of another.

        Raises:
            ValueError: If such files can't have it; with a sentence.
        """
        ...

    def edited(
        self, text: str, data: Mapping[object, object], changes: list[Change]
    ) -> str | None:
        """The text with some values changed and all else as it is; None if that can't be done.

        What it makes is read again and compared, so it may be wrong.
        """
        ...

    def dump(self, data: Mapping[object, object]) -> str:
        """A text of the data.

        Raises:
            ValueError: If there is none; with a sentence.
        """
        ...


def read_config(path: str) -> dict[str, FlagValue]:
    """The data of a config file, by the kind that its name says; `.in` after that is ignored.

    Dates are texts. Options of INI files are in maps of their sections, `DEFAULT` among them;
    they are numbers and booleans where they look like some.

    Raises:
        GuildError: If it is of no known kind, can't be read or holds no map.
    """
    form = _format(path)
    return plain(_data(path, form, _text(path)))


def write_config(source: str, target: str, values: Mapping[str, FlagValue]) -> None:
    """Write a copy of a config file with other values. The target is replaced at once.

    Comments, order and the forms of other values stay as far as possible: what is changed is
    replaced in the text. JSON is written anew, in one line.

    Args:
        source: The file; its name says of which kind.
        target: The copy; directories that it needs are made.
        values: By name. A dotted name is looked for from the outermost map on, and is of nested
            maps if it isn't found. A map adds to one that is there, anything else replaces it.
            In INI files, names without a section are of the section `DEFAULT`.

    Raises:
        GuildError: If the source can't be read, or can't have a value.
        StoreError: If the target can't be written.
    """
    form = _format(source)
    text = _text(source)
    data = _data(source, form, text)
    try:
        named = {form.placed(name, value, data): value for name, value in values.items()}
        wanted = merged(data, named, form.stored)
        changed = changes(data, wanted)
        new = _changed_text(form, text, wanted, changed) if changed else text
    except (ValueError, RecursionError) as error:
        raise GuildError(f"error loading config from {source}: {_sentence(error)}") from error
    _write(target, new)


def config_flags(path: str) -> tuple[FlagDef, ...]:
    """The values of a config file as flags, in name order: those of nested maps have dotted names.

    Raises:
        GuildError: As `read_config` does.
    """
    if _kind(path) is None:
        raise GuildError(f"config type for {path} not supported")
    return tuple(sorted(_flags(read_config(path), ""), key=lambda flag: flag.name))


def _flags(data: Mapping[str, FlagValue], prefix: str) -> list[FlagDef]:
    found: list[FlagDef] = []
    for key, value in data.items():
        if isinstance(value, dict):
            found += _flags(value, f"{prefix}{key}.")
        else:
            found.append(_flag(prefix + key, value))
    return found


def _flag(name: str, value: FlagValue) -> FlagDef:
    if isinstance(value, list):
        return FlagDef(name=name, default=join_words(map(encode, value)), arg_split=True)
    kind = None if value is None else "number"
    if isinstance(value, bool | str):
        kind = "string" if isinstance(value, str) else "boolean"
    return FlagDef(name=name, default=value, type=kind)


def _kind(path: str) -> str | None:
    name = path.removesuffix(_TEMPLATE).lower()
    return _KINDS.get(os.path.splitext(name)[1])


def _format(path: str) -> _Format:
    # Each needs a library that the others don't.
    match _kind(path):
        case "yaml":
            from guild.adapters.configfiles import yamlfile

            return yamlfile
        case "json":
            from guild.adapters.configfiles import jsonfile

            return jsonfile
        case "ini":
            from guild.adapters.configfiles import inifile

            return inifile
        case "toml":
            from guild.adapters.configfiles import tomlfile

            return tomlfile
    raise GuildError(f"unsupported file type for '{path}'")


def _text(path: str) -> str:
    from stat import S_ISREG

    try:
        # A named pipe would be waited for, and a device need not end.
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(fd, "rb") as file:
            if not S_ISREG(os.fstat(fd).st_mode):
                raise GuildError(f"error loading config from {path}: it is no regular file")
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            why = f"it has more than {_MAX_BYTES} bytes"
            raise GuildError(f"error loading config from {path}: {why}")
        return data.decode("utf-8-sig")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise GuildError(f"error loading config from {path}: {why}") from error
    except UnicodeError as error:
        raise GuildError(f"error loading config from {path}: it is not UTF-8") from error


def _data(path: str, form: _Format, text: str) -> dict[object, object]:
    try:
        data = form.parse(text)
        plain(data)  # which refuses what can't be a flag's value
    except (ValueError, RecursionError) as error:
        raise GuildError(f"error loading config from {path}: {_sentence(error)}") from error
    return data


def _sentence(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return " ".join(str(error).split())


def _changed_text(
    form: _Format, text: str, wanted: Mapping[object, object], changed: list[Change]
) -> str:
    edited = form.edited(text, wanted, changed)
    if edited is not None and _reads_as(form, edited, wanted):
        return edited
    new = form.dump(wanted)
    if not _reads_as(form, new, wanted):
        names = ", ".join(".".join(map(str, change.path)) for change in changed)
        raise ValueError(f"the file cannot have the values of {names}")
    return new


def _reads_as(form: _Format, text: str, wanted: Mapping[object, object]) -> bool:
    try:
        return exactly_same(plain(form.parse(text)), plain(wanted))
    except (ValueError, RecursionError):
        return False


def _write(path: str, text: str) -> None:
    temporary = f"{path}.{os.getpid():x}{os.urandom(3).hex()}~"
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        try:
            with open(temporary, "x", encoding="utf-8", newline="") as file:
                file.write(text)
            os.replace(temporary, path)
        finally:
            _remove(temporary)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror or error}") from error
    except UnicodeError as error:
        raise GuildError(f"cannot write {path}: a value is not valid Unicode") from error


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
