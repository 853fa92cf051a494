"""Plans of new projects, and what is made of them."""

from __future__ import annotations

from typing import Any

import pytest

from guild.app.init_project import EnvironmentRequest, InitProject, InitRequest
from guild.domain.errors import GuildError
from guild.domain.projectsetup import EnvironmentPlan, ProjectPlan


class World:
    """Files by path, directories, and what was done; stands in for both ports.

    `existing` is whether a virtual environment is there.
    """

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.dirs: set[str] = set()
        self.done: list[tuple[str, ...]] = []
        self.existing = False
        self.init = InitProject(self, self, user_home="/u", python_exe="/bin/py")

    def is_file(self, path: str) -> bool:
        return path in self.files

    def is_dir(self, path: str) -> bool:
        return path in self.dirs

    def make_home(self, directory: str, resources: str | None) -> None:
        self.done.append(("home", directory, resources or ""))

    def write_new(self, path: str, text: str) -> bool:
        return self.files.setdefault(path, text) is text

    def find_python(self, python: str) -> str:
        return f"/found{python}"

    def is_environment(self, directory: str) -> bool:
        return self.existing

    def make(self, plan: EnvironmentPlan) -> None:
        self.done.append(("venv", plan.directory))

    def install(self, plan: EnvironmentPlan) -> None:
        self.done.append(("install", *plan.requirements))

    def plan(self, **environment: Any) -> EnvironmentPlan:  # Any: keywords
        request = EnvironmentRequest(**environment)
        planned = self.init.plan(InitRequest(directory="/p/x", environment=request)).environment
        assert planned is not None
        return planned


@pytest.fixture
def world() -> World:
    return World()


def test_a_project_has_a_home_that_shares_downloads(world: World) -> None:
    plan = world.init.plan(InitRequest(directory="/p"))

    made = world.init.make(plan, pytest.fail)

    assert plan == ProjectPlan(directory="/p", resources="/u/.guild/cache/resources")
    assert world.done == [("home", "/p/.guild", "/u/.guild/cache/resources")]
    assert made == ()


@pytest.mark.parametrize(
    "request_", [InitRequest(directory="/p", isolated=True), InitRequest(directory="/u")]
)
def test_downloads_can_be_of_its_own(world: World, request_: InitRequest) -> None:
    assert world.init.plan(request_).resources is None


def test_a_run_is_no_project(world: World) -> None:
    world.files["/p/.guild/opref"] = ""

    with pytest.raises(GuildError, match="run directory"):
        world.init.plan(InitRequest(directory="/p"))


def test_a_skeleton_keeps_the_files_that_are_there(world: World) -> None:
    world.files["/p/train.py"] = "mine"
    plan = world.init.plan(InitRequest(directory="/p", skeleton=True))

    made = world.init.make(plan, pytest.fail)

    assert made == ("guild.yml",)
    assert world.files["/p/train.py"] == "mine"
    assert "main: train" in world.files["/p/guild.yml"]


def test_the_program_of_the_skeleton_runs(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.init.make(world.init.plan(InitRequest(directory="/p", skeleton=True)), pytest.fail)

    exec(world.files["/p/train.py"], {"__name__": "__main__"})

    first, *_, last = (
        float(line.partition(" ")[2])
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("loss: ")
    )
    assert last < first


def test_an_environment_has_the_projects_name_and_the_interpreter_of_scripts(
    world: World,
) -> None:
    plan = world.plan()

    assert (plan.directory, plan.name, plan.python) == ("/p/x/venv", "x", "/found/bin/py")
    assert not plan.exists
    assert plan.requirements == ()


def test_an_environment_gets_what_the_project_requires(world: World) -> None:
    world.files["/p/x/requirements.txt"] = ""
    world.files["/other.txt"] = ""

    assert world.plan().requirements == ("/p/x/requirements.txt",)
    assert world.plan(requirements=("/other.txt",)).requirements == ("/other.txt",)
    assert world.plan(no_requirements=True).requirements == ()


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"requirements": ("/nope.txt",)}, "requirements file /nope.txt does not exist"),
        ({"paths": ("/nope",)}, "directory /nope does not exist"),
        ({"paths": ("/a\nb",)}, "line break"),
        ({"guild": "/nope.whl"}, "cannot install Guild from /nope.whl"),
        ({"requirements": ("/r",), "no_requirements": True}, "cannot both be used"),
    ],
)
def test_what_is_not_there_is_refused_before_anything_is_made(
    world: World, environment: dict[str, Any], message: str
) -> None:
    world.dirs.add("/a\nb")

    with pytest.raises(GuildError, match=message):
        world.plan(**environment)

    assert world.done == []


def test_steps_that_take_long_are_told_of(world: World) -> None:
    world.files["/p/requirements.txt"] = ""
    request = InitRequest(directory="/p", environment=EnvironmentRequest())
    steps: list[str] = []

    world.init.make(world.init.plan(request), steps.append)

    assert steps == ["environment", "packages"]
    assert world.done[1:] == [("venv", "/p/venv"), ("install", "/p/requirements.txt")]


def test_without_anything_to_install_nothing_is_installed(world: World) -> None:
    request = InitRequest(directory="/p", environment=EnvironmentRequest())
    steps: list[str] = []

    world.init.make(world.init.plan(request), steps.append)

    assert steps == ["environment"]
