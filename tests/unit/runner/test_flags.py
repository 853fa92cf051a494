"""How flags reach the program."""

from __future__ import annotations

import pytest

from tests.unit.runner.conftest import RunDir

_PRINT_ARGV = "import sys\nlr = 0.1\nprint(sys.argv[1:], lr)\n"


@pytest.mark.parametrize("dest", ["", "args", "args:click", "args:typer", "args:absl"])
def test_arguments_are_left_to_the_program(run_dir: RunDir, dest: str) -> None:
    run_dir.write(train=_PRINT_ARGV)

    assert run_dir.op_globals("train", "--lr", "1", "-", dest=dest).out == (
        "['--lr', '1', '-'] 0.1\n"
    )
    assert run_dir.op_globals("train", "a", "--b", "--", "--lr", "''", "--", dest=dest).out == (
        "['a', '--b', '--lr', \"''\", '--'] 0.1\n"
    )


@pytest.mark.parametrize("dest", ["none", "config:c.yml", "other"])
def test_flags_are_dropped_but_the_command_is_not(run_dir: RunDir, dest: str) -> None:
    run_dir.write(train=_PRINT_ARGV)

    assert run_dir.op_globals("train", "--lr", "1", dest=dest).out == "[] 0.1\n"
    assert run_dir.op_globals("train", "a", "--", "--lr", "1", dest=dest).out == "['a'] 0.1\n"


def test_globals_are_set(run_dir: RunDir) -> None:
    source = "epochs = 1\nfast = True\nlayers = []\nlr = 1.0\nname = 'x'\ns = ''\n"
    run_dir.write(train=source + "import sys; print(epochs, fast, layers, lr, name, s, sys.argv)")
    args = "--epochs 3 --fast false --layers|[1, 2, 3]|--lr 0.1 --name bob --s ''"
    words = [w for part in args.split("|") for w in ([part] if "[" in part else part.split())]

    ended = run_dir.op_globals("train", *words)

    assert ended.out == f"3 False [1, 2, 3] 0.1 bob  ['{run_dir.path}/train.py']\n"


def test_words_of_the_command_stay_arguments(run_dir: RunDir) -> None:
    run_dir.write({"pkg/__init__": "", "pkg/train": _PRINT_ARGV})

    assert run_dir.op_globals("pkg.train", "a", "--b", "--", "--lr", "1").out == "['a', '--b'] 1\n"


def test_values_may_look_like_options(run_dir: RunDir) -> None:
    run_dir.write(train="a = b = c = 1\nprint([a, b, c])")

    ended = run_dir.op_globals("train", "--", "--a", "-1", "--b", "--", "--c", "--x")

    assert ended.out == "[-1, '--', '--x']\n"


def test_a_last_name_without_a_value_is_true(run_dir: RunDir) -> None:
    run_dir.write(train="fast = False\nprint(fast)")

    assert run_dir.op_globals("train", "--fast").out == "True\n"


def test_a_text_that_is_no_value_is_refused(run_dir: RunDir) -> None:
    run_dir.write(train="lr = 1")

    ended = run_dir.op_globals("train", "--lr", "[1")

    assert (ended.status, ended.out) == (1, "")
    assert ended.err == (
        "guild: invalid value '[1' for flag 'lr': expected ',' or ']' at position 2\n"
    )


@pytest.mark.parametrize("dest", ["global:params", "dict:params"])
def test_items_of_a_dict_are_set(run_dir: RunDir, dest: str) -> None:
    run_dir.write(train="params = {'a': {'b': 1}, 'c': 2}\nprint(params)")

    ended = run_dir.op_globals("train", "--a.b", "5", "--c", "x", dest=dest)

    assert ended.out == "{'a': {'b': 5}, 'c': 'x'}\n"


def test_attributes_of_a_namespace_are_set(run_dir: RunDir) -> None:
    run_dir.write(
        train="""\
        from types import SimpleNamespace
        config = SimpleNamespace(lr=0.1, a=SimpleNamespace(b=1))
        print(config)
        """
    )

    ended = run_dir.op_globals("train", "--a.b", "5", "--lr", "1", dest="namespace:config")

    assert ended.out == "namespace(lr=1, a=namespace(b=5))\n"


def test_globals_beside_arguments(run_dir: RunDir) -> None:
    run_dir.write(train=_PRINT_ARGV + "import os; print('FLAGS_GLOBALS' in os.environ)")
    env = {"FLAGS_DEST": "args", "FLAGS_GLOBALS": '{"lr": [1e-3, NaN, "\\ud83d\\ude00"]}'}

    ended = run_dir.op("train", "--x", "1", env=env | {"PYTHONUTF8": "1"})

    assert ended.out == "['--x', '1'] [0.001, nan, '\U0001f600']\nFalse\n"


@pytest.mark.parametrize("text", ["{", "[1]"])
def test_globals_that_cannot_be_read_are_refused(run_dir: RunDir, text: str) -> None:
    run_dir.write(train="")

    ended = run_dir.op("train", env={"FLAGS_GLOBALS": text})

    assert ended.status == 1
    assert ended.err.startswith("guild: invalid FLAGS_GLOBALS: ")
    assert ended.err.count("\n") == 1


def test_main_module_of_a_package_is_set_too(run_dir: RunDir) -> None:
    run_dir.write({"pkg/__init__": "", "pkg/__main__": "lr = 1\nprint(lr, __spec__.name)"})

    assert run_dir.op_globals("pkg", "--lr", "2").out == "2 pkg.__main__\n"


def test_the_file_is_not_touched(run_dir: RunDir) -> None:
    run_dir.write(train="lr = 1\n")

    run_dir.op_globals("train", "--lr", "2")

    assert (run_dir.path / "train.py").read_text() == "lr = 1\n"
