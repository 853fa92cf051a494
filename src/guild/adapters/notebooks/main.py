"""Execute a notebook as the program of a run.

    python -um guild.nb_main train.ipynb --lr 0.1

The notebook is taken from the run's source code. What is executed, with the flags' values in
it, is kept at the same path below the run directory, with an HTML page and the images of its
outputs beside it.

Environment:
    RUN_DIR: Where it is executed; the current directory if not set.
    GUILD_SOURCECODE: Directories of the source code, separated by `:`.
    PROJECT_DIR: Where the notebook is looked up if no source code was copied.
    FLAGS_DEST: `globals`, as when it is not set, or anything else for no values.
    NB_REPLACE: A JSON object of the patterns of flags that are put where these match.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

from guild.adapters.runner.failure import refusal
from guild.adapters.runner.flowyaml import read_flow

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

__all__ = ["main"]

_PACKAGES = ("nbconvert", "nbclient", "nbformat", "ipykernel")


def main() -> NoReturn:
    """Execute the notebook that the command line names and end this process.

    Raises:
        SystemExit: Always; with a message, if the notebook can't be executed.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Until there is a kernel to stop, and when it is gone.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if len(sys.argv) < 2:
        raise refusal("missing the notebook to run")
    name, *args = sys.argv[1:]
    if os.path.isabs(name) or os.path.normpath(name).startswith(".."):
        raise refusal(f"cannot run {name}: it is not below the run directory")
    run_dir = os.path.abspath(os.environ.get("RUN_DIR") or ".")
    values = _flag_values(args) if os.environ.get("FLAGS_DEST", "globals") == "globals" else {}
    patterns = _patterns(os.environ.pop("NB_REPLACE", ""))
    path = _find(name, run_dir)
    _use_no_modules_of(run_dir)
    _require_packages()

    # What follows imports Jupyter's packages.
    from guild.adapters.notebooks.running import run_notebook

    end = run_notebook(path, os.path.join(run_dir, name), run_dir, values, patterns)
    if end.signal is not None:
        signal.signal(end.signal, signal.SIG_DFL)
        os.kill(os.getpid(), end.signal)
    raise SystemExit(end.status)


def _flag_values(words: Sequence[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    rest = iter(words)
    for word in rest:
        if not word.startswith("--"):
            raise refusal(f"unexpected argument {word!r} for a notebook")
        text = next(rest, "true")
        try:
            values[word[2:]] = read_flow(text)
        except ValueError as error:
            raise refusal(f"invalid value {text!r} for flag '{word[2:]}': {error}") from None
    return values


def _patterns(text: str) -> dict[str, list[re.Pattern[str]]]:
    if not text:
        return {}
    import json

    from guild.domain.cellvalues import NB_REPLACE, compiled_patterns

    found = {}
    for name, given in json.loads(text).items():
        try:
            found[name] = compiled_patterns(given)
        except ValueError as error:
            raise refusal(f"invalid {NB_REPLACE} for flag '{name}': {error}") from None
    return found


def _find(name: str, run_dir: str) -> str:
    """Absolute path of the notebook's source."""
    roots = [*os.environ.get("GUILD_SOURCECODE", ".").split(":"), os.environ.get("PROJECT_DIR")]
    for root in roots:
        path = os.path.normpath(os.path.join(run_dir, root or ".", name))
        if os.path.isfile(path):
            return path
    raise refusal(f"cannot find the notebook {name}")


def _use_no_modules_of(run_dir: str) -> None:
    """Leave the project's modules to the kernel: one named as Jupyter's would be taken here."""

    def is_inside(entry: str) -> bool:
        return os.path.join(os.path.abspath(entry), "").startswith(os.path.join(run_dir, ""))

    sys.path[:] = [entry for entry in sys.path if not is_inside(entry)]


def _require_packages() -> None:
    from importlib.util import find_spec

    for package in _PACKAGES:
        if find_spec(package) is None:
            raise refusal(
                f"{package} is required to run notebooks - install it by running"
                " \"pip install 'guild[notebook]'\" and try again"
            )
