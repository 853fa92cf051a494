"""Notebooks as operations."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from pytest_bdd import given, parsers, scenarios

from tests.features.world import World

pytest.importorskip("nbconvert")
pytestmark = pytest.mark.e2e

scenarios("notebooks.feature")


@given(parsers.re(r'a notebook "(?P<name>.*)" with the cells:'))
def write_notebook(world: World, name: str, datatable: Sequence[Sequence[str]]) -> None:
    cells = [
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": []}
        | {"execution_count": None}
        for (source,) in datatable
    ]
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    world.sandbox.write(name, json.dumps(document))
