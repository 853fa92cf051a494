"""Values put into notebooks before they are executed."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytest.importorskip("nbformat")

from nbformat import NotebookNode, v4, validate

from guild.adapters.notebooks.preparing import prepare


def _notebook(*cells: str | NotebookNode, **metadata: Any) -> NotebookNode:
    made = [v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]  # type: ignore[no-untyped-call]
    return v4.new_notebook(cells=made, metadata=metadata)  # type: ignore[no-any-return, no-untyped-call]


def _tagged(source: str, tag: str) -> NotebookNode:
    return v4.new_code_cell(source, metadata={"tags": [tag]})  # type: ignore[no-any-return, no-untyped-call]


def _sources(notebook: NotebookNode) -> list[str]:
    validate(notebook)
    return [cell.source for cell in notebook.cells]


def test_values_are_put_into_assignments() -> None:
    notebook = _notebook("x = 1  # one", v4.new_markdown_cell("x = 1"), "y = x")  # type: ignore[no-untyped-call]

    assert prepare(notebook, {"x": 2}, {}) == []

    assert _sources(notebook) == ["x = 2  # one", "x = 1", "y = x"]


def test_what_is_assigned_nowhere_is_set_in_front() -> None:
    notebook = _notebook("print(x)")

    assert prepare(notebook, {"y": "a", "x": 2}, {}) == []

    assert _sources(notebook) == ["x = 2\ny = 'a'", "print(x)"]


def test_what_is_assigned_nowhere_is_set_behind_the_parameters() -> None:
    notebook = _notebook("import sys", _tagged("x = 1", "parameters"), "print(x, y)")

    prepare(notebook, {"y": 3}, {})

    assert _sources(notebook) == ["import sys", "x = 1", "y = 3", "print(x, y)"]


def test_names_that_are_no_variables_are_told_of() -> None:
    notebook = _notebook("x = 1")

    warnings = prepare(notebook, {"n-layers": 3, "class": 1}, {})

    assert warnings == [
        "flag 'class' is not set: nothing in the notebook has that name",
        "flag 'n-layers' is not set: nothing in the notebook has that name",
    ]
    assert _sources(notebook) == ["x = 1"]


def test_patterns_say_where_a_value_goes() -> None:
    notebook = _notebook("train(lr=0.1)", "lr = 5")
    patterns = {"lr": [re.compile(r"lr=(.*)\)")], "z": [re.compile("z=")]}

    warnings = prepare(notebook, {"lr": 2, "z": 1}, patterns)

    assert _sources(notebook) == ["train(lr=2)", "lr = 5"]
    assert warnings == ["flag 'z' is not set: its nb-replace matches nothing"]


def test_an_executed_notebook_becomes_what_it_was() -> None:
    notebook = _notebook("x = 1", "print(x)")
    prepare(notebook, {"x": 2, "y": 3}, {})
    notebook.cells[1].outputs = [v4.new_output("stream", text="2")]  # type: ignore[no-untyped-call]
    notebook.cells[1].execution_count = 3

    prepare(notebook, {}, {})

    assert _sources(notebook) == ["x = 1", "print(x)"]
    assert [(cell.outputs, cell.execution_count) for cell in notebook.cells] == [([], None)] * 2
    assert [dict(cell.metadata) for cell in notebook.cells] == [{}, {}]


def test_a_cell_that_was_edited_since_stays_as_it_is() -> None:
    notebook = _notebook("x = 1")
    prepare(notebook, {"x": 2}, {})
    notebook.cells[0].source = "x = 5"

    prepare(notebook, {}, {})

    assert _sources(notebook) == ["x = 5"]


def test_notebooks_without_ids_of_cells_stay_valid() -> None:
    notebook = _notebook("print(x)")
    notebook.nbformat_minor = 4
    del notebook.cells[0]["id"]

    prepare(notebook, {"x": 1}, {})

    assert _sources(notebook) == ["x = 1", "print(x)"]


def test_other_languages_get_no_values() -> None:
    notebook = _notebook("x = 1", kernelspec={"name": "ir", "display_name": "R", "language": "R"})

    warnings = prepare(notebook, {"x": 2}, {})

    assert warnings == ["flags of notebooks that are not in Python are only in the environment: x"]
    assert _sources(notebook) == ["x = 1"]
