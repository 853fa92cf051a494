"""Flag values put into a notebook that is about to be executed."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, Sequence

from nbformat import NotebookNode, v4

from guild.domain.cellsource import unified_breaks
from guild.domain.cellvalues import (
    PARAMETERS,
    python_text,
    reading_order,
    with_replacements,
    with_values,
)

__all__ = ["language_of", "prepare"]

_INJECTED = "injected-parameters"
"""Tag of a cell that sets what no other cell does: papermill's convention."""

_OURS = "guild"
"""Where in a cell's metadata its source and what was made of it are kept."""


def prepare(
    notebook: NotebookNode,
    values: Mapping[str, object],
    patterns: Mapping[str, Sequence[re.Pattern[str]]],
) -> list[str]:
    """Remove what an execution before left in a notebook and put values in.

    Each cell that is changed keeps its own text in its metadata, so that a notebook that was
    executed can be executed again with other values.

    Args:
        notebook: It is changed.
        values: Values of flags, by name.
        patterns: For flags that are put where patterns match, the patterns.

    Returns:
        What could not be done, a sentence each.
    """
    _restore(notebook)
    if language_of(notebook) != "python":
        told = "flags of notebooks that are not in Python are only in the environment: "
        return [told + ", ".join(values)] if values else []
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    sources = [cell.source for cell in cells]
    warnings = []
    changed = sources
    for name in patterns.keys() & values.keys():
        changed, count = with_replacements(changed, patterns[name], values[name])
        if not count:
            warnings.append(f"flag '{name}' is not set: its nb-replace matches nothing")
    assigned = {name: value for name, value in values.items() if name not in patterns}
    tags = [cell.metadata.get("tags", ()) for cell in cells]
    changed, left = with_values(changed, reading_order(tags), assigned)
    for cell, source, new in zip(cells, sources, changed, strict=True):
        if new != source:
            cell.metadata[_OURS] = {"source": source, "executed": new}
            cell.source = new
    return sorted([*warnings, *_set_first(notebook, left)])


def language_of(notebook: NotebookNode) -> str:
    """The language of a notebook's cells, in lower case; Python if it does not say."""
    kernel = notebook.metadata.get("kernelspec", {})
    info = notebook.metadata.get("language_info", {})
    language = str(kernel.get("language") or info.get("name") or "python").lower()
    return "python" if language == "ipython" else language


def _restore(notebook: NotebookNode) -> None:
    """Make a notebook what it was before it was executed."""
    notebook.cells = [c for c in notebook.cells if _INJECTED not in c.metadata.get("tags", ())]
    for cell in notebook.cells:
        cell.source = unified_breaks(cell.source)
        kept = cell.metadata.pop(_OURS, None)
        # One that its author has changed since is his.
        if kept and kept.get("executed") == cell.source:
            cell.source = kept["source"]
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None


def _set_first(notebook: NotebookNode, values: Mapping[str, object]) -> list[str]:
    """Add a cell that sets values no cell assigns.

    It stands behind the last cell with parameters, or in front of all code.
    """
    fit = {name for name in values if name.isidentifier() and not keyword.iskeyword(name)}
    if fit:
        lines = [f"{name} = {python_text(values[name])}" for name in sorted(fit)]
        cell = v4.new_code_cell("\n".join(lines), metadata={"tags": [_INJECTED]})  # type: ignore[no-untyped-call]
        if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
            del cell["id"]
        notebook.cells.insert(_place(notebook), cell)
    return [
        f"flag '{name}' is not set: nothing in the notebook has that name"
        for name in values.keys() - fit
    ]


def _place(notebook: NotebookNode) -> int:
    place = 0
    for index, cell in enumerate(notebook.cells):
        if PARAMETERS in cell.metadata.get("tags", ()):
            place = index + 1
    return place
