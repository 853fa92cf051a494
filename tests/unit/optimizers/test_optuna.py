"""Searches over Optuna."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import pytest

from guild.adapters.optimizers.optuna_ import CmaEs, ParzenTrees
from guild.app.ports.optimizer import Observation, Optimizer
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.searchspace import Categories, Dimension, IntegerRange, RealRange
from tests.unit.optimizers.searching import AB, begin, follow, number, space

_BOTH = pytest.mark.parametrize(
    "optimizer", [ParzenTrees(), CmaEs()], ids=lambda optimizer: optimizer.name
)
_BOWL = space(x=RealRange(low=-5.0, high=5.0), y=RealRange(low=1e-3, high=10.0, log=True))


def _bowl(flags: Any) -> float:
    return (number(flags["x"]) - 1) ** 2 + (number(flags["y"]) - 1) ** 2


def _without(monkeypatch: pytest.MonkeyPatch, library: str, error: ImportError) -> None:
    """Have the import of a library fail."""
    real = importlib.import_module

    def failing(name: str, package: str | None = None) -> Any:
        if name == library:
            raise error
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", failing)


@_BOTH
def test_missing_library_says_how_to_install_it(
    optimizer: Optimizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without(monkeypatch, "optuna", ModuleNotFoundError("No module optuna", name="optuna"))

    with pytest.raises(GuildError) as raised:
        begin(optimizer, AB)

    assert str(raised.value) == (
        f"optimizer '{optimizer.name}' needs Optuna: install it with pip install 'guild[optuna]'"
    )


def test_library_that_fails_to_load_is_told_from_a_missing_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _without(monkeypatch, "optuna", ImportError("libfoo.so: no such file"))

    with pytest.raises(GuildError, match=r"which fails to load: libfoo\.so: no such file"):
        begin(ParzenTrees(), AB)


class TestWithOptuna:
    @pytest.fixture(autouse=True)
    def optuna(self) -> Any:
        pytest.importorskip("cmaes")
        return pytest.importorskip("optuna")

    @_BOTH
    def test_finds_the_lowest_point_of_a_bowl(self, optimizer: Optimizer) -> None:
        made = follow(begin(optimizer, _BOWL, max_trials=60), 60, _bowl)

        assert min(_bowl(suggestion.flags) for suggestion in made) < 0.2

    @_BOTH
    def test_says_which_are_random_starts(self, optimizer: Optimizer) -> None:
        search = begin(optimizer, AB, options={"random-starts": 2})

        assert [made.random_start for made in follow(search, 4)] == [True, True, False, False]

    @_BOTH
    @pytest.mark.parametrize("known", [3, 15])
    def test_goes_on_from_trials_of_another_search(self, optimizer: Optimizer, known: int) -> None:
        past = [
            Observation(flags={"x": 1 + place / 10, "y": 1.0}, value=place / 10)
            for place in range(known)
        ]
        search = begin(optimizer, _BOWL, options={"random-starts": 0})

        suggestion = search.suggest(past)

        assert not suggestion.random_start

    @_BOTH
    @pytest.mark.parametrize(
        "dimension",
        [
            Categories(values=("x", 1)),
            IntegerRange(low=0, high=5),
            RealRange(low=0.0, high=5.0),
        ],
        ids=["categories", "integers", "reals"],
    )
    def test_goes_on_in_any_space(self, optimizer: Optimizer, dimension: Dimension) -> None:
        past = [Observation(flags={"a": 1, "x": place / 10}, value=place) for place in range(12)]
        search = begin(optimizer, space(a=dimension, x=RealRange(low=0.0, high=2.0)))

        assert all(search.suggest(past).flags.keys() == {"a", "x"} for _ in range(3))

    @_BOTH
    def test_says_and_logs_nothing(
        self, optimizer: Optimizer, capfd: pytest.CaptureFixture[str], optuna: Any
    ) -> None:
        verbosity = optuna.logging.get_verbosity()
        mixed = space(c=Categories(values=("x", None)), x=RealRange(low=0.0, high=1.0))

        with warnings.catch_warnings(record=True) as shown:
            warnings.simplefilter("always")
            follow(begin(optimizer, mixed), 12)

        assert shown == []
        assert capfd.readouterr() == ("", "")
        assert optuna.logging.get_verbosity() == verbosity

    @_BOTH
    def test_failed_and_forgotten_trials_do_no_harm(self, optimizer: Optimizer) -> None:
        search = begin(optimizer, AB, options={"random-starts": 1})
        first = search.suggest([]).flags
        second = search.suggest([], [first]).flags
        third = search.suggest([Observation(flags=second, value=None)], [first]).flags

        fourth = search.suggest(
            [
                Observation(flags=second, value=None),
                Observation(flags=first, value=2.0),
                Observation(flags=third, value=1.0),
            ]
        )

        assert not fourth.random_start

    @_BOTH
    def test_every_pending_trial_of_a_small_space_is_another(self, optimizer: Optimizer) -> None:
        where = space(a=Categories(values=(1, 2, 3)))
        search = begin(optimizer, where, options={"random-starts": 1})
        past = [Observation(flags={"a": place % 3 + 1}, value=place % 3) for place in range(30)]
        pending: list[dict[str, FlagValue]] = []

        for _ in range(3):
            pending.append(dict(search.suggest(past, pending).flags))

        assert sorted(number(flags["a"]) for flags in pending) == [1, 2, 3]
