"""Carry out a batch: its trials run from the process that asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from guild.app.batch_plan import BatchPlan
from guild.app.batch_trials import planned_trials
from guild.app.batch_work import BatchWork
from guild.app.notify import ignore
from guild.app.run_plan import RunPlan, StartOptions
from guild.app.upcoming_trials import BatchRuns
from guild.domain.flags import FlagSet
from guild.domain.process import Exit
from guild.domain.run import Run

if TYPE_CHECKING:
    from guild.app.batch_tools import BatchTools
    from guild.app.outcomes import Outcome
    from guild.app.ports.recording import Notify

__all__ = ["Detach", "RunBatch"]

Detach = Callable[[Callable[[int], None]], int]
"""Goes on with work in a process of its own that outlives this one.

The work is given that process's id, which is returned here.
"""


class RunBatch:
    """Makes batches and runs them.

    Attributes:
        tools: What batches work with.
        versions: Versions of installed libraries by name.
        detach: Leaves a batch in the background.
    """

    def __init__(
        self,
        *,
        tools: BatchTools,
        versions: Callable[[Sequence[str]], Mapping[str, str]],
        detach: Detach,
    ) -> None:
        self.tools = tools
        self.versions = versions
        self.detach = detach

    def __call__(
        self,
        plan: BatchPlan,
        notify: Notify = ignore,
        *,
        progress: bool = False,
    ) -> Outcome:
        """Make the planned batch, or take the one to start again, and see its trials through.

        Args:
            plan: The batch.
            notify: Is told what happens.
            progress: Whether it is told how far the batch is.

        Raises:
            RunIsRunning: If another process started the batch in the meantime.
            GuildError: If it can't be prepared. Its run stays, as failed.
        """

        def work(run_plan: RunPlan, batch: Run) -> Exit:
            return self._work(plan, run_plan, batch, notify, progress)

        return self.tools.trials.start(
            plan.run,
            notify,
            prepare=lambda batch: self._furnish(plan, batch, notify),
            work=None if plan.program else work,
        )

    def _furnish(self, plan: BatchPlan, batch: Run, notify: Notify) -> Run:
        """Give the batch its template and what it is to do."""
        make = self.tools.trials.make
        libraries = plan.optimizer.libraries if plan.optimizer else ()
        # Before there is a template: with one, the batch can be started again.
        make.store.update(
            batch,
            {
                "objective": plan.objective.format(),
                "max_trials": plan.max_trials,
                "stage_trials": True if plan.program and plan.stage_trials else None,
                "optimizer_libraries": dict(self.versions(libraries)) or None,
            },
        )
        if plan.template is None:
            path = self.tools.trials.batches.template_path(batch)
            start = StartOptions(run_dir=path)
            rows = {"trials": plan.trial_rows} if plan.rows else {}
            trial = plan.trial.replaced(start=start, attrs={**plan.trial.attrs, **rows})
            template = make.made(trial)
            make.source(trial, template, notify)
            if trial.proto is None and trial.pip_freeze:
                make.store.update(template, {"pip_freeze": make.packages()})
            make.locks.release(template)
        else:
            make.locks.claim(plan.template)  # also from what was killed while it made it
            try:
                if plan.renewed:
                    self._renew(plan.trial, plan.template, notify)
                else:
                    make.check_source(plan.template)
            finally:
                make.locks.release(plan.template)
        return batch.replaced(proto=plan.trial.opref)

    def _renew(self, trial: RunPlan, template: Run, notify: Notify) -> None:
        """Have a template be what trials are like now; their source, if that is taken anew."""
        make = self.tools.trials.make
        make.store.update(
            template,
            {"flags": dict(trial.flags), "user_flags": dict(trial.user_flags)},
            opref=trial.opref if trial.renewed else None,
            operation=trial.operation if trial.renewed else None,
        )
        make.source(trial, template, notify)

    def _work(
        self,
        plan: BatchPlan,
        run_plan: RunPlan,
        batch: Run,
        notify: Notify,
        progress: bool,
    ) -> Exit:
        template = self.tools.trials.batches.template(batch)
        assert template is not None
        job = self.tools.trials.start.job(run_plan, batch)
        recorder = self.tools.trials.start.recorder(run_plan, batch, job)
        trial = self.tools.trials.plan_like(plan.trial, template)

        def work(notify: Notify, pid: int | None = None) -> Exit:
            return BatchWork(
                plan=plan,
                runs=BatchRuns(batch=batch, template=template, trial=trial),
                recorder=recorder,
                notify=notify,
                pid=pid,
                progress=progress,
                tools=self.tools,
            ).run()

        if not run_plan.start.background:
            return work(notify)

        def detached(pid: int) -> None:
            recorder.started(pid)
            if work(ignore, pid).status == 0 and run_plan.delete_on_success:
                self.tools.trials.make.store.delete([batch])

        return Exit(status=0, running=True, pid=self.detach(detached))

    def planned(self, plan: BatchPlan) -> list[FlagSet]:
        """The flags of all trials that the plan comes to.

        Raises:
            GuildError: If each trial depends on those before it.
        """
        return planned_trials(plan, self.tools.sampler, self.tools.searches)
