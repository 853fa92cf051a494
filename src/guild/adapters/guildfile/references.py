"""The resources that operations name in `requires`.

Source: reference 23-dependencies, sections 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from guild.adapters.guildfile.marked import nearest
from guild.adapters.guildfile.misfit import Misfit
from guild.domain.dependency import Resource
from guild.domain.depnames import may_be_called

__all__ = ["Known", "not_installed", "referred"]

_SPEC = re.compile(
    r"(?:(?P<model>[\w.-]*):|(?P<package>[\w.-]+(?:/[\w.-]+)*)/)?(?P<resource>[\w.-]+)"
)
_OF_FLAGS = re.compile(r"(?:[\w.:/-]|\$\{[^{}]+\})+")
_PACKAGE = re.compile(r"(?P<package>[\w.-]+(?:/[\w.-]+)*)/[^/]*\$")

Known = Mapping[str, Mapping[str, Resource]]
"""Resources by the name of their model and their own."""


def referred(
    name: str,
    model: str,
    operation: str,
    known: Known,
    of_package: Callable[[str], Mapping[str, Resource] | None],
) -> Resource:
    """The resource that is meant.

    Where its name depends on flags, or it is of a package that is not there, it is one without
    sources that knows its name: only a run of the operation needs more.

    Args:
        name: `RESOURCE`, `MODEL:RESOURCE` or `PACKAGE/RESOURCE`.
        model: Whose operation it is.
        operation: Who requires it.
        known: What is in the file.
        of_package: Gives the resources of a package; None if it is not installed.

    Raises:
        Misfit: If there is no such resource, or the name is none.
    """
    own = known.get(model, {})
    if name in own:
        return own[name]
    if "${" in name and _OF_FLAGS.fullmatch(name):
        among = dict(_possible(name, own, known, of_package))
        return Resource(name=name, named_by=name, among=among)
    match = _SPEC.fullmatch(name)
    if match is None:
        raise Misfit(message=f"invalid dependency '{name}' in operation '{operation}'")
    found = own if match["model"] is None else known.get(match["model"])
    if found is None:
        hint = nearest(match["model"], filter(None, known))
        raise Misfit(
            message=f"model '{match['model']}' in resource '{name}' required by operation"
            f" '{operation}' is not defined{hint}"
        )
    if match["package"]:
        package = of_package(match["package"]) or {}
        return package.get(match["resource"]) or Resource(name=name, named_by=name)
    if match["resource"] not in found:
        hint = nearest(match["resource"], found)
        raise Misfit(
            message=f"resource '{name}' required by operation '{operation}' is not defined{hint}"
        )
    return found[match["resource"]]


def not_installed(name: str, operation: str) -> str:
    """What is said of a resource of a package that is not there."""
    return f"resource '{name}' required by operation '{operation}' is not installed"


def _possible(
    written: str,
    own: Mapping[str, Resource],
    known: Known,
    of_package: Callable[[str], Mapping[str, Resource] | None],
) -> Iterator[tuple[str, Resource]]:
    """The resources that a name may come to for some flags, by the names for that."""
    ways = [("", own), *((f"{model}:", resources) for model, resources in known.items())]
    package = _PACKAGE.match(written)
    if package:
        name = package["package"]
        ways.append((f"{name}/", of_package(name) or {}))
    for prefix, resources in ways:
        for name, resource in resources.items():
            if may_be_called(written, f"{prefix}{name}"):
                yield f"{prefix}{name}", resource
