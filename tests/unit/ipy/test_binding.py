"""Arguments of functions by name."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from guild.adapters.ipy.binding import bound, operation_name


def plain(a: int, b: int = 2) -> tuple[object, ...]:
    return a, b


def keyword_only(a: int, *, b: int = 2) -> tuple[object, ...]:
    return a, b


def positional_only(a: int, /, b: int = 2) -> tuple[object, ...]:
    return a, b


def several(a: int, *rest: int, b: int = 2, **named: int) -> tuple[object, ...]:
    return a, rest, b, named


def decorated(function: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(function)
    def wrapper(*args: object, **kw: object) -> object:
        return function(*args, **kw)

    return wrapper


class Op:
    def __init__(self, base: int = 0) -> None:
        self.base = base

    def __call__(self, a: int) -> int:
        return self.base + a

    def method(self, a: int) -> int:
        return self.base + a

    @staticmethod
    def static(a: int) -> int:
        return a

    @classmethod
    def of_class(cls, a: int) -> str:
        return f"{cls.__name__} {a}"


OP = Op(10)


@pytest.mark.parametrize(
    ("function", "args", "kw", "arguments", "result"),
    [
        (plain, (1,), {}, {"a": 1, "b": 2}, (1, 2)),
        (plain, (), {"b": 3, "a": None}, {"a": None, "b": 3}, (None, 3)),
        (keyword_only, (1,), {}, {"a": 1, "b": 2}, (1, 2)),
        (positional_only, (1,), {"b": 3}, {"a": 1, "b": 3}, (1, 3)),
        (several, (1,), {}, {"a": 1, "b": 2}, (1, (), 2, {})),
        (
            several,
            (1, 5, 6),
            {"c": 7},
            {"a": 1, "rest": (5, 6), "b": 2, "named": {"c": 7}},
            (1, (5, 6), 2, {"c": 7}),
        ),
        (decorated(plain), (1,), {}, {"a": 1, "b": 2}, (1, 2)),
        (functools.partial(plain, 1), (), {"b": 3}, {"a": 1, "b": 3}, (1, 3)),
        (functools.partial(plain, b=5), (1,), {}, {"a": 1, "b": 5}, (1, 5)),
        (functools.partial(functools.partial(plain, b=5), 1), (), {}, {"a": 1, "b": 5}, (1, 5)),
        (
            functools.partial(several, 1, 5),
            (6,),
            {},
            {"a": 1, "rest": (5, 6), "b": 2},
            (1, (5, 6), 2, {}),
        ),
        (functools.wraps(plain)(functools.partial(plain, 1)), (3,), {}, {"a": 1, "b": 3}, (1, 3)),
        (Op(10), (1,), {}, {"a": 1}, 11),
        (Op.method, (OP, 1), {}, {"self": OP, "a": 1}, 11),
        (Op(10).method, (1,), {}, {"a": 1}, 11),
        (Op.static, (1,), {}, {"a": 1}, 1),
        (Op().of_class, (1,), {}, {"a": 1}, "Op 1"),
    ],
)
def test_arguments_are_named_and_given_again(
    function: Callable[..., object],
    args: tuple[object, ...],
    kw: dict[str, object],
    arguments: dict[str, object],
    result: object,
) -> None:
    call = bound(function, args, kw)

    assert call.arguments == arguments
    assert list(call.arguments) == list(arguments)
    assert call(**call.arguments) == result


def test_other_values_may_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    call = bound(several, (1, 5), {"c": 7})

    assert call(a=2, rest=[6, 7], b=3, named={"d": 1}) == (2, (6, 7), 3, {"d": 1})


@pytest.mark.parametrize(
    ("args", "kw", "message"),
    [
        ((), {}, r"plain\(\) missing a required argument: 'a'"),
        ((1, 2, 3), {}, r"plain\(\) too many positional arguments"),
        ((1,), {"c": 1}, r"plain\(\) got an unexpected keyword argument 'c'"),
        ((1,), {"a": 1}, r"plain\(\) multiple values for argument 'a'"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(
    args: tuple[object, ...], kw: dict[str, object], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        bound(plain, args, kw)


def test_what_a_partial_function_has_is_a_default() -> None:
    call = bound(functools.partial(plain, [1, 2]), (), {"b": [3]})  # type: ignore[arg-type]

    assert (call.arguments, call.given) == ({"a": [1, 2], "b": [3]}, {"b": [3]})


def test_a_function_that_does_not_tell_its_arguments_is_refused() -> None:
    with pytest.raises(TypeError, match=r"max\(\) does not tell which arguments it takes"):
        bound(max, (1, 2), {})


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (plain, "plain"),
        (decorated(plain), "plain"),
        (functools.partial(functools.partial(plain, 1), 2), "plain"),
        (Op(), "Op"),
        (Op, "Op"),
        (Op().method, "method"),
        (lambda: None, "<lambda>"),
        (len, "len"),
    ],
)
def test_operations_are_named_after_functions(function: Callable[..., object], name: str) -> None:
    assert operation_name(function) == name
