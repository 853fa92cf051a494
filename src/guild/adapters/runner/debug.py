"""Run a program in the debugger, up to breakpoints."""

from __future__ import annotations

import ast
import os
import pdb
import shlex
import sys

from guild.adapters.runner.failure import refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType

__all__ = ["run_with_breaks"]

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def run_with_breaks(code: CodeType, namespace: dict[str, object], path: str, breaks: str) -> None:
    """Run a main module; the debugger takes over at the breakpoints.

    Args:
        code: What to run.
        namespace: Globals of the main module.
        path: File of the main module.
        breaks: Words quoted as for a shell, each `LINE` or `FUNCTION` of the main module,
            `FILE:LINE` (`.py` may be left out) or `MODULE.FUNCTION`. A line without code stands
            for the next one that has some.

    Raises:
        SystemExit: With a message if a breakpoint is nowhere; with status 1 if the user quits
            the debugger.
    """
    debugger = _Debugger()
    for spec in _words(breaks):
        try:
            file, line = _place(spec, path)
        except (OSError, SyntaxError) as error:
            raise _nowhere(spec, str(error)) from None
        problem = debugger.set_break(file, line)
        if problem:
            raise _nowhere(spec, problem)
    debugger.run(code, namespace)
    if debugger.has_quit:
        raise SystemExit(1)


class _Debugger(pdb.Pdb):
    """Does not stop at the first line, unless there is a breakpoint."""

    has_quit = False
    _has_begun = False

    def user_line(self, frame: FrameType) -> None:
        if not self._has_begun:
            self._has_begun = True
            if not self.break_here(frame):
                self.set_continue()
                return
        super().user_line(frame)

    def set_quit(self) -> None:
        self.has_quit = True
        super().set_quit()


def _words(breaks: str) -> list[str]:
    try:
        return shlex.split(breaks)
    except ValueError as error:
        raise _nowhere(breaks, str(error)) from None


def _place(spec: str, main: str) -> tuple[str, int]:
    """File and line of a breakpoint."""
    file, colon, line = spec.rpartition(":")
    if line.isdecimal() and (file or not colon):
        found = _file(file, main) if file else main
        if found is None:
            raise _nowhere(spec, f"there is no file {file}")
        return found, _breakable(spec, found, int(line))
    parts = spec.split(".")
    for count in range(len(parts) - 1, -1, -1):
        found = _file("/".join(parts[:count]), main) if count else main
        line_number = found and _definition_line(found, parts[count:])
        if found and line_number:
            return found, _breakable(spec, found, line_number)
    raise _nowhere(spec, "there is no such function")


def _file(name: str, main: str) -> str | None:
    """The source file of a path or of a module's path, looked up where modules are."""
    if name in ("__main__", os.path.basename(main).removesuffix(".py")):
        return main
    for directory in ("", *sys.path):
        for end in ("", ".py", "/__init__.py"):
            path = os.path.abspath(os.path.join(directory, name + end))
            if path.endswith(".py") and os.path.isfile(path):
                return path
    return None


def _breakable(spec: str, path: str, line: int) -> int:
    """The first line with code from the given one on."""
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    lines = [number for number in _lines(code) if number >= line]
    if not lines:
        raise _nowhere(spec, f"there is no code from line {line} of {path} on")
    return min(lines)


def _lines(code: CodeType) -> Iterator[int]:
    # The start of a module has a line 0.
    yield from (line for _, _, line in code.co_lines() if line)
    for constant in code.co_consts:
        if isinstance(constant, type(code)):
            yield from _lines(constant)


def _definition_line(path: str, names: list[str]) -> int | None:
    """Line of the first statement of a function, named with the classes and functions it is in."""
    with open(path, "rb") as file:
        body: list[ast.stmt] = ast.parse(file.read(), path).body
    found: _Definition | None = None
    for name in names:
        found = next(
            (node for node in body if isinstance(node, _Definition) and node.name == name), None
        )
        if found is None:
            return None
        body = found.body
    if found is None or isinstance(found, ast.ClassDef):
        return None
    has_docstring = ast.get_docstring(found, clean=False) is not None
    return found.body[1 if has_docstring and len(found.body) > 1 else 0].lineno


def _nowhere(spec: str, why: str) -> SystemExit:
    return refusal(f"cannot set a breakpoint at '{spec}': {why}")
