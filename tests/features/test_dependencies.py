"""What operations depend on."""

from __future__ import annotations

import shlex
import tarfile
import zipfile
from collections.abc import Iterator

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from tests.features.world import World, matches
from tests.unit.sources.webserver import Web, serving

pytestmark = pytest.mark.e2e

scenarios("dependencies.feature")


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server."""
    with serving() as made:
        yield made


@given(parsers.re(r'I tried "(?P<line>.*)"'))
def tried(world: World, line: str) -> None:
    assert world.run(line).code != 0, world.last


@given(parsers.re(r'an archive "(?P<name>[^"]*)" of "(?P<what>.*)"'))
def make_archive(world: World, name: str, what: str) -> None:
    with tarfile.open(world.sandbox.project / name, "w:gz") as archive:
        archive.add(world.sandbox.project / what, what)


@given(parsers.re(r'an archive "(?P<name>[^"]*)" with an entry "(?P<entry>.*)"'))
def make_evil_archive(world: World, name: str, entry: str) -> None:
    with zipfile.ZipFile(world.sandbox.project / name, "w") as archive:
        archive.writestr(entry, "evil")


@given(parsers.re(r'the project has lost its file "(?P<name>.*)"'))
def lose_file(world: World, name: str) -> None:
    (world.sandbox.project / name).unlink()


@given(parsers.re(r'the web has a file "(?P<path>.*)"'))
def web_file(web: Web, path: str) -> None:
    web.files[path] = b"of the web"


@given(parsers.re(r'a file "(?P<name>[^"]*)" about the web:'))
def write_about_web(world: World, web: Web, name: str, docstring: str) -> None:
    world.sandbox.write(name, docstring.replace("WEB", web.address) + "\n")


@given(parsers.parse("the web cuts after {one:d} bytes, and after {two:d} bytes"))
def web_cuts(web: Web, one: int, two: int) -> None:
    web.cut_after = [one, two]


@then(parsers.re(r'the web was asked for the part "(?P<part>.*)"'))
def web_was_asked(web: Web, part: str) -> None:
    assert web.requests[-1][1] == part


@when("the web is gone")
def web_gone(web: Web) -> None:
    web.files.clear()


@then(parsers.re(r'the run "(?P<run>\w+)" depends on:'))
def depends_on(world: World, run: str, datatable: list[list[str]]) -> None:
    lines = (world.sandbox.run_dir(run) / ".guild/manifest").read_text().splitlines()
    found = [words for words in map(shlex.split, lines) if words[0] == "d"]
    assert [words[1] for words in found] == [row[0] for row in datatable[1:]]
    assert matches("\n".join(row[1] for row in datatable[1:]), "\n".join(w[3] for w in found))
