"""`guild operations` and `guild models`."""

from __future__ import annotations

from collections.abc import Sequence

from guild.adapters.cli.context import Context
from guild.adapters.cli.errors import exclude
from guild.adapters.cli.spec import Values
from guild.adapters.cli.tables import table_lines
from guild.domain.projectlisting import (
    ListedModel,
    ListedOperation,
    listed_models,
    listed_operations,
    rest_of,
    summary,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.cli.tables import Detail
    from guild.domain.guildfile import Guildfile, OperationDef

__all__ = ["models", "operations"]

_UNNAMED = "(no name)"


def operations(context: Context, values: Values) -> int:
    """List operations."""
    projects = _projects(context, values)
    found = listed_operations(projects, values.texts("filters"), all=values.flag("all"))
    if values.flag("json"):
        return _show_json(context, [_operation_json(listed) for listed in found])
    _note_nothing(context, projects, "operations")
    details: list[list[Detail]] = []
    if values.flag("verbose"):
        details = [_operation_details(context, listed) for listed in found]
    _show(context, [(one.name, summary(one.operation.description)) for one in found], details)
    return 0


def models(context: Context, values: Values) -> int:
    """List models."""
    projects = _projects(context, values)
    found = listed_models(projects, values.texts("filters"), all=values.flag("all"))
    if values.flag("json"):
        return _show_json(context, [_model_json(listed) for listed in found])
    _note_nothing(context, projects, "models")
    details = [_model_details(listed) for listed in found] if values.flag("verbose") else []
    rows = [(listed.name or _UNNAMED, summary(listed.model.description)) for listed in found]
    _show(context, rows, details)
    return 0


def _projects(context: Context, values: Values) -> list[tuple[str, Guildfile]]:
    """Guild files with the names of their packages: what `--installed` asks for."""
    exclude(values, "verbose", "json")
    project = context.guild.project
    projects = [] if project is None else [("", project)]
    for warning in project.warnings if project else ():
        context.console.warn(str(warning))
    if project is None or values.flag("installed"):
        projects += context.guild.projects.installed
    return projects


def _note_nothing(context: Context, projects: Sequence[tuple[str, Guildfile]], what: str) -> None:
    if not projects:
        context.console.note(
            f"There are no {what} here: the current directory has no guild.yml, and none of the"
            " installed packages has one"
        )


def _show(
    context: Context, rows: Sequence[tuple[str, str]], details: Sequence[Sequence[Detail]]
) -> None:
    console = context.console
    for line in table_lines(rows, width=console.width(), details=details):
        console.out(line)


def _operation_details(context: Context, listed: ListedOperation) -> list[Detail]:
    from guild.adapters.cli.handlers.operationflags import operation_flags
    from guild.adapters.cli.handlers.ophelp import flag_line

    operation = listed.operation
    return [
        _program(operation),
        ("flags", [flag_line(flag) for flag in operation_flags(context, listed)]),
        ("details", rest_of(operation.description)),
    ]


def _program(operation: OperationDef) -> Detail:
    """What is run, by the attribute that says it."""
    for name in ("exec", "notebook"):
        if getattr(operation, name):
            return name, str(getattr(operation, name))
    if operation.steps is not None:
        return "steps", [_step_name(step) for step in operation.steps]
    return "main", operation.main or ""


def _step_name(step: object) -> str:
    if isinstance(step, dict):
        return str(step.get("run") or step.get("name") or "")
    return str(step)


def _model_details(listed: ListedModel) -> list[Detail]:
    model = listed.model
    return [
        ("source", listed.guildfile.path),
        ("operations", [operation.name for operation in model.operations]),
        ("details", [*rest_of(model.description), *model.references]),
    ]


def _operation_json(listed: ListedOperation) -> dict[str, object]:
    operation = listed.operation
    program, value = _program(operation)
    return {
        "name": operation.name,
        "fullname": listed.name,
        "model": listed.model.name,
        "package": listed.package or None,
        "description": operation.description,
        "default": operation.default,
        "guildfile": _source_json(listed.guildfile, operation.line),
        program: value,
        "flags": {
            flag.name: {
                "default": flag.default,
                "description": flag.description,
                "type": flag.type,
                "required": flag.required,
                "choices": [
                    {
                        "value": choice.value,
                        "alias": choice.alias,
                        "description": choice.description,
                    }
                    for choice in flag.choices
                ],
            }
            for flag in operation.flags
        },
    }


def _model_json(listed: ListedModel) -> dict[str, object]:
    model = listed.model
    return {
        "name": model.name,
        "fullname": listed.name,
        "package": listed.package or None,
        "description": model.description,
        "default": model.default,
        "guildfile": _source_json(listed.guildfile, model.line),
        "operations": [operation.name for operation in model.operations],
        "references": list(model.references),
    }


def _source_json(guildfile: Guildfile, line: int) -> dict[str, object]:
    return {"dir": guildfile.directory, "src": guildfile.path, "line": line}


def _show_json(context: Context, found: Sequence[dict[str, object]]) -> int:
    import json

    context.console.out(json.dumps(found))
    return 0
