"""Help for a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from guild.adapters.cli.context import Context
from guild.adapters.cli.layout import visible_width
from guild.domain.display import shown
from guild.domain.errors import GuildError, NoSuchOperation
from guild.domain.opspec import OpSpec, default_model, find_model
from guild.domain.projectlisting import summary

if TYPE_CHECKING:
    from guild.domain.guildfile import Model

__all__ = ["meant_model", "model_help", "show_model"]


def show_model(context: Context, opspec: str | None) -> int:
    """Show the help of the model that is named, or of the one that is meant without a name.

    Raises:
        NoSuchOperation: If there is no such model.
        GuildError: If there is no project.
    """
    project = context.guild.project
    if project is None:
        raise GuildError(
            "the current directory does not contain a Guild file (guild.yml)",
            "Only a Guild file has models.",
        )
    for line in model_help(meant_model(project.models, opspec or "")):
        context.console.out(line)
    return 0


def meant_model(models: Sequence[Model], text: str) -> Model:
    """The model that is meant by `MODEL`, `MODEL:` or the name of an operation.

    Raises:
        NoSuchOperation: If there is none, or there are several.
    """
    if not text:
        default = default_model(models)
        if default is None:
            listed = "\n".join(f"  {shown(model.name)}:" for model in models if model.name)
            raise NoSuchOperation(
                "a default model is not defined for this project",
                f"Try specifying one of the following:\n{listed}" if listed else "",
            )
        return default
    spec = OpSpec.parse(text)
    if spec.model is not None:
        return find_model(models, spec)
    default = default_model(models)
    if default and any(one.name == spec.operation for one in default.operations):
        return default
    return find_model(models, OpSpec(package=spec.package, model=spec.operation))


def model_help(model: Model) -> Iterator[str]:
    """Lines of `--help-model`."""
    operation = f"{shown(model.name)}:OPERATION" if model.name else "OPERATION"
    yield f"Usage: guild run [OPTIONS] {operation} [FLAG]..."
    if model.description:
        yield ""
        yield from (shown(line) for line in model.description.strip().splitlines())
    yield ""
    yield f"Use 'guild run {operation} --help-op' for help on a particular operation."
    operations = [one for one in model.operations if not one.name.startswith("_")]
    yield from _rows("Operations", [(one.name, summary(one.description)) for one in operations])
    yield from _rows(
        "Resources", [(one.name, summary(one.description)) for one in model.resources]
    )


def _rows(title: str, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield f"{title}:"
    names = [shown(name) for name, _ in rows]
    width = max(map(visible_width, names))
    for name, (_, about) in zip(names, rows, strict=True):
        gap = " " * (width - visible_width(name) + 2)
        yield f"  {name}{gap}{shown(about)}".rstrip()
