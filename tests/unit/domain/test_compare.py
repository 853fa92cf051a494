"""Runs side by side, and the attributes they can be asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.compare import Table, cell_text, compare_table, operation_parts
from guild.domain.errors import GuildError
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.runattrs import run_attribute, run_lookup, run_source
from guild.domain.runcolumns import columns_of
from guild.domain.scalars import ScalarPoint
from guild.domain.scalarsummary import ScalarSummary, summarize
from guild.domain.status import Status
from guild.domain.timestamps import Timestamp

CORE = ("run", "operation", "started", "time", "status", "label")
NOW = Timestamp(100_000_000)
NO_FLAGS: Mapping[str, FlagValue] = {}


def format_time(time: Timestamp) -> str:
    return f"T{time // 1_000_000}"


def no_attribute(name: str) -> object:
    return None


# Any: the fields of a run have many types, and each test uses another.
def a_run(run_id: str = "aaaa", flags: Mapping[str, FlagValue] = NO_FLAGS, **fields: Any) -> Run:
    return Run(id=RunId(run_id), path=f"/runs/{run_id}", flags=FlagSet(flags), **fields)


# Any: passed on to compare_table.
def compared(
    runs: Sequence[Run], points: Mapping[str, Sequence[ScalarPoint]] | None = None, **options: Any
) -> Table:
    columns = columns_of(runs, [summarize((points or {}).get(run.id, ())) for run in runs])
    return compare_table(columns, format_time=format_time, now=NOW, **options)


def test_a_run_has_core_columns_then_flags_then_step_and_scalars() -> None:
    run = a_run(
        "0123456789",
        {"lr": 0.1, "a": None},
        opref=OpRef("script", "/p", "", "", "train.py"),
        started=Timestamp(10_000_000),
        stopped=Timestamp(75_000_000),
        status=Status.COMPLETED,
        label="x",
    )
    points = [ScalarPoint("loss", 0.5, 3), ScalarPoint("acc", 0.7, 4), ScalarPoint("sys/cpu", 1)]

    table = compared([run], {run.id: points})

    assert table.headings == (*CORE, "a", "lr", "step", "acc", "loss")
    assert table.rows == [
        ("01234567", "train.py", "T10", "0:01:05", "completed", "x", None, 0.1, 3, 0.7, 0.5),
    ]


OP1 = a_run("op1", {"a": 1, "b": 2})
OP2 = a_run("op2", {"a": 1.0, "c": 0.0})
POINTS = {
    "op1": [ScalarPoint("y", -1), ScalarPoint("x", 3)],
    "op2": [ScalarPoint("x", 3, 3)],
}


def test_columns_come_as_runs_bring_them() -> None:
    table = compared([OP2, OP1], POINTS)

    assert table.headings[6:] == ("a", "c", "step", "x", "b", "y")
    assert table.rows[0][6:] == (1.0, 0.0, 3, 3, None, None)


def test_grouped_columns_are_sorted_over_all_runs() -> None:
    runs = [OP2, OP1]
    summaries = [summarize(POINTS[run.id]) for run in runs]
    parts = operation_parts(columns_of(runs, summaries), grouped=True)

    assert parts == {
        "a": [([0, 1], [1.0, 1])],
        "b": [([1], [2])],
        "c": [([0], [0.0])],
        "step": [([0, 1], [3, 0])],
        "x": [([0, 1], [3, 3])],
        "y": [([1], [-1])],
    }
    assert list(parts) == ["a", "b", "c", "step", "x", "y"]


@pytest.mark.parametrize(
    ("options", "headings"),
    [
        ({"core": False}, ("run", "a", "b", "step", "x", "y")),
        ({"operation": False}, CORE),
        ({"core": False, "operation": False}, ("run",)),
        ({"operation": False, "sourcecode": True}, (*CORE, "sourcecode")),
    ],
)
def test_groups_of_columns_can_be_left_out_and_added(
    options: Mapping[str, Any], headings: tuple[str, ...]
) -> None:
    assert compared([OP1], POINTS, **options).headings == headings


def test_system_scalars_are_shown_if_wanted() -> None:
    points = {"op1": [ScalarPoint("sys/cpu", 1)]}

    assert "step" not in compared([OP1], points).headings
    assert compared([OP1], points, all_scalars=True).headings[-2:] == ("step", "sys/cpu")


def test_the_step_is_that_of_the_first_scalar_without_a_loss() -> None:
    points = {"op1": [ScalarPoint("b", 1, 7), ScalarPoint("a", 1, 5)]}

    assert compared([OP1], points, core=False).rows[0][3] == 5


def test_scalars_of_one_tag_are_told_apart_by_their_prefix() -> None:
    points = {
        "op1": [
            ScalarPoint("x", 1, prefix="logs/a"),
            ScalarPoint("x", 2, prefix="logs/b"),
            ScalarPoint("y", 3, prefix="logs/b"),
        ]
    }

    table = compared([OP1], points, core=False)

    assert table.headings[4:] == ("logs/a x", "logs/b x", "y")


def test_printed_and_written_scalars_of_one_tag_have_columns_of_their_own() -> None:
    points = {
        "op1": [
            ScalarPoint("loss", 0.5, 2),
            ScalarPoint("loss", 7, prefix=".guild"),
            ScalarPoint("loss", 0.9, 100, prefix="eval"),
        ],
        "op2": [ScalarPoint("loss", 8, 3, prefix=".guild")],
        "op3": [
            ScalarPoint("loss", 9, 4, prefix=".guild"),
            ScalarPoint("loss", 0.1, 200, prefix="eval"),
        ],
    }

    table = compared([OP1, a_run("op2"), a_run("op3")], points, core=False)

    columns = dict(zip(table.headings, table.columns, strict=True))
    assert columns["step"] == [2, 3, 4]
    assert columns["loss"] == [0.5, 8, 9]
    assert columns[".guild loss"] == [7, None, None]
    assert columns["eval loss"] == [0.9, None, 0.1]


def test_headings_have_tags_as_they_are() -> None:
    points = {"op1": [ScalarPoint("a#b", 1, prefix=".guild"), ScalarPoint("a#b", 2)]}

    table = compared([OP1], points, core=False)

    assert table.headings[-2:] == (".guild a#b", "a#b")


def test_a_flag_named_like_a_core_column_replaces_it_where_it_has_a_value() -> None:
    runs = [a_run("a", {"label": "flag"}, label="core"), a_run("b", label="core")]

    table = compared(runs)

    assert table.headings == CORE
    assert [row[5] for row in table.rows] == ["flag", "core"]


def test_a_flag_wins_over_a_scalar_of_its_name() -> None:
    assert compared([a_run("op1", {"x": "flag"})], POINTS).rows[0][6] == "flag"


def test_a_tag_has_its_prefix_only_in_runs_that_have_it_several_times() -> None:
    points = {
        "op1": [ScalarPoint("x", 1, 4, prefix="a"), ScalarPoint("x", 2, 5, prefix="b")],
        "op2": [ScalarPoint("x", 3, 6, prefix="b")],
    }

    table = compared([OP1, OP2], points, core=False)

    assert table.headings == ("run", "a", "b", "step", "a x", "b x", "c", "x")
    assert [row[3:] for row in table.rows] == [(4, 1, 2, None, None), (6, None, None, 0.0, 3)]


def test_a_flag_without_a_value_has_a_column_and_gives_way_to_a_scalar() -> None:
    table = compared([a_run("op1", {"none": None, "x": None}), OP2], POINTS, core=False)

    assert table.headings == ("run", "none", "x", "step", "y", "a", "c")
    assert table.rows[0][1:4] == (None, 3, 0)


def a_table(*values: object) -> Table:
    return Table(("x", "same"), (values, [1] * len(values)), [False] * len(values))


@pytest.mark.parametrize(
    ("values", "ascending", "descending"),
    [
        ([2, None, 1.5, True], [True, 1.5, 2, None], [2, 1.5, True, None]),
        ([10, 9, "a", None], [10, 9, "a", None], ["a", 9, 10, None]),
        (["b", "a"], ["a", "b"], ["b", "a"]),
        ([None, None], [None, None], [None, None]),
    ],
)
def test_rows_are_sorted_with_missing_values_last(
    values: list[object], ascending: list[object], descending: list[object]
) -> None:
    table = a_table(*values)

    assert [row[0] for row in table.sorted_by("x").rows] == ascending
    assert [row[0] for row in table.sorted_by("x", descending=True).rows] == descending


def test_nan_is_sorted_like_a_missing_value() -> None:
    table = a_table(math.nan, 2.0, 1.0)

    assert [row[0] for row in table.sorted_by("x", descending=True).rows[:2]] == [2.0, 1.0]


@given(st.lists(st.integers(0, 3)), st.booleans())
def test_equal_rows_keep_their_order(values: list[int], descending: bool) -> None:
    numbers = range(len(values))
    table = Table(("x", "n"), (values, numbers), [False] * len(values))
    ordered = table.sorted_by("x", descending=descending)

    assert list(ordered.columns[1]) == sorted(
        numbers, key=lambda n: values[n] * (1 - 2 * descending)
    )


def test_an_unknown_column_to_sort_by_is_refused() -> None:
    with pytest.raises(GuildError) as raised:
        a_table(1).sorted_by("nope")

    assert str(raised.value) == "there is no column 'nope' to sort by\nColumns are: x, same"


def test_a_table_without_rows_is_sorted_by_anything() -> None:
    assert compared([]).sorted_by("nope") == Table((), (), ())


def test_the_top_is_the_first_rows() -> None:
    table = a_table(3, 2, 1)

    assert [row[0] for row in table.top(2).rows] == [3, 2]
    assert table.top(9).rows == table.rows


def test_columns_whose_values_are_equal_can_be_left_out() -> None:
    assert a_table(1, 2).without_unchanged().headings == ("x",)
    assert a_table(1, True).without_unchanged().headings == ("x",)
    assert a_table(math.nan, math.nan).without_unchanged().headings == ()
    assert a_table(1).without_unchanged().headings == ("x", "same")


def test_marked_runs_are_told_in_texts_only() -> None:
    table = compared([a_run("a", marked=True), a_run("b")])

    assert [row[1] for row in table.texts()] == ["? [marked]", "?"]
    assert [row[1] for row in table.rows] == ["?", "?"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0.5555559992790222, "0.555555"),
        (0.20000000298023224, "0.200000"),
        (2.0, "2.0"),
        (1e-07, "1.0e-07"),
        (1.23456789e-07, "1.234567e-07"),
        (1e16, "1.0e+16"),
        (math.inf, ".inf"),
        (-math.inf, "-.inf"),
        (math.nan, "nan"),
        (True, "yes"),
        (False, "no"),
        (10, "10"),
        ("text", "text"),
        (["a", 1, None, 0.12345678], "[a, 1, null, 0.123456]"),
        ({"a": True}, "{a: yes}"),
    ],
)
def test_a_cell_is_shown_as(value: object, text: str) -> None:
    assert cell_text(value) == text


TRAIN = OpRef("guildfile", "/p/guild.yml", "abc", "mm", "train")
RUN = a_run(
    "0123456789",
    {"lr": 0.1, "host": "flag"},
    opref=TRAIN,
    started=Timestamp(10_000_000),
    stopped=Timestamp(75_000_000),
    status=Status.COMPLETED,
    sourcecode_digest="0123456789abcdef",
    tags=["foo"],
    exit_status=0,
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "0123456789"),
        ("run", "01234567"),
        ("short_id", "01234567"),
        ("operation", "mm:train"),
        ("op", "train"),
        ("model", "mm"),
        ("op_model", "mm"),
        ("from", "/p/guild.yml"),
        ("sourcecode", "01234567"),
        ("sourcecode_digest", "0123456789abcdef"),
        ("started", "T10"),
        ("stopped", "T75"),
        ("time", "0:01:05"),
        ("status", "completed"),
        ("label", None),
        ("tags", ["foo"]),
        ("marked", False),
        ("exit_status", 0),
        ("host", "stored"),
        ("nope", None),
    ],
)
def test_an_attribute_of_a_run_is(name: str, value: object) -> None:
    assert run_attribute(RUN, name, {"host": "stored"}.get, format_time, NOW) == value


@pytest.mark.parametrize("name", ["op", "model", "from", "started", "time", "sourcecode"])
def test_what_is_not_known_of_a_run_is_none(name: str) -> None:
    assert run_attribute(a_run(), name, no_attribute, format_time, NOW) is None


def test_a_running_run_takes_time_up_to_now() -> None:
    run = a_run(status=Status.RUNNING, started=Timestamp(40_000_000))

    assert run_attribute(run, "time", no_attribute, format_time, NOW) == "0:01:00"


@pytest.mark.parametrize(
    ("opref", "source"),
    [
        (TRAIN, "/p/guild.yml"),
        (OpRef("script", "/p", "", "", "train.py"), "/p"),
        (OpRef("package", "acme", "1.0", "cnn", "train"), "acme==1.0"),
        (OpRef("func", "", "", "", "f"), None),
    ],
)
def test_the_source_of_a_run_is(opref: OpRef, source: str | None) -> None:
    assert run_source(a_run(opref=opref)) == source


class _CountedScalars:
    """Scalars of any run; `read` are the runs they were asked for."""

    def __init__(self) -> None:
        self.read: list[Run] = []

    def __call__(self, run: Run) -> list[ScalarSummary]:
        self.read.append(run)
        return summarize(
            [
                ScalarPoint("loss", 0.5, prefix=".guild"),
                ScalarPoint("x", 1, prefix="logs/a"),
                ScalarPoint("x", 2, prefix="logs/b"),
                ScalarPoint("bad", math.nan),
            ]
        )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("host", "stored"),
        ("flag:host", "flag"),
        ("attr:lr", None),
        ("lr", 0.1),
        ("loss", 0.5),
        (".guild#loss", 0.5),
        ("scalar:loss", 0.5),
        ("scalar:lr", None),
        ("x", 1),
        ("logs/b#x", 2),
        ("logs#x", None),
        ("bad", None),
        ("other:lr", None),
    ],
)
def test_a_name_is_an_attribute_then_a_flag_then_a_scalar(name: str, value: object) -> None:
    lookup = run_lookup(RUN, {"host": "stored"}.get, _CountedScalars(), format_time, NOW)

    assert lookup(name) == value


def test_scalars_are_read_once_and_only_when_needed() -> None:
    scalars = _CountedScalars()
    lookup = run_lookup(RUN, no_attribute, scalars, format_time, NOW)

    lookup("lr")
    read_for_flags = list(scalars.read)
    lookup("loss")
    lookup("x")

    assert (read_for_flags, scalars.read) == ([], [RUN])
