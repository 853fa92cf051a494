"""What command lines mean: to the quick parser, to typer, and to both alike."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guild.adapters.cli import typerbuild
from guild.adapters.cli.errors import UsageError
from guild.adapters.cli.quickparse import expand, parse
from guild.adapters.cli.spec import Argument, Command, Option, Values

SAMPLE = Command(
    "sample",
    "A command with options of all kinds.",
    "nowhere:nothing",
    help="A command with options of all kinds.\n\nMore about it.",
    options=(
        Option("all", "-a", "--all", kind="flag", help="Show all."),
        Option("more", "-m", "--more", kind="count", help="Show more."),
        Option("limit", "-n", "--limit", kind="int", min=1, help="Show N at most."),
        Option("seed", "--random-seed", kind="int", help="Seed."),
        Option("minutes", "--stop-after", kind="float", min=0, max=60, metavar="MINUTES"),
        Option("label", "-l", "--label", metavar="LABEL", help="Label."),
        Option("batch_label", "-bl", "--batch-label", help="Label of the batch."),
        Option("tags", "-t", "--tag", multiple=True, help="Tag."),
        Option("operations", "-Fo", "--operation", multiple=True, group="Filters"),
        Option("expression", "-F", "--filter", metavar="EXPR", group="Filters"),
        Option("shell", "-s", "--shell", kind="choice", choices=("bash", "zsh")),
        Option("offline", "--offline/--no-offline", kind="flag", help="Ask nobody."),
        Option("error", "-Se", "--error", kind="flag", group="Filters"),
        Option("terminated", "-St", "--terminated", kind="flag", group="Filters"),
        Option("completed", "-Sc", "--completed", kind="flag", group="Filters"),
        Option("id", "--run-id", hidden=True),
        Option("size", "--size", kind="int", default=3),
    ),
    arguments=(Argument("operation", "OPERATION"), Argument("flags", "FLAG", many=True)),
)
REQUIRING = Command(
    "requiring", "Needs a word.", "nowhere:nothing", arguments=(Argument("run", required=True),)
)

_PIECES = [*SAMPLE.table, "--help", "-x", "--foo", "--", "-", "", "-Set", "-Sce", "-Sx", "-am"]
_VALUES = ["3", "0", "-1", "x", "1.5", "1e3", "bash", "x=-1", "lr=0.1", "\udcff", "-Se", "9" * 9]
_WORDS = st.one_of(
    st.sampled_from(_PIECES),
    st.sampled_from(_VALUES),
    st.builds("{}={}".format, st.sampled_from(_PIECES), st.sampled_from(_VALUES)),
    st.builds(
        "{}{}".format, st.sampled_from(_PIECES), st.sampled_from(["a", "3", "mm", "l", "=3"])
    ),
    st.text(alphabet="-=aSetcnlF3 ", max_size=5),
)


def by_typer(args: list[str], command: Command = SAMPLE) -> Values:
    read = typerbuild.parse(command, args, "guild sample")
    assert isinstance(read, Values)
    return read


def refusal(args: list[str], command: Command = SAMPLE) -> str:
    with pytest.raises(UsageError) as caught:
        typerbuild.parse(command, args, "guild sample")
    return caught.value.message


@settings(max_examples=400, deadline=None)
@given(st.lists(_WORDS, max_size=6))
@example(["-n", "5", "train.py", "x=-1", "-mm", "-Set"])
@example(["-l", "-Set", "-Set"])
@example(["-al", "-Set"])
@example(["--label="])
def test_typer_reads_what_the_quick_parser_reads(args: list[str]) -> None:
    quick = parse(SAMPLE, args)

    if quick is not None:
        assert by_typer(args) == quick


def test_values_not_given_are_the_defaults() -> None:
    values = parse(SAMPLE, [])

    assert values == {
        "all": False,
        "more": 0,
        "limit": None,
        "seed": None,
        "minutes": None,
        "label": None,
        "batch_label": None,
        "tags": (),
        "operations": (),
        "expression": None,
        "shell": None,
        "offline": None,
        "error": False,
        "terminated": False,
        "completed": False,
        "id": None,
        "size": 3,
        "operation": None,
        "flags": (),
    }
    assert by_typer([]) == values


@pytest.mark.parametrize(
    ("args", "name", "value"),
    [
        (["-n", "5"], "limit", 5),
        (["-n5"], "limit", 5),
        (["--limit=5"], "limit", 5),
        (["-n", "5", "-n", "6"], "limit", 6),
        (["--random-seed", "-1"], "seed", -1),
        (["--stop-after", "1"], "minutes", 1.0),
        (["-bl", "x"], "batch_label", "x"),
        (["-bl=x"], "batch_label", "x"),
        (["-l", "-"], "label", "-"),
        (["-l", ""], "label", ""),
        (["-ax", "-l", "y"], "all", None),
        (["-am", "-m"], "more", 2),
        (["-Fo", "a", "--operation=b"], "operations", ("a", "b")),
        (["-Fx"], "expression", "x"),
        (["-s", "zsh"], "shell", "zsh"),
        (["--no-offline"], "offline", False),
        (["--offline"], "offline", True),
        (["-Sec"], "completed", True),
        (["train.py", "-a", "lr=0.1", "x=-1"], "flags", ("lr=0.1", "x=-1")),
        (["--", "-a", "--"], "flags", ("--",)),
        (["\udcff.py"], "operation", "\udcff.py"),
    ],
)
def test_well_formed_lines_are_read_quickly(args: list[str], name: str, value: object) -> None:
    quick = parse(SAMPLE, args)

    assert (None if quick is None else quick[name]) == value


@pytest.mark.parametrize(
    "args",
    [
        ["--help"],
        ["--foo"],
        ["-x"],
        ["-n"],
        ["-n", "x"],
        ["-n", "0"],
        ["-n=5"],
        ["-n", "1_0"],
        ["--stop-after", "nan"],
        ["--stop-after", "61"],
        ["--all=1"],
        ["-s", "fish"],
        ["-l", "--all"],
        ["-Sex"],
        ["--lab", "x"],
    ],
)
def test_lines_that_are_not_clear_are_left_to_typer(args: list[str]) -> None:
    assert parse(SAMPLE, args) is None


def test_typer_takes_a_value_that_begins_with_a_dash() -> None:
    assert by_typer(["-l", "-x", "y"])["label"] == "-x"


def test_joined_flags_are_not_looked_for_in_values_and_after_two_dashes() -> None:
    args = ["-Set", "-l", "-Set", "-al", "-Sce", "--label", "-Set", "-lx", "--", "-Set"]

    assert expand(SAMPLE, args) == ["-Se", "-St", *args[1:]]


def test_joined_flags_yield_to_a_declared_letter() -> None:
    command = Command(
        "x",
        "X.",
        "nowhere:nothing",
        options=(
            Option("a", "-Sa", kind="flag"),
            Option("b", "-Sb", kind="flag"),
            Option("s", "-S", "--skip"),
        ),
    )

    quick = parse(command, ["-Sab"])

    assert quick is not None
    assert quick["s"] == "ab"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--foo"], "unrecognized option '--foo'"),
        (["-x"], "unrecognized option '-x'"),
        (["-C", "x"], "unrecognized option '-C'"),
        (["-n"], "Option '-n' requires an argument."),
        (["--all=1"], "Option '--all' does not take a value."),
        (
            ["-n", "x"],
            "Invalid value for '-n' / '--limit': 'x' is not a valid integer range.",
        ),
        (["-n", "0"], "Invalid value for '-n' / '--limit': 0 is not in the range x>=1."),
        (
            ["--stop-after", "61"],
            "Invalid value for '--stop-after': 61.0 is not in the range 0<=x<=60.",
        ),
        (
            ["--random-seed", "x"],
            "Invalid value for '--random-seed': 'x' is not a valid integer.",
        ),
        (
            ["-s", "fish"],
            "Invalid value for '-s' / '--shell': 'fish' is not one of 'bash', 'zsh'.",
        ),
    ],
)
def test_errors_are_worded_alike_for_all_typer_versions(args: list[str], message: str) -> None:
    assert refusal(args) == message


def test_an_extra_argument_is_named() -> None:
    assert refusal(["1", "x"], REQUIRING) == "unexpected extra argument 'x'"


def test_a_missing_argument_is_named() -> None:
    assert parse(REQUIRING, []) is None
    assert refusal([], REQUIRING) == "missing argument for RUN"


def test_the_help_page_has_the_sections_of_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    page = typerbuild.parse(SAMPLE, ["--help"], "guild sample", [("sub", "Something below.")])

    assert isinstance(page, str)
    assert page.rstrip("\n") == (
        "Usage: guild sample [OPTIONS] [OPERATION] [FLAG]... [COMMAND]\n"
        "\n"
        "  A command with options of all kinds.\n"
        "\n"
        "  More about it.\n"
        "\n"
        "Options:\n"
        "  -a, --all                 Show all.\n"
        "  -m, --more                Show more.\n"
        "  -n, --limit N             Show N at most.\n"
        "  --random-seed N           Seed.\n"
        "  --stop-after MINUTES\n"
        "  -l, --label LABEL         Label.\n"
        "  -bl, --batch-label TEXT   Label of the batch.\n"
        "  -t, --tag TEXT            Tag.\n"
        "  -s, --shell bash|zsh\n"
        "  --offline / --no-offline  Ask nobody.\n"
        "  --size N\n"
        "  --help                    Show this message and exit.\n"
        "\n"
        "Filters:\n"
        "  -Fo, --operation TEXT\n"
        "  -F, --filter EXPR\n"
        "  -Se, --error\n"
        "  -St, --terminated\n"
        "  -Sc, --completed\n"
        "\n"
        "Commands:\n"
        "  sub  Something below."
    )


def test_options_have_the_same_terms_in_json_help_and_on_pages() -> None:
    page = typerbuild.parse(SAMPLE, ["--help"], "guild sample")

    assert isinstance(page, str)
    lines = [line.strip() for line in page.splitlines()]
    assert [option.term for option in SAMPLE.options if not option.hidden] == [
        option.term
        for option in SAMPLE.options
        if any(line == option.term or line.startswith(f"{option.term}  ") for line in lines)
    ]


def test_a_name_declared_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="-S is declared twice"):
        Command(
            "x", "X.", "nowhere:nothing", options=(Option("a", "-S"), Option("b", "-S", "--b"))
        )


def test_values_are_given_with_their_types() -> None:
    values = by_typer(["-a", "-n", "2", "-t", "x", "--stop-after", "2", "op"])

    assert values.flag("all") is True
    assert values.int("limit") == 2
    assert values.texts("tags") == ("x",)
    assert values.number("minutes") == 2.0
    assert values.text("operation") == "op"
    assert values.switch("offline") is None
    with pytest.raises(TypeError, match="tags is no text"):
        values.text("tags")
