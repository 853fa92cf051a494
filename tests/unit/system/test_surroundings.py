"""Platform and installed packages."""

from __future__ import annotations

import errno
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from guild.adapters.system.packages import frozen_packages
from guild.adapters.system.surroundings import SystemSurroundings
from guild.domain.errors import StoreError


def installed(
    directory: Path, name: str, metadata: str | None, origin: object = None, *, raw: str = ""
) -> None:
    """Make a package's metadata directory."""
    path = directory / name
    path.mkdir(parents=True)
    if metadata is not None:
        (path / ("METADATA" if name.endswith("dist-info") else "PKG-INFO")).write_text(metadata)
    if origin is not None or raw:
        (path / "direct_url.json").write_text(raw or json.dumps(origin))


def frozen(directory: Path, python: tuple[int, int] = (3, 12)) -> list[str]:
    return frozen_packages([str(directory)], python=python)


def test_the_platform_is_told_as_texts_and_numbers() -> None:
    told = SystemSurroundings().platform()

    assert told["python_version"] == platform.python_version()
    assert told["cpus"] == os.cpu_count()
    assert str(told["uname"]).startswith(f"{os.uname().sysname} {os.uname().nodename} ")
    assert set(told) == {"architecture", "cpus", "processor", "python_version", "uname"}


@pytest.mark.skipif(sys.platform == "darwin", reason="the program format has no name there")
def test_the_architecture_is_that_of_the_interpreter() -> None:
    told = SystemSurroundings().platform()

    assert told["architecture"] == " ".join(platform.architecture())


def test_the_list_is_that_of_pip() -> None:
    pip = subprocess.run(
        [sys.executable, "-I", "-m", "pip", "--disable-pip-version-check", "freeze"],
        stdout=subprocess.PIPE,
        check=False,
        text=True,
        cwd="/",
    )
    if pip.returncode:
        pytest.skip("no pip")
    pinned = [line for line in pip.stdout.splitlines() if not line.startswith(("-e", "#"))]

    ours = SystemSurroundings().packages()

    assert ours is not None
    assert [line for line in ours if not line.startswith(("-e", "#"))] == pinned


def test_names_are_those_of_the_metadata(tmp_path: Path) -> None:
    installed(
        tmp_path, "pyyaml-6.0.dist-info", "Metadata-Version: 2.1\nName: PyYAML\nVersion: 6.0"
    )
    installed(tmp_path, "ruamel_yaml-1.dist-info", "Name: ruamel.yaml\nVersion: 1\n\nName: no\n")

    assert frozen(tmp_path) == ["PyYAML==6.0", "ruamel.yaml==1"]


def test_without_metadata_the_directory_gives_name_and_version(tmp_path: Path) -> None:
    installed(tmp_path, "some_thing-1.2.dist-info", None)
    installed(tmp_path, "other-3-py3.11.egg-info", "")

    assert frozen(tmp_path) == ["other==3", "some_thing==1.2"]


def test_egg_metadata_may_be_one_file(tmp_path: Path) -> None:
    (tmp_path / "Old-1.0.egg-info").write_text("Metadata-Version: 1.0\nName: Old\nVersion: 1.0\n")

    assert frozen(tmp_path) == ["Old==1.0"]


def test_of_equal_names_the_first_directory_counts(tmp_path: Path) -> None:
    installed(tmp_path / "a", "My_Pkg-1.dist-info", "Name: My.Pkg\nVersion: 1\n")
    installed(tmp_path / "b", "my_pkg-2.dist-info", "Name: my-pkg\nVersion: 2\n")

    lines = frozen_packages([f"{tmp_path}/a", f"{tmp_path}/missing", f"{tmp_path}/b"])

    assert lines == ["My.Pkg==1"]


def test_what_belongs_to_the_installer_depends_on_the_version_of_python(tmp_path: Path) -> None:
    for name in ("pip", "setuptools", "wheel", "six"):
        installed(tmp_path, f"{name}-1.dist-info", f"Name: {name}\nVersion: 1\n")

    assert frozen(tmp_path, (3, 11)) == ["six==1"]
    assert frozen(tmp_path, (3, 12)) == ["setuptools==1", "six==1", "wheel==1"]


@pytest.mark.parametrize(
    ("origin", "lines"),
    [
        (
            {"url": "file:///p%20q", "dir_info": {"editable": True}},
            ["# Editable install with no version control (X==1)", "-e /p q"],
        ),
        ({"url": "file:///p", "dir_info": {}}, ["X @ file:///p"]),
        (
            {"url": "https://h/r", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            ["X @ git+https://h/r@abc"],
        ),
        (
            {
                "url": "https://h/x.zip",
                "archive_info": {"hash": "sha256=12", "hashes": {"sha256": "12"}},
                "subdirectory": "s",
            },
            ["X @ https://h/x.zip#sha256=12&subdirectory=s"],
        ),
        ({"url": "https://h/x.zip", "archive_info": {"hashes": {"md5": "1"}}},
         ["X @ https://h/x.zip#md5=1"]),
        ({"url": 3}, ["X==1"]),
        ([], ["X==1"]),
    ],
)  # fmt: skip
def test_packages_of_other_origin_are_shown_with_it(
    tmp_path: Path, origin: object, lines: list[str]
) -> None:
    installed(tmp_path, "x-1.dist-info", "Name: X\nVersion: 1\n", origin)

    assert frozen(tmp_path) == lines


def test_a_damaged_origin_is_passed_over(tmp_path: Path) -> None:
    installed(tmp_path, "x-1.dist-info", "Name: X\nVersion: 1\n", raw="{")

    assert frozen(tmp_path) == ["X==1"]


def test_remains_of_an_interrupted_installation_are_passed_over(tmp_path: Path) -> None:
    installed(tmp_path, "~ip-1.dist-info", "Name: ip\nVersion: 1\n")

    assert frozen(tmp_path) == []


def test_a_system_that_fails_to_read_packages_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a-1.dist-info").mkdir()
    (tmp_path / "a-1.dist-info/METADATA").write_text("Name: a\nVersion: 1\n")
    real = os.open

    def failing(path: str, *args: int) -> int:
        if path.startswith(str(tmp_path)):
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return real(path, *args)

    monkeypatch.setattr(os, "open", failing)

    with pytest.raises(StoreError, match="cannot read installed packages: Too many open files"):
        SystemSurroundings().packages([str(tmp_path)])
