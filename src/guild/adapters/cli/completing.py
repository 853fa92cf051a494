"""What may be typed next on a command line."""

from __future__ import annotations

from guild.adapters.cli import catalog

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from guild.adapters.cli.spec import Command
    from guild.domain.guildfile import Guildfile

    Candidate = tuple[str, str]
    Project = Callable[[str | None], Guildfile | None]

__all__ = ["candidates"]


def _no_project(_: str | None) -> None:
    """Nothing is known of the directory."""


def candidates(words: Sequence[str], project: Project = _no_project) -> list[Candidate]:
    """Completions of the last word, with descriptions; empty where a file may be meant.

    Args:
        words: What is typed after `guild`; the last word is to be completed and may be empty.
        project: Gives the project in a directory, None for the current one; None if there is
            none to tell of.
    """
    *before, start = words or ("",)
    before, directory, is_path = _after_global_options(before)
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
    command = catalog.load(module)
    found = _for_command(command, typed, start)
    if module == "run" and not found and start[:1] != "-":
        positional = _positional(command, typed)
        guildfile = None if positional is None else project(directory)
        if positional is not None and guildfile is not None:
            from guild.adapters.cli.completingrun import run_candidates

            return run_candidates(guildfile, positional, start)
    return [*_starting(start, _names(group)), *found] if not typed else found


def _positional(command: Command, typed: Sequence[str]) -> list[str] | None:
    """The words that are neither options nor their values; None if a value comes next."""
    words: list[str] = []
    left = list(typed)
    while left:
        word = left.pop(0)
        if word == "--":
            return words + left
        if word[:1] != "-":
            words.append(word)
            continue
        option = command.table.get(word)
        if option is None or not option[0].takes_value:
            continue
        if left[:1] == ["="]:  # bash makes three words of `--label=x`
            left.pop(0)
        if not left:
            return None
        left.pop(0)
    return words


def _after_global_options(words: Sequence[str]) -> tuple[list[str], str | None, bool]:
    """The words from the command on, the directory, and whether a path comes next."""
    left = list(words)
    directory = None
    while left and left[0][:1] == "-":
        option = left.pop(0)
        if option in ("-C", "-H"):
            if not left:
                return [], directory, True
            path = left.pop(0)
            directory = path if option == "-C" else directory
    return left, directory, False


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
