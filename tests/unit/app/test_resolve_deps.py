"""Bringing what operations need into their runs: what is told and recorded, in which order."""

from __future__ import annotations

import pytest
from attr import evolve

from guild.adapters.memory.store import MemoryRunStore
from guild.app.locate_source import Task
from guild.app.resolve_deps import ResolveDeps
from guild.app.run_plan import RunPlan, StartOptions
from guild.app.upstream_runs import rechosen_flags, settled_flags
from guild.domain.dependency import Resource, Source
from guild.domain.depevents import DependencyNote
from guild.domain.draft import RunDraft
from guild.domain.errors import GuildError
from guild.domain.events import Event
from guild.domain.flags import FlagSet
from guild.domain.ids import RunId
from guild.domain.operation import CommandSpec, RecordedOperation
from guild.domain.opref import OpRef
from guild.domain.run import Run

TRAIN = OpRef("guildfile", "/p/guild.yml", "1", "", "train")
PREP = OpRef("guildfile", "/p/guild.yml", "1", "", "prep")
A, B = Source(kind="file", ref="a"), Source(kind="file", ref="b")
UP = Source(kind="operation", ref="prep")


class Sources:
    """Resolves everything but sources named in `missing`.

    Attributes:
        missing: What can't be resolved.
        resolved: What was, in order.
        gone: What is in the run no more, as it is recorded.
        began: How often the places of a run were cleared.
    """

    def __init__(self) -> None:
        self.missing: set[str] = set()
        self.gone: set[str] = set()
        self.resolved: list[Source] = []
        self.began = 0

    def begin(self, run: Run) -> None:
        self.began += 1

    def is_gone(self, run: Run, uri: str) -> bool:
        return uri in self.gone

    def __call__(self, task: Task) -> dict[str, object]:
        source = task.source
        if source.ref in self.missing:
            raise GuildError(f"no {source.ref}", "Look for it.")
        self.resolved.append(source)
        return {"uri": source.uri, "paths": [f"../{source.ref}"]}


class Scene:
    """A run that is made, and what is told while its dependencies are resolved."""

    def __init__(self) -> None:
        self.store = MemoryRunStore()
        self.run = self.made("aaa", TRAIN)
        self.sources = Sources()
        self.told: list[str] = []

    def made(self, run_id: str, opref: OpRef) -> Run:
        attrs = {"exit_status": 0, "started": len(self.store.ids())}
        run = self.store.create(RunDraft(id=RunId(run_id), opref=opref, attrs=attrs))
        self.store.set_mark(run, None)
        return run

    def resolve(self, *sources: Source, stage: bool = False, force: bool = False) -> list[str]:
        """Resolve one resource of these sources. Returns the lines that are told."""
        return self.resolve_all(Resource(name="r", sources=sources), stage=stage, force=force)

    def resolve_all(
        self, *resources: Resource, stage: bool = False, force: bool = False, **flags: str
    ) -> list[str]:
        self.told = []
        resolve = ResolveDeps(
            store=self.store,
            targets=self.sources,  # type: ignore[arg-type]  # what is needed of them here
            source=self.sources,  # type: ignore[arg-type]  # called like one
        )
        resolve(plan(resources, stage, force, flags), self.run, self.hear)
        return self.told

    def hear(self, event: Event) -> None:
        assert isinstance(event, DependencyNote)
        self.told.append(f"WARNING: {event.text}" if event.warning else event.text)

    @property
    def deps(self) -> object:
        return self.store.attr(self.run, "deps")


def plan(
    resources: tuple[Resource, ...], stage: bool, force: bool, flags: dict[str, str]
) -> RunPlan:
    return RunPlan(
        name="train",
        opref=TRAIN,
        operation=RecordedOperation(command=CommandSpec(args=()), requires=resources),
        flags=FlagSet(dict(flags)),
        flag_defs={},
        user_flags={},
        label="",
        params={},
        random_seed=1,
        start=StartOptions(stage=stage),
        force_deps=force,
    )


@pytest.fixture
def scene() -> Scene:
    return Scene()


