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
    from guild.adapters.fsstore.runfiles import DirectoryRunFiles
    from guild.adapters.inprocess.launcher import InProcessLauncher
    from guild.adapters.tfevents.writer import TfEventsScalarLogs
    from guild.app.run_function import RunFunction

    make = guild.make_run
    make.clock = _clock
    return RunFunction(
        make=make,
        launcher=InProcessLauncher(guild.warn),
        outputs=DirectoryOutputLogs(indexed=False),
        scalars=TfEventsScalarLogs(),
        files=DirectoryRunFiles(),
        warn=guild.warn,
    )
