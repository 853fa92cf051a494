"""Commands of notebooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from guild.adapters.project.notebooks import find_notebook, notebook_words
from guild.domain.errors import GuildError


def test_a_notebook_is_executed_by_a_program_of_its_own() -> None:
    assert notebook_words("./a//b c.ipynb") == (
        "${python_exe}",
        "-um",
        "guild.nb_main",
        "a/b c.ipynb",
        "__flag_args__",
    )


@pytest.mark.parametrize(
    ("given_", "relative"),
    [("a.ipynb", "a.ipynb"), ("src/a.ipynb", "a.ipynb"), ("b.ipynb", "b.ipynb")],
)
def test_notebooks_are_found_below_the_source_code_and_the_project(
    tmp_path: Path, given_: str, relative: str
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.ipynb").touch()
    place = "src" if relative == "a.ipynb" else "."

    found = find_notebook(given_, f"{tmp_path}/src", str(tmp_path))

    assert found == (str((tmp_path / place).resolve() / relative), relative)


@pytest.mark.parametrize(
    "path", ["train.py", "", "/a/train.ipynb", "../train.ipynb", "a/../../b.ipynb"]
)
def test_what_is_no_notebook_of_the_project_is_refused(path: str) -> None:
    with pytest.raises(GuildError, match=r"invalid notebook '.*': expected the path"):
        notebook_words(path)
