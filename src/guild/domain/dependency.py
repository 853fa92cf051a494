"""What an operation needs before it can run: files, other runs, modules.

Source: reference 23-dependencies.
"""

from __future__ import annotations

from collections.abc import Mapping

from attr import Factory, frozen

from guild.domain.flags import FlagValue
from guild.domain.value import Value

__all__ = ["Rename", "Resource", "Select", "Source", "additional_resource", "is_additional"]


@frozen(kw_only=True, eq=False, repr=False)
class Select(Value):
    """Which of a source's files are wanted.

    Attributes:
        pattern: Regular expression for a whole path relative to the source.
        reduce: `min` or `max` to take only the match whose first group is the smallest or the
            largest number; None for all matches.
    """

    pattern: str
    reduce: str | None = None


@frozen(kw_only=True, eq=False, repr=False)
class Rename(Value):
    """Another name for files.

    Attributes:
        pattern: Regular expression that is looked for in base names.
        repl: What its matches become, with `\\1` for groups and `${flag}` for flag values.
    """

    pattern: str
    repl: str


@frozen(kw_only=True, eq=False, repr=False)
class Source(Value):
    """Where something comes from.

    Attributes:
        kind: `file`, `url`, `operation`, `module` or `config`.
        ref: The path, the address, the operations with `,` between them, or the module.
        name: What users call it.
        flag_name: The flag by which users give another one; False for none, None for what its
            kind has by default.
        select: Which files are taken; empty for what its kind has by default.
        rename: Other names for them; the first that changes a name counts.
        target_path: Directory relative to the run's that they go to; None for the resource's.
        target_type: `copy` or `link`; None for the resource's.
        unpack: Whether archives are unpacked; None for what the resource says.
        archive: `zip`, `tar` or `gzip`; None to go by the name of the file.
        sha256: What it must hash to, hexadecimal.
        post_process: Shell command that is run once over what was unpacked or downloaded.
        params: Values for a config file.
        optional: Whether the run goes on without it.
        warn_if_empty, fail_if_empty: What happens if there is no file to take.
        replace_existing: Whether files that are there already give way.
        always_resolve: Whether it is resolved again when the run is restarted.
        preserve_path: Whether the directory part of its path is kept in the run.
        help: A line for users where it can't be resolved.
    """

    kind: str
    ref: str
    name: str | None = None
    flag_name: str | bool | None = None
    select: tuple[Select, ...] = ()
    rename: tuple[Rename, ...] = ()
    target_path: str | None = None
    target_type: str | None = None
    unpack: bool | None = None
    archive: str | None = None
    sha256: str | None = None
    post_process: str | None = None
    params: Mapping[str, FlagValue] = Factory(dict)
    optional: bool = False
    warn_if_empty: bool = True
    fail_if_empty: bool = False
    replace_existing: bool = False
    always_resolve: bool = False
    preserve_path: bool = False
    help: str = ""

    @property
    def uri(self) -> str:
        """As it is recorded: `file:data/a.txt`, `https://host/data.zip`."""
        return self.ref if self.kind == "url" else f"{self.kind}:{self.ref}"

    @property
    def shown_as(self) -> str:
        """As users are told of it."""
        return self.name or (
            self.flag_name if isinstance(self.flag_name, str) and self.flag_name else self.uri
        )


@frozen(kw_only=True, eq=False, repr=False)
class Resource(Value):
    """Sources that belong together.

    Attributes:
        name: As it is recorded and as users are told of it.
        sources: Where it comes from.
        description: For help.
        target_path: Directory relative to the run's that its files go to; None for that one.
        target_type: `copy` or `link`; None for what each kind of source has by default.
        unpack: Whether archives are unpacked unless their source says.
        preserve_path: Whether directory parts of paths are kept in the run.
        roots: Absolute directories that relative paths are looked for in, in this order.
        named_by: How an operation names it, if only a run can tell which one that is: by
            `${flag}` references, or in a package that is not there. None if it is this one.
        among: Those that it may be, by the names that operations use for them.
    """

    name: str
    sources: tuple[Source, ...] = ()
    description: str = ""
    target_path: str | None = None
    target_type: str | None = None
    unpack: bool = True
    preserve_path: bool = False
    roots: tuple[str, ...] = ()
    named_by: str | None = None
    among: Mapping[str, Resource] = Factory(dict)


def additional_resource(name: str, path: str) -> Resource:
    """What users add to a run by `--dep`: a link to a file or a directory.

    Args:
        name: As they wrote it.
        path: Its absolute path.
    """
    source = Source(kind="file", ref=path, name=name, flag_name=False, target_type="link")
    return Resource(name=name, sources=(source,), unpack=False)


def is_additional(resource: Resource) -> bool:
    """Whether it is an `additional_resource`."""
    refs = [source.ref for source in resource.sources]
    return len(refs) == 1 and resource == additional_resource(resource.name, refs[0])
