"""Whatever is wrong with a guild.yml is told in one line, with file and line, and soon."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guild.adapters.guildfile import reader
from guild.adapters.guildfile.loader import load_guildfile
from guild.domain.errors import GuildError
from guild.domain.guildfile import Guildfile
from tests.strategies import nasty_text
from tests.unit.guildfile.corpus import MALFORMED, VALID, make_special, written

_LIGHT = [case for case in MALFORMED if "made" not in case]
_HEAVY = [case for case in MALFORMED if "made" in case]
_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
from guild.adapters.guildfile.loader import load_guildfile
from guild.domain.errors import GuildError
try:
    load_guildfile(sys.argv[1])
except GuildError as error:
    print(error)
try:  # a process that was forked from a large one would be told that one's peak
    with open("/proc/self/status") as status:
        print(*(line.split()[1] for line in status if line.startswith("VmHWM:")))
except OSError:
    print(0)
"""


def test_corpus_is_large_enough() -> None:
    assert len(MALFORMED) >= 60
    assert len({case["name"] for case in MALFORMED}) == len(MALFORMED)


@pytest.mark.parametrize("case", MALFORMED, ids=lambda case: case["name"])
def test_malformed_file_gives_one_line_with_file_and_line(
    case: dict[str, Any], tmp_path: Path
) -> None:
    path = written(case, tmp_path)

    with pytest.raises(GuildError) as caught:
        load_guildfile(path)

    text = str(caught.value)
    assert text.startswith(f"error in {tmp_path / case.get('at', 'guild.yml')}:{case['line']}: ")
    assert case["says"] in text
    assert "\n" not in text
    assert len(text) < 700 + len(str(tmp_path))


@pytest.mark.parametrize("case", _LIGHT, ids=lambda case: case["name"])
def test_yaml_library_without_its_c_part_finds_the_same(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_Loader", yaml.SafeLoader)
    path = written(case, tmp_path)
    told = f"error in {tmp_path / case.get('at', 'guild.yml')}:{case['line']}: "

    with pytest.raises(GuildError, match=re.escape(told)):
        load_guildfile(path)


@pytest.mark.parametrize("case", _HEAVY, ids=lambda case: case["name"])
def test_heavy_file_is_refused_with_little_memory(case: dict[str, Any], tmp_path: Path) -> None:
    path = written(case, tmp_path)

    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, path], capture_output=True, text=True, check=True
    )

    error, peak_kb = done.stdout.splitlines()
    assert case["says"] in error
    assert int(peak_kb) < 200 * 1024


@pytest.mark.parametrize("case", VALID, ids=lambda case: case["name"])
def test_valid_file_is_accepted(case: dict[str, Any], tmp_path: Path) -> None:
    assert isinstance(load_guildfile(written(case, tmp_path)), Guildfile)


def _loads_or_tells(path: Path) -> None:
    try:
        loaded = load_guildfile(str(path))
    except GuildError as error:
        told = str(error)
    else:
        assert isinstance(loaded, Guildfile)
        return
    assert told.startswith(f"error in {path}:")
    assert "\n" not in told


@pytest.fixture(scope="module")
def somewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A path for files that are written anew for each example."""
    return tmp_path_factory.mktemp("fuzz") / "guild.yml"


@given(st.binary(max_size=60))
def test_any_bytes_load_or_give_one_line(somewhere: Path, data: bytes) -> None:
    somewhere.write_bytes(data)

    _loads_or_tells(somewhere)


@given(st.lists(nasty_text(), max_size=12).map("\n".join))
def test_any_text_loads_or_gives_one_line(somewhere: Path, text: str) -> None:
    somewhere.write_text(text, encoding="utf-8", errors="replace")

    _loads_or_tells(somewhere)


# fmt: off
_WORDS = st.sampled_from((
    "model", "config", "package", "include", "operations", "extends", "params", "resources",
    "sourcecode", "flags", "operation-defaults", "requires", "steps", "main", "exec", "optimizer",
    "optimizers", "objective", "choices", "default", "value", "file", "url", "operation",
    "sources", "select", "rename", "tags", "env", "train", "$include", "a", "b", "m", "min", "max",
    "type", "path", "target-type", "name", "resource", "exclude", "dir", "algorithm", "{{a}}",
    "run", "expect", "m:train", "a#b", "m:a", "yes", "no", "1", "0.5", "null", "''",
))
# fmt: on
_DATA = st.recursive(
    _WORDS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(_WORDS, inner), max_size=5, unique_by=lambda pair: pair[0]).map(
            lambda pairs: "{" + ", ".join(f"'{key.strip(chr(39))}': {v}" for key, v in pairs) + "}"
        ),
    ),
    max_leaves=25,
)


@given(_DATA)
def test_attributes_in_any_place_load_or_give_one_line(somewhere: Path, text: str) -> None:
    somewhere.write_text(text, encoding="utf-8")

    _loads_or_tells(somewhere)


@pytest.mark.parametrize("kind", ["directory", "missing", "pipe", "socket", "device"])
def test_what_is_no_file_gives_one_line(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "guild.yml"
    if kind != "missing":
        make_special(kind, path)

    with pytest.raises(GuildError, match=r"^error in .*guild.yml:1: "):
        load_guildfile(str(path))


@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
def test_included_file_that_is_none_gives_one_line(kind: str, tmp_path: Path) -> None:
    (tmp_path / "guild.yml").write_text("- include: a.yml\n")
    make_special(kind, tmp_path / "a.yml")

    with pytest.raises(GuildError, match=r"a.yml:1: expected a regular file$"):
        load_guildfile(str(tmp_path / "guild.yml"))
