"""Files with flags of trials."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guild.adapters.fsstore.batchfiles import TextBatchFiles
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.grid import grid
from tests.strategies import exactly_same, flag_names, flag_values, nasty_text

TRIALS: list[dict[str, FlagValue]] = [{"x": 1, "y": "a,b"}, {"x": 2.5, "y": None}]


@pytest.fixture
def files(tmp_path: Path) -> TextBatchFiles:
    return TextBatchFiles(lambda path: str(tmp_path / path))


def rows(
    files: TextBatchFiles, path: str, types: Mapping[str, str | None] | None = None
) -> list[dict[str, FlagValue]]:
    warnings: list[str] = []
    found = files.rows(path, types or {}, warnings.append)
    assert not warnings
    return found


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", "x,y\n1,a\n", [{"x": 1, "y": "a"}]),
        ("a.CSV", "x,y\r\n1,a\r\n", [{"x": 1, "y": "a"}]),
        ("a", "x\n1\n2", [{"x": 1}, {"x": 2}]),
        ("a.b/c", "x\n1", [{"x": 1}]),
        (".hidden", "x\n1", [{"x": 1}]),
        ("a.json", '[{"x": 1}, {"x": [1, 2]}]', [{"x": 1}, {"x": [1, 2]}]),
        ("a.json", '{"x": 1}', [{"x": 1}]),
        ("a.yml", "x: 1\ny: a", [{"x": 1, "y": "a"}]),
        ("a.yaml", "- x: 1\n- y: a", [{"x": 1}, {"y": "a"}]),
        ("a.csv", "", []),
        ("a.yml", "", []),
        ("a.json", "[]", []),
        ("a.csv", "\ufeffx\n1", [{"x": 1}]),
    ],
)
def test_the_extension_says_what_a_file_is(
    files: TextBatchFiles,
    tmp_path: Path,
    name: str,
    text: str,
    expected: list[dict[str, FlagValue]],
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())

    assert rows(files, name) == expected


def test_text_has_the_type_of_its_flag(files: TextBatchFiles, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n01,01\n")
    (tmp_path / "a.yml").write_text("{x: 01, y: 01}")
    (tmp_path / "a.json").write_text('{"x": 1.0, "y": 1.0}')

    assert rows(files, "a.csv", {"x": "string"}) == [{"x": "01", "y": 1}]
    assert rows(files, "a.yml", {"x": "string"}) == [{"x": "01", "y": 1}]
    assert rows(files, "a.json", {"x": "string"}) == [{"x": "1.0", "y": 1.0}]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"x\n1", "cannot read trials for a.txt: unsupported extension"),
        ("a.csv", b"x\n\xff", "cannot read trials for a.csv: it is not UTF-8 text"),
        ("a.json", b"\xff", "cannot read trials for a.json: it is not UTF-8 text"),
        ("a.json", b"3", "invalid data type for trials: expected list or dict, got int"),
        ("a.json", b"[1]", "invalid data type for trial 1: expected dict"),
        ("a.yml", b"- x: 1\n- 2020-01-01", "invalid data type for trial '2020-01-01'"),
        ("a.yml", b"x: 1\ny: [\n", "line 3"),
        ("a.csv", b'x\n1\n"open\n', "line 3"),
        ("a.csv", b"x,x\n1,2\n", "line 1"),
        ("a.csv", b"x\n1\n2,3\n", "line 3"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_name_and_place(
    files: TextBatchFiles, tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(data)

    with pytest.raises(GuildError) as caught:
        rows(files, name)

    assert message in caught.value.message
    assert caught.value.message.startswith(f"cannot read trials for {name}")


def test_files_that_cannot_be_read(files: TextBatchFiles, tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    (tmp_path / "b.csv").symlink_to("b.csv")

    with pytest.raises(GuildError, match=r"^invalid argument '@': expected @FILE"):
        rows(files, "")
    with pytest.raises(GuildError, match=r"batch file nope\.csv does not exist"):
        rows(files, "nope.csv")
    with pytest.raises(GuildError, match=r"cannot read trials for a\.csv: Is a directory"):
        rows(files, "a.csv")
    with pytest.raises(GuildError, match=r"b\.csv"):
        rows(files, "b.csv")


def test_trials_are_saved_by_extension(files: TextBatchFiles, tmp_path: Path) -> None:
    assert files.save("a.csv", TRIALS) == str(tmp_path / "a.csv")
    files.save("b", TRIALS)
    files.save("c.json", TRIALS)

    assert (tmp_path / "a.csv").read_bytes() == b'x,y\n1,"a,b"\n2.5,null\n'
    assert (tmp_path / "b").read_bytes() == (tmp_path / "a.csv").read_bytes()
    assert (tmp_path / "c.json").read_text() == '[{"x": 1, "y": "a,b"}, {"x": 2.5, "y": null}]'
    assert all(rows(files, name) == TRIALS for name in ("a.csv", "b", "c.json"))


@pytest.mark.parametrize("name", ["a.xls", "a.yml", "a.csv.gz"])
def test_other_extensions_are_refused_before_anything(
    files: TextBatchFiles, tmp_path: Path, name: str
) -> None:
    extension = name[name.rindex(".") :]
    expected = f"Unsupported extension '{extension}' - use '.csv', '.json', or no extension"

    with pytest.raises(GuildError) as caught:
        files.save(name, TRIALS)

    assert caught.value.message == expected
    assert not (tmp_path / name).exists()


def test_a_file_that_cannot_be_written_stays(files: TextBatchFiles, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")

    with pytest.raises(GuildError, match="JSON"):
        files.save("a.json", [{"x": float("nan")}])
    with pytest.raises(GuildError, match=r"cannot write .*no/a\.csv: No such file"):
        files.save("no/a.csv", TRIALS)

    assert (tmp_path / "a.json").read_text() == "[]"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def names_and_trials() -> st.SearchStrategy[list[dict[str, FlagValue]]]:
    """Trials of a batch: all of them have the same flags, at least one."""
    return st.sets(flag_names(), min_size=1, max_size=3).flatmap(
        lambda names: st.lists(
            st.fixed_dictionaries({name: flag_values(4) for name in sorted(names)}), max_size=4
        )
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names_and_trials())
@example([{"x": ""}])
@example([{"x": "1"}, {"x": "[1:2]"}, {"x": " a "}])
def test_saved_trials_are_read_as_they_were(
    files: TextBatchFiles, trials: list[dict[str, FlagValue]]
) -> None:
    files.save("a.csv", trials)

    found = [dict(flags) for row in rows(files, "a.csv") for flags in grid(row)]

    assert exactly_same(found, trials), found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(nasty_text(), st.none() | st.booleans() | nasty_text())))
def test_trials_saved_as_json_are_read_as_they_were(
    files: TextBatchFiles, trials: list[dict[str, FlagValue]]
) -> None:
    files.save("a.json", trials)

    found = [dict(flags) for row in rows(files, "a.json") for flags in grid(row)]
    assert exactly_same(found, [dict(sorted(trial.items())) for trial in trials])
