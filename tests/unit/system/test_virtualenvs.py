"""Virtual environments, made by an interpreter that only notes what it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from guild.adapters.system.virtualenvs import VirtualEnvironments
from guild.domain.errors import GuildError
from guild.domain.projectsetup import EnvironmentPlan

FAKE = """\
#!/bin/sh
echo "$@" >> "{log}"
case "$*" in
    *venv*) mkdir -p "{env}/bin" && touch "{env}/pyvenv.cfg" && cp "$0" "{env}/bin/python";;
    *sysconfig*) echo "{env}";;
esac
exit {status}
"""


class Tools:
    """A directory for an environment, and a fake interpreter; `fail` makes it fail."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.env = top / "p/venv"
        self.python = top / "python3.99"
        self.environments = VirtualEnvironments({"PATH": f"{top}:/bin:/usr/bin"}, str(top))
        self.fail(0)

    def fail(self, status: int) -> None:
        text = FAKE.format(log=self.top / "log", env=self.env, status=status)
        self.python.write_text(text)
        self.python.chmod(0o755)

    def asked(self) -> list[str]:
        return (self.top / "log").read_text().splitlines()

    def plan(self, **values: Any) -> EnvironmentPlan:  # Any: keywords
        return EnvironmentPlan(
            directory=str(self.env), name="p", python=str(self.python), **values
        )


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return Tools(tmp_path)


@pytest.mark.parametrize("named", ["3.99", "python3.99", "./python3.99"])
def test_an_interpreter_is_found_by_version_name_and_path(tools: Tools, named: str) -> None:
    assert tools.environments.find_python(named) == str(tools.python)


@pytest.mark.parametrize("named", ["9.9", "no-python", "./no/python", ".", ""])
def test_an_interpreter_that_is_not_there_is_refused(tools: Tools, named: str) -> None:
    with pytest.raises(GuildError, match="cannot find the Python interpreter"):
        tools.environments.find_python(named)


def test_an_environment_is_told_by_its_configuration(tools: Tools) -> None:
    assert not tools.environments.is_environment(str(tools.env))

    tools.environments.make(tools.plan())

    assert tools.environments.is_environment(str(tools.env))


def test_a_directory_that_is_no_environment_is_refused(tools: Tools) -> None:
    tools.env.mkdir(parents=True)

    with pytest.raises(GuildError, match="is no virtual environment"):
        tools.environments.is_environment(str(tools.env))


def test_an_environment_that_has_lost_its_interpreter_is_refused(tools: Tools) -> None:
    tools.environments.make(tools.plan())
    (tools.env / "bin/python").unlink()

    with pytest.raises(GuildError, match="without an interpreter"):
        tools.environments.is_environment(str(tools.env))


def test_the_interpreter_makes_the_environment(tools: Tools) -> None:
    tools.environments.make(tools.plan(system_packages=True))

    assert tools.asked() == [f"-m venv --prompt p --system-site-packages {tools.env}"]


def test_nothing_is_left_of_an_environment_that_failed(tools: Tools) -> None:
    tools.fail(3)

    with pytest.raises(GuildError, match="'-m venv' ended with exit status 3"):
        tools.environments.make(tools.plan())

    assert not tools.env.exists()


def test_an_environment_that_is_there_is_kept(tools: Tools) -> None:
    tools.env.mkdir(parents=True)
    tools.fail(3)

    tools.environments.make(tools.plan(exists=True))

    assert tools.env.is_dir()


def test_import_paths_are_added_once(tools: Tools) -> None:
    tools.environments.make(tools.plan(paths=("/a b", "/c")))
    tools.environments.make(tools.plan(paths=("/c", "/d"), exists=True))

    assert (tools.env / "guild-project.pth").read_text() == "/a b\n/c\n/d\n"


def test_what_is_required_is_installed_by_its_own_interpreter(tools: Tools) -> None:
    tools.environments.make(tools.plan())

    tools.environments.install(tools.plan(requirements=("/r", "/s"), guild="/g.whl", pre=True))

    assert tools.asked()[1:] == [
        "-m pip --disable-pip-version-check install --pre /g.whl",
        "-m pip --disable-pip-version-check install --pre -r /r -r /s",
    ]


def test_an_installation_that_fails_is_told(tools: Tools) -> None:
    tools.environments.make(tools.plan())
    (tools.env / "bin/python").write_text("#!/bin/sh\nexit 2\n")

    with pytest.raises(GuildError, match="cannot install /r: '-m pip' ended with exit status 2"):
        tools.environments.install(tools.plan(requirements=("/r",)))
