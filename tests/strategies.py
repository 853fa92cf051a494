"""Hypothesis strategies of domain values, shared by tests."""

from __future__ import annotations

from hypothesis import strategies as st

from guild.domain.flags import FlagValue

__all__ = [
    "any_text",
    "exactly_same",
    "flag_maps",
    "flag_names",
    "flag_values",
    "nasty_text",
    "scalars",
]

_NASTY = (
    "", " ", "  ", "~", "y", "N", "yes", "No", "on", "null", "Null", "none", "true", "1", "-1",
    "+1", "0123", "1_000", "1e3", "1e-3", "1.", ".5", ".inf", "inf", "-inf", "nan", "NaN",
    ".nan", "0x1F", "0b11", "0o17", "1:10", "12:30:45", "2020-01-01", "2020-01-01 10:00:00",
    "[1:10]", "[a:b]", "[a: b]", "[1]*3", "[1,2] * 2", "range[1:3]", "range[a]", "uniform[0:1]",
    "[:]", "[a b:c]", "[1:2, 3:4]", "['a':b]", "f[a: b]", "[]", "{}", "{a: 1}", "a: 1", "a:",
    ": a", "- a", "-", "--", "---", "--- a", "...", "... a", "? a", "?a", "a # b", "#a", "&a",
    "*a", "!a", "!!str 1", "!!binary aGk=", "%x", "@x", "`x", "|", ">", "| a", "'", "''", '"',
    "'1'", '"1"', "it's", "it's a", 'say "a"', "it's \"a\" b", "a\\b c", "\\n", "=", "<<", "a,b",
    "a b", " a", "a ", "a\tb", "\ta", "a\nb", "a\n", "\n", "a\n\nb", "a\r\nb", "- a\n- b",
    "a\x85b", "a\u2028b", "a\u2029b", "\ufeffa", "a\ufeff", "\xa0", "\x00", "\x07", "\x1b[0m",
    "\x7f", "é", "日本", "\U0001f600", "\ue000", "\ufffe", "\U0010ffff", "x" * 200, "9" * 400,
    "٣", "1e400", "a" * 130 + ": b", "[" * 120, "$(a)", "a;b", "/usr/lib", "~/x", "a=b",
)  # fmt: skip


def any_text(max_size: int = 20) -> st.SearchStrategy[str]:
    """Text of any characters that can be encoded."""
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=max_size)


def nasty_text() -> st.SearchStrategy[str]:
    """Text, with what formats and parsers trip over often among it."""
    marks = st.text("[]{}:,*&!#%'\"\\|>-?@`= \t\n~.01eEabnyx_/", max_size=12)
    return st.one_of(st.sampled_from(_NASTY), marks, any_text())


def scalars() -> st.SearchStrategy[FlagValue]:
    """Flag values that are no lists or maps."""
    return st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.integers(min_value=10**399, max_value=10**400),
        st.floats(),
        nasty_text(),
    )


def flag_values(max_leaves: int = 10) -> st.SearchStrategy[FlagValue]:
    """Any value that can be stored for a flag."""
    return st.recursive(
        scalars(),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(nasty_text(), inner, max_size=4)
        ),
        max_leaves=max_leaves,
    )


def flag_names() -> st.SearchStrategy[str]:
    """Names of flags as scripts have them."""
    return st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)


def flag_maps() -> st.SearchStrategy[dict[str, FlagValue]]:
    """Values by flag name."""
    return st.dictionaries(flag_names(), flag_values(), max_size=5)


def exactly_same(a: object, b: object) -> bool:
    """Whether two values are equal and of the same types throughout; nan is itself."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(exactly_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(exactly_same(a[key], b[key]) for key in a)
    return a == b or (a != a and b != b)
