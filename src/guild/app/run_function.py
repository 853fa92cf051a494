"""Run a function of this process: the one place where its run becomes real."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from guild.domain.draft import RunDraft
from guild.domain.errors import NoSuchRun
from guild.domain.flags import FlagSet
from guild.domain.labels import DEFAULT_LABEL, default_label, render
from guild.domain.opref import OpRef
from guild.domain.plainvalue import plain_flags
from guild.domain.process import Job
from guild.domain.record import Record
from guild.domain.run import Run

if TYPE_CHECKING:
    from guild.app.ports.launcher import JobLauncher
    from guild.app.start_run import StartRun
    from guild.domain.operation import OutputScalars

__all__ = ["FunctionCall", "FunctionFailed", "FunctionInterrupted", "RunFunction"]


class FunctionCall(Record):
    """A function to run.

    Attributes:
        name: Of the operation, without parentheses.
        function: Is called with the flags by name.
        flags: What it is called with. These may be any objects; the run keeps of them what
            `plain_flags` gives.
        label_template: See `render`; None for the default label.
        tags: Tags of the run.
        output_scalars: Patterns of scalars in what it prints, as `output-scalars` of a Guild
            file has them; None for the usual ones, False for none.
        attrs: Further attributes of the run.
    """

    name: str
    function: Callable[..., object]
    flags: FlagSet
    label_template: str | None = None
    tags: tuple[str, ...] = ()
    output_scalars: OutputScalars = None
    attrs: Mapping[str, object] = MappingProxyType({})


class _Ended(Exception):
    """A function did not return.

    Attributes:
        run: Its run.
        cause: What it raised.
    """

    def __init__(self, run: Run, cause: BaseException) -> None:
        super().__init__(run, cause)
        self.run = run
        self.cause = cause


class FunctionFailed(_Ended):
    """It raised an `Exception`."""


class FunctionInterrupted(_Ended):
    """It was ended by `KeyboardInterrupt`."""


class RunFunction:
    """Makes the runs of functions, and calls these.

    Attributes:
        start, make: Where runs are made and recorded.
        launcher: Calls functions.
    """

    def __init__(self, start: StartRun, launcher: JobLauncher) -> None:
        self.start = start
        self.make = start.make
        self.launcher = launcher

    def __call__(self, call: FunctionCall) -> tuple[Run, object]:
        """Make a run of the function and see it through.

        Returns:
            The run as it is then, and what the function returned.

        Raises:
            FunctionFailed: If the function raised an `Exception`.
            FunctionInterrupted: If it was interrupted.
            BaseException: Any other that the function raised.
            GuildError: If the run can't be made, or the function not be called. A run that was
                made stays, as failed.
        """
        flags = plain_flags(call.flags)
        run = self._made(call, flags)
        called = _Called(call)
        try:
            self.make.store.update(run, {"started": self.make.clock()})
            self.make.store.set_mark(run, None)
            job = self._job(call, run, called)
            recorder = self.start.recorder_of(
                run, job, flags=flags, output_scalars=call.output_scalars
            )
            self.launcher.launch(job, recorder, _nothing)
        except KeyboardInterrupt as error:
            self.start.give_up(run, error)
            raise FunctionInterrupted(self._now(run), error) from error
        except BaseException as error:
            self.start.give_up(run, error)
            raise
        return self._now(run), self._result(run, called)

    def _made(self, call: FunctionCall, flags: FlagSet) -> Run:
        run_id = self.make.ids()
        attrs: dict[str, object] = {
            "id": str(run_id),
            "initialized": self.make.clock(),
            "flags": dict(flags),
            "label": self._label(call, flags),
            "tags": list(call.tags) or None,
            **call.attrs,
        }
        return self.make.store.create(
            RunDraft(id=run_id, opref=OpRef("func", "", "", "", call.name), attrs=attrs)
        )

    def _label(self, call: FunctionCall, flags: FlagSet) -> str:
        default = default_label(flags)
        if call.label_template is None:
            return default
        return render(call.label_template, {**flags, DEFAULT_LABEL: default}, warn=self.start.warn)

    def _job(self, call: FunctionCall, run: Run, called: _Called) -> Job:
        return Job(
            args=(),
            env={"GUILD_HOME": self.make.settings.home},
            directory=run.path,
            name=call.name,
            run_id=run.id,
            capture=not self.make.settings.switched_on("NO_RUN_OUTPUT"),
            function=called,
        )

    def _now(self, run: Run) -> Run:
        try:
            return self.make.store.at(run.path)
        except NoSuchRun:
            return run  # deleted by the function

    def _result(self, run: Run, called: _Called) -> object:
        error = called.error
        if error is None:
            return called.result
        if isinstance(error, KeyboardInterrupt):
            raise FunctionInterrupted(self._now(run), error) from error
        if isinstance(error, Exception):
            raise FunctionFailed(self._now(run), error) from error
        raise error


class _Called:
    """Calls a function, and keeps what comes of it."""

    def __init__(self, call: FunctionCall) -> None:
        self._call = call
        self.result: object = None
        self.error: BaseException | None = None

    def __call__(self) -> object:
        try:
            self.result = self._call.function(**self._call.flags)
        except BaseException as error:
            self.error = error
            raise
        return self.result


def _nothing() -> None:
    """Functions are not told to stop."""
