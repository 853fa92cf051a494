"""Batch files: rows of flag values, one for each trial, as text.

Source: reference 20-batches-and-optimizers, sections 4 and 11.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue
from guild.domain.flagtext import decode, encode
from guild.domain.trialtable import flag_names

__all__ = ["format_csv", "format_json", "parse_rows"]

_LINE = r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+"
# What JSON allows as it is and YAML, which reads the file again, does not.
_UNFIT_IN_YAML = "[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"


def parse_rows(
    text: str,
    kind: Literal["csv", "yaml"],
    path: str,
    load_yaml: Callable[[str], object],
    *,
    types: Mapping[str, str | None] | None = None,
    warn: Callable[[str], None] | None = None,
) -> list[dict[str, FlagValue]]:
    """The rows of a batch file: values by flag name, in the file's order.

    Args:
        text: The file's contents.
        kind: `csv`: a line of flag names, then rows of values as after the `=` of assignments;
            short rows lack the later flags, an empty cell is empty text, blank lines don't
            count. `yaml`, also for JSON: a list of maps or one map. Without contents there are
            no rows.
        path: As the user names the file, for messages.
        load_yaml: Reads YAML; raises ValueError or GuildError for what is none.
        types: Types of flags by name, for cells of CSV.
        warn: As for `flagtext.decode`, for cells of CSV.

    Raises:
        GuildError: If the file can't be read as that; it names the line, where there is one.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return []
    if kind == "yaml":
        return _yaml_rows(text, path, load_yaml)
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
            rows.append({name: decode(cell, types.get(name), warn) for name, cell in pairs})
        except GuildError as error:
            raise _problem(path, error.message, line) from error
    return rows


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
    for place, name in enumerate(names):
        if not name:
            raise _problem(path, f"column {place + 1} has no flag name", line)
        if name in names[:place]:
            raise _problem(path, f"there are two columns for flag '{name}'", line)
    return names


def _yaml_rows(
    text: str, path: str, load_yaml: Callable[[str], object]
) -> list[dict[str, FlagValue]]:
    try:
        data = load_yaml(text)
    except ValueError as error:
        why = " ".join(str(error).split()).replace(' in "<unicode string>",', " at")
        raise _problem(path, why) from error
    except GuildError as error:
        raise _problem(path, error.message) from error
    if isinstance(data, Mapping):
        data = [data]
    if not isinstance(data, list):
        why = f"invalid data type for trials: expected list or dict, got {_type_name(data)}"
        raise _problem(path, why)
    return [_yaml_row(item, number, path) for number, item in enumerate(data, 1)]


def _yaml_row(item: object, number: int, path: str) -> dict[str, FlagValue]:
    if isinstance(item, Mapping):
        row = {_key(key): value for key, value in item.items()}
        for name, value in row.items():
            _check_value(value, f"trial {number}, flag '{name}'", path)
        return row
    _check_value(item, f"trial {number}", path)
    raise _problem(path, f"invalid data type for trial {encode(item)}: expected dict")  # type: ignore[arg-type]  # it was checked


def _key(key: object) -> str:
    return key if isinstance(key, str) else str(key)


def _check_value(value: object, of: str, path: str) -> None:
    """Refuse what is no flag value, such as a date."""
    try:
        encode(value)  # type: ignore[arg-type]  # which is the question
    except GuildError as error:
        raise _problem(path, f"{of}: {error.message}") from error


def _type_name(value: object) -> str:
    return "null" if value is None else type(value).__name__


def format_csv(trials: Iterable[Mapping[str, FlagValue]]) -> str:
    """Trials as CSV that `parse_rows` reads: names in order, values encoded, lines end in LF.

    A flag that a trial does not have is an empty cell, which reads as empty text.

    Raises:
        GuildError: If a value can't be stored: see `yamltext.dump`.
    """
    trials = list(trials)
    names = flag_names(trials)
    if not names:
        return ""
    rows = [
        names,
        *([encode(each[name]) if name in each else "" for name in names] for each in trials),
    ]
    return "".join(f"{','.join(map(_cell, row))}\n" for row in rows)


def _cell(text: str) -> str:
    if not re.search(r'[,"\r\n]', text):
        return text
    return '"' + text.replace('"', '""') + '"'


def format_json(trials: Iterable[Mapping[str, FlagValue]]) -> str:
    """Trials as a JSON list of objects with sorted keys, without a final newline.

    Raises:
        GuildError: If a value is nan or infinite: JSON has no such numbers.
    """
    import json  # only where trials are saved

    try:
        text = json.dumps(
            [dict(trial) for trial in trials],
            sort_keys=True,
            ensure_ascii=False,
            allow_nan=False,
        )
    except (ValueError, RecursionError) as error:
        raise GuildError(
            f"cannot save trials as JSON: {error}", "Save them to a '.csv' file instead."
        ) from error
    return re.sub(_UNFIT_IN_YAML, lambda match: f"\\u{ord(match[0]):04x}", text)
