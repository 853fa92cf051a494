"""Processes that a program starts with multiprocessing."""

from __future__ import annotations

import pytest

from tests.unit.runner.conftest import RunDir

_POOL = """\
import multiprocessing as mp
import sys

class Result:
    def __init__(self, value):
        self.value = value

lr = 0.1
def f(i):
    return Result((i * lr, beside))

if __name__ == "__main__":
    with mp.get_context(sys.argv[1]).Pool(1) as pool:
        print([result.value for result in pool.map(f, [1, 2])])
"""

_METHODS = pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])


@_METHODS
@pytest.mark.parametrize("program", ["train", "pkg.train", "sub/train"])
def test_children_see_the_values_of_globals(run_dir: RunDir, program: str, method: str) -> None:
    run_dir.write({"pkg/__init__": "", program.replace(".", "/"): _POOL})

    ended = run_dir.op_globals(program, method, "--", "--lr", "10", "--beside", "[x]")

    assert (ended.out, ended.err) == ("[(10, ['x']), (20, ['x'])]\n", "")


def test_children_see_items_of_params(run_dir: RunDir) -> None:
    source = _POOL.replace("lr = 0.1", "p = {'lr': 1, 'b': 2}").replace("(i * lr, beside)", "p")
    run_dir.write(train=source)

    ended = run_dir.op_globals("train", "spawn", "--", "--lr", "5", dest="dict:p")

    assert ended.out == "[{'lr': 5, 'b': 2}, {'lr': 5, 'b': 2}]\n"


def test_children_of_a_program_with_arguments(run_dir: RunDir) -> None:
    run_dir.write(train=_POOL.replace("beside", "sys.argv"))

    assert run_dir.op("train", "spawn").out == (
        f"[(0.1, ['{run_dir.path}/train.py', 'spawn']), (0.2, ['{run_dir.path}/train.py', "
        "'spawn'])]\n"
    )


@_METHODS
def test_children_of_children_see_the_values(run_dir: RunDir, method: str) -> None:
    run_dir.write(
        train="""\
        import multiprocessing as mp
        import sys
        lr = 0.1
        def inner():
            print(__name__, lr, flush=True)
        def outer():
            child = mp.get_context(sys.argv[1]).Process(target=inner)
            child.start()
            child.join()
        if __name__ == "__main__":
            child = mp.get_context(sys.argv[1]).Process(target=outer)
            child.start()
            child.join()
        """
    )

    ended = run_dir.op_globals("train", method, "--", "--lr", "10")

    name = "__main__" if method == "fork" else "__mp_main__"
    assert (ended.out, ended.err) == (f"{name} 10\n", "")


def test_values_reach_children_when_multiprocessing_was_loaded_before(run_dir: RunDir) -> None:
    run_dir.write({"pkg/__init__": "import multiprocessing.spawn", "pkg/train": _POOL})

    ended = run_dir.op_globals("pkg.train", "spawn", "--", "--lr", "1", "--beside", "2")

    assert ended.out == "[(1, 2), (2, 2)]\n"


def test_relative_imports_work_in_children(run_dir: RunDir) -> None:
    run_dir.write(
        {
            "pkg/__init__": "",
            "pkg/near": "beside = 3",
            "pkg/train": f"from .near import *\n{_POOL}",
        }
    )

    ended = run_dir.op_globals("pkg.train", "spawn", "--", "--lr", "1")

    assert ended.out == "[(1, 3), (2, 3)]\n"


def test_failure_of_a_child_shows_no_frame_of_the_runner(run_dir: RunDir) -> None:
    source = "import multiprocessing as mp\nlr = 1\nmp.get_context('spawn').Process().start()\n"
    run_dir.write(train=source)

    ended = run_dir.op_globals("train", "--lr", "2")

    assert f'{run_dir.path}/train.py", line 3' in ended.err
    assert "RuntimeError" in ended.err
    assert "adapters" not in ended.err
