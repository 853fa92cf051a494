"""Files kept of notebooks, and what of them is printed."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbformat")
pytest.importorskip("nbconvert")

from nbformat import NotebookNode, from_dict, read, v4

from guild.adapters.notebooks.files import keep_html, keep_notebook, remove_images, save_images
from guild.adapters.notebooks.showing import show_message


def _cell(*data: dict[str, str]) -> NotebookNode:
    outputs = [{"output_type": "display_data", "data": one, "metadata": {}} for one in data]
    return from_dict({"outputs": [{"output_type": "stream", "text": "a"}, *outputs]})  # type: ignore[no-any-return, no-untyped-call]


def test_images_are_saved_beside_the_notebook(tmp_path: Path) -> None:
    png, told = base64.b64encode(b"data").decode(), list[str]()

    save_images(
        _cell({"image/png": png, "text/plain": "a"}, {"image/svg+xml": "<svg>é</svg>"}),
        2,
        str(tmp_path / "train.ipynb"),
        told.append,
    )

    saved = {path.name: path.read_bytes() for path in (tmp_path / "train_files").iterdir()}
    assert saved == {"train_2_1.png": b"data", "train_2_2.svg": "<svg>é</svg>".encode()}
    assert told == []


def test_an_image_that_is_none_is_told_of(tmp_path: Path) -> None:
    told = list[str]()

    save_images(_cell({"image/png": "é"}), 2, str(tmp_path / "train.ipynb"), told.append)

    assert len(told) == 1
    assert told[0].startswith("WARNING: cannot save an image of cell 3: ")


def test_only_images_of_the_notebook_are_removed(tmp_path: Path) -> None:
    directory = tmp_path / "train_files"
    directory.mkdir()
    for name in ("train_0_1.png", "train_10_0.svg", "train_0.png", "other_0_1.png"):
        (directory / name).touch()

    remove_images(str(tmp_path / "train.ipynb"))

    assert sorted(path.name for path in directory.iterdir()) == ["other_0_1.png", "train_0.png"]


def test_a_notebook_is_kept_with_its_page(tmp_path: Path) -> None:
    cell = v4.new_code_cell("x = 'é'")  # type: ignore[no-untyped-call]
    notebook = v4.new_notebook(cells=[cell])  # type: ignore[no-untyped-call]
    path, told = str(tmp_path / "train.ipynb"), list[str]()

    keep_notebook(notebook, path)
    keep_html(notebook, path, told.append)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["train.html", "train.ipynb"]
    assert read(path, as_version=4).cells[0].source == "x = 'é'"  # type: ignore[no-untyped-call]
    assert "<title>train</title>" in (tmp_path / "train.html").read_text(encoding="utf-8")
    assert told == []


@pytest.mark.parametrize(
    ("kind", "content", "out", "err"),
    [
        ("stream", {"name": "stdout", "text": "é\r"}, "é\r", ""),
        ("stream", {"name": "stderr", "text": "a"}, "", "a"),
        ("execute_result", {"data": {"text/plain": "3", "text/html": "<b>"}}, "3\n", ""),
        ("display_data", {"data": {"image/png": ""}}, "", ""),
        ("error", {"ename": "E", "traceback": ["\x1b[31ma\x1b[0m", "b"]}, "", "a\nb\n"),
        ("error", {"ename": "SystemExit", "traceback": ["a"]}, "", ""),
        ("status", {"execution_state": "idle"}, "", ""),
    ],
)
def test_outputs_are_printed(
    capfd: pytest.CaptureFixture[str], kind: str, content: dict[str, Any], out: str, err: str
) -> None:
    show_message({"msg_type": kind, "content": content})

    captured = capfd.readouterr()
    assert (captured.out, captured.err) == (out, err)
