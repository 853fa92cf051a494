"""What is shown of a run in detail."""

from __future__ import annotations

from collections.abc import Sequence

from guild.adapters.cli.context import Context
from guild.adapters.system.localtime import format_time
from guild.domain.errors import DamagedRun
from guild.domain.run import Run
from guild.domain.runattrs import run_source
from guild.domain.rundisplay import user_path

__all__ = ["attr", "core_details", "runs_json"]


def attr(context: Context, run: Run, name: str) -> object:
    """An attribute; None if it is missing or can't be read."""
    try:
        return context.guild.store.attr(run, name)
    except DamagedRun as error:
        if isinstance(error.__cause__, OSError):  # else `guild check` tells of it
            context.guild.warn(error.message)
        return None


def core_details(context: Context, run: Run) -> list[tuple[str, str]]:
    """Names and texts of what every run has, in order."""
    home = context.guild.settings.user_home
    source = run_source(run)
    return [
        ("id", run.id),
        ("operation", run.operation),
        ("from", user_path(source, home) if source else ""),
        ("status", run.status.value),
        ("started", format_time(run.started)),
        ("stopped", format_time(run.stopped)),
        ("marked", "yes" if run.marked else "no"),
        ("label", run.label),
        ("sourcecode_digest", run.sourcecode_digest or ""),
        ("vcs_commit", _text(attr(context, run, "vcs_commit"))),
        ("run_dir", user_path(run.path, home)),
        ("command", _command(attr(context, run, "cmd"))),
        ("exit_status", "" if run.exit_status is None else str(run.exit_status)),
        ("pid", "" if run.pid is None else str(run.pid)),
    ]


def runs_json(context: Context, runs: Sequence[Run]) -> list[dict[str, object]]:
    """What programs get to know of runs in a list."""
    commands = context.guild.select_runs.attr(runs, "cmd")
    return [_run_json(context, run, commands[run.id]) for run in runs]


def _run_json(context: Context, run: Run, command: object) -> dict[str, object]:
    found: dict[str, object] = {
        "id": run.id,
        "run_dir": run.path,
        "opref": run.opref.format() if run.opref else None,
        "exit_status": run.exit_status,
        "cmd": command,
        "comments": [
            {"body": said.body, "user": said.user, "host": said.host, "time": said.time}
            for said in run.comments
        ],
        "marked": run.marked,
        "label": run.label,
        "started": run.started,
        "status": run.status.value,
        "stopped": run.stopped,
        "tags": list(run.tags),
    }
    template = context.guild.batches.template(run) if run.is_batch else None
    if template is not None:
        found["batch_proto"] = _run_json(context, template, attr(context, template, "cmd"))
    if run.damage:
        found["damage"] = list(run.damage)
    return found


def _command(value: object) -> str:
    """The words of a command, in double quotes where they have blanks or are empty."""
    if not isinstance(value, list):
        return ""
    words = [str(word) for word in value]
    return " ".join(f'"{word}"' if not word or " " in word else word for word in words)


def _text(value: object) -> str:
    return "" if value is None else str(value)
