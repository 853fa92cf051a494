"""Kills commands at random moments, and looks at what is left.

`python -m tests.crash.kills --seed N --case NAME --number N` does one of them again.
"""

from __future__ import annotations

import argparse
import json
import random
import shlex
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count

from attrs import field, frozen

from tests.crash.cases import CASES, Case
from tests.crash.figures import Figures
from tests.crash.invariants import lost, unsaid, untrue
from tests.crash.killer import end_all_of
from tests.crash.seen import Seen, damage_in, leftovers_in, look
from tests.crash.victim import Kill, Victim
from tests.crash.world import World, new_root
from tests.e2e.sandbox import Outcome, Sandbox

__all__ = ["Kills", "run"]

_KILLS = 200
_LOOKED_AT = 0.3
"""Share of the kills that are also looked at by commands, which takes longer than in here."""
_STARTED_AGAIN = 0.5
"""Share of the kills after which what was killed is started again, before the command is."""
_MOST_MISSED = 50
_PATIENCE_S = 30.0
_DYING_S = 3.0
_LOOK_EVERY_S = 0.02

Runs = dict[str, Seen]


@frozen
class Kills:
    """Kills commands in copies of one home.

    Attributes:
        world: Where.
        seed: All that is random depends on it, the case, and the number of the kill.
    """

    world: World
    seed: int
    _measured: dict[str, tuple[int, float]] = field(factory=dict, init=False)

    def kill(self, case: Case, number: int) -> tuple[bool, list[str]]:
        """Kill a command once.

        Returns:
            Whether it was killed, and had not ended before; and what was lost by that, at most
            one paragraph.
        """
        try:
            drawn = self._drawn(case, number)
        except AssertionError as error:
            return True, [str(error)]
        return self.at(case, drawn, number)

    def at(self, case: Case, kill: Kill, number: int) -> tuple[bool, list[str]]:
        """Kill a command at a given moment: see `kill`."""
        sandbox = self._copied(case, f"{number}")
        losses: list[str] = []
        try:
            before = look(sandbox.home)
            reached = _killed(sandbox, case.line, kill)
            chance = random.Random(f"{self.seed} {case.name} {number} after")
            losses += self._losses(case, chance, sandbox, before)
        except AssertionError as error:
            reached = True
            losses.append(str(error))
        finally:
            end_all_of(str(sandbox.home))
        if not losses:
            shutil.rmtree(sandbox.home)
            return reached, []
        told = (f"guild {case.line}, killed: {kill}; left in {sandbox.home}", *losses)
        again = f"--seed {self.seed} --case {shlex.quote(case.name)} --number {number}"
        return True, ["\n  ".join((*told, f"again: python -m tests.crash.kills {again}"))]

    def _drawn(self, case: Case, number: int) -> Kill:
        chance = random.Random(f"{self.seed} {case.name} {number}")
        changes, took_s = self._measure(case)
        whom = chance.choices(("front", "tree", "one"), (3, 5, 1))[0]
        how = chance.choices(("before", "torn"), (3, 1))[0]
        if chance.random() < case.timed or not changes:
            delay_s = chance.uniform(0, took_s)
            return Kill(None, delay_s, "front" if whom == "one" else whom, "before")
        return Kill(chance.randint(1, changes), 0, whom, how)

    def _copied(self, case: Case, name: str) -> Sandbox:
        sandbox = self.world.copied(f"{case.name.replace(' ', '-')}-{name}", case.project)
        case.prepare(sandbox.home)
        return sandbox

    def _measure(self, case: Case) -> tuple[int, float]:
        """How many changes of files a command makes, and how many seconds it takes."""
        if case.name not in self._measured:
            sandbox = self._copied(case, "measured")
            started = time.monotonic()
            with Victim(sandbox, case.line, "count") as victim:
                changes = len(victim.left())
                assert victim.status() == 0, f"guild {case.line} fails, and nothing is killed"
            self._measured[case.name] = changes, time.monotonic() - started
            shutil.rmtree(sandbox.home)
        return self._measured[case.name]

    def _losses(
        self, case: Case, chance: random.Random, sandbox: Sandbox, before: Runs
    ) -> Iterator[str]:
        sources = self.world.sources[case.project]
        killed = _settled(sandbox)
        yield from lost(case, before, killed)
        yield from untrue(sources, before, killed)
        damage = damage_in(sandbox.home)
        yield from unsaid(leftovers_in(sandbox.home), damage.keys())
        by_command = chance.random() < _LOOKED_AT
        if by_command:
            yield from _told_wrong(sandbox, killed)
        if chance.random() < _STARTED_AGAIN:
            for run_id in _startable(before, killed):
                yield from _not_restarted(sandbox, run_id)
            mended = look(sandbox.home)
            yield from (f"restarted: {what}" for what in lost(case, before, mended))
            yield from (f"restarted: {what}" for what in untrue(sources, before, mended))
            killed = mended
        yield from _failed(_given(sandbox, case.line))
        after = _settled(sandbox, _PATIENCE_S)
        yield from (f"given again: {what}" for what in case.wanted(killed, after))
        yield from (f"given again: {what}" for what in lost(case, before, after))
        yield from (f"given again: {what}" for what in untrue(sources, before, after))
        # A batch that only stages ends in the trash, with what its killed process left in it.
        known = {path.removeprefix("trash/") for path in damage}
        for path in sorted(leftovers_in(sandbox.home)):
            if path.removeprefix("trash/") not in known:
                yield f"given again: {path} is left"
        if by_command:
            now = damage_in(sandbox.home).keys()
            yield from unsaid(leftovers_in(sandbox.home), now)


