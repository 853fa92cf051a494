"""The documents say what is so: links lead somewhere, commands and options exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from guild.adapters.cli import catalog
from guild.adapters.cli.runoptions import FILTERS, STATUS_FILTERS
from guild.adapters.cli.spec import Option

_ROOT = Path(__file__).resolve().parents[2]
_PAGES = sorted(
    path.relative_to(_ROOT).as_posix()
    for path in (*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md"))
)
_SHARED = (*FILTERS, *STATUS_FILTERS)

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
_OPTION = re.compile(r"(?<![\w-])-{1,2}[A-Za-z][\w-]*")
_FOREIGN = re.compile(
    r"(?<![\w.])/(?:work|tmp|root)/|\b(?:assistants?|chat ?bots?|language models?)\b",
    re.IGNORECASE,
)


def _text(page: str) -> str:
    return (_ROOT / page).read_text(encoding="utf-8")


def _anchors(page: str) -> set[str]:
    """Anchors of the headings of a page, as they are made on the web."""
    headings = _HEADING.findall(_FENCED.sub("", _text(page)))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _sections() -> dict[str, tuple[tuple[str, ...], str]]:
    """Names of the commands in the heading, and the text, of each section about commands."""
    parts = re.split(r"^## +", _text("docs/commands.md"), flags=re.MULTILINE)[1:]
    found = {}
    for part in parts:
        heading, _, text = part.partition("\n")
        names = tuple(
            re.sub(r" +[\[A-Z].*", "", code).removeprefix("guild ")
            for code in _CODE.findall(heading)
        )
        if names:
            found[heading] = (names, text)
    return found


def _module(name: str) -> str | None:
    """The module of a command such as `runs info`; None if there is none."""
    first, _, rest = name.partition(" ")
    if not rest:
        return catalog.module_of(first, catalog.COMMANDS)
    return catalog.module_of(rest, catalog.GROUPS.get(first, ()))


def _own_options(module: str) -> list[Option]:
    shared = {id(option) for option in _SHARED}
    return [option for option in catalog.load(module).options if id(option) not in shared]


def _mentioned_commands(page: str) -> Iterator[str]:
    """What follows `guild` in inline code and on the command lines of examples."""
    text = _text(page)
    codes = _CODE.findall(_FENCED.sub("", text))
    lines = re.findall(r"^(?:\$ | {4})(guild .*)$", text, re.MULTILINE)
    for code in (*codes, *lines):
        words = code.split()
        if len(words) > 1 and words[0] == "guild" and re.fullmatch(r"[a-z_]+", words[1]):
            group = words[1] in catalog.GROUPS
            known = group and len(words) > 2 and re.fullmatch(r"[a-z]+", words[2])
            yield " ".join(words[1 : 3 if known else 2])


@pytest.mark.parametrize("page", _PAGES)
def test_relative_links_lead_to_a_file_and_a_heading(page: str) -> None:
    links = [link for link in _LINK.findall(_FENCED.sub("", _text(page))) if "://" not in link]
    broken = []

    for link in links:
        path, _, anchor = link.partition("#")
        target = (_ROOT / page).parent / path if path else _ROOT / page
        if not target.exists() or (
            anchor and anchor not in _anchors(target.resolve().relative_to(_ROOT).as_posix())
        ):
            broken.append(link)

    assert broken == []


@pytest.mark.parametrize("page", _PAGES)
def test_no_page_names_who_or_which_machine_wrote_it(page: str) -> None:
    assert _FOREIGN.findall(_text(page)) == []


# Pages about what is there; others also name what is to come.
@pytest.mark.parametrize(
    "page", [page for page in _PAGES if page not in ("README.md", "CHANGELOG.md")]
)
def test_commands_that_pages_mention_exist(page: str) -> None:
    unknown = {name for name in _mentioned_commands(page) if _module(name) is None}

    assert unknown == set()


def test_every_command_has_a_section() -> None:
    described = {_module(name) for names, _ in _sections().values() for name in names}
    rows = (*catalog.COMMANDS, *(row for rows in catalog.GROUPS.values() for row in rows))
    listed = {module for names, module, _ in rows if names[0] != "_"}

    assert described == listed


@pytest.mark.parametrize("heading", sorted(_sections()))
def test_a_section_has_the_options_of_its_command(heading: str) -> None:
    names, text = _sections()[heading]
    modules = {_module(name) for name in names}
    table = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `-")]
    described = {option for cell in table for option in _OPTION.findall(cell)}

    assert len(modules) == 1
    module = modules.pop()
    assert module is not None
    declared = {
        name for option in _own_options(module) if not option.hidden for name in option.decls
    }
    assert described == declared


def test_the_page_of_commands_has_all_filters() -> None:
    text = _text("docs/commands.md")
    options = set(_OPTION.findall(text))
    status_forms = re.compile(r"--(not-)?(completed|error|terminated|pending|staged)")

    missing = {name for option in _SHARED for name in option.decls} - options

    assert {name for name in missing if not status_forms.fullmatch(name)} == set()