def record(source: Source) -> dict[str, object]:
    return {"uri": source.uri, "paths": [f"../{source.ref}"]}


def test_each_resource_is_told_and_recorded(scene: Scene) -> None:
    one, two = Resource(name="one", sources=(A,)), Resource(name="two", sources=(B, UP))

    assert scene.resolve_all(one, two) == ["Resolving one", "Resolving two"]
    assert scene.deps == {
        "one": {"file:a": record(A)},
        "two": {"file:b": record(B), "operation:prep": record(UP)},
    }


def test_things_of_one_name_are_recorded_apart(scene: Scene) -> None:
    resource = Resource(name="r", sources=(A, A))

    scene.resolve_all(resource, resource)

    both = {"file:a": record(A), "file:a (2)": record(A)}
    assert scene.deps == {"r": both, "r (2)": both}


def test_what_is_resolved_is_not_resolved_again(scene: Scene) -> None:
    scene.resolve(A)

    assert scene.resolve(A, B) == [
        "Resolving r",
        "Skipping resolution of file:a because it's already resolved",
    ]
    assert scene.sources.resolved == [A, B]
    assert scene.deps == {"r": {"file:a": record(A), "file:b": record(B)}}


def test_what_is_always_resolved_is_resolved_again(scene: Scene) -> None:
    again, config = evolve(A, always_resolve=True), Source(kind="config", ref="c")
    scene.resolve(again, config)
    scene.resolve(again, config)

    assert scene.sources.resolved == [again, config] * 2


def test_what_references_name_by_now_replaces_what_they_named(scene: Scene) -> None:
    resource = Resource(name="r", sources=(Source(kind="file", ref="${which}"),))
    scene.resolve_all(resource, which="a")
    assert scene.resolve_all(resource, which="b") == ["Resolving r"]
    scene.resolve_all(resource, which="b")

    first, second = scene.sources.resolved
    assert (first.ref, first.replace_existing) == ("a", False)
    assert (second.ref, second.replace_existing) == ("b", True)
    assert scene.deps == {"r": {"file:${which}": record(B)}}


def test_what_is_gone_is_resolved_again(scene: Scene) -> None:
    scene.resolve(A)
    scene.sources.gone = {"file:a"}

    assert scene.resolve(A) == ["Resolving r"]
    assert scene.sources.resolved == [A, evolve(A, replace_existing=True)]


def test_a_run_that_is_gone_is_named_with_how_to_give_another(scene: Scene) -> None:
    resource = Resource(name="r", sources=(evolve(UP, flag_name="prep"),))
    scene.resolve_all(resource)
    scene.sources.gone = {"operation:prep"}

    with pytest.raises(GuildError) as told:
        scene.resolve_all(resource, prep="bbb")

    assert told.value.message.endswith(
        "run bbb is not there any more; give another one by 'prep=RUN'"
    )


def test_what_is_required_no_more_is_recorded_no_more(scene: Scene) -> None:
    scene.resolve(A, B)
    scene.resolve(B)

    assert scene.deps == {"r": {"file:b": record(B)}}


def test_a_failure_is_told_with_what_helps(scene: Scene) -> None:
    scene.sources.missing = {"b"}

    with pytest.raises(GuildError) as told:
        scene.resolve(A, evolve(B, help="Ask for it."), UP)

    assert told.value.message == (
        "run failed because a dependency was not met: could not resolve 'file:b' in r resource:"
        " no b"
    )
    assert told.value.hint == "Look for it.\nAsk for it."
    assert scene.sources.resolved == [A]
    assert scene.sources.began == 2


def test_what_was_resolved_before_a_failure_is_not_resolved_again(scene: Scene) -> None:
    scene.resolve(B, UP)
    scene.sources.missing = {"c"}
    with pytest.raises(GuildError):
        scene.resolve(A, Source(kind="file", ref="c"), B)

    assert scene.deps == {
        "r": {"file:b": record(B), "operation:prep": record(UP), "file:a": record(A)}
    }


def test_an_optional_source_may_be_missing(scene: Scene) -> None:
    scene.sources.missing = {"a"}

    assert scene.resolve(evolve(A, optional=True), B)[1:] == [
        "Could not resolve file:a - skipping because dependency is optional (no a)",
    ]
    assert scene.deps == {"r": {"file:b": record(B)}}


