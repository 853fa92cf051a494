r"""The language of run filters: `op = train and (loss < 0.5 or tags contains best)`.

An expression is made of tests joined by `and`, `or`, `not` and parentheses. A test is a name,
an operator (`=`, `!=` or `<>`, `<`, `<=`, `>`, `>=`, `is`, `is not`, `in`, `not in`,
`contains`, `not contains`) and a value: a number, text (quoted or a bare word), a date like
`2026-01-31` (which is text), `true`, `false`, `undefined` or a list `[a, b]`. A value alone is
judged by its truth. Keywords are understood in any case; names are not.

`not` binds tightest, then `and`, then `or`, as in most languages: `a or b and c` and
`b and c or a` are the same. (Guild AI 0.9 gave `and` and `or` one precedence and grouped them
from the right, so that the second form read as `b and (c or a)` there.)

A name starts with a letter, `_` or `.` and goes up to a space or one of `,<>=!()[]`. Within
double quotes a backslash starts an escape (`\n`, `\t`, `\"`, `\u00e9`, ...); within single
quotes it only protects a quote or a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from guild.domain.errors import GuildError
from guild.domain.filtertree import (
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    Filter,
    Literal,
    Lookup,
    Not,
    Truth,
)
from guild.domain.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, TypeVar

    _T = TypeVar("_T")

__all__ = ["Filter", "Lookup", "parse_filter"]


def parse_filter(text: str) -> Filter | None:
    """Understand a filter expression.

    Returns:
        The filter, or None if the text is empty.

    Raises:
        GuildError: If it is not a valid expression. Positions it tells are 0-based offsets
            from the start of the text.
    """
    if not text.strip():
        return None
    return Filter(text, _Parser(text).whole())


_KEYWORDS = frozenset(("and", "or", "in", "not", "true", "false", "is", "undefined", "contains"))
_COMPARISONS = frozenset(("=", "!=", "<>", "<", "<=", ">", ">="))
_CONSTANTS = {"true": True, "false": False, "undefined": None}

_MAX_DEPTH = 50
"""Levels of parentheses or lists: each costs a few frames of the interpreter's stack."""

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<operator><=|>=|!=|<>|[=<>()\[\],])
      | (?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?=[\s,<>=!()\[\]]|\Z))
      | (?P<number>-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<word>[^\W\d][^\s,<>=!()\[\]]*|\.[^\s,<>=!()\[\]]*)
    """,
    re.VERBOSE | re.DOTALL,
)


class _Token(Record, kw_only=False):
    """A piece of the text; `kind` is `word`, `number`, ..., or the operator or keyword."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def _tokens(text: str) -> list[_Token]:
    tokens = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            hint = "The text that starts there has no closing quote." if text[at] in "'\"" else ""
            raise GuildError(f"{_place(text, at)}: unexpected character '{text[at]}'", hint)
        at = match.end()
        kind = str(match.lastgroup)
        piece = match.group()
        if kind == "operator" or (kind == "word" and piece.lower() in _KEYWORDS):
            kind = piece.lower()
        if kind != "space":
            tokens.append(_Token(kind, piece, match.start()))
    tokens.append(_Token("end", "", len(text)))
    return tokens


def _place(text: str, at: int) -> str:
    line = text.count("\n", 0, at) + 1
    where = f"at position {at}" if line == 1 else f"on line {line}, position {at}"
    return f"syntax error in filter {where}"


