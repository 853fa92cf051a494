"""`guild completion`: write or install the completion script of a shell."""

from __future__ import annotations

from guild.adapters.cli.spec import Command, Option, Values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.adapters.cli.context import Context

__all__ = ["COMMAND", "completion"]

COMMAND = Command(
    "completion",
    "Write or install command completion for a shell.",
    "guild.adapters.cli.commands.completion:completion",
    help="Write a script to standard output that makes a shell complete guild commands.\n\n"
    "The script is that of the active shell unless --shell names one. Use --install to have"
    " it loaded by each new shell.",
    options=(
        Option(
            "shell",
            "-s",
            "--shell",
            kind="choice",
            choices=("bash", "zsh", "fish"),
            help="Shell to write the script for.",
        ),
        Option(
            "shell_init",
            "--shell-init",
            metavar="PATH",
            help="File that loads the script when a shell starts, for --install (default is the"
            " shell's own).",
        ),
        Option("install", "-i", "--install", kind="flag", help="Install the script."),
    ),
)


def completion(context: Context, values: Values) -> int:
    """Write or install the script."""
    from guild.adapters.cli.completionscripts import SCRIPTS

    shell = values.text("shell") or _active_shell(context)
    if values.flag("install"):
        from guild.adapters.cli.completioninstall import install

        install(shell, SCRIPTS[shell], values.text("shell_init"), context)
    else:
        context.console.out(SCRIPTS[shell], end="")
    return 0


def _active_shell(context: Context) -> str:
    from guild.adapters.cli.completionscripts import SCRIPTS

    shell = context.env.get("SHELL", "").rpartition("/")[2]
    if shell in SCRIPTS:
        return shell
    from guild.domain.errors import GuildError

    tip = "Use --shell to name one of bash, zsh and fish."
    if not shell:
        raise GuildError("cannot tell which shell is active", tip)
    raise GuildError(f"unsupported shell: {shell}", tip)
