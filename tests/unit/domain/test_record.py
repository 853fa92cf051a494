"""Parameter objects."""

from __future__ import annotations

from typing import Any

import pytest

from guild.domain.record import Record


class Wish(Record):
    what: str
    many: int = 1

    def told(self) -> str:
        return f"{self.many} {self.what}"


class Other(Record):
    what: str
    many: int = 1


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


def test_values_can_not_be_changed() -> None:
    tea: Any = Wish(what="tea")

    with pytest.raises(AttributeError, match=r"Wish\.many can't be changed"):
        tea.many = 2


@pytest.mark.parametrize("values", [{}, {"what": "tea", "much": 1}])
def test_missing_and_unknown_names_are_mistakes(values: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"Wish (needs 'what'|has no attribute 'much')"):
        Wish(**values)
