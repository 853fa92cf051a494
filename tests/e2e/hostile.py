"""A project and a Guild home in which every text tries to control the terminal."""

from __future__ import annotations

import os
from pathlib import Path

from guild.adapters.tfevents.writer import TfEventsScalarLogs
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.scalars import ScalarPoint
from guild.domain.yamltext import dump
from tests.e2e.sandbox import Sandbox

__all__ = ["EVIL", "EVIL_NAME", "RUN_ID", "make_hostile", "unfit_in"]

EVIL = (
    "a\x1b]52;c;cHduZWQx\x07b\x1b[2J\x1b[1;1Hc\x9b31md\x9d0;t\x9c\re\bf\x7fg\u202egnp.exe\u2066h"
    "\u200bi\ufeffj\u2028k\x85l\x0em\x90q\x9c\U000e0041n\u2060o\u061cp\xadr"
)
"""OSC 52, CSI and DCS, 7 and 8 bits wide, BEL, CR, BS, DEL, SO, marks of direction, what is not
seen."""

EVIL_LINES = f"{EVIL}\nfalse\x00row\n  {EVIL}"
EVIL_NAME = EVIL.replace("/", "")
"""The same as a name of a file."""

RUN_ID = f"e\x1b[31m\x9b1m\u202e\n{'f' * 30}"

_UNFIT = frozenset(
    map(
        chr,
        (
            *range(0x20), *range(0x7F, 0xA0), 0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F,
            *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC),
            *range(0xD800, 0xE000), *range(0xE0000, 0xE0080),
        ),
    )
)  # fmt: skip


def unfit_in(raw: bytes, allowed: str = "\n") -> list[str]:
    """The characters in what a command wrote that could control or mislead a terminal."""
    text = raw.decode("utf-8", "surrogateescape")
    return sorted({hex(ord(char)) for char in text if char in _UNFIT and char not in allowed})


def make_hostile(sandbox: Sandbox) -> None:
    """Fill the sandbox by hand, as a tool of somebody else may have done."""
    _make_project(sandbox.project)
    source = f"{sandbox.root}/src-{EVIL_NAME}"
    os.makedirs(source)
    for name in (RUN_ID, "0" * 32):
        _make_run(sandbox.home / "runs" / name, f"{source}/guild.yml", name)
    _make_run(sandbox.home / "trash/runs" / RUN_ID, f"{source}/guild.yml", RUN_ID)
    for name in (f"no-run-{EVIL_NAME}", f"half-{EVIL_NAME}/.guild/attrs"):
        (sandbox.home / "runs" / name).mkdir(parents=True)
    (sandbox.home / "runs" / f"link-{EVIL_NAME}").symlink_to(f"nowhere-{EVIL_NAME}")


def _make_run(path: Path, guildfile: str, run_id: str) -> None:
    guild = path / ".guild"
    (guild / "attrs").mkdir(parents=True)
    attrs: dict[str, object] = {
        "id": run_id,
        "initialized": 1_700_000_000_000_000,
        "started": 1_700_000_000_000_000,
        "stopped": 1_700_000_001_000_000,
        "exit_status": 0,
        "label": EVIL_LINES,
        "tags": [EVIL_LINES, "plain"],
        "comments": [
            {"body": EVIL_LINES, "user": EVIL_LINES, "host": EVIL_LINES, "time": 1_700_000_000_000}
        ],
        "flags": {EVIL_LINES: EVIL_LINES, "lr": [EVIL_LINES, {EVIL: EVIL}], "x": 1},
        "user_flags": {EVIL_LINES: EVIL_LINES},
        "cmd": ["python", EVIL_LINES],
        "env": {EVIL: EVIL_LINES},
        "host": EVIL_LINES,
        "user": EVIL_LINES,
        "vcs_commit": EVIL_LINES,
        "sourcecode_digest": EVIL_LINES,
        "platform": {EVIL: EVIL},
        "deps": {EVIL: {EVIL: {"uri": EVIL, "paths": [EVIL], "config": EVIL}}},
        "op": {
            "op-cmd": {"cmd-args": [EVIL], "cmd-env": {EVIL: EVIL}},
            "label-template": EVIL,
            "deps": [{"name": EVIL, "sources": [{"uri": EVIL}]}],
        },
        "extra": {EVIL_LINES: [EVIL_LINES, {EVIL: EVIL_LINES}], "text": EVIL_LINES},
    }
    for name, value in attrs.items():
        (guild / "attrs" / name).write_text(dump(value), "utf-8")
    (guild / "attrs" / EVIL_NAME).write_text(dump(EVIL_LINES), "utf-8")
    (guild / "attrs" / f"bad-{EVIL_NAME}").write_text("{", "utf-8")
    (guild / "attrs/pip_freeze").write_bytes(b"\x1b[2J{")
    opref = OpRef("guildfile", guildfile, EVIL, f"m{EVIL}", f"o{EVIL}")
    (guild / "opref").write_text(opref.format(), "utf-8")
    if run_id == RUN_ID:
        (guild / "LOCK.remote").write_text(EVIL, "utf-8")
    (guild / "output").write_text(EVIL_LINES + "\n", "utf-8")
    (path / f"file-{EVIL_NAME}").write_text(EVIL_LINES, "utf-8")
    (path / f"dir-{EVIL_NAME}").mkdir()
    (path / "latin-\udce9\udc9b").write_text("x", "utf-8")
    quoted = "'" + f"dep-{EVIL_NAME}" + "'"
    (guild / "manifest").write_text(f"d {quoted} - {quoted}\ns {EVIL!r}\n", "utf-8")
    (path / f"dep-{EVIL_NAME}").mkdir()
    _write_scalars(path)


def _write_scalars(path: Path) -> None:
    log = TfEventsScalarLogs().open(Run(id=RunId(path.name), path=str(path)))
    log.append([ScalarPoint(tag=EVIL, value=0.5, step=1), ScalarPoint(tag="loss", value=0.5)])
    log.close()


def _make_project(project: Path) -> None:
    evil = _double_quoted(EVIL)
    lines = _double_quoted(EVIL_LINES)
    (project / "train.py").write_text("x = 1\n")
    (project / "guild.yml").write_text(
        f"""
- model: {_double_quoted("m" + EVIL)}
  description: {lines}
  operations:
    {_double_quoted("o" + EVIL)}:
      description: {lines}
      main: train
      flags:
        {evil}:
          description: {lines}
          default: {lines}
          choices: [{{value: {lines}, description: {lines}, alias: a}}]
        x: {{default: 1, null-label: {lines}}}
      requires:
        - name: {evil}
          description: {lines}
          sources: [{{file: {evil}}}]
    two: {{main: {evil}, description: {lines}}}
    three: {{exec: {evil}}}
    steps: {{steps: [{{run: {evil}, name: {evil}}}]}}
- model: plain
  description: {lines}
  operations: {{train: {{main: train}}}}
""",
        "utf-8",
    )


def _double_quoted(text: str) -> str:
    escaped = (f"\\U{ord(char):08x}" for char in text)
    return '"' + "".join(escaped) + '"'
