"""Rules of flag values as text. Source: reference 03-flags, sections 1 to 3."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.flagtext import (
    TEXT_TYPES,
    TYPES,
    decode,
    encode,
    format_value,
    is_function,
    parse_assignments,
    split_assignment,
    split_function,
)
from guild.domain.sequences import MAX_ITEMS
from tests.strategies import exactly_same, flag_values, nasty_text

_BARE = r"[A-Za-z0-9_./~+-]*[A-Za-z0-9_.]"

inf, nan = math.inf, math.nan

_DECODED: list[tuple[str, FlagValue]] = [
    ("", ""), (" ", " "), ("1", 1), ("+1", 1), ("00", 0), ("010", 10), ("-7", -7),
    ("1.", 1.0), (".5", 0.5), ("1.0", 1.0), ("1e3", 1000.0), ("1E5", 100000.0),
    ("1e-3", 0.001), ("0x1F", 31), ("0b11", 3), ("-0x1f", -31), ("0o17", "0o17"),
    ("1e", "1e"), ("1a", "1a"), ("inf", inf), ("-inf", -inf), (".inf", inf), ("-.INF", -inf),
    ("nan", nan), ("NaN", nan), (".nan", nan), ("1_000", "1_000"), ("1_0.5", "1_0.5"),
    ("0x_1", "0x_1"), ("true", True), ("Yes", True), ("ON", True), ("false", False),
    ("no", False), ("off", False), ("y", "y"), ("n", "n"), ("null", None), ("Null", None),
    ("~", None), ("none", "none"), ("None", "None"), ("1:10", "1:10"), ("12:30", "12:30"),
    ("'1'", "1"), ('"1"', "1"), ("''", ""), ("[1,2]", [1, 2]),
    ("[1,a,null,yes]", [1, "a", None, True]), ("[1e2, 010, 1_0]", [100.0, 10, "1_0"]),
    ("[]", []), ("{}", {}), ("{a: 1}", {"a": 1}), ("{a:1}", {"a:1": None}), ("a: 1", {"a": 1}),
    ("- a", ["a"]), ("[1]*3", [1, 1, 1]), ("[1,2] * 2", [1, 2, 1, 2]), ("[1]*0", []),
    ("2020-01-01", "2020-01-01"), ("[2020-01-01]", ["2020-01-01"]), ("!!str 1", "1"),
    ("!!int 1_000", 1000), ("1,2", "1,2"), ("1 2", "1 2"), ("a#b", "a#b"), ("a=b", "a=b"),
    ("@x", "@x"), ("%x", "%x"), ("a # b", "a"), ("#a", None), ("&a", None), ("*a", "*a"),
    ("[a", "[a"), ("{a", "{a"), ('"a', '"a'), ("=", "="), ("<<", "<<"), ("{<<: 1}", {"<<": 1}),
    ("range[1:3]", [1, 2, 3]), ("range[0:1:0.25]", [0.0, 0.25, 0.5, 0.75, 1.0]),
    ("range[3]", [0, 1, 2]), ("range[1:10:3]", [1, 4, 7, 10]), ("range[1:3:-1]", []),
    ("range[3:1:-1]", [3, 2, 1]), ("range[-1:0:0.6]", [-1.0, -0.4, 0.2]),
    ("linspace[0:1]", [0.0, 0.25, 0.5, 0.75, 1.0]), ("linspace[0:1:3]", [0.0, 0.5, 1.0]),
    ("linspace[1:2:1]", [1.0]), ("linspace[1:2:0]", []), ("logspace[0:2:3]", [1.0, 10.0, 100.0]),
    ("logspace[0:3:4:2]", [1.0, 2.0, 4.0, 8.0]), ("logspace[-9:-8:2]", [1e-9, 1e-8]),
    ("geomspace[1:8:4]", [1.0, 2.0, 4.0, 8.0]), ("geomspace[-1:-100:3]", [-1.0, -10.0, -100.0]),
    ("[1:10]", "[1:10]"), ("[1:10:2]", "[1:10:2]"), ("[a:b]", "[a:b]"),
    ("[1:2]*3", "[1:2]*3"), ("['a:b']", ["a:b"]), ("[a: b]", [{"a": "b"}]),
    ("uniform[0:1]", "uniform[0:1]"), ("loguniform[1e-3:1]", "loguniform[1e-3:1]"),
    ("choice[1:2]", "choice[1:2]"), ("{1: a, null: b}", {"1": "a", "null": "b"}),
    ("!!set {a}", "!!set {a}"), ("!!binary aGk=", "!!binary aGk="),
    ("!!python/object/apply:os.getcwd []", "!!python/object/apply:os.getcwd []"),
    ("!!timestamp 2020-01-01", "!!timestamp 2020-01-01"), ("!!int x", "!!int x"),
    ("!!bool x", "!!bool x"), ("!!int ''", "!!int ''"), ("a\nb", "a\nb"), ("- a\n- b", ["a", "b"]),
    ("\x00", "\x00"), ("\ud800", "\ud800"), ("٣", "٣"), ("[&a 1, *a]", "[&a 1, *a]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), _DECODED)
def test_text_is_decoded(text: str, value: FlagValue) -> None:
    assert exactly_same(decode(text), value)


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("auto", "1", 1),
        ("string", "3", "3"),
        ("string", "yes", "yes"),
        ("string", "", ""),
        ("string", "range[1:3]", "range[1:3]"),
        ("string", "'3'", "3"),
        ("string", "[1, a]", ["1", "a"]),
        ("string", "[12e4,0012]", ["12e4", "0012"]),
        ("string", "[a, yes, null, 1.0, ~]", ["a", "yes", None, "1.0", "~"]),
        ("string", "['0012', \"yes\", 'null']", ["0012", "yes", "null"]),
        ("string", "[2020-01-01, 1:2, 0x1F, a b]", ["2020-01-01", "1:2", "0x1F", "a b"]),
        ("string", "[[01, yes], {a: 01}]", [[1, True], {"a": 1}]),
        ("string", "[007]*2", ["007", "007"]),
        ("string", "[!!int 3, !!str 4, &a b]", ["3", "4", "b"]),
        ("string", "['[1:2]', a]", ["[1:2]", "a"]),
        ("string", "[]", []),
        ("string", "[1:2]", "[1:2]"),
        ("int", "3", 3),
        ("int", "1.5", 1.5),
        ("float", "1", 1.0),
        ("float", "0x10", 16.0),
        ("float", "abc", "abc"),
        ("float", "[1, 2]", [1, 2]),
        ("float", "9" * 400, int("9" * 400)),
        ("number", "1", 1),
        ("number", "1.0", 1.0),
        ("number", "range[1:2]", [1, 2]),
        ("boolean", "1", True),
        ("boolean", "0.0", False),
        ("boolean", "no", False),
        ("boolean", "abc", "abc"),
        ("boolean", "[1:2]", "[1:2]"),
        ("path", "1", "1"),
        ("path", "[007, ~, '[a]']", ["007", "~", "[a]"]),
        ("path", "'[a]'", "[a]"),
        ("path", "{a}", "{a}"),
        ("existing-path", "[1]", ["1"]),
        ("existing-path", "[1]a", "[1]a"),
    ],
)
def test_type_decides_where_text_is_ambiguous(type: str, text: str, value: FlagValue) -> None:
    assert exactly_same(decode(text, type), value)


@given(flag_values())
@example(["a:b"])
@example(["a b:c"])
@example([{"a": "b"}])
@example(["[1]*3"])
def test_encoded_value_is_decoded_again(value: FlagValue) -> None:
    assert exactly_same(decode(encode(value)), value)


@given(nasty_text())
def test_encoded_text_is_decoded_again(text: str) -> None:
    assert decode(encode(text)) == text
    assert decode(format_value(text)) == text


@given(st.sampled_from(sorted(TEXT_TYPES)), st.lists(st.none() | nasty_text()))
@example("string", ["12e4", "0012", None, "null", "~", "yes"])
def test_encoded_texts_are_decoded_again(type: str, texts: list[FlagValue]) -> None:
    assert exactly_same(decode(encode(texts), type), texts)


@given(st.sampled_from(sorted(TEXT_TYPES)), st.lists(st.from_regex(_BARE, fullmatch=True)))
def test_items_for_flags_of_text_are_the_texts_that_are_written(
    type: str, texts: list[str]
) -> None:
    assume(not is_function(f"[{texts[0]}]" if len(texts) == 1 else ""))

    value = decode(f"[{','.join(texts)}]", type)

    assert value == [None if text.lower() == "null" else text for text in texts]


@given(flag_values())
def test_encoded_value_is_one_printable_line(value: FlagValue) -> None:
    assert encode(value).isprintable()


@given(nasty_text(), st.sampled_from([None, *sorted(TYPES)]))
def test_any_text_is_decoded_to_a_value_that_can_be_encoded(text: str, type: str | None) -> None:
    value = decode(text, type)

    assert exactly_same(decode(encode(value)), value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (False, "no"),
        (None, "null"),
        (1, "1"),
        (1.0, "1.0"),
        (1e-05, "1.0e-05"),
        (inf, ".inf"),
        (nan, ".nan"),
        ("1", "'1'"),
        ("yes", "'yes'"),
        ("inf", "'inf'"),
        ("", "''"),
        ("a: b", "'a: b'"),
        ("-1", "'-1'"),
        ("a b", "a b"),
        ("[1:2]", "[1:2]"),
        ("uniform[0:1]", "uniform[0:1]"),
        ("range[1:2]", "'range[1:2]'"),
        ([1, "a", None, True], "[1, a, null, yes]"),
        (["a,b"], "['a,b']"),
        ({"b": 1, "a": [1, 2]}, "{a: [1, 2], b: 1}"),
        ("a\nb", '"a\\nb"'),
        ("\udcff", '"\\uDCFF"'),
    ],
)
def test_values_are_encoded(value: FlagValue, text: str) -> None:
    assert encode(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", "'a b'"),
        ("it's a", '"it\'s a"'),
        ("a: b", "'a: b'"),
        ("ab", "ab"),
        ("a\\b c", "'a\\b c'"),
        ([1, "a b"], "[1, a b]"),
    ],
)
def test_formatted_text_with_a_space_is_quoted(value: FlagValue, text: str) -> None:
    assert format_value(value) == text


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("range[a]", "error decoding 'range[a]': invalid arg 'a': expected a number"),
        ("range[]", "error decoding 'range[]': function requires at least 1 arg(s)"),
        ("linspace[1]", "error decoding 'linspace[1]': function requires at least 2 arg(s)"),
        ("range[1:2:0]", "error decoding 'range[1:2:0]': step cannot be 0"),
        ("range[yes]", "error decoding 'range[yes]': invalid arg 'yes': expected a number"),
        ("range[inf]", "error decoding 'range[inf]': invalid arg 'inf': expected a finite number"),
        ("linspace[0:1:1.5]", "error decoding 'linspace[0:1:1.5]': count must be a whole number,"
         " 0 or more"),
        ("logspace[0:999]", "error decoding 'logspace[0:999]': numbers out of range"),
        ("geomspace[0:1]", "error decoding 'geomspace[0:1]': ends must both be above or both"
         " below 0"),
        (f"range[0.5:{'9' * 400}]", f"error decoding 'range[0.5:{'9' * 400}]': numbers out of"
         " range"),
    ],
)  # fmt: skip
def test_sequence_that_cannot_be_computed_stays_text_with_a_warning(
    text: str, warning: str
) -> None:
    warnings: list[str] = []

    value = decode(text, warn=warnings.append)

    assert value == text
    assert warnings == [warning]
    assert not is_function(text)


def test_surplus_arguments_of_a_sequence_are_ignored_with_a_warning() -> None:
    warnings: list[str] = []

    value = decode("range[1:2:1:4]", warn=warnings.append)

    assert value == [1, 2]
    assert warnings == ["unsupported arguments for range function: (4,) - ignoring"]


def test_unknown_type_is_read_like_no_type_with_a_warning() -> None:
    warnings: list[str] = []

    assert decode("1", "color", warnings.append) == 1
    assert warnings == ["unknown flag type 'color', assuming 'auto'"]


@pytest.mark.parametrize(
    "text",
    [
        f"range[{MAX_ITEMS + 1}]",
        "range[0:1:1e-9]",
        "linspace[0:1:99999999999]",
        "logspace[0:1:99999999999]",
        f"[1]*{MAX_ITEMS + 1}",
        "[1, 2] * 999999999999999999",
    ],
)
def test_too_many_values_are_refused(text: str) -> None:
    with pytest.raises(GuildError, match="too many values"):
        decode(text)


def test_whole_number_beyond_what_python_reads_stays_text() -> None:
    digits = "9" * 5000

    assert decode(digits) == digits
    assert decode(encode(digits)) == digits
    assert decode(f"[{digits}]") == f"[{digits}]"


@pytest.mark.parametrize("mark", ["[", "{a: ", "- ", "? ", "[[],"])
def test_deep_nesting_stays_text(mark: str) -> None:
    text = mark * 50_000

    assert decode(text) == text


def test_aliases_that_stand_for_much_stay_text() -> None:
    text = "[&a [x, x], " + "".join(f"&b{i} [*a, *a, *a], " for i in range(9)) + "]"

    assert decode(text) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[1:10]", True),
        ("[a b:c]", True),
        ("uniform[0:1]", True),
        ("floop[]", True),
        ("range[1:2]", False),
        ("[1, 2]", False),
        ("['a:b']", False),
        ("[a: b]", False),
        ("a", False),
        ("", False),
        (1, False),
        ([1], False),
        (None, False),
    ],
)
def test_search_functions_are_told_from_other_values(value: FlagValue, expected: bool) -> None:
    assert is_function(value) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1:10]", ("", (1, 10))),
        ("loguniform[1e-3:1:0.1]", ("loguniform", (0.001, 1, 0.1))),
        ("f[]", ("f", ())),
        ("[a:b]", ("", ("a", "b"))),
        ("range[1:2]", None),
        ("abc", None),
    ],
)
def test_search_function_is_split(
    text: str, expected: tuple[str, tuple[FlagValue, ...]] | None
) -> None:
    assert split_function(text) == expected


@given(nasty_text())
def test_any_text_is_asked_whether_it_is_a_function(text: str) -> None:
    assert is_function(text) is (split_function(text) is not None)


def test_assignment_is_split_at_the_first_equals_sign() -> None:
    assert split_assignment("a=b=c") == ("a", "b=c")
    assert split_assignment("a=") == ("a", "")


def test_assignments_are_decoded_by_type_and_the_last_one_counts() -> None:
    values = parse_assignments(["a=1", "b=1", "a=[1, 2]"], {"b": "string"})

    assert values == {"a": [1, 2], "b": "1"}


def test_all_arguments_that_are_no_assignments_are_listed() -> None:
    with pytest.raises(GuildError) as caught:
        parse_assignments(["foo", "a=1", "=b"], {})

    assert str(caught.value) == "invalid argument(s):\nfoo\n=b\nexpected NAME=VAL"


def test_split_of_what_is_no_assignment_is_refused() -> None:
    with pytest.raises(GuildError, match="expected NAME=VAL"):
        split_assignment("foo")
