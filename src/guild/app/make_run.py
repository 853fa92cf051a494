"""Make the runs that are planned: what is on record before a process starts."""

from __future__ import annotations

from collections.abc import Callable

from guild.app.run_plan import RunPlan
from guild.app.run_process import PLUGINS, command, environment
from guild.app.settings import Settings
from guild.domain.command import without_secrets
from guild.domain.draft import Mark, RunDraft
from guild.domain.errors import GuildError
from guild.domain.ids import RunId
from guild.domain.run import Run
from guild.domain.status import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from guild.app.ports.project import Revisions, SourceCopies
    from guild.app.ports.recording import Clock, IdSource, Notify, Surroundings
    from guild.app.ports.run_store import RunLocks, RunStore

    _T = TypeVar("_T")

__all__ = ["MakeRun"]

_COPIED_FROM_PROTO = (
    "sourcecode_digest",
    "vcs_commit",
    "host",
    "user",
    "platform",
    "plugins",
    "pip_freeze",
)
_COPYING = "sourcecode_copying"
"""Attribute of runs whose source code is not copied to its end."""
_FAILED = 1
_INTERRUPTED = -2


class MakeRun:
    """Makes new runs, takes over those that are started again, and completes both.

    Attributes:
        store, locks: The runs, and who works on which.
        sources, revisions, surroundings: What a run keeps of where it comes from.
        clock, ids: Times and new ids.
        settings: Where and for whom runs are made.
        warn: Is told, a sentence each, what could not be done on the way.
    """

    def __init__(
        self,
        *,
        store: RunStore,
        locks: RunLocks,
        sources: SourceCopies,
        revisions: Revisions,
        surroundings: Surroundings,
        clock: Clock,
        ids: IdSource,
        settings: Settings,
        warn: Callable[[str], None],
    ) -> None:
        self.store = store
        self.locks = locks
        self.sources = sources
        self.revisions = revisions
        self.surroundings = surroundings
        self.clock = clock
        self.ids = ids
        self.settings = settings
        self.warn = warn

    def made(self, plan: RunPlan) -> Run:
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
                **({_COPYING: True} if _copies(plan) else {}),
            },
        )
        return self.store.create(draft)

    def taken(self, plan: RunPlan) -> Run:
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
            self.store.reopen(run)
            self.store.update(
                run,
                self._attrs(plan),
                opref=plan.opref if plan.renewed else None,
                operation=plan.operation if plan.renewed else None,
            )
            return run
        except BaseException as error:
            self.give_up(run, error)
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
            "cmd": command(plan, self.settings),
            "flags": dict(plan.flags),
            "user_flags": dict(plan.user_flags),
            "run_params": dict(plan.params),
            "random_seed": plan.random_seed,
            "label": plan.label or None,
            "tags": list(plan.tags) or None,
            **plan.attrs,
            **({} if plan.pipeline is None else {"steps": plan.pipeline.steps}),
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
        if plan.inherited is not None:
            return dict(plan.inherited)
        if plan.proto is not None:
            return self.inherited(plan.proto)
        return {
            "host": self.settings.host,
            "user": self.settings.user,
            "platform": dict(self.surroundings.platform()),
            "plugins": PLUGINS,
        }

    def inherited(self, proto: Run) -> dict[str, object]:
        """What runs like another take over of its surroundings."""
        return {name: self.store.attr(proto, name) for name in _COPIED_FROM_PROTO}

    def source(self, plan: RunPlan, run: Run, notify: Notify) -> None:
        """Copy the source code of the project, or of the run that this one is to be like.

        Until that is done, an attribute tells that it is not: nobody runs half of it, whatever
        ends this process meanwhile.

        Raises:
            GuildError: If it can't be copied, or there is only a part of it where it is to be.
        """
        if not _copies(plan):
            self.check_source(run)
            return
        if plan.proto is not None and plan.source is None:
            self.check_source(plan.proto)
        if self.store.attr(run, _COPYING) is None:
            self.store.update(run, {_COPYING: True})
        self._copy(plan, run, notify)
        self.store.update(run, {_COPYING: None})

    def check_source(self, run: Run) -> None:
        """Refuse a run whose source code was never copied to its end.

        Raises:
            GuildError: If it was not.
        """
        if self.store.attr(run, _COPYING) is not None:
            raise GuildError(
                f"the source code of run {run.id} is not complete: copying it was interrupted",
                "Start it again with '--restart' and '--force-sourcecode', or run it anew.",
            )

    def was_prepared(self, run: Run) -> bool:
        """Whether a run got as far that it can be started again as it is, or is on its way."""
        if run.status not in (Status.ERROR, Status.TERMINATED):
            return True
        if run.started is None and run.exit_status is None:
            return False
        return self.store.attr(run, _COPYING) is None

    def _copy(self, plan: RunPlan, run: Run, notify: Notify) -> None:
        if plan.source is not None:
            attrs: dict[str, object] = {}
            if not self.settings.switched_on("NO_SOURCECODE"):
                attrs["sourcecode_digest"] = self.sources.take(plan.source, run, notify)
            if not self.settings.switched_on("NO_VCS_COMMIT"):
                root = plan.source.root
                attrs["vcs_commit"] = self._known(lambda: self.revisions.commit(root))
            self.store.update(run, attrs)
        elif plan.proto is not None:
            self.sources.copy_from(plan.proto, run)

    def packages(self) -> list[str] | None:
        """Installed packages; None if they are not to be recorded."""
        if self.settings.switched_on("NO_PIP_FREEZE"):
            return None
        return self._known(self.surroundings.packages)

    def _known(self, find: Callable[[], _T]) -> _T | None:
        """What is recorded of where a run comes from; that it can't be found is no failure."""
        try:
            return find()
        except GuildError as error:
            self.warn(error.on_one_line)
            return None

    def ready(self, plan: RunPlan, run: Run) -> None:
        """Record what is known just before the process starts."""
        attrs: dict[str, object] = {}
        resolved = bool(plan.operation.requires)
        if not resolved and (plan.restart is None or self.store.attr(run, "deps") is None):
            attrs["deps"] = {}
        if plan.proto is None and plan.pip_freeze:
            attrs["pip_freeze"] = self.packages()
        attrs["started"] = self.clock()
        env = environment(plan, run, self.settings)
        attrs["env"] = without_secrets(env, plan.operation.env_secrets)
        self.store.update(run, attrs)
        self.store.set_mark(run, None)

    def give_up(self, run: Run, error: BaseException) -> None:
        """Leave a run that could not be started as what it is. The error goes on its way."""
        status = _FAILED if isinstance(error, Exception) else _interrupted(error)
        try:
            if self.store.attr(run, "exit_status") is not None:
                return  # its process ran to its end: that is on record
            self.store.set_mark(run, None)
            self.store.finish(run, stopped=self.clock(), exit_status=status)
            self.locks.release(run)
        except GuildError as second:
            self.warn(second.on_one_line)


def _copies(plan: RunPlan) -> bool:
    return plan.source is not None or plan.proto is not None


def _interrupted(error: BaseException) -> int:
    from guild.domain.interruption import ToldToStop

    return -error.number if isinstance(error, ToldToStop) else _INTERRUPTED
