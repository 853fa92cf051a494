"""Rules of search spaces. Source: reference 20-batches-and-optimizers, sections 3 and 7."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guild.domain.errors import FlagError, MissingSearchDimension
from guild.domain.flags import FlagValue
from guild.domain.flagtext import decode, is_function
from guild.domain.searchspace import (
    Categories,
    Dimension,
    IntegerRange,
    RealRange,
    SearchSpace,
    check_dimensions,
    has_list,
    has_search_function,
    is_dimension,
    number_range,
    search_space,
)
from tests.strategies import exactly_same, flag_maps, nasty_text

_DIMENSIONS: list[tuple[str, Dimension]] = [
    ("[1:10]", IntegerRange(low=1, high=10)),
    ("uniform[-2:3]", IntegerRange(low=-2, high=3)),
    ("[1:5.0]", RealRange(low=1.0, high=5.0)),
    ("[1e-3:1]", RealRange(low=0.001, high=1.0)),
    ("loguniform[1:10]", RealRange(low=1.0, high=10.0, log=True)),
    ("loguniform[1e-4:1e-1]", RealRange(low=1e-4, high=1e-1, log=True)),
    ("[a:b]", Categories(values=("a", "b"))),
    ("[yes:no]", Categories(values=(True, False))),
    ("[b:a]", Categories(values=("b", "a"))),
    ("[1,2,a]", Categories(values=(1, 2, "a"))),
    ("[3]", Categories(values=(3,))),
    ("[no,no]", Categories(values=(False, False))),
    ("range[1:3]", Categories(values=(1, 2, 3))),
    ("geomspace[1:4:3]", Categories(values=(1.0, 2.0, 4.0))),
]


@pytest.mark.parametrize(("text", "dimension"), _DIMENSIONS)
def test_a_list_or_function_is_a_dimension(text: str, dimension: Dimension) -> None:
    space = search_space({"x": decode(text)})

    assert space.dimensions == {"x": dimension}
    assert not space.fixed
    assert not space.initial


@pytest.mark.parametrize(
    ("text", "initial"),
    [("[1:10:5]", 5), ("[1:10:5.0]", 5), ("[1.0:10:5]", 5.0), ("uniform[-2.0:2.0:1.0]", 1.0),
     ("loguniform[1:10:2]", 2.0), ("[1:10:10]", 10), ("[a:b:b]", "b"), ("[yes:no:no]", False)],
)  # fmt: skip
def test_a_third_argument_is_the_initial_value(text: str, initial: FlagValue) -> None:
    space = search_space({"x": decode(text)})

    assert exactly_same(dict(space.initial), {"x": initial})


def test_dimensions_are_in_name_order_and_other_flags_are_fixed() -> None:
    space = search_space({"z": [1], "b": "[1:2]", "a": [2], "m": {"k": [1]}, "c": None})

    assert list(space.dimensions) == ["a", "b", "z"]
    assert space.fixed == {"m": {"k": [1]}, "c": None}


_HUGE = "9" * 400


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("floop[1:2]", "unknown function 'floop' used for flag x"),
        ("data[0]", "unknown function 'data' used for flag x"),
        ("uniform[1]", "uniform requires 2 or 3 args, got (1,) for flag x"),
        ("uniform[]", "uniform requires 2 or 3 args, got () for flag x"),
        ("[1:2:3:4]", "uniform requires 2 or 3 args, got (1, 2, 3, 4) for flag x"),
        ("loguniform[a]", "loguniform requires 2 or 3 args, got ('a',) for flag x"),
    ],
)
def test_a_function_that_is_none_is_refused(text: str, message: str) -> None:
    with pytest.raises(FlagError) as raised:
        search_space({"x": text})

    assert raised.value.message == message


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("uniform[3:1]", "the lower bound 3 has to be less than the upper bound 1"),
        ("uniform[1:1]", "the lower bound 1 has to be less than the upper bound 1"),
        ("loguniform[0:1]", "the lower bound 0 has to be greater than 0"),
        ("loguniform[-1.0:1]", "the lower bound -1.0 has to be greater than 0"),
        ("loguniform[a:b]", "the lower bound a is not a number"),
        ("uniform[1:a]", "the upper bound a is not a number"),
        ("uniform[null:1]", "the lower bound null is not a number"),
        ("uniform[yes:1]", "the lower bound yes is not a number"),
        ("uniform[1:]", "the upper bound '' is not a number"),
        ("uniform[:]", "the lower bound '' is not a number"),
        ("uniform[0:inf]", "the upper bound .inf has to be finite"),
        ("uniform[-inf:0]", "the lower bound -.inf has to be finite"),
        ("uniform[nan:0]", "the lower bound .nan has to be finite"),
        (f"uniform[0.0:{_HUGE}]", f"the upper bound {_HUGE} is too large"),
        ("uniform[-1e308:1e308]", "the bounds are too far from each other"),
        (
            "uniform[9007199254740992.0:9007199254740993]",
            "the bounds are too close to each other",
        ),
        (
            f"uniform[0:{2**63}]",
            "whole numbers have to be from -9223372036854775808 to 9223372036854775807",
        ),
        ("uniform[1:5:6]", "the initial value 6 has to be from 1 to 5"),
        ("uniform[1:5:nan]", "the initial value .nan has to be from 1 to 5"),
        ("uniform[1:5:2.5]", "the initial value 2.5 has to be a whole number"),
        ("uniform[1:5:a]", "the initial value a is not a number"),
        ("uniform[1:5:]", "the initial value '' is not a number"),
        ("uniform[a:b:c]", "the initial value c has to be a or b"),
    ],
)
def test_arguments_that_describe_no_range_are_refused(text: str, why: str) -> None:
    with pytest.raises(FlagError) as raised:
        search_space({"x": text})

    assert raised.value.message == f"invalid function args in 'x={text}': {why}"


def test_the_name_of_a_range_without_one_is_spelled_out() -> None:
    with pytest.raises(FlagError, match=r"'x=uniform\[3:1:2\]'"):
        search_space({"x": "[3:1:2]"})


def test_an_empty_list_has_nothing_to_choose() -> None:
    with pytest.raises(FlagError, match="flag x: its list is empty"):
        search_space({"x": []})


def test_a_space_without_dimensions_is_refused_where_one_is_needed() -> None:
    space = search_space({"y": 2, "x": 1, "z": "a"})

    with pytest.raises(FlagError) as raised:
        check_dimensions(space)

    assert str(raised.value) == (
        "flags for batch (x=1, y=2, z=a) do not contain any search dimensions\n"
        "Try specifying a range for one or more flags as NAME=[MIN:MAX]."
    )


def test_what_was_given_instead_of_a_dimension_is_known() -> None:
    with pytest.raises(MissingSearchDimension) as raised:
        check_dimensions(search_space({"y": 2, "x": 1}))

    assert raised.value.flags == {"x": 1, "y": 2}


def test_numbers_make_ranges() -> None:
    assert number_range(1, 9, log=False) == IntegerRange(low=1, high=9)
    assert number_range(1, 9.0, log=False) == RealRange(low=1.0, high=9.0)
    assert number_range(1, 9, log=True) == RealRange(low=1.0, high=9.0, log=True)


def test_why_numbers_make_no_range_is_said() -> None:
    with pytest.raises(ValueError, match=r"^the lower bound 2 has to be less than the upper"):
        number_range(2, 1, log=False)


def test_a_space_with_a_dimension_is_accepted() -> None:
    check_dimensions(search_space({"x": [1], "y": 2}))


def _functions() -> st.SearchStrategy[str]:
    words = st.sampled_from(
        ("", "uniform", "loguniform", "x", "a.b", "-", "0", "1", "2.5", "-1", "1e3", "nan", "inf",
         "-inf", "a", "b", "yes", "no", "null", " ", "'", "[", "]", _HUGE, "-" + _HUGE, "1e308",
         "-1e308", str(2**53), f"{2**53}.0", str(2**53 + 1), "{", "''", "'a'", "\x1b")
    )  # fmt: skip
    names = st.sampled_from(("", "uniform", "loguniform", "floop"))
    args = st.lists(words | st.floats().map(str) | st.integers().map(str), max_size=4)
    return st.builds(lambda name, args: f"{name}[{':'.join(args)}]", names, args)


@given(_functions() | nasty_text())
@example("[0:5e-324]")
@example("loguniform[5e-324:1e308]")
def test_every_function_is_a_sound_dimension_or_one_clear_error(text: str) -> None:
    outcome = _space_or_message(text)

    if isinstance(outcome, str):
        assert is_function(text)
        assert outcome.isprintable()
    elif is_function(text):
        assert not outcome.fixed
        _check_sound(outcome.dimensions["x"], outcome.initial.get("x"))
    else:
        assert not outcome.dimensions


def _space_or_message(text: str) -> SearchSpace | str:
    try:
        return search_space({"x": text})
    except FlagError as error:
        return error.message


def _check_sound(dimension: Dimension, initial: FlagValue) -> None:
    match dimension:
        case IntegerRange(low=int(low), high=int(high)):
            assert low < high
            assert initial is None or (isinstance(initial, int) and low <= initial <= high)
        case RealRange(low=float(low), high=float(high), log=log):
            assert low < high
            assert math.isfinite(high - low)
            assert low > 0 or not log
            assert initial is None or (isinstance(initial, float) and low <= initial <= high)
        case Categories(values=values):
            assert len(values) == 2
            assert initial is None or initial in values


@given(flag_maps())
def test_dimensions_and_fixed_flags_are_all_flags(flags: dict[str, FlagValue]) -> None:
    dimensions = {name for name, value in flags.items() if is_dimension(value)}

    try:
        space = search_space(flags)
    except FlagError:
        assert dimensions
        return

    assert space.dimensions.keys() == dimensions
    assert space.fixed.keys() == flags.keys() - dimensions
    assert space.initial.keys() <= dimensions


def test_search_functions_are_told_from_lists() -> None:
    assert has_search_function({"x": "[1:2]", "y": 1})
    assert not has_search_function({"x": ["[1:2]"], "y": "range[a]"})
    assert has_list({"x": [], "y": 1})
    assert not has_list({"x": "[1:2]", "y": "1 2 3"})
