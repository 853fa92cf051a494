"""What of a run's files is listed."""

from __future__ import annotations

import pytest

from guild.domain.runfiles import FileChoice, natural_key

FILES = [".guild/", ".guild/attrs/", ".guild/attrs/id", "a/", "a/b/", "a/b/x.py", "a/y.py", "z.py"]


def chosen(path: str | None, *, hidden: bool = False) -> list[str]:
    choice = FileChoice(path=path, hidden=hidden)
    return [
        name for name in FILES if choice.includes(name.rstrip("/"), name.endswith("/"), "other")
    ]


@pytest.mark.parametrize(
    ("path", "files"),
    [
        (None, ["a/", "a/b/", "a/b/x.py", "a/y.py", "z.py"]),
        (".", ["a/", "a/b/", "a/b/x.py", "a/y.py", "z.py"]),
        ("a", ["a/b/", "a/b/x.py", "a/y.py"]),
        ("./a/", ["a/b/", "a/b/x.py", "a/y.py"]),
        ("a/b", ["a/b/x.py"]),
        ("a/y.py", ["a/y.py"]),
        ("a/*", ["a/b/", "a/b/x.py", "a/y.py"]),
        ("*.py", ["z.py"]),
        (".guild", [".guild/attrs/", ".guild/attrs/id"]),
        ("nope", []),
    ],
)
def test_a_directory_stands_for_what_is_in_it(path: str | None, files: list[str]) -> None:
    assert chosen(path) == files


def test_hidden_files_are_listed_on_request() -> None:
    assert chosen(None, hidden=True) == FILES


def test_numbers_in_names_are_ordered_by_value() -> None:
    assert sorted(["step10", "step2", "step"], key=natural_key) == ["step", "step2", "step10"]
