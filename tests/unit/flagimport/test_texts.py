from __future__ import annotations

import shlex

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.flagimport.texts import argument_words, yaml_words


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([1, "x y", 2.0], "1 'x y' 2.0"),
        (["a", True, None], "a yes null"),
        ([[1, 2], [3]], "'[1, 2]' '[3]'"),
        ([["a, b", 1]], """'['"'"'a, b'"'"', 1]'"""),
        (["1", "yes"], """"'"'1'"'" "'"'yes'"'" """.replace('"\'"', '"\'"').strip()),
        ([], ""),
    ],
)
def test_lists_become_words_on_one_line(items: list[object], words: str) -> None:
    assert shlex.split(yaml_words(items)) == shlex.split(words)


def test_words_for_arguments_are_verbatim() -> None:
    assert argument_words(["1", "a b", 2, ""]) == "1 'a b' 2 ''"


_ITEMS = st.one_of(
    st.booleans(),
    st.none(),
    st.integers(-1000, 1000),
    st.text(st.characters(exclude_categories=["Cs", "Co", "Cn"]), max_size=8),
)


@given(st.lists(st.one_of(_ITEMS, st.lists(_ITEMS, max_size=3)), max_size=4))
def test_each_word_reads_back_as_its_item(items: list[object]) -> None:
    words = yaml_words(items)

    assert "\n" not in words
    assert [yaml.safe_load(word) for word in shlex.split(words)] == items
