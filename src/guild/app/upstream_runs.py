"""The runs that operation sources stand for: when a run is planned, and when it starts."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from guild.domain.depresolve import (
    flag_name,
    given_value,
    target_type,
    with_references,
    with_resolved_references,
)
from guild.domain.errors import GuildError, NoSuchRun
from guild.domain.ids import RunId
from guild.domain.run import newest_first
from guild.domain.upstream import chosen_run, operation_specs

if TYPE_CHECKING:
    from guild.app.ports.run_store import RunStore
    from guild.domain.dependency import Resource, Source
    from guild.domain.flags import FlagSet, FlagValue
    from guild.domain.run import Run
    from guild.domain.upstream import UpstreamSpec

__all__ = ["rechosen_flags", "settled_flags", "upstream_run"]

_FULL_ID = 32


def upstream_run(
    store: RunStore, source: Source, given: str | None, *, staged: bool = False
) -> Run:
    """The run that an operation source stands for.

    Args:
        store: The runs.
        source: The source.
        given: The run's id, or how it starts, as the user gave it; None for the one that is
            marked or the latest.
        staged: Whether it may be one that is yet to be started.

    Raises:
        GuildError: If there is none.
    """
    specs = operation_specs(source.ref)
    runs = _possible_runs(store, specs, given)
    found = chosen_run(runs, specs, given=given or "", staged=staged)
    if found is None:
        raise _no_run(store, specs, given)
    return found


def _no_run(store: RunStore, specs: Sequence[UpstreamSpec], given: str | None) -> GuildError:
    wanted = ",".join(spec.text for spec in specs)
    which = f" with an id that starts with '{given}'" if given else ""
    if store.parent is None:
        hint = f"Is there a run of it? 'guild runs -Fo {specs[0].text}' lists them."
        return GuildError(f"no suitable run for {wanted}{which}", hint)
    hint = "Other runs are found by steps with 'isolate-runs: no' only."
    if given and len(given) == _FULL_ID:
        return GuildError(f"run {given} is not one of those of the pipeline", hint)
    return GuildError(f"no suitable run for {wanted}{which} among those of the pipeline", hint)


def _possible_runs(store: RunStore, specs: Sequence[UpstreamSpec], given: str | None) -> list[Run]:
    """Runs that may be meant, newest first; of others no more than the operation is read."""
    found = []
    ids = store.ids_of(lambda name: any(spec.may_match(name) for spec in specs))
    if given is not None and given not in ids:
        ids.append(RunId(given))
    for run_id in ids:
        try:
            found.append(store.get(run_id))
        except NoSuchRun:
            continue  # not there, or deleted just now
    return sorted(found, key=newest_first)


def settled_flags(
    store: RunStore,
    resources: Iterable[Resource],
    flags: FlagSet,
    absolute: Callable[[str], str],
    warn: Callable[[str], None],
    *,
    known: Mapping[str, FlagValue] | None = None,
) -> FlagSet:
    """The flags, those of dependencies as they are shown and kept: full ids, absolute paths.

    Args:
        store: The runs.
        resources: What is required.
        flags: Values as they are so far.
        absolute: Gives an absolute path for one as users write it.
        warn: Is told of operations of which there is no run.
        known: Values that are settled already.
    """
    settled: dict[str, FlagValue] = {}
    for resource in resources:
        for source in resource.sources:
            name = flag_name(source)
            if name is None or name not in flags or name in settled:
                continue
            value = flags[name]
            if known is not None and value == known.get(name):
                continue
            if isinstance(value, list):
                found: FlagValue = [
                    _settled(store, resource, source, {**flags, name: one}, absolute, warn)
                    for one in value
                ]
            else:
                found = _settled(store, resource, source, flags, absolute, warn)
            if found != value:
                settled[name] = found
    return flags.merged(settled) if settled else flags


def _settled(
    store: RunStore,
    resource: Resource,
    source: Source,
    flags: Mapping[str, FlagValue],
    absolute: Callable[[str], str],
    warn: Callable[[str], None],
) -> FlagValue:
    given = given_value(source, flags)
    current = flags.get(flag_name(source) or "")
    if source.kind != "operation":
        is_path = given is not None and not given.startswith(("http:", "https:"))
        return absolute(given) if given is not None and is_path else current
    if given is not None and "/" in given:
        return absolute(given)
    try:
        source = with_resolved_references(source, flags, f"{resource.name} resource")
        return str(upstream_run(store, source, given, staged=True).id)
    except GuildError:
        if not source.optional:
            warn(f"cannot find a suitable run for required resource '{source.shown_as}'")
        return current


def rechosen_flags(
    store: RunStore,
    resources: Iterable[Resource],
    flags: FlagSet,
    *,
    before: FlagSet,
    given: Container[str],
    warn: Callable[[str], None],
) -> FlagSet:
    """The flags of a run that starts again, with other runs where those Guild chose can't count.

    Those are runs of what the references of a source named before, and runs that are not there
    any more. Of the latter, copies do still; and where there is no other run, they stay.

    Args:
        store: The runs.
        resources: What is required.
        flags: Values by now.
        before: Values at the earlier start.
        given: Names or aliases of flags that the user gave, by now or before.
        warn: Is told of operations of which there is no run.
    """
    found: dict[str, FlagValue] = {}
    for resource in resources:
        where = f"{resource.name} resource"
        for source in resource.sources:
            name = flag_name(source)
            if source.kind != "operation" or name is None or name in found:
                continue
            if name in given or (name == source.uri and source.ref in given):
                continue
            value = flags.get(name)
            if not isinstance(value, str) or "/" in value or value != before.get(name):
                continue
            try:
                now = with_resolved_references(source, flags, where)
                other = now.ref != with_references(source.ref, before, where)
                if other or (
                    target_type(resource, source) == "link" and not _is_there(store, value)
                ):
                    found[name] = None if other else value
                    found[name] = str(upstream_run(store, now, None, staged=True).id)
            except GuildError:
                if name in found and found[name] is None and not source.optional:
                    warn(f"cannot find a suitable run for required resource '{source.shown_as}'")
    return flags.merged(found) if found else flags


def _is_there(store: RunStore, run_id: str) -> bool:
    try:
        store.get(run_id)
    except NoSuchRun:
        return False
    return True
