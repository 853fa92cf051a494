"""The steps of a pipeline, as they are written and as they are linked.

Source: reference 21-pipelines, sections 1 to 3 and 8.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.record import Record
from guild.domain.stepchecks import Check, parse_checks
from guild.domain.stepoptions import IGNORED, OPTIONS, parse_option
from guild.domain.stepreferences import parse_step_flags

__all__ = [
    "LinkKind",
    "LinkState",
    "ReadWords",
    "Step",
    "StepWords",
    "link_names",
    "model_spec",
    "parse_steps",
]


class StepWords(Record):
    """What the words of a `guild run` command line stand for.

    Attributes:
        opspec: The operation; None if none is named.
        flags: Assignments and batch files, as written.
        options: Values of the options that are written, by their names in a `RunRequest`.
    """

    opspec: str | None
    flags: tuple[str, ...] = ()
    options: Mapping[str, object] = MappingProxyType({})


ReadWords = Callable[[Sequence[str]], StepWords]
"""Understands the words after `guild run`; a `GuildError` says what is wrong with them."""


class Step(Record):
    """A step, with references to flags of the pipeline still in it.

    Attributes:
        name: As it is shown.
        opspec: The operation, as it is written.
        link: Name of the link to its run in the pipeline's.
        flags: Values for its run.
        assignments: What they were read from; nothing if they were written as values.
        files: Batch files, with their `@`.
        options: Of its run, by their names in a `RunRequest`.
        checks: What its run is expected to be like.
        isolated: Whether it only finds runs of the pipeline.
        warnings: A sentence each for what has no effect.
    """

    name: str
    opspec: str
    link: str
    flags: Mapping[str, FlagValue] = MappingProxyType({})
    assignments: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    options: Mapping[str, object] = MappingProxyType({})
    checks: tuple[Check, ...] = ()
    isolated: bool = True
    warnings: tuple[str, ...] = ()

    def typed(self, types: Mapping[str, str | None]) -> Step:
        """The step, with its flags read as their types want it.

        Args:
            types: Types of flags by name.
        """
        return self.replaced(flags=parse_step_flags(self.assignments, types))


class LinkKind(enum.Enum):
    """What is where a step's link is to be."""

    ABSENT = "absent"
    BROKEN = "broken"
    """A link to a directory that is not there: a deleted run, or one that was never made."""
    LINKED = "linked"
    OTHER = "other"
    """Something that is no link."""


class LinkState(Record):
    """What is where a step's link is to be.

    Attributes:
        kind: What it is.
        path: Absolute path of the link.
        target: Absolute directory that it leads to; empty if there is none.
    """

    kind: LinkKind
    path: str
    target: str = ""

    @property
    def run_path(self) -> str | None:
        """Absolute directory of the run to start again; None if a new one is to be made.

        Raises:
            GuildError: If neither can be.
        """
        if self.kind is LinkKind.OTHER:
            raise GuildError(f"unexpected step run link {self.path}: expected symlink")
        return self.target if self.kind is LinkKind.LINKED else None


def link_names(names: Iterable[str]) -> list[str]:
    """A link's name for each step: its own, with a number from the second of equal ones on.

    What can't be in the name of a file, or should not be, is replaced. All are different.
    """
    taken: set[str] = set()
    found = []
    for name in names:
        plain = re.sub(r"[ :/\\\0]", "-", name) or "step"
        if plain in (".", "..", ".guild"):
            plain = f"-{plain[1:]}"
        link, count = plain, 1
        while link in taken:
            count += 1
            link = f"{plain}_{count}"
        taken.add(link)
        found.append(link)
    return found


def parse_steps(raw: object, read: ReadWords) -> tuple[Step, ...]:
    """The steps of a pipeline.

    Args:
        raw: As written: a list of texts and maps.
        read: Understands the words of a step.

    Raises:
        GuildError: If one of them can't be understood.
    """
    if not isinstance(raw, list | tuple):
        raise GuildError(f"invalid steps data {raw!r}: expected list")
    steps = [_step(each, read) for each in raw]
    links = link_names(step.name for step in steps)
    return tuple(step.replaced(link=link) for step, link in zip(steps, links, strict=True))


def _step(raw: object, read: ReadWords) -> Step:
    if isinstance(raw, str):
        return _described({"run": raw}, read)
    if not isinstance(raw, Mapping):
        raise GuildError(f"invalid step data: {raw!r}")
    run = raw.get("run")
    if not isinstance(run, str) or not run.strip():
        raise GuildError(f"invalid step {dict(raw)!r}: must define run")
    return _described(raw, read)


def _described(raw: Mapping[object, object], read: ReadWords) -> Step:
    run = str(raw["run"])
    words = _words(run, read)
    opspec = raw.get("opspec") or words.opspec
    if opspec is None:
        raise GuildError(f"invalid run spec '{run}': it names no operation")
    written = {name: value for name, value in words.options.items() if name in OPTIONS}
    options = {**written, **_options(raw)}
    flags = tuple(word for word in words.flags if not word.startswith("@"))
    assignments = flags if "flags" not in raw else ()
    checks, odd_checks = parse_checks(raw.get("expect") or raw.get("checks"))
    return Step(
        name=str(raw.get("name") or words.opspec or opspec),
        opspec=str(opspec),
        link="",
        flags=_flags(raw["flags"]) if "flags" in raw else parse_step_flags(flags),
        assignments=assignments,
        files=tuple(word for word in words.flags if word.startswith("@")),
        options=options,
        checks=checks,
        isolated=raw.get("isolate-runs", True) is not False,
        warnings=(*_ignored(run, words), *odd_checks),
    )


def _words(run: str, read: ReadWords) -> StepWords:
    import shlex

    try:
        return read(shlex.split(run))
    except ValueError as error:
        raise GuildError(f"invalid run spec '{run}': {error}") from None
    except GuildError as error:
        raise GuildError(f"invalid run spec '{run}': {error.message}") from None


def _options(raw: Mapping[object, object]) -> dict[str, object]:
    """Options of a map, in which they have dashes; what is not said, or said to be off, isn't."""
    found: dict[str, object] = {}
    for key, value in raw.items():
        name = "" if "_" in str(key) else str(key).replace("-", "_")
        if name == "remote":
            raise GuildError(f"invalid step {dict(raw)!r}: steps cannot run on a remote")
        if name in OPTIONS:
            try:
                found[name] = parse_option(name, value)
            except ValueError as error:
                raise GuildError(f"invalid step {dict(raw)!r}: {key} {error}") from None
    return {name: value for name, value in found.items() if value is not None and value != ()}


def _flags(raw: object) -> dict[str, FlagValue]:
    """Flags of a map, or a list of maps and assignments."""
    if raw is None:
        return {}
    if isinstance(raw, list):
        found: dict[str, FlagValue] = {}
        for each in raw:
            found.update(parse_step_flags([each]) if isinstance(each, str) else _flags(each))
        return found
    if not isinstance(raw, Mapping):
        raise GuildError(f"invalid flags value {raw!r}")
    return {str(name): _default(value) for name, value in raw.items()}


def _default(value: FlagValue) -> FlagValue:
    if isinstance(value, dict) and "default" in value:
        return value["default"]
    return value


def _ignored(run: str, words: StepWords) -> list[str]:
    return [
        f"run parameter {name} used in '{run}' ignored"
        for name in sorted(words.options)
        if name not in OPTIONS and name not in IGNORED
    ]


def model_spec(opspec: str, model: str) -> str:
    """An operation with its model: the given one, if it is a name alone."""
    if not model or ":" in opspec or "/" in opspec:
        return opspec
    return f"{model}:{opspec}"
