"""Images of any kind as PNG."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Png", "png_of"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SIZE_AT = 16  # width and height, of 4 bytes each
_MODES = frozenset({"1", "L", "LA", "I;16", "P", "RGB", "RGBA"})
"""Kinds of pixels that PNG has."""
_MOST = (1 << 16) - 1


class Png(NamedTuple):
    """An image, encoded.

    Attributes:
        data: The content of a PNG file.
        width: In pixels.
        height: In pixels.
    """

    data: bytes
    width: int
    height: int


def png_of(tag: str, image: object) -> Png:
    """An image as PNG.

    Args:
        tag: Says which image, in errors.
        image: The path of a file; a binary file, which is read from where it is to its end;
            an image of Pillow; or an array of pixels, see `_of_array`. A PNG stays as it is.

    Raises:
        TypeError: If it is none of these.
        ValueError: If it can't be an image.
        OSError: If a file can't be read.
        ImportError: If Pillow is needed and is not there.
    """
    if isinstance(image, (str, os.PathLike)):
        with open(image, "rb") as file:
            return _of_file(tag, file.read())
    if callable(getattr(image, "read", None)):
        content = image.read()  # type: ignore[attr-defined] # asked above
        if not isinstance(content, (bytes, bytearray, memoryview)):
            raise TypeError(f"{tag}: the file of an image must be opened in binary mode")
        return _of_file(tag, bytes(content))
    if hasattr(image, "mode") and callable(getattr(image, "save", None)):
        return _of_pillow(tag, image)
    if hasattr(image, "__array__"):
        return _of_array(tag, image)
    raise TypeError(
        f"{tag}: an image must be a path, a file, an image of Pillow or an array, "
        f"not {type(image).__name__}"
    )


def _of_file(tag: str, content: bytes) -> Png:
    if content.startswith(_SIGNATURE):
        if len(content) < _SIZE_AT + 8:
            raise ValueError(f"{tag}: the image is cut off")
        width = int.from_bytes(content[_SIZE_AT : _SIZE_AT + 4], "big")
        height = int.from_bytes(content[_SIZE_AT + 4 : _SIZE_AT + 8], "big")
        return Png(content, width, height)
    pillow = _pillow(tag, "an image that is no PNG")
    try:
        opened = pillow.open(io.BytesIO(content))
        opened.load()
    except (OSError, ValueError, SyntaxError) as error:  # what its decoders raise
        raise ValueError(f"{tag}: not an image that can be read: {error}") from error
    from PIL import ImageOps

    return _of_pillow(tag, ImageOps.exif_transpose(opened))  # as cameras mean it


def _of_pillow(tag: str, image: Any) -> Png:
    picture: Image = image
    if picture.mode == "F":
        raise ValueError(f"{tag}: an image of mode F has no range; convert it, for example to L")
    if not (picture.width and picture.height):
        raise ValueError(f"{tag}: the image has no pixels")
    if picture.mode == "La":
        picture = picture.convert("LA")
    elif picture.mode not in _MODES and picture.mode.startswith("I"):
        picture = _of_whole_numbers(tag, picture.convert("I"))
    elif picture.mode not in _MODES:
        colours = "RGBA" if getattr(picture, "has_transparency_data", False) else "RGB"
        picture = picture.convert(colours)
    encoded = io.BytesIO()
    picture.save(encoded, "PNG")
    return Png(encoded.getvalue(), picture.width, picture.height)


def _of_whole_numbers(tag: str, picture: Image) -> Image:
    """Pixels of 32 bits (mode I) as those of 16 that PNG has."""
    lowest, highest = cast("tuple[int, int]", picture.getextrema())
    if lowest < 0 or highest > _MOST:
        raise ValueError(
            f"{tag}: pixels of an image of mode I must be from 0 to {_MOST}, "
            f"not from {lowest} to {highest}"
        )
    return picture.convert("I;16")


def _of_array(tag: str, image: object) -> Png:
    """An array of pixels as PNG.

    Shape (height, width), or (height, width, channels) with 1 channel (gray), 2 (gray and
    alpha), 3 (RGB) or 4 (RGBA). Integers are from 0 to 255. Floats are from 0 to 1, and what is
    outside is cut off, as in TensorBoard. Booleans are black and white.
    """
    import numpy as np

    try:
        pixels = np.asarray(image)
    except (RuntimeError, TypeError, ValueError) as error:  # a tensor on a device, for example
        raise ValueError(f"{tag}: the image can't be an array of numpy: {error}") from error
    shape = pixels.shape
    if pixels.ndim == 3 and shape[2] == 1:
        pixels = pixels[:, :, 0]
    if not (pixels.ndim == 2 or (pixels.ndim == 3 and shape[2] in (2, 3, 4))) or not pixels.size:
        raise ValueError(
            f"{tag}: an image must have the shape (height, width) or (height, width, channels) "
            f"with 1 to 4 channels, not {shape}"
        )
    kind = pixels.dtype.kind
    if kind == "f":
        if np.isnan(pixels).any():
            raise ValueError(f"{tag}: some pixels of the image are nan")
        pixels = np.rint(np.clip(pixels, 0, 1).astype(np.float64) * 255)
    elif kind == "b":
        pixels = pixels * np.uint8(255)
    elif kind not in "iu":
        raise TypeError(f"{tag}: pixels must be numbers, not {pixels.dtype}")
    elif pixels.min() < 0 or pixels.max() > 255:
        raise ValueError(
            f"{tag}: integer pixels must be from 0 to 255, "
            f"not from {pixels.min()} to {pixels.max()}"
        )
    pillow = _pillow(tag, "an array as an image")
    return _of_pillow(tag, pillow.fromarray(np.ascontiguousarray(pixels.astype(np.uint8))))


def _pillow(tag: str, what: str) -> Any:
    try:
        from PIL import Image
    except ImportError as error:
        raise ImportError(
            f"{tag}: {what} needs Pillow: install it with 'pip install pillow'"
        ) from error
    return Image
