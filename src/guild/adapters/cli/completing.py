"""What may be typed next on a command line."""

from __future__ import annotations

from guild.adapters.cli import catalog

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from guild.adapters.cli.spec import Command

    Candidate = tuple[str, str]

__all__ = ["candidates"]


def candidates(words: Sequence[str]) -> list[Candidate]:
    """Completions of the last word, with descriptions; empty where a file may be meant.

    Args:
        words: What is typed after `guild`; the last word is to be completed and may be empty.
    """
    *before, start = words or ("",)
    before, is_path = _after_global_options(before)
    if is_path:
        return []
    if not before:
        options = [(term.partition(" ")[0], text) for term, text in catalog.GLOBAL_OPTIONS]
        return _starting(start, [*_names(catalog.COMMANDS), *_if_option(start, options)])
    name, *typed = before
    module = catalog.module_of(name, catalog.COMMANDS)
    group = catalog.GROUPS.get(name, ())
    if group and typed and typed[0][:1] != "-":
        name, *typed = typed
        module = catalog.module_of(name, group)
        group = ()
    if module is None:
        return []
    found = _for_command(catalog.load(module), typed, start)
    return [*_starting(start, _names(group)), *found] if not typed else found


def _after_global_options(words: Sequence[str]) -> tuple[list[str], bool]:
    """The words from the command on, and whether a path of a global option comes next."""
    left = list(words)
    while left and left[0][:1] == "-":
        option = left.pop(0)
        if option in ("-C", "-H"):
            if not left:
                return [], True
            left.pop(0)
    return left, False


def _for_command(command: Command, typed: Sequence[str], start: str) -> list[Candidate]:
    if "--" in typed:
        return []
    if typed[-1:] == ["="]:  # bash makes three words of `--shell=z`
        typed = typed[:-1]
    last = command.table.get(typed[-1]) if typed else None
    if last is not None and last[0].takes_value:
        return _starting(start, [(choice, "") for choice in last[0].choices])
    name, equals, value = start.partition("=")
    if equals and name in command.table:
        choices = command.table[name][0].choices
        return [(f"{name}={choice}", "") for choice in choices if choice.startswith(value)]
    options = [
        (decl, option.help) for decl, (option, _) in command.table.items() if not option.hidden
    ]
    return _starting(start, _if_option(start, [*options, ("--help", "Show help.")]))


def _names(rows: Sequence[catalog.Row]) -> list[Candidate]:
    return [(name, text) for names, text in catalog.listed(rows) for name in names.split(", ")]


def _if_option(start: str, options: list[Candidate]) -> list[Candidate]:
    """Options are offered only once a dash is typed."""
    return options if start[:1] == "-" else []


def _starting(start: str, offered: Iterable[Candidate]) -> list[Candidate]:
    return [(word, text) for word, text in offered if word.startswith(start)]
