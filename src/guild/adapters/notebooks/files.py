"""Files that a run keeps of a notebook: itself, its images, and a page to read."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable

import nbformat
from nbformat import NotebookNode

__all__ = ["keep_html", "keep_notebook", "remove_images", "save_images"]

_IMAGES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
}


def keep_notebook(notebook: NotebookNode, path: str) -> None:
    """Write a notebook."""
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    _write(path, f"{text}\n".encode("utf-8", "backslashreplace"))


def keep_html(notebook: NotebookNode, path: str, tell: Callable[[str], None]) -> None:
    """Write a page that shows a notebook, beside it.

    Args:
        notebook: The notebook.
        path: Its own path.
        tell: Is told if the page can't be made, which is not the notebook's failure.
    """
    from nbconvert import HTMLExporter  # slow to import: not before the cells are executed

    name = os.path.basename(path).removesuffix(".ipynb")
    try:
        exporter = HTMLExporter()  # type: ignore[no-untyped-call]
        page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": name}})
        _write(f"{path.removesuffix('.ipynb')}.html", page.encode("utf-8", "replace"))
    except Exception as error:  # Templates can be anybody's.
        why = (str(error) or type(error).__name__).splitlines()[0]
        tell(f"WARNING: cannot write the notebook as HTML: {why}")


def save_images(cell: NotebookNode, index: int, path: str, tell: Callable[[str], None]) -> None:
    """Write the images among a cell's outputs.

    They are `NAME_files/NAME_CELL_OUTPUT.png` beside the notebook: as nbconvert names them,
    with numbers from 0.

    Args:
        cell: The cell.
        index: Its index in the notebook.
        path: The notebook's path.
        tell: Is told what is wrong with an image.
    """
    for number, output in enumerate(cell.get("outputs", ())):
        for kind, data in output.get("data", {}).items():
            if kind not in _IMAGES:
                continue
            directory, stem = _images_of(path)
            try:
                content = data.encode() if kind.endswith("xml") else base64.b64decode(data)
                os.makedirs(directory, exist_ok=True)
                _write(f"{directory}/{stem}_{index}_{number}.{_IMAGES[kind]}", content)
            except (ValueError, OSError) as error:
                tell(f"WARNING: cannot save an image of cell {index + 1}: {error}")


def remove_images(path: str) -> None:
    """Remove the images that an execution before left beside a notebook."""
    directory, stem = _images_of(path)
    ours = re.compile(rf"{re.escape(stem)}_\d+_\d+\.({'|'.join(_IMAGES.values())})")
    for name in os.listdir(directory) if os.path.isdir(directory) else ():
        if ours.fullmatch(name):
            os.remove(f"{directory}/{name}")


def _images_of(path: str) -> tuple[str, str]:
    directory, name = os.path.split(path)
    stem = name.removesuffix(".ipynb")
    return os.path.join(directory, f"{stem}_files"), stem


def _write(path: str, content: bytes) -> None:
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        with open(temporary, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise
