"""Operations made of definitions and programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.adapters.project.guildoperations import OperationBuilder
from guild.adapters.project.programs import ProgramFlags
from guild.domain.dependency import Resource, Source
from guild.domain.errors import GuildError
from guild.domain.flagdef import FlagDef
from guild.domain.guildfile import Guildfile, OperationDef, SourceSelection
from guild.domain.importedflags import ImportedFlags
from guild.domain.operation import FLAG_ARGS, PYTHON_EXE, Operation
from guild.domain.opref import OpRef


class Importer:
    """Says the same of every program, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None, tuple[str, ...]]] = []

    def flags(
        self,
        script: str,
        project_dir: str,
        *,
        dest: str | None = None,
        words: tuple[str, ...] = (),
    ) -> ImportedFlags:
        self.asked.append((script, dest, words))
        flags = FlagDef(name="lr", default=0.1, type="number"), FlagDef(name="seed", default=1)
        return ImportedFlags(flags=flags, dest=dest or "args", warnings=("odd",))


class Project:
    """A directory with operations."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.importer = Importer()
        self.warnings: list[str] = []

    def file(self, path: str) -> None:
        (self.directory / path).parent.mkdir(parents=True, exist_ok=True)
        (self.directory / path).write_text("")

    def operation(self, definition: OperationDef, model: str = "") -> Operation:
        guildfile = Guildfile(path=f"{self.directory}/guild.yml", digest="d1")
        warn = self.warnings.append
        programs = ProgramFlags(
            self.importer, lambda path: (FlagDef(name=Path(path).stem, default=1),), warn
        )
        builder = OperationBuilder(programs, warn)
        opref = OpRef("guildfile", guildfile.path, "d1", model, definition.name)
        return builder.operation(guildfile, definition, opref)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    for path in ("train.py", "sub/deep.py", "pkg/__main__.py", "src/lib/main.py", "run.sh"):
        project.file(path)
    return project


def names(operation: Operation) -> list[str]:
    return [flag.name for flag in operation.flags]


@pytest.mark.parametrize(
    ("main", "words", "script", "needed"),
    [
        ("train", ("train",), "train.py", "train.py"),
        ("train a 'b c'", ("train", "a", "b c"), "train.py", "train.py"),
        ("sub/deep", ("sub/deep",), "sub/deep.py", "sub/deep.py"),
        ("sub.deep", ("sub.deep",), "sub/deep.py", "sub/deep.py"),
        ("pkg", ("pkg",), "pkg", "pkg/__main__.py"),
    ],
)
def test_a_module_is_run_as_a_program(
    project: Project, main: str, words: tuple[str, ...], script: str, needed: str
) -> None:
    operation = project.operation(OperationDef(name="t", main=main, flags_import=True))

    assert operation.command.args == (
        PYTHON_EXE,
        "-um",
        "guild.op_main",
        *words,
        "--",
        FLAG_ARGS,
    )
    assert project.importer.asked == [(f"{project.directory}/{script}", None, words[1:])]
    assert operation.source is not None
    assert operation.source.needed == (needed,)
    assert project.warnings == ["odd"]


def test_flags_are_those_that_are_defined_and_what_the_program_says_of_them(
    project: Project,
) -> None:
    operation = project.operation(
        OperationDef(
            name="t",
            main="train",
            flags=(FlagDef(name="lr", default=0.5),),
            said={"lr": frozenset(("default",))},
        )
    )

    assert operation.flags == (FlagDef(name="lr", default=0.5, type="number"),)
    assert operation.command.flags_dest == "args"
    assert operation.command.env["FLAGS_DEST"] == "args"


def test_nothing_is_read_where_no_flags_are_wanted(project: Project) -> None:
    operation = project.operation(OperationDef(name="t", main="train"))

    assert operation.flags == ()
    assert project.importer.asked == []


def test_a_module_that_is_not_there_is_told_of(project: Project) -> None:
    definition = OperationDef(name="t", main="nope", flags=(FlagDef(name="x"),))

    operation = project.operation(definition)

    assert names(operation) == ["x"]
    assert project.warnings == ["cannot import flags from nope: No module named nope"]


def test_a_command_gets_its_flags_where_it_says(project: Project) -> None:
    definition = OperationDef(
        name="t", exec="bash run.sh --x ${x} ${flag_args}", flags=(FlagDef(name="x", default=1),)
    )

    operation = project.operation(definition)

    assert operation.command.args == ("bash", "run.sh", "--x", "${x}", FLAG_ARGS)
    assert project.importer.asked == []


def test_quotes_that_are_not_closed_are_said(project: Project) -> None:
    with pytest.raises(GuildError, match="invalid setting for operation 't': exec"):
        project.operation(OperationDef(name="t", exec="echo 'a"))


@pytest.mark.parametrize("command", ["", "  ", "''", "'' x"])
def test_an_empty_command_is_refused(project: Project, command: str) -> None:
    with pytest.raises(GuildError, match="invalid definition for operation 't': exec is empty"):
        project.operation(OperationDef(name="t", exec=command))


def test_a_config_file_gives_flags_and_is_brought_into_the_run(project: Project) -> None:
    project.file("conf/params.yml")
    definition = OperationDef(name="t", main="train", flags_dest="config:conf/params.yml")

    operation = project.operation(definition)

    assert names(operation) == ["params"]
    (resource,) = operation.requires
    assert resource.name == "config:conf/params.yml"
    assert resource.sources[0].always_resolve
    assert resource.sources[0].replace_existing
    assert operation.source is not None
    assert operation.source.left_out == ("conf/params.yml",)


def test_dependencies_have_flags_and_are_no_source_code(project: Project) -> None:
    project.file("data/a.csv")
    requires = Resource(
        name="data",
        sources=(
            Source(kind="file", ref="data/a.csv"),
            Source(kind="file", ref="/etc/hosts"),
            Source(kind="operation", ref="prepare"),
        ),
        roots=(str(project.directory),),
    )

    operation = project.operation(OperationDef(name="t", main="train", requires=(requires,)))

    assert names(operation) == ["operation:prepare"]
    assert operation.source is not None
    assert operation.source.left_out == ("data/a.csv",)


def test_source_code_can_be_below_the_project(project: Project) -> None:
    definition = OperationDef(
        name="t",
        main="lib.main",
        sourcecode=SourceSelection(root="src", dest="code"),
        flags_import=True,
    )

    operation = project.operation(definition)

    assert project.importer.asked[0][0] == f"{project.directory}/src/lib/main.py"
    assert operation.source is not None
    assert operation.source.root == f"{project.directory}/src"
    assert operation.source.needed == ("lib/main.py",)


def test_the_environment_is_text(project: Project) -> None:
    definition = OperationDef(
        name="t",
        main="train",
        env={"A": True, "B": False, "C": 1.5, "D": "${x}"},
        python_path=("src", "/opt/lib", "../ext"),
        handle_keyboard_interrupt=True,
    )

    env = project.operation(definition).command.env

    assert env == {
        "A": "1",
        "B": "",
        "C": "1.5",
        "D": "${x}",
        "PROJECT_DIR": str(project.directory),
        "PYTHONPATH": f"src:/opt/lib:{project.directory.parent}/ext",
        "HANDLE_KEYBOARD_INTERRUPT": "1",
    }


@pytest.mark.parametrize(
    ("selection", "path"),
    [
        (SourceSelection(dest="code"), "code/src"),
        (SourceSelection(root="src", dest="code"), "code"),
        (SourceSelection(root="lib"), "PROJECT/src"),
        (SourceSelection(disabled=True), "PROJECT/src"),
    ],
)
def test_imports_are_looked_for_where_the_source_code_goes(
    project: Project, selection: SourceSelection, path: str
) -> None:
    definition = OperationDef(name="t", main="train", python_path=("src",), sourcecode=selection)

    env = project.operation(definition).command.env

    assert env["PYTHONPATH"] == path.replace("PROJECT", str(project.directory))


def test_attributes_that_mean_something_already_are_left_out(project: Project) -> None:
    definition = OperationDef(name="t", main="train", run_attrs={"flags": 1, "a/b": 1, "team": 7})

    assert project.operation(definition).run_attrs == {"team": 7}
    assert project.warnings == [
        "Invalid run attribute 'flags' (reserved attribute) - ignoring",
        "Invalid run attribute 'a/b' (not a plain name) - ignoring",
    ]


def test_columns_for_comparing_runs_are_kept_in_them(project: Project) -> None:
    definition = OperationDef(name="t", main="train", compare=("=lr", "loss"))

    assert project.operation(definition).run_attrs == {"compare": ["=lr", "loss"]}


def test_pipelines_have_no_source_code(project: Project) -> None:
    operation = project.operation(OperationDef(name="p", steps=("train",)), model="cnn")

    assert operation.source is None
    assert operation.steps == ("train",)
    assert operation.name == "cnn:p"
