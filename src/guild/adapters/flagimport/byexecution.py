"""Import by execution: for parsers that can't be known without running the script.

The script runs in a process of its own, without arguments, up to where it parses them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from attr import evolve

from guild.adapters.flagimport.argparse_ import readout_of
from guild.adapters.flagimport.options import Option, type_of_boolean
from guild.adapters.flagimport.symbols import UNKNOWN, Readout

__all__ = ["ExecutionFailed", "dump_parser", "readout_of_dump"]

_CHILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "dump_parser.py")
_ACTIONS = {
    "_StoreAction": "store",
    "_StoreTrueAction": "store_true",
    "_StoreFalseAction": "store_false",
    "_ExtendAction": "extend",
    "BooleanOptionalAction": "BooleanOptionalAction",
}


class ExecutionFailed(Exception):
    """The script didn't come to parse its arguments; the text says why."""


def dump_parser(
    python: str, script: str, project_dir: str, env: Mapping[str, str], timeout_s: float
) -> dict[str, object]:
    """Run a script to its parser and return that as its process wrote it down.

    Raises:
        ExecutionFailed: If it ends, or takes too long, before it parses its arguments.
    """
    # Heavy to import, and this is rare.
    import json
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory(prefix="guild-flags-") as directory:
        out = os.path.join(directory, "parser.json")
        errors = os.path.join(directory, "stderr")
        command = [python, _CHILD, os.path.abspath(script), os.path.abspath(project_dir), out]
        with open(errors, "wb") as stderr:
            try:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=stderr,
                    cwd=project_dir,
                    env={**env, "PYTHONDONTWRITEBYTECODE": "1"},
                    start_new_session=True,
                )
            except OSError as error:
                raise ExecutionFailed(f"cannot start {python}: {error.strerror}") from error
            try:
                process.wait(timeout_s)
            except subprocess.TimeoutExpired as error:
                raise ExecutionFailed(
                    f"did not parse its arguments within {timeout_s:g} seconds"
                ) from error
            finally:
                _end_all(process.pid)
                process.wait()
        try:
            with open(out, encoding="utf-8") as file:
                found = json.load(file)
        except (OSError, ValueError) as error:
            raise ExecutionFailed(_last_line(errors)) from error
    if not isinstance(found, dict):
        raise ExecutionFailed("no parser was written")
    return found


def _end_all(group: int) -> None:
    """End the process and what it started: they are a group of their own."""
    import signal

    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass


def _last_line(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file if line.strip()]
    return lines[-1] if lines else "the script ended without parsing arguments"


def readout_of_dump(dump: Mapping[str, object], words: tuple[str, ...]) -> Readout:
    """Flags of a parser that was written down, or of the sub-command among the words."""
    parser = dump
    for word in words:
        commands = parser.get("commands")
        found = commands.get(word) if isinstance(commands, dict) else None
        parser = found if isinstance(found, dict) else parser
    listed = parser.get("options")
    items = [item for item in _list(listed) if isinstance(item, dict)]
    readout = readout_of([_option(item) for item in items])
    warnings = [warning for item in items for warning in _coerced(item)]
    return evolve(readout, warnings=(*readout.warnings, *warnings))


def _option(item: Mapping[str, object]) -> Option:
    kind, shown = _type(item.get("type"))
    name = str(_list(item.get("type"))[0:1])
    if isinstance(item.get("default"), bool) and name not in ("[]", "['']"):
        kind, shown = type_of_boolean(kind, name.strip("[']")), ""
    choices = item.get("choices")
    return Option(
        strings=tuple(map(str, _list(item.get("strings")))),
        action=_action(str(item.get("action"))),
        default=_default(item.get("default")),
        type=kind,
        type_shown=shown,
        choices=tuple(choices) if isinstance(choices, list) else (),
        required=item.get("required") is True,
        nargs=item.get("nargs"),
        help=str(item.get("help") or ""),
        dest=str(item.get("dest") or ""),
        prog=str(item.get("prog") or ""),
        is_exclusive=item.get("is_exclusive") is True,
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _action(name: str) -> str:
    # Names of argparse's own actions start with an underscore; others take a value.
    return _ACTIONS.get(name, "other" if name.startswith("_") else "store")


def _default(value: object) -> object:
    if value == "==SUPPRESS==":
        return None
    if isinstance(value, dict):
        text = value.get("not plain")
        # The script's own default applies where a text can't stand for it: `<object ...>`.
        return text if isinstance(text, str) and not text.startswith("<") else UNKNOWN
    return value


def _coerced(item: Mapping[str, object]) -> Iterator[str]:
    text = _default(item.get("default"))
    name = _option(item).name
    if isinstance(item.get("default"), dict) and isinstance(text, str) and name:
        yield f"cannot serialize value {text} for flag {name} - coercing to string"


def _type(value: object) -> tuple[str, str]:
    name, shown = map(str, value) if isinstance(value, list) and len(value) == 2 else ("", "")
    if name in ("int", "float", "str", "bool"):
        return name, ""
    return ("strbool", "") if "bool" in name.lower() else ("", shown)
