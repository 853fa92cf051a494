"""The `guild` command."""

from __future__ import annotations

import gc
import os
import sys

__all__ = ["main", "program"]


def main() -> int:
    """Run the command line of this process and return the exit status."""
    if sys.argv[1:2] == ["--version"] and sys.stdout is not None:
        # Settled before anything else is imported, unless it can't be written.
        from guild import __version__

        try:
            sys.stdout.write(f"guild {__version__}\n")
            sys.stdout.flush()
            return 0
        except OSError:
            pass
    # A command makes few cycles and many objects that stay: looking for garbage among them
    # while modules load takes a tenth of the time. The supervisor of a run turns it on again.
    gc.disable()
    from guild.adapters.cli.root import main as run

    return run()


def program() -> None:
    """Be the `guild` command: run the command line of this process and end the process.

    Nothing is left to do then, and to take down what was loaded takes a tenth of the time of
    a run. So the process is left at once, unless threads are still at work or output could
    not be written: Python waits for the ones and tells of the other.
    """
    status = main()
    threading = sys.modules.get("threading")
    if threading is not None and threading.active_count() > 1:
        sys.exit(status)
    import atexit

    atexit._run_exitfuncs()
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except (OSError, ValueError, AttributeError):
        sys.exit(status)
    os._exit(status)


if __name__ == "__main__":
    program()
