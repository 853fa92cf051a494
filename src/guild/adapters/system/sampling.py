"""Random choices that are the same on every machine, and versions of libraries."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

__all__ = ["library_versions", "sample"]


def sample(seed: int, size: int, count: int) -> Sequence[int]:
    """`count` of the numbers from 0 to `size` - 1, each at most once, in order.

    The generator and its method of sampling are Python's own, which keeps them from version to
    version.
    """
    return sorted(random.Random(seed).sample(range(size), count))


def library_versions(names: Sequence[str]) -> Mapping[str, str]:
    """Versions of those libraries that are installed, by name."""
    if not names:
        return {}
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
