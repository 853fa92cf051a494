"""Which trials of a function there are."""

from __future__ import annotations

import pytest

from guild.adapters.optimizers.registry import find
from guild.adapters.system.sampling import sample
from guild.app.function_trials import DEFAULT_MAX_TRIALS
from guild.domain.errors import GuildError, MissingSearchDimension
from guild.domain.flags import FlagSet
from guild.domain.objective import Objective
from guild.domain.searchspace import Categories, IntegerRange, RealRange
from tests.unit.app.functionworld import FunctionWorld, Values

ONE_TO_NINE = IntegerRange(low=1, high=9)
AB = {"a": IntegerRange(low=-10, high=10), "b": IntegerRange(low=-5, high=5)}


@pytest.fixture
def world() -> FunctionWorld:
    return FunctionWorld()


def _total(values: Values) -> float:
    numbers = [value for value in values.values() if isinstance(value, int | float)]
    return float(sum(numbers))


# Grids.


def test_lists_are_combined_in_the_order_of_arguments(world: FunctionWorld) -> None:
    tried = world.run(lists={"z": [1, 2], "a": ["x", "y"]})

    assert tried == [
        {"z": 1, "a": "x"},
        {"z": 1, "a": "y"},
        {"z": 2, "a": "x"},
        {"z": 2, "a": "y"},
    ]


def test_items_are_given_as_they_are(world: FunctionWorld) -> None:
    items = [object(), (1, 2), [3], None]

    tried = world.run(lists={"a": items})

    assert [values["a"] for values in tried] == items
    assert tried[0]["a"] is items[0]


def test_of_more_combinations_than_are_wanted_some_are_chosen_as_for_batches(
    world: FunctionWorld,
) -> None:
    tried = world.run(lists={"a": range(5), "b": range(5)}, max_trials=4, random_seed=3)

    places = sample(3, 25, 4)
    assert [(values["a"], values["b"]) for values in tried] == [divmod(p, 5) for p in places]
    assert places != [0, 1, 2, 3]
    assert world.lines == []


def test_there_are_20_trials_of_a_grid_unless_more_are_asked_for(world: FunctionWorld) -> None:
    assert len(world.run(lists={"a": range(30)})) == DEFAULT_MAX_TRIALS == 20
    assert world.lines == [
        "WARNING: there are 30 combinations of values, of which 20 chosen at random are tried -"
        " set _max_trials to try more"
    ]


def test_an_empty_list_has_no_trials_which_is_said(world: FunctionWorld) -> None:
    assert world.run(lists={"a": [], "b": [1]}) == []
    assert world.lines == ["WARNING: there are no trials to run: the list of values of a is empty"]


def test_a_grid_may_be_asked_for_by_name(world: FunctionWorld) -> None:
    assert len(world.run(lists={"a": [1, 2]}, optimizer="+")) == 2

    with pytest.raises(ValueError, match=r"optimizer '\+' tries the items of lists, and b is a"):
        world.plan(lists={"a": [1, 2]}, ranges={"b": ONE_TO_NINE}, optimizer="+")


# Random search.


def test_a_range_calls_for_random_values(world: FunctionWorld) -> None:
    world.run(ranges={"a": ONE_TO_NINE}, lists={"b": ["x", "y"]}, max_trials=3)

    (search,) = world.optimizers["random"].searches
    assert search.space.dimensions == {"a": ONE_TO_NINE, "b": Categories(values=(0, 1))}
    assert search.asked == [([], [])] * 3
    assert world.tried == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}, {"a": 3, "b": "x"}]
    assert world.lines == []


def test_random_values_of_a_seed_are_the_known_ones() -> None:
    world = FunctionWorld(find=find)

    tried = world.run(ranges={"a": IntegerRange(low=0, high=5)}, max_trials=3, random_seed=1)

    assert [values["a"] for values in tried] == [3, 4, 0]


def test_without_a_seed_one_is_drawn_that_all_generators_take(world: FunctionWorld) -> None:
    plan = world.plan(ranges={"a": ONE_TO_NINE})

    assert (plan.random_seed, plan.max_trials) == (42, 20)


