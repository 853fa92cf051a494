"""Parameters of models: what `{{ name }}` in their texts stands for.

Source: reference 04-guildfile, section 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from guild.adapters.guildfile.marked import Items, Map, Place, error_at, plain
from guild.adapters.guildfile.reader import MAX_WEIGHT, weight_of_text
from guild.domain.flagtypes import as_text

__all__ = ["REFERENCE", "with_params"]

REFERENCE = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
"""A reference; group 1 is the parameter's name."""


def with_params(data: Map, warn: Callable[[Place, str], None]) -> Map:
    """A model's attributes with values for references in their texts.

    A text that is one reference becomes the value itself. References to parameters that are not
    there, or that refer to themselves, stay as they are written.

    Args:
        data: The attributes, `params` among them.
        warn: Is told of parameters that refer to themselves.

    Raises:
        GuildError: If they grow beyond all measure.
    """
    params = data.get("params")
    if not isinstance(params, Map) or not params:
        return data
    references = _References(params, warn)
    result = Map()
    result.odd.update(data.odd)
    for key, value in data.items():
        place = data.places[key]
        result.put(key, value if key == "params" else references.settled(value, place, ()), place)
    return result


class _References:
    def __init__(self, params: Map, warn: Callable[[Place, str], None]) -> None:
        self._params = params
        self._warn = warn
        self._settled: dict[str, object] = {}
        self._weight = 0

    def settled(self, value: object, place: Place, within: tuple[str, ...]) -> object:
        """A value with its references replaced."""
        if isinstance(value, str):
            if "{{" not in value:
                return value
            whole = REFERENCE.fullmatch(value)
            if whole:
                return self._param(whole[1], value, place, within)
            return self._text(value, place, within)
        self._weigh(1, place)
        if isinstance(value, Map):
            changed = Map()
            changed.odd.update(value.odd)
            for key, item in value.items():
                where = value.places[key]
                changed.put(key, self.settled(item, where, within), where)
            return changed
        if isinstance(value, Items):
            items = Items()
            for item, where in zip(value, value.places, strict=True):
                items.add(self.settled(item, where, within), where)
            return items
        return value

    def _text(self, text: str, place: Place, within: tuple[str, ...]) -> str:
        parts: list[str] = []
        end = 0
        for match in REFERENCE.finditer(text):
            value = self._param(match[1], match[0], place, within)
            parts += text[end : match.start()], as_text(plain(value))
            self._weigh(weight_of_text(parts[-1]), place)
            end = match.end()
        return "".join([*parts, text[end:]])

    def _param(self, name: str, written: str, place: Place, within: tuple[str, ...]) -> object:
        """The value of a parameter, with its own references replaced."""
        if name not in self._params:
            return written
        if name in within:
            chain = " -> ".join((*within[within.index(name) :], name))
            self._warn(self._params.places[name], f"cycle in 'params' ({chain})")
            return written
        if len(within) > 50:
            raise error_at(place, "'params' refer to each other through more than 50 of them")
        if name not in self._settled or within:
            where = self._params.places[name]
            value = self.settled(self._params[name], where, (*within, name))
            self._weigh(1, place)
            if within:
                return value
            self._settled[name] = value
        return self._settled[name]

    def _weigh(self, weight: int, place: Place) -> None:
        self._weight += weight
        if self._weight > MAX_WEIGHT:
            raise error_at(place, f"'params' make more than {MAX_WEIGHT} values")
