"""Lists of operations and models."""

from __future__ import annotations

import json

import pytest

from guild.adapters.cli.errors import Contradiction
from tests.unit.cli.projects import run


def test_a_row_is_the_name_and_the_first_line_of_the_description() -> None:
    assert run("operations").out == (
        "all\nprepare    Get the data.\ncnn:train  Train it.\n"  # by model, then by name
    )


def test_the_alias_and_filters() -> None:
    assert run("ops", "cnn").out == "cnn:train  Train it.\n"
    assert run("ops", "no such").out == ""


def test_hidden_operations_are_listed_if_asked_for() -> None:
    assert "cnn:_hidden" in run("operations", "-a").out
    assert "cnn:_hidden" not in run("operations").out


def test_operations_of_packages_are_listed_if_asked_for_or_without_a_project() -> None:
    assert "zoo" not in run("operations").out
    assert run("operations", "-i").out.startswith("zoo/fetch\nall\n")
    assert run("operations", project=None).out == "zoo/fetch\n"


def test_where_there_is_nothing_to_list_a_note_says_why() -> None:
    screen = run("operations", project=None, packages=())

    assert (screen.status, screen.out) == (0, "")
    assert "the current directory has no guild.yml" in screen.err


def test_details_are_what_is_run_all_flags_and_the_rest_of_the_description() -> None:
    assert run("operations", "-v", "train").out == (
        "cnn:train  Train it.\n"
        "  main: train --fixed 1\n"
        "  flags:\n"
        "    epochs: (default is 3)\n"
        "    kind\n"
        "    lr: How fast to learn (default is 0.1)\n"
        "  details:\n"
        "    For long.\n"
    )


def test_what_is_run_is_named_by_the_attribute_that_says_it() -> None:
    screen = run("operations", "-v")

    assert "  exec: ./prepare.sh\n" in screen.out
    assert "  steps:\n    prepare\n    cnn:train\n  flags: -\n  details: -\n" in screen.out


def test_a_program_that_cannot_be_read_is_told_of_and_the_list_goes_on() -> None:
    screen = run("operations", "-v")

    assert screen.status == 0
    assert screen.err == "WARNING: cannot read the flags of 'all': cannot read all.py\n"


def test_operations_as_json() -> None:
    found = json.loads(run("operations", "--json").out)

    assert [one["fullname"] for one in found] == ["all", "prepare", "cnn:train"]
    train = found[2]
    assert (train["name"], train["model"], train["main"]) == ("train", "cnn", "train --fixed 1")
    assert train["guildfile"] == {"dir": "/p", "src": "/p/guild.yml", "line": 0}
    assert train["flags"]["lr"]["default"] == 0.1
    assert train["flags"]["kind"]["choices"][1] == {
        "value": "b",
        "alias": "bee",
        "description": "The b",
    }


def test_models_have_rows_and_details() -> None:
    assert run("models").out == "cnn  Convolutions.\n"
    assert run("models", "-a").out == "(no name)\ncnn        Convolutions.\n"
    assert run("models", "-v").out == (
        "cnn  Convolutions.\n"
        "  source: /p/guild.yml\n"
        "  operations:\n"
        "    _hidden\n"
        "    train\n"
        "  details:\n"
        "    Many of them.\n"
        "    https://example.org/cnn\n"
    )


def test_models_as_json() -> None:
    found = json.loads(run("models", "--json", "-i", "-a").out)

    assert [one["fullname"] for one in found] == ["zoo", "", "cnn"]
    assert found[2]["operations"] == ["_hidden", "train"]


@pytest.mark.parametrize("command", ["operations", "models"])
def test_details_and_json_exclude_each_other(command: str) -> None:
    with pytest.raises(Contradiction):
        run(command, "-v", "--json")
