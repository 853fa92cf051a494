"""Images of a summary writer, as TensorBoard shows them."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from guild.summary import SummaryWriter
from tests.unit.tfevents.boards import Board
from tests.unit.tfevents.test_summarywriter import files, messages

RED = np.array([[[255, 0, 0], [0, 0, 255]]], dtype=np.uint8)
"""A red pixel and a blue one."""


def tensors(path: Path) -> list[Any]:  # messages have no types
    """Those in the one file of a directory."""
    (file,) = files(path)
    return [value.tensor for event in messages(file) for value in event.summary.value]


def pixels(content: bytes) -> NDArray[np.generic]:
    """Those of a PNG."""
    image = Image.open(io.BytesIO(content))
    assert image.format == "PNG"
    return np.asarray(image)


def png(array: NDArray[np.uint8] = RED, kind: str = "PNG", **options: Any) -> bytes:
    encoded = io.BytesIO()
    Image.fromarray(array).save(encoded, kind, **options)
    return encoded.getvalue()


PNG = png()


def shown(path: Path, image: Any) -> NDArray[np.generic]:
    """What TensorBoard shows of an image."""
    with SummaryWriter(path) as writer:
        writer.add_image("image", image, step=2)
    ((step, width, height, content),) = Board(path).images("image")
    found = pixels(content)
    assert step == 2
    assert (int(height), int(width)) == found.shape[:2]
    return found


def test_an_image_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "image.png").write_bytes(png())

    assert np.array_equal(shown(tmp_path / "a", tmp_path / "image.png"), RED)
    assert np.array_equal(shown(tmp_path / "b", str(tmp_path / "image.png")), RED)


def test_an_image_in_a_file(tmp_path: Path) -> None:
    file = io.BytesIO(b"before" + png())
    file.seek(6)

    assert np.array_equal(shown(tmp_path, file), RED)
    assert not file.closed


def test_an_image_of_pillow(tmp_path: Path) -> None:
    assert np.array_equal(shown(tmp_path, Image.fromarray(RED)), RED)


def test_a_png_stays_as_it_is(tmp_path: Path) -> None:
    content = png(compress_level=0)

    with SummaryWriter(tmp_path) as writer:
        writer.add_image("image", io.BytesIO(content))

    assert tensors(tmp_path)[0].string_val[2] == content


@pytest.mark.parametrize("kind", ["BMP", "GIF", "TIFF"])
def test_other_images_become_png(tmp_path: Path, kind: str) -> None:
    found = shown(tmp_path, io.BytesIO(png(kind=kind)))

    assert found.shape[:2] == RED.shape[:2]


def test_an_image_of_a_camera_is_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    large = RED.repeat(16, axis=0).repeat(16, axis=1)

    found = shown(tmp_path, io.BytesIO(png(large, kind="JPEG", exif=exif)))

    assert found.shape == (32, 16, 3)
    assert [found[y, 8].argmax() for y in (4, 28)] == [0, 2]


@pytest.mark.parametrize(
    "mode", ["CMYK", "YCbCr", "HSV", "LAB", "RGBX", "PA", "La", "RGBa", "I", "I;16B"]
)
def test_pixels_that_png_has_not_are_converted(tmp_path: Path, mode: str) -> None:
    assert shown(tmp_path, Image.new(mode, (3, 2))).shape[:2] == (2, 3)


@pytest.mark.parametrize("mode", ["I", "I;16", "I;16B", "I;16L"])
def test_pixels_of_sixteen_bits_are_kept(tmp_path: Path, mode: str) -> None:
    order = ">" if mode == "I;16B" else "<"
    pixels = np.array([[0, 200, 1000, 65535]], dtype=f"{order}{'u2' if '16' in mode else 'i4'}")

    found = shown(tmp_path, Image.frombytes(mode, (4, 1), pixels.tobytes()))

    assert found.tolist() == [[0, 200, 1000, 65535]]


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (RED, RED),
        (RED[:, :, 0], RED[:, :, 0]),
        (RED[:, :, :1], RED[:, :, 0]),
        (RED[:, :, :2], RED[:, :, :2]),
        (RED[:, ::-1], RED[:, ::-1]),
        (np.dstack([RED, RED[:, :, :1]]), np.dstack([RED, RED[:, :, :1]])),
        (RED.astype(np.int64), RED),
        (RED > 0, RED),
        (RED / 255, RED),
        ((RED / 255).astype(np.float16), RED),
        (np.array([[-1.0, 0.5, 7.0, np.inf]]), np.array([[0, 128, 255, 255]])),
    ],
)
def test_arrays_are_images(
    tmp_path: Path, array: NDArray[np.generic], expected: NDArray[np.generic]
) -> None:
    assert np.array_equal(shown(tmp_path, array), expected)


class OnDevice:
    """A tensor that numpy can't have."""

    def __array__(self, dtype: object = None, copy: object = None) -> NDArray[np.generic]:
        raise RuntimeError("it is on a device")


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (np.zeros((2,)), ValueError, r"\(height, width, channels\) with .*, not \(2,\)"),
        (np.zeros((3, 9, 9)), ValueError, r"not \(3, 9, 9\)"),
        (np.zeros((0, 2)), ValueError, r"not \(0, 2\)"),
        (np.array([[256]]), ValueError, "from 0 to 255, not from 256 to 256"),
        (np.array([[-1]]), ValueError, "from 0 to 255, not from -1 to -1"),
        (np.array([[np.nan]]), ValueError, "some pixels of the image are nan"),
        (np.array([["a"]]), TypeError, "pixels must be numbers, not <U1"),
        (np.array([[1j]]), TypeError, "pixels must be numbers, not complex128"),
        (OnDevice(), ValueError, "can't be an array of numpy: it is on a device"),
        (io.BytesIO(b"no image"), ValueError, "not an image that can be read"),
        (io.BytesIO(png(kind="BMP")[:40]), ValueError, "not an image that can be read"),
        (io.BytesIO(png()[:12]), ValueError, "the image is cut off"),
        (io.StringIO("text"), TypeError, "must be opened in binary mode"),
        (Image.new("F", (2, 2)), ValueError, "an image of mode F has no range"),
        (Image.new("L", (0, 2)), ValueError, "the image has no pixels"),
        (Image.new("I", (2, 2), -1), ValueError, "must be from 0 to 65535, not from -1 to -1"),
        (Image.new("I", (2, 2), 65536), ValueError, "not from 65536 to 65536"),
        ([[1]], TypeError, "an image must be a path, a file, .* not list"),
        (b"bytes", TypeError, "not bytes"),
        (None, TypeError, "not NoneType"),
    ],
)  # fmt: skip
def test_what_is_no_image_is_told_with_its_tag(
    tmp_path: Path, image: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^my image: .*{message}"):
        SummaryWriter(tmp_path).add_image("my image", image)
    assert files(tmp_path) == []


def test_an_image_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"none\.png"):
        SummaryWriter(tmp_path).add_image("image", tmp_path / "none.png")


def test_a_png_needs_no_pillow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    (tmp_path / "image.png").write_bytes(PNG)

    with SummaryWriter(tmp_path) as writer:
        writer.add_image("image", tmp_path / "image.png")
        writer.add_image("image", io.BytesIO(PNG), step=1)
        for other in (RED, io.BytesIO(b"GIF89a")):
            with pytest.raises(
                ImportError, match=r"^other: .* needs Pillow: install it with 'pip install pillow'"
            ):
                writer.add_image("other", other)

    assert [tensor.string_val[:2] for tensor in tensors(tmp_path)] == [[b"2", b"1"]] * 2
