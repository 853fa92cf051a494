"""Dependencies in the `op` attribute, in the words of `guild.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from guild.domain.dependency import Rename, Resource, Select, Source

__all__ = ["resource_form", "resource_of"]

_KINDS = ("file", "url", "operation", "module", "config")
_TEXTS = ("name", "target-path", "target-type", "sha256", "post-process", "help")
_SWITCHES = (
    "unpack", "optional", "warn-if-empty", "fail-if-empty", "replace-existing", "always-resolve",
    "preserve-path",
)  # fmt: skip
_SELECTS = {None: "select", "min": "select-min", "max": "select-max"}
_ALIASES = {"path": "target-path", "default-unpack": "unpack"}


def resource_form(resource: Resource) -> dict[str, object]:
    """What is kept of a resource: what differs from the defaults."""
    form: dict[str, object] = {
        "name": resource.name,
        "sources": [_source_form(source) for source in resource.sources],
        "roots": list(resource.roots),
    }
    told = {
        "description": resource.description,
        "target-path": resource.target_path,
        "target-type": resource.target_type,
        "default-unpack": None if resource.unpack else False,
        "preserve-path": resource.preserve_path or None,
        "named-by": resource.named_by,
        "among": {name: resource_form(each) for name, each in resource.among.items()} or None,
    }
    return {**form, **{key: value for key, value in told.items() if value not in (None, "")}}


def _source_form(source: Source) -> dict[str, object]:
    form: dict[str, object] = {source.kind: source.ref}
    default = Source(kind=source.kind, ref=source.ref)
    for key in (*_TEXTS, *_SWITCHES, "flag-name"):
        value = getattr(source, key.replace("-", "_"))
        if value != getattr(default, key.replace("-", "_")):
            form[key] = value
    if source.archive is not None:
        form["type"] = source.archive
    if source.select:
        form["select"] = [
            one.pattern if one.reduce is None else {_SELECTS[one.reduce]: one.pattern}
            for one in source.select
        ]
    if source.rename:
        form["rename"] = [{"pattern": one.pattern, "repl": one.repl} for one in source.rename]
    if source.params:
        form["params"] = dict(source.params)
    return form


def resource_of(value: object) -> Resource | None:
    """The resource of a form; None of what is none.

    The prior system's forms are understood, as far as they say the same: a source that stands
    by itself, words for lists of one.
    """
    if not isinstance(value, Mapping):
        return None
    told = {_ALIASES.get(str(key), str(key)): item for key, item in value.items()}
    listed = told.get("sources")
    sources = tuple(
        source
        for source in map(_source_of, listed if isinstance(listed, list) else [value])
        if source is not None
    )
    named_by = _text(told.get("named-by"))
    if not sources and named_by is None:
        return None
    alone = not isinstance(listed, list)
    name = _text(told.get("name")) or ",".join(source.shown_as for source in sources)
    if alone:
        return Resource(name=name, sources=sources, roots=_texts(told.get("roots")))
    return Resource(
        name=name,
        sources=sources,
        description=_text(told.get("description")) or "",
        target_path=_text(told.get("target-path")),
        target_type=_text(told.get("target-type")),
        unpack=told.get("unpack") is not False,
        preserve_path=told.get("preserve-path") is True,
        roots=_texts(told.get("roots")),
        named_by=named_by,
        among=_among(told.get("among")),
    )


def _among(value: object) -> dict[str, Resource]:
    told = value.items() if isinstance(value, Mapping) else ()
    found = ((str(name), resource_of(item)) for name, item in told)
    return {name: resource for name, resource in found if resource is not None}


def _source_of(value: object) -> Source | None:
    if isinstance(value, str):
        value = {"file": value}
    if not isinstance(value, Mapping):
        return None
    told = {_ALIASES.get(str(key), str(key)): item for key, item in value.items()}
    kind = next((kind for kind in _KINDS if isinstance(told.get(kind), str)), None)
    if kind is None:
        return None
    known: dict[str, Any] = {}
    for key in _TEXTS:
        if isinstance(told.get(key), str):
            known[key.replace("-", "_")] = told[key]
    for key in _SWITCHES:
        if isinstance(told.get(key), bool):
            known[key.replace("-", "_")] = told[key]
    if isinstance(told.get("flag-name"), str | bool):
        known["flag_name"] = told["flag-name"]
    if isinstance(told.get("params"), Mapping):
        known["params"] = cast("Mapping[str, object]", told["params"])
    return Source(
        kind=kind,
        ref=cast("str", told[kind]),
        archive=_text(told.get("type")),
        select=_selects(told),
        rename=tuple(map(_rename, _list(told.get("rename")))),
        **known,
    )


def _selects(told: Mapping[str, object]) -> tuple[Select, ...]:
    found: list[Select] = []
    for reduce, key in _SELECTS.items():
        for item in _list(told.get(key)):
            if isinstance(item, Mapping):
                inner = {str(name): text for name, text in item.items()}
                found += _selects(inner)
            else:
                found.append(Select(pattern=str(item), reduce=reduce))
    return tuple(found)


def _rename(value: object) -> Rename:
    if isinstance(value, Mapping):
        return Rename(pattern=str(value.get("pattern", "")), repl=str(value.get("repl", "")))
    import shlex

    words = shlex.split(str(value))
    if len(words) not in (1, 2):
        raise ValueError(f"invalid rename {value!r}")
    return Rename(pattern=words[0] if len(words) == 2 else ".*", repl=words[-1])


def _list(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
