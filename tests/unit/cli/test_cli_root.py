"""The way from a command line to a command, and how it ends."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from guild.__main__ import main as program
from guild.adapters.cli import catalog, typerbuild
from guild.adapters.cli.context import Context
from guild.adapters.cli.errors import Abort, UsageError
from guild.adapters.cli.helppage import ABOUT
from guild.adapters.cli.root import main
from guild.adapters.cli.spec import Argument, Command, Option, Values
from guild.domain.errors import GuildError

Handler = Callable[[Context, Values], int]

HINT = "Try 'guild --help' for more information.\n"
RUNS_HINT = "Try 'guild runs --help' for more information.\n"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GUILD_HOME", "GUILD_HELP_JSON", "LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def define(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Handler], None]:
    """Puts a command of one's own in the place of the module of a real one."""

    def define(module: str, handler: Handler) -> None:
        name = f"guild.adapters.cli.commands.{module}"
        fake = ModuleType(name)
        vars(fake)["handler"] = handler
        vars(fake)["COMMAND"] = Command(
            module,
            "Fake.",
            f"{name}:handler",
            options=(Option("limit", "-n", "--limit", kind="int", min=1, help="At most N."),),
            arguments=(Argument("run", "RUN"),) if module != "runs_list" else (),
        )
        monkeypatch.setitem(sys.modules, name, fake)

    return define


@pytest.fixture
def seen(define: Callable[[str, Handler], None]) -> dict[str, object]:
    """What the handlers of `runs list` and `runs delete` were given."""
    seen: dict[str, object] = {}

    def handler(context: Context, values: Values) -> int:
        seen.update(context=context, values=dict(values), prog=context.prog)
        return 7

    define("runs_list", handler)
    define("runs_delete", handler)
    return seen


def test_the_exit_status_is_that_of_the_handler(seen: dict[str, object]) -> None:
    assert main(["runs", "rm", "-n", "3", "x"]) == 7
    assert seen["values"] == {"limit": 3, "run": "x"}
    assert seen["prog"] == "guild runs rm"


@pytest.mark.parametrize("args", [["runs"], ["runs", "list"]])
def test_a_group_alone_is_its_list(seen: dict[str, object], args: list[str]) -> None:
    assert main([*args, "-n", "2"]) == 7
    assert seen["values"] == {"limit": 2}


