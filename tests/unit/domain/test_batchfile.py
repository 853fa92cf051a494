"""Rules of batch files. Source: reference 20-batches-and-optimizers, sections 4 and 11."""

from __future__ import annotations

import math
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guild.adapters.fsstore.batchtrees import load_json, load_yaml
from guild.domain.batchfile import (
    Pairs,
    Tree,
    Unfit,
    Written,
    format_csv,
    format_json,
    parse_rows,
)
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.flagtext import TEXT_TYPES, is_function
from guild.domain.grid import grid
from tests.strategies import any_text, exactly_same, flag_names, flag_values, nasty_text

_Rows = list[dict[str, FlagValue]]


def _csv(text: str) -> _Rows:
    return parse_rows(text, "csv", "./t.csv", load_yaml)


def _yaml(text: str, types: dict[str, str | None] | None = None) -> _Rows:
    return parse_rows(text, "tree", "./t.yml", load_yaml, types=types)


def _json(text: str, types: dict[str, str | None] | None = None) -> _Rows:
    return parse_rows(text, "tree", "./t.json", load_json, types=types)


def test_the_first_line_of_csv_names_the_flags() -> None:
    assert _csv("x,y\n1,a\n2.0,yes\n") == [{"x": 1, "y": "a"}, {"x": 2.0, "y": True}]


def test_cells_are_read_as_on_the_command_line() -> None:
    rows = _csv('x,y,z\n"[1,2]",[1:2],range[1:3]\n')

    assert rows == [{"x": [1, 2], "y": "[1:2]", "z": [1, 2, 3]}]


def test_the_type_of_a_flag_decides_how_its_cells_are_read() -> None:
    text = 'x,y\n010,010\n"[010, yes]","[010, yes]"\n'

    rows = parse_rows(text, "csv", "t.csv", load_yaml, types={"x": "string"})

    assert rows == [{"x": "010", "y": 10}, {"x": ["010", "yes"], "y": [10, True]}]


@pytest.mark.parametrize("type", [None, *sorted(TEXT_TYPES)])
def test_null_in_a_cell_is_nothing_and_in_quotes_the_text(type: str | None) -> None:
    rows = parse_rows("x\nnull\n'null'\n", "csv", "t.csv", load_yaml, types={"x": type})

    assert rows == [{"x": None}, {"x": "null"}]


def test_a_search_function_in_quotes_is_a_list_of_that_text() -> None:
    assert _csv("x,y\n'[1:2]',[1:2]\n") == [{"x": ["[1:2]"], "y": "[1:2]"}]


def test_a_cell_that_cannot_be_computed_is_told() -> None:
    warnings: list[str] = []

    rows = parse_rows("x\nrange[a]\n", "csv", "t.csv", load_yaml, warn=warnings.append)

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
        ("x;y\n1;2\n", "line 1: 'x;y' is no name of a flag"),
        ("x\ty\n", "line 1: 'x\\x09y' is no name of a flag"),
        ("x,y,x\n", "line 1: there are two columns for flag 'x'"),
        ("\nx\nrange[9999999]\n", "line 3: 'range[9999999]' has too many values: a flag can have"
         " at most 1000000"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_csv_is_told_with_its_line(text: str, why: str) -> None:
    with pytest.raises(GuildError) as raised:
        _csv(text)

    assert raised.value.message == f"cannot read trials for ./t.csv: {why}"


def test_other_separators_are_told_from_commas() -> None:
    with pytest.raises(GuildError) as raised:
        _csv("x;y\n1;2\n")

    assert raised.value.hint == "Columns are separated by commas, not by semicolons or tabs."


def test_flags_of_text_get_what_yaml_has_as_it_is_written() -> None:
    text = "- {x: 01111113, y: 010}\n- {x: [12e4, yes, ~, 'a'], y: 1e3}\n- {x: null, 0x1: 0x1}\n"

    assert _yaml(text, {"x": "string"}) == [
        {"x": "01111113", "y": 10},
        {"x": ["12e4", "yes", None, "a"], "y": 1000.0},
        {"x": None, "0x1": 1},
    ]


def test_flags_of_text_get_what_json_has_as_it_is_written() -> None:
    text = '[{"x": 0.10, "y": 0.10}, {"x": [1e3, true, null, "a"]}, {"x": NaN}]'

    assert _json(text, {"x": "string"}) == [
        {"x": "0.10", "y": 0.1},
        {"x": ["1e3", "true", None, "a"]},
        {"x": "NaN"},
    ]


def test_maps_of_yaml_can_be_merged() -> None:
    text = "- &a {x: 1, y: 2}\n- {<<: *a, x: 3}\n- {<<: [{x: 4}, *a]}\n"

    assert _yaml(text)[1:] == [{"y": 2, "x": 3}, {"x": 4, "y": 2}]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[{x: 1}, {x: 1, x: 2}]", "trial 2: there are two values for flag 'x'"),
        ("x: {a: [{b: 1, b: 2}]}", "trial 1, flag 'x': there are two values for 'b'"),
        ("[{x: 1}, {x: !foo 3}]", "trial 2, flag 'x': unexpected type !foo"),
        ("[{x: 1}, {x: !!set {a}}]", "trial 2, flag 'x': unexpected type !!set"),
        ("[{x: 1}, {x: !!int a}]", "trial 2, flag 'x': 'a' is no int"),
        ("[{x: 1}, !foo {x: 1}]", "trial 2: unexpected type !foo"),
        ("!foo [{x: 1}]", "unexpected type !foo"),
        ("- x: 1\n- {[a]: 1}", "line 2: a key that is a list or a map"),
        ("&a [*a]", "an alias stands for something that it is in itself"),
        ("x: " + "[" * 101 + "]" * 101, "nested too deeply"),
    ],
)
def test_what_is_wrong_in_yaml_is_told_with_its_trial(text: str, why: str) -> None:
    with pytest.raises(GuildError) as raised:
        _yaml(text)

    assert raised.value.message == f"cannot read trials for ./t.yml: {why}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[{"x": 1}, {"x": 1, "x": 2}]', "trial 2: there are two values for flag 'x'"),
        ('{"x": {"a": 1, "a": 2}}', "trial 1, flag 'x': there are two values for 'a'"),
        ('[{"x": 1}, 3.50]', "invalid data type for trial 3.5: expected dict (item 2)"),
        ('{"x": ' + "[" * 101 + "]" * 101 + "}", "trial 1, flag 'x': it is nested too deeply"),
        ('{"x": ' + "[" * 99999 + "]" * 99999 + "}", "it is nested too deeply"),
    ],
)
def test_what_is_wrong_in_json_is_told_with_its_trial(text: str, why: str) -> None:
    with pytest.raises(GuildError) as raised:
        _json(text)

    assert raised.value.message == f"cannot read trials for ./t.json: {why}"


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
        ("[{x: 1}, 123]", "invalid data type for trial 123: expected dict (item 2)"),
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
    tree: Tree = [Pairs(entries=[("x", Written(value=1, text="1")), ("y", Unfit(why="no value"))])]

    with pytest.raises(GuildError, match="trial 1, flag 'y': no value"):
        parse_rows("-", "tree", "t.yml", lambda _: tree)


