"""Source files: their bytes and their syntax tree, or one sentence on what is wrong."""

from __future__ import annotations

import ast
import os
import warnings

from guild.domain.errors import GuildError

__all__ = ["parse_source", "read_source", "script_file", "shown_path"]


def script_file(script: str) -> str:
    """File that runs when a script is run: itself, or `__main__.py` of a package.

    Raises:
        GuildError: If there is no such file.
    """
    path = os.path.join(script, "__main__.py") if os.path.isdir(script) else script
    if not os.path.isfile(path):
        raise GuildError(f"cannot import flags from {script}: no such file")
    return path


def shown_path(path: str, project_dir: str) -> str:
    """A path as messages show it: relative to the project if it is inside."""
    inside = os.path.join(os.path.abspath(project_dir), "")
    full = os.path.abspath(path)
    return full[len(inside) :] if full.startswith(inside) else path


def read_source(path: str, shown: str) -> bytes:
    """Bytes of a source file.

    Raises:
        GuildError: If it can't be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise GuildError(f"cannot import flags from {shown}: {why}") from error


def parse_source(data: bytes, shown: str) -> ast.Module:
    """Syntax tree of Python source in the encoding it declares (PEP 263).

    Raises:
        GuildError: If it is not valid Python; the hint is the line and a caret.
    """
    try:
        with warnings.catch_warnings():
            # Odd escapes in a user's script are not for this program to report.
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except SyntaxError as error:
        raise _syntax_error(error, data, shown) from error
    except (RecursionError, MemoryError) as error:
        raise GuildError(f"cannot import flags from {shown}: code is nested too deeply") from error
    except (ValueError, UnicodeError, LookupError) as error:
        raise GuildError(f"cannot import flags from {shown}: {error}") from error


def _syntax_error(error: SyntaxError, data: bytes, shown: str) -> GuildError:
    prefix = f"cannot import flags from {shown}:"
    undecodable = any(word in error.msg for word in ("encoding", "codec", "(unicode error)"))
    if not error.lineno or (undecodable and not _decodes(data)):
        why = error.msg.removeprefix("(unicode error) ").splitlines()[0]
        return GuildError(f"{prefix} {why}")
    hint = ""
    line = (error.text or "").splitlines()
    if line:
        from guild.domain.display import shown as escaped  # Only a mistake needs it.

        column = min(max(error.offset or 1, 1), len(line[0]) + 1) - 1
        before = escaped(line[0][:column].expandtabs())
        hint = f"{escaped(line[0].expandtabs())}\n{' ' * len(before)}^"
    return GuildError(f"{prefix} invalid syntax on line {error.lineno}", hint)


def _decodes(data: bytes) -> bool:
    # Only where the syntax error may be one of encoding: tokenize is slow to import.
    import io
    import tokenize

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        data.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return False
    return True
