"""Reading batch files of YAML and JSON: values together with how the file has them."""

from __future__ import annotations

from typing import Any

from guild.domain.batchfile import Pairs, Tree, Unfit, Written

__all__ = ["load_json", "load_yaml"]

_TAG = "tag:yaml.org,2002:"
_MERGE = _TAG + "merge"
_SCALARS = frozenset(_TAG + kind for kind in ("bool", "float", "int", "null", "str"))


def load_json(text: str) -> Tree:
    """JSON and no more: what YAML would make of a slip in it is not what was meant.

    Raises:
        ValueError: If it is none.
    """
    import json

    def number(text: str) -> Written:
        return Written(value=float(text), text=text)

    try:
        return json.loads(  # type: ignore[no-any-return]  # which is what the hooks make
            text,
            object_pairs_hook=lambda entries: Pairs(entries=entries),
            parse_int=lambda text: Written(value=int(text), text=text),
            parse_float=number,
            parse_constant=number,
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def load_yaml(text: str) -> Tree:
    """YAML, in which numbers are those of flags on a command line.

    Aliases and merged maps are understood. Tags that are no plain types are `Unfit`.

    Raises:
        ValueError: If it is none, or could take up much more memory than its text.
    """
    import re

    import yaml

    from guild.adapters.fsstore.yamlreader import check_bounds
    from guild.domain.flagyaml import FlagLoader

    class Loader(FlagLoader):
        """Values of flags, and `<<` to merge maps."""

    Loader.add_implicit_resolver(_MERGE, re.compile("<<"), ["<"])
    try:
        check_bounds(text)
        loader = Loader(text)
        try:
            return _tree(loader, loader.get_single_node())
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error


def _tree(loader: Any, node: Any) -> Tree:
    """What a node of a document says; no node is null."""
    if node is None:
        return Written(value=None, text="")
    if isinstance(node.value, str):
        return _scalar(loader, node)
    kind = node.tag.removeprefix(_TAG)
    if node.id == "sequence" and kind == "seq":
        return [_tree(loader, item) for item in node.value]
    if node.id == "mapping" and kind == "map":
        return _pairs(loader, node)
    return _unfit(node)


def _scalar(loader: Any, node: Any) -> Tree:
    if node.tag not in _SCALARS:
        return "<<" if node.tag == _MERGE else _unfit(node)
    try:
        value = loader.construct_object(node)
    except (ValueError, LookupError, OverflowError):
        return Unfit(why=f"'{node.value}' is no {node.tag.removeprefix(_TAG)}")
    return value if isinstance(value, str) else Written(value=value, text=node.value)


def _pairs(loader: Any, node: Any) -> Pairs:
    own = [pair for pair in node.value if pair[0].tag != _MERGE]
    if len(own) < len(node.value):
        loader.flatten_mapping(node)  # what is merged comes first
    merged = node.value[: len(node.value) - len(own)]
    entries = {_key(key): value for key, value in merged}
    for key, _ in own:
        entries.pop(_key(key), None)
    pairs = [*entries.items(), *((_key(key), value) for key, value in own)]
    return Pairs(entries=[(key, _tree(loader, value)) for key, value in pairs])


def _key(node: Any) -> str:
    if not isinstance(node.value, str):
        raise ValueError(f"line {node.start_mark.line + 1}: a key that is a list or a map")
    return node.value


def _unfit(node: Any) -> Unfit:
    tag = node.tag
    return Unfit(why=f"unexpected type {tag.replace(_TAG, '!!')}")