@given(
    st.sampled_from(("csv", "tree")),
    st.lists(nasty_text() | st.sampled_from(',"\n'), max_size=6).map("".join),
)
def test_any_text_is_rows_or_one_clear_error(kind: Literal["csv", "tree"], text: str) -> None:
    outcome = _rows_or_message(text, kind)

    if isinstance(outcome, str):
        assert outcome.startswith("cannot read trials for t: ")
    else:
        assert all(isinstance(row, dict) for row in outcome)


def _rows_or_message(text: str, kind: Literal["csv", "tree"]) -> _Rows | str:
    try:
        return parse_rows(text, kind, "t", load_yaml)
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


def _same_trials(rows: _Rows, trials: _Rows) -> bool:
    """Whether rows stand for these trials, and for no search."""
    found = [dict(flags) for row in rows for flags in grid(row)]
    if any(is_function(value) for row in rows for value in row.values()):
        return False
    return len(found) == len(trials) and all(map(exactly_same, found, trials))


@given(_trials(flag_values(4).filter(_storable)))
@example([{"x": "\x85"}, {"x": "\ufeff"}, {"x": "a\u2028b"}, {"x": " a "}])
def test_csv_is_read_as_written(trials: _Rows) -> None:
    trials = [trial for trial in trials if trial]

    assert _same_trials(_csv(format_csv(trials)), trials)


@given(st.sampled_from(sorted(TEXT_TYPES)), _trials(st.none() | any_text() | nasty_text()))
@example("string", [{"x": "a"}, {"x": None}, {"x": "null"}, {"x": "[1:2]"}, {"x": "0012"}])
def test_trials_of_flags_of_text_are_read_as_written(type: str, trials: _Rows) -> None:
    trials = [trial for trial in trials if trial]
    types: dict[str, str | None] = {name: type for trial in trials for name in trial}

    rows = parse_rows(format_csv(trials), "csv", "t.csv", load_yaml, types=types)

    assert _same_trials(rows, trials)


@given(_trials(st.booleans() | st.integers() | any_text() | st.lists(any_text(), max_size=2)))
@example([{"x": "\x7f\x85\u2028\ufeff\ufffe"}, {"x": "\U0001f600"}])
def test_json_is_read_as_written(trials: _Rows) -> None:
    text = format_json(trials)

    assert _same_trials(_yaml(text), trials)
    assert _same_trials(_json(text), trials)


def test_json_has_sorted_keys_and_no_final_newline() -> None:
    assert format_json([{"y": 1.5, "x": True}, {"x": None}]) == (
        '[{"x": true, "y": 1.5}, {"x": null}]'
    )


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_json_has_no_words_for_numbers_that_are_not_finite(number: float) -> None:
    with pytest.raises(GuildError, match="cannot save trials as JSON"):
        format_json([{"x": number}])
