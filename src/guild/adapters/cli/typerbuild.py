"""A typer command for a command's data: help pages, errors, and rare command lines.

Typer takes command lines apart, lays out help pages, and knows what is wrong with a line.
What a word means as a value is settled by `Command.values`, as for the quick parser: typer
versions differ in what they take for a number and in how they say so.

Importing this module imports typer, which costs more than most commands do. See ADR 0002.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import Parameter, Signature
from typing import Annotated, Any

import typer
import typer.core
import typer.main

from guild.adapters.cli.errors import UsageError
from guild.adapters.cli.quickparse import expand
from guild.adapters.cli.spec import Command, Option, Values

__all__ = ["parse"]

_WORDS = "words_"
_HELP = "help_"


class _HelpAsked(Exception):
    def __init__(self, page: str) -> None:
        super().__init__(page)
        self.page = page


def parse(
    command: Command, args: Sequence[str], prog: str, subcommands: Sequence[tuple[str, str]] = ()
) -> Values | str:
    """The values that a command line stands for, or the help page if it asks for that.

    Args:
        command: What may be typed.
        args: The words after the command's name.
        prog: The command as typed: `guild runs rm`.
        subcommands: Names and summaries to list on the help page.

    Raises:
        UsageError: If the command line is wrong.
    """
    given: dict[str, Any] = {}
    built = _build(command, given.update, subcommands)
    try:
        built.main(args=expand(command, args), prog_name=prog, standalone_mode=False)
        words = given.pop(_WORDS) or ()
        return command.values(_only_given(command, given), words)
    except _HelpAsked as asked:
        return asked.page
    except UsageError as error:
        error.prog = prog
        raise
    except Exception as error:
        # Older typers raise the errors of click, newer ones their own: known by their shape.
        if not hasattr(error, "format_message"):
            raise
        raise UsageError(_message(error), prog) from error


def _message(error: Any) -> str:
    """What is wrong, in words that are the same for all typer versions."""
    if hasattr(error, "possibilities") and hasattr(error, "option_name"):
        return f"unrecognized option '{error.option_name}'"
    return str(error.format_message())


def _only_given(command: Command, taken: dict[str, Any]) -> dict[str, object]:
    """What `Command.values` expects: without the options that were not on the command line."""
    given: dict[str, object] = {}
    for option in command.options:
        value = taken[option.name]
        if option.takes_value and value is not None and not option.multiple:
            value = [value]
        if value is not None and value != [] and (option.kind, value) != ("count", 0):
            given[option.name] = value
    return given


def _build(
    command: Command, receive: Callable[..., None], subcommands: Sequence[tuple[str, str]]
) -> Any:
    """The command of typer; not typed, since its type has no public name."""

    class Page(typer.core.TyperCommand):
        """A command whose usage line and sections are those of the data."""

        def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ARG002  # overrides
            pieces = [command.usage]
            return [*pieces, "[COMMAND]"] if subcommands else pieces

        def format_options(self, ctx: Any, formatter: Any) -> None:
            for title, rows in _sections(command, self.get_params(ctx), ctx, subcommands):
                with formatter.section(title):
                    formatter.write_dl(rows)

    def callback(**values: object) -> None:
        receive(values)

    parameters = [*map(_parameter, command.options), _words_parameter(), _help_parameter()]
    # Typer reads both: the order and defaults from the one, the types from the other.
    callback.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # not in stubs
    callback.__annotations__ = {each.name: each.annotation for each in parameters}
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(cls=Page, help=command.help, add_help_option=False)(callback)
    return typer.main.get_command(app)


def _parameter(option: Option) -> Parameter:
    if option.opposites:
        decls = [
            f"{yes}/{no}" for yes, no in zip(option.decls[-1:], option.opposites, strict=True)
        ]
        decls = [*option.decls[:-1], *decls]
    else:
        decls = list(option.decls)
    settings: dict[str, Any] = {
        "help": option.help,
        "hidden": option.hidden,
        "show_default": False,
    }
    annotation: Any = bool | None
    if option.kind == "count":
        annotation = int
        settings["count"] = True
    elif option.takes_value:
        annotation = list[str] if option.multiple else str | None
        settings.update(metavar=option.metavar, parser=_as_typed)
    default: object = None
    if option.kind == "count":
        default = 0
    elif option.kind == "flag" and not option.opposites:
        annotation, default = bool, False
    elif option.multiple:
        default = []
    return Parameter(
        option.name,
        Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[annotation, typer.Option(*decls, **settings)],
    )


def _words_parameter() -> Parameter:
    annotation = Annotated[list[str] | None, typer.Argument(parser=_as_typed, hidden=True)]
    return Parameter(_WORDS, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _help_parameter() -> Parameter:
    option = typer.Option(
        "--help",
        is_eager=True,
        callback=_show_help,
        show_default=False,
        help="Show this message and exit.",
    )
    annotation = Annotated[bool, option]
    return Parameter(_HELP, Parameter.KEYWORD_ONLY, default=False, annotation=annotation)


def _show_help(ctx: typer.Context, value: bool) -> bool:
    if value:
        raise _HelpAsked(ctx.get_help())
    return value


def _as_typed(word: str) -> str:
    """Keeps typer from checking texts: file names need not be proper Unicode."""
    return word


def _sections(
    command: Command, params: Sequence[Any], ctx: Any, subcommands: Sequence[tuple[str, str]]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings of a help page and the rows below them: arguments, options, commands."""
    sections: dict[str, list[tuple[str, str]]] = {}
    for argument in command.arguments:
        if argument.help:
            sections.setdefault("Arguments", []).append((argument.usage, argument.help))
    groups = {option.name: option.group for option in command.options}
    plain = sections.setdefault("Options", [])
    for param in params:
        row = None if param.param_type_name == "argument" else param.get_help_record(ctx)
        if row is not None:
            group = groups.get(param.name)
            (sections.setdefault(group, []) if group else plain).append(row)
    if subcommands:
        sections["Commands"] = list(subcommands)
    return list(sections.items())
