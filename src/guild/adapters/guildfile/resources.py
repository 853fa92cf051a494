"""Resources and their sources, as values of the domain.

Source: reference 23-dependencies, section 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from guild.adapters.guildfile.forms import (
    SOURCE_KINDS,
    ResourceForm,
    ResourceRefForm,
    SourceForm,
    is_no,
)
from guild.adapters.guildfile.marked import Items, Map, Place, shown
from guild.adapters.guildfile.misfit import Misfit
from guild.domain.dependency import Rename, Resource, Select, Source

__all__ = ["Resources", "Structure", "Wanted", "add_key", "renames"]

Structure = Callable[[object, type], object]
"""Makes a form of a mapping; raises what the converter raises."""


class Wanted:
    """A named resource that an operation requires.

    Attributes:
        name: As written.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Resources:
    """Reads resources.

    Args:
        structure: Makes forms.
        warn: Is told of what is odd.
    """

    def __init__(self, structure: Structure, warn: Callable[[Place, str], None]) -> None:
        self._structure = structure
        self._warn = warn

    def required(self, item: object) -> Resource | Wanted:
        """An item of `requires`.

        Raises:
            Misfit: If it is of none of the forms.
        """
        if isinstance(item, str):
            return Wanted(item)
        if not isinstance(item, Map):
            message = f"invalid dependency value {shown(item)}: expected a string or mapping"
            raise Misfit(message=message)
        if "resource" in item:
            form = cast("ResourceRefForm", self._structure(item, ResourceRefForm))
            return Wanted(str(form.resource))
        if "sources" in item:
            return self.resource(None, item)
        source = self.source(item)
        return Resource(name=source.shown_as, sources=(source,))

    def resource(self, name: str | None, value: object) -> Resource:
        """A resource.

        Args:
            name: Its name in the model; None for what it says itself.
            value: A list of sources, or a mapping.

        Raises:
            Misfit: If it is of none of the forms.
        """
        if isinstance(value, Items):
            return Resource(name=name or "", sources=self.sources(value))
        if not isinstance(value, Map):
            message = f"invalid resource value {shown(value)}: expected a mapping or list"
            raise Misfit(message=message)
        form = cast("ResourceForm", self._structure(value, ResourceForm))
        sources = cast("tuple[Source, ...]", form.sources or ())
        title = name if name is not None else form.name
        shown_as = title or ",".join(source.shown_as for source in sources)
        return Resource(
            name=shown_as,
            sources=sources,
            description=form.description or "",
            target_path=self._target(form, value, f"resource {shown_as}"),
            target_type=form.target_type,
            unpack=not is_no(form.default_unpack),
            preserve_path=bool(form.preserve_path),
        )

    def sources(self, value: object) -> tuple[Source, ...]:
        """A list of sources.

        Raises:
            Misfit: If it is none.
        """
        if not isinstance(value, Items):
            raise Misfit(
                message="invalid sources value for resource '{resource}': expected a list,"
                f" got {shown(value)}"
            )
        sources = []
        for index, item in enumerate(value):
            try:
                sources.append(self.source(item))
            except Exception as error:
                add_key(error, index)
                raise
        return tuple(sources)

    def source(self, value: object) -> Source:
        """A source: a path, or a mapping.

        Raises:
            Misfit: If it is neither, or its type is not said, or said twice.
        """
        if isinstance(value, str) and value:
            return Source(kind="file", ref=value)
        if not isinstance(value, Map):
            raise Misfit(
                message="invalid source for resource '{resource}': expected a string or mapping,"
                f" got {shown(value)}"
            )
        kinds = [kind for kind in SOURCE_KINDS if kind in value]
        if len(kinds) != 1:
            raise _of_no_kind(value, kinds)
        form = cast("SourceForm", self._structure(value, SourceForm))
        return self._made(kinds[0], form, value)

    def _made(self, kind: str, form: SourceForm, value: Map) -> Source:
        ref = str(getattr(form, kind))
        return Source(
            kind=kind,
            ref=ref,
            name=form.name,
            flag_name=cast("str | bool | None", form.flag_name),
            select=_selects(form),
            rename=cast("tuple[Rename, ...]", form.rename or ()),
            target_path=self._target(form, value, f"source {form.name or ref}"),
            target_type=form.target_type,
            unpack=cast("bool | None", form.unpack),
            archive=form.type,
            sha256=form.sha256,
            post_process=form.post_process,
            params=form.params or {},
            optional=bool(form.optional),
            warn_if_empty=not is_no(form.warn_if_empty),
            fail_if_empty=bool(form.fail_if_empty),
            replace_existing=bool(form.replace_existing),
            always_resolve=bool(form.always_resolve),
            preserve_path=bool(form.preserve_path),
            help=form.help or "",
        )

    def _target(self, form: SourceForm | ResourceForm, value: Map, what: str) -> str | None:
        if form.target_path is not None and form.path is not None:
            message = f"target-path and path both specified for {what} - using target-path"
            self._warn(value.places["path"], message)
        return form.target_path if form.target_path is not None else form.path


def add_key(error: Exception, key: str | int) -> None:
    """Note in an error of the converter which item it is about."""
    from cattrs import IterableValidationNote

    error.__notes__ = [*getattr(error, "__notes__", ()), IterableValidationNote("", key, object)]


def _of_no_kind(value: Map, kinds: list[str]) -> Misfit:
    if kinds:
        why = f"conflicting attributes ({', '.join(kinds)})"
    else:
        why = f"missing required attribute (one of {', '.join(SOURCE_KINDS)})"
    return Misfit(message=f"invalid source {shown(value)} in resource '{{resource}}': {why}")


def _selects(form: SourceForm) -> tuple[Select, ...]:
    ways = ((form.select, None), (form.select_min, "min"), (form.select_max, "max"))
    return tuple(
        Select(pattern=pattern, reduce=reduce)
        for patterns, reduce in ways
        for pattern in patterns or ()
    )


def renames(value: object) -> tuple[Rename, ...]:
    """What a file has for `rename`.

    Raises:
        Misfit: If it is of none of the forms.
    """
    if not isinstance(value, Items):
        return (_rename(value),)
    made = []
    for index, item in enumerate(value):
        try:
            made.append(_rename(item))
        except Misfit as error:
            error.path = (index, *error.path)
            raise
    return tuple(made)


def _rename(spec: object) -> Rename:
    expected = "expected 'PATTERN REPL' or 'NAME'"
    if isinstance(spec, str):
        words = _words(spec)
        if len(words) not in (1, 2):
            raise Misfit(message=f"invalid rename spec {shown(spec)}: {expected}")
        pattern, repl = words if len(words) == 2 else (".+", words[0])
    elif isinstance(spec, Map) and spec.keys() == {"pattern", "repl"}:
        both = (spec["pattern"], spec["repl"])
        if not all(isinstance(text, str) for text in both):
            raise Misfit(message=f"invalid rename spec {shown(spec)}: expected strings")
        pattern, repl = map(str, both)
    else:
        raise Misfit(
            message=f"invalid rename spec {shown(spec)}: expected a string, or a mapping with"
            " 'pattern' and 'repl'"
        )
    if "${" not in pattern:
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            message = f"invalid rename spec {shown(spec)}: {error}"
            raise Misfit(message=message) from error
    return Rename(pattern=pattern, repl=repl)


def _words(spec: str) -> list[str]:
    """Words like in a shell, but for backslashes: a single one stays, it is for the pattern."""
    import shlex  # few files rename

    lexer = shlex.shlex(spec, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    lexer.escape = ""
    try:
        return [word.replace("\\\\", "\\") for word in lexer]
    except ValueError:
        return []
