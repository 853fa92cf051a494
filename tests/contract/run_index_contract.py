"""What every index of runs keeps to. Adapters subclass it and give a `place` fixture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from guild.app.ports.run_index import RunIndex
from guild.app.ports.run_store import RunStore
from guild.domain.draft import Mark, RunDraft
from guild.domain.filterexpr import parse_filter
from guild.domain.ids import RunId
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.runcolumns import RunColumns, ScalarTable, columns_of, scalar_table_of
from guild.domain.scalarsummary import ScalarSummary
from guild.domain.selection import RunFilter
from guild.domain.status import Status
from guild.domain.timerange import TimeRange

TRAIN = OpRef("guildfile", "/project/guild.yml", "abc", "cnn", "train")
ECHO = OpRef("script", "/project", "", "", "echo.py")
ALL = RunFilter()
SECOND = 1_000_000


class Place(Protocol):
    """A store of runs, which has none, and an index of it."""

    index: RunIndex

    @property
    def store(self) -> RunStore:
        """The runs."""

    def settle(self, run: Run) -> None:
        """Have a run end: it has no owner and no mark then."""

    def add_scalars(self, run: Run, path: str, *values: tuple[str, float, int]) -> None:
        """Add values of tags, with steps, to a file of a run."""


def told(columns: RunColumns) -> dict[str, object]:
    """Columns, however they are kept."""

    def plain(value: Any) -> object:
        if isinstance(value, Mapping):
            return {key: plain(each) for key, each in value.items()}
        if isinstance(value, tuple | list | Sequence) and not isinstance(value, str):
            return [plain(each) for each in value]
        return value

    found = columns.values()
    for name in ("flags", "scalars"):
        for key, of_key in found[name].items():
            cells = sorted(zip(*of_key, strict=True), key=lambda cell: cell[0])
            found[name] = {**found[name], key: list(zip(*cells, strict=True))}
    return {name: plain(value) for name, value in found.items()}


def listed(table: ScalarTable) -> list[tuple[object, ...]]:
    """The rows of a table, in an order."""
    return sorted(zip(*table.values().values(), strict=True))


class RunIndexContract:
    """Subclasses give a fixture `place`."""

    @staticmethod
    def make(place: Place, run_id: str, opref: OpRef = TRAIN, **attrs: object) -> Run:
        """A run that has ended."""
        run = place.store.create(RunDraft(id=RunId(run_id), opref=opref, attrs=attrs))
        place.settle(run)
        return place.store.at(run.path)

    @staticmethod
    def found(place: Place, deleted: bool = False, **wanted: Any) -> list[str]:
        ids, total = place.index.page(RunFilter(**wanted), deleted=deleted)
        assert total == len(ids)
        every = place.index.every(RunFilter(**wanted), deleted=deleted)
        assert every == place.index.runs(ids, deleted=deleted)
        columns = place.index.columns(RunFilter(**wanted), deleted=deleted, flags=True)
        assert told(columns) == told(columns_of(every))
        return list(ids)

    def test_without_runs_there_is_nothing_to_find(self, place: Place) -> None:
        assert place.index.page(ALL) == ([], 0)
        assert place.index.page(ALL, deleted=True) == ([], 0)
        assert place.index.runs([]) == []
        assert place.index.runs([RunId("aaa")]) == []
        assert place.index.ids_of(lambda _name: True) == []
        assert place.index.runs_of(TRAIN) == []
        assert place.index.summaries([]) == {}

    def test_runs_come_newest_first_ties_by_id_and_those_without_time_last(
        self, place: Place
    ) -> None:
        self.make(place, "none")
        self.make(place, "b", started=5)
        self.make(place, "a", started=5)
        self.make(place, "new", started=9)
        self.make(place, "made", initialized=7)
        self.make(place, "started-first", initialized=8, started=1)
        self.make(place, "before", started=-1)

        expected = ["new", "made", "a", "b", "started-first", "none", "before"]
        assert self.found(place) == expected
        assert place.index.ids_of(lambda _name: True) == expected
        assert [run.id for run in place.index.runs_of(TRAIN)] == expected

    @pytest.mark.parametrize("start", [0, 1, 4, 5, 9])
    @pytest.mark.parametrize("count", [0, 1, 3, 9, None])
    def test_a_page_is_a_part_of_all(self, place: Place, start: int, count: int | None) -> None:
        for number in range(5):
            self.make(place, f"r{number}", started=number, label="x" if number != 2 else "y")
        ids = ["r4", "r3", "r2", "r1", "r0"]
        end = None if count is None else start + count

        assert place.index.page(ALL, start=start, count=count) == (ids[start:end], 5)
        ids.remove("r2")
        wanted = RunFilter(labels=("x",))
        assert place.index.page(wanted, start=start, count=count) == (ids[start:end], 4)

    def test_runs_are_those_of_the_store(self, place: Place) -> None:
        comments = [{"body": "Hm\n\U0001f600", "time": 5, "user": "u", "host": ""}]
        flags = {"lr": 0.1, "n": 10**30, "l": [1, {"a": None}], "none": None, "t": "ß", "b": True}
        self.make(
            place,
            "aaa",
            initialized=3,
            started=4,
            stopped=5,
            exit_status=0,
            flags=flags,
            label="it's",
            tags=["a", "b"],
            comments=comments,
            marked=True,
            sourcecode_digest="abcdef0123456789",
        )
        self.make(place, "bbb", ECHO)

        ids, _ = place.index.page(ALL)
        runs = place.index.runs(ids)

        assert runs == [place.store.get("aaa"), place.store.get("bbb")]
        assert dict(runs[0].flags) == flags
        assert runs[0].flags["b"] is True
        assert (runs[0].status, runs[0].operation) == (Status.COMPLETED, "cnn:train")

    def test_runs_come_as_they_are_named_without_those_that_are_not_there(
        self, place: Place
    ) -> None:
        self.make(place, "aaa", started=2)
        self.make(place, "bbb", started=1)
        ids = [RunId(name) for name in ("bbb", "ccc", "aaa", "", "..", "aaa")]

        assert [run.id for run in place.index.runs(ids)] == ["bbb", "aaa", "aaa"]

    def test_states_of_runs_are_told(self, place: Place) -> None:
        staged = place.store.create(RunDraft(id=RunId("staged"), opref=TRAIN, attrs={}))
        place.settle(staged)
        place.store.set_mark(staged, Mark.STAGED)
        place.store.create(RunDraft(id=RunId("pending"), opref=TRAIN, attrs={}))
        running = place.store.create(RunDraft(id=RunId("running"), opref=TRAIN, attrs={}))
        place.store.set_mark(running, None)
        self.make(place, "completed", exit_status=0)
        self.make(place, "terminated", exit_status=-15)
        self.make(place, "error", exit_status=1)

        for status in Status:
            assert self.found(place, statuses=frozenset((status,))) == [status.value]
        some = frozenset((Status.ERROR, Status.COMPLETED))
        assert self.found(place, statuses=some) == ["completed", "error"]
        assert len(self.found(place, not_statuses=some)) == 4
        assert self.found(place, statuses=some, not_statuses=frozenset((Status.ERROR,))) == [
            "completed"
        ]
        assert {run.status.value for run in place.index.runs(place.index.page(ALL)[0])} == {
            status.value for status in Status
        }

    def test_operations_are_found_by_their_names(self, place: Place) -> None:
        self.make(place, "aaa")
        self.make(place, "bbb", ECHO)

        assert self.found(place, operations=("train",)) == ["aaa"]
        assert self.found(place, operations=("cnn:", "nothing")) == ["aaa"]
        assert self.found(place, operations=("^e", "cnn:*")) == ["aaa", "bbb"]
        assert self.found(place, operations=("[", "nothing")) == []
        assert place.index.ids_of(lambda name: name == "echo.py") == ["bbb"]
        assert place.index.ids_of(lambda _name: False) == []
        assert [run.id for run in place.index.runs_of(ECHO)] == ["bbb"]
        assert place.index.runs_of(OpRef("script", "/elsewhere", "", "", "echo.py")) == []

    def test_labels_are_found_by_parts_of_them(self, place: Place) -> None:
        self.make(place, "aaa", label="lr=0.1 İ %")
        self.make(place, "bbb", label="it's \0 odd")
        self.make(place, "none")

        assert self.found(place, labels=("lr",)) == ["aaa"]
        assert self.found(place, labels=("LR",)) == []
        assert self.found(place, labels=("%", "\0")) == ["aaa", "bbb"]
        assert self.found(place, labels=("'",)) == ["bbb"]
        assert self.found(place, labels=("-",)) == ["none"]
        assert self.found(place, labels=("-", "lr")) == ["aaa", "none"]
        assert self.found(place, labels=("",)) == ["aaa", "bbb", "none"]
        assert self.found(place, unlabeled=True) == ["none"]

    def test_tags_are_found_whole(self, place: Place) -> None:
        self.make(place, "aaa", tags=["best", "it's"])
        self.make(place, "bbb", tags=["bes"])
        self.make(place, "none")

        assert self.found(place, tags=("best",)) == ["aaa"]
        assert self.found(place, tags=("bes", "it's")) == ["aaa", "bbb"]
        assert self.found(place, tags=("be",)) == []

    def test_comments_are_found_in_any_case(self, place: Place) -> None:
        self.make(place, "aaa", comments=[{"body": "GOOD \nß", "time": 1, "user": "Ann"}])
        self.make(place, "none")

        assert self.found(place, comments=("good",)) == ["aaa"]
        assert self.found(place, comments=("ANN", "nothing")) == ["aaa"]
        assert self.found(place, comments=("ss",)) == []
        assert self.found(place, comments=("-",)) == ["none"]

    def test_marked_and_unmarked_runs_are_found(self, place: Place) -> None:
        self.make(place, "aaa", marked=True)
        self.make(place, "bbb")

        assert self.found(place, marked=True) == ["aaa"]
        assert self.found(place, unmarked=True) == ["bbb"]
        assert self.found(place, marked=True, unmarked=True) == []

    def test_runs_are_found_by_when_they_started(self, place: Place) -> None:
        for second in (1, 2, 3):
            self.make(place, f"r{second}", started=second * SECOND + 999_999)
        self.make(place, "made", initialized=2 * SECOND)
        self.make(place, "epoch", started=0)
        self.make(place, "none")

        def between(start: int | None, end: int | None) -> list[str]:
            ends = (None if at is None else datetime.fromtimestamp(at, UTC) for at in (start, end))
            return self.found(place, started=TimeRange(*ends))

        assert between(2, 3) == ["r2", "made"]
        assert between(3, None) == ["r3"]
        assert between(None, 2) == ["r1", "epoch"]
        assert between(None, None) == ["r3", "r2", "made", "r1", "epoch"]

    def test_source_code_is_found_by_the_start_of_its_digest(self, place: Place) -> None:
        self.make(place, "aaa", sourcecode_digest="abcdef")
        self.make(place, "bbb", sourcecode_digest="abd")
        self.make(place, "none")

        assert self.found(place, digest="ab") == ["aaa", "bbb"]
        assert self.found(place, digest="abc") == ["aaa"]
        assert self.found(place, digest="abcdefg") == []

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("lr = 0.1", ["aaa"]),
            ("flag:lr >= 0.1 and not n > 5", ["bbb"]),
            ("lr = undefined", ["none"]),
            ("n > 5 or label contains ODD", ["aaa", "none"]),
            ("host = here", ["aaa"]),
            ("attr:host != here", ["bbb", "none"]),
            ("loss < 1", ["bbb"]),
            ("scalar:val#loss < 1", ["aaa"]),
            ("scalar:loss is undefined", ["none"]),
            ("status = completed and tags contains best", ["aaa"]),
            ("lr in [0.1, 0.2]", ["aaa", "bbb"]),
            ("id not in [aaa, bbb]", ["none"]),
            ("true", ["aaa", "bbb", "none"]),
            ("missing = 1", []),
            ("missing != 1", ["aaa", "bbb", "none"]),
        ],
    )
    def test_runs_are_found_by_expressions(
        self, place: Place, text: str, expected: list[str]
    ) -> None:
        run = self.make(
            place, "aaa", flags={"lr": 0.1, "n": 10**20}, host="here", exit_status=0, tags=["best"]
        )
        place.add_scalars(run, "a", ("loss", 3.0, 1), ("loss", 2.0, 0))
        place.add_scalars(run, "val/a", ("loss", 0.5, 1))
        run = self.make(place, "bbb", flags={"lr": 0.2, "n": 1}, host=["here"])
        place.add_scalars(run, "a", ("loss", 0.5, 1))
        self.make(place, "none", label="odd")

        assert self.found(place, expression=parse_filter(text)) == expected

    def test_expressions_may_be_long_and_nested(self, place: Place) -> None:
        self.make(place, "aaa", flags={"n": 1})
        self.make(place, "bbb", flags={"n": 2999})
        chain = " or ".join(f"n = {number}" for number in range(2, 3000))
        nested = "n = 1"
        for _ in range(14):
            nested = f"not (n = 7 or label = x or not (marked = false and ({nested})))"
        negated = "not (" * 45 + "n = 7 or n = 1" + ")" * 45

        assert self.found(place, expression=parse_filter(chain)) == ["bbb"]
        both = "n = 1 and " * 2000 + "n = 1"
        assert self.found(place, expression=parse_filter(both)) == ["aaa"]
        assert self.found(place, expression=parse_filter(negated)) == ["bbb"]
        assert len(self.found(place, expression=parse_filter(nested))) == 1

    def test_all_that_is_wanted_must_hold(self, place: Place) -> None:
        self.make(place, "aaa", label="x", marked=True)
        self.make(place, "bbb", label="x")

        assert self.found(place, labels=("x",), marked=True) == ["aaa"]
        bbb = parse_filter("id = bbb")
        assert self.found(place, labels=("x",), expression=bbb) == ["bbb"]
        assert self.found(place, labels=("x",), marked=True, expression=bbb) == []

    def test_runs_of_the_trash_are_apart(self, place: Place) -> None:
        self.make(place, "aaa", started=1, label="x")
        gone = self.make(place, "bbb", started=2, label="y")
        self.make(place, "ccc", started=3, label="x")
        assert self.found(place) == ["ccc", "bbb", "aaa"]

        place.store.delete([gone])

        assert self.found(place) == ["ccc", "aaa"]
        assert self.found(place, deleted=True) == ["bbb"]
        assert self.found(place, deleted=True, labels=("x",)) == []
        runs = place.index.runs([RunId("bbb")], deleted=True)
        assert runs == place.store.runs(deleted=True)
        assert place.index.runs([RunId("bbb")]) == []
        assert place.index.ids_of(lambda _name: True) == ["ccc", "aaa"]

    def test_what_happens_between_questions_is_seen(self, place: Place) -> None:
        one = self.make(place, "aaa", started=1)
        assert self.found(place) == ["aaa"]
        two = self.make(place, "bbb", started=2)
        assert self.found(place) == ["bbb", "aaa"]
        place.store.update(one, {"label": "new", "started": 3})
        assert self.found(place, labels=("new",)) == ["aaa"]
        assert self.found(place) == ["aaa", "bbb"]
        place.store.update(one, {"label": None, "other": 1})
        assert self.found(place, labels=("new",)) == []
        assert self.found(place, expression=parse_filter("other = 1")) == ["aaa"]
        place.store.update(one, {"other": 2})
        assert self.found(place, expression=parse_filter("other = 2")) == ["aaa"]
        place.store.delete([two])
        assert (self.found(place), self.found(place, deleted=True)) == (["aaa"], ["bbb"])
        place.store.restore(place.store.runs(deleted=True))
        assert (self.found(place), self.found(place, deleted=True)) == (["aaa", "bbb"], [])
        place.store.delete([two])
        place.store.purge(place.store.runs(deleted=True))
        assert (self.found(place), self.found(place, deleted=True)) == (["aaa"], [])
        place.store.delete([one], permanent=True)
        assert (self.found(place), self.found(place, deleted=True)) == ([], [])
        self.make(place, "aaa", started=1, label="another")
        assert self.found(place, labels=("another",)) == ["aaa"]

    def test_a_run_is_followed_from_its_making_to_its_end(self, place: Place) -> None:
        run = place.store.create(RunDraft(id=RunId("aaa"), opref=TRAIN, attrs={}))

        def status() -> str:
            (found,) = place.index.runs(place.index.page(ALL)[0])
            return found.status.value

        assert status() == "pending"
        place.store.set_mark(run, None)
        assert status() == "running"
        place.store.finish(run, stopped=5, exit_status=0)
        place.settle(run)
        assert status() == "completed"
        place.store.reopen(run)
        assert status() == "error"
        place.store.set_mark(run, Mark.STAGED)
        assert status() == "staged"

    def test_scalars_are_summed_up(self, place: Place) -> None:
        one = self.make(place, "aaa")
        place.add_scalars(one, "a", ("loss", 3.0, 0), ("acc", 0.5, 0), ("loss", 1.0, 1))
        place.add_scalars(one, "val/a", ("loss", float("nan"), 0))
        two = self.make(place, "bbb")

        found = place.index.summaries([one, two])

        assert set(found) == {"aaa", "bbb"}
        assert list(found[two.id]) == []
        assert shown(found[one.id]) == [
            ("", "acc", 0.5, 0.5, 1),
            ("", "loss", 3.0, 1.0, 2),
            ("val", "loss", "nan", "nan", 1),
        ]
        assert [each.total for each in found[one.id]][:2] == [0.5, 4.0]

    def test_a_stored_attribute_of_many_runs_is_told(self, place: Place) -> None:
        command = ["python", "-um", "guild.op_main", "train", "--", "--note", "it's ß"]
        runs = [
            self.make(place, "aaa", cmd=command),
            self.make(place, "bbb"),
            self.make(place, "ccc", cmd={"odd": [1, None]}, label="x"),
        ]
        deleted = self.make(place, "ddd", cmd=["gone"])
        place.store.delete([deleted])
        (deleted,) = place.store.runs(deleted=True)

        expected = {"aaa": command, "bbb": None, "ccc": {"odd": [1, None]}, "ddd": ["gone"]}
        assert place.index.attr([*runs, deleted], "cmd") == expected
        assert place.index.attr(runs, "label") == {"aaa": None, "bbb": None, "ccc": "x"}
        assert place.index.attr(runs, "other") == dict.fromkeys(("aaa", "bbb", "ccc"))
        assert place.index.attr([], "cmd") == {}

        place.store.update(runs[1], {"cmd": ["new"]})
        assert place.index.page(ALL)[1] == 3
        assert place.index.attr(runs[1:2], "cmd") == {"bbb": ["new"]}

    def test_runs_are_told_by_columns(self, place: Place) -> None:
        for run_id, flags in (
            ("b", {"a": 7}),
            ("c", {"a": 1, "b": None, "t": "x", "l": [1, 2]}),
            ("d", {"a": 2.5, "y": True, "big": 1 << 80}),
            ("e", {}),
        ):
            run = self.make(place, run_id, flags=flags, label=f"of {run_id}", started=len(run_id))
            place.add_scalars(run, "events.out.tfevents.1.h", ("x", 1.0, 1), ("x", 2.0, 2))
        place.add_scalars(place.store.get("d"), "z/events.out.tfevents.1.h", ("x", 3.0, 3))

        for ids in (["e", "b", "none", "c", "d"], ["d"], []):
            wanted = [RunId(run_id) for run_id in ids]
            runs = place.index.runs(wanted)
            found = place.index.columns(wanted, flags=True, scalars=True)
            summaries = place.index.summaries(runs)
            assert told(found) == told(columns_of(runs, [summaries[run.id] for run in runs]))
            assert list(found.ids) == [run_id for run_id in ids if run_id != "none"]

            table = place.index.scalar_table(wanted)
            of_each = [summaries.get(run_id, ()) for run_id in wanted]
            assert listed(table) == listed(scalar_table_of(of_each))

        assert place.index.columns(ALL).flags == {}
        assert place.index.columns(ALL).scalars == {}

    def test_scalars_that_are_added_while_a_run_works_are_seen(self, place: Place) -> None:
        run = place.store.create(RunDraft(id=RunId("aaa"), opref=TRAIN, attrs={}))
        place.store.set_mark(run, None)
        place.add_scalars(run, "a", ("loss", 3.0, 0))
        assert shown(place.index.summaries([run])[run.id]) == [("", "loss", 3.0, 3.0, 1)]

        place.add_scalars(run, "a", ("loss", 1.0, 1))
        place.add_scalars(run, "b", ("acc", 0.5, 0))

        assert shown(place.index.summaries([run])[run.id]) == [
            ("", "acc", 0.5, 0.5, 1),
            ("", "loss", 3.0, 1.0, 2),
        ]
        assert self.found(place, expression=parse_filter("loss = 1")) == ["aaa"]


def shown(summaries: Sequence[ScalarSummary]) -> list[tuple[object, ...]]:
    """Prefix, tag, first, last and count of each; nan as a text, which is equal to itself."""
    plain: Callable[[float], object] = lambda value: value if value == value else "nan"  # noqa: E731
    return [
        (each.prefix, each.tag, plain(each.first), plain(each.last), each.count)
        for each in summaries
    ]
