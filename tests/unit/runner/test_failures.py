"""A program that fails ends as it does without the runner."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.unit.runner.conftest import Ended, RunDir

_FAILURES = {
    "error in functions": """\
        lr = 1
        def f(x):
            return 1 + (x / 0)
        print("before", end="")
        f(
            2)
        """,
    "cause and context": """\
        def f():
            try:
                {}["a"]
            except KeyError as error:
                raise ValueError("v") from error
        try:
            f()
        except ValueError:
            raise TypeError("t")
        """,
    "group": """\
        errors = []
        for i in range(2):
            try:
                [][i]
            except IndexError as error:
                error.add_note("a note")
                errors.append(error)
        raise ExceptionGroup("all", errors)
        """,
    "syntax error": "lr = 1\nx = (\n",
    "indentation error": "if True:\nx = 1\n",
    "late syntax error": "lr = 1\nreturn 1\n",
    "bad future": "lr = 1\nfrom __future__ import annotations\n",
    "import of a broken module": "import broken",
    "import of a missing module": "import missing",
    "import of a failing module": "import failing",
    "error that cannot be shown": """\
        class E(Exception):
            def __str__(self):
                raise ValueError
        raise E
        """,
    "other base exceptions": "class E(BaseException): pass\nraise E(1)",
    "interrupt": "def f():\n    raise KeyboardInterrupt\nf()",
    "interrupt of an event loop": """\
        import asyncio
        async def f():
            raise KeyboardInterrupt
        asyncio.run(f())
        """,
    "exit": "import sys; sys.exit()",
    "exit 0": "import sys; sys.exit(0)",
    "exit 3": "import sys; sys.exit(3)",
    "exit with a large code": "import sys; sys.exit(257)",
    "exit with a text": "import sys; sys.exit('a message')",
    "exit with an object": "import sys; sys.exit((1, 2))",
    "exit by os": "import os; os._exit(4)",
    "exit by a signal": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "own hook": """\
        import sys, traceback
        def hook(kind, error, tb):
            print(kind, error.__traceback__ is tb, sys.last_traceback is tb)
            print(sys.excepthook is hook)
            traceback.print_exception(error)
        sys.excepthook = hook
        1 / 0
        """,
    "hook that fails": """\
        import sys
        def hook(kind, error, tb):
            raise ValueError("second")
        sys.excepthook = hook
        1 / 0
        """,
    "hook that exits": """\
        import sys
        def hook(kind, error, tb):
            sys.exit(7)
        sys.excepthook = hook
        1 / 0
        """,
    "hook that adds to the usual": """\
        import sys
        def hook(*args):
            print("hook")
            sys.__excepthook__(*args)
        sys.excepthook = hook
        1 / 0
        """,
    "no hook": "import sys\nsys.excepthook = None\n1 / 0",
    "removed hook": "import sys\ndel sys.excepthook\n1 / 0",
    "what happens afterwards": """\
        import atexit, sys, threading
        done = threading.Event()
        threading.Thread(target=lambda: (done.wait(), print("thread"))).start()
        def at_exit():
            import traceback
            print("exit", sys.excepthook is sys.__excepthook__)
            traceback.print_exception(sys.last_value)
        atexit.register(at_exit)
        threading.Timer(0, done.set).start()
        1 / 0
        """,
    "error in a thread": """\
        import threading
        def f():
            1 / 0
        thread = threading.Thread(target=f, name="t")
        thread.start()
        thread.join()
        """,
    "error in a forked child": """\
        import os
        pid = os.fork()
        if not pid:
            1 / 0
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """,
    "limited traceback": "import sys\nsys.tracebacklimit = 1\ndef f():\n    1 / 0\nf()",
    "error that was shown before": """\
        import sys, traceback
        def f():
            1 / 0
        try:
            f()
        except ZeroDivisionError:
            traceback.print_exc()
            raise
        """,
    "work of a destructor at the end": """\
        class C:
            def __del__(self):
                print("gone", lr)
        c, lr = C(), 1
        """,
}


@pytest.fixture(params=list(_FAILURES.values()), ids=list(_FAILURES))
def failing(request: pytest.FixtureRequest, run_dir: RunDir) -> RunDir:
    """A directory with a failing `train`, also as a module of a package."""
    source = dedent(request.param)
    run_dir.write(
        {
            "train": source,
            "broken": "x = (",
            "failing": "def f():\n    1 / 0\nf()\n",
            "pkg/__init__": "",
            "pkg/train": source,
        }
    )
    return run_dir


def _as_script(run_dir: RunDir, name: str) -> Ended:
    return run_dir.python("-u", str(run_dir.path / f"{name}.py"), env={"PYTHONPATH": "."})


def test_failing_script_ends_as_without_the_runner(failing: RunDir) -> None:
    assert failing.op("train") == _as_script(failing, "train")


def test_failing_script_with_flags_ends_as_without_the_runner(failing: RunDir) -> None:
    assert failing.op_globals("train", "--lr", "2") == _as_script(failing, "train")


def test_failing_module_ends_as_its_script_does(failing: RunDir) -> None:
    assert failing.op("pkg.train", "--") == _as_script(failing, "pkg/train")


def test_failing_package_is_shown_from_its_own_frames_on(run_dir: RunDir) -> None:
    run_dir.write({"pkg/__init__": "import nope", "pkg/train": ""})

    ended = run_dir.op("pkg.train", "--")

    assert (ended.status, ended.out) == (1, "")
    assert ended.err == (
        "Traceback (most recent call last):\n"
        f'  File "{run_dir.path}/pkg/__init__.py", line 1, in <module>\n'
        "    import nope\n"
        "ModuleNotFoundError: No module named 'nope'\n"
    )


def test_interrupt_ends_the_process_by_the_signal(run_dir: RunDir) -> None:
    run_dir.write(train="import os, signal\nos.kill(os.getpid(), signal.SIGINT)")

    ended = run_dir.op("train")

    assert ended.status == -2
    assert "op_main" not in ended.err
