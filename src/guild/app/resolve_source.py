"""Bring the files of one source into a run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from guild.domain.depresolve import replaces_existing, target_type
from guild.domain.depselect import selected, target_dir, target_of
from guild.domain.errors import GuildError
from guild.domain.manifest import ManifestEntry

if TYPE_CHECKING:
    from guild.app.locate_source import Found, LocateSource, Task

__all__ = ["ResolveSource"]


class ResolveSource:
    """Resolves single sources.

    Attributes:
        locate: Finds what sources are of.
        ports: Where they come from, and where they go.
    """

    def __init__(self, locate: LocateSource) -> None:
        self.locate = locate
        self.ports = locate.ports

    def __call__(self, task: Task) -> dict[str, object]:
        """Bring a source's files into the run.

        Returns:
            What is recorded of it.

        Raises:
            GuildError: If it can't be resolved.
        """
        source = task.source
        if source.kind == "module":
            self._check_module(task)
            return {"uri": source.uri, "paths": []}
        link = target_type(task.resource, source) == "link"
        directory = target_dir(task.resource, source)
        found = self.locate(task)
        self._post_process(task, found)
        names = self._names(task, found)
        if not names:
            self._tell_empty(task)
        elif _preserves_path(task) and directory:
            task.say(
                f"target-path '{directory}' of {source.shown_as} is ignored because of"
                " preserve-path",
                warning=True,
            )
            directory = ""
        paths = (self._placed(task, found, name, directory, link) for name in names)
        return _record(found, [path for path in paths if path is not None])

    def _placed(
        self, task: Task, found: Found, name: str, directory: str, link: bool
    ) -> str | None:
        """Bring a file into the run; its own path relative to the run. None if it stays out."""
        parent, _, base = name.rpartition("/")
        kept = "/".join(filter(None, (found.prefix, parent))) if _preserves_path(task) else ""
        target = target_of(directory, kept, base, task.source.rename)
        placed = self.ports.targets.place(
            task.run,
            f"{found.base}/{name}",
            target,
            link=link,
            replace=replaces_existing(task.source),
        )
        if placed.exists:
            what = "link" if link else "copy"
            if not placed.same:
                task.say(f"{placed.target} already exists, skipping {what}", warning=True)
            return None
        if placed.skipped:
            left_out = ", ".join(placed.skipped)
            task.say(f"not copied, no regular files: {left_out}", warning=True)
        subpath = name if found.inside else ""
        entry = ManifestEntry("d", target, placed.sha1, found.uri, subpath)
        self.ports.targets.record(task.run, [entry])
        return placed.source

    def _check_module(self, task: Task) -> None:
        run, plan, module = task.run.path, task.plan, task.source.ref
        own = plan.start.python_path or (f"{run}/{plan.operation.source_dest}",)
        more = plan.operation.command.env.get("PYTHONPATH", "").split(":")
        beside = (path if path.startswith("/") else f"{run}/{path}" for path in more if path)
        missing = self.ports.modules.missing(module, (*own, *beside), plan.python_exe)
        if missing is not None:
            raise GuildError(f"No module named '{missing}'")

    def _post_process(self, task: Task, found: Found) -> None:
        command, resource = task.source.post_process, task.resource
        if command is None:
            return
        try:
            self.ports.post_processes.run(
                _with_project_paths(command, task.roots),
                found.cache_dir,
                f"{found.uri}\n{found.base}",
                lambda directory: task.say(
                    f"Post processing {resource.name} resource in {directory}: '{command}'"
                ),
            )
        except GuildError as error:
            raise GuildError(
                f"error post processing {resource.name} resource: {error.message}", error.hint
            ) from error

    def _names(self, task: Task, found: Found) -> tuple[str, ...]:
        """Which files are taken, relative to what they are in."""
        wanted = task.source.select
        if not wanted:
            return found.names
        if not found.inside:
            return tuple(selected(wanted, found.names))
        follow = task.source.kind == "operation"  # its files may be links to those of other runs
        return tuple(selected(wanted, self.ports.files.entries(found.base, follow_links=follow)))

    def _tell_empty(self, task: Task) -> None:
        text = f"nothing resolved for {task.source.shown_as}"
        if task.source.fail_if_empty:
            raise GuildError(text)
        if task.source.warn_if_empty:
            task.say(text, warning=True)


def _preserves_path(task: Task) -> bool:
    return task.source.preserve_path or task.resource.preserve_path


def _record(found: Found, paths: Iterable[str]) -> dict[str, object]:
    record: dict[str, object] = {"uri": found.uri, "paths": list(paths)}
    if found.config is not None:
        record["config"] = found.config
    return record


def _with_project_paths(command: str, roots: tuple[str, ...]) -> str:
    """A command with paths of the project for `$(project-src PATH)`."""
    import re

    from guild.domain.words import quoted_word

    root = roots[0] if roots else "."
    return re.sub(
        r"\$\(project-src ([^)]*)\)",
        lambda match: quoted_word(f"{root}/{match[1].strip()}"),
        command,
    )
