"""What makes an attrs class a value: it is compared, hashed and shown by its attributes."""

from __future__ import annotations

from attr import fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

    from attr import Attribute

__all__ = ["Value"]


class Value:
    """Base of those classes of the domain that are attrs classes: see `Record` for the others.

    attrs writes `__eq__`, `__hash__` and `__repr__` anew for each class and compiles them when
    the class is made, at every start: half of what the class costs. These three serve all of
    them; the classes say `@frozen(eq=False, repr=False)`.
    """

    __slots__ = ()

    if TYPE_CHECKING:
        __attrs_attrs__: ClassVar[tuple[Attribute[Any], ...]]

    def __eq__(self, other: object) -> bool:
        """Whether the other is of the same class with equal attributes."""
        if other.__class__ is not self.__class__:
            return NotImplemented
        return _contents(self) == _contents(other)

    def __hash__(self) -> int:
        return hash((self.__class__, _contents(self)))

    def __repr__(self) -> str:
        shown = (f"{a.name}={getattr(self, a.name)!r}" for a in fields(self.__class__) if a.repr)
        return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _contents(value: Value) -> tuple[object, ...]:
    return tuple(getattr(value, a.name) for a in fields(value.__class__) if a.eq)
