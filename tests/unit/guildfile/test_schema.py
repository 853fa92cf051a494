"""The JSON Schema accepts and rejects what the loader does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from guild.adapters.guildfile.loader import load_guildfile
from guild.adapters.guildfile.marked import plain
from guild.adapters.guildfile.reader import read
from guild.adapters.guildfile.schema import SCHEMA_PATH, schema, schema_text
from guild.domain.errors import GuildError
from tests.unit.guildfile.corpus import MALFORMED, VALID, written
from tests.unit.guildfile.test_malformed import _DATA, somewhere

__all__ = ["somewhere"]

_STRUCTURAL = [case for case in MALFORMED if "beyond" not in case]
_VALIDATOR = jsonschema.Draft202012Validator(schema())
_BEYOND = (
    "cannot find|undefined|cycle in|is not defined|is not installed|duplicate|has no|{{"
    "|required by|include reference|rename spec|regular expression|invalid dependency|is included"
    "|multiple pack|closed quotes|invalid python-requires|is the default|also the"
    "|less than min|greater than max|not a number|not among"
)


def test_shipped_schema_is_up_to_date() -> None:
    shipped = Path(SCHEMA_PATH).read_text(encoding="utf-8")

    assert shipped == schema_text(), "write it: python -m guild.adapters.guildfile.schema"


def test_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


def test_every_attribute_is_described() -> None:
    for name, definition in schema()["$defs"].items():
        for attribute, about in definition.get("properties", {}).items():
            assert about.get("description") or name == "Include", f"{name}.{attribute}"


@pytest.mark.parametrize("case", VALID, ids=lambda case: case["name"])
def test_schema_accepts_valid_files(case: dict[str, Any], tmp_path: Path) -> None:
    data = plain(read(written(case, tmp_path)).data)

    _VALIDATOR.validate(data)


@pytest.mark.parametrize("case", _STRUCTURAL, ids=lambda case: case["name"])
def test_schema_rejects_malformed_files(case: dict[str, Any], tmp_path: Path) -> None:
    data = plain(read(written(case, tmp_path)).data)

    assert not _VALIDATOR.is_valid(data)


@given(_DATA)
def test_schema_and_loader_agree_on_the_form(somewhere: Path, text: str) -> None:
    somewhere.write_text(text, encoding="utf-8")
    try:
        data = plain(read(str(somewhere)).data)
    except GuildError:
        return  # no YAML

    mistake = _mistake(somewhere)

    if mistake is None or not re.search(_BEYOND, mistake):
        assert _VALIDATOR.is_valid(data) is (mistake is None), mistake


def _mistake(path: Path) -> str | None:
    try:
        load_guildfile(str(path))
    except GuildError as error:
        return str(error)
    return None
