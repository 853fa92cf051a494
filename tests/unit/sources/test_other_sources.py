"""Files, modules, config files and commands of sources."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from guild.adapters.sources.configs import GeneratedConfigs
from guild.adapters.sources.files import DirectorySourceFiles
from guild.adapters.sources.modules import PythonModules
from guild.adapters.sources.places import ResourceCache
from guild.adapters.sources.postprocess import ShellPostProcesses
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.run import Run


def test_a_relative_path_is_looked_for_in_each_root(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "two/a.txt").write_text("")
    roots = (str(tmp_path / "one"), str(tmp_path / "two"))
    files = DirectorySourceFiles()

    assert files.find("a.txt", roots) == str(tmp_path / "two/a.txt")
    assert files.find("./x/../a.txt", roots) is None
    assert files.find(str(tmp_path / "one/"), ()) == str(tmp_path / "one")
    assert files.find("b.txt", roots) is None


def test_entries_are_listed_in_order_without_what_guild_keeps(tmp_path: Path) -> None:
    for path in ("b/z", "b/a", "a", ".guild/attrs/id", ".guild-cache-lock", ".hidden"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    files = DirectorySourceFiles()

    assert files.entries(str(tmp_path)) == [".hidden", "a", "b", "b/a", "b/z"]
    assert files.names(str(tmp_path)) == [".hidden", "a", "b"]


def test_links_are_entered_on_request_and_loops_once(tmp_path: Path) -> None:
    (tmp_path / "run/sub").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/x").write_text("")
    (tmp_path / "run/loop").symlink_to(".")
    (tmp_path / "run/other").symlink_to("../other")
    files = DirectorySourceFiles()

    root = str(tmp_path / "run")
    assert files.entries(root) == ["loop", "other", "sub"]
    assert files.entries(root, follow_links=True) == ["loop", "other", "other/x", "sub"]


@pytest.fixture(params=["same", "other"])
def modules(request: pytest.FixtureRequest, tmp_path: Path) -> PythonModules:
    """Modules of this interpreter, and of one by another name."""
    python = sys.executable
    if request.param == "other":
        python = f"{Path(python).parent}/./{Path(python).name}"
    return PythonModules(python, dict(os.environ))


def test_modules_of_the_interpreter_are_found(modules: PythonModules) -> None:
    assert modules.missing("sys", ()) is None
    assert modules.missing("xml.etree.ElementTree", ()) is None
    assert modules.missing("attr", ()) is None


def test_modules_of_the_program_are_found_and_not_run(
    modules: PythonModules, tmp_path: Path
) -> None:
    (tmp_path / "pkg/sub").mkdir(parents=True)
    for path in ("pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/mod.py"):
        (tmp_path / path).write_text("raise SystemExit('run')")
    paths = (str(tmp_path),)

    assert modules.missing("pkg.sub.mod", paths) is None
    assert modules.missing("pkg.sub.other", paths) == "pkg.sub.other"
    assert modules.missing("pkg.no.mod", paths) == "pkg.no"
    assert modules.missing("pkg", ()) == "pkg"


@pytest.mark.parametrize("name", ["no_such_module", "", "a b", "os.path.x", ".x", "modulelookup"])
def test_modules_that_are_not_there_are_missing(modules: PythonModules, name: str) -> None:
    assert modules.missing(name, ()) is not None


def test_an_interpreter_that_is_not_there_is_told() -> None:
    with pytest.raises(GuildError, match="cannot look for modules with /no/python"):
        PythonModules("/no/python", {}).missing("os", ())


def test_a_command_is_run_once_for_each_text(cache: ResourceCache, tmp_path: Path) -> None:
    processes = ShellPostProcesses(cache, os.environ)
    begun: list[str] = []

    for command in ("echo x >> out", "echo x >> out", "echo y >> out"):
        processes.run(command, str(tmp_path), "k", begun.append)

    assert (tmp_path / "out").read_text() == "x\ny\n"
    assert begun == [str(tmp_path)] * 2


def test_a_command_without_a_directory_gets_one(cache: ResourceCache) -> None:
    begun: list[str] = []

    ShellPostProcesses(cache, os.environ).run("echo x > out", None, "k", begun.append)

    assert begun == [cache.of_key("k")]
    assert Path(begun[0], "out").read_text() == "x\n"


def test_a_command_that_fails_is_run_again(cache: ResourceCache, tmp_path: Path) -> None:
    processes = ShellPostProcesses(cache, os.environ)
    for _ in range(2):
        with pytest.raises(GuildError) as told:
            processes.run("echo x >> out; exit 3", str(tmp_path), "k", lambda _: None)
        assert told.value.message == (
            "Command 'echo x >> out; exit 3' returned non-zero exit status 3."
        )
    assert (tmp_path / "out").read_text() == "x\nx\n"


def _write(source: str, target: str, values: Mapping[str, FlagValue]) -> None:
    Path(target).write_text(f"{source} {dict(values)}")


def test_a_config_file_is_generated_below_the_run(run: Run) -> None:
    path = GeneratedConfigs(_write).generate(run, "/p/conf.json.in", {"a": 1})

    directory, name = os.path.split(path)
    assert name == "conf.json"
    assert os.path.dirname(directory) == f"{run.path}/.guild/generated"
    assert Path(path).read_text() == "/p/conf.json.in {'a': 1}"


def test_other_files_are_no_config_files(run: Run) -> None:
    with pytest.raises(GuildError, match=r"unsupported file type for '/p/conf\.txt'"):
        GeneratedConfigs(_write).generate(run, "/p/conf.txt", {})


def test_a_config_file_that_can_not_be_made_leaves_nothing(run: Run) -> None:
    def fail(source: str, target: str, values: Mapping[str, FlagValue]) -> None:
        Path(target).write_text("half")
        raise GuildError("bad")

    with pytest.raises(GuildError, match=r"error loading config from /p/c\.json: bad"):
        GeneratedConfigs(fail).generate(run, "/p/c.json", {})
    assert os.listdir(f"{run.path}/.guild/generated") == []
