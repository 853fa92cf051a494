"""Scalars in output: patterns, lines and steps."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guild.domain.errors import GuildError
from guild.domain.operation import OutputScalars
from guild.domain.outputpatterns import DEFAULT_PATTERNS, compile_patterns, decode_line, trace
from guild.domain.outputscan import LINE_LIMIT, OutputScanner
from guild.domain.process import Stream
from guild.domain.scalars import ScalarPoint

Feeds = list[tuple[Stream, bytes]]


def scan(
    text: str | bytes, config: OutputScalars = None, flags: Iterable[str] = ()
) -> list[tuple[str, float, int]]:
    """Tag, value and step of what is found in text on stdout."""
    scanner = OutputScanner(compile_patterns(config), list(flags))
    data = text.encode() if isinstance(text, str) else text
    points = scanner.feed(Stream.STDOUT, data) + scanner.finish()
    assert all(point.prefix == ".guild" for point in points)
    return [(point.tag, point.value, point.step) for point in points]


def warnings(config: OutputScalars) -> tuple[str, ...]:
    """What is said of a configuration."""
    return compile_patterns(config).warnings


# Default patterns


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("loss: 1.0", [("loss", 1.0, 0)]),
        ("loss: 0.5 (step 2)", [("loss", 0.5, 2)]),
        ("acc: 0.9 (2)", [("acc", 0.9, 2)]),
        ("step: 3", []),
        ("  indented: 1", []),
        ("a b: 1", []),
        ("val-loss: 1e-3", [("val-loss", 0.001, 0)]),
        ("x:1", []),
        ("y:  2", [("y", 2.0, 0)]),
        ("inf_v: inf", [("inf_v", float("inf"), 0)]),
        ("low: -INF", [("low", float("-inf"), 0)]),
        ("pos: +5", [("pos", 5.0, 0)]),
        ("E: 1E5", [("E", 1e5, 0)]),
        ("neg: -5", [("neg", -5.0, 0)]),
        ("dot: .5", [("dot", 0.5, 0)]),
        ("end: 5.", [("end", 5.0, 0)]),
        ("txt: hello", []),
        ("hex: 0x1", []),
        ("pct: 5%", []),
        ("under: 1_000", []),
        ("z: 5 (extra words here)", [("z", 5.0, 0)]),
        ("z: 5 (step 5) x)", [("z", 5.0, 0)]),
        ("z2: 5 trailing", []),
        ("m/n: 7", [("m/n", 7.0, 0)]),
        ("1k: 7", []),
        ("loss: 0.1 (step 7) \t\r", [("loss", 0.1, 7)]),
        ("key with: colon: 3", []),
        ("a:b: 3", [("a:b", 3.0, 0)]),
        ("möglich: 3", [("möglich", 3.0, 0)]),
        ("x: 1 (5) more: 2 (6)", [("x", 1.0, 0)]),
        ("tail of x: 1 (5)", []),
        ("l\x00o\x08ss: 1\x07", [("loss", 1.0, 0)]),
    ],
)
def test_default_patterns(line: str, found: list[tuple[str, float, int]]) -> None:
    assert scan(f"{line}\n") == found


def test_nan_is_captured_in_any_case() -> None:
    points = scan("a: nan\nb: NaN\n")

    assert [(tag, value != value) for tag, value, _ in points] == [("a", True), ("b", True)]


def test_bytes_that_are_not_utf8_are_left_out() -> None:
    assert scan(b"lo\xffss: 1\nacc: 2\n") == [("loss", 1.0, 0), ("acc", 2.0, 0)]


def test_flags_are_ignored_by_the_default_patterns_but_count_for_steps() -> None:
    assert scan("lr: 1\nloss: 2\nlr: 1\nloss: 3\n", flags=["lr"]) == [
        ("loss", 2.0, 0),
        ("loss", 3.0, 1),
    ]


def test_flags_are_not_ignored_by_configured_patterns() -> None:
    assert scan("lr: 1\n", r"(\key): (\value)", ["lr"]) == [("lr", 1.0, 0)]


# Steps


def test_steps_are_implied_by_tags_that_come_again() -> None:
    assert scan("loss: 1\nloss: 2\nloss: 3\n") == [
        ("loss", 1.0, 0),
        ("loss", 2.0, 1),
        ("loss", 3.0, 2),
    ]
    assert [step for _, _, step in scan("loss: 1\nacc: 1\nloss: 2\nacc: 2\n")] == [0, 0, 1, 1]


def test_a_told_step_stays_until_the_next() -> None:
    text = "a: 1\na: 2\nstep: 7\na: 3\na: 4 (step 9)\na: 5\nstep: 1.9\na: 6\n"

    assert [step for _, _, step in scan(text)] == [0, 1, 7, 9, 9, 1]


@pytest.mark.parametrize("step", ["nan", "inf", "-inf", "1e30"])
def test_a_step_that_is_no_64_bit_number_is_passed_over(step: str) -> None:
    assert scan(f"step: 4\nstep: {step}\na: 1\n") == [("a", 1.0, 4)]


def test_a_step_of_thousands_of_digits_is_passed_over() -> None:
    assert scan(f"a: 1 (step {'9' * 5000})\n") == [("a", 1.0, 0)]


def test_a_step_may_be_negative() -> None:
    assert scan("step: -2\na: 1\n") == [("a", 1.0, -2)]


# Lines


def test_lines_are_put_together_for_each_stream() -> None:
    scanner = OutputScanner(compile_patterns(None))

    first = scanner.feed(Stream.STDOUT, b"lo")
    second = scanner.feed(Stream.STDERR, b"acc: 2\n")
    third = scanner.feed(Stream.STDOUT, b"ss: 1\n")

    assert first == []
    assert second == [ScalarPoint("acc", 2.0, 0, ".guild")]
    assert third == [ScalarPoint("loss", 1.0, 0, ".guild")]


def test_a_last_line_without_line_feed_counts() -> None:
    scanner = OutputScanner(compile_patterns(None))
    scanner.feed(Stream.STDERR, b"b: 2")
    scanner.feed(Stream.STDOUT, b"a: 1")

    assert [point.tag for point in scanner.finish()] == ["a", "b"]
    assert scanner.finish() == []


def test_only_the_beginning_of_an_overlong_line_is_looked_at() -> None:
    begin = "a: 1 (".ljust(LINE_LIMIT - 1) + ")"

    assert scan(f"{begin}x: 2 - and more{'y' * LINE_LIMIT}\nb: 2\n") == [
        ("a", 1.0, 0),
        ("b", 2.0, 0),
    ]


def test_little_is_kept_of_a_line_that_does_not_end() -> None:
    scanner = OutputScanner(compile_patterns(None))
    data = b"x" * 10_000

    tracemalloc.start()
    for _ in range(100):
        scanner.feed(Stream.STDOUT, data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4 * LINE_LIMIT


@pytest.mark.parametrize(
    "line",
    [
        "a: " + "1" * LINE_LIMIT,
        "a" * LINE_LIMIT + ":",
        "a:" * (LINE_LIMIT // 2),
        "a: 1" + " " * LINE_LIMIT + "x",
        "a: 1 (" + ") " * (LINE_LIMIT // 2) + "x",
        "a: 1 (" + "1" * LINE_LIMIT,
    ],
)
def test_a_line_that_nearly_matches_is_no_trap(line: str) -> None:
    # A search in quadratic time would take minutes.
    scan(line + "x" * LINE_LIMIT + "\n")


# Configured patterns


@pytest.mark.parametrize("config", [False, [], {}])
def test_capture_can_be_disabled(config: OutputScalars) -> None:
    assert compile_patterns(config).disabled
    assert scan("loss: 1\n", config) == []


@pytest.mark.parametrize("config", [True, 5])
def test_other_forms_are_refused(config: OutputScalars) -> None:
    with pytest.raises(GuildError) as refused:
        compile_patterns(config)

    assert str(refused.value) == (
        f"invalid output-scalars {config}: expected a mapping, list, string, or false"
    )


@pytest.mark.parametrize(
    ("config", "line", "found"),
    [
        (r"(\key)=(\value)", "a=1 b=2 a=3", [("a", 3.0, 0), ("b", 2.0, 0)]),
        (r"(\key): (\value)", "a b: 1", [("b", 1.0, 0)]),
        (r"(\key): (\value)", "hex: 0x1", [("hex", 0.0, 0)]),
        (r"(?P<x>\value) (?P<y>\value)?(z)", "1 z", [("x", 1.0, 0)]),
        (r"(?P<_val>\value) (?P<_key>\key)", "1 loss", [("loss", 1.0, 0)]),
        (r"(?P<_val>\S+) (?P<_key>\S+) (?P<step>\step)", "1 loss 5", [("loss", 1.0, 5)]),
        ({"b": r"B(\value)", "a": r"A(\value)"}, "B1A2", [("a", 2.0, 0), ("b", 1.0, 0)]),
        ({"a": "(.)=(.)"}, "b=1", [("b", 1.0, 0)]),
        ([{"a": "([0-9])x"}, {"a": "([0-9])y"}], "1x 2y", [("a", 2.0, 0)]),
        ([r"Epoch (?P<step>[0-9]+)", r" - ([a-z]+): (\value)"], "Epoch 4 - a: 1", [("a", 1.0, 4)]),
        (r"(\w*)=(\w*)", "=1 a=x b=2", [("b", 2.0, 0)]),
    ],
)
def test_groups_tell_tags_and_values(
    config: OutputScalars, line: str, found: list[tuple[str, float, int]]
) -> None:
    assert not warnings(config)
    assert scan(f"{line}\n", config) == found


@pytest.mark.parametrize(
    ("config", "warning"),
    [
        (["(x"], "error compiling pattern (x: missing ), unterminated subpattern at position 0"),
        ([{"a": 3}], "invalid output scalar pattern: 3"),
        ([3], "invalid item config: 3"),
        (
            ["(l)(oss): ([0-9])"],
            "bad unnamed group count 3 for '(l)(oss): ([0-9])' (expected 1 or 2) skipping",
        ),
        (["loss"], "bad unnamed group count 0 for 'loss' (expected 1 or 2) skipping"),
        (
            ["loss: ([0-9])"],
            "no key for the value of 'loss: ([0-9])' "
            "(expected a second group or a mapping of the key to the pattern) skipping",
        ),
    ],
)
def test_a_bad_pattern_is_told_once_and_the_rest_applies(
    config: list[object], warning: str
) -> None:
    config = [*config, {"a": "a=(.)"}]

    assert warnings(config) == (warning,)
    assert scan("loss: 2\na=1\nloss: 2\n", config) == [("a", 1.0, 0)]


# Traces


def test_a_trace_has_the_groups_and_values_of_each_pattern() -> None:
    first, second = trace(compile_patterns(None), "loss: 2 (step 3)")

    assert (first.groups, first.values) == ((("3",),), {"step": 3.0})
    assert (second.groups, second.values) == ((("loss", "2"),), {"loss": 2.0})
    assert str(first) == f"{first.pattern!r}: [('3',)] (step=3.0)"
    assert "\\value" not in first.pattern


def test_a_trace_says_where_nothing_matches() -> None:
    traces = trace(compile_patterns(["x(.)=(.)", {"a": "y"}]), "xb=1 xa=2 z")

    assert [str(row) for row in traces] == [
        "'x(.)=(.)': [('b', '1'), ('a', '2')] (a=2.0, b=1.0)",
        "'y': <no matches>",
    ]


def test_a_trace_of_a_skipped_pattern_has_no_values() -> None:
    (row,) = trace(compile_patterns("(a)(b)(c)"), "abc")

    assert str(row) == "'(a)(b)(c)': [('a', 'b', 'c')] ()"


def test_a_line_is_cleaned_before_it_is_searched() -> None:
    assert decode_line(b"  a\x00b\xff \t\r\n") == "  ab"


# The oracle: one line after the other, one pattern after the other


def oracle(feeds: Feeds, flags: Iterable[str], patterns: Iterable[str]) -> list[ScalarPoint]:
    """What the scanner finds, the plain way, with patterns of two unnamed or named groups."""
    regexes = [_expanded(pattern) for pattern in patterns]
    points: list[ScalarPoint] = []
    told: int | None = None
    implied = 0
    seen: set[str] = set()
    for line in _lines(feeds):
        text = bytes(byte for byte in line[:65536] if byte > 8).rstrip().decode("utf8", "ignore")
        values: dict[str, float] = {}
        for regex in regexes:
            for match in regex.finditer(text):
                named = match.groupdict()
                values.update(
                    {key: float(value) for key, value in named.items()}
                    if named
                    else {match[1]: float(match[2])}
                )
        step = values.pop("step", None)
        if step is not None and -(2.0**63) < step < 2.0**63:
            told = int(step)
        if told is None and seen & values.keys():
            implied += 1
            seen = set()
        seen |= values.keys()
        at = implied if told is None else told
        points += [
            ScalarPoint(key, values[key], at, ".guild")
            for key in sorted(values)
            if key not in flags
        ]
    return points


def _expanded(pattern: str) -> re.Pattern[str]:
    number = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
    infinite = "[+-]?" + "".join(f"[{letter}{letter.upper()}]" for letter in "inf")
    expanded = pattern.replace(r"\key", r"[_a-zA-Z]\S*").replace(r"\step", "[0-9]+")
    return re.compile(expanded.replace(r"\value", f"(?:{number}|[nN][aA][nN]|{infinite})"))


def _lines(feeds: Feeds) -> list[bytes]:
    """All lines in the order in which they end."""
    pending = {Stream.STDOUT: b"", Stream.STDERR: b""}
    lines: list[bytes] = []
    for stream, data in feeds:
        *whole, pending[stream] = (pending[stream] + data).split(b"\n")
        lines += whole
    return [*lines, *(line for line in pending.values() if line)]


_WORDS = st.sampled_from(
    ["loss", "step", "lr", "a:b", "1k", "é", "x\x1cy", " ", "\t", "\r", "\xa0", "\x00", ": ", ":"]
)
_NUMBERS = st.sampled_from(
    ["1", "0.5", "-2.", "+.5", "1e3", "nan", "-inf", "0x1", "1e", ".", "9" * 30, "1e400", "٣"]
)
_ENDS = st.sampled_from(
    [
        "",
        " (3)",
        " (step 4)",
        "\x1f(step\xa05) ",
        " (step 6) x)",
        "(7)",
        " (x",
        "\n(8)",
        " (\nstep 9)",
    ]
)
_SPACES = st.sampled_from([" ", "  ", "\t", "\v", "\x1c", "\xa0", "\n", ""])
_BLANKS = st.sampled_from(["", "", "\t", "\r", "\v", "\f ", "\x1c", "\xa0", "\x85"])
_TEXTS = (
    st.builds("{}:{}{}{}{}\n".format, _WORDS, _SPACES, _NUMBERS, _ENDS, _BLANKS)
    | st.builds("{}{}".format, _WORDS, _ENDS)
    | st.sampled_from(["\n", "text\n", " 45%|###   | 4/9 [00:01<00:01]\r"])
).map(str.encode)
_BYTES = _TEXTS | st.sampled_from([b"\xff", b"\xc3", b"a: 1 \xff\n"]) | st.binary(max_size=4)


@given(
    st.lists(st.tuples(st.sampled_from(Stream), st.lists(_BYTES).map(b"".join)), max_size=8),
    st.sets(st.sampled_from(["lr", "step", "loss"])),
)
@example([(Stream.STDOUT, b"a: 1 (step 6) x)\nb: 2\n")], set())
def test_default_patterns_find_what_a_plain_search_of_each_line_finds(
    feeds: Feeds, flags: set[str]
) -> None:
    scanner = OutputScanner(compile_patterns(None), flags)

    found = [point for stream, data in feeds for point in scanner.feed(stream, data)]
    found += scanner.finish()

    assert _comparable(found) == _comparable(oracle(feeds, flags, DEFAULT_PATTERNS))


@given(st.lists(st.tuples(st.sampled_from(Stream), _BYTES), max_size=20))
def test_configured_patterns_find_what_a_plain_search_of_each_line_finds(feeds: Feeds) -> None:
    patterns = [r"(\key): (\value)", r"(?P<step>\step)\)", r"(\key):\s+(\value)$"]
    scanner = OutputScanner(compile_patterns(list[object](patterns)), ["lr"])

    found = [point for stream, data in feeds for point in scanner.feed(stream, data)]
    found += scanner.finish()

    assert _comparable(found) == _comparable(oracle(feeds, (), patterns))


@given(
    st.lists(_BYTES, max_size=20).map(b"".join),
    st.lists(st.integers(0, 200), max_size=8),
    st.sampled_from([None, r"(\key): (\value)"]),
)
def test_it_does_not_matter_how_output_is_cut(
    data: bytes, cuts: list[int], config: OutputScalars
) -> None:
    whole = OutputScanner(compile_patterns(config))
    expected = whole.feed(Stream.STDOUT, data) + whole.finish()
    scanner = OutputScanner(compile_patterns(config))
    edges = [0, *sorted(cuts), len(data)]

    found = [
        point
        for begin, end in pairwise(edges)
        for point in scanner.feed(Stream.STDOUT, data[begin:end])
    ]

    assert _comparable(found + scanner.finish()) == _comparable(expected)


@given(
    st.lists(
        st.builds(
            lambda text, pad: text[:-1] + b" " * pad + b"\n",
            st.sampled_from([b"a: 1\n", b"b: 2 (step 3)\n", b"c: 3 (\n", b"d: \xff4\n"]),
            st.sampled_from([0, 1000, 65530, 65531, 65532, 65536, 70_000]),
        ),
        max_size=6,
    ).map(b"".join)
)
def test_blocks_of_long_lines_are_cut_at_lines(data: bytes) -> None:
    scanner = OutputScanner(compile_patterns(None))

    found = scanner.feed(Stream.STDOUT, data) + scanner.finish()

    assert found == oracle([(Stream.STDOUT, data)], (), DEFAULT_PATTERNS)


def _comparable(points: list[ScalarPoint]) -> list[tuple[str, str, int]]:
    """Points with values as text: NaN does not equal itself."""
    return [(point.tag, repr(point.value), point.step) for point in points]


@given(
    st.lists(
        st.sampled_from([b"loss: 1.5\n", b"step: 3\n", b"a: 1 (2)\n", b"\xff: 2\n", b"b: \n"])
    )
)
def test_no_patterns_given_means_the_default_ones(pieces: list[bytes]) -> None:
    by_default = OutputScanner(None, ["a"])
    configured = OutputScanner(compile_patterns(None), ["a"])

    for piece in pieces:
        assert by_default.feed(Stream.STDOUT, piece) == configured.feed(Stream.STDOUT, piece)
