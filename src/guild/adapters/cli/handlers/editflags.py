"""`guild run --edit-flags`."""

from __future__ import annotations

from collections.abc import Iterator

from guild.adapters.cli.context import Context
from guild.adapters.cli.errors import Abort
from guild.adapters.cli.handlers.editor import edited
from guild.app.run_plan import RunPlan
from guild.domain.flags import FlagValue
from guild.domain.flagtext import encode
from guild.domain.yamltext import dump

__all__ = ["edit_flags"]


def edit_flags(context: Context, plan: RunPlan) -> dict[str, FlagValue]:
    """The plan's flags after the user edited them; as they were if the text was emptied."""
    from guild.adapters.fsstore.attributes import parse

    text = "\n".join(_lines(plan)) + "\n"
    while True:
        text = edited(context, text, "flags.yml")
        try:
            values = parse(text)
            if values is None:
                return dict(plan.flags)
            if not isinstance(values, dict):
                raise ValueError("expected a line NAME: VALUE for each flag")
            return {str(name): value for name, value in values.items()}
        except ValueError as error:
            context.console.err(f"Error reading flags: {error}")
            if not context.console.confirm("Would you like to re-edit these flags?", default=True):
                raise Abort from None


def _lines(plan: RunPlan) -> Iterator[str]:
    yield f"# Editing flags for {plan.name}"
    yield ""
    for name, value in plan.flags.items():
        yield dump({name: value}).rstrip("\n")
        flag = plan.flag_defs.get(name)
        if flag and flag.description:
            yield from (f"  # {line}" for line in flag.description.splitlines())
        if flag and flag.choices:
            yield f"  # Choices: {', '.join(encode(choice.value) for choice in flag.choices)}"
