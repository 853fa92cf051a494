"""The patterns of `.gitignore` files.

Source: git's manual, "gitignore", section "Pattern format". Each path is matched for itself:
what is below an ignored directory is ignored because nobody looks into that. Libraries that
match whole paths instead can't tell `!*/` for directories from what is in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["IgnorePatterns"]

_WILD = r"[*?\[\\]"
_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": " \\t\\n\\r\\f\\v",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


class IgnorePatterns:
    """The patterns of one file, of which the last that matches a path decides.

    Args:
        lines: Lines of the file, without line ends.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        patterns = [pattern for line in lines if (pattern := _parse(line)) is not None]
        # Most patterns are plain names: these are looked up, not tried one by one.
        self._exact: dict[str, list[_Pattern]] = {}
        self._wild: list[_Wild] = []
        for number, pattern in enumerate(patterns):
            placed = _Pattern(number, pattern.text, pattern.negated, pattern.dirs_only)
            if re.search(_WILD, pattern.text):
                self._wild.insert(0, _Wild(placed))
            else:
                self._exact.setdefault(pattern.text, []).insert(0, placed)

    def __bool__(self) -> bool:
        return bool(self._exact or self._wild)

    def ignores(self, path: str, is_dir: bool) -> bool | None:
        """Whether a path is ignored; None if no pattern matches.

        Args:
            path: Relative to the directory of the ignore file, with `/`.
            is_dir: Whether it is a directory.
        """
        name = path.rpartition("/")[2]
        rooted = f"/{path}"
        found: _Pattern | None = None
        for key in (name, rooted):
            for pattern in self._exact.get(key, ()):
                if is_dir or not pattern.dirs_only:
                    if found is None or pattern.number > found.number:
                        found = pattern
                    break
        for wild in self._wild:
            pattern = wild.pattern
            if found is not None and pattern.number < found.number:
                break
            if (is_dir or not pattern.dirs_only) and wild.matches(name, rooted):
                found = pattern
                break
        return None if found is None else not found.negated


class _Pattern:
    """A line.

    Attributes:
        number: Its place in the file.
        text: What base names must match, or with an initial `/` what whole paths must.
        negated: Whether it takes back what others ignore.
        dirs_only: Whether it is about directories only.
    """

    def __init__(self, number: int, text: str, negated: bool, dirs_only: bool) -> None:
        self.number = number
        self.text = text
        self.negated = negated
        self.dirs_only = dirs_only


class _Wild:
    """A pattern with wildcards, made into what finds matches fast."""

    def __init__(self, pattern: _Pattern) -> None:
        self.pattern = pattern
        text = pattern.text
        self._of_path = text.startswith("/")
        self._suffix = text[1:] if text[0] == "*" and not re.search(_WILD, text[1:]) else None
        self._regex: re.Pattern[str] | None = None

    def matches(self, name: str, rooted: str) -> bool:
        if self._suffix is not None:
            return name.endswith(self._suffix)
        # Made when first needed: that costs more than all the rest.
        if self._regex is None:
            self._regex = re.compile(_regex(self.pattern.text), re.DOTALL)
        return self._regex.fullmatch(rooted if self._of_path else name) is not None


def _parse(line: str) -> _Pattern | None:
    """A line as a pattern; None for comments and what can't match anything."""
    if line.startswith("#"):
        return None
    text = _without_trailing_spaces(line)
    negated = text.startswith("!")
    text = text.removeprefix("!")
    dirs_only = text.endswith("/")
    text = text.removesuffix("/")
    if "/" in text:
        text = f"/{text.removeprefix('/')}"
    if text in ("", "/"):
        return None
    return _Pattern(0, text, negated, dirs_only)


def _without_trailing_spaces(line: str) -> str:
    bare = line.rstrip(" ")
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return f"{bare} " if backslashes % 2 and bare != line else bare


_TOKEN = r"(/\*\*+/)|(/\*\*+\Z)|(\*+)|(\?)|(\[)|\\(.)|(\\\Z)|([^*?\[\\/]+|/)"
_NOTHING = r"(?!)"


def _regex(text: str) -> str:
    """A regular expression for a pattern; what git takes for damaged matches nothing."""
    # A slash is the same with a backslash before it, also for `**` beside it.
    text = re.sub(r"\\(.)", lambda pair: "/" if pair[1] == "/" else pair[0], text, flags=re.DOTALL)
    made = _Made()
    at = 0
    tokens = re.compile(_TOKEN, re.DOTALL)
    while at < len(text):
        token = tokens.match(text, at)
        assert token is not None
        at = token.end()
        match token.lastindex:
            case 1:
                # The slash may begin the next such token, and both say the same then.
                if re.match(r"\*\*+(?:/|\Z)", text[at:]):
                    at -= 1
                else:
                    made.directories()
            case 2:
                made.directories()
                made.append(".*")
            case 3:
                made.star(".*" if text[0] != "/" else "[^/]*")
            case 4:
                made.append("[^/]")
            case 5:
                chosen, at = _bracket(text, at)
                made.append(chosen)
            case 7:
                return _NOTHING
            case _:
                made.append(re.escape(token[token.lastindex or 0]))
    return made.whole()


class _Made:
    """An expression in the making.

    What follows a star up to the next one is looked for once, at the first place where it is:
    the next star could skip whatever a later place would. The same holds for what is between
    any directories and others. Trying all places takes a time that grows with the power of the
    number of stars.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._done: list[str] = []
        self._star = ""
        self._behind: list[str] = []

    def append(self, piece: str) -> None:
        self._behind.append(piece)

    def star(self, star: str) -> None:
        behind = "".join(self._behind)
        self._done.append(f"(?>{self._star}?{behind})" if self._star else behind)
        self._star, self._behind = star, []

    def directories(self) -> None:
        """A slash, and any directories with theirs."""
        self._parts.append(self._part())
        self._done, self._star, self._behind = [], "", []

    def _part(self) -> str:
        return "".join([*self._done, self._star, *self._behind])

    def whole(self) -> str:
        last = self._part()
        if not self._parts:
            return last
        first, *between = self._parts
        first_found = "".join(f"(?>(?:.*?/)??{part}/)" for part in between)
        return f"{first}/{first_found}(?:.*/)?{last}"


def _bracket(text: str, at: int) -> tuple[str, int]:
    """The expression for a choice of characters that begins before `at`, and its end."""
    negated = text[at : at + 1] in ("!", "^") and at < len(text)
    at += negated
    items: list[str] = []
    last = ""
    first = True
    while first or text[at : at + 1] != "]":
        first = False
        if at >= len(text):
            return _NOTHING, at
        named = re.compile(r"\[:([^\]]*):\]").match(text, at)
        if named:
            if named[1] not in _CLASSES:
                return _NOTHING, len(text)
            items.append(_CLASSES[named[1]])
            at, last = named.end(), ""
            continue
        is_range = text[at] == "-" and last and text[at + 1 : at + 2] not in ("", "]")
        char, at = _escaped(text, at + 1 if is_range else at)
        if not char:
            return _NOTHING, at
        if is_range:
            items.append(f"{re.escape(last)}-{re.escape(char)}" if last <= char else "")
            last = ""
        else:
            items.append(re.escape(char))
            last = char
    inside = "".join(items)
    if not inside:
        return ("[^/]" if negated else _NOTHING), at + 1
    return f"(?!/)[{'^' if negated else ''}{inside}]", at + 1


def _escaped(text: str, at: int) -> tuple[str, int]:
    """The character at a place, which a backslash may precede, and the place after it."""
    at += text[at] == "\\"
    return text[at : at + 1], at + 1
