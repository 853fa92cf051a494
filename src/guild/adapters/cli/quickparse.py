"""Understands well-formed command lines without the cost of importing typer.

It answers only where it is sure of what typer would say, and leaves everything else to it:
errors, help, and forms too rare to be worth a rule here. See ADR 0002.
"""

from __future__ import annotations

from guild.adapters.cli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guild.adapters.cli.spec import Command, Option, Values

__all__ = ["expand", "parse"]


def parse(command: Command, args: Sequence[str]) -> Values | None:
    """The values that a command line stands for, or None where typer has to look at it.

    Args:
        command: What may be typed.
        args: The words after the command's name.
    """
    reader = _Reader(command, expand(command, args))
    if not reader.understood():
        return None
    try:
        return command.values(reader.given, reader.words)
    except UsageError:
        return None


def expand(command: Command, args: Sequence[str]) -> list[str]:
    """The words with joined two-letter flags taken apart: `-Set` becomes `-Se -St`.

    Words that are values of options, and all after `--`, stay as they are.
    """
    if not any(command.joined(word) for word in args):
        return list(args)
    expanded: list[str] = []
    words = iter(args)
    for word in words:
        expanded += command.joined(word) or [word]
        if word == "--":
            expanded += words
        elif _awaits_value(command, word):
            expanded += [value for value in [next(words, None)] if value is not None]
    return expanded


def _awaits_value(command: Command, word: str) -> bool:
    """Whether the word after `word` is an option's value."""
    if word in command.table:
        return command.table[word][0].takes_value
    if word[:1] != "-" or word[:2] == "--" or word.partition("=")[0] in command.table:
        return False
    for position, letter in enumerate(word[1:], 1):
        found = command.table.get(f"-{letter}")
        if found is None:
            return False
        if found[0].takes_value:
            return position == len(word) - 1
    return False


class _Reader:
    """One pass over the words of a command line."""

    def __init__(self, command: Command, args: list[str]) -> None:
        self.given: dict[str, object] = {}
        self.words: list[str] = []
        self._table = command.table
        self._args = args
        self._next = 0

    def understood(self) -> bool:
        """Read all words; False at the first that is not clear."""
        while self._next < len(self._args):
            word = self._args[self._next]
            self._next += 1
            if word == "--":
                self.words += self._args[self._next :]
                return True
            if word[:1] != "-" or word == "-":
                self.words.append(word)
            elif not self._option(word):
                return False
        return True

    def _option(self, word: str) -> bool:
        if word in self._table:
            option, meaning = self._table[word]
            return self._take_next(option) if option.takes_value else self._set(option, meaning)
        name, equals, value = word.partition("=")
        if equals and name in self._table:
            option, _ = self._table[name]
            # `-n=5` means the value `=5` to typer: let typer say so.
            if len(name) == 2 or not option.takes_value:
                return False
            return self._add(option, value)
        return word[:2] != "--" and self._letters(word)

    def _letters(self, word: str) -> bool:
        for position, letter in enumerate(word[1:], 1):
            found = self._table.get(f"-{letter}")
            if found is None:
                return False
            option, meaning = found
            if option.takes_value:
                rest = word[position + 1 :]
                return self._add(option, rest) if rest else self._take_next(option)
            self._set(option, meaning)
        return True

    def _take_next(self, option: Option) -> bool:
        if self._next == len(self._args):
            return False
        value = self._args[self._next]
        self._next += 1
        # A dash begins a value as rarely as it is common among forgotten values.
        if value[:1] == "-" and value != "-" and option.kind not in ("int", "float"):
            return False
        return self._add(option, value)

    def _set(self, option: Option, meaning: bool) -> bool:
        if option.kind == "count":
            uses = self.given.get(option.name, 0)
            assert isinstance(uses, int)
            self.given[option.name] = uses + 1
        else:
            self.given[option.name] = meaning
        return True

    def _add(self, option: Option, value: str) -> bool:
        values = self.given.setdefault(option.name, [])
        assert isinstance(values, list)
        values.append(value)
        return True
