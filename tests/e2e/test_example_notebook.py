"""The example notebook runs from its first cell to its last, and draws what it says."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from PIL import Image

pytestmark = pytest.mark.e2e

_NOTEBOOK = Path(__file__).parents[2] / "examples" / "ipy.ipynb"


def read() -> Any:
    return nbformat.read(_NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def executed() -> Any:
    """The notebook, executed; a cell that fails is an error."""
    notebook = read()
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    return notebook


def outputs(notebook: Any, kind: str) -> list[Any]:
    """What cells gave, of a type of media, in order."""
    found = [
        output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ())
    ]
    return [data[kind] for data in found if kind in data]


def test_it_is_kept_without_outputs() -> None:
    notebook = read()

    assert not [cell for cell in notebook.cells if cell.get("outputs")]


def test_pictures_have_something_in_them(executed: Any) -> None:
    pictures = outputs(executed, "image/png")

    assert len(pictures) == 3
    for picture in pictures:
        image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
        colours = image.getcolors(1 << 20)
        assert colours is not None
        assert len(colours) > 20


def test_frames_are_shown_as_tables(executed: Any) -> None:
    grid, comparison, *_ = outputs(executed, "text/html")

    assert grid.count("<tr") == comparison.count("<tr") == 1 + 6
    assert "accuracy" in comparison


def test_a_failure_is_told(executed: Any) -> None:
    texts = "".join(
        output.get("text", "") for cell in executed.cells for output in cell.get("outputs", ())
    )

    assert "ValueError in " in texts
    assert "status: error\n" in texts
    assert "Traceback" in texts