def _given(sandbox: Sandbox, line: str) -> Outcome:
    """Give a command and wait for its end."""
    if line.endswith(".py"):
        return sandbox.python(f"import runpy; runpy.run_path({line!r}, run_name='__main__')")
    return sandbox.shell_line(f"guild {line}")


def _killed(sandbox: Sandbox, line: str, kill: Kill) -> bool:
    """Start a command and kill it; whether that came before its end."""
    if kill.change is None:
        with Victim(sandbox, line, None) as victim:
            reached = victim.kill_after(kill.delay_s, kill.whom)
            victim.left()
            return reached
    with Victim(sandbox, line, f"{kill.change}-{kill.whom}-{kill.how}") as victim:
        return b"!" in victim.left()


def _startable(before: Runs, killed: Runs) -> list[str]:
    """New runs that the kill left unfinished, without those that belong to others."""
    parts = {part for seen in killed.values() for part in seen.links.values()}
    return [
        run_id
        for run_id, seen in killed.items()
        if run_id not in before
        and run_id not in parts
        and seen.status in ("error", "terminated")
        and not seen.is_of_function
    ]


def _not_restarted(sandbox: Sandbox, run_id: str) -> Iterator[str]:
    """Why a run can't be started again, other than that it was killed before it was prepared."""
    outcome = sandbox.guild("run", "--restart", run_id, "-y")
    if outcome.code == 0:
        return
    first, hint, *more = [*outcome.err.splitlines(), "", ""][: max(2, outcome.err.count("\n"))]
    unprepared = look(sandbox.home)[run_id].run.started is None
    if not (unprepared and first.startswith("guild: ") and not more):
        yield repr(outcome)
    elif "--force-sourcecode" in hint:
        yield from _failed(sandbox.guild("run", "--restart", run_id, "--force-sourcecode", "-y"))
    elif "run it anew" not in hint:
        yield repr(outcome)


def _told_wrong(sandbox: Sandbox, runs: Runs) -> Iterator[str]:
    """What the commands say of a home that is not so."""
    for option in ((), ("--deleted",)):
        outcome = sandbox.guild("runs", "--json", "--all", *option)
        yield from _failed(outcome)
        told = {run["id"]: run["status"] for run in json.loads(outcome.out or "[]")}
        there = {i: seen.status for i, seen in runs.items() if seen.deleted == bool(option)}
        if told != there:
            yield f"guild runs tells {told}, and there are {there}"
    outcome = sandbox.guild("check", "--json")
    if outcome.code not in (0, 1) or "Traceback" in outcome.err:
        yield repr(outcome)
    elif {found["path"] for found in json.loads(outcome.out)["damage"]} != {
        str(sandbox.home / path) for path in damage_in(sandbox.home)
    }:
        yield f"guild check tells something else than the library: {outcome}"


def _failed(outcome: Outcome) -> Iterator[str]:
    if outcome.code != 0 or "Traceback" in outcome.err:
        yield repr(outcome)


def _settled(sandbox: Sandbox, within_s: float = _DYING_S) -> Runs:
    """The runs once none is running: those in the background end, too, and a process that was
    killed is there for a moment after all that it had open is closed."""
    deadline = time.monotonic() + within_s
    while True:
        runs = look(sandbox.home)
        busy = any(seen.status in ("running", "pending") for seen in runs.values())
        if not busy or time.monotonic() > deadline:
            return runs
        time.sleep(_LOOK_EVERY_S)


def run(amount: float, seed: int, cases: Sequence[Case] = CASES) -> Figures:
    """Kill commands 200 times, or `amount` times as often, one case after the other in turn."""
    wanted = max(1, round(_KILLS * amount))
    tried: Counter[str] = Counter()
    losses: list[str] = []
    root = new_root()
    kills = Kills(World.below(root), seed)
    for number in count(1):
        for case in cases:
            if tried.total() == wanted:
                break
            reached, lost_here = kills.kill(case, number)
            tried[case.name] += reached
            losses += lost_here
        if tried.total() == wanted or number == wanted + _MOST_MISSED:
            break
    if not losses:
        shutil.rmtree(root)
    figures = Figures("kills tried", tried.total(), losses, [("command", "killed")])
    figures.table.extend((name, str(times)) for name, times in tried.items())
    return figures


def _main() -> int:
    parser = argparse.ArgumentParser(description="Kill a command again.")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--case", choices=[case.name for case in CASES], required=True)
    parser.add_argument("--number", type=int, required=True)
    given = parser.parse_args()
    root = new_root()
    (case,) = (case for case in CASES if case.name == given.case)
    _, losses = Kills(World.below(root), given.seed).kill(case, given.number)
    sys.stdout.write("\n".join(losses or ["nothing is lost"]) + "\n")
    return 1 if losses else 0


if __name__ == "__main__":
    sys.exit(_main())
