"""Entry point of a run's process: `python -um guild.op_main MODULE [ARG]...`.

Started by its path it does the same. That is how Guild starts it: Python imports a good part of
its library for `-m`, which takes longer than all that is done here.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

__all__: list[str] = []


def _runner() -> "Callable[[], None]":
    """Import the runner: by its path, the one that is beside this file.

    `sys.path` is left as `-m` has it.
    """
    if __spec__ is not None:
        from guild.adapters.runner.main import main

        return main
    safe_path = getattr(sys.flags, "safe_path", False)
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    path = sys.path[0 if safe_path else 1 :]
    sys.path[:] = [here, *path]
    from guild.adapters.runner.main import main

    sys.path[:] = path if safe_path else [os.getcwd(), *path]
    return main


if __name__ == "__main__":
    _runner()()
