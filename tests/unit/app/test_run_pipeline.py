"""What a pipeline does with its steps."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from guild.adapters.cli.stepwords import read_words
from guild.app.outcomes import Background, Skipped, Staged, Unchanged
from guild.app.run_plan import Finished
from guild.domain.errors import GuildError
from guild.domain.flagdef import FlagDef
from guild.domain.operation import Operation
from guild.domain.process import Stream
from guild.domain.status import Status
from tests.unit.app.pipelineworld import PipelineWorld, operation, pipeline


def world_with(home: Path, *steps: object, **flags: object) -> PipelineWorld:
    """A pipeline `p` beside the operations `ok` and `fail`, which have a flag `n`."""
    return PipelineWorld(
        home,
        operation("ok", n=1),
        operation("fail", n=1),
        pipeline("p", *steps, **flags),  # type: ignore[arg-type]  # flags are flag values
    )


def typed(name: str, kind: str) -> Operation:
    """An operation with a flag `n` of a type."""
    return operation(name, n=1).replaced(flags=(FlagDef(name="n", default=1, type=kind),))


# Runs and links.


def test_each_step_has_a_run_and_a_link(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok n=2", "ok", {"run": "fail n=${n}", "name": "a/b"}, n=7)

    outcome = world.do("p")

    assert isinstance(outcome, Finished)
    assert (outcome.exit_status, world.parent.status) == (0, Status.COMPLETED)
    assert world.linked() == ["a-b", "ok", "ok_2"]
    assert [world.step_run(link).flags["n"] for link in ("ok", "ok_2", "a-b")] == [2, 1, 7]
    assert world.said == ["running ok: ok n=2", "running ok: ok", "running a/b: fail n=7"]
    assert world.store.attr(world.parent, "steps") == [
        "ok n=2",
        "ok",
        {"run": "fail n=${n}", "name": "a/b"},
    ]


def test_the_link_is_there_before_the_step_runs(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok")
    seen: list[list[str]] = []
    world.launcher.during = lambda: seen.append(world.linked())

    world.do("p")

    assert seen == [["ok"]]


def test_a_step_that_fails_ends_the_pipeline_with_its_status(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok", "fail", "ok")
    world.launcher.statuses = [0, 5]

    outcome = world.do("p")

    assert isinstance(outcome, Finished)
    assert (outcome.exit_status, world.parent.status) == (5, Status.ERROR)
    assert world.linked() == ["fail", "ok"]


def test_a_step_that_was_stopped_leaves_the_pipeline_terminated(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok", "ok")
    world.launcher.statuses = [-15]

    world.do("p")

    assert world.parent.status is Status.TERMINATED
    assert len(world.launcher.jobs) == 1


def test_a_signal_between_steps_is_heard(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok", "ok")

    def told() -> None:
        world.launcher.told = 2

    world.launcher.during = told
    world.do("p")

    assert (world.parent.exit_status, world.parent.status) == (-2, Status.TERMINATED)
    assert len(world.launcher.jobs) == 1


def test_a_step_that_cannot_start_leaves_a_link_and_an_error(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok n=x", "ok")
    world.catalog.operations["ok"] = typed("ok", "int")

    with pytest.raises(GuildError, match="invalid value x for n"):
        world.do("p")

    assert world.parent.status is Status.ERROR
    assert world.linked() == ["ok"]
    assert len(world.store.runs()) == 1
    assert "guild: invalid value x for n: " in world.output()


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("ok --foo", "invalid run spec 'ok --foo': No such option '--foo'."),
        (1, "invalid step data: 1"),
        ("ok n=${zz}", "invalid value for n of step 'ok': 'zz' is not a flag of the pipeline"),
        ("nosuch", "step 'nosuch' of 'p': cannot find operation nosuch"),
        ("ok bad=1", "step 'ok' of 'p': unsupported flag 'bad'"),
        ({"run": "ok", "name": "a", "flags": {"bad": 1}}, "step 'a' of 'p': unsupported flag"),
        ("ok @nob.csv", "step 'ok' of 'p': batch file nob.csv does not exist"),
        ("ok -o nosuch", "step 'ok' of 'p': cannot find optimizer 'nosuch'"),
        ("ok -o gp -Fo bad=1", "step 'ok' of 'p': unsupported flag 'bad'"),
        ("q", "step 'nosuch' of 'q': cannot find operation nosuch"),
        ("q bad=1", "step 'q' of 'p': unsupported flag 'bad'"),
    ],
)
def test_steps_are_checked_before_anything_is_done(
    tmp_path: Path, step: object, message: str
) -> None:
    world = world_with(tmp_path, "ok", step)
    world.catalog.operations["q"] = pipeline("q", "ok", "nosuch")

    with pytest.raises(GuildError) as caught:
        world.do("p")

    assert caught.value.message.startswith(message)
    assert world.store.runs() == []


def test_values_and_forced_flags_are_looked_at_when_a_step_is_run(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok bad=1 --force-flags", "ok n=x")
    world.catalog.operations["ok"] = typed("ok", "int")

    with pytest.raises(GuildError, match="invalid value x for n"):
        world.do("p")

    assert world.step_run("ok").flags["bad"] == 1


def test_an_optimizer_may_be_an_operation(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok -o tune")
    world.catalog.operations["tune"] = operation("tune")

    world.do("p")

    assert world.step_run("ok").is_batch


def test_a_step_that_is_run_again_need_not_be_there_any_more(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok")
    world.do("p")
    del world.catalog.operations["ok"]

    world.again()

    assert world.step_run("ok").status is Status.COMPLETED


def test_no_steps_are_no_failure(tmp_path: Path) -> None:
    world = world_with(tmp_path)

    world.do("p")

    assert world.said == ["WARNING: [guild] no steps defined for run run1"]
    assert world.parent.status is Status.COMPLETED


def test_what_has_no_effect_is_told_first(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok", "ok --stage --background")

    world.do("p")

    assert world.said[:2] == [
        "WARNING: [guild] run parameter background used in 'ok --stage --background' ignored",
        "WARNING: [guild] run parameter stage used in 'ok --stage --background' ignored",
    ]
    assert world.step_run("ok_2").status is Status.COMPLETED


# What is kept and passed on.


def test_output_of_steps_is_output_of_the_pipeline(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok", "ok")
    world.launcher.output = [
        (Stream.STDOUT, b"one\ntw"),
        (Stream.STDOUT, b"o"),
        (Stream.STDERR, b"x\n"),
    ]

    world.do("p")

    step = "INFO: [guild] running ok: ok\none\nx\ntwo\n"
    assert world.output() == step * 2
    assert world.output("run2") == "one\ntwox\n"


def test_label_and_tags_are_inherited(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok", {"run": "ok --label own", "tags": ["t${n}"]}, n=3)

    world.do("p", label="all ${n}", tags=("red",))

    first, second = world.step_run("ok"), world.step_run("ok_2")
    assert (first.label, first.tags) == ("all 3", ("red",))
    assert (second.label, second.tags) == ("own", ("t3",))
    assert world.said[1] == "running ok: ok --label own --tag t3"


def test_steps_have_the_time_that_is_left(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok", {"run": "ok", "stop-after": 0.1})

    world.do("p", stop_after=60)

    first, second = (job.stop_after_s for job in world.launcher.jobs)
    assert first is not None
    assert 3500 < first < 3600
    assert second == 6.0


def test_no_step_is_started_when_time_is_up(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok")

    world.do("p", stop_after=0)

    assert world.parent.status is Status.TERMINATED
    assert world.launcher.jobs == []


def test_gpus_of_the_pipeline_are_those_of_its_steps(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok")

    world.do("p", gpus="1")

    assert world.places[0].env["CUDA_VISIBLE_DEVICES"] == "1"


def test_a_quiet_pipeline_keeps_its_output(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok")
    world.launcher.output = [(Stream.STDOUT, b"one\n")]

    world.do("p", quiet=True)

    assert not world.launcher.jobs[0].echo
    assert "one\n" in world.output()


def test_a_model_is_that_of_the_pipeline(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok", "other:ok", "script.py")
    own = world.catalog.operations.pop("ok")
    world.catalog.operations.update(
        {"m1:ok": own, "other:ok": own, "script.py": operation("script.py")}
    )
    p = world.catalog.operations["p"]
    world.catalog.operations["p"] = p.replaced(
        opref=type(p.opref)("guildfile", "/project/guild.yml", "", "m1", "p")
    )

    world.do("p")

    assert world.said == [
        "running ok: m1:ok",
        "running other:ok: other:ok",
        "running script.py: script.py",
    ]
    assert world.linked() == ["ok", "other-ok", "script.py"]


# Batches and pipelines as steps.


def test_a_batch_is_kept_and_linked(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok n=[1,2]")

    world.do("p")

    batch = world.step_run("ok")
    assert batch.is_batch
    assert [run.flags["n"] for run in world.batches.trials(batch)] == [1, 2]
    assert world.said[0] == "running ok: ok n=[1, 2]"
    assert world.output().count("Running trial") == 2
    assert world.warnings == []
    recorded = world.store.operation(batch)
    assert recorded is not None
    assert not recorded.delete_on_success


def test_a_list_may_have_references(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok n=[1,${n}]", n=7)

    world.do("p")

    trials = world.batches.trials(world.step_run("ok"))
    assert [run.flags["n"] for run in trials] == [1, 7]
    assert world.said[0] == "running ok: ok n=[1, 7]"


def test_flags_of_steps_are_read_as_their_types_want_it(tmp_path: Path) -> None:
    world = world_with(tmp_path, "code n=0012", "code n=[12e4,${n}]", n=7)
    world.catalog.operations["code"] = typed("code", "string")

    world.do("p")

    assert world.step_run("code").flags["n"] == "0012"
    trials = world.batches.trials(world.step_run("code_2"))
    assert [run.flags["n"] for run in trials] == ["12e4", "7"]


def test_staged_trials_are_for_batches_only(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok n=[1,2]", "ok")

    world.do("p", stage_trials=True)

    trials = world.batches.trials(world.step_run("ok"))
    assert [run.status for run in trials] == [Status.STAGED] * 2
    assert world.step_run("ok_2").status is Status.COMPLETED
    assert world.said[0] == "running ok: ok --stage-trials n=[1, 2]"


def test_a_step_may_be_a_pipeline(tmp_path: Path) -> None:
    world = world_with(tmp_path, "inner ok:n=5", "ok")
    world.catalog.operations["inner"] = pipeline("inner", "ok", "ok n=3", **{"ok:n": 1})

    world.do("p")

    inner = world.step_run("inner")
    links = world.links
    runs = [world.store.at(links.state(inner, link).target) for link in ("ok", "ok_2")]
    assert [run.flags["n"] for run in runs] == [5, 5]
    assert world.said == [
        "running inner: inner ok:n=5",
        "running ok: ok n=5",
        "running ok: ok n=5",
        "running ok: ok",
    ]
    assert world.output().count("running ok") == 3
    assert world.output(inner.id).count("running ok") == 2


def test_a_pipeline_may_be_a_trial(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok n=${n}", n=1)

    world.run("p", "n=[1,2]")

    assert world.words() == "python3 -um guild.steps_main"
    trial = world.trials()[1]
    plan = world.single("p", proto=trial.id)
    assert plan.pipeline is not None
    status = world.pipelines().inside(
        plan.replaced(flags=trial.flags), trial, read_words, world.events.append, print
    )
    assert status == 0
    link = world.links.state(trial, "ok")
    assert world.store.at(link.target).flags["n"] == 2


def test_a_pipeline_that_is_a_step_of_itself_is_refused(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok", "q")
    world.catalog.operations["q"] = pipeline("q", "p")

    with pytest.raises(GuildError) as caught:
        world.do("p")

    assert caught.value.message == "operation 'p' is a step of itself (p -> q -> p)"
    assert world.launcher.jobs == []


def test_pipelines_that_share_steps_are_checked_once(tmp_path: Path) -> None:
    names = [f"p{number}" for number in range(1, 40)]
    world = world_with(tmp_path, "p1", "p1", "nosuch")
    for name, step in zip(names, [*names[1:], "ok"], strict=True):
        world.catalog.operations[name] = pipeline(name, step, step)

    with pytest.raises(GuildError, match="step 'nosuch' of 'p': cannot find operation nosuch"):
        world.do("p")


# Isolation.


def test_steps_find_runs_of_the_pipeline_only(tmp_path: Path) -> None:
    world = world_with(
        tmp_path,
        "ok n=2 --needed",
        "ok n=2 --needed",
        {"run": "fail", "needed": True, "isolate-runs": False},
    )
    for name, n in (("ok", "n=2"), ("fail", "n=1")):
        plan = world.single(name, n, run_id=f"{name}-before")
        world.starter()(plan)

    world.do("p")

    assert [len(world.launcher.jobs), world.linked()] == [3, ["fail", "ok", "ok_2"]]
    skipped = [outcome.matches[0].id for outcome in world.outcomes if isinstance(outcome, Skipped)]
    assert skipped == [world.step_run("ok").id, "fail-before"]
    assert not (Path(world.parent.path) / "ok_2").exists()
    assert world.output().count("Skipping because the following runs match") == 2
    assert [place.isolated for place in world.places] == [True, True, False]


# Staging and the background.


def test_staging_makes_the_pipeline_only(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok n=[1,2]")

    outcome = world.do("p", stage=True, label="L", stage_trials=True)

    assert isinstance(outcome, Staged)
    assert (world.parent.status, world.linked()) == (Status.STAGED, [])

    world.again()

    assert world.said[0] == "running ok: ok --stage-trials --label L n=[1, 2]"
    assert world.parent.status is Status.COMPLETED


def test_a_pipeline_goes_on_in_the_background(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok")

    outcome = world.do("p", background=True)

    assert isinstance(outcome, Background)
    assert world.linked() == []
    (work,) = world.detached
    work(4712)
    assert world.parent.status is Status.COMPLETED
    assert world.linked() == ["ok"]


# Checks.


def test_checks_that_fail_end_the_pipeline(tmp_path: Path) -> None:
    expect = [{"output": "one"}, {"file": "nope*"}, {"file": "*.txt", "contains": "b.d"}]
    world = world_with(tmp_path, {"run": "ok", "expect": expect}, "ok")

    def write() -> None:
        path = Path(world.step_run("ok").path)
        (path / ".guild/output").write_bytes(b"one\n")
        (path / "x.txt").write_text("bad")

    world.launcher.during = write
    outcome = world.do("p")

    assert isinstance(outcome, Finished)
    assert outcome.exit_status == 3
    run_id = world.step_run("ok").id
    assert world.said[1:] == [
        f"checking run {run_id} output for 'one'",
        f"checking run {run_id} files 'nope*'",
        f"ERROR: [guild] check failed: no files matching nope* in run {run_id}",
        f"checking run {run_id} files '*.txt'",
        f"checking run {run_id} file x.txt for 'b.d'",
        "2 of 3 checks passed",
        "guild: stopping because a check failed - see above for details",
    ]
    assert world.step_run("ok").status is Status.COMPLETED
    assert world.linked() == ["ok"]


def test_files_are_compared(tmp_path: Path) -> None:
    expect = [{"file": "x.txt", "compare-to": "wanted.txt"}]
    world = world_with(tmp_path, {"run": "ok", "expect": expect})
    (tmp_path / "wanted.txt").write_text("a\nb\n")

    def write() -> None:
        Path(world.step_run("ok").path, "x.txt").write_text("a\nc\n")

    world.launcher.during = write

    world.do("p")

    assert world.said[3:9] == ["--- wanted.txt", "+++ x.txt", "@@ -1,2 +1,2 @@", " a", "-b", "+c"]
    assert "check failed: unexpected file contents - see above for details" in world.said[9]


def test_a_file_to_compare_with_that_is_missing_is_a_failed_check(tmp_path: Path) -> None:
    expect = {"file": ".guild/opref", "compare-to": "nope.txt"}
    world = world_with(tmp_path, {"run": "ok", "expect": expect})

    outcome = world.do("p")

    assert isinstance(outcome, Finished)
    assert outcome.exit_status == 3
    assert any("check failed: cannot read" in line for line in world.said)


def test_a_step_that_is_skipped_has_nothing_to_check(tmp_path: Path) -> None:
    step = {"run": "ok", "needed": True, "expect": {"file": "nope"}}
    world = world_with(tmp_path, "ok", step)

    outcome = world.do("p")

    assert isinstance(outcome, Finished)
    assert outcome.exit_status == 0


# Nothing to do at all.


def test_a_pipeline_that_is_not_needed_is_not_run(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok")
    world.do("p")

    assert isinstance(world.do("p", needed=True), Skipped)
    assert isinstance(world.again(needed=True), Unchanged)
    assert len(world.launcher.jobs) == 1


def test_a_deleted_step_is_made_anew(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok", "ok")
    world.do("p")
    old = world.step_run("ok")
    shutil.rmtree(old.path)

    world.again()

    assert world.step_run("ok").id != old.id
    assert world.said == ["running ok: ok", f"restarting ok: {world.step_run('ok_2').id}"]


# Time.


def test_a_pipeline_that_fails_outlasts_the_second_of_the_last_step_that_completed(
    tmp_path: Path,
) -> None:
    world = world_with(tmp_path, "ok", "fail")
    world.launcher.statuses = [0, 1]
    world.tick = 1_000

    world.do("p")

    [pause] = world.launcher.pauses
    started = world.step_run("ok").started
    stopped = world.parent.stopped
    assert started is not None
    assert stopped is not None
    assert (stopped + pause * 1e6) // 1_000_000 > started // 1_000_000


def test_other_pipelines_end_at_once(tmp_path: Path) -> None:
    world = world_with(tmp_path, "ok", "ok")
    world.do("p")
    world.catalog.operations["p"] = pipeline("p", "fail")
    world.launcher.statuses = [1]
    world.do("p")

    assert world.launcher.pauses == []
