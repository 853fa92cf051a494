"""What is run, and what it finds."""

from __future__ import annotations

import pytest

from tests.unit.runner.conftest import RunDir

_ABOUT = """\
import sys
print(__name__, __package__, __spec__ and __spec__.name, type(__loader__).__name__)
print(sorted(globals()), type(__builtins__))
print(__file__ == sys.argv[0], sys.argv[1:], sys.modules['__main__'].__dict__ is globals())
"""


def test_script_sees_what_python_shows_it(run_dir: RunDir) -> None:
    run_dir.write(train=_ABOUT)
    expected = run_dir.python(str(run_dir.path / "train.py"), "a", "--", "-b")

    ended = run_dir.op("train", "a", "--", "--", "-b")

    assert ended == expected


def test_module_sees_what_python_shows_it(run_dir: RunDir) -> None:
    run_dir.write({"pkg/__init__": "", "pkg/train": _ABOUT})
    expected = run_dir.python("-m", "pkg.train", "a")

    ended = run_dir.op("pkg.train", "--", "a")

    assert ended == expected


def test_package_runs_its_main_module(run_dir: RunDir) -> None:
    run_dir.write({"pkg/__init__": "", "pkg/__main__": _ABOUT})
    expected = run_dir.python("-m", "pkg")

    ended = run_dir.op("pkg", "--")

    assert ended == expected


def test_search_path_is_that_of_python(run_dir: RunDir) -> None:
    run_dir.write(train="import sys; print(sys.path)")

    assert run_dir.op("train") == run_dir.python("-m", "train")


def test_script_is_not_compiled_into_the_run_directory(run_dir: RunDir) -> None:
    run_dir.write(train="")

    run_dir.op("train", env={"PYTHONDONTWRITEBYTECODE": ""})

    assert [path.name for path in run_dir.path.iterdir()] == ["train.py"]


def test_relative_and_sibling_imports(run_dir: RunDir) -> None:
    run_dir.write(
        {
            "helper": "name = 'helper'",
            "pkg/__init__": "",
            "pkg/data": "name = 'data'",
            "pkg/train": "from .data import name; import helper; print(name, helper.name)",
        }
    )

    assert run_dir.op("pkg.train", "--").out == "data helper\n"


def test_script_in_a_directory_imports_what_is_beside_it(run_dir: RunDir) -> None:
    run_dir.write(
        {
            "helper": "name = 'wrong'",
            "top": "name = 'top'",
            "sub/near": "name = 'near'",
            "sub/train": "import near, top; print(near.name, top.name)\n"
            "import sys; print(__package__, sys.path[1])",
        }
    )

    assert run_dir.op("sub/train").out == f"near top\nNone {run_dir.path}/sub\n"


def test_script_in_a_directory_is_not_mistaken_for_another(run_dir: RunDir) -> None:
    run_dir.write({"train": "print('top')", "sub/train": "print('sub')"})

    assert run_dir.op("sub/train").out == "sub\n"
    assert run_dir.op("sub/train", "--").out == "sub\n"


def test_package_in_a_directory(run_dir: RunDir) -> None:
    run_dir.write(
        {"sub/pkg/__init__": "", "sub/pkg/train": _ABOUT, "sub/pkg/__main__": "print(1)"}
    )

    assert "pkg pkg.train" in run_dir.op("sub/pkg.train", "--").out
    assert run_dir.op("sub/pkg").out == "1\n"


def test_directory_without_init_is_run_as_a_package(run_dir: RunDir) -> None:
    run_dir.write({"app/__main__": "print(__package__)"})

    assert run_dir.op("app").out == "app\n"


@pytest.mark.parametrize("name", ["my-script", "v1.2", "runpy", "time", "try"])
def test_script_may_have_any_name(run_dir: RunDir, name: str) -> None:
    run_dir.write_file(f"sub/{name}.py", "print('mine')")

    ended = run_dir.op(f"sub/{name}", env={"NO_SYS_PATH_MODIFY": "1"})

    assert ended.out == "mine\n"


def test_file_and_package_of_one_name(run_dir: RunDir) -> None:
    run_dir.write(
        {"train": "print('file')", "train/__init__": "", "train/__main__": "print('package')"}
    )

    assert run_dir.op("train").out == "file\n"
    assert run_dir.op("train", "--").out == "package\n"


def test_source_in_a_directory_of_the_search_path(run_dir: RunDir) -> None:
    run_dir.write({"src/train": "import near", "src/near": "print('near')"})

    ended = run_dir.python("-m", "guild.op_main", "train", env=_path_first(run_dir, "src"))

    assert ended.out == "near\n"


