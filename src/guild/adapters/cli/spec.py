"""Commands, their options and their arguments as plain data.

Everything that has to know a command line reads these: the quick parser, the typer command
that is built where the quick one declines, help as JSON, and completion. The classes are
written by hand since even `typing.NamedTuple` costs a sensible part of a bare interpreter's
start. See ADR 0002.
"""

from __future__ import annotations

from guild.adapters.cli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    Kind = Literal["flag", "text", "int", "float", "choice", "count"]

__all__ = ["Argument", "Command", "Option", "Values"]

_METAVARS = {"text": "TEXT", "int": "N", "float": "X"}


class Option:
    """An option of a command.

    A flag may be declared with its opposite, as in `--offline/--no-offline`; it is None then
    unless one of them is given. A count is a flag whose uses are counted. An option that takes
    a value and is `multiple` collects them in a tuple; otherwise the last use wins.

    Args:
        name: Key among the values, a Python identifier.
        decls: What is typed, short forms first: `-n`, `-Fo`, `--limit`.
        multiple: Whether it may be given several times.
        metavar: Stands for the value on help pages.
        default: The value when not given, if other than False, 0, () or None.
        hidden: Left out of help pages and completion.
        min: Smallest number allowed.
        max: Largest number allowed.
        choices: The texts allowed; for kind `choice`.
        group: Heading that it is listed below on help pages, if other than `Options`.
    """

    __slots__ = (
        "choices", "decls", "default", "group", "help", "hidden", "kind", "max", "metavar",
        "min", "multiple", "name", "opposites", "takes_value",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        *decls: str,
        kind: Kind = "text",
        multiple: bool = False,
        metavar: str = "",
        help: str = "",
        default: object = None,
        hidden: bool = False,
        min: float | None = None,
        max: float | None = None,
        choices: Sequence[str] = (),
        group: str = "",
    ) -> None:
        self.name = name
        self.kind = kind
        self.takes_value = kind not in ("flag", "count")
        self.multiple = multiple
        self.metavar = metavar or ("|".join(choices) if choices else _METAVARS.get(kind, ""))
        self.help = help
        self.hidden = hidden
        self.min = min
        self.max = max
        self.choices = tuple(choices)
        self.group = group
        self.decls = tuple(decl.partition("/")[0] for decl in decls)
        self.opposites = tuple(decl.partition("/")[2] for decl in decls if "/" in decl)
        if default is None and not self.opposites:
            default = _empty(kind, multiple)
        self.default = default

    @property
    def term(self) -> str:
        """How help pages name it: `-n, --limit N`."""
        names = ", ".join(self.decls)
        if self.opposites:
            names += " / " + ", ".join(self.opposites)
        return f"{names} {self.metavar}" if self.takes_value else names

    def convert(self, word: str) -> object:
        """The value that a word stands for.

        Raises:
            UsageError: If it stands for none.
        """
        try:
            if self.kind == "int":
                return self._in_range(_whole_number(word))
            if self.kind == "float":
                return self._in_range(_number(word))
        except ValueError:
            what = {"int": "integer", "float": "float"}[self.kind]
            kind = what if self.min is None and self.max is None else f"{what} range"
            raise self._refused(f"{word!r} is not a valid {kind}.") from None
        if self.kind == "choice" and word not in self.choices:
            allowed = ", ".join(map(repr, self.choices))
            raise self._refused(f"{word!r} is not one of {allowed}.")
        return word

    def _in_range(self, number: float) -> float:
        if self.min is not None and number < self.min:
            raise self._refused(f"{number} is not in the range {self._range()}.")
        if self.max is not None and number > self.max:
            raise self._refused(f"{number} is not in the range {self._range()}.")
        return number

    def _range(self) -> str:
        if self.max is None:
            return f"x>={self.min}"
        return f"x<={self.max}" if self.min is None else f"{self.min}<=x<={self.max}"

    def _refused(self, why: str) -> UsageError:
        names = " / ".join(f"'{decl}'" for decl in self.decls)
        return UsageError(f"Invalid value for {names}: {why}")


class Argument:
    """A positional argument of a command.

    Args:
        name: Key among the values, a Python identifier.
        metavar: How it is named in usage lines, without brackets: `RUN`.
        many: Whether it takes all words that are left, as a tuple; only the last one may.
        required: Whether a word must be given for it.
        help: Shown on the help page.
    """

    __slots__ = ("help", "many", "metavar", "name", "required")

    def __init__(
        self,
        name: str,
        metavar: str = "",
        *,
        many: bool = False,
        required: bool = False,
        help: str = "",
    ) -> None:
        self.name = name
        self.metavar = metavar or name.upper()
        self.many = many
        self.required = required
        self.help = help

    @property
    def usage(self) -> str:
        """Its part of a usage line: `[RUN]...`."""
        name = self.metavar if self.required else f"[{self.metavar}]"
        return f"{name}..." if self.many else name


