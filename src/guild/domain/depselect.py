"""Which files of a source a run gets, and what they are called there.

Source: reference 23-dependencies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from guild.domain.errors import GuildError
from guild.domain.manifest import is_safe_run_path

if TYPE_CHECKING:
    from guild.domain.dependency import Rename, Resource, Select, Source

__all__ = ["renamed", "selected", "target_dir", "target_of"]


def selected(patterns: Iterable[Select], paths: Sequence[str]) -> list[str]:
    """Those of the paths that are wanted, in the order of the patterns; each once.

    Args:
        patterns: Each is looked for in all paths; a pattern is of a whole path.
        paths: Relative paths with `/`, in order.

    Raises:
        GuildError: If a pattern is no regular expression.
    """
    found: dict[str, None] = {}
    for select in patterns:
        pattern = _compiled(select.pattern, "select")
        matches = [match for path in paths if (match := pattern.fullmatch(path))]
        if select.reduce is not None:
            matches = _extreme(matches, select.reduce)
        found.update((match.string, None) for match in matches)
    return list(found)


def _extreme(matches: list[re.Match[str]], reduce: str) -> list[re.Match[str]]:
    """The match whose first group is the smallest or the largest number, if one is a number."""
    numbered = [(number, match) for match in matches if (number := _number(match)) is not None]
    if not numbered:
        return []
    choose = min if reduce == "min" else max
    return [choose(numbered, key=lambda pair: pair[0])[1]]


def _number(match: re.Match[str]) -> float | None:
    try:
        number = float(match.group(1))
    except (IndexError, TypeError, ValueError):  # no group; one without a part in the match
        return None
    return None if number != number else number


def renamed(specs: Iterable[Rename], name: str) -> str:
    """Another name for a file: by the first spec that changes it.

    Raises:
        GuildError: If a spec is no regular expression, or refers to a group there is none of.
    """
    for spec in specs:
        pattern = _compiled(spec.pattern, "rename")
        try:
            whole = pattern.match(name)
            # Of a pattern such as `.*` the empty match at the end is not meant.
            if whole is not None and whole.end() == len(name):
                found = whole.expand(spec.repl)
            else:
                found = pattern.sub(spec.repl, name)
        except (re.error, IndexError) as error:
            raise GuildError(
                f"invalid rename spec '{spec.pattern} {spec.repl}': {error}"
            ) from None
        if found != name:
            return found
    return name


def target_dir(resource: Resource, source: Source) -> str:
    """The directory relative to the run's that its files go to; empty for that one.

    Raises:
        GuildError: If it would be outside of the run.
    """
    found = source.target_path if source.target_path is not None else resource.target_path
    path = _normal(found or "")
    if path is None:
        why = "path must stay in the run directory, out of .guild"
        if (found or "").startswith("/"):
            why = "path must be relative"
        raise GuildError(f"invalid path '{found}' in {resource.name} resource ({why})")
    return path


def target_of(directory: str, subdirectory: str, name: str, specs: Iterable[Rename]) -> str:
    """Where a file goes, relative to the run directory.

    Args:
        directory: As of `target_dir`.
        subdirectory: The part of its path that is kept; empty for none.
        name: Its base name.
        specs: Other names.

    Raises:
        GuildError: If it would be outside of the run, or among what Guild keeps there.
    """
    other = renamed(specs, name)
    path = _normal("/".join(filter(None, (directory, subdirectory, other))))
    if not other or not path or path == directory:
        raise GuildError(f"invalid name '{other}' for '{name}': not in the run directory")
    return path


def _normal(path: str) -> str | None:
    """A path without empty parts; None for one that leads out of the run or into `.guild`."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts:
        return None if path.startswith("/") else ""
    if not is_safe_run_path(path) or parts[0] == ".guild":
        return None
    return "/".join(parts)


def _compiled(pattern: str, what: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise GuildError(f"invalid {what} pattern '{pattern}': {error}") from None
