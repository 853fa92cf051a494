"""Any values are found again in config files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guild.adapters.configfiles import config_flags, read_config, write_config
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.flagtext import decode, encode, parse_number
from guild.domain.words import split_words
from tests.strategies import any_text, exactly_same, flag_names, flag_values, nasty_text

_KEYS = st.one_of(flag_names(), st.sampled_from(("a b", "1", "é", "a.b", "true", "x#y", "[z]")))
_FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _maps(leaves: st.SearchStrategy[FlagValue]) -> st.SearchStrategy[dict[str, FlagValue]]:
    inner = st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
        max_leaves=8,
    )
    return st.dictionaries(_KEYS, inner, max_size=4)


_NUMBERS = st.one_of(st.integers(-(2**63), 2**63), st.floats())
_TOML_VALUES = st.one_of(st.booleans(), _NUMBERS, any_text())


def _expected(data: Mapping[str, FlagValue], key: str, value: FlagValue) -> FlagValue:
    """What becomes of an outermost key whose name has no point."""
    old = data.get(key)
    if isinstance(old, dict) and isinstance(value, dict):
        return {**old, **{name: _expected(old, name, item) for name, item in value.items()}}
    return value


def _check(path: Path, values: Mapping[str, FlagValue], target: Path) -> None:
    data = read_config(str(path))
    given = {key: value for key, value in values.items() if "." not in key}

    write_config(str(path), str(target), given)

    expected = {**data, **{key: _expected(data, key, value) for key, value in given.items()}}
    assert exactly_same(read_config(str(target)), expected)


@_FEW
@given(_maps(flag_values(5)), _maps(flag_values(5)), st.booleans())
def test_any_values_are_found_again_in_yaml(
    tmp_path: Path, data: dict[str, FlagValue], values: dict[str, FlagValue], flow: bool
) -> None:
    source = tmp_path / "c.yml"
    try:
        source.write_text(yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True))
    except ValueError:
        return  # Python writes no such numbers

    try:
        _check(source, values, tmp_path / "new.yml")
    except GuildError as error:
        assert "digits" in str(error) or "int" in str(error)  # noqa: PT017 # some have to be refused


@_FEW
@given(_maps(_NUMBERS | nasty_text()), _maps(_NUMBERS | nasty_text() | st.none()))
def test_any_values_are_found_again_in_json(
    tmp_path: Path, data: dict[str, FlagValue], values: dict[str, FlagValue]
) -> None:
    source = tmp_path / "c.json"
    source.write_text(json.dumps(data))

    _check(source, values, tmp_path / "new.json")


@_FEW
@given(_maps(_TOML_VALUES), _maps(_TOML_VALUES))
def test_any_values_are_found_again_in_toml(
    tmp_path: Path, data: dict[str, FlagValue], values: dict[str, FlagValue]
) -> None:
    empty, source = tmp_path / "empty.toml", tmp_path / "c.toml"
    empty.write_text("# nothing\n")
    _check(empty, data, source)

    _check(source, values, tmp_path / "new.toml")


@_FEW
@given(_maps(_NUMBERS | nasty_text() | st.none() | st.booleans()))
def test_flags_of_lists_are_their_parts(tmp_path: Path, data: dict[str, FlagValue]) -> None:
    source = tmp_path / "c.json"
    source.write_text(json.dumps(data))

    flags = {flag.name: flag for flag in config_flags(str(source))}

    for name, value in data.items():
        if isinstance(value, list):
            text = flags[name].default
            assert isinstance(text, str)
            parts = [decode(word) for word in split_words(text)]
            assert exactly_same(parts, value)


_OPTIONS = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_-]{0,4}", fullmatch=True),
    st.one_of(
        st.booleans(),
        _NUMBERS,
        st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8),
    ),
    max_size=3,
)
_SECTIONS = st.dictionaries(st.sampled_from(("a", "b c", "DEFAULT", "d.e")), _OPTIONS, max_size=3)


@_FEW
@given(_SECTIONS, _SECTIONS)
def test_any_values_are_found_again_in_ini(
    tmp_path: Path, data: dict[str, dict[str, FlagValue]], more: dict[str, dict[str, FlagValue]]
) -> None:
    empty, source, target = tmp_path / "empty.ini", tmp_path / "c.ini", tmp_path / "new.ini"
    empty.write_text("# nothing\n")
    try:
        write_config(
            str(empty), str(source), {f"{name}": data[name] for name in data if "." not in name}
        )
        before = read_config(str(source))
        values = {
            f"{s}.{key}": value for s in more if "." not in s for key, value in more[s].items()
        }
        write_config(str(source), str(target), values)
    except GuildError as error:
        assert "cannot have the values" in str(error)  # noqa: PT017 # blanks around texts are lost
        return

    after = read_config(str(target))
    for section, options in more.items():
        for key, value in options.items():
            if "." not in section:
                found = after[section]
                assert isinstance(found, dict)
                assert exactly_same(found[key], _as_read(value))
    for section, kept_options in before.items():
        assert isinstance(kept_options, dict)
        kept = after[section]
        assert isinstance(kept, dict)
        for key in kept_options.keys() - more.get(section, {}).keys():
            assert exactly_same(kept[key], kept_options[key])


def _as_read(value: FlagValue) -> FlagValue:
    text = value if isinstance(value, str) else encode(value)
    number = parse_number(text)
    words = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
    return words.get(text.lower(), text) if number is None else number
