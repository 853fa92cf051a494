"""Pipelines that would run themselves."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping

from guild.domain.guildfile import Model, OperationDef
from guild.domain.pipeline import model_spec

__all__ = ["step_cycle"]


def step_cycle(models: Iterable[Model]) -> tuple[OperationDef, ...]:
    """Operations of which each is a step of the one before, and the first one of the last.

    Empty if there are none. Steps that can't be understood, or name no operation of these
    models in full, are passed over.
    """
    known = {
        f"{model.name}:{operation.name}" if model.name else operation.name: (model, operation)
        for model in models
        for operation in model.operations
        if operation.steps
    }
    done: set[str] = set()
    for start in known:
        cycle = _cycle_from(start, known, done)
        if cycle:
            return tuple(known[name][1] for name in cycle)
    return ()


def _cycle_from(
    start: str, known: Mapping[str, tuple[Model, OperationDef]], done: set[str]
) -> list[str]:
    """Names of a cycle that is come to from a pipeline; what leads to none becomes `done`."""
    path = [start]
    left = [_steps(start, known)]
    while path:
        name = next((step for step in left[-1] if step not in done), None)
        if name is None:
            done.add(path.pop())
            left.pop()
        elif name in path:
            return path[path.index(name) :]
        else:
            path.append(name)
            left.append(_steps(name, known))
    return []


def _steps(name: str, known: Mapping[str, tuple[Model, OperationDef]]) -> list[str]:
    """Names of the pipelines that are steps of one."""
    model, operation = known[name]
    specs = (_opspec(step) for step in operation.steps or ())
    names = (model_spec(spec, model.name).removeprefix(":") for spec in specs if spec)
    return [step for step in names if step in known]


def _opspec(step: object) -> str | None:
    if isinstance(step, Mapping):
        step = step.get("opspec") or step.get("run")
    if not isinstance(step, str):
        return None
    try:
        words = shlex.split(step)
    except ValueError:
        return None
    return next((word for word in words if word[:1] not in ("-", "@") and "=" not in word), None)
