"""What `guild run` shows before it asks."""

from __future__ import annotations

from collections.abc import Mapping

from guild.app.run_plan import RunPlan
from guild.domain.display import shown
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.flagtext import encode, is_function

__all__ = ["flag_lines", "preview_lines", "subject"]


def preview_lines(plan: RunPlan, cwd: str) -> list[str]:
    """What is about to be done, and the flags.

    Args:
        plan: The run to be made or started.
        cwd: Absolute directory that paths of scripts are shown relative to.
    """
    action = "stage" if plan.start.stage else "start" if plan.restart else "run"
    what = f"{plan.restart.id} ({plan.name})" if plan.restart else subject(plan, cwd)
    return [f"You are about to {action} {shown(what)}", *flag_lines(plan.flags, plan.flag_defs)]


def subject(plan: RunPlan, cwd: str) -> str:
    """The operation as the preview names it: a script by its path relative to `cwd`."""
    if plan.opref.pkg_type != "script":
        return plan.name
    path = plan.opref.to_opspec()
    return path.removeprefix(f"{cwd.rstrip('/')}/") if path.startswith("/") else plan.name


def flag_lines(flags: FlagSet, defs: Mapping[str, FlagDef]) -> list[str]:
    """A line for each flag: `  lr: 0.1`."""
    return [f"  {shown(name)}: {_value(value, defs.get(name))}" for name, value in flags.items()]


def _value(value: FlagValue, flag: FlagDef | None) -> str:
    if value is None:
        return (flag.null_label if flag else None) or "default"
    if isinstance(value, str) and is_function(value):
        return value
    return shown(encode(value))
