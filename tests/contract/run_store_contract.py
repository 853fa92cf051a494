"""What every run store keeps to. Adapters subclass it and give a `store` fixture."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guild.app.ports.run_store import RunStore
from guild.domain.dependency import Rename, Resource, Select, Source
from guild.domain.draft import Mark, RunDraft
from guild.domain.errors import NoSuchRun, RunExists, RunIsRunning
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet
from guild.domain.ids import RunId
from guild.domain.operation import CommandSpec, RecordedOperation
from guild.domain.opref import OpRef
from guild.domain.run import Run
from guild.domain.status import Status

ECHO = OpRef("script", "/my project", "", "", "echo.py")
TRAIN = OpRef("script", "/my project", "", "", "train.py")

REQUIRES = (
    Resource(name="file:data", sources=(Source(kind="file", ref="data"),), roots=("/p", "/q")),
    Resource(
        name="all",
        description="Everything",
        target_path="x",
        target_type="link",
        unpack=False,
        preserve_path=True,
        sources=(
            Source(
                kind="url",
                ref="http://host/a.zip",
                name="a",
                flag_name="b",
                select=(
                    Select(pattern="a.*"),
                    Select(pattern=r"(\d+)", reduce="max"),
                    Select(pattern=r"(\d)", reduce="min"),
                    Select(pattern="b"),
                ),
                rename=(Rename(pattern="a b", repl=r"\1 'c"), Rename(pattern=".*", repl="x")),
                target_path="",
                target_type="copy",
                unpack=True,
                archive="zip",
                sha256="abc",
                post_process="echo 'x' | cat",
                optional=True,
                warn_if_empty=False,
                fail_if_empty=True,
                replace_existing=True,
                always_resolve=True,
                preserve_path=True,
                help="Ask.",
            ),
            Source(kind="operation", ref="prep,other", flag_name=False, unpack=False),
            Source(kind="module", ref="json"),
            Source(kind="config", ref="c.yml", params={"a.b": 1, "c": [1, "x", None]}),
        ),
    ),
)

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)


def draft(run_id: str = "aaa", **attrs: object) -> RunDraft:
    return RunDraft(id=RunId(run_id), opref=ECHO, attrs=attrs)


class RunStoreContract:
    """Subclasses give a fixture `store`: an empty one."""

    def test_a_new_store_has_no_runs(self, store: RunStore) -> None:
        assert store.runs() == []
        assert store.ids() == []
        assert store.runs(deleted=True) == []

    def test_a_run_is_made_pending_and_owned(self, store: RunStore) -> None:
        run = store.create(draft(initialized=5))

        assert (run.id, run.opref, run.status) == ("aaa", ECHO, Status.PENDING)
        assert store.at(run.path).initialized == 5

    def test_a_run_can_be_made_once(self, store: RunStore) -> None:
        store.create(draft(label="first"))

        with pytest.raises(RunExists, match="run aaa already exists"):
            store.create(draft(label="second"))
        assert store.get("aaa").label == "first"

    def test_a_run_is_found_by_its_id_and_its_path(self, store: RunStore) -> None:
        run = store.create(draft())

        assert store.get("aaa") == store.at(run.path)
        assert store.get("aaa").path == run.path

    @pytest.mark.parametrize("name", ["bbb", "", ".", "..", "aa", "../runs/aaa"])
    def test_other_names_are_no_runs(self, store: RunStore, name: str) -> None:
        store.create(draft())

        with pytest.raises(NoSuchRun):
            store.get(name)

    def test_runs_come_newest_first_and_those_without_time_last(self, store: RunStore) -> None:
        _make_four(store)

        assert [run.id for run in store.runs()] == ["new", "made", "old", "none"]

    def test_runs_are_located_without_being_read(self, store: RunStore) -> None:
        _make_four(store)
        store.delete([store.get("old")])

        for deleted, ids in ((False, ["made", "new", "none"]), (True, ["old"])):
            found = store.located(deleted=deleted)
            assert sorted(run.id for run in found) == ids
            for run in found:
                assert run == Run(id=run.id, path=store.get(run.id, deleted=deleted).path)

    def test_the_order_of_runs_is_known_by_their_ids(self, store: RunStore) -> None:
        _make_four(store)

        assert store.newest_ids() == [run.id for run in store.runs()]
        assert store.newest_ids(deleted=True) == []

    def test_the_order_of_deleted_runs_is_known_by_their_ids(self, store: RunStore) -> None:
        _make_four(store)
        store.delete(store.runs())

        assert store.newest_ids(deleted=True) == [run.id for run in store.runs(deleted=True)]
        assert store.newest_ids() == []

    def test_runs_are_found_by_the_name_of_their_operation(self, store: RunStore) -> None:
        store.create(draft("one"))
        store.create(RunDraft(id=RunId("two"), opref=TRAIN, attrs={}))

        assert store.ids_of(lambda name: name == "echo.py") == ["one"]
        assert sorted(store.ids_of(lambda _: True)) == ["one", "two"]
        assert store.ids_of(lambda _: False) == []

    def test_runs_of_an_operation_come_newest_first(self, store: RunStore) -> None:
        _make_four(store)
        store.create(RunDraft(id=RunId("other"), opref=TRAIN, attrs={"started": 9}))

        assert store.runs_of(ECHO) == [run for run in store.runs() if run.id != "other"]
        assert [run.id for run in store.runs_of(TRAIN)] == ["other"]
        assert store.runs_of(OpRef("script", "/elsewhere", "", "", "echo.py")) == []

    @settings(
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,  # one store serves all examples
            HealthCheck.differing_executors,  # the suite is run for every adapter
        ],
        max_examples=40,
        database=None,
        deadline=None,
    )
    @given(value=values.filter(lambda value: value is not None))
    def test_an_attribute_is_what_was_written(self, store: RunStore, value: object) -> None:
        run = _only(store)

        store.update(run, {"anything": value})

        assert store.attr(run, "anything") == value
        assert store.attrs(run)["anything"] == value

    def test_none_removes_an_attribute(self, store: RunStore) -> None:
        run = store.create(draft(label="x"))

        store.update(run, {"label": None})

        assert store.get("aaa").label == ""
        assert store.attr(run, "label") is None
        assert "label" not in store.attrs(run)

    def test_removing_what_is_not_there_is_no_error(self, store: RunStore) -> None:
        store.update(store.create(draft()), {"label": None})

    def test_known_attributes_are_read_into_the_run(self, store: RunStore) -> None:
        comment = {"body": "well\ndone", "time": 9, "user": "me", "host": "here"}
        run = store.create(
            draft(
                flags={"x": 1.5, "y": [1, "a"]},
                label="a b",
                tags=["t"],
                marked=True,
                started=7,
                stopped=8,
                exit_status=-15,
                comments=[comment],
                sourcecode_digest="abc",
            )
        )
        store.set_mark(run, None)

        run = store.get("aaa")

        assert run.flags == FlagSet({"x": 1.5, "y": [1, "a"]})
        assert (run.label, run.tags, run.marked) == ("a b", ("t",), True)
        assert (run.started, run.stopped, run.exit_status) == (7, 8, -15)
        assert (run.comments[0].body, run.comments[0].time) == ("well\ndone", 9)
        assert (run.comments[0].user, run.comments[0].host) == ("me", "here")
        assert run.sourcecode_digest == "abc"
        assert run.damage == ()

    def test_the_operation_is_what_was_written(self, store: RunStore) -> None:
        operation = RecordedOperation(
            command=CommandSpec(
                args=("${python_exe}", "-um", "guild.op_main", "a b", "__flag_args__"),
                env={"FLAGS_DEST": "args", "N": "1"},
                flags={
                    "x": FlagDef(name="x"),
                    "y": FlagDef(name="y", arg_name="why", arg_switch=False, arg_split=True),
                    "z": FlagDef(name="z", arg_skip=True, env_name="ZED", extra={"dest": "g"}),
                },
                flags_dest="args",
            ),
            output_scalars={"loss": "loss=(.*)"},
            label_template="${x} and",
            delete_on_success=True,
            source_root="src",
            source_dest="code",
            null_labels={"x": "nothing"},
            requires=REQUIRES,
        )
        run = store.create(RunDraft(id=RunId("aaa"), opref=ECHO, attrs={}, operation=operation))

        assert store.operation(run) == operation

    def test_a_run_may_have_no_operation(self, store: RunStore) -> None:
        assert store.operation(store.create(draft())) is None

    def test_the_reference_can_change(self, store: RunStore) -> None:
        other = OpRef("script", "/elsewhere", "", "", "echo.py")

        store.update(store.create(draft()), {}, opref=other)

        assert store.get("aaa").opref == other

    def test_a_finished_run_has_its_end(self, store: RunStore) -> None:
        run = store.create(draft(flags={"x": 1}))
        store.set_mark(run, None)

        store.finish(run, stopped=8, exit_status=-15)

        ended = store.get("aaa")
        assert (ended.stopped, ended.exit_status) == (8, -15)
        assert dict(ended.flags) == {"x": 1}

    def test_a_run_can_be_finished_again(self, store: RunStore) -> None:
        run = store.create(draft())
        store.finish(run, stopped=8, exit_status=1)

        store.finish(run, stopped=9, exit_status=0)

        assert (store.get("aaa").stopped, store.get("aaa").exit_status) == (9, 0)

    def test_a_reopened_run_has_no_end(self, store: RunStore) -> None:
        run = store.create(draft(label="x"))
        store.finish(run, stopped=8, exit_status=0)

        for _ in range(2):  # what has no end is left as it is
            store.reopen(run)

            assert store.attrs(run).keys() == {"label"}

    def test_marks_decide_the_status_one_at_a_time(self, store: RunStore) -> None:
        run = store.create(draft(exit_status=0))

        for mark, status in [
            (Mark.STAGED, "staged"),
            (Mark.PENDING, "pending"),
            (None, "completed"),
        ]:
            store.set_mark(run, mark)
            assert store.get("aaa").status.value == status

    def test_a_deleted_run_is_in_the_trash_and_comes_back(self, store: RunStore) -> None:
        store.create(draft(label="mine"))

        assert [run.id for run in store.delete(store.runs())] == ["aaa"]
        assert store.runs() == []
        assert [run.label for run in store.runs(deleted=True)] == ["mine"]
        assert [run.id for run in store.restore(store.runs(deleted=True))] == ["aaa"]
        assert [run.label for run in store.runs()] == ["mine"]

    def test_a_run_is_deleted_once(self, store: RunStore) -> None:
        runs = [store.create(draft())]

        assert len(store.delete(runs)) == 1
        assert store.delete(runs) == []
        assert store.ids(deleted=True) == ["aaa"]

    def test_what_is_in_the_trash_is_not_lost_to_a_run_of_the_same_id(
        self, store: RunStore
    ) -> None:
        for label in ("first", "second"):
            run = store.create(draft(label=label))
            store.delete([run])
            _release(store, run)

        assert {run.label for run in store.runs(deleted=True)} == {"first", "second"}

    def test_a_run_is_not_restored_over_another(self, store: RunStore) -> None:
        run = store.create(draft(label="deleted"))
        store.delete([run])
        _release(store, run)
        store.create(draft(label="new"))

        assert store.restore(store.runs(deleted=True)) == []
        assert [run.label for run in store.runs()] == ["new"]
        assert [run.label for run in store.runs(deleted=True)] == ["deleted"]

    def test_permanent_deletion_leaves_nothing(self, store: RunStore) -> None:
        assert len(store.delete([store.create(draft())], permanent=True)) == 1
        assert store.runs() == store.runs(deleted=True) == []

    def test_purging_removes_from_the_trash(self, store: RunStore) -> None:
        store.delete([store.create(draft())])

        assert len(store.purge(store.runs(deleted=True))) == 1
        assert store.runs(deleted=True) == []

    def test_a_new_run_can_not_be_claimed_until_released(self, store: RunStore) -> None:
        run = store.create(draft())

        with pytest.raises(RunIsRunning):
            _locks(store).claim(run)
        _release(store, run)
        _locks(store).claim(run)

    def test_releasing_twice_is_no_error(self, store: RunStore) -> None:
        run = store.create(draft())

        _release(store, run)
        _release(store, run)


def _make_four(store: RunStore) -> None:
    for run_id, attrs in [
        ("old", {"started": 1}),
        ("none", {}),
        ("new", {"started": 3, "initialized": 0}),
        ("made", {"initialized": 2}),
    ]:
        store.create(draft(run_id, **attrs))


def _locks(store: RunStore) -> Any:  # every adapter has its own kind
    return store.locks  # type: ignore[attr-defined]


def _release(store: RunStore, run: Run) -> None:
    _locks(store).release(run)


def _only(store: RunStore) -> Run:
    runs = store.runs()
    return runs[0] if runs else store.create(draft())
