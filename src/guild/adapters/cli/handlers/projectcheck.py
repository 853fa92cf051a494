"""What is wrong or odd with the operations of a project's `guild.yml`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from guild.domain.errors import GuildError
from guild.domain.guildfile import FileWarning

if TYPE_CHECKING:
    from guild.adapters.cli.context import Context
    from guild.domain.guildfile import Guildfile, Model, OperationDef

__all__ = ["OperationProblems", "operation_problems"]

OperationProblems = tuple[list[str], list[FileWarning]]
"""What is wrong, a line each; and what is odd."""


def operation_problems(context: Context, guildfile: Guildfile) -> OperationProblems:
    """What loading the file does not tell: whether what its steps and paths name is there."""
    errors: list[str] = []
    warnings: list[FileWarning] = []
    known = tuple(_operations(guildfile))
    for model, operation in known:
        path = operation.path or guildfile.path
        name = f"{model.name}:{operation.name}".removeprefix(":")
        if operation.steps is not None:
            try:
                texts = _odd_steps(context, guildfile, model, operation)
            except GuildError as error:
                errors.append(
                    f"error in {path}:{operation.line}: {name}.steps: {error.on_one_line}"
                )
            else:
                warnings += (
                    FileWarning(path, operation.line, f"{name}.steps: {text}") for text in texts
                )
        root = operation.sourcecode.root
        if root and not os.path.isdir(os.path.join(guildfile.directory, root)):
            text = f"{name}.sourcecode.root: there is no directory '{root}'"
            warnings.append(FileWarning(path, operation.line, text))
        try:
            for text in _odd_operations(guildfile, operation, known):
                warnings.append(FileWarning(path, operation.line, f"{name}.requires: {text}"))
        except GuildError as error:
            errors.append(
                f"error in {path}:{operation.line}: {name}.requires: {error.on_one_line}"
            )
    return errors, warnings


def _operations(guildfile: Guildfile) -> Iterator[tuple[Model, OperationDef]]:
    for model in guildfile.models:
        for operation in model.operations:
            yield model, operation


def _odd_steps(
    context: Context, guildfile: Guildfile, model: Model, definition: OperationDef
) -> list[str]:
    """What is odd with the steps of a pipeline.

    Raises:
        GuildError: If something is wrong with them.
    """
    from guild.adapters.cli.stepwords import read_words
    from guild.app.check_steps import CheckSteps
    from guild.domain.opref import OpRef

    planner = context.guild.silent_planner(guildfile.directory)
    opref = OpRef("guildfile", guildfile.path, guildfile.digest, model.name, definition.name)
    operation = planner.catalog.of_run(opref, guildfile.directory)
    assert operation is not None
    steps = CheckSteps(planner, read_words).of_operation(operation)
    return [text for step in steps for text in step.warnings]


def _odd_operations(
    guildfile: Guildfile, operation: OperationDef, known: Iterable[tuple[Model, OperationDef]]
) -> Iterator[str]:
    """Operations that one requires runs of and that the project does not have.

    Those of packages and scripts need not be in it, and flags may name others.

    Raises:
        GuildError: If what is written can't be the name of one.
    """
    from guild.domain.nearest import did_you_mean
    from guild.domain.opref import OpRef
    from guild.domain.upstream import operation_specs

    oprefs = [
        OpRef("guildfile", guildfile.path, guildfile.digest, model.name, each.name)
        for model, each in known
    ]
    for ref in _required(operation):
        for spec in operation_specs(ref):
            of_package = spec.package not in ("", ".")
            if of_package or any(map(spec.matches, oprefs)) or _is_script(guildfile, spec.text):
                continue
            names = [opref.op if spec.model is None else opref.name for opref in oprefs]
            hint = did_you_mean(spec.text.removeprefix("./"), names)
            text = f"the project has no operation '{spec.text}'"
            yield f"{text} - {hint[0].lower()}{hint[1:]}" if hint else text


def _is_script(guildfile: Guildfile, name: str) -> bool:
    path = os.path.join(guildfile.directory, name)
    if name.endswith((".py", ".ipynb")) or os.path.isfile(path):
        return True
    return os.path.isfile(os.path.join(path, "__main__.py"))


def _required(operation: OperationDef) -> Iterable[str]:
    """What an operation says of the operations that it requires runs of, each once."""
    resources = [
        each for resource in operation.requires for each in (resource, *resource.among.values())
    ]
    return dict.fromkeys(
        source.ref
        for resource in resources
        for source in resource.sources
        if source.kind == "operation" and "${" not in source.ref
    )
