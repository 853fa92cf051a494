"""The language of run filters."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guild.domain.errors import GuildError
from guild.domain.filterexpr import Filter, parse_filter


def parsed(text: str) -> Filter:
    result = parse_filter(text)
    assert result is not None
    return result


def holds(text: str, values: Mapping[str, object] | None = None) -> bool:
    return parsed(text).matches((values or {}).get)


RUNS: dict[str, dict[str, object]] = {
    "A": {"operation": "train.py", "op": "train.py", "lr": 0.1, "status": "staged"},
    "B": {"operation": "mm:train", "op": "train", "lr": 0.6, "loss": 0.56},
    "C": {"operation": "mm:train", "op": "train", "lr": 0.5, "loss": 0.67},
    "D": {"operation": "mm:train+", "op": "+", "loss": 0.67},
    "E": {"operation": "train.py", "op": "train.py", "lr": 0.3, "label": "lr=0.3"},
    "F": {"operation": "train.py", "lr": 0.2, "loss": 1.67, "tags": ["foo", "bar"]},
    "G": {"operation": "mm:train", "op": "train", "lr": 0.1, "loss": 3.3, "marked": True},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lr = 0.1 or lr = 0.2 and loss < 2", "AFG"),
        ("lr = 0.2 and loss < 2 or lr = 0.1", "AFG"),
        ("(lr = 0.1 or lr = 0.2) and loss > 2", "G"),
        ("not lr = 0.1 and loss < 1", "BCD"),
        ("lr is undefined", "D"),
        ("lr is not undefined", "ABCEFG"),
        ("operation in [train.py, bad]", "AEF"),
        ("operation not in [train.py, bad]", "BCDG"),
        ("operation = train", ""),
        ("op = train", "BCG"),
        ("tags contains foo", "F"),
        ("tags = [foo, bar]", "F"),
        ("tags = [bar, foo]", ""),
        ("tags contains [bar, foo]", "F"),
        ("tags contains [bar, other]", ""),
        ("marked = true", "G"),
        ("lr>=.3", "BCE"),
        ("nope != 1", "ABCDEFG"),
        ("not nope = 1", "ABCDEFG"),
        ("label not contains lr", "ABCDFG"),
        ("status = staged", "A"),
        ("STATUS = staged", ""),
        ("lr IN [0.1, 0.2] AND NOT loss IS UNDEFINED", "FG"),
        ("true", "ABCDEFG"),
        ("lr", "ABCDEFG"),
        ("false", ""),
    ],
)
def test_an_expression_matches_these_runs(text: str, expected: str) -> None:
    matching = [name for name, values in RUNS.items() if parsed(text).matches(values.get)]

    assert "".join(matching) == expected


def test_and_binds_tighter_than_or_on_either_side() -> None:
    assert parsed("a=1 and b=1 or c=1").expression == parsed("(a=1 and b=1) or c=1").expression
    assert parsed("a=1 or b=1 and c=1").expression == parsed("a=1 or (b=1 and c=1)").expression


def test_not_binds_tighter_than_and() -> None:
    assert parsed("not a=1 and b=1").expression == parsed("(not a=1) and b=1").expression


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_an_empty_expression_is_no_filter(text: str) -> None:
    assert parse_filter(text) is None


@pytest.mark.parametrize(
    "text", ["x < 1", "x <= 1", "x > 1", "x >= 1", "x = 1", "x in [1]", "x contains 1"]
)
def test_an_undefined_value_fails_every_positive_test(text: str) -> None:
    assert not holds(text)


@pytest.mark.parametrize(
    "text", ["x = undefined", "x is undefined", "x != 1", "x not in [1]", "x not contains 1"]
)
def test_an_undefined_value_passes_negative_tests(text: str) -> None:
    assert holds(text)


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("x = 1", 1.0, True),
        ("x = 0.1", "0.1", False),
        ("x = '0.1'", "0.1", True),
        ("x = 1", True, False),
        ("x = yes", True, False),
        ("x = true", True, True),
        ("x < 1", "a", False),
        ("x < 1", False, False),
        ("x > a", "b", True),
        ("x < [1, 2]", [1, 1], True),
        ("x = -1e3", -1000, True),
        ("x = 1.", 1, True),
        ("x contains 0.1", 0.10000001, True),
        ("x contains 1e-3", 0.001, True),
        ("x contains 007", "a007", True),
        ("x contains FOO", "a foo", True),
        ("x contains FOO", ["foo"], False),
        ("x contains true", True, True),
        ("x = 2026-01-31", "2026-01-31", True),
        ("x > 2026-01-31", "2026-02-01 10:00:00", True),
        ("x <> 1", 2, True),
        ("x is not 1", 2, True),
        ("x in [[1, 2], 3]", [1, 2], True),
    ],
)
def test_values_are_compared_without_conversion(text: str, value: object, expected: bool) -> None:
    assert holds(text, {"x": value}) is expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'x = "a \"b\" \\ \u00e9\n"', 'a "b" \\ é\n'),
        (r"x = 'it\'s'", "it's"),
        (r"x = 'a\nb'", r"a\nb"),
        ("x = 'and'", "and"),
        ("x = ''", ""),
    ],
)
def test_quoted_text_has_escapes(text: str, value: str) -> None:
    assert holds(text, {"x": value})


@pytest.mark.parametrize(
    "name",
    ["batch-size", "scalar:.guild#loss", "logs/a#x", "_x", ".guild#loss", "flag:and", "grün"],
)
def test_a_name_is_looked_up_as_written(name: str) -> None:
    assert parsed(f"{name} = 1").names == {name}
    assert holds(f"{name}=1", {name: 1})


def test_names_of_all_tests_are_known() -> None:
    assert parsed("a = b and (c < 1 or not d contains e) or true").names == {"a", "c", "d"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b", "syntax error in filter at position 2: unexpected token 'b'"),
        ("a = $", "syntax error in filter at position 4: unexpected character '$'"),
        ("a = 1\nand b c", "syntax error in filter on line 2, position 12: unexpected token 'c'"),
        ("a =", "syntax error in filter - unexpected end of expression"),
        ("(a = 1", "syntax error in filter - unexpected end of expression"),
        ("a = []", "syntax error in filter at position 5: unexpected token ']'"),
        ("1 = 1", "syntax error in filter at position 2: unexpected token '='"),
        ("a = 1)", "syntax error in filter at position 5: unexpected token ')'"),
        ("and", "syntax error in filter at position 0: unexpected token 'and'"),
        ("a not b", "syntax error in filter at position 6: unexpected token 'b'"),
        ("lr in 0.1", "syntax error in filter at position 6: unexpected token '0.1'"),
        (r'a = "\q"', r"invalid filter expression: unknown escape '\q' in text"),
        (r'a = "\ud800"', r"invalid filter expression: unknown escape '\ud800' in text"),
    ],
)
def test_a_wrong_expression_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(GuildError) as raised:
        parse_filter(text)

    assert raised.value.message == message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("status in completed", "'in' needs a list, as in 'status in [a, b]'."),
        ("status not in completed", "'in' needs a list, as in 'status not in [a, b]'."),
        ("id = 99646a02", "Put text that starts with a digit in quotes."),
        ("a == 1", "Use a single '=' to test for equality."),
        ("a = 'b", "The text that starts there has no closing quote."),
    ],
)
def test_a_common_mistake_gets_a_hint(text: str, hint: str) -> None:
    with pytest.raises(GuildError) as raised:
        parse_filter(text)

    assert raised.value.hint == hint


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("[", "]")])
def test_deep_nesting_is_refused(opening: str, closing: str) -> None:
    with pytest.raises(GuildError, match="nested more than 50 levels deep"):
        parse_filter(opening * 100_000 + "a" + closing * 100_000)


@pytest.mark.parametrize("text", ["not " * 100_000 + "true", "true and " * 100_000 + "true"])
def test_long_chains_are_understood(text: str) -> None:
    assert holds(text)


def test_nesting_up_to_the_limit_is_understood() -> None:
    assert holds("(" * 50 + "not false" + ")" * 50)


values_and_names = ["a", "b-c", "é", "1", "-.5", "'x'", '"', "\\", "$", "2026-01-01", "true"]
signs = ["(", ")", "[", "]", ",", "=", "!=", "<", "in", "is", "not", "and", "or", "contains"]
pieces = st.one_of(st.sampled_from(values_and_names), st.sampled_from(signs))
mixtures = st.one_of(st.text(), st.lists(pieces).map(" ".join), st.lists(pieces).map("".join))
values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers())
)


@example("a = " + "9" * 5000, None)
@given(mixtures, values)
def test_any_text_is_a_filter_or_refused(text: str, value: object) -> None:
    try:
        result = parse_filter(text)
    except GuildError:
        return

    assert result is None or result.matches(dict.fromkeys(result.names, value).get) is not None


@given(st.text(), values)
def test_escaped_text_is_read_back(text: str, value: object) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')

    assert holds(f'x = "{quoted}"', {"x": text})
