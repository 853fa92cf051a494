"""Values made of named parts, without a library: what nearly every command loads."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Self, dataclass_transform
else:

    def dataclass_transform(**_told):
        """What type checkers know, without the module, which is slow to load."""
        return lambda kind: kind


__all__ = ["Record"]

_set = object.__setattr__


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Record:
    """A value that does not change: it is made, compared, hashed and shown by its parts.

    The parts are the annotations of the class, as for an attrs class; what it assigns is the
    default, shared by all instances, and so must be immutable. They are given by keyword, or in
    order where the class says `kw_only=False`.

    attrs is for what is read from files and for what few commands load: it takes longer to load
    than all else that a listing needs, and writes code for each class when that is made.

    Raises:
        TypeError: If a part is missing, is given twice, or has a name that is none of them.
    """

    _order: ClassVar[tuple[str, ...]] = ()
    _names: ClassVar[frozenset[str]] = frozenset()
    _defaults: ClassVar[Mapping[str, Any]] = {}
    __match_args__: ClassVar[tuple[str, ...]] = ()
    """Names of the parts that are given in order, and that patterns take in order."""

    def __init_subclass__(cls, *, kw_only: bool = True) -> None:
        own = (name for name in cls.__annotations__ if name not in cls._names)
        cls._order = (*cls._order, *own)
        cls._names = frozenset(cls._order)
        cls._defaults = {name: getattr(cls, name) for name in cls._order if hasattr(cls, name)}
        cls.__match_args__ = () if kw_only else cls._order  # type: ignore[misc]  # as attrs does

    def __init__(self, *placed: Any, **values: Any) -> None:
        if placed:
            values = self._with_placed(placed, values)
        if values.keys() != self._names:
            values = self._whole(values)
        _set(self, "__dict__", values)

    @classmethod
    def of(cls, values: dict[str, Any]) -> Self:
        """One of these values, in two thirds of the time that a call with them takes.

        It is for the few places that make very many of them.

        Args:
            values: All parts by name. The dict is the record's from then on.

        Raises:
            TypeError: If they are not exactly the parts.
        """
        if values.keys() != cls._names:
            raise TypeError(f"{cls.__name__} has other parts than {', '.join(values)}")
        new = object.__new__(cls)
        _set(new, "__dict__", values)
        return new

    @classmethod
    def _with_placed(cls, placed: tuple[Any, ...], values: dict[str, Any]) -> dict[str, Any]:
        if len(placed) > len(cls.__match_args__):
            raise TypeError(f"{cls.__name__} takes {len(cls.__match_args__)} values in order")
        named = dict(zip(cls.__match_args__, placed, strict=False))
        if twice := named.keys() & values.keys():
            raise TypeError(f"{cls.__name__} has {min(twice)!r} twice")
        return named | values

    @classmethod
    def _whole(cls, values: dict[str, Any]) -> dict[str, Any]:
        """The values with defaults for those that are not given."""
        whole = {**cls._defaults, **values}
        if whole.keys() != cls._names:
            for name in whole:
                if name not in cls._names:
                    raise TypeError(f"{cls.__name__} has no attribute {name!r}")
            missing = next(name for name in cls._order if name not in whole)
            raise TypeError(f"{cls.__name__} needs {missing!r}")
        return whole

    def __getstate__(self) -> dict[str, Any]:
        """What a copy needs: defaults may be of a kind that can't be written down."""
        defaults = self._defaults
        return {
            name: value
            for name, value in self.__dict__.items()
            if name not in defaults or value is not defaults[name]
        }

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update({**self._defaults, **state})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self.__class__.__name__}.{name} can't be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{self.__class__.__name__}.{name} can't be changed")

    @classmethod
    def defaults(cls) -> Mapping[str, Any]:
        """By name what a part is if it is not given, as far as it need not be."""
        return cls._defaults

    def values(self) -> dict[str, Any]:
        """The values by name, in the order of the class."""
        found = self.__dict__
        return {name: found[name] for name in self._order}

    def replaced(self, **values: Any) -> Self:
        """The same with other values for some names."""
        return self.__class__(**{**self.__dict__, **values})

    def __eq__(self, other: object) -> bool:
        """Whether the other is of the same class with equal parts."""
        if not isinstance(other, Record) or other.__class__ is not self.__class__:
            return NotImplemented
        return self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.__class__, *self.values().values()))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.values().items())
        return f"{self.__class__.__name__}({shown})"
