"""Trials of functions whose runs are values, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from guild.adapters.memory.scalars import MemoryScalarFile, MemoryScalarSource
from guild.adapters.optimizers.here import SearchesHere
from guild.adapters.system.sampling import sample
from guild.app.function_search import FunctionSearch, FunctionTrialsPlan
from guild.app.function_trials import FunctionTrials
from guild.app.ports import optimizer as port
from guild.domain.choice import Choice
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet
from guild.domain.ids import RunId
from guild.domain.lognote import LogNote
from guild.domain.run import Run
from guild.domain.status import Status
from guild.domain.timestamps import Timestamp
from tests.unit.app.batchworld import Optimizer

__all__ = ["FunctionWorld", "Values", "asked"]

Values = Mapping[str, object]


def asked(**options: object) -> FunctionSearch:
    """What is asked for: nothing but what is said."""
    given: dict[str, object] = {
        "lists": {},
        "ranges": {},
        "fixed": FlagSet(),
        "options": {},
        **options,
    }
    return FunctionSearch(**given)  # type: ignore[arg-type]  # of any of its types


class FunctionWorld:
    """Tries what is planned.

    Attributes:
        optimizers: By name; `random`, and `gp` which learns from trials.
        log: What was told.
        tried: What the trials had, in the order they ran.
        recorded: What their runs say of it.
        loss: What a trial reports as `loss`; None for nothing.
        scalars: What runs reported.
        status: How trials end.
    """

    def __init__(self, *, find: Callable[[str], port.Optimizer | None] | None = None) -> None:
        flags = (
            FlagDef(name="random-starts", default=1, type="int", min=0),
            FlagDef(name="prev-trials", default="batch"),
            FlagDef(name="xi", default=0.05, type="float"),
            FlagDef(name="acq-func", default="EI", choices=(Choice("EI"), Choice("PI"))),
        )
        self.optimizers = {
            "random": Optimizer("random", sequential=False),
            "gp": Optimizer("gp", sequential=True, flags=flags),
        }
        self.log: list[LogNote] = []
        self.tried: list[Values] = []
        self.scalars = MemoryScalarSource()
        self.loss: Callable[[Values], float | None] = lambda _: None
        self.status = Status.COMPLETED
        self._find = find or self.optimizers.get
        self._runs: list[Run] = []

    def trials(self) -> FunctionTrials:
        return FunctionTrials(
            optimizers=self._find,
            sampler=sample,
            searches=SearchesHere(),
            scalars=self.scalars,
            seeds=lambda: 2**32 + 42,
            log=self.log.append,
        )

    def plan(self, **options: object) -> FunctionTrialsPlan:
        return self.trials().plan(asked(**options))

    def run(self, **options: object) -> list[Values]:
        """Plan trials and try all of them."""
        trials = self.trials()
        for values in trials.values(trials.plan(asked(**options)), self._ended):
            self.tried.append(values)
            self._keep(values)
        return self.tried

    @property
    def lines(self) -> list[str]:
        """What was told, each with its level."""
        return [f"{note.level}: {note.text}" for note in self.log]

    def _keep(self, values: Values) -> None:
        number = len(self._runs) + 1
        run = Run(
            id=RunId(f"run{number}"),
            path=f"/runs/run{number}",
            status=self.status,
            started=Timestamp(number),
            flags=FlagSet(dict.fromkeys(values, "as recorded")),
        )
        self._runs.append(run)
        loss = self.loss(values)
        if loss is not None:
            file = MemoryScalarFile(ino=number, values=[("loss", loss, 0)])
            self.scalars.runs[run.path] = {"events.out.tfevents.1": file}

    def _ended(self, but: Iterable[RunId]) -> Iterator[Run]:
        left_out = set(but)
        return (run for run in self._runs if run.id not in left_out)
