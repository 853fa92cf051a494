"""What the index answers is what reading gives, also of runs whose files hold anything."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guild.domain.filterexpr import parse_filter
from guild.domain.selection import RunFilter
from guild.domain.yamltext import dump
from tests.strategies import exactly_same
from tests.unit.index.homes import ALL, ECHO, Home
from tests.unit.index.values import filters, values

_NAMES = (
    *("label", "tags", "comments", "marked", "flags", "started", "initialized", "stopped"),
    *("exit_status", "sourcecode_digest", "host", "other", ".hidden", "old~", "env"),
)
_ODD = (
    *(b"", b"~", b"[", b"\xff\xfe", b"!!bool maybe", b"{[a]: 1}", b"&a [*a]", b"a: 1", b"- 1"),
    *(b"- body: x", b"- {body: x, time: 0x" + b"f" * 40 + b"}", b"{1: {2: 3}, ~: x, true: .nan}"),
    *(b"lr: {1: x}", b"a: 0x" + b"f" * 30, b"5000000", b"1.5", b"true", b"nightly", b"['\\0', b]"),
)
_OPREFS = (ECHO.format(), "nonsense", "", "script:/x '' '' ''", "package:p 1 m 'a\x1fb'")

contents = st.one_of(
    st.sampled_from(_ODD),
    values().map(lambda value: dump(value).encode("utf-8", "surrogatepass")),
)
directories = st.tuples(
    st.sampled_from(_OPREFS),
    st.dictionaries(st.sampled_from(_NAMES), contents, max_size=6),
    st.sampled_from((None, None, "PENDING", "STAGED", "LOCK", "LOCK.remote")),
    st.booleans(),
)
_MEMORY = "/dev/shm"


def make(path: Path, opref: str, attrs: dict[str, bytes], mark: str | None) -> None:
    """A run directory as something else may have made it."""
    guild = path / ".guild"
    (guild / "attrs").mkdir(parents=True)
    for name, data in attrs.items():
        (guild / "attrs" / name).write_bytes(data)
    if mark is not None:
        (guild / mark).write_text("0\n")
    (guild / "opref").write_text(opref)


@pytest.mark.parametrize("name", [".hidden", "old~", "../opref", "../attrs/label", ".", "..", ""])
def test_what_is_no_attribute_has_no_value(tmp_path: Path, name: str) -> None:
    home = Home(tmp_path)
    attrs = {".hidden": b"1", "old~": b"1", "label": b"x"}
    make(tmp_path / "runs" / "r", ECHO.format(), attrs, None)
    wanted = RunFilter(expression=parse_filter(f"attr:{name} is not undefined"))
    index = home.index()

    assert index.page(wanted) == home.reading.page(wanted) == ([], 0)
    index.close()


@settings(
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
)
@given(runs=st.lists(directories, max_size=4), asked=st.lists(filters(), max_size=4))
def test_any_files_give_the_same_answers(
    runs: list[tuple[str, dict[str, bytes], str | None, bool]], asked: list[RunFilter]
) -> None:
    with TemporaryDirectory(dir=_MEMORY if os.path.isdir(_MEMORY) else None) as directory:
        home = Home(Path(directory))
        for number, (opref, attrs, mark, deleted) in enumerate(runs):
            place = "trash/runs" if deleted else "runs"
            make(Path(directory, place, f"r{number}"), opref, attrs, mark)
        index = home.index()
        for deleted in (False, True):
            ids, _ = index.page(ALL, deleted=deleted)
            read = home.reading.runs(ids, deleted=deleted)
            found = index.runs(ids, deleted=deleted)
            assert found == read
            for a, b in zip(found, read, strict=True):
                assert exactly_same(dict(a.flags), dict(b.flags))
            for wanted in (ALL, *asked):
                by_index = index.page(wanted, deleted=deleted)
                assert by_index == home.reading.page(wanted, deleted=deleted)
        index.close()
        assert home.warnings == []
