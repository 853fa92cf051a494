"""Evidence of who owns a run, and what it says later.

The text begins with the pid in ten characters, which is all that the prior system reads of a
lock. The second line says which process of which boot of which host has that pid.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from guild.adapters.process.table import start_of
from guild.domain.status import Liveness

__all__ = ["Host", "Named", "liveness", "named", "own_evidence", "this_host"]

_PID_WIDTH = 10
_UNKNOWN = "-"


class Host:
    """Where processes are looked up.

    Attributes:
        name: Name of the host.
        machine: Id of the installation, if it has one: hosts of equal name differ in it.
        boot: Id of this run of the system, from start to shutdown.
        pids: The space in which pids mean something here: a container has its own.
        start_of: Start time of the living process of a pid; None if there is none.
    """

    def __init__(
        self,
        name: str,
        machine: str,
        boot: str,
        pids: str,
        start_of: Callable[[int], str | None] = start_of,
    ) -> None:
        self.name = name
        self.machine = machine
        self.boot = boot
        self.pids = pids
        self.start_of = start_of


class Named:
    """The processes that a lock names, as far as they live.

    Attributes:
        owner: Id and start time of the owner; None if it ended.
        guild: Likewise of the process that sees the run through.
        certain: Whether they are the very ones that were meant. A bare pid may have become
            another process's.
        elsewhere: Where they are, if out of sight here; nothing is known of them then.
    """

    def __init__(
        self,
        owner: tuple[int, str] | None = None,
        guild: tuple[int, str] | None = None,
        certain: bool = True,
        elsewhere: str = "",
    ) -> None:
        self.owner = owner
        self.guild = guild
        self.certain = certain
        self.elsewhere = elsewhere


def this_host() -> Host:
    """The host of this process."""
    return Host(
        name=_word(os.uname().nodename),
        machine=_word(_line("/etc/machine-id")),
        boot=_word(_line("/proc/sys/kernel/random/boot_id") or _boot_elsewhere()),
        pids=_word(_link("/proc/self/ns/pid")),
    )


def own_evidence(pid: int, host: Host | None = None) -> str:
    """Text of a lock that names a process of this host as the owner of a run.

    Args:
        pid: The owner.
        host: Where it runs; this host by default.

    Returns:
        Two lines. The calling process is named beside the owner: it sees the run through.
    """
    host = host or this_host()
    guild = os.getpid()
    words = {
        "pid": str(pid),
        "start": host.start_of(pid) or _UNKNOWN,
        "boot": host.boot,
        "host": host.name,
        "machine": host.machine,
        "pids": host.pids,
        "guild": str(guild),
        "guild-start": host.start_of(guild) or _UNKNOWN,
    }
    line = " ".join(f"{name}={value}" for name, value in words.items())
    return f"{pid:<{_PID_WIDTH}}\n{line}\n"


def liveness(text: str, host: Host | None = None) -> Liveness:
    """What the text of a lock says of its owner.

    A bare pid is alive while any process has it. With full evidence the owner is alive while
    it or the process that sees the run through is there, recognised by their start times. A
    process of another host, or out of sight in a container, is never called dead. Text that
    says nothing is of nobody, who is dead.
    """
    found = named(text, host)
    alive = found.owner or found.guild or found.elsewhere
    return Liveness.ALIVE if alive else Liveness.DEAD


def named(text: str, host: Host | None = None) -> Named:
    """The processes that the text of a lock names. See `liveness`."""
    host = host or this_host()
    words = dict(word.split("=", 1) for word in text[_PID_WIDTH:].split() if "=" in word)
    if not {"pid", "start", "boot", "host"} <= words.keys():
        return Named(owner=_living(text[:_PID_WIDTH], None, host), certain=False)
    if words["host"] != host.name or _differ(words.get("machine"), host.machine):
        return Named(elsewhere=words["host"] or _UNKNOWN)
    if words["boot"] != host.boot:
        return Named()
    if words.get("pids", host.pids) != host.pids:
        return Named(elsewhere=f"{host.name}, in another container")
    return Named(
        owner=_living(words["pid"], words["start"], host),
        guild=_living(words.get("guild", ""), words.get("guild-start", _UNKNOWN), host),
    )


def _differ(one: str | None, other: str) -> bool:
    return one not in (None, _UNKNOWN) and other != _UNKNOWN and one != other


def _living(pid: str, start: str | None, host: Host) -> tuple[int, str] | None:
    """A process that lives, and started at this time if one is given."""
    digits = pid.strip()
    if len(digits) > _PID_WIDTH or not (digits.isascii() and digits.isdigit()):
        return None
    number = int(digits)
    found = host.start_of(number) if number else None
    return (number, found) if found is not None and start in (None, found) else None


def _word(text: str) -> str:
    return "".join(text.split()) or _UNKNOWN


def _line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline()
    except OSError:
        return ""


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _boot_elsewhere() -> str:
    import psutil  # Only on systems without /proc.

    return str(int(psutil.boot_time()))
