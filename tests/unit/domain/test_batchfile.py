"""Rules of batch files. Source: reference 20-batches-and-optimizers, sections 4 and 11."""

from __future__ import annotations

import json
import math
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guild.domain.batchfile import format_csv, format_json, parse_rows
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.flagyaml import load
from tests.strategies import any_text, exactly_same, flag_names, flag_values, nasty_text

_Rows = list[dict[str, FlagValue]]


def _csv(text: str) -> _Rows:
    return parse_rows(text, "csv", "./t.csv", load)


def _yaml(text: str) -> _Rows:
    return parse_rows(text, "yaml", "./t.yml", load)


def test_the_first_line_of_csv_names_the_flags() -> None:
    assert _csv("x,y\n1,a\n2.0,yes\n") == [{"x": 1, "y": "a"}, {"x": 2.0, "y": True}]


def test_cells_are_read_as_on_the_command_line() -> None:
    rows = _csv('x,y,z\n"[1,2]",[1:2],range[1:3]\n')

    assert rows == [{"x": [1, 2], "y": "[1:2]", "z": [1, 2, 3]}]


def test_the_type_of_a_flag_decides_how_its_cells_are_read() -> None:
    rows = parse_rows("x,y\n010,010\n", "csv", "t.csv", load, types={"x": "string"})

    assert rows == [{"x": "010", "y": 10}]


def test_a_cell_that_cannot_be_computed_is_told() -> None:
    warnings: list[str] = []

    rows = parse_rows("x\nrange[a]\n", "csv", "t.csv", load, warn=warnings.append)

    assert rows == [{"x": "range[a]"}]
    assert warnings == ["error decoding 'range[a]': invalid arg 'a': expected a number"]


def test_an_empty_cell_is_empty_text_and_a_short_row_lacks_flags() -> None:
    assert _csv("x,y,z\n,2\n1\n") == [{"x": "", "y": 2}, {"x": 1}]


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff", "x,y\n", "x,y"])
def test_a_csv_file_without_rows_has_no_trials(text: str) -> None:
    assert _csv(text) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(end: str) -> None:
    text = end.join(["\ufeffx, y", "1,a", "", '2,"[a', ', b]"', ""])

    assert _csv(text) == [{"x": 1, "y": "a"}, {"x": 2, "y": ["a", "b"]}]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x\n1\n1,2\n", "line 3: there are 2 values for 1 flags"),
        ('x\n"1\n2\n', "line 2: a quote is not closed"),
        ('x,y\n"a"b,1\n', "line 2: ',' expected after '\"'"),
        ('x\n"a\nb"\n1,2\n', "line 4: there are 2 values for 1 flags"),
        ("x,,y\n1,2,3\n", "line 1: column 2 has no flag name"),
        ("x,y,x\n", "line 1: there are two columns for flag 'x'"),
        ("\nx\nrange[9999999]\n", "line 3: 'range[9999999]' has too many values: a flag can have"
         " at most 1000000"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_csv_is_told_with_its_line(text: str, why: str) -> None:
    with pytest.raises(GuildError) as raised:
        _csv(text)

    assert raised.value.message == f"cannot read trials for ./t.csv: {why}"


def test_yaml_is_a_list_of_maps_or_one_map() -> None:
    assert _yaml("- x: 1\n  y: [a]\n- {}\n") == [{"x": 1, "y": ["a"]}, {}]
    assert _yaml('{"x": 1}') == [{"x": 1}]
    assert _yaml("[]") == []
    assert _yaml(" \n") == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("123", "invalid data type for trials: expected list or dict, got int"),
        ("null", "invalid data type for trials: expected list or dict, got null"),
        ("[{x: 1}, 123]", "invalid data type for trial 123: expected dict"),
        ("[[1, a]]", "invalid data type for trial [1, a]: expected dict"),
    ],
)
def test_other_yaml_is_no_trials(text: str, why: str) -> None:
    with pytest.raises(GuildError) as raised:
        _yaml(text)

    assert raised.value.message == f"cannot read trials for ./t.yml: {why}"


def test_what_is_wrong_with_yaml_is_told_with_its_line() -> None:
    with pytest.raises(GuildError, match=r"cannot read trials for ./t.yml: .* at line 2, column"):
        _yaml("- x: 1\n- y: ]\n")


def test_values_that_flags_cannot_have_are_refused() -> None:
    with pytest.raises(GuildError, match="trial 1, flag 'x': cannot write a value of type 'set'"):
        parse_rows("-", "yaml", "t.yml", lambda _: [{"x": {1}}])


@given(
    st.sampled_from(("csv", "yaml")),
    st.lists(nasty_text() | st.sampled_from(',"\n'), max_size=6).map("".join),
)
def test_any_text_is_rows_or_one_clear_error(kind: Literal["csv", "yaml"], text: str) -> None:
    outcome = _rows_or_message(text, kind)

    if isinstance(outcome, str):
        assert outcome.startswith("cannot read trials for t: ")
    else:
        assert all(isinstance(row, dict) for row in outcome)


def _rows_or_message(text: str, kind: Literal["csv", "yaml"]) -> _Rows | str:
    try:
        return parse_rows(text, kind, "t", load)
    except GuildError as error:
        return error.message


def test_csv_has_a_line_for_the_names_and_one_for_each_trial() -> None:
    trials: _Rows = [{"y": 1.0, "x": True}, {"x": None, "y": "a,b", "z": 'say "a"'}]

    assert format_csv(trials) == 'x,y,z\nyes,1.0,\nnull,"a,b","say ""a"""\n'


def _trials(values: st.SearchStrategy[FlagValue]) -> st.SearchStrategy[_Rows]:
    return st.lists(flag_names(), max_size=3, unique=True).flatmap(
        lambda names: st.lists(st.fixed_dictionaries(dict.fromkeys(names, values)), max_size=3)
    )


def _storable(value: FlagValue) -> bool:
    try:
        format_csv([{"x": value}])
        format_json([{"x": value}])
    except GuildError:
        return False
    return True


def _same_rows(rows: _Rows, others: _Rows) -> bool:
    return len(rows) == len(others) and all(map(exactly_same, rows, others))


@given(_trials(flag_values(4).filter(_storable)))
@example([{"x": "\x85"}, {"x": "\ufeff"}, {"x": "a\u2028b"}, {"x": " a "}])
def test_csv_is_read_as_written(trials: _Rows) -> None:
    trials = [trial for trial in trials if trial]

    assert _same_rows(_csv(format_csv(trials)), trials)


@given(_trials(st.booleans() | st.integers() | any_text() | st.lists(any_text(), max_size=2)))
@example([{"x": "\x7f\x85\u2028\ufeff\ufffe"}, {"x": "\U0001f600"}])
def test_json_is_read_as_written(trials: _Rows) -> None:
    text = format_json(trials)

    assert _same_rows(_yaml(text), trials)
    assert _same_rows(json.loads(text), trials)


def test_json_has_sorted_keys_and_no_final_newline() -> None:
    assert format_json([{"y": 1.5, "x": True}, {"x": None}]) == (
        '[{"x": true, "y": 1.5}, {"x": null}]'
    )


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_json_has_no_words_for_numbers_that_are_not_finite(number: float) -> None:
    with pytest.raises(GuildError, match="cannot save trials as JSON"):
        format_json([{"x": number}])
