"""Pipelines whose steps lead back to themselves: they would never end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from guild.domain.guildfile import Model, OperationDef

__all__ = ["step_cycle"]

Operation = tuple[str, str]
"""Model and name."""


def step_cycle(models: Iterable[Model]) -> list[Operation]:
    """Pipelines of which each runs the next, and the last the first, which is named once more.

    Empty if there are none. Only operations of the file count.
    """
    pipelines = {
        (model.name, op.name): op
        for model in models
        for op in model.operations
        if op.steps is not None
    }
    below = {
        name: list(dict.fromkeys(_runs(name[0], op, pipelines))) for name, op in pipelines.items()
    }
    done: set[Operation] = set()
    for start in pipelines:
        cycle = _from(start, below, done)
        if cycle:
            return cycle
    return []


def _from(
    start: Operation, below: Mapping[Operation, list[Operation]], done: set[Operation]
) -> list[Operation]:
    """A cycle that can be reached from a pipeline; those without one are added to `done`."""
    path: dict[Operation, list[Operation]] = {}
    pending = [start]
    while pending:
        name = pending[-1]
        if name not in path:
            path[name] = list(below[name])
        following = path[name]
        while following and following[-1] in done:
            following.pop()
        if not following:
            done.add(name)
            del path[name]
            pending.pop()
            continue
        following_one = following.pop()
        if following_one in path:
            return [*pending[pending.index(following_one) :], following_one]
        pending.append(following_one)
    return []


def _runs(
    model: str, op: OperationDef, pipelines: Mapping[Operation, OperationDef]
) -> Iterable[Operation]:
    """The pipelines of the file that a pipeline runs."""
    for step in op.steps or ():
        spec = step.get("run") if isinstance(step, dict) else step
        words = spec.split() if isinstance(spec, str) else []
        if not words:
            continue
        own, colon, name = words[0].partition(":")
        target = (own, name) if colon else (model, words[0])
        if target in pipelines:
            yield target
