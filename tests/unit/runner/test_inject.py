from __future__ import annotations

import math
from textwrap import dedent
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.runner.inject import compile_with
from guild.adapters.runner.paramnodes import group_of

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def _globals_of(source: str, **values: object) -> dict[str, object]:
    """Globals after the program ran with the values."""
    namespace: dict[str, object] = {}
    exec(compile_with(dedent(source).encode(), "train.py", values), namespace)
    namespace.pop("__builtins__")
    return namespace


def _params_of(source: str, *, namespace: bool = False, **flags: object) -> object:
    """The parameters after the program ran; `__` in names of flags stands for a point."""
    items = {name.replace("__", "."): value for name, value in flags.items()}
    return _globals_of(source, params=group_of(items, namespace=namespace))["params"]


@given(_VALUES)
def test_any_value_can_be_set(value: object) -> None:
    x = _globals_of("x = 1", x=value)["x"]

    assert x == value
    assert repr(x) == repr(value)


def test_nan_can_be_set() -> None:
    assert math.isnan(_globals_of("x = 1", x=math.nan)["x"])  # type: ignore[arg-type]


def test_value_keeps_its_own_type() -> None:
    assert repr(_globals_of("x = 1.0", x=10)["x"]) == "10"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1", {"x": 5}),
        ("x = print()", {"x": 5}),
        ("x: float = 1", {"x": 5, "__annotations__": {"x": float}}),
        ("x: float\nx = 1", {"x": 5, "__annotations__": {"x": float}}),
        ("y = x = 3", {"y": 3, "x": 5}),
        ("x = y = 3", {"y": 3, "x": 5}),
        ("x = 1; x = 2", {"x": 2}),
        ("x = 1; x += 2", {"x": 7}),
        ("x = 1; y = x", {"x": 5, "y": 5}),
        ("if True: x = 1", {"x": 5}),
        ("if True:\n if True: x = 1", {"x": 5}),
        ("if False: pass\nelse: x = 1", {"x": 1}),
        ("if False: pass\nelif True: x = 1", {"x": 1}),
        ("if False: x = 1", {"x": 5}),
        ("if 'x' not in globals(): x = 1", {"x": 5}),
        ("try: x\nexcept NameError: x = 1", {"x": 5}),
        ("", {"x": 5}),
    ],
)
def test_first_assignment_gets_the_value(source: str, expected: dict[str, object]) -> None:
    assert _globals_of(source, x=5) == expected


def test_names_assigned_together_each_get_their_value() -> None:
    assert _globals_of("a = b = c = 3", a=1, c=2) == {"a": 1, "b": 3, "c": 2}


def test_tuples_are_not_replaced() -> None:
    assert _globals_of("x, y = 1, 2", x=5) == {"x": 1, "y": 2}


def test_functions_and_classes_are_left_alone() -> None:
    source = """\
        def f():
            x = 1
            return x
        class C:
            x = 2
        y = f() + C.x
    """

    assert _globals_of(source, x=5)["y"] == 3


def test_a_global_is_not_there_before_its_assignment() -> None:
    with pytest.raises(NameError):
        _globals_of("print(x)\nx = 1", x=5)


def test_docstring_and_future_imports_stay_in_front() -> None:
    source = '''\
        """What it does."""
        from __future__ import annotations
        z: missing = 1
    '''

    namespace = _globals_of(source, x=5)

    assert namespace["__doc__"] == "What it does."
    assert namespace["x"] == 5


def test_future_features_of_the_runner_do_not_reach_the_program() -> None:
    namespace = _globals_of("def f(a: int): ...\nx = f.__annotations__['a']\ny = 1", y=5)

    assert namespace["x"] is int


def test_lines_stay() -> None:
    source = "x = [\n 1,\n 2]\na = b = 1\nx.append(\n 1 / 0)\n"

    with pytest.raises(ZeroDivisionError) as caught:
        _globals_of(source, x=[], b=2, missing=3)

    assert caught.tb.tb_next
    assert caught.tb.tb_next.tb_next
    assert caught.tb.tb_next.tb_next.tb_lineno == 6


def test_declared_encoding_is_followed() -> None:
    source = "# coding: latin-1\ny = 'é'\nx = 1\n".encode("latin-1")
    namespace: dict[str, object] = {}

    exec(compile_with(source, "train.py", {"x": 5}), namespace)

    assert namespace["y"] == "é"


def test_syntax_error_is_that_of_the_program() -> None:
    with pytest.raises(SyntaxError) as caught:
        compile_with(b"x = 1\ny = (\n", "train.py", {"x": 5})

    assert (caught.value.filename, caught.value.lineno) == ("train.py", 2)


def test_items_of_a_dict() -> None:
    source = "params = {'lr': 1, 'opt': {'name': 'a', 'beta': 2}, 'f': max}"

    params = _params_of(source, lr=0.5, opt__name="b")

    assert params == {"lr": 0.5, "opt": {"name": "b", "beta": 2}, "f": max}


def test_items_of_a_dict_call() -> None:
    assert _params_of("params = dict(lr=1, opt=dict(a=1))", opt__a=2) == {"lr": 1, "opt": {"a": 2}}


def test_items_win_over_unpacked_ones() -> None:
    source = "base = {'a': 1, 'b': 2}\nparams = {'c': 3, **base}"

    assert _params_of(source, a=5, c=6) == {"a": 5, "b": 2, "c": 6}


@pytest.mark.parametrize("source", ["params = None", "params = dict(zip('ab', 'cd'))", ""])
def test_what_is_no_known_dict_is_replaced(source: str) -> None:
    assert _params_of(source, a=1, b__c=2) == {"a": 1, "b": {"c": 2}}


@pytest.mark.parametrize(
    "source",
    [
        "from types import SimpleNamespace\n"
        "params = SimpleNamespace(lr=1, opt=SimpleNamespace(a=1, b=2))",
        "import types\nparams = types.SimpleNamespace(opt=types.SimpleNamespace(b=2))",
        "from types import SimpleNamespace\nbase = {'lr': 3, 'x': 4}\n"
        "params = SimpleNamespace(opt=SimpleNamespace(b=2), **base)",
    ],
)
def test_attributes_of_a_namespace(source: str) -> None:
    params = _params_of(source, namespace=True, lr=5, opt__a=6)

    assert isinstance(params, SimpleNamespace)
    assert params.lr == 5
    assert params.opt == SimpleNamespace(a=6, b=2)


@pytest.mark.parametrize("source", ["params = None", ""])
def test_what_is_no_known_namespace_is_replaced(source: str) -> None:
    params = _params_of(source, namespace=True, a=1, b__c=2)

    assert params == SimpleNamespace(a=1, b=SimpleNamespace(c=2))
