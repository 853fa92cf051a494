"""What there is to know of a project, as a page of text or Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from guild.adapters.cli.handlers.ophelp import flag_suffix, flags_help
from guild.adapters.cli.layout import wrap
from guild.domain.display import shown
from guild.domain.flagtext import encode
from guild.domain.opspec import default_model, default_operation
from guild.domain.record import Record

if TYPE_CHECKING:
    from guild.domain.dependency import Resource
    from guild.domain.flagdef import FlagDef
    from guild.domain.guildfile import Model, OperationDef

__all__ = ["ModelHelp", "OperationHelp", "ProjectHelp", "markdown_lines", "text_lines"]

_WIDEST = 80
_STEP = 2


class OperationHelp(Record):
    """An operation to tell of.

    Attributes:
        name: As users name it.
        definition: What the Guild file says.
        flags: All that it has, in name order.
    """

    name: str
    definition: OperationDef
    flags: tuple[FlagDef, ...]


class ModelHelp(Record):
    """A model to tell of, with those of its operations that are not hidden."""

    model: Model
    operations: tuple[OperationHelp, ...]


class ProjectHelp(Record):
    """A project to tell of.

    Attributes:
        where: What follows `the operations`: `in the current directory`.
        is_package: Whether it is an installed package, whose operations are always named.
        models: In the order of the file.
    """

    where: str
    is_package: bool = False
    models: tuple[ModelHelp, ...]

    @property
    def overview(self) -> Iterator[str]:
        """Paragraphs for who comes to the project."""
        if not any(told.operations for told in self.models):
            yield f"There are no operations {self.where}."
            return
        yield f"This is about the operations {self.where}."
        yield "Use 'guild run OPERATION' to run one."
        yield "Use 'guild run OPERATION --help-op' for help on one."
        default = None if self.is_package else self._default
        if default:
            yield f"'guild run' without a name runs '{shown(default)}'."

    @property
    def _default(self) -> str | None:
        """The name of what is run where none is named."""
        model = default_model([told.model for told in self.models])
        operation = default_operation(model) if model else None
        for told in self.models:
            for one in told.operations:
                if told.model is model and one.definition is operation:
                    return one.name
        return None

    def parts(self) -> Iterator[tuple[str, tuple[ModelHelp, ...]]]:
        """Headings, and the models to tell of below them."""
        unnamed = tuple(told for told in self.models if not told.model.name and told.operations)
        named = tuple(told for told in self.models if told.model.name)
        if unnamed:
            yield "Operations", unnamed
        if named:
            yield "Models", named


def text_lines(project: ProjectHelp, columns: int | None = None) -> Iterator[str]:
    """A page as manuals have it.

    Args:
        project: What to tell.
        columns: Width of the terminal; None for no terminal.
    """
    width = min(columns or _WIDEST, _WIDEST)
    yield "OVERVIEW"
    for paragraph in project.overview:
        yield ""
        yield from _indented(1, wrap(paragraph, width - _STEP))
    for heading, models in project.parts():
        yield ""
        yield heading.upper()
        for told in models:
            if told.model.name:
                yield ""
                yield from _model_text(told, width)
            else:
                yield from _operations_text(told, 1, width)


def _model_text(told: ModelHelp, width: int) -> Iterator[str]:
    model = told.model
    yield from _indented(1, [shown(model.name)])
    yield from _description_text(model.description, 2)
    if told.operations:
        yield ""
        yield from _indented(2, ["Operations:"])
        yield from _operations_text(told, 3, width)
    for title, rows in (
        ("Resources", [_resource(one) for one in model.resources]),
        ("References", list(model.references)),
    ):
        if rows:
            yield ""
            yield from _indented(2, [f"{title}:", *(f"  {shown(row)}" for row in rows)])


def _operations_text(told: ModelHelp, depth: int, width: int) -> Iterator[str]:
    for operation in told.operations:
        yield ""
        yield from _indented(depth, [shown(operation.name)])
        yield from _description_text(operation.definition.description, depth + 1)
        room = width - _STEP * (depth + 1)
        yield from _indented(depth + 1, _trimmed(flags_help(operation.flags, room)))


def _description_text(description: str, depth: int) -> Iterator[str]:
    yield from _indented(depth, map(shown, description.strip().splitlines()))


def _resource(resource: Resource) -> str:
    about = " ".join(resource.description.split())
    return f"{resource.name}: {about}" if about else resource.name


def _trimmed(lines: Iterable[str]) -> list[str]:
    """Without empty lines at the end."""
    found = list(lines)
    while found and not found[-1]:
        found.pop()
    return found


def _indented(depth: int, lines: Iterable[str]) -> Iterator[str]:
    return (f"{' ' * _STEP * depth}{line}".rstrip() for line in lines)


def markdown_lines(project: ProjectHelp, title: str, level: int = 1) -> Iterator[str]:
    """A page in Markdown.

    Args:
        project: What to tell.
        title: The first heading.
        level: Its level, from 1.
    """
    yield _heading(level, shown(title))
    yield ""
    yield _heading(level + 1, "Overview")
    for paragraph in project.overview:
        yield ""
        yield paragraph
    for heading, models in project.parts():
        yield ""
        yield _heading(level + 1, heading)
        for told in models:
            if told.model.name:
                yield from _model_markdown(told, level + 2)
            else:
                yield from _operations_markdown(told, level + 2)


def _model_markdown(told: ModelHelp, level: int) -> Iterator[str]:
    model = told.model
    yield ""
    yield _heading(level, _code(model.name))
    yield from _description_markdown(model.description)
    yield from _operations_markdown(told, level + 1)
    for title, rows in (
        ("Resources", [_item(one.name, one.description) for one in model.resources]),
        ("References", [f"- {shown(one)}" for one in model.references]),
    ):
        if rows:
            yield ""
            yield _heading(level + 1, title)
            yield ""
            yield from rows


def _operations_markdown(told: ModelHelp, level: int) -> Iterator[str]:
    for operation in told.operations:
        yield ""
        yield _heading(level, _code(operation.name))
        yield from _description_markdown(operation.definition.description)
        if operation.flags:
            yield ""
            yield from (line for flag in operation.flags for line in _flag_markdown(flag))


def _description_markdown(description: str) -> Iterator[str]:
    if description.strip():
        yield ""
        yield from map(shown, description.strip().splitlines())


def _flag_markdown(flag: FlagDef) -> Iterator[str]:
    about = " ".join(flag.description.split())
    yield _item(flag.name, " ".join(part for part in (about, flag_suffix(flag)) if part))
    for choice in flag.choices:
        yield f"    {_item(choice.alias or encode(choice.value), choice.description)}"


def _item(name: str, about: str) -> str:
    return f"- {_code(name)}: {shown(' '.join(about.split()))}" if about else f"- {_code(name)}"


def _heading(level: int, text: str) -> str:
    """At most of level 6, which is the deepest that there is."""
    return f"{'#' * min(level, 6)} {text}"


def _code(text: str) -> str:
    mark = "``" if "`" in text else "`"
    return f"{mark}{shown(text)}{mark}"