class _Parser:
    """Reads an expression by recursive descent; chains of operators need no recursion."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        expression = self._any_of()
        if self._next.kind != "end":
            self._refuse()
        return expression

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _advance(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _took(self, kind: str) -> bool:
        if self._next.kind != kind:
            return False
        self._at += 1
        return True

    def _any_of(self) -> Expression:
        parts = [self._all_of()]
        while self._took("or"):
            parts.append(self._all_of())
        return AnyOf(tuple(parts)) if len(parts) > 1 else parts[0]

    def _all_of(self) -> Expression:
        parts = [self._negation()]
        while self._took("and"):
            parts.append(self._negation())
        return AllOf(tuple(parts)) if len(parts) > 1 else parts[0]

    def _negation(self) -> Expression:
        negated = False
        while self._took("not"):
            negated = not negated
        expression = self._operand()
        return Not(expression) if negated else expression

    def _operand(self) -> Expression:
        if self._next.kind == "(":
            return self._nested(self._any_of, ")")
        if self._next.kind == "word":
            following = self._tokens[self._at + 1].kind
            if following in _COMPARISONS or following in ("is", "in", "not", "contains"):
                return self._comparison()
        return Truth(self._literal())

    def _comparison(self) -> Comparison:
        name = self._advance().text
        sign = self._advance().kind
        if sign in _COMPARISONS:
            return Comparison(name, "!=" if sign == "<>" else sign, self._literal())
        if sign == "is":
            return Comparison(name, "!=" if self._took("not") else "=", self._literal())
        prefix = ""
        if sign == "not":
            prefix = "not "
            if self._next.kind not in ("in", "contains"):
                self._refuse()
            sign = self._advance().kind
        if sign == "in" and self._next.kind != "[":
            self._refuse(f"'in' needs a list, as in '{name} {prefix}in [a, b]'.")
        return Comparison(name, prefix + sign, self._literal())

    def _literal(self) -> Literal:
        if self._next.kind == "[":
            start = self._next.start
            items = self._nested(self._items, "]")
            end = self._tokens[self._at - 1].end
            return Literal(tuple(item.value for item in items), self._text[start:end], items)
        if self._next.kind not in (*_CONSTANTS, "string", "number", "date", "word"):
            self._refuse()
        token = self._advance()
        if token.kind == "string":
            text = _unquoted(token.text)
            return Literal(text, text)
        if token.kind == "number":
            return Literal(_number(token.text), token.text)
        return Literal(_CONSTANTS.get(token.kind, token.text), token.text)

    def _items(self) -> tuple[Literal, ...]:
        items = [self._literal()]
        while self._took(","):
            items.append(self._literal())
        return tuple(items)

    def _nested(self, parse: Callable[[], _T], close: str) -> _T:
        self._advance()
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise GuildError(
                f"invalid filter expression: nested more than {_MAX_DEPTH} levels deep"
            )
        inner = parse()
        if not self._took(close):
            self._refuse()
        self._depth -= 1
        return inner

    def _refuse(self, hint: str = "") -> NoReturn:
        """Blame the next token."""
        token = self._next
        if token.kind == "end":
            raise GuildError("syntax error in filter - unexpected end of expression", hint)
        message = f"{_place(self._text, token.start)}: unexpected token '{token.text}'"
        raise GuildError(message, hint or self._hint())

    def _hint(self) -> str:
        token = self._next
        before = self._tokens[self._at - 1] if self._at else None
        if before is None or before.end != token.start:
            return ""
        if before.kind == "number":
            return "Put text that starts with a digit in quotes."
        if before.kind == "=" and token.kind == "=":
            return "Use a single '=' to test for equality."
        return ""


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    # An integer of thousands of digits is refused by int() and is infinite here, as 1e999 is.
    return float(text)


_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPED = {char: char for char in "\"'\\/ "} | {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\n": "",
}
_LAST_CHAR = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def _unquoted(quoted: str) -> str:
    if quoted[0] == "'":
        return re.sub(r"\\(['\\])", r"\1", quoted[1:-1])
    return _ESCAPE.sub(_unescaped, quoted[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1)
    if code in _ESCAPED:
        return _ESCAPED[code]
    number = int(code[1:], 16) if len(code) > 1 else _SURROGATES.start
    if number <= _LAST_CHAR and number not in _SURROGATES:
        return chr(number)
    raise GuildError(f"invalid filter expression: unknown escape '{match.group()}' in text")
