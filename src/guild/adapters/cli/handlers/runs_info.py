"""`guild runs info`."""

from __future__ import annotations

from collections.abc import Mapping

from guild.adapters.cli.context import Context
from guild.adapters.cli.handlers.details import attr, core_details
from guild.adapters.cli.handlers.query import run_query
from guild.adapters.cli.spec import Values
from guild.adapters.system.localtime import format_time
from guild.app.ports.run_contents import FileKind
from guild.domain.display import shown
from guild.domain.flags import FlagValue
from guild.domain.flagtext import encode
from guild.domain.run import Run
from guild.domain.scalarsummary import ScalarSummary, scalar_keys

__all__ = ["info"]

_SHOWN_ELSEWHERE = frozenset(
    (
        "cmd",
        "comments",
        "deps",
        "env",
        "exit_status",
        "flags",
        "host",
        "id",
        "initialized",
        "label",
        "marked",
        "op",
        "pip_freeze",
        "platform",
        "plugins",
        "random_seed",
        "run_params",
        "sourcecode_digest",
        "started",
        "stopped",
        "tags",
        "user",
        "user_flags",
        "vcs_commit",
    )
)
_QUALIFIERS = ("avg", "first", "last", "max", "min", "total")


def info(context: Context, values: Values) -> int:
    """Show what is known of a run."""
    run = context.guild.select_runs.one(run_query(context, values))
    sections = _sections(context, values, run)
    if values.flag("json"):
        import json

        context.console.out(json.dumps(_finite({**_core_json(context, run), **sections})))
        return 0
    for name, text in core_details(context, run):
        context.console.out(f"{name}: {shown(text)}".rstrip() if name != "pid" else _pid(text))
    for name, section in sections.items():
        _show(context, name, section, 0)
    return 0


def _pid(text: str) -> str:
    return f"pid: {text}".rstrip()


def _sections(context: Context, values: Values, run: Run) -> dict[str, object]:
    """What follows the core, by name."""
    found: dict[str, object] = {}
    for name, value in context.guild.store.attrs(run).items():
        private = name.startswith("_")
        if name not in _SHOWN_ELSEWHERE and (not private or values.flag("private_attrs")):
            found[name] = value
    if values.flag("private_attrs"):
        found["opref"] = run.opref.format() if run.opref else None
        found["op"] = attr(context, run, "op")
    found["tags"] = list(run.tags)
    found["flags"] = dict(run.flags)
    if run.is_batch:
        template = context.guild.batches.template(run)
        found["proto-flags"] = dict(template.flags) if template else {}
    found["scalars"] = _scalars(context, values, run)
    if run.damage:
        found["damage"] = list(run.damage)
    if values.flag("comments"):
        found["comments"] = [
            {
                "body": said.body,
                "host": said.host,
                "time": format_time(said.time),
                "user": said.user,
            }
            for said in run.comments
        ]
    if values.flag("env"):
        found["environment"] = attr(context, run, "env") or {}
    if values.flag("manifest"):
        found["manifest"] = _manifest(context, run)
    if values.flag("deps"):
        found["dependencies"] = attr(context, run, "deps") or {}
    return found


def _manifest(context: Context, run: Run) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {"dependencies": [], "sourcecode": []}
    for entry in context.guild.contents.entries(run):
        if entry.kind is FileKind.SOURCE and not entry.is_dir:
            kinds["sourcecode"].append(entry.path)
        elif entry.kind is FileKind.DEPENDENCY:
            kinds["dependencies"].append(entry.path)
    return kinds


def _scalars(context: Context, values: Values, run: Run) -> dict[str, object]:
    found: dict[str, object] = {}
    summaries = context.guild.compare_runs.summaries(run)
    for key, summary in zip(scalar_keys(summaries), summaries, strict=True):
        if values.flag("all_scalars"):
            found[key] = {name: _qualified(summary, name) for name in _QUALIFIERS}
        elif not summary.tag.startswith("sys/"):
            found[key] = _qualified(summary, "last")
    return found


def _qualified(summary: ScalarSummary, name: str) -> list[float]:
    """Value and step; for the mean and the total, how many values there are."""
    return [getattr(summary, name), getattr(summary, f"{name}_step", summary.count)]


def _core_json(context: Context, run: Run) -> dict[str, object]:
    core: dict[str, object] = dict(core_details(context, run))
    core["exit_status"] = "" if run.exit_status is None else run.exit_status
    return core


def _show(context: Context, name: str, value: object, indent: int) -> None:
    """Write a value below its name: maps and lists by lines, two deeper."""
    before = " " * indent
    out = context.console.out
    if isinstance(value, Mapping):
        out(f"{before}{shown(name)}:")
        for key, item in sorted(value.items()):
            _show(context, str(key), item, indent + 2)
    elif _is_scalar_value(value):
        out(f"{before}{shown(name)}: {_scalar_text(value)}")
    elif isinstance(value, list):
        out(f"{before}{shown(name)}:")
        for item in value:
            if isinstance(item, Mapping):
                out(f"{before}  -")
                for key, part in sorted(item.items()):
                    _show(context, str(key), part, indent + 4)
            else:
                out(f"{before}  - {shown(_text(item))}")
    elif isinstance(value, str) and "\n" in value:
        out(f"{before}{shown(name)}: |")
        for line in value.splitlines():
            out(f"{before}  {shown(line)}")
    else:
        out(f"{before}{shown(name)}: {shown(_text(value))}".rstrip())


def _is_scalar_value(value: object) -> bool:
    """Whether it is a value with its step, as `_qualified` gives them."""
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], float)


def _scalar_text(value: object) -> str:
    assert isinstance(value, list)
    return f"{value[0]:.6f} (step {value[1]})"


def _text(value: object) -> str:
    if value is None or isinstance(value, bool | float):
        return encode(value)
    return value if isinstance(value, str) else _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    plain: FlagValue = value if isinstance(value, list | dict) else str(value)
    return encode(plain)


def _finite(value: object) -> object:
    """The value with None for each nan, which JSON doesn't know."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and value != value else value
