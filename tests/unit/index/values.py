"""Random runs, and filters that are likely to tell them apart."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from guild.domain.comment import Comment
from guild.domain.filterexpr import parse_filter
from guild.domain.filtertree import Filter
from guild.domain.selection import RunFilter
from guild.domain.status import Status
from guild.domain.timerange import TimeRange
from tests.strategies import flag_values

__all__ = ["PREFIXES", "TAGS", "attributes", "filters", "texts", "values"]

TEXTS = (
    "", "a", "A", "b", "ab", "1", "1.0", "0.5", "1e-3", "true", "none", "it's", 'say "x"', "a b",
    "a\0b", "\0", "\ud800", "a\udcff", "İ", "i̇", "ß", "SS", "ss", "é", "É", "\uffff", "\U00010000",
    "a#b", "%", "_", "\\", "-", "nan", "x" * 300, "2024-01-31", "\x1f", "a\x1fb\x1fc\x1fd\x1fe",
)  # fmt: skip
"""Texts that differ little, or that SQL, JSON or UTF-8 treat in a way of their own."""

NUMBERS = (
    0, 1, -1, 2, 7, 0.5, 0.001, 1.0, -0.0, 1e300, 5e-324, math.inf, -math.inf, math.nan,
    2**53, 2**53 + 1, float(2**53), 2**63 - 1, 2**63, float(2**63), -(2**63), -(2**63) - 1,
    10**400,
)  # fmt: skip

OTHERS: tuple[Any, ...] = (
    None, True, False, [], {}, [1, "a"], [1.0, "a"], ["a", "b"], [True], [[1], {"a": None}],
    {"a": 1}, {1: "x"}, {"1": "x"}, {None: 1, True: [math.nan]}, {1.5: {2: 3}}, [None],
)  # fmt: skip

TIMES = (None, 0, 1, 999_999, 1_000_000, 1_500_000, 2_000_000, -1, -1_000_000, 2**62)
ATTRS = ("host", "initialized", "other", "a#b", "env", "flags", "İ", "run_params", "lr")
TAGS = ("loss", "a", "a#b", "lr", "é", "b#loss")
PREFIXES = ("", ".guild", "a", "b", "a#b", "é")

_FLAGS = ("lr", "a", "flag", "a#b", "İ", "loss")
_NAMES = (
    *("id", "run", "short_id", "operation", "op", "model", "op_model", "from", "status"),
    *("label", "marked", "exit_status", "sourcecode", "sourcecode_digest", "tags", "started"),
    *("stopped", "time", "comments", "missing", "a:b", "attr:", "flag:", "scalar:", "attr:x/y"),
    *("attr:../opref", ".hidden", "old~"),
    *ATTRS,
    *_FLAGS,
    *TAGS,
    *(f"{prefix}#{tag}" for prefix in PREFIXES for tag in TAGS),
)
_SIGNS = ("=", "!=", "<>", "<", "<=", ">", ">=", "is", "is not", "contains", "not contains")


def texts() -> st.SearchStrategy[str]:
    """Texts, mostly of a few."""
    return st.sampled_from(TEXTS) | st.text(st.characters(), max_size=4)


def values() -> st.SearchStrategy[Any]:
    """Values of attributes and flags."""
    return st.one_of(
        st.sampled_from(NUMBERS),
        st.sampled_from(OTHERS),
        texts(),
        flag_values(max_leaves=4),
    )


def flags() -> st.SearchStrategy[dict[str, Any]]:
    """Flags of a run."""
    return st.dictionaries(st.sampled_from(_FLAGS), values(), max_size=4)


def comments() -> st.SearchStrategy[Comment]:
    """Comments, as they are written."""
    times: Any = st.sampled_from((0, 5, 2**62))
    return st.builds(Comment, texts(), times, texts(), texts())


def attributes() -> st.SearchStrategy[dict[str, Any]]:
    """Attributes of a run that is not damaged."""
    known: dict[str, st.SearchStrategy[Any]] = {
        "started": st.sampled_from(TIMES),
        "initialized": st.sampled_from(TIMES),
        "stopped": st.sampled_from(TIMES),
        "exit_status": st.sampled_from((0, 1, -15, 2**63 - 1)),
        "label": texts(),
        "tags": st.lists(texts(), max_size=3),
        "marked": st.booleans(),
        "sourcecode_digest": texts(),
        "comments": st.lists(comments(), max_size=2).map(
            lambda said: [
                {"body": one.body, "time": one.time, "user": one.user, "host": one.host}
                for one in said
            ]
        ),
        "flags": flags(),
    }
    others = {name: values() for name in ATTRS if name not in known}
    return st.fixed_dictionaries({}, optional={**known, **others}).map(_without_none)


def _without_none(attrs: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attrs.items() if value is not None}


def filters() -> st.SearchStrategy[RunFilter]:
    """Filters of any fields, mostly of few."""
    statuses = st.frozensets(st.sampled_from(list(Status)), max_size=3)
    fields: dict[str, st.SearchStrategy[Any]] = {
        "operations": _some(st.sampled_from(("a", "m:a", "m:", "^a", "*", "[", "b$", "p/m:b"))),
        "labels": _some(texts()),
        "unlabeled": st.just(True),
        "tags": _some(texts()),
        "comments": _some(texts()),
        "marked": st.just(True),
        "unmarked": st.just(True),
        "started": _ranges(),
        "digest": texts(),
        "statuses": statuses,
        "not_statuses": statuses,
    }
    plain = st.fixed_dictionaries({}, optional=fields).map(lambda given: RunFilter(**given))
    one_field = st.one_of(*(_alone(name, each) for name, each in fields.items()))
    return st.one_of(
        one_field, plain, expressions().map(lambda given: RunFilter(expression=given))
    )


def _alone(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[RunFilter]:
    return values.map(lambda value: RunFilter(**{name: value}))


def _some(items: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(items, min_size=1, max_size=2).map(tuple)


def _ranges() -> st.SearchStrategy[TimeRange]:
    from datetime import UTC, datetime, timedelta

    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    ends = st.none() | st.sampled_from((-1_000_000, 0, 1, 999_999, 1_000_000, 1_500_000)).map(
        lambda at: epoch + timedelta(microseconds=at)
    )
    return st.builds(TimeRange, ends, ends)


def expressions() -> st.SearchStrategy[Filter]:
    """Filter expressions that can be written."""
    names = st.sampled_from(_NAMES)
    sources = st.sampled_from(("", "", "attr:", "flag:", "scalar:"))
    tests = st.tuples(sources, names, st.sampled_from(_SIGNS), _literals()).map(
        lambda parts: f"{parts[0]}{parts[1]} {parts[2]} {parts[3]}"
    )
    members = st.tuples(sources, names, st.sampled_from(("in", "not in")), _lists()).map(
        lambda parts: f"{parts[0]}{parts[1]} {parts[2]} {parts[3]}"
    )
    whole = st.recursive(
        st.one_of(tests, tests, members, _literals()),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(("and", "or")), inner).map(
                lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
            ),
            inner.map(lambda text: f"not ({text})"),
        ),
        max_leaves=4,
    )
    return whole.map(_parsed)


def _parsed(text: str) -> Filter:
    found = parse_filter(text)
    assert found is not None
    return found


def _literals() -> st.SearchStrategy[str]:
    numbers = st.sampled_from(
        [each for each in NUMBERS if isinstance(each, int) or math.isfinite(each)]
    )
    return st.one_of(
        texts().map(_quoted),
        numbers.map(repr),
        st.sampled_from(("true", "false", "undefined", "1e999", "-1e999", "2024-01-31", "word")),
        st.sampled_from(("007", "1.50", "01")),
        st.sampled_from(("error", "completed", "a", "m")),
        _lists(),
    )


def _lists() -> st.SearchStrategy[str]:
    numbers = st.sampled_from(("1", "0.5", "9223372036854775808", "-1"))
    items = texts().map(_quoted) | numbers | st.sampled_from(("true", "undefined", "[1, a]"))
    return st.lists(items, min_size=1, max_size=3).map(lambda found: f"[{', '.join(found)}]")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
