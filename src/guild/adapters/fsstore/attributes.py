"""Attributes of a run: one YAML document per file."""

from __future__ import annotations

import os
from functools import cache

from guild.adapters.fsstore import layout
from guild.adapters.fsstore.atomic import PRIVATE, remove, write_text
from guild.adapters.fsstore.regular import NotRegular, read_regular, refuse_links
from guild.domain.errors import DamagedRun
from guild.domain.yamltext import dump

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable

__all__ = ["MIXED", "attr_names", "parse", "read_attr", "write_attr"]

_MAX_BYTES = 32 * 1024 * 1024
_MAX_DIGITS = 18
_WORDS = r"[A-Za-z][A-Za-z0-9_./=+-]*(?: [A-Za-z][A-Za-z0-9_./=+-]*)*"
MIXED = r"(?!0[bx])[0-9]+[a-z][0-9a-z]*"
"""Digests and ids. No number has letters and neither a point nor one of these prefixes."""
_BOOLEANS = {"true\n": True, "false\n": False}
_PRIVATE = frozenset(("env",))
_OTHER_MEANING = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))


def attr_names(run_dir: str) -> list[str]:
    """Names of the attributes a run has; temporary and hidden files are none.

    Raises:
        DamagedRun: If that can't be read, or is behind a link.
    """
    refuse_links(run_dir)
    path = f"{run_dir}/{layout.GUILD}/{layout.ATTRS}"
    try:
        names = os.listdir(path)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise DamagedRun(f"cannot read {path}: {error.strerror}") from error
    return sorted(filter(_is_name, names))


def _is_name(name: str) -> bool:
    """Whether it can be the name of an attribute."""
    return name[:1] not in ("", ".") and name[-1] != "~" and "/" not in name and "\0" not in name


def read_attr(run_dir: str, name: str, *, listed: bool = False) -> object:
    """Value of an attribute; None if there is none.

    Args:
        run_dir: Directory of the run.
        name: Name of the attribute.
        listed: Whether a regular file of this name was listed: see `read_regular`.

    Raises:
        DamagedRun: If it is there and can't be read.
    """
    if not listed and not _is_name(name):
        return None
    path = layout.attr_path(run_dir, name)
    try:
        data = read_regular(path, _MAX_BYTES + 1, follow=False, listed=listed)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except NotRegular as error:
        raise DamagedRun(f"cannot read {path}: {error.strerror}") from None
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

    What most attributes are is read without the YAML library: whole numbers, plain words and
    digests at once, other plain values by `plainyaml`.

    Raises:
        ValueError: If the text is no such document; its text is one line.
    """
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    plain = text.removesuffix("\n")
    if plain.isdecimal():
        if plain.isascii() and len(plain) <= _MAX_DIGITS and (plain[0] != "0" or plain == "0"):
            return int(plain)
    elif plain[:1].isalnum() and plain.lower() not in _OTHER_MEANING and _words().fullmatch(plain):
        return plain
    try:
        return _plain_reader()(text)
    except ValueError:
        from guild.adapters.fsstore.yamlreader import load

        return load(text)


@cache
def _words() -> re.Pattern[str]:
    import re  # many commands read no attribute that is a text

    return re.compile(f"{_WORDS}|{MIXED}")


@cache
def _plain_reader() -> Callable[[str], object]:
    from guild.adapters.fsstore.plainyaml import read_plain  # likewise

    return read_plain


def write_attr(run_dir: str, name: str, value: object) -> None:
    """Write an attribute atomically; None removes it. The environment is for the user alone.

    Raises:
        StoreError: If that fails; the attribute is as before then.
        DamagedRun: If the run's attributes are behind a link.
    """
    refuse_links(run_dir)
    path = layout.attr_path(run_dir, name)
    if value is None:
        remove(path)
    else:
        write_text(path, dump(value), mode=PRIVATE if name in _PRIVATE else 0o666)
