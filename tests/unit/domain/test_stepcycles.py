"""Pipelines that would run themselves."""

from __future__ import annotations

from guild.domain.guildfile import Model, OperationDef
from guild.domain.stepcycles import step_cycle


def model(name: str = "", **operations: tuple[object, ...] | None) -> Model:
    defined = [OperationDef(name=each, steps=steps) for each, steps in operations.items()]
    return Model(name=name, operations=tuple(defined))


def cycle(*models: Model) -> list[str]:
    return [operation.name for operation in step_cycle(models)]


def test_a_step_that_is_the_pipeline_is_a_cycle() -> None:
    assert cycle(model(a=("a x=1",))) == ["a"]


def test_cycles_are_found_behind_other_steps() -> None:
    found = cycle(
        model(x=("t", "a"), a=("t", {"run": "'b' --needed"}), b=("c",), c=("a",), t=None)
    )

    assert found == ["a", "b", "c"]


def test_the_same_step_twice_is_no_cycle() -> None:
    assert cycle(model(a=("b", "b", "c"), b=("c",), c=("t", "b.py"), t=None)) == []


def test_models_are_told_apart() -> None:
    one = model("m", a=("b",), b=("n:b",))

    assert cycle(one, model("n", b=("t",))) == []
    assert cycle(one, model("n", b=("m:a",))) == ["a", "b", "b"]


def test_what_is_no_step_is_passed_over() -> None:
    assert cycle(model(a=(1, None, "'", {"name": "a"}, "x=1", "--needed", ["a"]))) == []


def test_long_chains_are_followed() -> None:
    steps: dict[str, tuple[object, ...]] = {f"a{n}": (f"a{n + 1}",) for n in range(3000)}

    operations = tuple(OperationDef(name=name, steps=each) for name, each in steps.items())
    assert step_cycle([Model(name="", operations=operations)]) == ()
