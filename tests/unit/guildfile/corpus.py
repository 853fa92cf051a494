"""The corpus of guildfiles: see tests/corpus/guildfile/README.md."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path
from typing import Any

import yaml

__all__ = ["MALFORMED", "VALID", "make_special", "written"]

_CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "guildfile"


def _cases(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load((_CORPUS / name).read_text(encoding="utf-8"))
    return loaded


MALFORMED = _cases("malformed.yml")
VALID = _cases("valid.yml")


def written(case: dict[str, Any], directory: Path) -> str:
    """Write the files of a case. Returns the path of its guild.yml."""
    for name, text in {"guild.yml": _content(case), **case.get("files", {})}.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(directory / "guild.yml")


def make_special(kind: str, path: Path) -> None:
    """Make something that is no regular file: `directory`, `pipe`, `socket` or `device`."""
    if kind == "directory":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        with socket.socket(socket.AF_UNIX) as made, contextlib.chdir(path.parent):
            made.bind(path.name)  # the whole path may be too long for one


def _content(case: dict[str, Any]) -> bytes:
    if "hex" in case:
        return bytes.fromhex(case["hex"])
    text: str = eval(case["made"]) if "made" in case else case["text"]
    return text.encode()
