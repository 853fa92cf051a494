"""Operations of a project by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.adapters.project.guildfiles import GuildfileCatalog
from guild.adapters.project.guildoperations import OperationBuilder
from guild.adapters.project.programs import ProgramFlags
from guild.adapters.project.scripts import ScriptCatalog
from guild.domain.errors import GuildError, NoSuchOperation
from guild.domain.guildfile import FileWarning, Guildfile, Model, OperationDef
from guild.domain.opref import OpRef
from tests.unit.project.test_guildoperations import Importer


class World:
    """A directory with a file that says `definitions`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.loaded: list[str] = []
        self.warnings: list[str] = []
        self.broken = False
        self.file_warnings: tuple[FileWarning, ...] = ()
        self.models: tuple[Model, ...] = (
            Model(name="", operations=(OperationDef(name="train", main="train"),)),
        )

    def load(self, path: str) -> Guildfile:
        self.loaded.append(path)
        if self.broken:
            raise GuildError(f"error in {path}:1: odd")
        return Guildfile(path=path, digest="d1", models=self.models, warnings=self.file_warnings)

    def catalog(self) -> GuildfileCatalog:
        importer = Importer()
        warn = self.warnings.append
        return GuildfileCatalog(
            cwd=str(self.directory),
            scripts=ScriptCatalog(str(self.directory), importer, warn),
            builder=lambda: OperationBuilder(ProgramFlags(importer, lambda _path: (), warn), warn),
            load=self.load,
            package_file=lambda name: f"{self.directory}/pkg.yml" if name == "pkg" else None,
            warn=warn,
        )


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "guild.yml").write_text("")
    (tmp_path / "pkg.yml").write_text("")
    (tmp_path / "other.py").write_text("")
    return World(tmp_path)


def test_an_operation_is_found_by_its_name(world: World) -> None:
    operation = world.catalog().find("train")

    assert operation.opref == OpRef("guildfile", f"{world.directory}/guild.yml", "d1", "", "train")
    assert operation.name == "train"


def test_an_operation_comes_before_a_script_of_its_name(world: World) -> None:
    world.models = (Model(name="", operations=(OperationDef(name="other.py", main="other"),)),)
    assert world.catalog().find("other.py").opref.pkg_type == "guildfile"


def test_scripts_are_found_beside_operations(world: World) -> None:
    assert world.catalog().find("other.py").opref.pkg_type == "script"


def test_what_is_neither_is_looked_for_in_the_project(world: World) -> None:
    with pytest.raises(NoSuchOperation, match="operation 'tain' is not defined") as error:
        world.catalog().find("tain")
    assert "Did you mean 'train'?" in error.value.hint


def test_without_a_file_nothing_is_loaded(world: World) -> None:
    (world.directory / "guild.yml").unlink()

    assert world.catalog().project() is None
    assert world.catalog().find("other.py").opref.pkg_type == "script"
    with pytest.raises(NoSuchOperation, match="cannot find operation train"):
        world.catalog().find("train")
    assert world.loaded == []


def test_a_broken_file_stops_operations_and_is_told_of_with_scripts(world: World) -> None:
    world.broken = True

    with pytest.raises(GuildError, match=r"error in .*guild.yml:1: odd"):
        world.catalog().find("train")
    world.catalog().find("other.py")

    assert world.warnings[0].startswith(f"error in {world.directory}/guild.yml:1: odd - running")


def test_packages_have_operations(world: World) -> None:
    operation = world.catalog().find("pkg/train")

    assert operation.opref == OpRef("package", "pkg", "d1", "", "train")
    assert operation.name == "pkg/train"
    with pytest.raises(NoSuchOperation, match="cannot find operation nope/train"):
        world.catalog().find("nope/train")


def test_the_operation_of_a_run_is_found_again(world: World) -> None:
    catalog = world.catalog()
    opref = catalog.find("train").opref

    again = catalog.of_run(opref, None)
    gone = catalog.of_run(OpRef("guildfile", opref.pkg_name, "d0", "", "gone"), None)
    moved = catalog.of_run(OpRef("guildfile", "/nowhere/guild.yml", "d0", "", "train"), None)

    assert again is not None
    assert again.opref == opref
    assert gone is None
    assert moved is None


def test_what_is_odd_about_an_operation_is_told_with_it(world: World) -> None:
    path = f"{world.directory}/guild.yml"
    odd = FileWarning(path, 2, "odd")
    guildfile = Guildfile(
        path=path,
        models=(
            Model(
                name="",
                operations=(
                    OperationDef(name="other", line=4, main="other"),
                    OperationDef(name="train", line=1, main="other"),
                ),
            ),
        ),
        warnings=(odd, FileWarning(path, 5, "elsewhere"), FileWarning("/else.yml", 2, "not here")),
    )
    world.models, world.file_warnings = guildfile.models, guildfile.warnings

    world.catalog().find("train")

    assert world.warnings == [f"{path}:2: odd"]


def test_what_is_odd_is_about_an_operation_of_the_same_file() -> None:
    odd = FileWarning("/p/more.yml", 7, "odd")
    train = OperationDef(name="train", path="/p/more.yml", line=3)
    model = Model(name="m", path="/p/guild.yml", line=4, operations=(train,))
    last = OperationDef(name="last", path="/p/more.yml", line=9)
    own = OperationDef(name="own", line=5)
    guildfile = Guildfile(
        path="/p/guild.yml",
        models=(model, Model(name="", operations=(last, own))),
        warnings=(odd, FileWarning("/p/guild.yml", 7, "own"), FileWarning("/p/more.yml", 9, "x")),
    )

    assert guildfile.warnings_about(train) == (odd,)
    assert [each.message for each in guildfile.warnings_about(own)] == ["own"]
