"""Have a shell load the completion script whenever it starts."""

from __future__ import annotations

import os

from guild.domain.errors import GuildError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.cli.context import Context

__all__ = ["install"]

_COMMENT = "# Enable completion for guild"
_INIT_FILES = {
    "bash": "~/.bashrc",
    "zsh": "~/.zshrc",
    "fish": "~/.config/fish/completions/guild.fish",
}
_LINES = {
    "bash": f"[ -s {{path}} ] && . {{path}}  {_COMMENT}",
    "zsh": f"[ -s {{path}} ] && . {{path}}  {_COMMENT}",
    "fish": f"test -s {{path}}; and source {{path}}  {_COMMENT}",
}


def install(shell: str, script: str, init_file: str | None, context: Context) -> None:
    """Write the script to the user's directory and a line that loads it to the shell's file.

    The script is written anew each time, the line only if it is not there yet. The shell's file
    is copied first.

    Raises:
        GuildError: If a file can't be read or written.
    """
    home = context.env.get("HOME") or os.path.expanduser("~")
    console = context.console
    script_path = os.path.join(home, ".guild", f"{shell}_completion")
    init_path = init_file or _INIT_FILES[shell]
    if init_path.startswith("~/"):
        init_path = home + init_path[1:]
    # A file that is a link into a collection of dotfiles stays one.
    init_path = os.path.realpath(os.path.join(context.cwd or "", init_path))
    line = _LINES[shell].format(path=f"~/.guild/{shell}_completion")

    console.err(f"Writing completion script to {script_path}")
    _write(script_path, script)
    text = _read(init_path)
    if text is not None and line in text.splitlines():
        number = text.splitlines().index(line) + 1
        console.err(f"Guild completion is already installed in {init_path} (line {number}):")
        console.err(f"  {line}")
        return
    if text and shell != "fish":
        backup = _free_name(f"{init_path}.guild-backup")
        console.err(f"Backing up {init_path} to {backup}")
        _write(backup, text)
    console.err(f"Updating {init_path} to support Guild command completion")
    text = text or ""
    gap = "" if not text or text.endswith("\n") else "\n"
    _write(init_path, f"{text}{gap}{line}\n")
    console.err(
        "Guild command completion is installed - changes will take effect the next time you"
        " open a terminal session"
    )


def _read(path: str) -> str | None:
    """The text of a file, None if there is none."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise GuildError(f"cannot read {path}: {error.strerror}") from error


def _write(path: str, text: str) -> None:
    """Replace the text of a file and keep its permissions; directories are made as needed."""
    temporary = f"{path}.{os.getpid():x}~"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
        if os.path.exists(path):
            os.chmod(temporary, os.stat(path).st_mode & 0o7777)
        os.replace(temporary, path)
    except OSError as error:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        raise GuildError(f"cannot write {path}: {error.strerror}") from error


def _free_name(path: str) -> str:
    number = 1
    while os.path.exists(f"{path}.{number}"):
        number += 1
    return f"{path}.{number}"
