"""What is decided of a dependency before its files are touched.

Source: reference 23-dependencies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from attr import evolve

from guild.domain.errors import GuildError
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue
from guild.domain.flagtext import encode
from guild.domain.references import resolved_text

if TYPE_CHECKING:
    from guild.domain.dependency import Resource, Source

__all__ = [
    "archive_type",
    "dependency_flags",
    "flag_name",
    "given_value",
    "is_always_resolved",
    "record_names",
    "replaces_existing",
    "target_type",
    "with_references",
    "with_resolved_references",
]

_TARGET_TYPES = ("copy", "link")
_LINKED = ("operation", "config")
_ARCHIVES = ("zip", "tar", "gzip")
_TAR = r"\.(?:tar|tgz|tbz2?|txz|tzst)$|\.tar\.[^./]+$"


def dependency_flags(resources: Iterable[Resource]) -> tuple[FlagDef, ...]:
    """The flags that sources define, by which users give other sources.

    | source                              | flag                        |
    |-------------------------------------|-----------------------------|
    | operation without a name            | `operation:OP`, alias `OP`  |
    | operation with `flag-name` or `name`| of that name                |
    | operation with `flag-name: no`      | none                        |
    | file with `flag-name`               | of that name, default: path |

    A resource that depends on flags defines those of all resources that it may be.

    Returns:
        In the order of the resources, each name once. They are not passed to the program.
    """
    flags: dict[str, FlagDef] = {}
    for resource in resources:
        possible = resource.among.values() if resource.named_by is not None else (resource,)
        for source in (source for each in possible for source in each.sources):
            flag = _flag(source)
            if flag is not None:
                flags.setdefault(flag.name, flag)
    return tuple(flags.values())


def _flag(source: Source) -> FlagDef | None:
    name = flag_name(source)
    if name is None or source.kind not in ("operation", "file"):
        return None
    if source.kind == "file":
        if not isinstance(source.flag_name, str):
            return None
        return FlagDef(name=name, type="string", default=source.ref, arg_skip=True)
    alias = source.ref if name == source.uri else None
    return FlagDef(name=name, type="string", alias=alias, arg_skip=True)


def flag_name(source: Source) -> str | None:
    """The flag whose value users give instead of the source; None if it has none."""
    if source.flag_name is False or source.kind == "module":
        return None
    if isinstance(source.flag_name, str) and source.flag_name:
        return source.flag_name
    return source.name or (source.uri if source.kind == "operation" else None)


def given_value(source: Source, flags: Mapping[str, FlagValue]) -> str | None:
    """What users gave instead of the source; None where the source itself counts."""
    name = flag_name(source)
    value = flags.get(name) if name is not None else None
    if value is None or value == "" or isinstance(value, bool | list | dict):
        return None
    text = value if isinstance(value, str) else encode(value)
    return None if source.kind != "operation" and text == source.ref else text


def with_references(text: str, flags: Mapping[str, FlagValue], where: str) -> str:
    """The text with the values of flags for its `${flag}` references; null is empty.

    Args:
        text: The text.
        flags: Values by name.
        where: What the text is of, for the error.

    Raises:
        GuildError: If there is no such flag.
    """
    if "${" not in text:
        return text
    texts = {name: _text(value) for name, value in flags.items()}
    try:
        return resolved_text(text, texts)
    except KeyError as error:
        raise GuildError(
            f"cannot resolve '{text}' in {where}: undefined reference '{error.args[0]}'",
            "References are to flags of the operation.",
        ) from None


def _text(value: FlagValue) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else encode(value)


def with_resolved_references(source: Source, flags: Mapping[str, FlagValue], where: str) -> Source:
    """The source with the values of flags in what may refer to them: `ref` and renames.

    Raises:
        GuildError: If there is no such flag.
    """
    ref = with_references(source.ref, flags, where)
    rename = tuple(
        evolve(
            spec,
            pattern=with_references(spec.pattern, flags, where),
            repl=with_references(spec.repl, flags, where),
        )
        for spec in source.rename
    )
    if (ref, rename) == (source.ref, source.rename):
        return source
    # What users know it by, and what it is recorded as, goes by what was written.
    name = source.name or (source.uri if source.flag_name is None else None)
    return evolve(source, ref=ref, rename=rename, name=name)


def target_type(resource: Resource, source: Source) -> str:
    """`copy` or `link`: how its files come into the run.

    Raises:
        GuildError: If something else is said.
    """
    default = "link" if source.kind in _LINKED else "copy"
    found = source.target_type or resource.target_type or default
    if found not in _TARGET_TYPES:
        raise GuildError(
            f"unsupported target-type '{found}' in source {source.shown_as} (expected 'link' or"
            " 'copy')"
        )
    return found


def archive_type(source: Source, path: str) -> str | None:
    """`zip`, `tar` or `gzip` for what is an archive by its name; None for other files.

    Raises:
        GuildError: If the source says something else of it.
    """
    if source.archive is not None:
        told = "gzip" if source.archive == "gz" else source.archive
        if told not in _ARCHIVES:
            raise GuildError(
                f"'{path}' cannot be unpacked (unsupported archive type '{source.archive}')"
            )
        return told
    name = path.rpartition("/")[2].lower()
    if name.endswith(".zip"):
        return "zip"
    if re.search(_TAR, name):
        return "tar"
    return "gzip" if name.endswith(".gz") else None


def is_always_resolved(source: Source) -> bool:
    """Whether it is resolved again at each start: a config file depends on the flags."""
    return source.always_resolve or source.kind == "config"


def replaces_existing(source: Source) -> bool:
    """Whether files that are there give way."""
    return source.replace_existing or source.kind == "config"


def record_names(names: Sequence[str]) -> list[str]:
    """Names to record things by, each different: a second `a` is `a (2)`."""
    found: list[str] = []
    for name in names:
        other, count = name, 1
        while other in found:
            count += 1
            other = f"{name} ({count})"
        found.append(other)
    return found
