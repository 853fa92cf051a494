"""Optimizers by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from guild.adapters.optimizers.registry import ALIASES, BUILT_IN, find
from guild.domain.errors import GuildError

_MODULE = """
class Mine:
    name = "mine"
    flags = ()
    sequential = False
    default_max_trials = None
    needs_dimensions = True
    libraries = ()

    def search(self, space, seed, options, max_trials):
        raise NotImplementedError

mine = Mine()

def make():
    return mine

def fail():
    raise OSError("no key")

nothing = object()
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package with optimizers."""
    info = tmp_path / "searches-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: searches\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[guild.optimizers]\n"
        "mine = searches_mod:mine\n"
        "class = searches_mod:Mine\n"
        "called = searches_mod:make\n"
        "failing = searches_mod:fail\n"
        "nothing = searches_mod:nothing\n"
        "gone = searches_gone:x\n"
        "gp = searches_mod:mine\n"
    )
    (tmp_path / "searches_mod.py").write_text(_MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "searches_mod", raising=False)
    return tmp_path


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_optimizers_are_found_by_their_names(name: str) -> None:
    optimizer = find(name)

    assert optimizer is not None
    assert optimizer.name == name


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_aliases_stand_for_built_in_optimizers(alias: str, name: str) -> None:
    optimizer = find(alias)

    assert optimizer is not None
    assert optimizer.name == name


@pytest.mark.parametrize("name", ["", "+", "no-such", "skopt", "train.py", "GP"])
def test_other_names_are_no_optimizers(name: str) -> None:
    assert find(name) is None


@pytest.mark.parametrize("name", ["mine", "class", "called"])
def test_packages_offer_optimizers(package: Path, name: str) -> None:
    optimizer = find(name)

    assert optimizer is not None
    assert optimizer.name == "mine"


def test_built_in_names_cannot_be_taken(package: Path) -> None:
    optimizer = find("gp")

    assert optimizer is not None
    assert optimizer.name == "gp"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("failing", "optimizer 'failing' of searches failed to load: OSError: no key"),
        ("gone", "optimizer 'gone' of searches failed to load: ModuleNotFoundError: No module"),
        ("nothing", "'nothing' of searches is not an optimizer: it has no name, flags, seq"),
    ],
)
def test_what_packages_offer_in_vain_is_said(package: Path, name: str, why: str) -> None:
    with pytest.raises(GuildError, match=why):
        find(name)


def test_finding_what_is_built_in_loads_no_library() -> None:
    script = """
import sys
from guild.adapters.optimizers.registry import BUILT_IN, find
for name in BUILT_IN:
    find(name)
heavy = {"numpy", "scipy", "sklearn", "skopt", "optuna", "importlib.metadata"}
print(*sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == []
