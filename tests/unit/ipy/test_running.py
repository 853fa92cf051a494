"""Functions run as operations: the runs there are then, and what the caller sees."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guild import config
from guild.adapters.ipy.exceptions import RunError, RunException, RunTerminated
from guild.adapters.ipy.running import run
from guild.domain.errors import GuildError
from guild.run import Run


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    with config.SetGuildHome(tmp_path / "home"):
        yield tmp_path / "home"


def _files(run: Run) -> list[str]:
    return sorted(
        str(path.relative_to(run.path)) for path in Path(run.path).rglob("*") if path.is_file()
    )


def _output(run: Run) -> str:
    return Path(run.guild_path("output")).read_text(encoding="utf-8")


def hello(msg: str, n: int = 1) -> str:
    Path("marker").touch()
    for _ in range(n):
        print(msg)  # noqa: T201
    return msg * n


def score(x: float) -> None:
    print(f"loss: {x}")  # noqa: T201


def test_a_run_is_what_the_function_did(capsys: pytest.CaptureFixture[str]) -> None:
    made, result = run(hello, "Hi", n=2)

    assert (made.status, result) == ("completed", "HiHi")
    assert capsys.readouterr().out == "Hi\nHi\n"
    assert _output(made) == "Hi\nHi\n"
    assert _files(made) == [
        *(
            f".guild/attrs/{name}"
            for name in (
                "exit_status",
                "flags",
                "id",
                "initialized",
                "label",
                "started",
                "stopped",
            )
        ),
        ".guild/opref",
        ".guild/output",
        "marker",
    ]
    assert Path(made.guild_path("opref")).read_text() == "func:'' '' '' hello"
    assert made.value.operation == "hello()"
    assert dict(made.value.flags) == {"msg": "Hi", "n": 2}
    assert made.get("label") == "msg=Hi n=2"


def test_a_function_without_arguments_has_an_empty_label() -> None:
    made, _ = run(lambda: None, _op_name="nothing")

    assert (made.get("flags"), made.get("label")) == ({}, "")
    assert made.value.operation == "nothing()"


def test_scalars_that_are_printed_are_kept() -> None:
    made, _ = run(score, 0.5)

    assert any(name.startswith(".guild/events.out.tfevents.") for name in _files(made))


@pytest.mark.parametrize(
    ("patterns", "kept"),
    [(None, False), ([], False), (["acc=(?P<acc>.+)"], False), ([{"l": r"loss: (\S+)"}], True)],
)
def test_scalars_are_found_by_the_patterns_that_are_given(patterns: object, kept: bool) -> None:
    made, _ = run(score, 0.5, _output_scalars=patterns)

    assert any("tfevents" in name for name in _files(made)) is kept


@pytest.mark.parametrize(
    ("options", "label", "tags"),
    [
        ({}, "msg='a b' n=1", ()),
        ({"_label": "mine"}, "mine", ()),
        ({"_label": "${n} ${msg} ${nope} ${default_label}"}, "1 'a b'  msg='a b' n=1", ()),
        ({"_tag": "blue"}, "blue msg='a b' n=1", ("blue",)),
        ({"_tag": "blue", "_label": "mine"}, "mine", ("blue",)),
        ({"_label": None, "_tag": None}, "msg='a b' n=1", ()),
    ],
)
def test_labels_and_tags(options: dict[str, object], label: str, tags: tuple[str, ...]) -> None:
    made, _ = run(hello, "a b", **options)

    assert (made.value.label, made.value.tags) == (label, tags)


def test_later_runs_have_later_times() -> None:
    times = [run(hello, "x")[0].timestamp for _ in range(3)]

    assert times == sorted(set(times))


def test_the_function_gets_the_very_objects_and_the_run_what_can_be_written() -> None:
    given = object()

    def function(data: object, shape: tuple[int, ...]) -> tuple[object, object]:
        return data, shape

    made, (data, shape) = run(function, given, (1, 2))

    assert data is given
    assert shape == (1, 2)
    assert made.get("flags") == {"data": repr(given), "shape": [1, 2]}


def test_a_function_may_have_an_argument_of_any_name() -> None:
    made, result = run(lambda op, args: (op, args), op=1, args=2)

    assert result == (1, 2)
    assert made.get("flags") == {"op": 1, "args": 2}


def test_an_exception_comes_with_the_run(capfd: pytest.CaptureFixture[str]) -> None:
    error = ValueError("boom")

    def function() -> None:
        raise error

    with pytest.raises(RunError) as caught:
        run(function)

    failed = caught.value
    assert isinstance(failed, RunException)
    assert failed.from_exc is failed.__cause__ is error
    assert (failed.run.status, failed.run.get("exit_status")) == ("error", 1)
    assert str(failed) == f"({failed.run!r}, {error!r})"
    assert _output(failed.run).endswith("ValueError: boom\n")
    assert capfd.readouterr().err == ""
    frames = error.__traceback__
    assert frames is not None
    assert frames.tb_frame.f_code.co_name == "function"


def test_an_interrupt_comes_with_the_run() -> None:
    def function() -> None:
        raise KeyboardInterrupt

    with pytest.raises(RunTerminated) as caught:
        run(function)

    assert isinstance(caught.value.from_exc, KeyboardInterrupt)
    assert caught.value.run.status == "terminated"
    assert caught.value.run.get("exit_status") == -16


@pytest.mark.parametrize(
    ("error", "status"),
    [(SystemExit(0), "completed"), (SystemExit(3), "error"), (GeneratorExit(), "error")],
)
def test_what_is_no_exception_comes_as_it_is(
    home: Path, error: BaseException, status: str
) -> None:
    def function() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        run(function)

    assert caught.value is error
    (made,) = (home / "runs").iterdir()
    assert Run(made.name, made).status == status


@pytest.mark.parametrize(
    ("op", "args", "options", "error", "message"),
    [
        ("train", (), {}, ValueError, "op must be callable"),
        (hello, (), {}, TypeError, r"hello\(\) missing a required argument: 'msg'"),
        (max, (1,), {}, TypeError, r"max\(\) does not tell which arguments it takes"),
        (
            hello,
            ("x",),
            {"_lable": "x"},
            TypeError,
            "unknown option _lable: .*_label, _max_trials",
        ),
        (hello, ("x",), {"_opt_": 1}, TypeError, "unknown option _opt_"),
        (hello, ("x",), {"_label": 1}, TypeError, "_label has to be text, not 1"),
        (hello, ("x",), {"_tag": ["a"]}, TypeError, "_tag has to be text"),
        (hello, ("x",), {"_op_name": 1}, TypeError, "_op_name has to be text"),
        (hello, ("x",), {"_output_scalars": 1}, TypeError, "_output_scalars has to be a list"),
        (hello, ("\ud800",), {}, GuildError, "cannot write text that is not valid Unicode"),
    ],
)
def test_a_refusal_makes_no_run(
    home: Path,
    op: Callable[..., object],
    args: tuple[object, ...],
    options: dict[str, object],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        run(op, *args, **options)

    assert not list((home / "runs").glob("*"))


def test_a_run_is_running_while_its_function_is(home: Path) -> None:
    began, go_on = threading.Event(), threading.Event()

    def function() -> None:
        began.set()
        go_on.wait(30)

    def in_thread() -> None:
        with config.SetGuildHome(home):
            run(function, _op_name="op-in-thread")

    thread = threading.Thread(target=in_thread)
    thread.start()
    began.wait(30)
    (made,) = (home / "runs").iterdir()
    during = Run(made.name, made)
    seen = during.status, during.pid
    run(hello, "meanwhile")
    still = during.status
    go_on.set()
    thread.join()

    assert seen == ("running", os.getpid())
    assert (still, during.status) == ("running", "completed")


def test_child_processes_have_the_home_of_the_run(home: Path) -> None:
    def function() -> str:
        shown = subprocess.run(
            ["sh", "-c", "echo $GUILD_HOME"], stdout=subprocess.PIPE, check=True
        )
        return shown.stdout.decode().strip()

    assert run(function)[1] == str(home)


def test_a_function_may_delete_its_run(home: Path) -> None:
    from shutil import rmtree

    with pytest.warns(UserWarning, match="run directory has been deleted") as warned:
        made, result = run(lambda: rmtree(os.getcwd()))

    assert [each.filename for each in warned] == [__file__]
    assert result is None
    assert not Path(made.path).exists()


def test_a_killed_process_leaves_a_failed_run_with_its_output(home: Path) -> None:
    script = """
        import os, signal
        from guild.adapters.ipy.running import run

        def function():
            print("loss: 1", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

        run(function)
    """
    env = {**os.environ, "GUILD_HOME": str(home)}
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env=env, check=False)

    (made,) = (home / "runs").iterdir()
    left = Run(made.name, made)
    assert (left.status, left.value.operation) == ("error", "function()")
    assert _output(left) == "loss: 1\n"


def test_a_list_that_is_a_default_is_one_value() -> None:
    def build(layers: list[int] = [64, 32]) -> list[int]:  # noqa: B006  # as notebooks have them
        return layers

    made, result = run(build)
    trials, results = run(build, layers=[[8], [8, 4]])

    assert (made.get("flags"), result) == ({"layers": [64, 32]}, [64, 32])
    assert (len(trials), results) == (2, [[8], [8, 4]])
