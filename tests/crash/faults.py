"""Faults of the file system at every call site of commands: nothing is lost, one clear line.

    python -m tests.crash.faults CASE SITE KIND NTH

shows again what a fault does: the case is that of a command (`faultworld.CASES`), the site, the
kind and the number of the call are those of a loss that was told.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from tests.crash.faultfs import KINDS
from tests.crash.faultverdict import State, Trial, changes_nothing, complaints, unnamed
from tests.crash.faultworld import CASES, Case, World
from tests.crash.figures import Figures

__all__ = ["Fault", "Faults", "run", "world"]


@frozen
class Fault:
    """What fails in which command.

    Attributes:
        case: The command.
        site: Where, as `faultfs` names it.
        kind: How.
        nth: Which call of the site.
        lasting: Whether the site goes on to fail, and with ENOSPC all that is written.
    """

    case: Case
    site: str
    kind: str
    nth: int = 1
    lasting: bool = False

    def __str__(self) -> str:
        words = (self.case.name, self.site, self.kind, f"{self.nth}{'+' * self.lasting}")
        return f"python -m tests.crash.faults {' '.join(map(repr, words))}"


class Faults:
    """The commands as they are without faults, and what faults make of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._normal: dict[str, Trial] = {}
        self.calls: dict[str, dict[str, int]] = {}
        """How often each call site was come by in each case."""

    def known(self, case: Case) -> Trial:
        """The command without a fault; its call sites are counted."""
        if case.name not in self._normal:
            log = self.world.root / "log"
            log.unlink(missing_ok=True)
            trial = self._tried(case, log=str(log))
            if trial.ended.status != 0:
                raise RuntimeError(f"guild {case.line}: {trial.ended}")
            calls: dict[str, int] = {}
            for line in log.read_text("utf-8", "replace").splitlines():
                site = line.split("\t")[2]
                calls[site] = calls.get(site, 0) + 1
            self._normal[case.name], self.calls[case.name] = trial, calls
        return self._normal[case.name]

    def losses(self, fault: Fault) -> Iterator[str]:
        """Inject a fault, and say what it does that it may not do."""
        case = fault.case
        normal = self.known(case)
        faulty = self.tried(fault)
        if not (self.world.root / "mark").exists():
            return  # which process does it is not always the same
        found = list(complaints(normal, faulty, fault.site))
        found += [f"{path} of the user is not what it was" for path in self.world.lost()]
        if case.name != "check":
            found += unnamed(self.world, faulty.after, self.world.run(["check"], case.place))
        if not _is_done(normal, faulty):
            again = self.world.run(case.args, case.place)
            if again.status != 0:
                found.append(f"it fails without the fault, too: {again}")
            elif changes_nothing(case) and again.out != normal.ended.out:
                found.append(f"without the fault it still writes {again.out!r}")
        said = faulty.ended.err.strip().replace("\n", "\n    ")
        if found:
            text = "\n  ".join(found)
            yield f"{fault}\n  {text}\n  exit status {faulty.ended.status}:\n    {said}"

    def tried(self, fault: Fault) -> Trial:
        """The command with a fault; if that happened, there is a file `mark` in the world."""
        mark = self.world.root / "mark"
        mark.unlink(missing_ok=True)
        planned = {
            "site": fault.site,
            "kind": fault.kind,
            "nth": fault.nth,
            "lasting": fault.lasting,
            "mark": str(mark),
        }
        return self._tried(fault.case, fault=planned)

    def _tried(self, case: Case, **plan: object) -> Trial:
        self.world.reset(empty=case.empty)
        before = State.of(self.world.home)
        ended = self.world.run(case.args, case.place, **plan)
        return Trial(case, ended, before, State.of(self.world.home))

    def all(self, cases: tuple[Case, ...] = CASES, *, once: bool = True) -> list[Fault]:
        """Every way in which every call site of commands can fail at its first call.

        Args:
            cases: The commands.
            once: Whether a call site that several commands come by is taken of the first only.
        """
        seen: set[str] = set()
        found = []
        for case in cases:
            self.known(case)
            for site in sorted(self.calls[case.name]):
                if site in seen:
                    continue
                if once:
                    seen.add(site)
                found += [Fault(case, site, kind) for kind in KINDS[site.partition("@")[0]]]
        return found

    def later(self, faults: list[Fault], luck: random.Random) -> list[Fault]:
        """The same at a later call, where there are several, and faults that stay."""
        found = []
        for fault in faults:
            calls = self.calls[fault.case.name][fault.site]
            if calls > 1 and fault.kind in ("EIO", "short"):
                nth = luck.randint(2, calls)
                found.append(Fault(fault.case, fault.site, fault.kind, nth))
            if fault.kind in ("ENOSPC", "EIO"):
                nth = luck.randint(1, calls)
                found.append(Fault(fault.case, fault.site, fault.kind, nth, lasting=True))
        return found


def _is_done(normal: Trial, faulty: Trial) -> bool:
    """Whether a run that was to be moved or removed is where it should be."""
    moves = faulty.case.name in ("delete", "delete for good", "restore", "purge")
    return moves and set(faulty.after.runs) == set(normal.after.runs)


def run(amount: float, seed: int) -> Figures:
    """Inject faults: with an amount of 1 one of each kind at each call site, and later ones.

    With more, also where another command comes by the same call site; with less, that share of
    them, chosen by the seed.
    """
    luck = random.Random(seed)
    losses: list[str] = []
    with world() as made:
        faults = Faults(made)
        chosen = faults.all(once=amount <= 1)
        chosen += faults.later(chosen, luck)
        sites = len({fault.site for fault in chosen})
        if amount < 1:
            chosen = luck.sample(chosen, max(1, round(amount * len(chosen))))
        for fault in chosen:
            losses += faults.losses(fault)
    table: list[tuple[str, ...]] = [("call sites", "commands"), (str(sites), str(len(CASES)))]
    return Figures("faults injected", len(chosen), losses, table)


@contextmanager
def world() -> Iterator[World]:
    """A world in a directory of its own, in memory where the system has that."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="guild-faults-", dir=memory) as top:
        made = World.below(Path(top))
        try:
            yield made
        finally:
            made.close()


def _again(words: list[str]) -> int:
    name, site, kind, nth = words
    (case,) = (case for case in CASES if case.name == name)
    fault = Fault(case, site, kind, int(nth.rstrip("+")), nth.endswith("+"))
    with world() as made:
        losses = list(Faults(made).losses(fault))
    sys.stdout.write("".join(f"{loss}\n" for loss in losses) or "nothing is lost\n")
    return len(losses)


if __name__ == "__main__":
    sys.exit(_again(sys.argv[1:]))
