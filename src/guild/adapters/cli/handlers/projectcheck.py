"""What is wrong or odd with the operations of a project's `guild.yml`."""

from __future__ import annotations

import os
from collections.abc import Iterator
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
    for model, operation in _operations(guildfile):
        name = f"{model.name}:{operation.name}".removeprefix(":")
        if operation.steps is not None:
            try:
                texts = _odd_steps(context, guildfile, model, operation)
            except GuildError as error:
                place = f"{guildfile.path}:{operation.line}"
                errors.append(f"error in {place}: {name}.steps: {error.on_one_line}")
            else:
                warnings += (
                    FileWarning(guildfile.path, operation.line, f"{name}.steps: {text}")
                    for text in texts
                )
        root = operation.sourcecode.root
        if root and not os.path.isdir(os.path.join(guildfile.directory, root)):
            text = f"{name}.sourcecode.root: there is no directory '{root}'"
            warnings.append(FileWarning(guildfile.path, operation.line, text))
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
