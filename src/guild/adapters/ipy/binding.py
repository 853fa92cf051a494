"""Arguments of a function by name, as its signature has them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import cast

__all__ = ["Bound", "bound", "operation_name"]

_LISTED = inspect.Parameter.VAR_POSITIONAL
_NAMED = inspect.Parameter.VAR_KEYWORD


class Bound:
    """A function with arguments.

    Attributes:
        arguments: By name, in the order of the signature, with defaults for what was not given.
            What `*args` takes is a tuple under that name, and what `**kw` takes is a map; where
            they take nothing they are left out.
        given: Those of them that are no defaults.
    """

    def __init__(
        self,
        function: Callable[..., object],
        signature: inspect.Signature,
        arguments: Mapping[str, object],
        given: Mapping[str, object],
    ) -> None:
        self.arguments = arguments
        self.given = given
        self._function = function
        self._signature = signature

    def __call__(self, /, **arguments: object) -> object:
        """Call the function with arguments by name, as `arguments` has them."""
        binding = inspect.BoundArguments(
            self._signature,
            {name: arguments[name] for name in self._signature.parameters if name in arguments},
        )
        return self._function(*binding.args, **binding.kwargs)


def bound(
    function: Callable[..., object], args: Sequence[object], kw: Mapping[str, object]
) -> Bound:
    """Bind arguments to a function's signature, with defaults filled in.

    What a partial function has is among the arguments, and as little given as a default.

    Raises:
        TypeError: If they don't fit, or the function doesn't say which arguments it takes.
    """
    if type(function) is partial:
        # Without what it may be said to wrap, whose signature would be taken for its own.
        function = partial(function.func, *function.args, **function.keywords)
    given = _binding(function, args, kw).arguments
    if type(function) is partial:
        args, kw = (*function.args, *args), {**function.keywords, **kw}
        function = function.func
    binding = _binding(function, args, kw)
    binding.apply_defaults()
    signature = binding.signature
    kinds = {parameter.name: parameter.kind for parameter in signature.parameters.values()}
    arguments = {
        name: value
        for name, value in binding.arguments.items()
        if value or kinds[name] not in (_LISTED, _NAMED)
    }
    return Bound(function, signature, arguments, given)


def _binding(
    function: Callable[..., object], args: Sequence[object], kw: Mapping[str, object]
) -> inspect.BoundArguments:
    name = operation_name(function)
    try:
        signature = inspect.signature(function)
    except ValueError:
        raise TypeError(
            f"{name}() does not tell which arguments it takes: put it into a function that does"
        ) from None
    try:
        return signature.bind(*args, **kw)
    except TypeError as error:
        raise TypeError(f"{name}() {error}") from None


def operation_name(function: Callable[..., object]) -> str:
    """Name of a function's operation: its own, or that of the class of a callable object."""
    wrapped = function
    while hasattr(wrapped, "func") and not hasattr(wrapped, "__name__"):  # partial functions
        wrapped = wrapped.func
    return cast(str, getattr(wrapped, "__name__", type(wrapped).__name__))