class Values(dict[str, object]):
    """What a command line says: a plain value by name for each option and argument.

    The methods give a value with its type; asking for another kind than was declared is a
    fault of the program (`TypeError`).
    """

    __slots__ = ()

    def flag(self, name: str) -> bool:
        """Whether a flag was given."""
        value = self[name]
        if not isinstance(value, bool):
            raise TypeError(f"{name} is no flag: {value!r}")
        return value

    def switch(self, name: str) -> bool | None:
        """What a flag with an opposite was set to, None if it wasn't."""
        return None if self[name] is None else self.flag(name)

    def text(self, name: str) -> str | None:
        """A text or choice, None if not given."""
        value = self[name]
        if value is not None and not isinstance(value, str):
            raise TypeError(f"{name} is no text: {value!r}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of an option that may be given several times, or of an argument."""
        value = self[name]
        if not isinstance(value, tuple):
            raise TypeError(f"{name} is not several texts: {value!r}")
        return value

    def int(self, name: str) -> int | None:
        """A whole number or count, None if not given."""
        value = self[name]
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise TypeError(f"{name} is no whole number: {value!r}")
        return value

    def number(self, name: str) -> float | None:
        """A number, None if not given."""
        value = self[name]
        if value is not None and not isinstance(value, float):
            raise TypeError(f"{name} is no number: {value!r}")
        return value


class Command:
    """A command: what may be typed after its name, and what handles it.

    Args:
        name: Its name and aliases: `delete, rm`.
        summary: One line for lists of commands.
        handler: `module:function`; the function takes the `Context` and the `Values` and
            returns the exit status. Its module is imported when a command line is understood.
        help: Text of the help page below the usage line; the summary if empty. Paragraphs
            are parted by empty lines and filled; a line with only `\\b` keeps the lines of
            the paragraph it begins.
        options: In the order of the help page.
        arguments: In their order.
    """

    __slots__ = ("arguments", "handler", "help", "name", "options", "summary", "table")

    def __init__(
        self,
        name: str,
        summary: str,
        handler: str,
        *,
        help: str = "",
        options: Sequence[Option] = (),
        arguments: Sequence[Argument] = (),
    ) -> None:
        self.name = name
        self.summary = summary
        self.help = help or summary
        self.options = tuple(options)
        self.arguments = tuple(arguments)
        self.handler = handler
        self.table: dict[str, tuple[Option, bool]] = {}
        for option in self.options:
            for decl in option.decls:
                self._declare(decl, option, True)
            for decl in option.opposites:
                self._declare(decl, option, False)
        if any(argument.many for argument in self.arguments[:-1]):
            raise ValueError(f"{name}: only the last argument may take many words")

    def _declare(self, decl: str, option: Option, meaning: bool) -> None:
        if decl in self.table:
            raise ValueError(f"{self.name}: {decl} is declared twice")
        self.table[decl] = (option, meaning)

    @property
    def usage(self) -> str:
        """What follows the name in the usage line."""
        return " ".join(("[OPTIONS]", *(argument.usage for argument in self.arguments)))

    def joined(self, word: str) -> list[str] | None:
        """The two-letter flags that are joined in a word: `-Set` is `-Se -St`.

        None unless the word joins two or more of them, has no meaning as a whole, and does not
        begin with a declared letter (`-S`), which would take the rest.
        """
        if len(word) < 4 or word[:1] != "-" or word in self.table or word[:2] in self.table:
            return None
        flags = [word[:2] + letter for letter in word[2:]]
        for flag in flags:
            if flag not in self.table or self.table[flag][0].kind != "flag":
                return None
        return flags

    def values(self, given: Mapping[str, object], words: Sequence[str]) -> Values:
        """Values for everything declared, with what was given converted and checked.

        Args:
            given: For each option that was given: True or False for a flag, the number of uses
                for a count, and the words of every use for one that takes a value.
            words: The positional words.

        Raises:
            UsageError: If a word is no value for its option, or if there are too many or too
                few positional ones.
        """
        values = Values()
        for option in self.options:
            value = given.get(option.name, option.default)
            if option.takes_value and option.name in given:
                assert isinstance(value, list)
                if option.multiple:
                    value = tuple(map(option.convert, value))
                else:
                    value = option.convert(value[-1])
            values[option.name] = value
        left = list(words)
        for argument in self.arguments:
            if argument.required and not left:
                raise UsageError(f"missing argument for {argument.metavar}")
            if argument.many:
                values[argument.name] = tuple(left)
                left = []
            else:
                values[argument.name] = left.pop(0) if left else None
        if left:
            raise UsageError(f"unexpected extra argument '{left[0]}'")
        return values


def _empty(kind: Kind, multiple: bool) -> object:
    if kind == "flag":
        return False
    if kind == "count":
        return 0
    return () if multiple else None


def _whole_number(word: str) -> int:
    """Like `int`, but without blanks, underscores and foreign digits."""
    if not word.removeprefix("-").isdigit() or not word.isascii():
        raise ValueError(word)
    return int(word)


def _number(word: str) -> float:
    """Like `float`, but without blanks, underscores, infinities and what is no number."""
    if not word.isascii() or word.strip("0123456789.eE+-"):
        raise ValueError(word)
    number = float(word)
    if number in (float("inf"), float("-inf")):
        raise ValueError(word)
    return number
