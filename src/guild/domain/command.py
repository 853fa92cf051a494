"""The process of a run: its command, its environment, and what may be kept of that."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from guild.domain.display import shown
from guild.domain.errors import GuildError
from guild.domain.flagargs import flag_args, flag_env, flag_texts
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
_NOT_PASSED_ON = ("_", "BREAK_ON_ERROR", "FLAGS_DEST", "FLAGS_GLOBALS", "NB_REPLACE", "PDB_BREAKS")
"""What the shell or a run sets for one process: a run started within a run has its own."""


def command_line(command: CommandSpec, flags: FlagSet, python_exe: str) -> list[str]:
    """Words of the process, in order: no shell reads them.

    Only flags that the operation defines become arguments.

    Raises:
        GuildError: If there is no word for what to run, or a reference is to nothing known.
    """
    words: list[str] = []
    for word in command.args:
        if word == FLAG_ARGS:
            words += flag_args(flags, command.flags, command.flags_dest, command.args).args
        elif word == PYTHON_EXE:
            words.append(python_exe)
        else:
            words.append(_resolved(word, "command", command, flags, python_exe))
    if not words or not words[0]:
        raise GuildError("invalid setting for operation: the command is empty")
    return words


def _resolved(
    text: str, what: str, command: CommandSpec, flags: FlagSet, python_exe: str = ""
) -> str:
    """A word or the value of a variable with its references resolved.

    Raises:
        GuildError: If one is to nothing that is known.
    """
    if "${" not in text:
        return text
    from guild.domain.references import resolved_text  # few operations have any

    own = {"project_dir": command.env.get("PROJECT_DIR", "")}
    if python_exe:
        own["python_exe"] = own["guild_python_exe"] = python_exe
    values = {**own, **flag_texts(flags, command.flags)}
    try:
        return resolved_text(text, values)
    except KeyError as error:
        raise GuildError(
            f"invalid setting for operation: {what} contains invalid reference '{error.args[0]}'"
        ) from None


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
    for name, value in command.env.items():
        env[name] = _resolved(value, f"env {name}", command, flags)
    beside = flag_args(flags, command.flags, command.flags_dest, command.args).globals
    if beside:
        import json  # few scripts have globals beside a parser

        env["FLAGS_GLOBALS"] = json.dumps(beside)
    patterns = _patterns(command)
    if patterns:
        import json  # nor are there many notebooks

        env["NB_REPLACE"] = json.dumps(patterns)
    if command.flags_dest:
        env["FLAGS_DEST"] = command.flags_dest
    env.update(run)
    env["PYTHONPATH"] = merged_paths(
        python_path, command.env.get("PYTHONPATH", ""), system.get("PYTHONPATH", "")
    )
    return env


def _patterns(command: CommandSpec) -> dict[str, object]:
    """What flags of a notebook replace, by the name they are passed with."""
    return {
        flag.arg_name or name: flag.extra["nb-replace"]
        for name, flag in command.flags.items()
        if "nb-replace" in flag.extra
    }


def merged_paths(first: Sequence[str], *others: str) -> str:
    """Search path of the given directories and then the others', each once."""
    entries = [*first, *(entry for other in others for entry in other.split(":"))]
    return ":".join(dict.fromkeys(entry for entry in entries if entry))


def is_secret(variable: str, secrets: Collection[str] = ()) -> bool:
    """Whether the value of a variable is to be kept secret, as its name or `secrets` says."""
    name = variable.lower()
    return variable in secrets or any(word in name for word in _SECRETS)


def without_secrets(env: Mapping[str, str], secrets: Collection[str] = ()) -> dict[str, str]:
    """The variables that may be written down; what is no text in them is escaped.

    Args:
        env: Values by name.
        secrets: Names of further ones that may not.
    """
    return {
        name if name.isprintable() else shown(name): _as_text(value)
        for name, value in env.items()
        if not is_secret(name, secrets)
    }


def _as_text(value: str) -> str:
    """The value without half characters, which stand for bytes that are not UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return shown(value)
    return value
