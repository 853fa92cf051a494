"""The process of a planned run."""

from __future__ import annotations

from collections.abc import Mapping

from guild.app.run_plan import RunPlan
from guild.app.settings import Settings
from guild.domain.command import command_line, process_env
from guild.domain.run import Run

__all__ = ["PLUGINS", "command", "environment"]

PLUGINS = ["python_script"]
"""Parts of the prior system that a run would have been made with."""


def command(plan: RunPlan, settings: Settings) -> list[str]:
    """Words of the process."""
    python_exe = plan.python_exe or settings.python_exe
    return command_line(plan.operation.command, plan.flags, python_exe)


def environment(plan: RunPlan, run: Run, settings: Settings) -> dict[str, str]:
    """Its whole environment."""
    dest = plan.operation.source_dest
    told: Mapping[str, str] = {
        "RUN_DIR": run.path,
        "RUN_ID": run.id,
        "GUILD_HOME": settings.home,
        "GUILD_OP": plan.opref.to_opspec(),
        "GUILD_SOURCECODE": ":".join(plan.start.python_path) or dest,
        "GUILD_PLUGINS": ",".join(PLUGINS),
        "CMD_DIR": settings.cwd,
        "LOG_LEVEL": settings.env.get("LOG_LEVEL") or "20",
        **plan.start.env,
    }
    return process_env(
        settings.env,
        plan.operation.command,
        plan.flags,
        told,
        (*(plan.start.python_path or (dest,)), settings.guild_path),
    )
