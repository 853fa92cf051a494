"""What may be given to a summary writer: tags, numbers, steps, times."""

from __future__ import annotations

__all__ = ["number_of", "seconds_of", "step_of", "tag_of", "text_of", "unwrapped"]

_MIN_STEP = -(2**63)
_MAX_STEP = 2**63 - 1


def tag_of(tag: object) -> str:
    """A tag.

    Raises:
        TypeError: If it is no text.
        ValueError: If it can't be encoded.
    """
    return text_of("a tag", tag)


def text_of(what: str, text: object) -> str:
    """Text that can be stored.

    Args:
        what: Says what it is, in errors.
        text: What was given.

    Raises:
        TypeError: If it is no text.
        ValueError: If it can't be encoded.
    """
    if not isinstance(text, str):
        raise TypeError(f"{what} must be text, not {_kind(text)}")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ValueError(f"{what} can't be encoded: {text!r}") from error
    return text


def number_of(what: str, value: object) -> float:
    """The number that a value is: of Python, or in an array or tensor with that one only.

    Args:
        what: Says what it is, in errors.
        value: What was given.

    Raises:
        TypeError: If it is no number.
        ValueError: If it has more than one number, or can't be a `float`.
    """
    if type(value) is float:
        return value
    value = unwrapped(what, value)
    if isinstance(value, (str, bytes, complex)) or not (
        hasattr(value, "__float__") or hasattr(value, "__index__")
    ):
        raise TypeError(f"{what} must be a number, not {_kind(value)}")
    try:
        return float(value)  # type: ignore[arg-type] # it has one of the two
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{what} must be one number: {error}") from error


def step_of(what: str, step: object) -> int:
    """A step as a whole number, cut off towards 0; 0 for None.

    Args:
        what: Says what it is a step of, in errors.
        step: What was given.

    Raises:
        TypeError: If it is no number.
        ValueError: If it has no whole part, or one of more than 64 bits.
    """
    if step is None:
        return 0
    whole = step if type(step) is int else _whole(f"the step of {what}", step)
    if not _MIN_STEP <= whole <= _MAX_STEP:
        raise ValueError(f"the step of {what} is out of range: {whole}")
    return whole


def _whole(what: str, value: object) -> int:
    value = unwrapped(what, value)
    if isinstance(value, (str, bytes, complex)) or not (
        hasattr(value, "__int__") or hasattr(value, "__index__")
    ):
        raise TypeError(f"{what} must be a number, not {_kind(value)}")
    try:
        return int(value)  # type: ignore[call-overload, no-any-return] # it has one of the two
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{what} must be one number: {error}") from error


def seconds_of(what: str, walltime: object) -> float | None:
    """A time in seconds since the epoch; None for None.

    Args:
        what: Says what it is the time of, in errors.
        walltime: What was given.

    Raises:
        TypeError: If it is no number.
        ValueError: If it is no time.
    """
    if walltime is None:
        return None
    seconds = number_of(f"the walltime of {what}", walltime)
    if not abs(seconds) < float("inf"):
        raise ValueError(f"the walltime of {what} must be finite, not {seconds}")
    return seconds


def unwrapped(what: str, value: object) -> object:
    """What is in an array or tensor of one element; anything else as it is.

    Args:
        what: Says what it is, in errors.
        value: What was given.

    Raises:
        ValueError: If there are more elements, or the one can't be had.
    """
    item = getattr(value, "item", None)
    if not callable(item):
        return value
    try:
        inner: object = item()
    except Exception as error:  # each library has errors of its own
        raise ValueError(f"{what} must be one number: {error}") from error
    return inner


def _kind(value: object) -> str:
    return type(value).__name__