def test_ranges_of_reals_are_searched_as_such() -> None:
    world = FunctionWorld(find=find)
    ranges = {"a": RealRange(low=0.1, high=0.2), "b": RealRange(low=1e-5, high=1e-1, log=True)}

    first, *_ = world.run(ranges=ranges, max_trials=2, random_seed=1)

    assert all(isinstance(value, float) for value in first.values())


# Searches that learn.


def test_a_search_learns_from_the_trials_before(world: FunctionWorld) -> None:
    world.loss = _total

    world.run(ranges={"a": ONE_TO_NINE}, optimizer="gp", max_trials=3)

    (search,) = world.optimizers["gp"].searches
    told = [[(dict(each.flags), each.value) for each in past] for past, _ in search.asked]
    assert told == [[], [({"a": 1}, 1.0)], [({"a": 1}, 1.0), ({"a": 2}, 2.0)]]
    assert world.lines == [
        "INFO: Random start for optimization (1 of 1)",
        "INFO: Found 1 previous trial(s) for use in optimization",
        "INFO: Found 2 previous trial(s) for use in optimization",
    ]


def test_a_search_knows_items_by_their_places(world: FunctionWorld) -> None:
    world.loss = lambda _: 0.5

    tried = world.run(lists={"a": [(1, 2), object]}, optimizer="gp", max_trials=2)

    (search,) = world.optimizers["gp"].searches
    assert [dict(each.flags) for each in search.asked[-1][0]] == [{"a": 0}]
    assert [values["a"] for values in tried] == [(1, 2), object]


def test_what_is_to_be_large_is_told_as_small(world: FunctionWorld) -> None:
    world.loss = lambda _: 0.5

    world.run(ranges={"a": ONE_TO_NINE}, optimizer="gp", maximize="loss", max_trials=2)

    (search,) = world.optimizers["gp"].searches
    assert [each.value for each in search.asked[-1][0]] == [-0.5]


def test_why_a_start_is_random_is_said(world: FunctionWorld) -> None:
    options = {"random_starts": 0}

    world.run(ranges={"a": ONE_TO_NINE}, optimizer="gp", options=options, max_trials=2)

    assert world.lines == [
        "INFO: Random start for optimization (missing previous trials)",
        "INFO: Random start for optimization (cannot find objective 'loss')",
        "WARNING: No trial has 'loss' as a finite number: there is nothing to minimize",
    ]


@pytest.mark.parametrize(
    ("optimizer", "seed", "options", "points"),
    [
        ("gp", 1, {"random_starts": 0, "xi": 0.02}, [(-2, 2), (10, -5), (10, 5)]),
        ("forest", 1, {"random_starts": 2, "kappa": 2.0, "xi": 0.05}, [(1, 3), (8, 3), (10, -4)]),
        ("gbrt", 2, {"random_starts": 2, "kappa": 2.0}, [(-2, 3), (4, 0), (-4, 3), (-9, -5)]),
    ],
)
def test_searches_of_a_seed_find_the_known_trials(
    optimizer: str, seed: int, options: dict[str, object], points: list[tuple[int, int]]
) -> None:
    world = FunctionWorld(find=find)
    world.loss = _total

    world.run(
        ranges=AB, optimizer=optimizer, options=options, max_trials=len(points), random_seed=seed
    )

    assert [(values["a"], values["b"]) for values in world.tried] == points


# What optimizers are told.


def test_options_have_the_defaults_of_functions(world: FunctionWorld) -> None:
    plan = world.plan(ranges={"a": ONE_TO_NINE}, optimizer="gp", options={"random_starts": 2})

    assert plan.options == {
        "acq-func": "EI",
        "prev-trials": "batch",
        "random-starts": 2,
        "xi": 0.01,
    }


def test_a_search_is_told_its_seed_and_its_trials(world: FunctionWorld) -> None:
    world.run(ranges={"a": ONE_TO_NINE}, optimizer="gp", max_trials=2, random_seed=7)

    (search,) = world.optimizers["gp"].searches
    assert (search.seed, search.max_trials) == (7, 2)


