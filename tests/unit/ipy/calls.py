"""Calls of functions, and what runs them without a directory."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field

from guild.app.run_function import FunctionCall
from guild.domain.flags import FlagSet
from guild.domain.ids import RunId
from guild.domain.run import Run
from guild.domain.status import Status
from guild.domain.timestamps import Timestamp

__all__ = ["RanRun", "Runner", "call_of"]


def call_of(function: Callable[..., object], flags: FlagSet | None = None) -> FunctionCall:
    """A call of a function by its name."""
    return FunctionCall(
        name=function.__name__,
        function=function,
        flags=flags or FlagSet(),
        label_template=None,
        tags=(),
        output_scalars=None,
        attrs={"kept": "yes"},
    )


@define
class RanRun:
    """Stands for the handle of a run."""

    id: str
    value: Run


@define
class Runner:
    """Runs functions in this process, and keeps which calls it was given."""

    calls: list[FunctionCall] = field(factory=list)

    def __call__(self, call: FunctionCall) -> tuple[RanRun, object]:
        self.calls.append(call)
        number = len(self.calls)
        result = call.function(**call.flags)
        value = Run(
            id=RunId(f"run{number}"),
            path=f"/runs/run{number}",
            status=Status.COMPLETED,
            started=Timestamp(number),
            flags=call.flags,
        )
        return RanRun(value.id, value), result
