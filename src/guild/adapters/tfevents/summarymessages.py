"""Event messages of summaries, by TensorBoard's own message types.

All but scalars have the forms of its second version: a tensor, and metadata that name the plugin
to show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

# Slow to load, so this module is for those who write.
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, types_pb2

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from guild.adapters.tfevents.summaryimages import Png

__all__ = [
    "event",
    "histogram_of",
    "histogram_summary",
    "image_summary",
    "scalar_summary",
    "text_summary",
    "version_event",
]


def event(summary: Any, step: int, seconds: float) -> bytes:  # protobuf has no types
    """An event message.

    Args:
        summary: A `Summary` message.
        step: Training step it belongs to.
        seconds: The time, in seconds since the epoch.
    """
    message = event_pb2.Event(wall_time=seconds, step=step, summary=summary)
    data: bytes = message.SerializeToString()
    return data


def version_event(seconds: float) -> bytes:
    """The message that begins a file.

    Args:
        seconds: The time, in seconds since the epoch.
    """
    message = event_pb2.Event(wall_time=seconds, file_version="brain.Event:2")
    data: bytes = message.SerializeToString()
    return data


def scalar_summary(tag: str, value: float) -> Any:
    """The summary of a number, which has 32 bits there."""
    return summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, simple_value=value)])


def text_summary(tag: str, text: str) -> Any:
    """The summary of a text, which TensorBoard shows as Markdown."""
    from tensorboard.plugins.text import metadata

    return _summary(
        tag,
        metadata.create_summary_metadata(display_name=None, description=None),
        _strings((), [text.encode()]),
    )


def image_summary(tag: str, image: Png) -> Any:
    """The summary of an image."""
    from tensorboard.plugins.image import metadata

    size = [str(number).encode() for number in (image.width, image.height)]
    return _summary(
        tag,
        metadata.create_summary_metadata(display_name=None, description=None),
        _strings((3,), [*size, image.data]),
    )


def histogram_summary(tag: str, buckets: NDArray[np.float64]) -> Any:
    """The summary of a histogram.

    Args:
        tag: Its tag.
        buckets: Left edge, right edge and count of each bucket: shape (buckets, 3).
    """
    from tensorboard.plugins.histogram import metadata

    tensor = tensor_pb2.TensorProto(
        dtype=types_pb2.DT_DOUBLE,
        tensor_shape=_shape(buckets.shape),
        tensor_content=buckets.astype("<f8").tobytes(),
    )
    return _summary(
        tag, metadata.create_summary_metadata(display_name=None, description=None), tensor
    )


def histogram_of(tag: str, values: ArrayLike, bins: int | Sequence[float]) -> NDArray[np.float64]:
    """Left edge, right edge and count of each bucket, as TensorBoard's own writer has them.

    Args:
        tag: Says what it is, in errors.
        values: Numbers, in any shape.
        bins: How many buckets of the same width, from the lowest value to the highest; or their
            edges, of which there is one more than there are buckets.

    Raises:
        TypeError: If a value is no number.
        ValueError: If a value is not finite, or there can be no such buckets.
    """
    import numpy as np

    numbers = _numbers(tag, values)
    if isinstance(bins, bool) or not hasattr(bins, "__index__"):
        edges = _numbers(f"{tag} (bins)", bins)
        if edges.size < 2 or not np.all(edges[1:] > edges[:-1]):
            raise ValueError(f"{tag}: edges of bins must be at least 2 numbers that rise")
        counts = np.histogram(numbers, edges)[0]
        return np.stack([edges[:-1], edges[1:], counts], axis=1)
    number = bins.__index__()
    if number < 1:
        raise ValueError(f"{tag}: there must be at least 1 bin, not {number}")
    if not numbers.size:
        return np.zeros((number, 3))
    low, high = numbers.min(), numbers.max()
    with np.errstate(over="ignore", under="ignore"):
        width = (high - low) / number
    if not np.isfinite(width):
        raise ValueError(f"{tag}: values from {low} to {high} are too far apart")
    if width == 0:
        counts = np.zeros(number)
        counts[-1] = numbers.size
        return np.stack([np.full(number, low), np.full(number, high), counts], axis=1)
    places = np.minimum(np.floor((numbers - low) / width).astype(np.int64), number - 1)
    counts = np.bincount(places, minlength=number)
    edges = np.linspace(low, high, number + 1)
    return np.stack([edges[:-1], edges[1:], counts], axis=1)


def _numbers(tag: str, values: object) -> NDArray[np.float64]:
    """Finite numbers in one dimension."""
    import numpy as np

    try:
        array = np.asarray(values)
        if array.dtype.kind in "USMmc":
            raise TypeError(f"there is {array.dtype}")
        numbers = array.astype(np.float64).ravel()
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:  # RuntimeError: torch
        raise TypeError(f"{tag}: values must be numbers: {error}") from error
    if not np.isfinite(numbers).all():
        raise ValueError(f"{tag}: values must be finite, and some are nan or infinite")
    return numbers


def _summary(tag: str, metadata: Any, tensor: Any) -> Any:
    value = summary_pb2.Summary.Value(tag=tag, metadata=metadata, tensor=tensor)
    return summary_pb2.Summary(value=[value])


def _strings(shape: tuple[int, ...], values: Sequence[bytes]) -> Any:
    return tensor_pb2.TensorProto(
        dtype=types_pb2.DT_STRING, tensor_shape=_shape(shape), string_val=values
    )


def _shape(shape: tuple[int, ...]) -> Any:
    from tensorboard.compat.proto import tensor_shape_pb2

    return tensor_shape_pb2.TensorShapeProto(dim=[{"size": size} for size in shape])
