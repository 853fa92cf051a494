"""What the surroundings of a command say: values, read once at its start."""

from __future__ import annotations

from collections.abc import Mapping

from guild.domain.record import Record

__all__ = ["Settings"]

_TOO_MANY_DIGITS = 19


class Settings(Record):
    """Where and for whom a command works.

    Attributes:
        home: Absolute path of the Guild home; it need not exist.
        cwd: Absolute path that users mean by the current directory.
        env: Environment variables.
        user_home: Absolute path of the user's home directory.
        user, host: Who runs the command and where; `user` may be empty.
        python_exe: Interpreter for Python operations.
        guild_path: Directory that the package `guild` is imported from.
    """

    home: str
    cwd: str
    env: Mapping[str, str]
    user_home: str = ""
    user: str = ""
    host: str = ""
    python_exe: str = "python3"
    guild_path: str = ""

    def switched_on(self, variable: str) -> bool:
        """Whether an environment variable is set to something other than 0 or nothing."""
        return self.env.get(variable, "") not in ("", "0")

    def whole_number(self, variable: str, default: int) -> int:
        """What an environment variable is set to, where it is a number of things.

        Raises:
            GuildError: If it is set to something else than a whole number from 0 on.
        """
        text = self.env.get(variable, "").strip()
        if not text:
            return default
        if text.isascii() and text.isdigit() and len(text) < _TOO_MANY_DIGITS:
            return int(text)
        from guild.domain.errors import GuildError  # only a mistake needs it

        raise GuildError(
            f"invalid value for {variable} {text!r}: must be a number such as {default}"
        )
