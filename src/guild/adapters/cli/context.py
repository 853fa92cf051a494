"""What a command's handler is given besides the values of its command line."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from guild.adapters.cli.console import Console
    from guild.bootstrap import Guild

__all__ = ["Context"]


class Context:
    """The surroundings of one command.

    Args:
        argv: The command line without `guild`.
        console: Where to write and ask.
        env: Environment variables.
        cwd: Absolute path given by `-C`, None for the real current directory.
        home: Absolute path given by `-H` or `GUILD_HOME`, None to look for one.
        debug: Whether `--debug` was given.
    """

    def __init__(
        self,
        argv: Sequence[str],
        console: Console,
        env: Mapping[str, str],
        *,
        cwd: str | None = None,
        home: str | None = None,
        debug: bool = False,
    ) -> None:
        self.argv = tuple(argv)
        self.console = console
        self.env = env
        self.cwd = cwd
        self.home = home
        self.debug = debug
        self.prog = "guild"
        """The command as typed, such as `guild runs rm`: for hints to its help page."""
        self._guild: Guild | None = None

    @property
    def guild(self) -> Guild:
        """The use cases, built when first asked for."""
        if self._guild is None:
            from guild.bootstrap import build

            # Processes of runs are told the level that counts here.
            env = {**self.env, "LOG_LEVEL": "10"} if self.debug else self.env
            self._guild = build(env, self.console.warn, home=self.home, cwd=self.cwd)
            self._guild.progress = self._progress
        return self._guild

    @guild.setter
    def guild(self, guild: Guild) -> None:
        self._guild = guild

    def _progress(self, names: Iterable[str]) -> Iterable[str]:
        from guild.adapters.cli.indexing import shown_progress  # where runs are read

        return shown_progress(self.console, names)
