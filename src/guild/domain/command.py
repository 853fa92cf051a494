"""The process of a run: its command, its environment, and what may be kept of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guild.domain.display import shown
from guild.domain.flagargs import flag_args, flag_env
from guild.domain.flags import FlagSet
from guild.domain.operation import FLAG_ARGS, PYTHON_EXE, CommandSpec

__all__ = [
    "command_line",
    "is_secret",
    "merged_paths",
    "process_env",
    "shadowed_flags",
    "without_secrets",
]

_SECRETS = (
    "password",
    "passwd",
    "token",
    "secret",
    "credential",
    "api_key",
    "apikey",
    "private_key",
)
_NOT_PASSED_ON = ("_", "BREAK_ON_ERROR", "FLAGS_DEST", "FLAGS_GLOBALS", "PDB_BREAKS")
"""What the shell or a run sets for one process: a run started within a run has its own."""


def command_line(command: CommandSpec, flags: FlagSet, python_exe: str) -> list[str]:
    """Words of the process, in order: no shell reads them.

    Only flags that the operation defines become arguments.
    """
    words: list[str] = []
    for word in command.args:
        if word == FLAG_ARGS:
            words += flag_args(flags, command.flags, command.flags_dest, command.args).args
        else:
            words.append(python_exe if word == PYTHON_EXE else word)
    return words


def shadowed_flags(command: CommandSpec, flags: FlagSet) -> tuple[str, ...]:
    """A sentence for each flag that is not passed, as the command has its argument already."""
    if FLAG_ARGS not in command.args:
        return ()
    return flag_args(flags, command.flags, command.flags_dest, command.args).shadowed


def process_env(
    system: Mapping[str, str],
    command: CommandSpec,
    flags: FlagSet,
    run: Mapping[str, str],
    python_path: Sequence[str],
) -> dict[str, str]:
    """Environment of the process: the system's, the operation's and the run's; later ones win.

    Args:
        system: Environment of this process.
        command: Its `env` is the operation's.
        flags: Told as `FLAG_NAME`, one variable each.
        run: Variables that describe the run.
        python_path: Directories for the front of PYTHONPATH.
    """
    env = {name: value for name, value in system.items() if name not in _NOT_PASSED_ON}
    env.update(flag_env(flags, command.flags))
    env.update(command.env)
    beside = flag_args(flags, command.flags, command.flags_dest, command.args).globals
    if beside:
        import json  # few scripts have globals beside a parser

        env["FLAGS_GLOBALS"] = json.dumps(beside)
    if command.flags_dest:
        env["FLAGS_DEST"] = command.flags_dest
    env.update(run)
    env["PYTHONPATH"] = merged_paths(
        python_path, command.env.get("PYTHONPATH", ""), system.get("PYTHONPATH", "")
    )
    return env


def merged_paths(first: Sequence[str], *others: str) -> str:
    """Search path of the given directories and then the others', each once."""
    entries = [*first, *(entry for other in others for entry in other.split(":"))]
    return ":".join(dict.fromkeys(entry for entry in entries if entry))


def is_secret(variable: str) -> bool:
    """Whether the name of a variable says that its value is to be kept secret."""
    name = variable.lower()
    return any(word in name for word in _SECRETS)


def without_secrets(env: Mapping[str, str]) -> dict[str, str]:
    """The variables that may be written down; what is no text in them is escaped."""
    return {
        name if name.isprintable() else shown(name): _as_text(value)
        for name, value in env.items()
        if not is_secret(name)
    }


def _as_text(value: str) -> str:
    """The value without half characters, which stand for bytes that are not UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return shown(value)
    return value
