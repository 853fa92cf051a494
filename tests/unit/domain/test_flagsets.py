"""Sets of flags: when they are the same."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from guild.domain.flags import FlagSet, FlagValue
from tests.strategies import flag_maps

_SMALL = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 0.0, 1.0, "1", "", float("nan")]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.just("a"), inner),
    max_leaves=3,
)


@given(st.dictionaries(st.just("x"), _SMALL), st.dictionaries(st.just("x"), _SMALL))
@example({"x": 1}, {"x": 1.0})
@example({"x": float("nan")}, {"x": float("nan")})
@example({"x": [1]}, {"x": [1.0]})
def test_equal_sets_have_equal_hashes(a: dict[str, FlagValue], b: dict[str, FlagValue]) -> None:
    assert FlagSet(a) != FlagSet(b) or hash(FlagSet(a)) == hash(FlagSet(b))


@given(flag_maps())
def test_the_order_of_names_does_not_matter(flags: dict[str, FlagValue]) -> None:
    turned = dict(reversed(flags.items()))

    assert FlagSet(flags) == FlagSet(turned)
    assert hash(FlagSet(flags)) == hash(FlagSet(turned))


def test_sets_of_different_values_are_told_apart_by_their_hashes() -> None:
    sets = [FlagSet({"x": number, "y": f"a{number}"}) for number in range(1000)]

    assert len({hash(each) for each in sets}) > 990
