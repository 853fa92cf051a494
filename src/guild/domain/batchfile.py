"""Batch files: rows of flag values, one for each trial, as text.

Source: reference 20-batches-and-optimizers, sections 4 and 11.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from attr import frozen

from guild.domain.display import shown
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.flagtext import TEXT_TYPES, decode, encode, is_function
from guild.domain.trialtable import flag_names
from guild.domain.value import Value
from guild.domain.yamltext import MAX_DEPTH

__all__ = ["Pairs", "Tree", "Unfit", "Written", "format_csv", "format_json", "parse_rows"]

_LINE = r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+"
_NULLS = ("null", "Null", "NULL")
# What JSON allows as it is and YAML, which reads the file again, does not.
_UNFIT_IN_YAML = "[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"


@frozen(kw_only=True, eq=False, repr=False)
class Written(Value):
    """A value that is no text, and how the file has it: flags of text take the latter."""

    value: bool | int | float | None
    text: str


@frozen(kw_only=True, eq=False, repr=False)
class Unfit(Value):
    """Something in a file that is no flag value, and what is wrong with it."""

    why: str


@frozen(kw_only=True, eq=False, repr=False)
class Pairs(Value):
    """A map as the file has it; a key may be there twice."""

    entries: Sequence[tuple[str, Tree]]


Tree: TypeAlias = Written | Unfit | bool | str | list["Tree"] | Pairs | None
"""What a file of YAML or JSON says."""


def parse_rows(
    text: str,
    kind: Literal["csv", "tree"],
    path: str,
    load: Callable[[str], Tree],
    *,
    types: Mapping[str, str | None] | None = None,
    warn: Callable[[str], None] | None = None,
) -> list[dict[str, FlagValue]]:
    """The rows of a batch file: values by flag name, in the file's order.

    Args:
        text: The file's contents.
        kind: `csv`: a line of flag names, then rows of values as after the `=` of assignments;
            short rows lack the later flags, an empty cell is empty text, `null` is nothing
            whatever the type, and blank lines don't count. `tree`, for YAML and JSON: a list of
            maps or one map. Without contents there are no rows.
        path: As the user names the file, for messages.
        load: Reads YAML or JSON; raises ValueError or GuildError for what is none.
        types: Types of flags by name. Flags of text get numbers and booleans, also those that
            are items of a list, as they are written.
        warn: As for `flagtext.decode`, for cells of CSV.

    Raises:
        GuildError: If the file can't be read as that; it names the line, where there is one.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return []
    if kind == "tree":
        return _tree_rows(text, path, load, types or {})
    return _csv_rows(text, path, types or {}, warn)


def _problem(path: str, why: str, line: int | None = None) -> GuildError:
    where = "" if line is None else f"line {line}: "
    return GuildError(f"cannot read trials for {path}: {where}{why}")


def _csv_rows(
    text: str,
    path: str,
    types: Mapping[str, str | None],
    warn: Callable[[str], None] | None,
) -> list[dict[str, FlagValue]]:
    names: list[str] | None = None
    rows = []
    for line, cells in _records(text, path):
        if names is None:
            names = _checked_names(cells, path, line)
            continue
        if len(cells) > len(names):
            why = f"there are {len(cells)} values for {len(names)} flags"
            raise _problem(path, why, line)
        try:
            pairs = zip(names, cells, strict=False)
            rows.append({name: _decoded(cell, types.get(name), warn) for name, cell in pairs})
        except GuildError as error:
            raise _problem(path, error.message, line) from error
    return rows


def _decoded(cell: str, type: str | None, warn: Callable[[str], None] | None) -> FlagValue:
    if type in TEXT_TYPES and cell in _NULLS:
        return None
    value = decode(cell, type, warn)
    # A search function in quotes is the text: as an item of a list it stays that.
    return [value] if cell[:1] in ("'", '"') and is_function(value) else value