def test_a_line_that_only_typer_reads_reaches_the_handler(seen: dict[str, object]) -> None:
    assert main(["runs", "-n=2"]) == 2
    assert main(["runs", "-n", "2", "--"]) == 7
    assert seen["prog"] == "guild runs"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["foo"], f"No such command 'foo'.\n{HINT}"),
        (["completio"], f"No such command 'completio'. Did you mean 'completion'?\n{HINT}"),
        (["--foo"], f"unrecognized option '--foo'\n{HINT}"),
        (["-C"], f"Option '-C' requires an argument.\n{HINT}"),
        (["runs", "-C", "x"], f"unrecognized option '-C'\n{RUNS_HINT}"),
        (["runs", "foo"], f"No such command 'foo'.\n{RUNS_HINT}"),
        (
            ["runs", "list", "x"],
            "unexpected extra argument 'x'\nTry 'guild runs list --help' for more information.\n",
        ),
        (
            ["runs", "rm", "-n", "x"],
            "Invalid value for '-n' / '--limit': 'x' is not a valid integer range.\n"
            "Try 'guild runs rm --help' for more information.\n",
        ),
    ],
)
def test_wrong_command_lines_end_with_2(
    args: list[str], message: str, seen: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(args) == 2
    assert capsys.readouterr() == ("", f"guild: {message}")
    assert not seen


@pytest.mark.parametrize("option", ["-C", "-H"])
def test_directories_must_be_there(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()

    assert main([option, f"{file}x", "runs"]) == 1
    assert main([option, str(file), "runs"]) == 1
    assert capsys.readouterr().err == (
        f"guild: directory '{file}x' does not exist\nguild: '{file}' is not a directory\n"
    )


def test_guild_home_is_checked_as_the_option_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GUILD_HOME", "/no/such")

    assert main(["runs"]) == 1
    assert capsys.readouterr().err == "guild: directory '/no/such' does not exist\n"


def test_global_options_reach_the_handler(
    tmp_path: Path, seen: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    assert main(["-C", "~/a", "-Ha", "runs"]) == 7
    context = seen["context"]
    assert isinstance(context, Context)
    assert context.cwd == context.home == str(tmp_path / "a")
    assert not context.debug


@pytest.mark.parametrize("args", [["--version"], ["-C", "/no/such", "--version", "foo"]])
def test_the_version_is_told_before_all_else(
    args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    from guild import __version__

    assert main(args) == 0
    assert capsys.readouterr().out == f"guild {__version__}\n"


@pytest.mark.parametrize("args", [["--help"], []])
def test_help_lists_the_commands_but_not_the_hidden_ones(
    args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(args) == 0
    page = capsys.readouterr().out
    assert "\n  runs             List and manage runs.\n" in page
    assert "_complete" not in page


@pytest.mark.parametrize("columns", ["40", "60", "80", "200"])
def test_the_help_of_guild_is_laid_out_as_typer_lays_out_pages(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    *options, _ = catalog.GLOBAL_OPTIONS
    command = Command(
        "guild",
        ABOUT,
        "nowhere:nothing",
        options=[
            Option(
                f"option{number}",
                *term.split(" ")[:1],
                kind="text" if " " in term else "flag",
                metavar=term.partition(" ")[2],
                help=text,
            )
            for number, (term, text) in enumerate(options)
        ],
    )
    expected = typerbuild.parse(command, ["--help"], "guild", catalog.listed(catalog.COMMANDS))

    assert main(["--help"]) == 0
    assert isinstance(expected, str)
    usages = ("[OPTIONS] [COMMAND]", "[OPTIONS] COMMAND [ARGS]...")
    assert capsys.readouterr().out.rstrip("\n") == expected.rstrip("\n").replace(*usages)


def test_help_of_a_group_lists_its_commands(
    seen: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runs", "--help"]) == 0
    by_option = capsys.readouterr().out
    assert main(["help", "runs"]) == 0
    assert capsys.readouterr().out == by_option
    assert by_option.startswith("Usage: guild runs [OPTIONS] [COMMAND]\n")
    assert "\n  -n, --limit N  At most N.\n" in by_option
    assert "\n  delete, rm  Delete runs.\n" in by_option
    assert not seen


@pytest.mark.parametrize(
    ("args", "prog", "commands"),
    [
        (["--help"], "guild", len(catalog.listed(catalog.COMMANDS))),
        (["runs", "--help"], "guild runs", 10),
        (["runs", "rm", "--help"], "guild runs rm", 0),
    ],
)
def test_help_is_one_json_object_if_asked_for(
    args: list[str],
    prog: str,
    commands: int,
    seen: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GUILD_HELP_JSON", "")

    assert main(args) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["version", "usage", "help", "options", "commands"]
    assert told["usage"]["prog"] == prog
    assert told["options"][-1] == {"term": "--help", "help": "Show this message and exit."}
    assert len(told["commands"]) == commands


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (GuildError("no", "Try more."), 1, "guild: no\nTry more.\n"),
        (UsageError("odd"), 2, "guild: odd\nTry 'guild runs --help' for more information.\n"),
        (Abort(), 1, ""),
        (Abort("no input"), 1, "guild: no input\n"),
        (KeyboardInterrupt(), 1, ""),
    ],
)
def test_errors_become_messages(
    error: BaseException,
    status: int,
    message: str,
    define: Callable[[str, Handler], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    def handler(context: Context, values: Values) -> int:
        raise error

    define("runs_list", handler)

    assert main(["runs"]) == status
    assert capsys.readouterr() == ("", message)


def test_other_exceptions_are_bugs(define: Callable[[str, Handler], None]) -> None:
    def handler(context: Context, values: Values) -> int:
        raise ValueError("a bug")

    define("runs_list", handler)

    with pytest.raises(ValueError, match="a bug"):
        main(["runs"])


class ClosedPipe(io.StringIO):
    """A stream that nobody reads."""

    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_a_closed_output_ends_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", ClosedPipe())

    assert main(["--help"]) == 141
    assert capsys.readouterr().err == ""


class FullDisk(io.StringIO):
    """A stream into a file that can't grow."""

    def write(self, _text: str) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("args", [["--help"], ["--version"]])
def test_output_that_cannot_be_written_is_an_error(
    args: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", FullDisk())
    monkeypatch.setattr(sys, "argv", ["guild", *args])

    assert program() == 1
    assert capsys.readouterr().err == ("guild: cannot write output: No space left on device\n")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (BrokenPipeError(), "BrokenPipeError"),
        (OSError(24, "Too many open files"), "Too many open files"),
        (OSError(5, "Input/output error", "/a/b"), "/a/b: Input/output error"),
    ],
)
def test_what_the_system_fails_to_do_is_told_in_a_line(
    define: Callable[[str, Handler], None],
    capsys: pytest.CaptureFixture[str],
    error: OSError,
    told: str,
) -> None:
    def handler(context: Context, values: Values) -> int:
        raise error

    define("runs_list", handler)

    assert main(["runs"]) == 1
    assert capsys.readouterr().err == f"guild: {told}\n"


def test_log_records_are_shown_from_the_level_on(
    define: Callable[[str, Handler], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def handler(context: Context, values: Values) -> int:
        import logging

        log = logging.getLogger("guild")
        log.debug("d %s", 1)
        log.info("i")
        log.warning("w")
        log.error("e")
        context.console.warn("own")
        return 0

    define("runs_list", handler)
    import logging

    root, before = logging.getLogger(), logging.getLogger().handlers
    try:
        assert main(["--debug", "runs"]) == 0
    finally:
        root.handlers = before
        root.setLevel(logging.WARNING)
    assert capsys.readouterr().err == (
        "DEBUG: [guild] d 1\ni\nWARNING: w\nERROR: e\nWARNING: own\n"
    )


def test_a_log_level_that_is_no_number_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "x")

    assert main(["runs"]) == 1
    assert "LOG_LEVEL 'x'" in capsys.readouterr().err


_ROWS = [*catalog.COMMANDS, *(row for rows in catalog.GROUPS.values() for row in rows)]


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row[1])
def test_commands_are_what_the_catalog_says(row: catalog.Row) -> None:
    names, module, summary = row
    command = catalog.load(module)

    assert names in catalog.GROUPS or (command.name, command.summary) == (names, summary)


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row[1])
def test_commands_have_handlers(row: catalog.Row) -> None:
    module, _, function = catalog.load(row[1]).handler.partition(":")

    assert callable(catalog.load_attribute(module, function))
