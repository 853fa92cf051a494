"""The `op` attribute: its form on disk. `structure` reads it back."""

from __future__ import annotations

from guild.domain.flagdef import FlagDef
from guild.domain.operation import RecordedOperation

__all__ = ["operation_form"]

_TOLD = (
    ("arg-name", "arg_name"),
    ("arg-skip", "arg_skip"),
    ("arg-switch", "arg_switch"),
    ("arg-split", "arg_split"),
    ("arg-encoding", "arg_encoding"),
    ("env-name", "env_name"),
    ("env-encoding", "env_encoding"),
    ("extra", "extra"),
)


def operation_form(operation: RecordedOperation) -> dict[str, object]:
    """The attribute's value, in the words of the prior system."""
    command = operation.command
    source: dict[str, object] = {"dest": operation.source_dest}
    if operation.source_root is not None:
        source["root"] = operation.source_root
    return {
        "delete-on-success": operation.delete_on_success,
        "deps": _deps_form(operation),
        "flag-null-labels": dict(operation.null_labels),
        "flags-extra": {},
        "label-template": operation.label_template,
        "op-cmd": {
            "cmd-args": list(command.args),
            "cmd-env": dict(command.env),
            "cmd-flags": {name: _flag_form(flag) for name, flag in command.flags.items()},
            "flags-dest": command.flags_dest,
        },
        "output-scalars": operation.output_scalars,
        "python-requires": operation.python_requires,
        **({"stoppable": True} if operation.stoppable else {}),
        **({"env-secrets": list(operation.env_secrets)} if operation.env_secrets else {}),
        "sourcecode": source,
    }


def _deps_form(operation: RecordedOperation) -> list[dict[str, object]]:
    if not operation.requires:
        return []
    from guild.adapters.fsstore.dependencyform import resource_form

    return [resource_form(resource) for resource in operation.requires]


def _flag_form(flag: FlagDef) -> dict[str, object]:
    """Only what differs from passing the flag as `--name value`."""
    form: dict[str, object] = {}
    for key, attribute in _TOLD:
        value = getattr(flag, attribute)
        if value is not None and value is not False and value != {}:
            form[key] = value
    if flag.arg_switch is False:
        form["arg-switch"] = False
    return form
