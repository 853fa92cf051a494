"""Whether a file is text, by its name or by how it starts.

Source: reference "guild.yml", section "Source code selection". Encodings are not guessed: that
is slow, and what matters is only that data is not taken for text.
"""

from __future__ import annotations

__all__ = ["TEXT_SAMPLE", "has_text_name", "looks_like_text"]

TEXT_SAMPLE = 8192
"""How many bytes of a file are enough to tell whether it is text."""

_TEXT_NAMES = (".csv", ".md", ".py", ".sh", ".txt")
_BINARY_NAMES = frozenset(
    name
    for names in (
        "bmp eot gif ico jpeg jpg otf pdf png tif tiff ttf webp woff woff2",
        "aac avi flac m4a mkv mov mp3 mp4 mpeg ogg wav webm wmv",
        "7z bz2 gz jar rar tar tgz whl xz zip zst",
        "bin class dll dylib exe o pyc pyd pyo so",
        "h5 hdf5 joblib npy npz onnx parquet pb pickle pkl pt pth sqlite tflite",
    )
    for name in names.split()
)
_TEXT_BYTES = bytes(range(0x20, 0x7F)) + bytes(range(0x80, 0xFF)) + b"\t\n\r\f\b\x1b"


def has_text_name(path: str) -> bool | None:
    """Whether the extension says that a file is text; None if it says nothing."""
    if path.endswith(_TEXT_NAMES):
        return True
    _, dot, extension = path.rpartition("/")[2].rpartition(".")
    return False if dot and extension.lower() in _BINARY_NAMES else None


def looks_like_text(sample: bytes) -> bool:
    """Whether a file that starts with these bytes is text; `TEXT_SAMPLE` of them are enough.

    UTF-8 may have some control characters in it. Bytes of another encoding may not: that is
    what tells old text encodings from data.
    """
    if b"\0" in sample or b"\xff" in sample:
        return False
    controls = len(sample.translate(None, _TEXT_BYTES))
    try:
        sample.decode()
    except UnicodeDecodeError as error:
        cut_short = error.start >= len(sample) - 3 and error.end == len(sample)
        if not cut_short:
            return controls == 0
    return controls <= 0.3 * len(sample)
