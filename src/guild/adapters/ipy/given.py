"""What users of the library give, of the types that it must have."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["text_given", "texts_given", "truth_given"]


def truth_given(name: str, value: object) -> bool | None:
    """A truth value of Python or numpy, or None if nothing is given.

    Raises:
        TypeError: If it is something else; the message names the argument.
    """
    import numpy as np

    if value is None or isinstance(value, bool | np.bool_):
        return None if value is None else bool(value)
    raise TypeError(f"{name} has to be True or False, not {value!r}")


def text_given(name: str, value: object) -> str | None:
    """A text, or None if nothing is given.

    Raises:
        TypeError: If it is something else; the message names the argument.
    """
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"{name} has to be text, not {value!r}")


def texts_given(name: str, value: object) -> tuple[str, ...]:
    """Several texts, of which a single one or none may be given.

    Raises:
        TypeError: If it is something else; the message names the argument.
    """
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Iterable):
        raise TypeError(f"{name} has to be text or a list of texts, not {value!r}")
    texts = tuple(value)
    for each in texts:
        if not isinstance(each, str):
            raise TypeError(f"{name} has to be text or a list of texts, but {each!r} is in it")
    return texts
