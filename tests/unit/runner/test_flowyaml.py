from __future__ import annotations

import contextlib
import math

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from guild.adapters.runner.flowyaml import FlowError, read_flow
from guild.domain.yamltext import dump_flow

_TEXTS = st.text() | st.from_regex(r"[-+.0-9eExob_:]{1,8}", fullmatch=True)
_KEYS = _TEXTS | st.text(min_size=125, max_size=135)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXTS
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:  # the base names it
        return True


def _written(value: object, *, allow_unicode: bool = False) -> str:
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=True,
        width=math.inf,
        allow_unicode=allow_unicode,
        sort_keys=False,
    )
    return text.removesuffix("\n").removesuffix("\n...")


@given(_VALUES)
@example("1e3")
@example("-.0")
@example("08")
@example("a\n b")
@example("x: y")
@example(" ")
@example({"": None})
@example({"k" * 130: ["a,b", "{", "#", "a #b", "'", '"']})
@example([1e-05, 1e20, -0.5, math.inf, -math.inf])
def test_reads_what_a_yaml_writer_writes(value: object) -> None:
    result = read_flow(_written(value))

    assert result == value
    assert repr(result) == repr(value)


@given(_VALUES)
def test_reads_what_flags_are_written_as(value: object) -> None:
    result = read_flow(dump_flow(value, strict=False))

    assert result == value


@given(_VALUES)
def test_reads_unescaped_unicode_as_a_yaml_library_does(value: object) -> None:
    text = _written(value, allow_unicode=True)
    try:
        expected = yaml.safe_load(text)
    except yaml.YAMLError:
        assume(False)
    assume(expected == value)

    assert read_flow(text) == value


@given(st.text(alphabet="[]{}:,?'\"\\ \n#&ax1.-\u00e9"))
def test_any_other_text_is_a_value_or_refused(text: str) -> None:
    with contextlib.suppress(FlowError):
        read_flow(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("yes", True),
        ("Off", False),
        ("+1", 1),
        ("-0x1F", -31),
        ("0b11", 3),
        (".5", 0.5),
        ("1.", 1.0),
        ("1.0e-05", 1e-05),
        ("-.inf", -math.inf),
        ("'3'", "3"),
        ("''", ""),
        ("'it''s'", "it's"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("2020-01-01", "2020-01-01"),
        ("a b: c", "a b: c"),
        ("-", "-"),
        ("--", "--"),
        (".", "."),
        ("[1, 2, 3]", [1, 2, 3]),
        (" [1,[a, null],{}] ", [1, ["a", None], {}]),
        ("[a,]", ["a"]),
        ("{a: 1, b}", {"a": 1, "b": None}),
        ("{a:1}", {"a:1": None}),
        ('{"a":1}', {"a": 1}),
        ('"\\x41\\u00e9\\U0001F600\\t\\"\\\\"', 'A\u00e9\U0001f600\t"\\'),
        ("'a\n\n  b\n c'", "a\nb c"),
        ('"a\\\n  b\\\n\n c"', "ab\nc"),
    ],
)
def test_values(text: str, value: object) -> None:
    result = read_flow(text)

    assert result == value
    assert type(result) is type(value)


def test_nan() -> None:
    result = read_flow(".nan")

    assert isinstance(result, float)
    assert math.isnan(result)


@pytest.mark.parametrize(
    "text",
    [
        *("[1", "{a: 1", "[1]]", "'a", '"a', "[a b']'", "&a b", "*a", "[,]", "{[1]: 2}"),
        *('"\\q"', '"\\uD"', '"\\UFFFFFFFF"', "[a #b]", "[" * 100_000, "'a' b", "[a: 1]"),
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(FlowError):
        read_flow(text)
