"""Text as words: splitting like a shell, and quoting for one."""

from __future__ import annotations

from collections.abc import Iterable

from guild.domain.errors import GuildError

__all__ = ["join_words", "quoted_word", "split_words"]

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-")
_QUOTING = "\\'\""
_BLANKS = str.maketrans("\t\r\n", "   ")


def split_words(text: str, separator: bool | str = True) -> list[str]:
    """Parts of a text.

    Args:
        text: The text.
        separator: Where to split; empty parts are dropped. True or `shlex` for words as a
            shell has them: separated by blanks, with quotes.

    Raises:
        GuildError: If quotes are not closed.
    """
    if isinstance(separator, str) and separator not in ("", "shlex"):
        return [part for part in text.split(separator) if part]
    if not any(char in text for char in _QUOTING):
        return [word for word in text.translate(_BLANKS).split(" ") if word]
    import shlex  # few values need it

    try:
        return shlex.split(text)
    except ValueError as error:
        raise GuildError(f"cannot split {text!r} into words: {str(error).lower()}") from error


def join_words(words: Iterable[str], separator: bool | str | None = True) -> str:
    """The text that `split_words` splits into these words.

    With a separator of one's own the words are joined as they are: a word that contains it
    can't be kept whole.
    """
    if isinstance(separator, str) and separator not in ("", "shlex"):
        return separator.join(words)
    return " ".join(map(quoted_word, words))


def quoted_word(word: str) -> str:
    """A word for a shell, in quotes where it needs them."""
    if word and _SAFE.issuperset(word):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"
