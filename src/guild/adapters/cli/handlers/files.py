"""`guild cat`, `guild ls` and `guild open`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from guild.adapters.cli.context import Context
from guild.adapters.cli.errors import OutputClosed, UsageError, exclude
from guild.adapters.cli.handlers.query import run_query
from guild.adapters.cli.spec import Values
from guild.app.ports.run_contents import FileKind
from guild.domain.display import shown
from guild.domain.errors import GuildError
from guild.domain.run import Run
from guild.domain.rundisplay import user_path
from guild.domain.runfiles import FileChoice, natural_key
from guild.domain.words import split_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["cat", "ls", "open_run"]

_CHUNK = 1 << 16
_OUTPUT = ".guild/output"


def cat(context: Context, values: Values) -> int:
    """Write a file of a run to standard output: byte for byte, unless that is a terminal."""
    path = values.text("path")
    if not values.flag("output") and path is None:
        raise UsageError("-p / --path is required unless --output is specified")
    run = context.guild.select_runs.one(run_query(context, values))
    source = values.flag("sourcecode")
    if values.flag("output"):
        if path is not None or source:
            context.console.err("--output cannot be used with other options - ignoring them")
        path, source = _OUTPUT, False
    file = context.guild.contents.path(run, path or "", source=source)
    if os.path.isdir(file):
        raise GuildError(f"{file} is a directory")
    if not os.path.isfile(file):
        raise GuildError(f"{file} is no regular file")
    if values.flag("page"):
        return _page(context, file)
    _copy(context, file)
    return 0


def _copy(context: Context, file: str) -> None:
    sys.stdout.flush()
    terminal = context.console.is_terminal()
    try:
        with open(file, "rb") as stream:
            for data in _as_shown(stream) if terminal else _as_it_is(stream):
                sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise OutputClosed from None
    except OSError as error:
        raise GuildError(f"cannot read {file}: {error.strerror}") from error


def _as_it_is(stream: BinaryIO) -> Iterator[bytes]:
    while data := stream.read(_CHUNK):
        yield data


def _as_shown(stream: BinaryIO) -> Iterator[bytes]:
    """The file without what controls a terminal, but for colours."""
    from codecs import getincrementaldecoder

    from guild.domain.display import shown_lines

    decoder = getincrementaldecoder("utf-8")("backslashreplace")
    coloured = False
    while data := stream.readline(_CHUNK):
        text = shown_lines(decoder.decode(data), colours=True)
        coloured = coloured or "\x1b" in text
        yield text.encode()
    yield decoder.decode(b"", final=True).encode()
    if coloured:
        yield b"\x1b[0m"


def _page(context: Context, file: str) -> int:
    import subprocess

    pager = split_words(context.env.get("PAGER") or "") or ["less"]
    try:
        return subprocess.call([*pager, file])
    except OSError as error:
        raise GuildError(f"cannot run pager '{pager[0]}': {error.strerror}") from error


def ls(context: Context, values: Values) -> int:
    """List the files of a run."""
    path = values.text("path")
    if path is not None and path.startswith("/"):
        raise UsageError("PATH must be relative")
    run = context.guild.select_runs.one(run_query(context, values))
    kinds = [
        kind
        for name, kind in (
            ("sourcecode", FileKind.SOURCE),
            ("dependencies", FileKind.DEPENDENCY),
            ("generated", FileKind.GENERATED),
        )
        if values.flag(name)
    ]
    choice = FileChoice(
        path=path, kinds=frozenset(kind.value for kind in kinds), hidden=values.flag("all")
    )
    entries = context.guild.contents.entries(run, follow_links=values.flag("follow_links"))
    found = [
        entry for entry in entries if choice.includes(entry.path, entry.is_dir, entry.kind.value)
    ]
    plain = values.flag("no_format") or values.flag("full_path")
    if not plain:
        home = context.guild.settings.user_home
        bare = context.guild.settings.switched_on("NO_HEADER_PATH")
        context.console.out(f"{shown(run.id if bare else user_path(run.path, home))}:")
    for entry in sorted(found, key=lambda entry: natural_key(entry.path)):
        text = f"{entry.path}/" if entry.is_dir else entry.path
        if values.flag("full_path"):
            text = f"{run.path}/{text}"
        if values.flag("human_readable") and not entry.is_dir:
            text = f"{_size(run, entry.path):>8}  {text}"
        context.console.out(("" if plain else "  ") + shown(text))
    return 0


def _size(run: Run, path: str) -> str:
    try:
        size = float(os.lstat(f"{run.path}/{path}").st_size)
    except OSError:
        return "?"
    for unit in ("B", "K", "M", "G"):
        if size < 1024:
            return f"{size:.0f}{unit}" if unit == "B" else f"{size:.1f}{unit}"
        size /= 1024
    return f"{size:.1f}T"


def open_run(context: Context, values: Values) -> int:
    """Open a run directory or a file of it with another program."""
    exclude(values, "shell", "cmd", "shell_cmd")
    run = context.guild.select_runs.one(run_query(context, values))
    path = _OUTPUT if values.flag("output") else values.text("path") or "."
    source = values.flag("sourcecode") and not values.flag("output")
    target = context.guild.contents.path(run, path, source=source)
    if values.flag("shell") or values.text("shell_cmd"):
        return _shell(context, values, target)
    import subprocess

    default = "open" if sys.platform == "darwin" else "xdg-open"
    command = split_words(values.text("cmd") or "") or [default]
    if os.path.isdir(target):
        target += "/"
    try:
        return subprocess.call([*command, target])
    except OSError as error:
        raise GuildError(
            f"cannot run '{command[0]}': {error.strerror}", "Choose a program with --cmd."
        ) from error


def _shell(context: Context, values: Values, target: str) -> int:
    import subprocess

    directory = target if os.path.isdir(target) else os.path.dirname(target)
    command = split_words(values.text("shell_cmd") or context.env.get("SHELL") or "") or ["bash"]
    context.console.note(f"Running a new shell in {shown(directory)}")
    context.console.note("To exit the shell, type 'exit' and press Enter.")
    try:
        return subprocess.call(command, cwd=directory)
    except OSError as error:
        raise GuildError(f"cannot run '{command[0]}': {error.strerror}") from error
