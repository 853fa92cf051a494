"""Parsers of whatever is on disk or typed: a value, or one line that says what is wrong."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.crash.fuzz import mutated
from tests.parsers import PARSERS, Parser
from tests.strategies import nasty_text

_BOUNDED = settings(
    derandomize=True,
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

_each_parser = pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)


@_each_parser
def test_the_corpus_is_read_or_refused_in_one_line(parser: Parser) -> None:
    inputs = parser.corpus()

    assert inputs
    for data in inputs:
        parser.check(data)


@_each_parser
@_BOUNDED
@given(data=st.one_of(st.binary(max_size=200), nasty_text().map(lambda text: text.encode())))
def test_any_bytes_are_read_or_refused_in_one_line(parser: Parser, data: bytes) -> None:
    parser.check(data)


@_each_parser
@_BOUNDED
@given(seed=st.integers(0, 2**32))
def test_changed_inputs_are_read_or_refused_in_one_line(parser: Parser, seed: int) -> None:
    parser.check(mutated(parser.corpus(), random.Random(seed)))
