"""What a fault may not do: lose, halve or hide anything."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from guild.adapters.fsstore.attributes import parse
from tests.crash.faultworld import Case, Ended, World

__all__ = ["State", "Trial", "changes_nothing", "complaints", "unnamed"]

# YAML quotes some ids, such as those that could be numbers.
_ID = re.compile(r"'[0-9a-f]{32}'|[0-9a-f]{32}")
_EVENTS = re.compile(r"events\.out\.tfevents\.\S*")
_OF_THE_MOMENT = frozenset(
    ("id", "initialized", "started", "stopped", "env", "random_seed", "cmd", "comments")
)
_WORTH_MORE = frozenset(("id", "flags", "label", "tags", "comments", "marked", "op"))
_PLACES = ("runs", "trash/runs")

Tree = dict[str, bytes]


@frozen
class State:
    """What is in a home: files of each run by their path in it; links have a text `-> WHERE`.

    Attributes:
        runs: By place (`runs/ID`, `trash/runs/ID`).
        leftovers: Paths in the home of what is no run and no part of one.
    """

    runs: dict[str, Tree]
    leftovers: list[str]

    @classmethod
    def of(cls, home: Path) -> State:
        runs: dict[str, Tree] = {}
        leftovers = []
        for place in _PLACES:
            for name in _names(home / place):
                tree = _tree(home / place / name)
                if ".guild/opref" in tree:
                    runs[f"{place}/{name}"] = tree
                else:
                    leftovers.append(f"{place}/{name}")
                leftovers += sorted(
                    {f"{place}/{name}/{top}" for top in map(_temporary, tree) if top}
                )
        leftovers += [f"trash/{n}" for n in _names(home / "trash") if n.startswith("deleting-")]
        return cls(runs, leftovers)

    def found(self, run_id: str) -> list[Tree]:
        """All there is of a run, wherever it is."""
        return [tree for place, tree in self.runs.items() if place.endswith(f"/{run_id}")]

    def new(self, before: State) -> list[Tree]:
        """Runs that were not there before."""
        known = {place.rpartition("/")[2] for place in before.runs}
        return [tree for place, tree in self.runs.items() if place.rpartition("/")[2] not in known]


@frozen
class Trial:
    """A command and what came of it.

    Attributes:
        case: The command.
        ended: What it left behind.
        before, after: What was in the home.
    """

    case: Case
    ended: Ended
    before: State
    after: State


def complaints(normal: Trial, faulty: Trial, site: str) -> Iterator[str]:
    """What is wrong with a command whose file system failed, by the one where it did not.

    Args:
        normal: Without a fault.
        faulty: With one.
        site: Where that was.
    """
    yield from _of_what_was_said(normal, faulty)
    yield from _of_other_runs(faulty)
    yield from _of_targets(normal, faulty)
    for tree in faulty.after.runs.values():
        yield from _of_any_run(tree)
    if (
        faulty.ended.status == normal.ended.status
        and not _said(normal, faulty)
        and not (_is_lenient(site) and changes_nothing(faulty.case))
    ):
        yield from _of_silence(normal, faulty)


def changes_nothing(case: Case) -> bool:
    """Whether a command only shows what is there."""
    return not case.targets and not case.line.startswith("run ")


def _is_lenient(site: str) -> bool:
    """Whether what can't be read here is left out of a listing, and looked for the next time.

    Scripts write event files as they like, anywhere in a run, and remove them at any moment.
    """
    return "@adapters/tfevents/" in site


def unnamed(world: World, state: State, check: Ended) -> Iterator[str]:
    """What is left that `guild check` does not name."""
    if "Traceback" in check.out + check.err:
        yield f"guild check: {check}"
    for path in state.leftovers:
        if str(world.home / path) not in check.out + check.err:
            yield f"guild check does not name {path}: {check}"


def _of_what_was_said(normal: Trial, faulty: Trial) -> Iterator[str]:
    ended = faulty.ended
    if ended.status is None:
        yield "it took too long"
    if "Traceback" in ended.out + ended.err:
        yield "a traceback"
    said = _said(normal, faulty)
    errors = [line for line in said if line.startswith("guild: ")]
    if ended.status == normal.ended.status:
        known: tuple[str, ...] = ("WARNING: ", "ERROR: [guild] ")
        if any(line.startswith(known[1]) for line in said):
            known += ("guild: ",)  # what a trial that failed said itself
        odd = [line for line in said if not line.startswith(known)]
        if odd:
            yield f"it succeeded and said {odd}"
    elif ended.status != 1:
        yield f"it ended with {ended.status}"
    elif faulty.case.name == "check":
        pass  # what it finds goes to standard output
    elif len(errors) != 1:
        yield f"it failed with {len(errors)} lines of errors"


def _said(normal: Trial, faulty: Trial) -> list[str]:
    """Lines of errors that a command says only when something fails."""
    usual = set(_ID.sub("ID", normal.ended.err).splitlines())
    lines = _ID.sub("ID", faulty.ended.err).splitlines()
    return [line for line in lines if line not in usual]


def _of_other_runs(faulty: Trial) -> Iterator[str]:
    for place, tree in faulty.before.runs.items():
        if place.rpartition("/")[2] in faulty.case.targets:
            continue
        now = faulty.after.runs.get(place)
        if now != tree:
            yield f"{place} is not what it was: {_difference(tree, now)}"


def _of_targets(normal: Trial, faulty: Trial) -> Iterator[str]:
    for run_id in faulty.case.targets:
        (before,) = faulty.before.found(run_id)
        should = normal.after.found(run_id)
        found = faulty.after.found(run_id)
        if len(found) > 1:
            yield f"{run_id} is there twice"
        if not found and should:
            yield f"{run_id} is lost"
        if not should:  # it was to be removed for good
            yield from (f"{run_id} is half there" for now in found if now != before)
            continue
        for now in found:
            if set(_kept(before)) - set(now):
                yield f"{run_id} lost {set(_kept(before)) - set(now)}"
            for path in _kept(before):
                if not _same(path, now.get(path), before[path], should[0].get(path)):
                    yield f"{run_id}: {path} is neither old nor new: {now.get(path)!r}"


def _kept(tree: Tree) -> list[str]:
    """Files that no command takes away from a run: its source, and what people said of it."""
    attrs = {f".guild/attrs/{name}" for name in _WORTH_MORE}
    return [path for path in tree if path in attrs or not path.startswith(".guild/")]


def _same(path: str, now: bytes | None, *allowed: bytes | None) -> bool:
    if path.endswith("/comments"):
        return now is not None
    return now in allowed


def _of_any_run(tree: Tree) -> Iterator[str]:
    for path, data in tree.items():
        if path.startswith(".guild/attrs/") and not path.endswith("~"):
            try:
                parse(data.decode())
            except ValueError as error:
                yield f"{path} can't be read: {error}"
    if ".guild/attrs/exit_status" in tree:
        missing = {".guild/attrs/id", ".guild/attrs/flags"} - set(tree)
        if missing:
            yield f"a run that ended lacks {missing}"


def _of_silence(normal: Trial, faulty: Trial) -> Iterator[str]:
    """Who says nothing must have done all."""
    out, should = (_ID.sub("ID", trial.ended.out) for trial in (faulty, normal))
    if out != should:
        yield f"it succeeded and wrote {out!r} instead of {should!r}"
    done, expected = (_essence(trial) for trial in (faulty, normal))
    if done != expected:
        differ = [
            _difference(before, now)
            for before, now in zip(expected, done, strict=False)
            if before != now
        ]
        yield f"it succeeded without all of its work: {differ or (len(done), len(expected))}"


def _essence(trial: Trial) -> list[Tree]:
    """New runs and targets without what differs from time to time."""
    trees = trial.after.new(trial.before)
    for run_id in trial.case.targets:
        trees += trial.after.found(run_id)
    return sorted((_lasting(tree) for tree in trees), key=repr)


def _lasting(tree: Tree) -> Tree:
    found = {}
    for path, data in tree.items():
        name = os.path.basename(path)
        shown = _EVENTS.sub("EVENTS", _ID.sub("ID", path))
        of_the_moment = name in _OF_THE_MOMENT or shown != path or name == "output.index"
        if _temporary(path):
            continue  # `guild check` names it
        text = _ID.sub("ID", data.decode("latin-1"))
        if name == "pip_freeze":
            # Where the metadata of a package is not ours to read, its directory tells the name,
            # which has other separators and no capital letters there.
            text = text.lower().replace("_", "-")
        found[shown] = b"" if of_the_moment else text.encode()
    return found


def _temporary(path: str) -> str:
    """The part of a path that names what is only there for a moment; empty if none does."""
    found = re.match(r"(?:.*?/)?[^/]*~(?=/|$)", path)
    return found[0] if found else ""


def _difference(before: Tree, now: Tree | None) -> str:
    if now is None:
        return "it is gone"
    missing, more = sorted(set(before) - set(now)), sorted(set(now) - set(before))
    changed = [
        f"{path}: {before[path][:300]!r} -> {now[path][:300]!r}"
        for path in before
        if path in now and before[path] != now[path]
    ]
    return f"missing {missing}, more {more}, changed {changed}"


def _names(directory: Path) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except FileNotFoundError:
        return []


def _tree(top: Path) -> Tree:
    """Files and links below a directory, which may be a link."""
    found: Tree = {}
    if not top.is_dir():
        return found
    for directory, names, files in os.walk(top):
        for name in (*files, *names):
            path = os.path.join(directory, name)
            shown = os.path.relpath(path, top)
            if os.path.islink(path):
                found[shown] = b"-> " + os.fsencode(os.readlink(path))
            elif name in files:
                found[shown] = Path(path).read_bytes()
    return found
