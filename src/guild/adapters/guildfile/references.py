"""The resources that operations name in `requires`.

Source: reference 23-dependencies, sections 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from guild.adapters.guildfile.marked import nearest
from guild.adapters.guildfile.misfit import Misfit
from guild.domain.dependency import Resource

__all__ = ["Known", "referred"]

_NAME = r"[\w.${}-]+"
_SPEC = re.compile(
    rf"(?:(?P<model>[\w.-]*):|(?P<package>[\w.-]+(?:/[\w.-]+)*)/)?(?P<resource>{_NAME})"
)

Known = Mapping[str, Mapping[str, Resource]]
"""Resources by the name of their model and their own."""


def referred(
    name: str,
    model: str,
    operation: str,
    known: Known,
    of_package: Callable[[str], Mapping[str, Resource] | None],
) -> Resource:
    """The resource that is meant; one without sources if its name depends on flags.

    Args:
        name: `RESOURCE`, `MODEL:RESOURCE` or `PACKAGE/RESOURCE`.
        model: Whose operation it is.
        operation: Who requires it.
        known: What is in the file.
        of_package: Gives the resources of a package; None if it is not installed.

    Raises:
        Misfit: If there is no such resource.
    """
    own = known.get(model, {})
    if name in own:
        return own[name]
    match = _SPEC.fullmatch(name)
    if match is None:
        raise Misfit(message=f"invalid dependency '{name}' in operation '{operation}'")
    if "${" in name:
        return Resource(name=name)
    found = own if match["model"] is None else known.get(match["model"])
    if found is None:
        hint = nearest(match["model"], filter(None, known))
        raise Misfit(
            message=f"model '{match['model']}' in resource '{name}' required by operation"
            f" '{operation}' is not defined{hint}"
        )
    if match["package"]:
        found = of_package(match["package"]) or {}
    if match["resource"] not in found:
        hint = nearest(match["resource"], found)
        what = "installed" if match["package"] else "defined"
        raise Misfit(
            message=f"resource '{name}' required by operation '{operation}' is not {what}{hint}"
        )
    return found[match["resource"]]
