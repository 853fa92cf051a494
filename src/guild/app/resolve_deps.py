"""Bring what an operation needs into its run, before it starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from attr import evolve

from guild.app.locate_source import Task
from guild.domain.depevents import DependencyNote, Downloading
from guild.domain.depresolve import (
    flag_name,
    given_value,
    is_always_resolved,
    record_names,
    with_resolved_references,
)
from guild.domain.errors import GuildError

if TYPE_CHECKING:
    from guild.app.ports.recording import Notify
    from guild.app.ports.run_store import RunStore
    from guild.app.ports.sources import RunTargets
    from guild.app.resolve_source import ResolveSource
    from guild.app.run_plan import RunPlan
    from guild.domain.dependency import Resource, Source
    from guild.domain.flags import FlagSet
    from guild.domain.run import Run

__all__ = ["ResolveDeps"]

_Records = dict[str, dict[str, object]]


class ResolveDeps:
    """Resolves the dependencies of runs.

    Attributes:
        store: Where it is recorded what was resolved.
        targets: Places in run directories.
        source: Resolves a source.
    """

    def __init__(self, *, store: RunStore, targets: RunTargets, source: ResolveSource) -> None:
        self.store = store
        self.targets = targets
        self.source = source

    def __call__(self, plan: RunPlan, run: Run, notify: Notify, *, progress: bool = True) -> None:
        """Resolve what the run needs and does not have yet.

        Every source that was resolved is on record at once, so that one that fails later does
        not make it be resolved again.

        Args:
            plan: Of the run, which is made and has its source code.
            run: The run.
            notify: Is told what happens.
            progress: Whether it is told how far downloads are.

        Raises:
            GuildError: If something is not there that the run can't do without.
        """
        self.targets.begin(run)
        before = _records(self.store.attr(run, "deps"))
        records: _Records = {}
        try:
            for resource, name in _named(plan.operation.requires):
                notify(DependencyNote(text=f"Resolving {resource.name}"))
                if not _is_known(plan, resource, notify):
                    continue
                other = resource.named_by is not None and bool(before) and name not in before
                known = before.get(name, {})
                kept = records.setdefault(name, {})
                for source, source_name in _named_sources(resource):
                    found = self._resolved(
                        _Context(plan, run, resource, notify, progress),
                        evolve(source, replace_existing=True) if other else source,
                        known.get(source_name),
                    )
                    if found is not None:
                        kept[source_name] = found
                        self.store.update(run, {"deps": _merged(before, records)})
        finally:
            self.targets.begin(run)
        self.store.update(run, {"deps": _some(records)})

    def _resolved(self, context: _Context, source: Source, known: object) -> object:
        """What is recorded of a source; None for nothing."""
        gone = known is not None and self._is_gone(context, known)
        if gone or (known is not None and _wants_other(context, source, known)):
            source = evolve(source, replace_existing=True)
        elif known is not None and not is_always_resolved(source):
            context.say(f"Skipping resolution of {source.shown_as} because it's already resolved")
            return known
        if source.kind == "operation" and context.plan.start.stage:
            context.say(f"Skipping resolution of {source.shown_as} because it's being staged")
            return None
        try:
            if gone and source.kind == "operation":
                self._check_there(source, context.plan.flags)
            return self._fresh(context, source)
        except GuildError as error:
            if source.optional:
                why = error.__cause__ if isinstance(error.__cause__, GuildError) else error
                context.say(
                    f"Could not resolve {source.shown_as} - skipping because dependency is"
                    f" optional ({why.message})"
                )
                return None
            if not context.plan.force_deps:
                hint = "\n".join(filter(None, (error.hint, source.help)))
                raise GuildError(f"{_NOT_MET}: {error.message}", hint) from error
            context.say(f"{_WARNED}: {error.on_one_line}", warning=True)
            return None

    def _is_gone(self, context: _Context, known: object) -> bool:
        """Whether what is on record is not in the run any more, or leads nowhere."""
        uri = known.get("uri") if isinstance(known, Mapping) else None
        return isinstance(uri, str) and self.targets.is_gone(context.run, uri)

    def _check_there(self, source: Source, flags: FlagSet) -> None:
        """Tell users of a run that is gone how to give another one."""
        given = given_value(source, flags)
        if given is None or "/" in given or any(i.startswith(given) for i in self.store.ids()):
            return
        raise GuildError(
            f"run {given} is not there any more; give another one by '{flag_name(source)}=RUN'"
        )

    def _fresh(self, context: _Context, source: Source) -> dict[str, object]:
        name = context.resource.name
        try:
            source = with_resolved_references(source, context.plan.flags, f"{name} resource")
            return self.source(
                Task(
                    plan=context.plan,
                    run=context.run,
                    resource=context.resource,
                    source=source,
                    say=context.say,
                    downloading=context.downloading,
                )
            )
        except GuildError as error:
            if error.message.startswith(_SAID_AS_IT_IS):
                raise
            raise GuildError(
                f"could not resolve '{source.shown_as}' in {name} resource: {error.message}",
                error.hint,
            ) from error


_WARNED = "a dependency was not met"
_NOT_MET = f"run failed because {_WARNED}"
_SAID_AS_IT_IS = ("unsupported target-type ", "invalid path ", "unable to link to ")


class _Context:
    """What a source is resolved for."""

    def __init__(
        self, plan: RunPlan, run: Run, resource: Resource, notify: Notify, progress: bool
    ) -> None:
        self.plan = plan
        self.run = run
        self.resource = resource
        self._notify = notify
        self._progress = progress

    def say(self, text: str, warning: bool = False) -> None:
        self._notify(DependencyNote(text=text, warning=warning))

    @property
    def downloading(self) -> Callable[[Downloading], None] | None:
        return self._notify if self._progress else None


def _is_known(plan: RunPlan, resource: Resource, notify: Notify) -> bool:
    """Whether the flags name a resource that there is; a warning says what is wrong with it.

    Raises:
        GuildError: If they don't, and the run can't do without.
    """
    if resource.named_by is None:
        return True
    from guild.domain.depnames import named

    try:
        named(resource, plan.flags, plan.name)
    except GuildError as error:
        if not plan.force_deps:
            raise GuildError(f"{_NOT_MET}: {error.message}", error.hint) from error
        notify(DependencyNote(text=f"{_WARNED}: {error.on_one_line}", warning=True))
        return False
    return True


def _wants_other(context: _Context, source: Source, known: object) -> bool:
    """Whether the user names something else by now than what was taken."""
    flags = context.plan.flags
    given = given_value(source, flags)
    if source.kind == "config" or not isinstance(known, Mapping):
        return False
    if (given is None or source.kind == "operation") and "${" in source.ref:
        try:
            now = with_resolved_references(source, flags, "").uri
        except GuildError:
            return True  # resolving it says what is wrong
        if now != known.get("uri"):
            return True
    if given is None:
        return False
    taken = known.get("config")
    if source.kind == "operation":
        return isinstance(taken, str) and not taken.startswith(given)
    return taken != given


def _named(resources: tuple[Resource, ...]) -> Iterator[tuple[Resource, str]]:
    return zip(resources, record_names([resource.name for resource in resources]), strict=True)


def _named_sources(resource: Resource) -> Iterator[tuple[Source, str]]:
    names = record_names([source.shown_as for source in resource.sources])
    return zip(resource.sources, names, strict=True)


def _records(value: object) -> _Records:
    """What is on record; what has another form counts as nothing."""
    if not isinstance(value, Mapping):
        return {}
    return {
        str(resource): {str(source): about for source, about in sources.items()}
        for resource, sources in value.items()
        if isinstance(sources, Mapping)
    }


def _merged(before: _Records, records: _Records) -> _Records:
    """What was resolved at an earlier start, and what was by now."""
    names = (*records, *(name for name in before if name not in records))
    return _some({n: {**before.get(n, {}), **records.get(n, {})} for n in names})


def _some(records: _Records) -> _Records:
    return {name: sources for name, sources in records.items() if sources}
