"""Reading YAML that may come from anywhere: plain types only, and of bounded size.

Loaded only where a text can't be settled without it: importing YAML costs as much as two bare
starts of the interpreter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from guild.domain.yamltext import MAX_DEPTH

__all__ = ["check_bounds", "load"]

_MAX_ALIASES = 1000
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


def load(text: str) -> object:
    """The one document in the text.

    Raises:
        ValueError: If it is not valid YAML, says more than plain types do, or could take up
            much more memory than its text: nested too deeply, or with aliases in aliases.
    """
    try:
        if _is_risky(text):
            _check_events(text)
        return yaml.load(text, _PlainLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split())) from error
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError) as error:
        # What PyYAML meets in a value that is not of the type its tag says.
        raise ValueError(f"invalid value: {error}") from error


def _is_risky(text: str) -> bool:
    return "*" in text or "!" in text or sum(map(text.count, "[{-?:")) > MAX_DEPTH


def check_bounds(text: str) -> None:
    """Refuse what a few characters can blow up, and great depths: the C loader crashes on those.

    Raises:
        ValueError: If there is such a thing.
        yaml.YAMLError: If the text is no YAML.
    """
    for _ in _bounded_events(text):
        pass


def _check_events(text: str) -> None:
    """Refuse types that are not plain, and what `check_bounds` does."""
    for event in _bounded_events(text):
        tag = getattr(event, "tag", None)
        if tag not in (None, "!", *_TAGS):
            raise ValueError(f"unexpected type {tag}")


def _bounded_events(text: str) -> Iterator[Any]:
    """The events of a document of bounded size and depth.

    The prior system writes aliases where a value has one list twice; they are no danger as long
    as what they stand for has none itself.
    """
    anchored: list[bool] = []
    aliases = 0
    for event in yaml.parse(text, _PlainLoader):
        if isinstance(event, yaml.AliasEvent):
            aliases += 1
            if any(anchored) or aliases > _MAX_ALIASES:
                raise ValueError("too many aliases")
        elif isinstance(event, yaml.CollectionStartEvent):
            anchored.append(event.anchor is not None)
            if len(anchored) > MAX_DEPTH:
                raise ValueError("nested too deeply")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchored.pop()
        yield event
