"""A notebook from its source to what a run keeps of it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from guild.adapters.notebooks.execution import Execution, NoKernel
from guild.adapters.notebooks.files import keep_html, keep_notebook, remove_images, save_images
from guild.adapters.notebooks.preparing import language_of, prepare
from guild.adapters.notebooks.showing import tell
from guild.adapters.runner.failure import refusal

__all__ = ["End", "run_notebook"]

_SAVE_EVERY_S = 5.0


class End(NamedTuple):
    """How the execution of a notebook ended.

    Attributes:
        status: Exit status for this process.
        signal: The signal by which it was stopped, if it was.
    """

    status: int
    signal: int | None = None


def run_notebook(
    source: str,
    target: str,
    run_dir: str,
    values: Mapping[str, object],
    patterns: Mapping[str, Sequence[re.Pattern[str]]],
) -> End:
    """Execute a notebook and keep it as it was executed, also if it fails or is stopped.

    Args:
        source: Absolute path of the notebook.
        target: Absolute path for what is executed, which may be the same.
        run_dir: Absolute directory to execute it in.
        values: Values of flags.
        patterns: For flags that are put where patterns match, the patterns.

    Raises:
        SystemExit: With a message, if it can't be executed at all.
    """
    name = os.path.relpath(target, run_dir)
    tell(f"Initializing {name} for run")
    notebook = _read(source, name)
    for warning in prepare(notebook, values, patterns):
        tell(f"WARNING: {warning}")
    _import_from(os.path.dirname(source), run_dir)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    remove_images(target)
    keep_notebook(notebook, target)
    tell(f"Executing {name}")
    saving = _Saving(notebook, target)
    execution = Execution(notebook, run_dir, language_of(notebook), saving.after_cell)
    try:
        execution.run()
    except NoKernel as error:
        raise refusal(f"cannot run {name}: {error}") from None
    finally:
        saving.save()
    if execution.told is None:
        keep_html(notebook, target, tell)
    if execution.failure:
        tell(f"guild: {name}: {execution.failure}")
    return End(execution.status, execution.told)


class _Saving:
    """Writes a notebook while it is executed, for those who look, and for what may happen."""

    def __init__(self, notebook: NotebookNode, path: str) -> None:
        self._notebook = notebook
        self._path = path
        self._last = time.monotonic()

    def after_cell(self, index: int) -> None:
        """Save the images of a cell that was executed, and at times the notebook."""
        save_images(self._notebook.cells[index], index, self._path, tell)
        if time.monotonic() - self._last >= _SAVE_EVERY_S:
            self.save()
            self._last = time.monotonic()

    def save(self) -> None:
        """Write the notebook."""
        keep_notebook(self._notebook, self._path)


def _read(path: str, name: str) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)  # type: ignore[no-any-return, no-untyped-call]
    except OSError as error:
        raise refusal(f"cannot read {name}: {error.strerror}") from None
    except Exception as error:  # Its parts raise errors of many kinds for a damaged file.
        why = (str(error) or type(error).__name__).splitlines()[0]
        raise refusal(f"cannot read {name}: it is no notebook: {why}") from None


def _import_from(directory: str, run_dir: str) -> None:
    """Let the kernel find modules beside the notebook, as Jupyter does."""
    entries = os.environ.get("PYTHONPATH", "").split(":")
    if directory not in (os.path.abspath(os.path.join(run_dir, entry)) for entry in entries):
        os.environ["PYTHONPATH"] = ":".join(filter(None, [directory, *entries]))
