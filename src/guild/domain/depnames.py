"""Resources that operations name: which one is meant where that depends on flags.

Source: reference 23-dependencies, sections 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice, product
from typing import TYPE_CHECKING

from attr import evolve

from guild.domain.depresolve import with_references
from guild.domain.errors import GuildError
from guild.domain.flagtext import is_function
from guild.domain.references import references

if TYPE_CHECKING:
    from guild.domain.dependency import Resource
    from guild.domain.flags import FlagValue

__all__ = ["check_named", "may_be_called", "named", "named_where_known"]

_MOST_CHECKED = 10_000


def named(resource: Resource, flags: Mapping[str, FlagValue], operation: str) -> Resource:
    """The resource that is meant, which still knows the others that other flags would mean.

    Args:
        resource: As it is required, or as it was found for other flags.
        flags: Values by name.
        operation: Who requires it, for the error.

    Raises:
        GuildError: If there is no resource of that name, or a flag is not known.
    """
    if resource.named_by is None:
        return resource
    written = resource.named_by
    name = with_references(written, flags, f"requires of operation '{operation}'")
    found = resource.among.get(name)
    if found is None:
        raise _unknown(resource, written, name, operation)
    return evolve(found, named_by=written, among=resource.among)


def named_where_known(
    resources: Iterable[Resource], flags: Mapping[str, FlagValue], operation: str
) -> tuple[Resource, ...]:
    """The resources that are meant. Those that only trials have the flags for stay as they are."""
    found = []
    for resource in resources:
        try:
            found.append(named(resource, flags, operation))
        except GuildError:
            found.append(resource)
    return tuple(found)


def check_named(
    resources: Iterable[Resource], flags: Mapping[str, FlagValue], operation: str
) -> None:
    """See that there is a resource for each value that flags have.

    Args:
        resources: What is required.
        flags: Values by name. Items of lists are for trials; what search functions give is not
            known yet.
        operation: Who requires it.

    Raises:
        GuildError: As `named` does.
    """
    for resource in resources:
        if resource.named_by is None:
            continue
        names = [name for name in references(resource.named_by) if name in flags]
        values = [_each(flags[name]) for name in names]
        if any(is_function(flags[name]) for name in names):
            continue
        for each in islice(product(*values), _MOST_CHECKED):
            named(resource, {**flags, **dict(zip(names, each, strict=True))}, operation)


def may_be_called(written: str, name: str) -> bool:
    """Whether a name with references in it comes to this one for some flags."""
    literal = (re.escape(part) for part in re.split(r"\$\{[^}]*\}", written))
    return re.fullmatch(".*".join(literal), name) is not None


def _each(value: FlagValue) -> list[FlagValue]:
    return value if isinstance(value, list) else [value]


def _unknown(resource: Resource, written: str, name: str, operation: str) -> GuildError:
    from guild.domain.nearest import did_you_mean  # only a mistake needs it

    what = "installed" if "/" in name else "defined"
    shown = f"'{name}'" if name == written else f"'{name}' ('{written}')"
    return GuildError(
        f"resource {shown} required by operation '{operation}' is not {what}",
        did_you_mean(name, resource.among),
    )
