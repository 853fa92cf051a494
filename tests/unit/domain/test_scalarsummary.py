"""Folding scalars: at once, part by part, and from parts."""

from __future__ import annotations

from math import fsum, inf, isnan, nan

from hypothesis import given
from hypothesis import strategies as st

from guild.domain.scalars import ScalarPoint
from guild.domain.scalarsummary import ScalarSummary, extended, scalar_keys, summarize

_POINTS = st.builds(
    ScalarPoint,
    tag=st.sampled_from(["a", "b"]),
    value=st.sampled_from([0.0, -0.0, 1.0, nan, inf, -inf]) | st.floats(width=32),
    step=st.integers(-2, 2) | st.integers(-(2**63), 2**63 - 1),
    prefix=st.sampled_from(["", "p"]),
)
_MANY = st.lists(_POINTS, max_size=12)


def values(*numbers: float) -> list[ScalarPoint]:
    return [ScalarPoint("a", number, step) for step, number in enumerate(numbers)]


def shown(summary: ScalarSummary | None) -> str:
    """All of a summary, so that NaN is equal to NaN, and 0 is not to -0."""
    return repr(summary)


def by_key(points: list[ScalarPoint]) -> dict[tuple[str, str], ScalarSummary]:
    return {(each.prefix, each.tag): each for each in summarize(points)}


def test_first_and_last_go_by_step() -> None:
    (summary,) = summarize(
        [ScalarPoint("a", 1.0, 5), ScalarPoint("a", 2.0, -1), ScalarPoint("a", 3.0, 4)]
    )

    assert (summary.first, summary.first_step) == (2.0, -1)
    assert (summary.last, summary.last_step) == (1.0, 5)


def test_of_equal_steps_the_earliest_is_first_and_the_latest_last() -> None:
    (summary,) = summarize([ScalarPoint("a", value, 7) for value in (1.0, 2.0, 3.0)])

    assert (summary.first, summary.last) == (1.0, 3.0)


def test_the_first_of_equal_values_is_least_and_greatest() -> None:
    (summary,) = summarize(values(2.0, 2.0, 2.0))

    assert (summary.min_step, summary.max_step) == (0, 0)


def test_nan_only_counts() -> None:
    (summary,) = summarize(values(nan, 3.0, nan, 1.0))

    assert (summary.min, summary.min_step) == (1.0, 3)
    assert (summary.max, summary.max_step) == (3.0, 1)
    assert (summary.total, summary.count) == (4.0, 4)


def test_nothing_but_nan_is_nan() -> None:
    (summary,) = summarize(values(nan, nan))

    assert isnan(summary.min)
    assert isnan(summary.max)
    assert isnan(summary.avg)
    assert (summary.min_step, summary.max_step, summary.count) == (0, 0, 2)


def test_infinities_are_numbers() -> None:
    (summary,) = summarize(values(1.0, inf, -inf))

    assert (summary.min, summary.max) == (-inf, inf)
    assert isnan(summary.total)


def test_the_total_is_added_up_in_order() -> None:
    numbers = [0.1] * 10

    (summary,) = summarize(values(*numbers))

    assert summary.total == 0.9999999999999999
    assert summary.total != fsum(numbers)


def test_keys_tell_the_scalars_of_a_run_apart() -> None:
    prefixes = ("", ".guild", "eval", "#")
    found = summarize(ScalarPoint("loss", 1, prefix=prefix) for prefix in prefixes)

    assert scalar_keys(found) == ["loss", "##loss", ".guild#loss", "eval#loss"]
    assert scalar_keys(found[2:]) == ["loss", "eval#loss"]


def test_summaries_are_sorted_by_prefix_and_tag() -> None:
    found = summarize(
        [
            ScalarPoint("b", 1.0, prefix="p"),
            ScalarPoint("a", 1.0, prefix="p"),
            ScalarPoint("c", 1.0),
        ]
    )

    assert [(each.prefix, each.tag) for each in found] == [("", "c"), ("p", "a"), ("p", "b")]


@given(_MANY, _MANY)
def test_a_summary_is_extended_as_if_all_were_folded_at_once(
    earlier: list[ScalarPoint], later: list[ScalarPoint]
) -> None:
    before = by_key(earlier)
    for (prefix, tag), whole in by_key(earlier + later).items():
        found = before.get((prefix, tag))
        more = [each for each in later if (each.prefix, each.tag) == (prefix, tag)]
        if more:
            steps = [point.step for point in more]
            found = extended(found, prefix, tag, steps, [point.value for point in more])

        assert shown(found) == shown(whole)


def without_total(summary: ScalarSummary) -> list[str]:
    """The attributes but one, as `shown`."""
    return [repr(value) for name, value in summary.values().items() if name != "total"]
