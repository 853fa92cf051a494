"""Help for projects, models and operations."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.adapters.cli.errors import UsageError
from guild.domain.errors import GuildError
from guild.domain.guildfile import Guildfile, Model
from tests.unit.cli.projects import run


def test_a_project_is_told_of_in_sections() -> None:
    assert (
        run("help").out
        == """\
OVERVIEW

  This is about the operations in the current directory.

  Use 'guild run OPERATION' to run one.

  Use 'guild run OPERATION --help-op' for help on one.

  'guild run' without a name runs 'cnn:train'.

OPERATIONS

  all

  prepare
    Get the data.

    Flags:
      epochs  (default is 3)

MODELS

  cnn
    Convolutions.

    Many of them.

    Operations:

      cnn:train
        Train it.

        For long.

        Flags:
          epochs  (default is 3)
          kind

                  Choices:
                    a
                    bee  The b

          lr      How fast to learn (default is 0.1)

    Resources:
      data: Images. Many.

    References:
      https://example.org/cnn
"""
    )


def test_a_project_is_told_of_in_markdown() -> None:
    assert (
        run("help", "--markdown", "--title", "My *own*", "--base-heading-level", "2").out
        == """\
## My *own*

### Overview

This is about the operations in the current directory.

Use 'guild run OPERATION' to run one.

Use 'guild run OPERATION --help-op' for help on one.

'guild run' without a name runs 'cnn:train'.

### Operations

#### `all`

#### `prepare`

Get the data.

- `epochs`: (default is 3)

### Models

#### `cnn`

Convolutions.

Many of them.

##### `cnn:train`

Train it.

For long.

- `epochs`: (default is 3)
- `kind`
    - `a`
    - `bee`: The b
- `lr`: How fast to learn (default is 0.1)

##### Resources

- `data`: Images. Many.

##### References

- https://example.org/cnn
"""
    )


def test_the_title_of_markdown_has_a_default() -> None:
    assert run("help", "--markdown").out.startswith("# Guild AI Help\n\n## Overview\n")


def test_a_package_is_told_of_by_its_name() -> None:
    page = run("help", "zoo", project=None).out

    assert "about the operations of package zoo." in page
    assert "\n  zoo/fetch\n" in page
    assert "without a name" not in page


def test_a_command_is_explained_as_its_help_does() -> None:
    assert run("help", "runs", "rm").out.startswith("Usage: guild runs rm [OPTIONS] [RUN]...\n")


def test_a_project_without_operations_says_so() -> None:
    page = run("help", project=Guildfile(path="/p/guild.yml", models=(Model(name=""),))).out

    assert page == "OVERVIEW\n\n  There are no operations in the current directory.\n"


def test_a_directory_without_a_guild_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GuildError) as refused:
        run("help", project=None)
    assert str(refused.value).startswith(
        "the current directory does not contain a Guild file (guild.yml)\n"
        "Try specifying a project path or package name or 'guild help --help' for help.\n"
    )
    with pytest.raises(GuildError) as refused:
        run("help", str(tmp_path))
    assert refused.value.message == f"'{tmp_path}' does not contain a Guild file (guild.yml)"


@pytest.mark.parametrize(
    ("name", "hint"), [("zo", "'zoo'?"), ("comparee", "'compare'?"), ("x!", "'guild --help'")]
)
def test_a_package_that_is_not_there_is_refused(name: str, hint: str) -> None:
    with pytest.raises(GuildError) as refused:
        run("help", name)

    assert refused.value.message == f"cannot find a package matching '{name}'"
    assert hint in refused.value.hint


def test_unknown_commands_of_groups_are_refused_as_such() -> None:
    with pytest.raises(UsageError, match="No such command 'nope'"):
        run("help", "runs", "nope")


_CNN = """\
Usage: guild run [OPTIONS] cnn:OPERATION [FLAG]...

Convolutions.

Many of them.

Use 'guild run cnn:OPERATION --help-op' for help on a particular operation.

Operations:
  train  Train it.

Resources:
  data  Images.
"""


@pytest.mark.parametrize("spec", [(), ("cnn",), ("cnn:",), ("cn:",), ("cnn:train",), ("train",)])
def test_the_help_of_a_model(spec: tuple[str, ...]) -> None:
    assert run("run", *spec, "--help-model").out == _CNN


def test_the_help_of_the_model_without_a_name() -> None:
    assert run("run", ":", "--help-model").out == (
        "Usage: guild run [OPTIONS] OPERATION [FLAG]...\n"
        "\n"
        "Use 'guild run OPERATION --help-op' for help on a particular operation.\n"
        "\n"
        "Operations:\n"
        "  all\n"
        "  prepare  Get the data.\n"
    )


def test_a_model_that_is_not_there_or_not_named_is_refused() -> None:
    with pytest.raises(GuildError, match="cannot find operation cmm:"):
        run("run", "cmm:", "--help-model")
    with pytest.raises(GuildError, match=r"guild\.yml"):
        run("run", "--help-model", project=None)
    several = Guildfile(path="/p/guild.yml", models=(Model(name="a"), Model(name="b")))
    with pytest.raises(GuildError) as refused:
        run("run", "--help-model", project=several)
    assert refused.value.hint == "Try specifying one of the following:\n  a:\n  b:"


def test_the_help_of_a_model_comes_before_that_of_an_operation() -> None:
    assert run("run", "cnn", "--help-op", "--help-model").out == _CNN


def test_the_help_of_an_operation_has_described_dependencies_before_flags() -> None:
    page = run("run", "cnn:train", "--help-op").out

    assert (
        page
        == """\
Usage: guild run [OPTIONS] cnn:train [FLAG]...

Train it.

For long.

Use 'guild run --help' for a list of options.

Dependencies:
  data  Images.

        Many.

Flags:
  epochs  (default is 3)
  kind

          Choices:
            a
            bee  The b

  lr      How fast to learn (default is 0.1)
"""
    )
