"""Values without a library."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from guild.domain.flagdef import FlagDef
from guild.domain.record import Record


class Wish(Record):
    what: str
    many: int = 1

    def told(self) -> str:
        return f"{self.many} {self.what}"


class Other(Record):
    what: str
    many: int = 1


class Place(Record, kw_only=False):
    x: int
    y: int = 0


class Spot(Place, kw_only=False):
    name: str = ""


def test_values_that_are_not_given_have_their_defaults() -> None:
    assert Wish(what="tea").told() == "1 tea"
    assert Wish(what="tea", many=2).told() == "2 tea"


def test_equal_values_are_equal_whether_given_or_not() -> None:
    other: object = Other(what="tea")

    assert Wish(what="tea") == Wish(what="tea", many=1)
    assert Wish(what="tea") != Wish(what="tea", many=2)
    assert Wish(what="tea") != other


def test_values_are_shown_in_the_order_of_the_class() -> None:
    assert repr(Wish(many=2, what="tea")) == "Wish(what='tea', many=2)"
    assert Wish(what="tea").values() == {"what": "tea", "many": 1}


def test_others_are_made_from_one_that_stays() -> None:
    tea = Wish(what="tea")

    assert tea.replaced(many=3) == Wish(what="tea", many=3)
    assert tea == Wish(what="tea")


def test_one_is_made_of_a_dict_of_exactly_its_parts() -> None:
    assert Wish.of({"many": 2, "what": "tea"}) == Wish(what="tea", many=2)
    with pytest.raises(TypeError, match="Wish has other parts than what"):
        Wish.of({"what": "tea"})
    with pytest.raises(TypeError, match="Wish has other parts than what, many, where"):
        Wish.of({"what": "tea", "many": 1, "where": "here"})


def test_values_can_not_be_changed() -> None:
    tea: Any = Wish(what="tea")

    with pytest.raises(AttributeError, match=r"Wish\.many can't be changed"):
        tea.many = 2
    with pytest.raises(AttributeError, match=r"Wish\.what can't be changed"):
        del tea.what


def test_equal_values_count_once_in_a_set() -> None:
    assert len({Wish(what="tea"), Wish(what="tea", many=1), Wish(what="tea", many=2)}) == 2


def test_what_has_parts_that_can_change_has_no_hash() -> None:
    wish: Any = Wish
    with pytest.raises(TypeError, match="unhashable"):
        hash(wish(what=["tea"]))


def test_parts_are_given_in_order_where_the_class_says_so() -> None:
    assert Place(1, 2) == Place(1, y=2) == Place(x=1, y=2)
    assert Place(1) == Place(1, 0)


@pytest.mark.parametrize(
    ("placed", "named", "why"),
    [
        ((1, 2, 3), {}, "Place takes 2 values in order"),
        ((1,), {"x": 2}, "Place has 'x' twice"),
        ((), {"y": 2}, "Place needs 'x'"),
    ],
)
def test_parts_in_order_are_given_once(
    placed: tuple[int, ...], named: dict[str, int], why: str
) -> None:
    with pytest.raises(TypeError, match=why):
        Place(*placed, **named)


def test_patterns_take_parts_in_order_where_the_class_says_so() -> None:
    match Place(1, 2):
        case Place(x, y):
            assert (x, y) == (1, 2)


def test_parts_are_not_taken_in_order_otherwise() -> None:
    wish: Any = Wish
    with pytest.raises(TypeError, match="Wish takes 0 values in order"):
        wish("tea")


def test_a_class_has_the_parts_of_the_one_that_it_extends() -> None:
    assert Spot(1, 2, "here") == Spot(x=1, y=2, name="here")
    assert list(Spot(1).values()) == ["x", "y", "name"]
    assert Spot.defaults() == {"y": 0, "name": ""}
    at: object = Place(1, 2)
    assert Spot(1, 2) != at


def test_values_come_back_from_a_pickle() -> None:
    assert pickle.loads(pickle.dumps(Place(1, 2))) == Place(1, 2)
    assert copy.deepcopy(Wish(what="tea")) == Wish(what="tea")


def test_values_with_defaults_that_can_not_be_pickled_come_back_too() -> None:
    for flag in (FlagDef(name="lr"), FlagDef(name="lr", extra={"a": [1]}, default=0.1)):
        assert pickle.loads(pickle.dumps(flag)) == flag
        assert copy.deepcopy(flag) == flag
        assert copy.copy(flag) == flag


@pytest.mark.parametrize("values", [{}, {"what": "tea", "much": 1}])
def test_missing_and_unknown_names_are_mistakes(values: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"Wish (needs 'what'|has no attribute 'much')"):
        Wish(**values)
