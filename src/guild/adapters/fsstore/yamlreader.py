"""Reading YAML that may come from anywhere: plain types only, and of bounded size.

Loaded only where a text can't be settled without it: importing YAML costs as much as two bare
starts of the interpreter.
"""

from __future__ import annotations

import yaml

from guild.domain.yamlbounds import bounded_events, construct_bounded_int, is_risky

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["check_bounds", "load"]

_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("bool", "float", "int", "map", "null", "seq", "str")
)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one, where it was built


class _PlainLoader(_Loader):  # type: ignore[misc]  # which base it has is known when it runs
    """Dates stay text, as the run wrote them."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in _Loader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_constructor("tag:yaml.org,2002:int", construct_bounded_int)


def load(text: str) -> object:
    """The one document in the text.

    Raises:
        ValueError: If it is not valid YAML, says more than plain types do, or could take up
            much more memory or time than its text: see `bounded_events`.
    """
    try:
        if is_risky(text):
            _check_events(text)
        return yaml.load(text, _PlainLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split())) from error
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError) as error:
        # What PyYAML meets in a value that is not of the type its tag says.
        raise ValueError(f"invalid value: {error}") from error


def check_bounds(text: str) -> None:
    """Refuse what a few characters can blow up, and great depths: the C loader crashes on those.

    Raises:
        ValueError: If there is such a thing.
        yaml.YAMLError: If the text is no YAML.
    """
    for _ in bounded_events(text, _PlainLoader):
        pass


def _check_events(text: str) -> None:
    """Refuse types that are not plain, and what `check_bounds` does."""
    for event in bounded_events(text, _PlainLoader):
        tag = getattr(event, "tag", None)
        if tag not in (None, "!", *_TAGS):
            raise ValueError(f"unexpected type {tag}")
