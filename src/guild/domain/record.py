"""Parameter objects: many named values that are handed on together."""

from __future__ import annotations

from typing import Any, Self, dataclass_transform

__all__ = ["Record"]


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Record:
    """Named values that do not change, given by keyword; what a class assigns is the default.

    The attributes are the annotations of the class itself, as for an attrs class. attrs is for
    the values of the domain: it writes code for each attribute when a class is made, and these
    have so many that it took a quarter of an interpreter's start at each `guild run`.

    Defaults are shared by all instances, and so must be immutable.

    Raises:
        TypeError: If a value is missing or has a name that is none of the attributes.
    """

    def __init__(self, **values: Any) -> None:
        kind = self.__class__
        for name in values:
            if name not in kind.__annotations__:
                raise TypeError(f"{kind.__name__} has no attribute {name!r}")
        for name in kind.__annotations__:
            if name not in values and not hasattr(kind, name):
                raise TypeError(f"{kind.__name__} needs {name!r}")
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self.__class__.__name__}.{name} can't be changed")

    def values(self) -> dict[str, Any]:
        """The values by name, in the order of the class."""
        return {name: getattr(self, name) for name in self.__class__.__annotations__}

    def replaced(self, **values: Any) -> Self:
        """The same with other values for some names."""
        return self.__class__(**{**self.__dict__, **values})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record) or other.__class__ is not self.__class__:
            return NotImplemented
        return self.values() == other.values()

    __hash__ = None  # type: ignore[assignment] # values may be mappings

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.values().items())
        return f"{self.__class__.__name__}({shown})"
