"""Functions of projects that give an optimizer flags in its own form."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from guild.domain.errors import GuildError
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue

__all__ = ["encode_flags"]

_SPEC = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_ATTRIBUTES = ("name", "default", "description", "type", "required", "min", "max", "distribution")
_TIMEOUT_S = 60

_PROGRAM = """
import importlib, json, os, sys
from types import SimpleNamespace
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
told = json.load(sys.stdin)
sys.path.insert(0, told["directory"])
module, name = told["spec"].split(":")
encode = getattr(importlib.import_module(module), name)
found = {}
for flag in told["flags"]:
    value = flag.pop("value")
    flag["choices"] = [SimpleNamespace(**choice) for choice in flag["choices"]]
    found[flag["name"]] = encode(value, SimpleNamespace(**flag))
json.dump(found, out)
out.close()
"""


def encode_flags(
    spec: str,
    directory: str,
    flags: Mapping[str, FlagValue],
    defs: Mapping[str, FlagDef],
    *,
    python: str,
    env: Mapping[str, str],
) -> dict[str, FlagValue]:
    """Values as a function of the project gives them, which runs in a process of its own.

    It is called with a value and the flag's definition: an object with the attributes `name`,
    `default`, `description`, `type`, `required`, `choices`, `min`, `max` and `distribution`.

    Args:
        spec: `MODULE:FUNCTION`.
        directory: Absolute directory that the module is imported from.
        flags: Values by name; those without a definition stay as they are.
        defs: What is known of the flags, by name.
        python: Interpreter.
        env: Environment of the process.

    Raises:
        GuildError: If there is no such function, or it fails.
    """
    import json
    import subprocess

    if not _SPEC.fullmatch(spec):
        raise GuildError(f"invalid flag-encoder '{spec}': expected MODULE:FUNCTION")
    told = [_told(defs[name], value) for name, value in flags.items() if name in defs]
    question = json.dumps({"spec": spec, "directory": directory, "flags": told})
    try:
        done = subprocess.run(
            [python, "-c", _PROGRAM],
            input=question,
            capture_output=True,
            cwd=directory,
            env=dict(env),
            timeout=_TIMEOUT_S,
            text=True,
            check=False,
        )
        if done.returncode:
            raise GuildError(f"flag-encoder '{spec}' failed: {_last_line(done.stderr)}")
        return {**flags, **json.loads(done.stdout)}
    except subprocess.TimeoutExpired as error:
        raise GuildError(f"flag-encoder '{spec}' takes longer than {_TIMEOUT_S} s") from error
    except OSError as error:
        raise GuildError(f"cannot start {python}: {os.strerror(error.errno or 0)}") from error
    except ValueError as error:
        raise GuildError(f"flag-encoder '{spec}' gives what is no flag value: {error}") from error


def _told(flag: FlagDef, value: FlagValue) -> dict[str, object]:
    about: dict[str, object] = {name: getattr(flag, name) for name in _ATTRIBUTES}
    about["choices"] = [
        {"value": choice.value, "alias": choice.alias, "description": choice.description}
        for choice in flag.choices
    ]
    return {**about, "value": value}


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "without a word"