def _records(text: str, path: str) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, each with the number of its first line."""
    import csv  # few runs have batch files

    reader = csv.reader(re.findall(_LINE, text), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        why = "a quote is not closed" if "end of data" in str(error) else str(error)
        raise _problem(path, why, line) from error


def _checked_names(cells: Sequence[str], path: str, line: int) -> list[str]:
    names = [cell.strip() for cell in cells]
    if len(names) == 1 and re.search("[;\t]", names[0]):
        raise GuildError(
            _problem(path, f"'{shown(names[0])}' is no name of a flag", line).message,
            "Columns are separated by commas, not by semicolons or tabs.",
        )
    for place, name in enumerate(names):
        if not name:
            raise _problem(path, f"column {place + 1} has no flag name", line)
        if name in names[:place]:
            raise _problem(path, f"there are two columns for flag '{name}'", line)
    return names


def _tree_rows(
    text: str, path: str, load: Callable[[str], Tree], types: Mapping[str, str | None]
) -> list[dict[str, FlagValue]]:
    try:
        tree = load(text)
    except ValueError as error:
        why = " ".join(str(error).split()).replace(' in "<unicode string>",', " at")
        raise _problem(path, why) from error
    except GuildError as error:
        raise _problem(path, error.message) from error
    if isinstance(tree, Unfit):
        raise _problem(path, tree.why)
    if isinstance(tree, Pairs):
        return [_tree_row(tree, 1, path, types)]
    if not isinstance(tree, list):
        why = f"invalid data type for trials: expected list or dict, got {_type_name(tree)}"
        raise _problem(path, why)
    several = len(tree) > 1
    return [
        _tree_row(_map(item, path, number if several else None), number, path, types)
        for number, item in enumerate(tree, 1)
    ]


def _map(item: Tree, path: str, number: int | None) -> Pairs:
    """An item of a file, which has to be a map.

    Args:
        item: The item.
        path: Of the file.
        number: Which item it is; None if it is the only one.
    """
    if isinstance(item, Pairs):
        return item
    try:
        shown_item = encode(_plain(item))
    except _UnfitError as error:
        raise _problem(path, f"trial {number or 1}: {error}") from error
    where = "" if number is None else f" (item {number})"
    raise _problem(path, f"invalid data type for trial {shown_item}: expected dict{where}")


def _tree_row(
    pairs: Pairs, number: int, path: str, types: Mapping[str, str | None]
) -> dict[str, FlagValue]:
    row: dict[str, FlagValue] = {}
    for name, value in pairs.entries:
        flag = f"flag '{shown(name)}'"
        if name in row:
            raise _problem(path, f"trial {number}: there are two values for {flag}")
        try:
            row[name] = _flag_value(value, types.get(name))
        except _UnfitError as error:
            raise _problem(path, f"trial {number}, {flag}: {error}") from error
    return row


class _UnfitError(Exception):
    """Something is no flag value; the text says why."""


def _flag_value(tree: Tree, type: str | None) -> FlagValue:
    if type not in TEXT_TYPES:
        return _plain(tree)
    if isinstance(tree, list):
        return [_text(item) for item in tree]
    return _text(tree)


def _text(tree: Tree) -> FlagValue:
    """The value for a flag of text: null, text, or a list or map as it is."""
    if isinstance(tree, Written):
        return None if tree.value is None else tree.text
    if isinstance(tree, bool):  # of JSON
        return "true" if tree else "false"
    return _plain(tree)


def _plain(tree: Tree, depth: int = 1) -> FlagValue:
    if isinstance(tree, Written):
        return tree.value
    if isinstance(tree, Unfit):
        raise _UnfitError(tree.why)
    if not isinstance(tree, list | Pairs):
        return tree
    if depth > MAX_DEPTH:
        raise _UnfitError("it is nested too deeply")
    if isinstance(tree, list):
        return [_plain(item, depth + 1) for item in tree]
    found: dict[str, FlagValue] = {}
    for key, item in tree.entries:
        if key in found:
            raise _UnfitError(f"there are two values for '{shown(key)}'")
        found[key] = _plain(item, depth + 1)
    return found


def _type_name(tree: Tree) -> str:
    value = tree.value if isinstance(tree, Written) else tree
    return "null" if value is None else type(value).__name__


def format_csv(trials: Iterable[Mapping[str, FlagValue]]) -> str:
    """Trials as CSV that `parse_rows` reads: names in order, values encoded, lines end in LF.

    A flag that a trial does not have is an empty cell, which reads as empty text. A value that
    would stand for several, a list or text such as `[1:2]`, is written as a list of one.

    Raises:
        GuildError: If a value can't be stored: see `yamltext.dump`.
    """
    trials = list(trials)
    names = flag_names(trials)
    if not names:
        return ""
    rows = [
        names,
        *(
            [encode(_single(each[name])) if name in each else "" for name in names]
            for each in trials
        ),
    ]
    return "".join(f"{','.join(map(_cell, row))}\n" for row in rows)


def _single(value: FlagValue) -> FlagValue:
    """What a row has for the value of a trial."""
    return [value] if isinstance(value, list) or is_function(value) else value


def _cell(text: str) -> str:
    if not re.search(r'[,"\r\n]', text):
        return text
    return '"' + text.replace('"', '""') + '"'


def format_json(trials: Iterable[Mapping[str, FlagValue]]) -> str:
    """Trials as a JSON list of objects with sorted keys, without a final newline.

    A value that would stand for several is written as a list of one.

    Raises:
        GuildError: If a value is nan or infinite: JSON has no such numbers.
    """
    import json  # only where trials are saved

    try:
        text = json.dumps(
            [{name: _single(value) for name, value in trial.items()} for trial in trials],
            sort_keys=True,
            ensure_ascii=False,
            allow_nan=False,
        )
    except (ValueError, RecursionError) as error:
        raise GuildError(
            f"cannot save trials as JSON: {error}", "Save them to a '.csv' file instead."
        ) from error
    return re.sub(_UNFIT_IN_YAML, lambda match: f"\\u{ord(match[0]):04x}", text)
