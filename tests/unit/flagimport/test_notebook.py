"""Flags of notebooks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guild.domain.errors import GuildError
from guild.domain.importedflags import ImportedFlags
from tests.unit.flagimport.conftest import Scripts


def _cell(source: object, *tags: str, kind: str = "code") -> dict[str, object]:
    return {"cell_type": kind, "source": source, "metadata": {"tags": list(tags)}}


def _read(scripts: Scripts, *cells: object, dest: str | None = None, **more: Any) -> ImportedFlags:
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}
    scripts.write("train.ipynb", json.dumps(document))
    return scripts.read("train.ipynb", dest=dest)


def _defaults(found: ImportedFlags) -> dict[str, object]:
    return {flag.name: flag.default for flag in found.flags}


def test_constants_of_code_cells_are_flags(scripts: Scripts) -> None:
    found = _read(
        scripts,
        _cell("a = 9", kind="markdown"),
        _cell(["%matplotlib inline\n", "lr = 0.1\n", "name: str = 'x'\n", "_no = 1"]),
        _cell("files = !ls\nlr = 0.5\nlayers = [1, 2]\nfast = False\nn = len(name)"),
    )

    assert found.dest == "globals"
    assert found.warnings == ()
    assert _defaults(found) == {"fast": False, "layers": "1 2", "lr": 0.1, "name": "x"}
    assert {flag.name: flag.type for flag in found.flags} == {
        "fast": "boolean",
        "layers": None,
        "lr": "number",
        "name": "string",
    }


def test_the_types_of_annotations_count(scripts: Scripts) -> None:
    found = _read(scripts, _cell("a: int = 1\nb: float = 1\nc: bool = True\nd: str = ''"))

    assert [flag.type for flag in found.flags] == ["int", "float", "boolean", "string"]


def test_the_right_most_name_of_a_chain_is_the_flag(scripts: Scripts) -> None:
    assert _defaults(_read(scripts, _cell("a = b = 1"))) == {"b": 1}


def test_cells_tagged_parameters_are_all_that_counts(scripts: Scripts) -> None:
    found = _read(scripts, _cell("x = 1"), _cell("y = 2", "parameters"), _cell("z = 3"))

    assert _defaults(found) == {"y": 2}


def test_a_cell_that_is_no_python_is_told_of(scripts: Scripts) -> None:
    found = _read(scripts, _cell("x = 1"), _cell("y =\nz = 1"), _cell("w = 3"))

    assert _defaults(found) == {"w": 3, "x": 1}
    assert found.warnings == (
        "cannot import flags from train.ipynb: invalid syntax in cell 2 on line 1",
    )


def test_other_languages_have_no_flags(scripts: Scripts) -> None:
    found = _read(
        scripts, _cell("x = 1"), metadata={"kernelspec": {"name": "ir", "language": "R"}}
    )

    assert found.flags == ()


def test_old_notebooks_are_read(scripts: Scripts) -> None:
    cell = {"cell_type": "code", "input": "x = 1", "metadata": {}}
    scripts.write("train.ipynb", json.dumps({"worksheets": [{"cells": [cell]}], "nbformat": 3}))

    assert _defaults(scripts.read("train.ipynb")) == {"x": 1}


def test_flags_can_be_left_to_others(scripts: Scripts) -> None:
    assert _read(scripts, _cell("x = 1"), dest="none") == ImportedFlags(dest="none")
    assert _read(scripts, _cell("x = 1"), dest="args").warnings == (
        "cannot import flags from train.ipynb: notebooks take flags as globals, not args",
    )


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', '{"cells": 3}', "\0"])
def test_a_file_that_is_no_notebook_is_refused(scripts: Scripts, text: str) -> None:
    scripts.write("train.ipynb", text)

    with pytest.raises(GuildError, match=r"cannot import flags from train\.ipynb: it is no note"):
        scripts.read("train.ipynb")


@pytest.mark.parametrize(
    "cells",
    [
        [3],
        [{}],
        [{"cell_type": "code"}],
        [{"cell_type": "code", "source": [1], "metadata": []}],
        [{"cell_type": "code", "source": "x", "metadata": {"tags": 1}}],
    ],
)
def test_odd_cells_are_passed_over(scripts: Scripts, cells: list[object]) -> None:
    assert _read(scripts, *cells).flags == ()
