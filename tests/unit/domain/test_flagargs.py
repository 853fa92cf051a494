"""Rules of passing flags to a process. Source: reference 03-flags, section 5."""

from __future__ import annotations

import math
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guild.domain.errors import FlagError, GuildError
from guild.domain.flagargs import flag_args, flag_env
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue
from guild.domain.words import join_words, split_words
from tests.strategies import any_text, flag_maps


def _args(
    value: FlagValue, flag: FlagDef | None = None, dest: str | None = "args"
) -> tuple[str, ...]:
    flag = flag or FlagDef(name="f")
    return flag_args(FlagSet({"f": value}), {"f": flag}, dest).args


def test_globals_get_yaml_in_name_order() -> None:
    flags = FlagSet({
        "s": "", "epochs": 3, "fast": False, "layers": "1 2 3", "lr": 0.1, "name": "bob",
        "n": None,
    })  # fmt: skip
    defs = {"layers": FlagDef(name="layers", arg_split=True)}

    args = flag_args(flags, defs, "globals").args

    assert shlex.join(args) == (
        "--epochs 3 --fast false --layers '[1, 2, 3]' --lr 0.1 --name bob --s ''\"'\"''\"'\"''"
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, ("--f", "1")),
        (False, ("--f", "")),
        (None, ()),
        ("a b", ("--f", "a b")),
        ("", ("--f", "")),
        ("-", ("--f", "-")),
        ("--", ("--f=--",)),
        ("--x", ("--f", "--x")),
        (1, ("--f", "1")),
        (1e-5, ("--f", "1e-05")),
        (math.inf, ("--f", "inf")),
        ([1, "x y", None, True], ("--f", "1 'x y' '' 1")),
        ({"a": 1}, ("--f", "{a: 1}")),
    ],
)
def test_arguments_get_text(value: FlagValue, words: tuple[str, ...]) -> None:
    assert _args(value) == words
    assert _args(value, dest=None) == words
    assert _args(value, dest="args:click") == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, ("--f", "true")),
        ("3", ("--f", "'3'")),
        ([1, "a"], ("--f", "[1, a]")),
        (None, ()),
        (1e-5, ("--f", "1.0e-05")),
    ],
)
@pytest.mark.parametrize("dest", ["globals", "global:p", "dict:p", "namespace:p"])
def test_containers_of_globals_get_yaml(
    value: FlagValue, words: tuple[str, ...], dest: str
) -> None:
    assert _args(value, dest=dest) == words


@pytest.mark.parametrize("dest", ["none", "config:c.yml", "other"])
def test_other_destinations_get_nothing(dest: str) -> None:
    assert _args(1, dest=dest) == ()


@pytest.mark.parametrize(
    ("value", "split", "words"),
    [
        ("a b 'c d'", True, ("--f", "a", "b", "c d")),
        ("a b", "shlex", ("--f", "a", "b")),
        ("a,,b c", ",", ("--f", "a", "b c")),
        ("", True, ()),
        ([], True, ()),
        (3, True, ("--f", "3")),
        ([1, "a b"], True, ("--f", "1", "a b")),
        ("a b", None, ("--f", "a b")),
        ("a b", False, ("--f", "a b")),
    ],
)
def test_split_values_are_several_arguments(
    value: FlagValue, split: bool | str | None, words: tuple[str, ...]
) -> None:
    assert _args(value, FlagDef(name="f", arg_split=split)) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [("1 'x y' 2.0", "[1, x y, 2.0]"), ("", "[]"), ("'[1, 2]'", "[[1, 2]]")],
)
def test_split_values_of_globals_are_lists(value: str, text: str) -> None:
    assert _args(value, FlagDef(name="f", arg_split=True), "globals") == ("--f", text)


def test_a_value_is_no_separator_to_whoever_sets_globals() -> None:
    assert _args("--", dest="globals") == ("--f", "'--'")
    assert _args(["--"], dest="globals") == ("--f", "[--]")


def test_open_quotes_are_refused_by_the_name_of_the_flag() -> None:
    with pytest.raises(FlagError, match="for f: unbalanced quotes"):
        _args("a 'b", FlagDef(name="f", arg_split=True))


@pytest.mark.parametrize(
    ("switch", "value", "words"),
    [
        (True, True, ("--no-f",)),
        (True, False, ()),
        (False, False, ("--no-f",)),
        (False, True, ()),
        ("on", "on", ("--no-f",)),
        (1, True, ()),
        (True, None, ()),
    ],
)
def test_switches_are_bare(switch: FlagValue, value: FlagValue, words: tuple[str, ...]) -> None:
    assert _args(value, FlagDef(name="f", arg_switch=switch, arg_name="no-f")) == words


def test_skipped_flags_are_not_passed() -> None:
    assert _args(1, FlagDef(name="f", arg_skip=True)) == ()


