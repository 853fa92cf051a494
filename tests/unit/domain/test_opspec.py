"""Which operation is meant by what users write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.errors import NoSuchOperation
from guild.domain.guildfile import Model, OperationDef
from guild.domain.opspec import OpSpec, find_operation

_NAMES = st.text("abcXYZ019._- ", min_size=1)


def model(name: str, *operations: str, default: bool = False) -> Model:
    return Model(
        name=name,
        default=default,
        operations=tuple(
            OperationDef(name=each.rstrip("!"), default=each.endswith("!")) for each in operations
        ),
    )


_ONE = [model("", "train", "prepare-data")]
_TWO = [model("cnn", "train", "test", default=True), model("svm", "train")]


def found(models: list[Model], spec: str) -> str:
    found_model, operation = find_operation(models, OpSpec.parse(spec))
    return f"{found_model.name}:{operation.name}"


@pytest.mark.parametrize(
    ("text", "package", "model_name", "operation"),
    [
        ("", "", None, ""),
        ("train", "", None, "train"),
        ("cnn:train", "", "cnn", "train"),
        (":train", "", "", "train"),
        ("cnn:", "", "cnn", ""),
        ("pkg/train", "pkg", None, "train"),
        ("pkg/cnn:train", "pkg", "cnn", "train"),
    ],
)
def test_text_is_read(text: str, package: str, model_name: str | None, operation: str) -> None:
    assert OpSpec.parse(text) == OpSpec(package=package, model=model_name, operation=operation)
    assert str(OpSpec.parse(text)) == text


@given(package=st.just("") | _NAMES, model=st.none() | _NAMES, operation=_NAMES)
def test_what_is_written_is_read_again(package: str, model: str | None, operation: str) -> None:
    spec = OpSpec(package=package, model=model, operation=operation)
    assert OpSpec.parse(str(spec)) == spec


@pytest.mark.parametrize("text", ["a:b:c", "/train", "a/b/train"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(NoSuchOperation, match="invalid operation"):
        OpSpec.parse(text)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [("train", "cnn:train"), ("svm:train", "svm:train"), ("sv:train", "svm:train")],
)
def test_a_part_of_the_models_name_is_enough(spec: str, expected: str) -> None:
    assert found(_TWO, spec) == expected


def test_an_operation_of_another_model_is_suggested_as_it_is_written() -> None:
    models = [model("", "anon"), model("rnn", "train", default=True)]

    with pytest.raises(NoSuchOperation) as error:
        found(models, "anon")
    assert "Did you mean ':anon'?" in error.value.hint


def test_a_model_without_a_name_is_the_default_unless_another_says_so() -> None:
    assert found([model("m", "a"), model("", "a")], "a") == ":a"
    assert found([model("m", "a", default=True), model("", "a")], "a") == "m:a"


def test_an_exact_name_counts_more_than_a_part() -> None:
    assert found([model("cnn", "a"), model("cnn2", "a")], "cnn:a") == "cnn:a"


def test_the_only_operation_that_is_not_hidden_is_the_default() -> None:
    assert found([model("", "train", "_help")], "") == ":train"
    assert found([model("", "train", "test!")], "") == ":test"


@pytest.mark.parametrize(
    ("models", "spec", "message", "hint"),
    [
        (_ONE, "trian", "operation 'trian' is not defined for this project", "'train'"),
        (_ONE, "zzz", "operation 'zzz' is not defined for this project", "guild operations"),
        (_TWO, "cnn:zzz", "operation 'zzz' is not defined for model 'cnn'", "operations cnn"),
        (_TWO, "zzz:train", "cannot find operation zzz:train", "guild operations"),
        (_TWO, "cnm:train", "cannot find operation cnm:train", "'cnn'"),
        (_ONE, "", "a default operation is not defined for this project", "guild operations"),
        (
            [model("a1", "t"), model("a2", "t")],
            "a:t",
            "there are multiple models that match 'a'",
            "  a1\n  a2",
        ),
        ([model("a", "t"), model("b", "t")], "t", "cannot find operation t", "MODEL:OPERATION"),
    ],
)
def test_what_can_not_be_found_is_said(
    models: list[Model], spec: str, message: str, hint: str
) -> None:
    with pytest.raises(NoSuchOperation) as error:
        found(models, spec)
    assert error.value.message == message
    assert hint in error.value.hint
