"""Attributes of a run: one YAML document per file."""

from __future__ import annotations

import os
import re

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import remove, write_text
from guild.domain.errors import DamagedRun
from guild.domain.yamltext import dump

__all__ = ["attr_names", "parse", "read_attr", "write_attr"]

_MAX_BYTES = 32 * 1024 * 1024
_INT = r"-?(?:0|[1-9][0-9]{0,17})\n?"
_WORD = r"[A-Za-z][A-Za-z0-9_./=+-]*(?: [A-Za-z][A-Za-z0-9_./=+-]*)*\n?"
_OTHER_MEANING = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))


def attr_names(run_dir: str) -> list[str]:
    """Names of the attributes a run has; temporary and hidden files are none."""
    try:
        names = os.listdir(f"{run_dir}/{layout.GUILD}/{layout.ATTRS}")
    except OSError:
        return []
    return sorted(name for name in names if not name.endswith("~") and name[0] != ".")


def read_attr(run_dir: str, name: str) -> object:
    """Value of an attribute; None if there is none.

    Raises:
        DamagedRun: If it is there and can't be read.
    """
    path = layout.attr_path(run_dir, name)
    try:
        with open(path, "rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DamagedRun(f"cannot read {path}: {error.strerror}") from error
    if len(data) > _MAX_BYTES:
        raise DamagedRun(f"cannot read {path}: larger than {_MAX_BYTES} bytes")
    try:
        return parse(data.decode("utf-8"))
    except ValueError as error:
        raise DamagedRun(f"cannot read {path}: {error}") from error


def parse(text: str) -> object:
    """The value of a YAML document, with no other types than attributes have.

    What most attributes are is read without the YAML library: whole numbers and plain words at
    once, other plain values by `plainyaml`.

    Raises:
        ValueError: If the text is no such document; its text is one line.
    """
    if re.fullmatch(_INT, text):
        return int(text)
    if re.fullmatch(_WORD, text) and text.strip().lower() not in _OTHER_MEANING:
        return text.rstrip("\n")
    from guild.adapters.fsstore.plainyaml import NotPlain, read_plain

    try:
        return read_plain(text)
    except NotPlain:
        from guild.adapters.fsstore.yamlreader import load

        return load(text)


def write_attr(run_dir: str, name: str, value: object) -> None:
    """Write an attribute atomically; None removes it.

    Raises:
        StoreError: If that fails; the attribute is as before then.
    """
    path = layout.attr_path(run_dir, name)
    if value is None:
        remove(path)
    else:
        write_text(path, dump(value))
