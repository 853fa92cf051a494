"""Reading YAML that may come from anywhere: plain types only, and of bounded size.

Loaded only where a text can't be settled without it: importing YAML costs as much as two bare
starts of the interpreter.
"""

from __future__ import annotations

from typing import Any

import yaml

__all__ = ["load"]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one, where it was built


class _PlainLoader(_Loader):  # type: ignore[misc]  # which base it has is known when it runs
    """Dates stay text, as the run wrote them."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in _Loader.yaml_implicit_resolvers.items()
}


def load(text: str) -> object:
    """The one document in the text.

    Aliases are refused: the writers of attributes use none, and a few of them can stand for a
    document of any size.

    Raises:
        ValueError: If it is not valid YAML or says more than plain types do.
    """
    try:
        if "*" in text and any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text)):
            raise ValueError("aliases are not supported")
        return yaml.load(text, _PlainLoader)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