def test_a_search_is_told_what_does_not_vary(world: FunctionWorld) -> None:
    world.run(ranges={"a": ONE_TO_NINE}, fixed=FlagSet({"b": 1}), max_trials=1)

    (search,) = world.optimizers["random"].searches
    assert search.space.fixed == {"b": 1}


# What is refused, before any trial.


def test_an_optimizer_has_to_be_there(world: FunctionWorld) -> None:
    with pytest.raises(TypeError, match=r"^optimizer 'not supported' is not supported$"):
        world.plan(optimizer="not supported")


def test_a_search_needs_something_to_choose(world: FunctionWorld) -> None:
    with pytest.raises(MissingSearchDimension) as raised:
        world.plan(fixed=FlagSet({"a": 1, "b": "x"}), optimizer="gp")

    assert raised.value.flags == {"a": 1, "b": "x"}
    assert "(a=1, b=x) do not contain any search dimensions" in str(raised.value)


@pytest.mark.parametrize("optimizer", ["random", "gp"])
def test_a_search_cannot_choose_from_an_empty_list(world: FunctionWorld, optimizer: str) -> None:
    with pytest.raises(ValueError, match=r"no value to choose for a: its list is empty"):
        world.plan(lists={"a": []}, optimizer=optimizer)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"minimize": "a", "maximize": "b"}, "minimize and maximize cannot both be specified"),
        ({"minimize": "a,b"}, "invalid objective 'a,b': only one column may be specified"),
        ({"maximize": "a,b"}, "invalid objective 'a,b': only one column may be specified"),
        ({"minimize": ""}, "invalid objective '': it has to name a scalar"),
        ({"minimize": "=a"}, "invalid objective '=a': expected the name of a scalar"),
    ],
)
@pytest.mark.parametrize("optimizer", [None, "gp"])
def test_objectives_are_one_scalar(
    world: FunctionWorld, options: dict[str, object], message: str, optimizer: str | None
) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        world.plan(ranges={"a": ONE_TO_NINE}, optimizer=optimizer, **options)


def test_an_objective_may_have_a_qualifier(world: FunctionWorld) -> None:
    plan = world.plan(ranges={"a": ONE_TO_NINE}, optimizer="gp", minimize="min acc")

    assert plan.objective == Objective(column="min acc")


@pytest.mark.parametrize(
    ("optimizer", "option", "message"),
    [
        (
            "gp",
            "x_i",
            "optimizer 'gp' has no option '_opt_x_i' - did you mean '_opt_xi'?"
            " (it has _opt_acq_func, _opt_random_starts, _opt_xi)",
        ),
        (
            "gp",
            "prev_trials",
            "optimizer 'gp' has no option '_opt_prev_trials'"
            " (it has _opt_acq_func, _opt_random_starts, _opt_xi)",
        ),
        ("random", "xi", "optimizer 'random' has no option '_opt_xi' (it has none)"),
        ("+", "xi", "a grid of all combinations has no option '_opt_xi' (it has none)"),
    ],
)
def test_options_that_an_optimizer_has_not_are_refused(
    world: FunctionWorld, optimizer: str, option: str, message: str
) -> None:
    with pytest.raises(TypeError) as raised:
        world.plan(lists={"a": [1]}, optimizer=optimizer, options={option: 1})

    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("xi", "low", "invalid value low for _opt_xi: invalid value for type 'float'"),
        ("random_starts", -1, "invalid value -1 for _opt_random_starts: out of range"),
        ("acq_func", "UCB", "invalid value UCB for _opt_acq_func: must be one of EI, PI"),
    ],
)
def test_values_of_options_are_checked(
    world: FunctionWorld, option: str, value: object, message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        world.plan(lists={"a": [1]}, optimizer="gp", options={option: value})


def test_a_fault_of_an_optimizer_ends_the_trials(
    world: FunctionWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise GuildError("cannot suggest anything")

    monkeypatch.setattr("tests.unit.app.batchworld.Search.suggest", fail)

    with pytest.raises(GuildError, match="cannot suggest anything"):
        world.run(ranges={"a": ONE_TO_NINE})
