"""What holds after a command was killed, and after it was given again."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterator, Mapping, Set
from typing import TYPE_CHECKING

from tests.crash.seen import Seen

if TYPE_CHECKING:
    from tests.crash.cases import Case

__all__ = ["lost", "unsaid", "untrue"]

Runs = Mapping[str, Seen]

_ATTRS_OF_COMPLETED = (
    *("id", "flags", "initialized", "started", "stopped", "exit_status", "cmd", "run_params"),
    *("env", "host", "op", "random_seed", "deps"),
)
_ATTRS_OF_FUNCTIONS = ("id", "flags", "initialized", "started", "stopped", "exit_status", "label")
_NEVER_CHANGED = ("id", "initialized", "host", "user", "label", "tags", "comments", "marked")


def lost(case: Case, before: Runs, after: Runs) -> Iterator[str]:
    """What became of runs that were there, other than what the command is for."""
    restarted = {*case.restarted, *(i for r in case.restarted for i in before[r].links.values())}
    for run_id, old in before.items():
        new = after.get(run_id)
        if new is None:
            if run_id not in case.removed:
                yield f"run {run_id} is gone"
            continue
        if new.deleted != old.deleted and run_id not in case.moved:
            yield f"run {run_id} is {'deleted' if new.deleted else 'restored'}"
        if run_id in restarted:
            yield from _restarted_lost(case, old, new)
        else:
            yield from _changed(old, new, but=case.edits if run_id in case.edited else ())


def _changed(old: Seen, new: Seen, but: tuple[str, ...]) -> Iterator[str]:
    """Files of a run that are not as they were; only in edited runs may be temporary ones."""
    allowed = {f".guild/attrs/{name}" for name in but}
    files = new.lasting if but else new.files
    for path in sorted(old.files.keys() | files.keys()):
        if path not in allowed and old.files.get(path) != files.get(path):
            yield f"{path} of run {old.id} changed"


def _restarted_lost(case: Case, old: Seen, new: Seen) -> Iterator[str]:
    for name in _NEVER_CHANGED:
        if old.attr(name) != new.attr(name):
            yield f"attribute {name} of restarted run {old.id} changed"
    for path, data in old.files.items():
        if not path.startswith(".guild/") and path != "ended" and new.files.get(path) != data:
            if data.startswith(b"-> ") and new.files.get(path, b"").startswith(b"-> "):
                continue  # a step that is made anew
            yield f"{path} of restarted run {old.id} changed"


def untrue(sources: Set[str], before: Runs, after: Runs) -> Iterator[str]:
    """What runs claim that is not so, when nothing of the command lives any more.

    A batch may have completed without some of its trials.
    """
    for run_id, new in after.items():
        old = before.get(run_id)
        if old is not None and old.lasting == new.lasting:
            continue
        if new.run.damage:
            yield f"run {run_id}: damaged {', '.join(new.run.damage)}"
        if new.status in ("running", "pending"):
            yield f"run {run_id} reads as {new.status}, but nothing lives"
        elif new.status == "completed" and not _is_as_before(old, new):
            yield from (f"run {run_id} is completed, but {why}" for why in _gaps(new, sources))
            yield from (
                f"run {run_id} is completed, but its {after[other].status} step is not"
                for other in new.links.values()
                if other in after and after[other].status != "completed" and not new.run.is_batch
            )
            if old is not None and _ends(new) <= _ends(old) and "ended" in old.files:
                yield f"run {run_id} is completed, but its script did not run again"
        elif new.status == "staged" and not _is_as_before(old, new):
            yield from (f"run {run_id} is staged, but {why}" for why in _source_gaps(new, sources))


def _is_as_before(old: Seen | None, new: Seen) -> bool:
    """Whether a run is still what it was when it was started the last time."""
    if old is None:
        return False
    return all(old.attr(name) == new.attr(name) for name in ("started", "stopped", "exit_status"))


def _ends(seen: Seen) -> int:
    return seen.files.get("ended", b"").count(b"x")


def _gaps(seen: Seen, sources: Set[str]) -> Iterator[str]:
    """What a completed run must have and this has not."""
    for name in _ATTRS_OF_FUNCTIONS if seen.is_of_function else _ATTRS_OF_COMPLETED:
        if seen.attr(name) is None:
            yield f"has no {name}"
    if seen.run.is_batch or seen.links:
        return
    if not seen.is_of_function:
        yield from _source_gaps(seen, sources)
    output = seen.files.get(".guild/output", b"")
    if b"loss: " not in output or not output.endswith(b"\n"):
        yield f"its output is {output!r}"
    lines = 0 if seen.is_of_function else output.count(b"\n")
    if len(seen.files.get(".guild/output.index", b"")) != 9 * lines:
        yield "the index of its output has another number of lines"
    if "ended" not in seen.files:
        yield "its script did not end"
    if not any(path.startswith(".guild/events.out") for path in seen.files):
        yield "has no scalars"


def _source_gaps(seen: Seen, sources: Set[str]) -> Iterator[str]:
    """What of the project is missing in a run, or is not as its manifest says."""
    listed = {}
    for line in seen.files.get(".guild/manifest", b"").decode().splitlines():
        kind, path, sha1, *_ = shlex.split(line)
        if kind == "s":
            listed[path] = sha1
    if missing := sorted(sources - listed.keys()):
        yield f"its manifest lacks {len(missing)} files such as {missing[0]}"
    for path, sha1 in listed.items():
        if hashlib.sha1(seen.files.get(path, b"")).hexdigest() != sha1:
            yield f"its {path} is not what the manifest says"


def unsaid(leftovers: Set[str], named: Set[str]) -> Iterator[str]:
    """What is left and not named by the check, or named and not left."""
    yield from (f"check does not name {path}" for path in sorted(leftovers - named))
    yield from (f"check names {path}, which is not left" for path in sorted(named - leftovers))
