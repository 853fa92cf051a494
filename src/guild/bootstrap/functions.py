"""What runs functions, over the adapters that it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guild.adapters.system.clock import strict_clock

if TYPE_CHECKING:
    from guild.app.run_function import RunFunction
    from guild.bootstrap import Guild

__all__ = ["run_function"]

_clock = strict_clock()
"""One for the process: of two runs the later has the later times, whatever made it."""


def run_function(guild: Guild) -> RunFunction:
    """What runs functions of this process as runs of a Guild home."""
    from guild.adapters.fsstore.outputlog import DirectoryOutputLogs
    from guild.adapters.inprocess.launcher import InProcessLauncher
    from guild.app.run_function import RunFunction

    guild.clock = _clock
    start = guild.start_run
    start.outputs = DirectoryOutputLogs(indexed=False)
    return RunFunction(start, InProcessLauncher(guild.warn))
