"""Find what a source of a dependency is of: files, unpacked, downloaded or made by other runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from guild.domain.depresolve import archive_type, given_value
from guild.domain.errors import GuildError
from guild.domain.record import Record
from guild.domain.run import Run

if TYPE_CHECKING:
    from guild.app.ports.run_contents import RunContents
    from guild.app.ports.run_store import RunStore
    from guild.app.ports.sources import (
        Archives,
        ConfigCopies,
        Downloads,
        Modules,
        PostProcesses,
        RunTargets,
        SourceFiles,
    )
    from guild.app.run_plan import RunPlan
    from guild.domain.dependency import Resource, Source
    from guild.domain.depevents import Downloading
    from guild.domain.flagdef import FlagDef
    from guild.domain.flags import FlagValue

__all__ = ["Found", "LocateSource", "Say", "SourcePorts", "Task"]


class SourcePorts(Record):
    """Where sources come from, and where they go."""

    files: SourceFiles
    downloads: Downloads
    archives: Archives
    modules: Modules
    configs: ConfigCopies
    post_processes: PostProcesses
    targets: RunTargets


class Say(Protocol):
    """Is told a line."""

    def __call__(self, text: str, warning: bool = False) -> None: ...


class Task(Record):
    """A source to be resolved.

    Attributes:
        plan: Of the run.
        run: The run.
        resource: What the source belongs to.
        source: The source, its references to flags resolved.
        say: Is told what is done.
        downloading: Is told how far downloads are; None for nobody.
    """

    plan: RunPlan
    run: Run
    resource: Resource
    source: Source
    say: Say
    downloading: Callable[[Downloading], None] | None = None

    @property
    def given(self) -> str | None:
        """What the user gave instead of the source."""
        return given_value(self.source, self.plan.flags)

    @property
    def roots(self) -> tuple[str, ...]:
        """Absolute directories that relative paths are looked for in."""
        project = self.plan.project_dir
        return self.resource.roots or ((project,) if project else ())


class Found(Record):
    """What a source is of.

    Attributes:
        base: Absolute directory.
        names: Paths relative to it that are taken where nothing is selected.
        uri: As recorded.
        inside: Whether the names are parts of the source: members of an archive, files of a
            run or a directory.
        prefix: Directory part of the source's own path, to be kept on request.
        config: What the user gave instead of it.
        cache_dir: Where commands may change what was unpacked or downloaded.
    """

    base: str
    names: tuple[str, ...]
    uri: str
    inside: bool = False
    prefix: str = ""
    config: str | None = None
    cache_dir: str | None = None


class LocateSource:
    """Finds what sources are of.

    Attributes:
        store, contents: The runs, and their files.
        ports: Where other sources come from.
        absolute: Gives an absolute path for one as users write it.
    """

    def __init__(
        self,
        *,
        store: RunStore,
        contents: RunContents,
        ports: SourcePorts,
        absolute: Callable[[str], str],
    ) -> None:
        self.store = store
        self.contents = contents
        self.ports = ports
        self.absolute = absolute

    def __call__(self, task: Task) -> Found:
        """What the source is of; it is there then, downloaded or unpacked where that is needed.

        Raises:
            GuildError: If it can't be had.
        """
        given = task.given
        match task.source.kind:
            case "operation":
                return self._of_operation(task, given)
            case "config":
                return self._config(task, given)
            case "url" if given is None or given.startswith(("http:", "https:")):
                return self._downloaded(task, given)
            case _:
                return self._of_path(task, given)

    def _downloaded(self, task: Task, given: str | None) -> Found:
        if given is not None:
            task.say(f"Using {given} for {task.source.shown_as}")
        url = given or task.source.ref
        path = self.ports.downloads.fetch(url, task.source.sha256, task.downloading)
        directory, _, name = path.rpartition("/")
        found = Found(base=directory, names=(name,), uri=url, config=given, cache_dir=directory)
        return self._unpacked(task, found, path)

    def _of_path(self, task: Task, given: str | None) -> Found:
        path = self._path(task, given)
        self._check_hash(task.source, path)
        found = self._file(task, path, given)
        if not self.ports.files.is_dir(path):
            return self._unpacked(task, found, path)
        if not task.source.select:
            return found
        prefix = "/".join(filter(None, (found.prefix, path.rpartition("/")[2])))
        return found.replaced(base=path, names=(), inside=True, prefix=prefix)

    def _config(self, task: Task, given: str | None) -> Found:
        path = self._path(task, given)
        self._check_hash(task.source, path)
        values = _config_values(task.source.params, task.plan)
        made = self.ports.configs.generate(task.run, path, values)
        base, _, name = made.rpartition("/")
        return self._file(task, path, given).replaced(base=base, names=(name,))

    def _file(self, task: Task, path: str, given: str | None) -> Found:
        source = task.source
        parent, _, name = path.rpartition("/")
        relative = given is None and not source.ref.startswith("/")
        return Found(
            base=parent,
            names=(name,),
            uri=source.uri if given is None else f"{source.kind}:{path}",
            prefix=_parent(source.ref) if relative else "",
            config=given,
        )

    def _unpacked(self, task: Task, found: Found, path: str) -> Found:
        """What is in a file, if it is an archive that is to be unpacked."""
        told = task.source.unpack
        if not (task.resource.unpack if told is None else told):
            return found
        kind = archive_type(task.source, path)
        if kind is None:
            return found
        base = self.ports.archives.unpack(path, kind, lambda: task.say(f"Unpacking {path}"))
        names = tuple(self.ports.files.names(base))
        return found.replaced(base=base, names=names, inside=True, prefix="", cache_dir=base)

    def _of_operation(self, task: Task, given: str | None) -> Found:
        if given is not None and "/" in given:
            return self._of_directory(task, given)
        from guild.app.upstream_runs import upstream_run

        source = task.source
        upstream = upstream_run(self.store, source, given)
        if upstream.id == task.run.id:
            raise GuildError(f"run {upstream.id} cannot depend on itself")
        task.say(f"Using run {upstream.id} for {source.shown_as}")
        names = () if source.select else self._made_by(upstream)
        config = str(upstream.id)
        return Found(base=upstream.path, names=names, uri=source.uri, inside=True, config=config)

    def _of_directory(self, task: Task, given: str) -> Found:
        """A directory that stands for a run."""
        path = self.ports.files.find(self.absolute(given), ())
        if path is None or not self.ports.files.is_dir(path):
            raise GuildError(f"{self.absolute(given)} is not a directory")
        task.say(f"Using {path} for {task.source.shown_as}")
        names = tuple(self.ports.files.names(path))
        return Found(base=path, names=names, uri=task.source.uri, inside=True, config=given)

    def _made_by(self, run: Run) -> tuple[str, ...]:
        from guild.app.ports.run_contents import FileKind
        from guild.domain.upstream import taken_names

        return tuple(
            taken_names(
                (
                    entry.path,
                    entry.is_dir,
                    entry.kind is FileKind.GENERATED,
                    entry.kind is FileKind.DEPENDENCY,
                )
                for entry in self.contents.entries(run)
            )
        )

    def _path(self, task: Task, given: str | None) -> str:
        """The file or directory that the source or the user names."""
        files, source = self.ports.files, task.source
        if given is not None:
            path = self.absolute(given)
            if files.find(path, ()) is None:
                raise GuildError(f"{path} does not exist")
            task.say(f"Using {path} for {source.shown_as}")
            return path
        found = files.find(source.ref, task.roots)
        if found is None:
            raise GuildError(f"cannot find source file '{source.ref}'")
        return found

    def _check_hash(self, source: Source, path: str) -> None:
        if source.sha256 is None or self.ports.files.is_dir(path):
            return
        actual = self.ports.files.sha256(path)
        if actual != source.sha256.lower():
            raise GuildError(
                f"'{path}' has an unexpected sha256 (expected {source.sha256} but got {actual})"
            )


def _parent(path: str) -> str:
    """The directory part of a relative path, as far as it may be kept in a run."""
    parts = [part for part in path.rstrip("/").split("/")[:-1] if part not in ("", ".", "..")]
    return "/".join(parts)


def _config_values(params: Mapping[str, FlagValue], plan: RunPlan) -> dict[str, FlagValue]:
    """Values for a config file: those of the source, and over them those of flags.

    Flags that only name dependencies have no place in it.
    """
    from guild.domain.depresolve import dependency_flags

    others = {flag.name for flag in dependency_flags(plan.operation.requires)}
    values = dict(params)
    for name, value in plan.flags.items():
        if value is not None and name not in others:
            known = plan.operation.command.flags.get(name) or plan.flag_defs.get(name)
            values[(known.arg_name if known else None) or name] = _parts(known, value)
    return values


def _parts(known: FlagDef | None, value: FlagValue) -> FlagValue:
    """A value that is to be split, as a list."""
    if known is None or not known.arg_split or not isinstance(value, str):
        return value
    from guild.domain.flagtext import decode
    from guild.domain.words import split_words

    return [decode(word) for word in split_words(value, known.arg_split)]
