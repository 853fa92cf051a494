from __future__ import annotations

import pytest

from tests.unit.flagimport.conftest import Scripts


@pytest.mark.parametrize(
    ("text", "default", "kind"),
    [
        ("lr = 0.1", 0.1, "number"),
        ("n = -3", -3, "number"),
        ("n = 5 * 8", 40, "number"),
        ("s = 'bob'", "bob", "string"),
        ("s = f'bob'", "bob", "string"),
        ("s = 'a' + 'b'", "ab", "string"),
        ("b = True", True, "boolean"),
        ("b = not True", False, "boolean"),
        ("x = None", None, None),
        ("n: int = 1", 1, "int"),
        ("lr: float = 1", 1, "float"),
        ("b: bool = True", True, "boolean"),
        ("n: int = 1.5", 1.5, "number"),
        ("x: Optional[int] = None", None, None),
        ("LR = 1e-3 * 2", 0.002, "number"),
    ],
)
def test_a_constant_is_a_flag(scripts: Scripts, text: str, default: object, kind: str) -> None:
    flag = scripts.flag(text)

    assert (flag.default, flag.type) == (default, kind)


@pytest.mark.parametrize(
    "text",
    [
        "_x = 1",
        "x = y",
        "y2 = f()",
        "x = {}",
        "x = (1, 2)",
        "x = [f()]",
        "x = [(1, 2)]",
        "x: int",
        "x.y = 1",
        "a, b = 1, 2",
        "x = 1j",
        "x = b'a'",
        "x = ...",
        "if True:\n    x = 1",
        "def f():\n    x = 1",
        "class A:\n    x = 1",
        "x = 9 ** 9 ** 9",
        "x = [[0] * 9999] * 9999",
    ],
)
def test_anything_else_is_none(scripts: Scripts, text: str) -> None:
    assert scripts.read_text(text).flags == ()


def test_the_first_assignment_of_a_name_counts(scripts: Scripts) -> None:
    text = """\
        a = 1
        a = 2
        b = f()
        b = 3
        """

    assert scripts.defaults(text) == {"a": 1}


def test_a_chain_gives_all_its_names(scripts: Scripts) -> None:
    assert scripts.defaults("a = b = 3") == {"a": 3, "b": 3}


def test_an_expression_with_a_name_follows_that_and_is_no_flag(scripts: Scripts) -> None:
    assert scripts.defaults("batch = 32\ntotal = batch * 2\n") == {"batch": 32}


@pytest.mark.parametrize(
    ("text", "default"),
    [
        ("x = [1, 'x y', 2.0]", "1 'x y' 2.0"),
        ("x = []", ""),
        ("x = [[1, 2], [3]]", "'[1, 2]' '[3]'"),
        ("x = [1] * 3", "1 1 1"),
    ],
)
def test_a_list_is_split(scripts: Scripts, text: str, default: str) -> None:
    flag = scripts.flag(text)

    assert (flag.default, flag.type, flag.arg_split) == (default, None, True)


def test_a_text_that_names_a_file_becomes_absolute(scripts: Scripts) -> None:
    data = scripts.write("data/x.csv", "")

    found = scripts.defaults("a = 'data/x.csv'\nb = 'data/y.csv'\nc = ''\nd = '\\0'\n")

    assert found == {"a": str(data), "b": "data/y.csv", "c": "", "d": "\0"}


def test_flags_are_in_name_order(scripts: Scripts) -> None:
    assert list(scripts.defaults("b = 1\na = 2\nB = 3\n")) == ["B", "a", "b"]


def test_what_the_script_imports_need_not_exist(scripts: Scripts) -> None:
    found = scripts.read_text("import torch\nfrom nope.x import *\nlr = 1\n")

    assert (found.dest, [flag.name for flag in found.flags]) == ("globals", ["lr"])


def test_nested_items_of_a_dict_are_flags(scripts: Scripts) -> None:
    text = "p = {'lr': 0.1, 'net': dict(n=2, xs=[1]), 'f': f(), 1: 2}\nother = 1\n"

    found = scripts.read_text(text, dest="dict:p")

    assert found.dest == "dict:p"
    assert [(flag.name, flag.default) for flag in found.flags] == [
        ("lr", 0.1),
        ("net.n", 2),
        ("net.xs", "1"),
    ]


def test_arguments_of_a_namespace_are_flags(scripts: Scripts) -> None:
    text = "import types\nc = types.SimpleNamespace(a=1, b=types.SimpleNamespace(c='x'))\n"

    found = scripts.read_text(text, dest="namespace:c")

    assert [(flag.name, flag.default) for flag in found.flags] == [("a", 1), ("b.c", "x")]


@pytest.mark.parametrize(("text", "kind"), [("", "NoneType"), ("p = 3", "int")])
def test_a_param_that_is_no_container_is_reported(scripts: Scripts, text: str, kind: str) -> None:
    found = scripts.read_text(text, dest="global:p")

    assert found.flags == ()
    assert found.warnings == (
        "cannot import flags for param 'p' in 'train.py':"
        f" param must be a dict or SimpleNamespace (got {kind})",
    )


def test_no_destination_imports_nothing(scripts: Scripts) -> None:
    found = scripts.read_text("a = 1", dest="none")

    assert (found.dest, found.flags) == ("none", ())