@pytest.mark.parametrize(
    ("value", "text"), [(True, "Y"), (1.0, "one"), (1, "one"), ("a b", "ab"), ("1", "one")]
)
def test_encodings_go_by_the_text_of_values(value: FlagValue, text: str) -> None:
    flag = FlagDef(name="f", arg_encoding={"yes": "Y", "1": "one", "a b": "ab"})

    assert _args(value, flag) == ("--f", text)


@pytest.mark.parametrize("word", ["--lr", "--lr=3"])
def test_flags_that_the_command_has_already_are_shadowed(word: str) -> None:
    flags = FlagSet({"lr": 0.1, "x": 1})

    result = flag_args(flags, {}, "args", ["python", word])

    assert result.args == ("--x", "1")
    assert result.shadowed == (
        "ignoring flag 'lr=0.1' because it's shadowed in the operation cmd as --lr",
    )


def test_globals_beside_arguments_are_values_of_their_own() -> None:
    extra: dict[str, FlagValue] = {"dest": "globals"}
    defs = {
        "g": FlagDef(name="g", extra=extra, arg_name="G"),
        "l": FlagDef(name="l", extra=extra, arg_split=True),
        "n": FlagDef(name="n", extra=extra),
    }
    flags = FlagSet({"g": "3", "l": "1 a", "n": None, "x": 1})

    result = flag_args(flags, defs, "args")

    assert result.args == ("--x", "1")
    assert result.globals == {"G": "3", "l": [1, "a"]}
    assert flag_args(flags, defs, "globals").globals == {}


@pytest.mark.parametrize("value", ["a\0b", "\ud800", ["\0"]])
def test_text_no_process_can_get_is_refused_by_the_name_of_the_flag(value: FlagValue) -> None:
    with pytest.raises(FlagError, match="cannot pass flag 'f' to a process"):
        _args(value)
    with pytest.raises(FlagError, match="cannot pass flag 'f' to a process"):
        flag_env(FlagSet({"f": value}), {})


def test_names_of_files_that_are_not_unicode_are_passed() -> None:
    assert _args("a\udcff") == ("--f", "a\udcff")


def test_whole_numbers_beyond_what_python_writes_are_refused() -> None:
    with pytest.raises(GuildError, match="that many digits"):
        _args(1 << 20_000)


@pytest.mark.parametrize(
    ("value", "flag", "text"),
    [
        (True, FlagDef(name="f"), "1"),
        (False, FlagDef(name="f"), ""),
        (None, FlagDef(name="f"), ""),
        ([1, "a b"], FlagDef(name="f"), "1 'a b'"),
        ([1, "a b"], FlagDef(name="f", arg_split=","), "1,a b"),
        ("a b", FlagDef(name="f", arg_split=True), "a b"),
        (0.5, FlagDef(name="f", arg_skip=True), "0.5"),
        (1, FlagDef(name="f", arg_encoding={"1": "one"}), "one"),
        (1, FlagDef(name="f", arg_encoding={"1": "one"}, env_encoding={"1": True}), "1"),
    ],
)
def test_text_of_environment_variables(value: FlagValue, flag: FlagDef, text: str) -> None:
    assert flag_env(FlagSet({"f": value}), {"f": flag}) == {"FLAG_F": text}


def test_names_of_environment_variables() -> None:
    flags = FlagSet({"learning-rate": 1, "a.b": 2, "é": 3, "own": 4})

    env = flag_env(flags, {"own": FlagDef(name="own", env_name="MINE")})

    assert env == {"FLAG_LEARNING_RATE": "1", "FLAG_A_B": "2", "FLAG__": "3", "MINE": "4"}


@pytest.mark.parametrize("name", ["A=B", "A\0B"])
def test_impossible_names_of_variables_are_refused(name: str) -> None:
    with pytest.raises(FlagError):
        flag_env(FlagSet({"f": 1}), {"f": FlagDef(name="f", env_name=name)})


@given(flag_maps(), st.sampled_from([None, "args", "globals"]), st.sampled_from([None, True, ","]))
def test_any_flags_are_passed_or_refused_in_words(
    values: dict[str, FlagValue], dest: str | None, split: bool | str | None
) -> None:
    flags = FlagSet(values)
    defs = {name: FlagDef(name=name, arg_split=split) for name in values}
    try:
        args = flag_args(flags, defs, dest).args
        env = flag_env(flags, defs)
    except FlagError:
        return
    assert not any("\0" in text for text in (*args, *env.values()))


@given(st.lists(any_text()))
def test_joined_words_are_split_again(words: list[str]) -> None:
    assert split_words(join_words(words)) == words
    assert shlex.split(join_words(words)) == words


@given(st.text("ab '\"\\\n\t", max_size=10))
def test_words_are_those_of_a_shell(text: str) -> None:
    try:
        expected = shlex.split(text)
    except ValueError:
        with pytest.raises(GuildError):
            split_words(text)
    else:
        assert split_words(text) == expected
