"""The `guild` command."""

from __future__ import annotations

import gc
import sys

__all__ = ["main"]


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


if __name__ == "__main__":
    sys.exit(main())
