"""Entry point of the process of a pipeline that is a trial: `python -um guild.steps_main`.

Its run is there, and another process records what this one says and how it ends.
"""

from __future__ import annotations

import os
import sys

__all__: list[str] = []


def main() -> int:
    """Run the steps of the run that this process is of and return the exit status."""
    from guild.adapters.cli.console import Console
    from guild.adapters.cli.context import Context
    from guild.adapters.cli.handlers.pipeline import run_steps
    from guild.domain.errors import GuildError

    console = Console(sys.stdin, sys.stdout, sys.stderr, os.environ)
    context = Context(
        sys.argv[1:],
        console,
        os.environ,
        cwd=os.environ.get("CMD_DIR"),
        home=os.environ.get("GUILD_HOME"),
    )
    try:
        return run_steps(context, os.environ.get("RUN_DIR") or os.getcwd())
    except GuildError as error:
        for line in f"guild: {error}".split("\n"):
            console.err(line)
        return 1


if __name__ == "__main__":
    sys.exit(main())
