"""The forms of `sourcecode`.

Source: reference 04-guildfile, section 5.
"""

from __future__ import annotations

from collections.abc import Callable

from guild.adapters.guildfile.marked import Items, Map, Place, nearest, shown
from guild.adapters.guildfile.misfit import Misfit
from guild.domain.guildfile import SourceSelection
from guild.domain.manifest import is_safe_run_path
from guild.domain.sourcecode import RuleKind, SourceRule

__all__ = ["KINDS", "Said", "combined", "said"]

_ATTRIBUTES = ("root", "dest", "select", "digest")
KINDS = {"dir": RuleKind.DIR, "text": RuleKind.TEXT, "binary": RuleKind.BINARY}
"""What a rule can be about beside all files."""


class Said:
    """What a model or an operation says of its source code.

    Attributes:
        root, dest: As in `SourceSelection`.
        rules: Its rules; None where nothing is said of what is copied.
        disabled: Whether none is copied; None where that is not said.
        digest: Whether its digest is recorded; None where that is not said.
    """

    __slots__ = ("dest", "digest", "disabled", "root", "rules")

    def __init__(self) -> None:
        self.root: str | None = None
        self.dest: str | None = None
        self.rules: tuple[SourceRule, ...] = ()
        self.disabled: bool | None = None
        self.digest: bool | None = None


def said(value: object, warn: Callable[[Place, str], None]) -> Said:
    """Read what a file has for `sourcecode`.

    Raises:
        Misfit: If it is of none of the forms.
    """
    result = Said()
    if isinstance(value, Map) and not value.keys() & {"include", "exclude"}:
        unknown = [key for key in value if key not in _ATTRIBUTES]
        if unknown:
            hint = nearest(unknown[0], _ATTRIBUTES)
            names = ", ".join(unknown)
            place = value.places[unknown[0]]
            warn(place, f"unexpected sourcecode attribute(s) in guild.yml: {names}{hint}")
        result.root = _text(value, "root")
        result.dest = _dest(value)
        result.digest = _digest(value)
        if value.get("select") is not None:
            try:
                _select(value["select"], result)
            except Misfit as error:
                error.path = ("select", *error.path)
                raise
    else:
        _select(value, result)
    return result


def combined(model: Said | None, operation: Said | None) -> SourceSelection:
    """What counts for an operation: the model's rules come first, and its own over them."""
    above = model or Said()
    own = operation or Said()
    by_model = bool(above.disabled) and not own.rules
    disabled = by_model if own.disabled is None else own.disabled
    digest = own.digest if own.digest is not None else above.digest
    return SourceSelection(
        root=own.root if own.root is not None else above.root,
        dest=own.dest if own.dest is not None else above.dest,
        rules=() if disabled else (*above.rules, *own.rules),
        disabled=disabled,
        digest=digest is not False,
    )


def _text(value: Map, key: str) -> str | None:
    text = value.get(key)
    if text is not None and not isinstance(text, str):
        raise Misfit("a string", text, path=(key,))
    return text


def _dest(value: Map) -> str | None:
    dest = _text(value, "dest")
    inside = dest is None or is_safe_run_path(dest) or set(dest.split("/")) <= {"", "."}
    if not inside or (dest or "").startswith("/"):
        raise Misfit("a path in the run directory", dest, path=("dest",))
    return dest


def _digest(value: Map) -> bool | None:
    digest = value.get("digest")
    if digest is not None and not isinstance(digest, bool):
        raise Misfit("yes or no", digest, path=("digest",))
    return digest


def _select(value: object, result: Said) -> None:
    if isinstance(value, bool):
        result.disabled = not value
    elif isinstance(value, str):
        result.rules = (_everything_out(), SourceRule(include=True, patterns=(value,)))
    elif isinstance(value, Map):
        result.rules = (_rule(value),)
    elif isinstance(value, Items):
        result.rules = _rules(value)
        if not value:
            result.disabled = True
    else:
        message = f"invalid select files spec {shown(value)}: expected a string, list, or mapping"
        raise Misfit(message=message)


def _everything_out() -> SourceRule:
    return SourceRule(include=False)


def _rules(items: Items) -> tuple[SourceRule, ...]:
    rules = [_everything_out()] if items and all(isinstance(i, str) for i in items) else []
    for index, item in enumerate(items):
        if isinstance(item, str):
            rules.append(SourceRule(include=True, patterns=(item,)))
            continue
        try:
            if not isinstance(item, Map):
                message = f"invalid sourcecode {shown(item)}: expected a string or mapping"
                raise Misfit(message=message)
            rules.append(_rule(item))
        except Misfit as error:
            error.path = (index, *error.path)
            raise
    return tuple(rules)


def _rule(spec: Map) -> SourceRule:
    if "include" in spec and "exclude" in spec:
        raise Misfit(
            message=f"invalid file select spec {shown(spec)}: cannot include both include and"
            " exclude - use multiple select specs in the order you want to apply the filters"
        )
    if len(spec) != 1 or not spec.keys() & {"include", "exclude"}:
        raise Misfit(message=f"unsupported file select spec: {shown(spec)}")
    [(verb, what)] = spec.items()
    kind = RuleKind.FILE
    patterns = what
    if isinstance(what, Map) and len(what) == 1:
        [(name, patterns)] = what.items()
        if name not in KINDS:
            raise Misfit(message=f"unsupported {verb} value: {shown(what)}", path=(verb,))
        kind = KINDS[name]
    texts = patterns if isinstance(patterns, Items) else [patterns]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise Misfit(message=f"unsupported {verb} value: {shown(what)}", path=(verb,))
    return SourceRule(include=verb == "include", patterns=tuple(map(str, texts)), kind=kind)
