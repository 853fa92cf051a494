"""Run a program as the main program of a run.

    python -um guild.op_main train --lr 0.1
    python -um guild.op_main package.module WORD... -- --lr 0.1

Environment:
    FLAGS_DEST: What the flags after the program's name are: `globals`, `dict:NAME`,
        `global:NAME`, `namespace:NAME` sets globals of the program; `args` or `args:KIND`, as
        when it is not set, leaves them to it. Others drop them.
    FLAGS_GLOBALS: A JSON object of globals to set beside.
    SCRIPT_DIR: First entry of `sys.path`.
    NO_SYS_PATH_MODIFY: `1` leaves `sys.path` alone.
    BREAK_ON_ERROR: `1` starts a debugger after an error.
    PDB_BREAKS: Breakpoints, see `debug`.
"""

from __future__ import annotations

import builtins
import os
import sys

from guild.adapters.runner.failure import refusal, show_as_python_does
from guild.adapters.runner.program import Program, ProgramNotFound, find_program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType

__all__ = ["main"]

_PARAM_DESTS = ("dict", "global", "namespace")


def main() -> None:
    """Run the program that the command line names. Its error is this function's error.

    Raises:
        SystemExit: With a message, if there is no such program or a flag's text is no value.
    """
    try:
        _run(sys.argv[1:])
    except SystemExit:
        raise
    except BaseException:
        show_as_python_does(post_mortem=os.environ.get("BREAK_ON_ERROR") == "1")
        raise


def _run(words: Sequence[str]) -> None:
    if not words:
        raise refusal("missing the program to run")
    name, *args = words
    argv, values = _arguments(args, os.environ.get("FLAGS_DEST", ""))
    # As while Python looks for the module of `-m`.
    sys.argv[:] = ["-m", *argv]
    namespace = _new_main_module()
    try:
        program = _program(name, file_first="--" not in args)
        sys.argv[0] = program.path
        namespace.update(_attributes(program, namespace))
        code = _code(program, values)
    except ProgramNotFound as error:
        raise refusal(str(error)) from None
    breaks = os.environ.get("PDB_BREAKS")
    if breaks:
        from guild.adapters.runner.debug import run_with_breaks

        run_with_breaks(code, namespace, program.path, breaks)
    else:
        exec(code, namespace)


def _program(name: str, *, file_first: bool) -> Program:
    modify_path = os.environ.get("NO_SYS_PATH_MODIFY") != "1"
    script_dir = os.environ.get("SCRIPT_DIR")
    if script_dir and modify_path:
        safe_path = getattr(sys.flags, "safe_path", False)
        sys.path[: 0 if safe_path else 1] = [script_dir]
    return find_program(name, file_first=file_first, modify_path=modify_path)


def _new_main_module() -> dict[str, object]:
    """Replace the main module by a new one.

    Returns:
        Its globals.
    """
    old = sys.modules["__main__"]
    new = type(sys)("__main__")
    new.__dict__["__builtins__"] = builtins
    # Names that only some versions of Python give a main module.
    for name, value in (("__annotations__", {}), ("__cached__", None)):
        if name in old.__dict__:
            new.__dict__[name] = value
    # multiprocessing, if it is loaded already, has another name for it.
    for name in ("__main__", "__mp_main__"):
        if sys.modules.get(name) is old:
            sys.modules[name] = new
    return new.__dict__


def _attributes(program: Program, namespace: dict[str, object]) -> dict[str, object]:
    """What the main module says of itself."""
    attributes: dict[str, object] = {
        "__file__": program.path,
        "__loader__": program.loader,
        "__package__": program.package,
        "__spec__": program.spec,
    }
    if program.spec and "__cached__" in namespace:
        attributes["__cached__"] = program.spec.cached
    return attributes


def _code(program: Program, values: dict[str, object]) -> CodeType:
    if not values:
        return program.code()
    from guild.adapters.runner.inject import compile_with
    from guild.adapters.runner.spawned import carry_to_children

    source = program.source()
    if source is None:
        raise ProgramNotFound(f"cannot set flags of {program.path}: it is no Python source")
    carry_to_children(program.path, program.package, values)
    return compile_with(source, program.path, values)


def _arguments(args: Sequence[str], dest: str) -> tuple[list[str], dict[str, object]]:
    """What the program finds in `sys.argv`, and the globals to set."""
    end = args.index("--") if "--" in args else None
    words = [] if end is None else list(args[:end])
    flags = list(args) if end is None else list(args[end + 1 :])
    values: dict[str, object] = {}
    kind, _, target = dest.partition(":")
    if dest == "globals":
        others, values = _flag_values(flags)
        words += others
    elif kind in _PARAM_DESTS and target:
        from guild.adapters.runner.paramnodes import group_of

        others, items = _flag_values(flags)
        words += others
        if items:
            values[target] = group_of(items, namespace=kind == "namespace")
    elif kind in ("", "args"):
        words += flags
    beside = os.environ.pop("FLAGS_GLOBALS", None)
    if beside:
        values.update(_json_values(beside))
    return words, values


def _flag_values(flags: list[str]) -> tuple[list[str], dict[str, object]]:
    """Words that are no flags, and the values of `--NAME TEXT`; a name without text is true."""
    from guild.adapters.runner.flowyaml import read_flow

    others: list[str] = []
    values: dict[str, object] = {}
    rest = iter(flags)
    for word in rest:
        if not word.startswith("--"):
            others.append(word)
            continue
        text = next(rest, "true")
        try:
            values[word[2:]] = read_flow(text)
        except ValueError as error:
            raise refusal(f"invalid value {text!r} for flag '{word[2:]}': {error}") from None
    return others, values


def _json_values(text: str) -> dict[str, object]:
    import json

    try:
        values = json.loads(text)
    except ValueError as error:
        raise refusal(f"invalid FLAGS_GLOBALS: {error}") from None
    if not isinstance(values, dict):
        raise refusal("invalid FLAGS_GLOBALS: expected a JSON object")
    return values