def _path_first(run_dir: RunDir, directory: str) -> dict[str, str]:
    inherited = run_dir.python("-c", "import os; print(os.environ['PYTHONPATH'], end='')").out
    return {"PYTHONPATH": f"{directory}:{inherited}"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nope", "No module named nope"),
        ("nope.x", "No module named nope.x"),
        ("pkg.nope", "No module named pkg.nope"),
        ("pkg.train.x", "No module named pkg.train.x"),
        ("sub/nope", "No module named sub/nope"),
        ("nodir/train", "No module named nodir/train"),
        ("a..b", "No module named a..b"),
        (".", "No module named ."),
        ("sub/", "No module named sub/"),
        (
            "pkg",
            "No module named pkg.__main__ ('pkg' is a package and cannot be directly executed)",
        ),
        ("_json", "No code object available for _json"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_line(run_dir: RunDir, name: str, message: str) -> None:
    run_dir.write({"pkg/__init__": "", "pkg/train": "", "sub/train": "", "nope2": "", "train": ""})

    ended = run_dir.op(name, "--")

    assert (ended.status, ended.out, ended.err) == (1, "", f"guild: {message}\n")


def test_no_program_at_all(run_dir: RunDir) -> None:
    ended = run_dir.op()

    assert (ended.status, ended.err) == (1, "guild: missing the program to run\n")


def test_script_dir_comes_first_on_the_path(run_dir: RunDir) -> None:
    run_dir.write(train="import sys; print(sys.path[0])")

    assert run_dir.op("train", env={"SCRIPT_DIR": "/scripts"}).out == "/scripts\n"


def test_path_can_be_left_alone(run_dir: RunDir) -> None:
    run_dir.write({"sub/train": "import sys; print(sys.path)", "x": "import sys; print(sys.path)"})
    env = {"SCRIPT_DIR": "/scripts", "NO_SYS_PATH_MODIFY": "1"}

    assert run_dir.op("sub/train", env=env) == run_dir.python("-m", "x")


def test_main_module_is_what_tools_expect(run_dir: RunDir) -> None:
    run_dir.write(
        train="""\
        import inspect, pickle
        class C:
            x = 1
        assert isinstance(pickle.loads(pickle.dumps(C())), C)
        print(inspect.getsource(C), inspect.getfile(C))
        """
    )

    ended = run_dir.op_globals("train", "--lr", "1")

    assert ended.out == f"class C:\n    x = 1\n {run_dir.path}/train.py\n"


def test_warnings_are_shown_as_python_does(run_dir: RunDir) -> None:
    source = "import warnings\nwarnings.warn('x', DeprecationWarning)\n1 is 1\n'\\d'\n"
    run_dir.write(train=source)
    expected = run_dir.python(str(run_dir.path / "train.py"))

    assert run_dir.op("train") == expected
    assert run_dir.op_globals("train", "--x", "1") == expected


def test_nothing_beside_what_python_loads_for_a_module(run_dir: RunDir) -> None:
    run_dir.write(train="import sys; print(*sys.modules, sep='\\n')")

    expected = set(run_dir.python("-m", "train").out.split())
    loaded = set(run_dir.op("train").out.split())

    assert {
        name for name in loaded - expected if not name.startswith(("guild", "__future__"))
    } == set()


def test_setting_globals_loads_no_parsers(run_dir: RunDir) -> None:
    run_dir.write(train="import sys; print(*sys.modules, sep='\\n')")

    loaded = set(run_dir.op_globals("train", "--x", "[1]").out.split())

    assert not loaded & {"ast", "re", "enum", "json", "argparse", "typing", "attr", "yaml"}


def test_script_that_cannot_be_read_is_said_in_one_line(run_dir: RunDir) -> None:
    (run_dir.path / "train.py").symlink_to("/proc/self/mem")

    ended = run_dir.op("train")

    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith(f"guild: cannot read {run_dir.path}/train.py: ")


@pytest.mark.parametrize(
    ("words", "env"),
    [
        (["x\x1b[31m\nguild: fake"], {}),
        (["train", "--x\x1b[31m\nguild: fake", "[1"], {"FLAGS_DEST": "globals"}),
        (["train"], {"PDB_BREAKS": "'x\x1b[31m\nguild: fake'"}),
    ],
)
def test_control_characters_in_what_is_wrong_are_escaped(
    run_dir: RunDir, words: list[str], env: dict[str, str]
) -> None:
    run_dir.write(train="x = 1")

    ended = run_dir.op(*words, env=env)

    assert ended.status == 1
    assert ended.err.endswith("\n")
    assert ended.err[:-1].isprintable()
