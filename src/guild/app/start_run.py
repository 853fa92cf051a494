"""Carry out a plan: the one place where a run becomes real."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from guild.app.notify import ignore
from guild.app.record_run import RunRecorder
from guild.app.run_plan import Finished, RunPlan
from guild.app.settings import Settings
from guild.domain.command import command_line, is_secret, process_env, without_secrets
from guild.domain.draft import Mark, RunDraft
from guild.domain.errors import GuildError, RunIsRunning
from guild.domain.events import RunInterrupted, RunStarted
from guild.domain.ids import RunId
from guild.domain.outputscan import OutputScanner
from guild.domain.process import Exit, Job
from guild.domain.run import Run

if TYPE_CHECKING:
    from guild.app.outcomes import Outcome, Staged
    from guild.app.ports.launcher import Launcher
    from guild.app.ports.project import Revisions, SourceCopies
    from guild.app.ports.recording import (
        Clock,
        IdSource,
        Notify,
        OutputLogs,
        ScalarLogs,
        Surroundings,
    )
    from guild.app.ports.run_files import RunFiles
    from guild.app.ports.run_store import RunLocks, RunStore

__all__ = ["StartRun"]

_COPIED_FROM_PROTO = (
    "sourcecode_digest",
    "vcs_commit",
    "host",
    "user",
    "platform",
    "plugins",
    "pip_freeze",
)
_PLUGINS = ["python_script"]
_FAILED = 1
_INTERRUPTED = -2


@frozen(eq=False, repr=False)
class StartRun:
    """Makes runs and starts them."""

    store: RunStore
    locks: RunLocks
    launcher: Launcher
    outputs: OutputLogs
    scalars: ScalarLogs
    sources: SourceCopies
    revisions: Revisions
    surroundings: Surroundings
    files: RunFiles
    clock: Clock
    ids: IdSource
    settings: Settings
    warn: Callable[[str], None]

    def __call__(self, plan: RunPlan, notify: Notify = ignore) -> Outcome:
        """Make the planned run, or take the one to start again, and see it through.

        Raises:
            RunIsRunning: If another process started it in the meantime.
            GuildError: If it can't be prepared or started. The run stays, as failed.
        """
        run = self._taken(plan) if plan.restart else self._made(plan)
        try:
            self._prepare_source(plan, run, notify)
            if plan.start.stage:
                return self._staged(plan, run)
            self._ready(plan, run)
            plan = self._with_pidfile(plan)
            exit = self._launched(plan, run, notify)
        except RunIsRunning:
            raise  # it is another process's by now: not ours to say how it ended
        except BaseException as error:
            self._give_up(run, error)
            raise
        return self._outcome(plan, run, exit)

    def _made(self, plan: RunPlan) -> Run:
        run_id = RunId(plan.start.run_id or self.ids())
        if plan.start.run_dir is not None:
            run_id = RunId(plan.start.run_dir.rstrip("/").rpartition("/")[2])
        draft = RunDraft(
            id=run_id,
            opref=plan.opref,
            operation=plan.operation,
            path=plan.start.run_dir,
            attrs={
                "id": str(run_id),
                "initialized": self.clock(),
                **self._attrs(plan),
                **self._surroundings(plan),
            },
        )
        return self.store.create(draft)

    def _taken(self, plan: RunPlan) -> Run:
        """Own the run to start again, as if it had never ended."""
        assert plan.restart is not None
        run = plan.restart
        self.locks.claim(run)
        try:
            self._check_unchanged(run)
        except BaseException:
            self.locks.release(run)
            raise
        try:
            self.store.set_mark(run, Mark.PENDING)
            ended = {"exit_status": None, "stopped": None}
            self.store.update(
                run,
                {**ended, **self._attrs(plan)},
                opref=plan.opref if plan.renewed else None,
                operation=plan.operation if plan.renewed else None,
            )
            return run
        except BaseException as error:
            self._give_up(run, error)
            raise

    def _check_unchanged(self, planned: Run) -> None:
        """Refuse a run that another process started while this one was planning."""
        now = self.store.at(planned.path)
        if (now.started, now.exit_status, now.flags) != (
            planned.started,
            planned.exit_status,
            planned.flags,
        ):
            raise GuildError(
                f"cannot restart run {planned.id}: another process started it meanwhile",
                "Look at it with 'guild runs info' and try again.",
            )

    def _attrs(self, plan: RunPlan) -> dict[str, object]:
        attrs: dict[str, object] = {
            "cmd": self._command(plan),
            "flags": dict(plan.flags),
            "user_flags": dict(plan.user_flags),
            "run_params": dict(plan.params),
            "random_seed": plan.random_seed,
            "label": plan.label or None,
            "tags": list(plan.tags) or None,
        }
        if plan.comment:
            attrs["comments"] = [self._comment(plan.comment)]
        return attrs

    def _comment(self, body: str) -> dict[str, object]:
        return {
            "body": body,
            "host": self.settings.host,
            "time": self.clock(),
            "user": self.settings.user,
        }

    def _surroundings(self, plan: RunPlan) -> dict[str, object]:
        if plan.proto is not None:
            proto = plan.proto
            return {name: self.store.attr(proto, name) for name in _COPIED_FROM_PROTO}
        return {
            "host": self.settings.host,
            "user": self.settings.user,
            "platform": dict(self.surroundings.platform()),
            "plugins": _PLUGINS,
        }

    def _prepare_source(self, plan: RunPlan, run: Run, notify: Notify) -> None:
        if plan.source is not None:
            digest = self.sources.take(plan.source, run, notify)
            attrs: dict[str, object] = {"sourcecode_digest": digest}
            if not self.settings.switched_on("NO_VCS_COMMIT"):
                attrs["vcs_commit"] = self.revisions.commit(plan.source.root)
            self.store.update(run, attrs)
        elif plan.proto is not None:
            self.sources.copy_from(plan.proto, run)

    def _staged(self, plan: RunPlan, run: Run) -> Staged:
        env = {name: value for name, value in self._env(plan, run).items() if not is_secret(name)}
        self.files.write_staged_env(run, env)
        self.store.update(run, {"started": self.clock()})
        self.store.set_mark(run, Mark.STAGED)
        self.locks.release(run)
        from guild.app.outcomes import Staged

        return Staged(run, tuple(self._command(plan)))

    def _ready(self, plan: RunPlan, run: Run) -> None:
        """Record what is known just before the process starts."""
        attrs: dict[str, object] = {}
        if plan.restart is None or self.store.attr(run, "deps") is None:
            attrs["deps"] = {}
        if plan.proto is None and not self.settings.switched_on("NO_PIP_FREEZE"):
            attrs["pip_freeze"] = self.surroundings.packages()
        attrs["started"] = self.clock()
        attrs["env"] = without_secrets(self._env(plan, run))
        self.store.update(run, attrs)
        self.store.set_mark(run, None)

    def _with_pidfile(self, plan: RunPlan) -> RunPlan:
        """The plan with a file that a process id can be written to, if one is needed."""
        if not plan.start.background:
            return plan
        pidfile = self.files.write_pidfile(plan.start.pidfile, 0)
        return evolve(plan, start=evolve(plan.start, pidfile=pidfile))

    def _launched(self, plan: RunPlan, run: Run, notify: Notify) -> Exit:
        self.files.reserve(run)
        notify(RunStarted(run))
        job = self._job(plan, run)
        return self.launcher.launch(
            job, self._recorder(plan, run, job), lambda: notify(RunInterrupted(run))
        )

    def _outcome(self, plan: RunPlan, run: Run, exit: Exit) -> Outcome:
        if exit.running:
            from guild.app.outcomes import Background

            return Background(run, self.files.write_pidfile(plan.start.pidfile, exit.pid or 0))
        deleted = plan.delete_on_success and exit.status == 0
        if deleted:
            self.store.delete([run])
        return Finished(run, exit.status, deleted)

    def _job(self, plan: RunPlan, run: Run) -> Job:
        env = self._env(plan, run)
        return Job(
            args=tuple(self._command(plan)),
            env=env,
            directory=run.path,
            name=plan.name,
            run_id=run.id,
            capture=env.get("NO_RUN_OUTPUT", "") in ("", "0"),
            merge_streams=env.get("SYNC_RUN_OUTPUT", "") not in ("", "0"),
            echo=not plan.start.quiet,
            background=plan.start.background,
            stop_after_s=plan.start.stop_after_s,
        )

    def _recorder(self, plan: RunPlan, run: Run, job: Job) -> RunRecorder:
        return RunRecorder(
            run=run,
            store=self.store,
            locks=self.locks,
            files=self.files,
            clock=self.clock,
            output_log=self.outputs.open(run) if job.capture else None,
            scalar_log=self.scalars.open(run),
            scanner=self._scanner(plan) if job.capture else None,
        )

    def _scanner(self, plan: RunPlan) -> OutputScanner | None:
        configured = plan.operation.output_scalars
        if configured is None:
            return OutputScanner(None, plan.flags)
        from guild.domain.outputpatterns import compile_patterns

        patterns = compile_patterns(configured)
        for warning in patterns.warnings:
            self.warn(warning)
        return None if patterns.disabled else OutputScanner(patterns, plan.flags)

    def _command(self, plan: RunPlan) -> list[str]:
        return command_line(plan.operation.command, plan.flags, self.settings.python_exe)

    def _env(self, plan: RunPlan, run: Run) -> dict[str, str]:
        dest = plan.operation.source_dest
        told: Mapping[str, str] = {
            "RUN_DIR": run.path,
            "RUN_ID": run.id,
            "GUILD_HOME": self.settings.home,
            "GUILD_OP": plan.opref.to_opspec(),
            "GUILD_SOURCECODE": ":".join(plan.start.python_path) or dest,
            "GUILD_PLUGINS": ",".join(_PLUGINS),
            "CMD_DIR": self.settings.cwd,
            "LOG_LEVEL": self.settings.env.get("LOG_LEVEL", "20"),
            **plan.start.env,
        }
        return process_env(
            self.settings.env,
            plan.operation.command,
            plan.flags,
            told,
            (*(plan.start.python_path or (dest,)), self.settings.guild_path),
        )

    def _give_up(self, run: Run, error: BaseException) -> None:
        """Leave a run that could not be started as what it is. The error goes on its way."""
        status = _FAILED if isinstance(error, Exception) else _INTERRUPTED
        try:
            if self.store.attr(run, "exit_status") is not None:
                return  # its process ran to its end: that is on record
            self.store.set_mark(run, None)
            self.store.update(run, {"stopped": self.clock(), "exit_status": status})
            self.locks.release(run)
        except GuildError as second:
            self.warn(str(second))
