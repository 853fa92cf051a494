"""What runs can be asked for by name: in filters, columns and `guild select --attr`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from guild.domain.run import Run
from guild.domain.scalarsummary import ScalarSummary
from guild.domain.status import Status
from guild.domain.timestamps import Timestamp, format_duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

__all__ = [
    "FormatTime",
    "RawAttribute",
    "Summaries",
    "find_scalar",
    "run_attribute",
    "run_duration",
    "run_lookup",
    "run_source",
    "scalars_meant",
]

FormatTime: TypeAlias = Callable[[Timestamp], str]
"""Writes a point in time as local time."""

RawAttribute: TypeAlias = Callable[[str], object]
"""Reads a stored attribute of one run; None if it is missing or can't be read."""

Summaries: TypeAlias = Callable[[Run], Sequence[ScalarSummary]]
"""Reads the scalars of a run, sorted by prefix, then tag."""

_DIGEST = 8
"""Characters of a source code digest that people need."""


def run_attribute(
    run: Run, name: str, raw: RawAttribute, format_time: FormatTime, now: Timestamp
) -> object:
    """An attribute of a run: derived, taken from the run, or else as stored.

    `run` and `short_id` are the short id, `from` is what `run_source` gives, `op` and `model`
    (or `op_model`) are the bare names, `sourcecode` is the start of the digest, `started` and
    `stopped` are texts and `time` is what `run_duration` gives. `label` and `tags` are None
    when empty; `marked` is always true or false.

    Args:
        now: The present, for how long a run has been running.

    Returns:
        A plain value, None if the run has no such attribute.
    """
    match name:
        case "started":
            return _formatted(run.started, format_time)
        case "stopped":
            return _formatted(run.stopped, format_time)
        case "time":
            return run_duration(run, now)
        case "from":
            return run_source(run)
    getter = _GETTERS.get(name)
    return raw(name) if getter is None else getter(run)


_GETTERS: dict[str, Callable[[Run], object]] = {
    "id": lambda run: run.id,
    "run": lambda run: run.short_id,
    "short_id": lambda run: run.short_id,
    "operation": lambda run: run.operation,
    "op": lambda run: run.opref.op if run.opref else None,
    "model": lambda run: run.opref.model or None if run.opref else None,
    "op_model": lambda run: run.opref.model or None if run.opref else None,
    "sourcecode": lambda run: (run.sourcecode_digest or "")[:_DIGEST] or None,
    "sourcecode_digest": lambda run: run.sourcecode_digest,
    "status": lambda run: run.status.value,
    "label": lambda run: run.label or None,
    "tags": lambda run: list(run.tags) or None,
    "marked": lambda run: run.marked,
    "exit_status": lambda run: run.exit_status,
}


def run_duration(run: Run, now: Timestamp) -> str | None:
    """How long a run took, or has been running, as `H:MM:SS`; None if neither is known."""
    end = now if run.status is Status.RUNNING else run.stopped
    if run.started is None or end is None:
        return None
    return format_duration(run.started, end)


def run_source(run: Run) -> str | None:
    """Where a run's operation comes from.

    The path of a Guild file, the directory of a script, or `PACKAGE==VERSION`; None for
    functions and the like.
    """
    if run.opref is None or not run.opref.pkg_name:
        return None
    match run.opref.pkg_type:
        case "guildfile" | "script":
            return run.opref.pkg_name
        case "package" | "builtin":
            return f"{run.opref.pkg_name}=={run.opref.pkg_version}"
        case _:
            return None


def run_lookup(
    run: Run,
    raw: RawAttribute,
    summaries: Summaries,
    format_time: FormatTime,
    now: Timestamp,
) -> Callable[[str], object]:
    """A lookup of names in a run, for filter expressions.

    `attr:NAME`, `flag:NAME` and `scalar:KEY` say where to look; a bare name is looked for as
    attribute, flag and scalar, and the first that is not None counts. A scalar's value is its
    last one, nan being None. Scalars are read when the first of them is asked for, and once.

    Args:
        run, raw, format_time, now: As for `run_attribute`.
    """
    known: list[Sequence[ScalarSummary]] = []

    def attribute(name: str) -> object:
        return run_attribute(run, name, raw, format_time, now)

    def scalar(key: str) -> object:
        if not known:
            known.append(summaries(run))
        found = find_scalar(known[0], key)
        return found.last if found and found.last == found.last else None

    sources: dict[str, Callable[[str], object]] = {
        "attr": attribute,
        "flag": run.flags.get,
        "scalar": scalar,
    }

    def lookup(name: str) -> object:
        kind, colon, rest = name.partition(":")
        if colon and kind in sources:
            return sources[kind](rest)
        values = (source(name) for source in sources.values())
        return next((value for value in values if value is not None), None)

    return lookup


def find_scalar(summaries: Sequence[ScalarSummary], key: str) -> ScalarSummary | None:
    """The scalar that a name stands for: see `scalars_meant`."""
    by_name = {(summary.prefix, summary.tag): summary for summary in summaries}
    return next((by_name[name] for name in scalars_meant(by_name, key)), None)


def scalars_meant(names: Iterable[tuple[str, str]], key: str) -> list[tuple[str, str]]:
    """Scalars that a name can stand for; the first that a run has counts.

    Those that `PREFIX#TAG` names exactly come first, then those whose tag is `key`.

    Args:
        names: Prefixes and tags to choose from.
        key: The name.
    """
    meant = [(prefix, tag) for prefix, tag in names if key in (tag, f"{prefix}#{tag}")]
    return sorted(meant, key=lambda name: ("#".join(name) != key, name))


def _formatted(time: Timestamp | None, format_time: FormatTime) -> str | None:
    return None if time is None else format_time(time)
