"""Options that contradict each other."""

from __future__ import annotations

from guild.adapters.cli.errors import Contradiction
from guild.adapters.cli.spec import Values

__all__ = ["exclude"]


def exclude(values: Values, *names: str, said: str = "both be specified") -> None:
    """Refuse options that contradict each other.

    Raises:
        Contradiction: If more than one of them was given.
    """
    given = [name for name in names if values[name] not in (None, False, (), 0)]
    if len(given) > 1:
        first, second = (f"--{name.replace('_', '-')}" for name in given[:2])
        raise Contradiction(f"{first} and {second} cannot {said}")
