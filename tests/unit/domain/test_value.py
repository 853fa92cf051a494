"""What attrs classes of the domain share."""

from __future__ import annotations

from attrs import field, frozen

from guild.domain.value import Value


@frozen(eq=False, repr=False)
class Point(Value):
    x: int
    y: int = 0
    note: str = field(default="", eq=False, repr=False)


@frozen(eq=False, repr=False)
class Vector(Value):
    x: int
    y: int = 0


def test_values_with_equal_attributes_are_equal() -> None:
    assert Point(1, 2) == Point(1, 2)
    assert hash(Point(1, 2)) == hash(Point(1, 2))
    assert len({Point(1, 2), Point(1, 2), Point(2, 1)}) == 2


def test_values_with_another_attribute_differ() -> None:
    assert Point(1, 2) != Point(1, 3)


def test_values_of_different_classes_differ() -> None:
    point: object = Point(1, 2)

    assert point != Vector(1, 2)
    assert point != (1, 2)


def test_attributes_can_be_left_out_of_comparison_and_text() -> None:
    assert Point(1, note="a") == Point(1, note="b")
    assert repr(Point(1, note="a")) == "Point(x=1, y=0)"
