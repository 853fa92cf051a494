"""Long texts, one screen at a time."""

from __future__ import annotations

from guild.adapters.cli.context import Context
from guild.domain.errors import GuildError
from guild.domain.words import split_words

__all__ = ["page_text"]

_DEFAULT = "less"


def page_text(context: Context, text: str) -> None:
    """Show a text in the user's pager, without one where there is no terminal.

    Where the user names none, and there is no `less`, it is written as it is.

    Raises:
        GuildError: If the pager that the user names can't be run.
    """
    console = context.console
    pager = split_words(context.env.get("PAGER") or "")
    if not console.is_terminal() or pager == ["cat"]:
        console.out(text)
        return
    import subprocess

    console.flush()
    try:
        # Its status says nothing of use, and it may end before it has read everything.
        subprocess.run(
            pager or [_DEFAULT], input=f"{text}\n", encoding="utf-8", errors="replace", check=False
        )
    except OSError as error:
        if pager:
            raise GuildError(
                f"cannot run pager '{pager[0]}': {error.strerror}",
                "Use --no-pager, or set PAGER to another program.",
            ) from error
        console.out(text)
