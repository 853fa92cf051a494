"""Which operations and models are listed, in which order."""

from __future__ import annotations

import pytest

from guild.domain.guildfile import Guildfile, Model, OperationDef
from guild.domain.projectlisting import listed_models, listed_operations, rest_of, summary

_PROJECT = Guildfile(
    path="/p/guild.yml",
    models=(
        Model(
            name="mlp",
            description="Layers",
            operations=(OperationDef(name="train", description="Train it."),),
        ),
        Model(
            name="",
            operations=(
                OperationDef(name="prepare", description="Prepare the Data.\n\nMore."),
                OperationDef(name="_clean"),
            ),
        ),
        Model(name="cnn", operations=(OperationDef(name="train"), OperationDef(name="eval"))),
        Model(name="_base", operations=(OperationDef(name="any"),)),
    ),
)
_PACKAGE = Guildfile(
    path="/site/zoo/guild.yml",
    models=(
        Model(name="", operations=(OperationDef(name="fetch"),)),
        Model(name="vgg", operations=(OperationDef(name="train"),)),
    ),
)
_BOTH = [("", _PROJECT), ("zoo", _PACKAGE)]


def _names(*filters: str, all: bool = False) -> list[str]:
    return [listed.name for listed in listed_operations([("", _PROJECT)], filters, all=all)]


def test_operations_are_listed_by_model_and_name_without_hidden_ones() -> None:
    assert _names() == ["prepare", "cnn:eval", "cnn:train", "mlp:train"]


def test_all_operations_have_the_hidden_ones_among_them() -> None:
    assert _names(all=True) == [
        "_clean",
        "prepare",
        "_base:any",
        "cnn:eval",
        "cnn:train",
        "mlp:train",
    ]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (("train",), ["cnn:train", "mlp:train"]),
        (("train", "cnn"), ["cnn:train"]),
        (("data",), ["prepare"]),
        (("TRAIN IT",), ["mlp:train"]),
        (("nothing",), []),
    ],
)
def test_every_filter_is_in_the_name_or_the_description(
    filters: tuple[str, ...], names: list[str]
) -> None:
    assert _names(*filters) == names


def test_operations_of_packages_come_first_and_are_named_with_them() -> None:
    names = [listed.name for listed in listed_operations(_BOTH)]

    assert names[:3] == ["zoo/fetch", "zoo/vgg:train", "prepare"]


def test_what_means_an_operation_names_its_model_even_if_that_has_no_name() -> None:
    specs = {listed.name: listed.spec for listed in listed_operations(_BOTH)}

    assert specs["prepare"] == ":prepare"
    assert specs["cnn:train"] == "cnn:train"
    assert specs["zoo/fetch"] == "zoo/:fetch"


def test_models_are_listed_by_name_without_the_nameless_and_hidden_ones() -> None:
    assert [one.name for one in listed_models(_BOTH)] == ["zoo/vgg", "cnn", "mlp"]
    assert [one.name for one in listed_models(_BOTH, ["layer"])] == ["mlp"]
    assert [one.name for one in listed_models(_BOTH, all=True)] == [
        "zoo",
        "zoo/vgg",
        "",
        "_base",
        "cnn",
        "mlp",
    ]


def test_a_description_has_a_first_line_and_paragraphs() -> None:
    text = "First.\n\nSecond\ngoes on.\n\n\nThird.\n"

    assert summary(text) == "First."
    assert rest_of(text) == ("Second goes on.", "Third.")
    assert (summary(""), rest_of("")) == ("", ())