def test_users_may_go_on_without_what_is_missing(scene: Scene) -> None:
    scene.sources.missing = {"a"}

    assert scene.resolve(A, B, force=True)[1:] == [
        "WARNING: a dependency was not met: could not resolve 'file:a' in r resource: no a"
        " - Look for it.",
    ]
    assert scene.sources.resolved == [B]


def test_runs_of_operations_are_chosen_at_the_start(scene: Scene) -> None:
    assert scene.resolve(UP, A, stage=True)[1:] == [
        "Skipping resolution of operation:prep because it's being staged",
    ]
    assert scene.deps == {"r": {"file:a": record(A)}}

    scene.resolve(UP, A)

    assert scene.sources.resolved == [A, UP]


def test_damaged_records_count_as_nothing(scene: Scene) -> None:
    scene.store.update(scene.run, {"deps": ["r", 1]})

    assert scene.resolve(A) == ["Resolving r"]


def settled(store: MemoryRunStore, *sources: Source, **flags: str | None) -> dict[str, object]:
    warnings: list[str] = []
    resource = Resource(name="r", sources=sources)
    given = FlagSet({name.replace("_", ":"): value for name, value in flags.items()})
    found = settled_flags(store, (resource,), given, lambda path: f"/cwd/{path}", warnings.append)
    return {**found, **({"warnings": warnings} if warnings else {})}


def test_flags_of_operations_become_ids(scene: Scene) -> None:
    scene.made("abc", PREP)
    scene.made("bcd", PREP)

    assert settled(scene.store, UP, operation_prep=None) == {"operation:prep": "bcd"}
    assert settled(scene.store, UP, operation_prep="a") == {"operation:prep": "abc"}
    assert settled(scene.store, UP, operation_prep="x/y") == {"operation:prep": "/cwd/x/y"}


def test_flags_of_operations_without_runs_stay_and_are_told(scene: Scene) -> None:
    assert settled(scene.store, UP, operation_prep=None) == {
        "operation:prep": None,
        "warnings": ["cannot find a suitable run for required resource 'operation:prep'"],
    }
    optional = evolve(UP, optional=True)
    assert settled(scene.store, optional, operation_prep=None) == {"operation:prep": None}


def rechosen(store: MemoryRunStore, source: Source, *given: str, **flags: str) -> object:
    before = FlagSet({"operation:prep": "bbb", "src": "prep"})
    source = evolve(source, flag_name="operation:prep")
    warnings: list[str] = []
    found = rechosen_flags(
        store,
        (Resource(name="r", sources=(source,)),),
        before.merged(flags),
        before=before,
        given=given,
        warn=warnings.append,
    )
    return warnings or found["operation:prep"]


def test_runs_that_guild_chose_are_chosen_anew_where_they_are_gone(scene: Scene) -> None:
    assert rechosen(scene.store, UP) == "bbb"
    scene.made("abc", PREP)
    assert rechosen(scene.store, UP) == "abc"
    assert rechosen(scene.store, UP, "operation:prep") == "bbb"
    assert rechosen(scene.store, evolve(UP, target_type="copy")) == "bbb"
    scene.made("bbb", PREP)
    assert rechosen(scene.store, UP) == "bbb"


def test_runs_are_chosen_anew_where_references_name_another_operation(scene: Scene) -> None:
    source = Source(kind="operation", ref="${src}")
    scene.made("bbb", PREP)
    warned = ["cannot find a suitable run for required resource 'operation:prep'"]
    assert rechosen(scene.store, source, src="train") == "aaa"
    assert rechosen(scene.store, source, src="other") == warned
    assert rechosen(scene.store, source, "operation:prep", src="train") == "bbb"


def test_flags_of_files_become_absolute_paths_where_users_give_them(scene: Scene) -> None:
    source = evolve(A, flag_name="d")

    assert settled(scene.store, source, d="a") == {"d": "a"}
    assert settled(scene.store, source, d="x") == {"d": "/cwd/x"}
