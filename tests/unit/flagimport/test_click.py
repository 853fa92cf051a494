from __future__ import annotations

import pytest

from tests.unit.flagimport.conftest import Scripts


def command(*decorators: str) -> str:
    """A script with a command with these decorators."""
    listed = "\n".join(decorators)
    return (
        f"import click\nimport torch\n@click.command()\n{listed}\ndef main(**kw): ...\n"
        "if __name__ == '__main__':\n    main()\n"
    )


@pytest.mark.parametrize(
    ("arguments", "name", "default", "kind"),
    [
        ("'--lr', default=0.1", "lr", 0.1, "float"),
        ("'-l', '--lr', type=float", "lr", None, "float"),
        ("'--n', 'count', default=3, help='N'", "n", 3, "int"),
        ("'--n-x', type=click.INT", "n-x", None, "int"),
        ("'--s'", "s", None, "string"),
        ("'--s', type=str, default='a'", "s", "a", "string"),
        ("'--p', type=click.Path(exists=True)", "p", None, "string"),
        ("'--d', default=lambda: 1", "d", None, None),
        ("'--m', multiple=True, type=int, default=[1]", "m", 1, "int"),
        ("'--m', multiple=True, type=int, default=[1, 2]", "m", None, "int"),
    ],
)
def test_an_option_is_a_flag(
    scripts: Scripts, arguments: str, name: str, default: object, kind: str | None
) -> None:
    found = scripts.read_text(command(f"@click.option({arguments})"))
    (flag,) = found.flags

    assert (found.dest, found.warnings) == ("args:click", ())
    assert (flag.name, flag.default, flag.type) == (name, default, kind)


@pytest.mark.parametrize(
    ("arguments", "default", "arg_name", "arg_switch"),
    [
        ("'--x', is_flag=True", False, None, True),
        ("'--x', is_flag=True, default=True", True, None, False),
        ("'--x', flag_value='a'", False, None, True),
        ("'--x', flag_value='a', default='a'", None, None, True),
        ("'--x/--no-x', default=True", True, "no-x", False),
        ("'--x/--no-x'", False, "x", True),
        ("'--x/--off', 'y', default=True", True, "off", False),
        ("' /-X', '--x', is_flag=True", False, None, True),
    ],
)
def test_switches(
    scripts: Scripts,
    arguments: str,
    default: bool | None,
    arg_name: str | None,
    arg_switch: bool,
) -> None:
    flag = scripts.flag(command(f"@click.option({arguments})"))

    assert (flag.name, flag.type) == ("x", "boolean")
    assert (flag.default, flag.arg_name, flag.arg_switch) == (default, arg_name, arg_switch)


def test_a_boolean_value_is_passed_as_true_and_false(scripts: Scripts) -> None:
    flag = scripts.flag(command("@click.option('--x', type=bool, default=False)"))

    assert (flag.type, flag.default, flag.arg_switch) == ("boolean", False, None)
    assert flag.arg_encoding == {"yes": "true", "no": "false"}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("click.Choice(['a', 'b'])", ["a", "b"]),
        ("click.Choice(NAMES, case_sensitive=False)", ["a", "b"]),
        ("['a', 'b']", ["a", "b"]),
    ],
)
def test_choices(scripts: Scripts, kind: str, values: list[str]) -> None:
    flag = scripts.flag("NAMES = ('a', 'b')\n" + command(f"@click.option('--x', type={kind})"))

    assert [choice.value for choice in flag.choices] == values


def test_ranges_help_required_and_several_values(scripts: Scripts) -> None:
    found = scripts.read_text(
        command(
            "@click.option('--i', type=click.IntRange(1, max=5), help='I', required=True)",
            "@click.option('--f', type=click.FloatRange(min=0.5))",
            "@click.option('--p', nargs=2, type=int, default=(1, 2))",
        )
    )
    f, i, p = found.flags

    assert (i.min, i.max, i.type, i.description, i.required) == (1, 5, "int", "I", True)
    assert (f.min, f.max, f.type) == (0.5, None, "float")
    assert (p.default, p.arg_split) == ("1 2", True)


@pytest.mark.parametrize(
    "decorator",
    [
        "@click.argument('x')",
        "@click.option('-x')",
        "@click.option('--x', count=True)",
        "@click.version_option()",
        "@click.pass_context",
        "@nope.decorator(1)",
    ],
)
def test_what_is_no_flag_is_left_out(scripts: Scripts, decorator: str) -> None:
    found = scripts.read_text(command(decorator, "@click.option('--a')"))

    assert ([flag.name for flag in found.flags], found.warnings) == (["a"], ())


def test_an_option_that_cant_be_named_is_reported(scripts: Scripts) -> None:
    found = scripts.read_text(command("@click.option(torch.name)"))

    assert found.warnings == (
        "an option's name is not written out in the script - ignoring the option",
    )


GROUP = """\
import click
import functools
@click.group()
@click.option("--top")
def cli(top): ...
def common(f):
    for option in reversed([click.option("--seed"), click.option("--out")]):
        f = option(f)
    return f
def logged(f):
    @click.option("--log")
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs)
    return wrapper
@cli.command()
@common
@logged
@click.option("--lr")
def train_model(**kw): ...
@cli.command("test")
@click.option("--ckpt")
def other(**kw): ...
@click.command
@click.option("--late")
def late(late): ...
cli.add_command(late, name="later")
@cli.group()
def db(): ...
@db.command
@click.option("--url")
def init(url): ...
"""


@pytest.mark.parametrize("end", ["", "cli()", "cli(obj={})", "cli.main()"])
@pytest.mark.parametrize(
    ("words", "names"),
    [
        ((), ["top"]),
        (("train-model",), ["log", "lr", "out", "seed"]),
        (("test", "data"), ["ckpt"]),
        (("later",), ["late"]),
        (("db", "init"), ["url"]),
    ],
)
def test_words_choose_the_sub_command(
    scripts: Scripts, end: str, words: tuple[str, ...], names: list[str]
) -> None:
    scripts.write("train.py", f"{GROUP}{end}\n")

    assert [flag.name for flag in scripts.read(words=words).flags] == names


def test_commands_of_other_modules(scripts: Scripts) -> None:
    scripts.write("app/__init__.py", "")
    scripts.write("app/__main__.py", "from app.cli import cli\ncli(prog_name='app')\n")
    scripts.write(
        "app/cli.py",
        "import click\nfrom .train import train\ncli = click.Group()\ncli.add_command(train)\n",
    )
    scripts.write("app/train.py", command("@click.option('--lr')").replace("main(", "train("))

    assert [flag.name for flag in scripts.read("app", words=("train",)).flags] == ["lr"]


def test_variables_are_not_globals_as_well(scripts: Scripts) -> None:
    found = scripts.read_text("n = 1\nx = 2\n" + command("@click.option('--num', 'n')"))

    assert [(flag.name, dict(flag.extra)) for flag in found.flags] == [
        ("num", {}),
        ("x", {"dest": "globals"}),
    ]
