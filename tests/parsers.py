"""What every parser may do with any input: give a value, or its own error in one line.

A parser here is a function of bytes that raises nothing at all as long as that holds. Round trips
are part of it where there are any.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import yaml
from attrs import frozen

from guild.adapters.configfiles.files import config_flags, read_config, write_config
from guild.adapters.fsstore.attributes import parse
from guild.adapters.fsstore.batchtrees import load_json, load_yaml
from guild.adapters.fsstore.outputlog import read_output
from guild.adapters.fsstore.plainyaml import NotPlain, read_plain
from guild.adapters.fsstore.yamlreader import load
from guild.adapters.guildfile.loader import load_guildfile
from guild.adapters.process.evidence import liveness
from guild.adapters.tfevents.reader import TfEventsScalarSource
from guild.domain.batchfile import Tree, format_json, parse_rows
from guild.domain.cellsource import parse_cell, unified_breaks
from guild.domain.errors import GuildError
from guild.domain.filterexpr import parse_filter
from guild.domain.flags import FlagValue
from guild.domain.flagtext import decode, encode, split_function
from guild.domain.ids import RunId
from guild.domain.ignorepatterns import IgnorePatterns
from guild.domain.labels import render
from guild.domain.manifest import ManifestEntry, format_manifest, parse_manifest
from guild.domain.opref import OpRef
from guild.domain.opspec import OpSpec
from guild.domain.outputpatterns import compile_patterns, decode_line
from guild.domain.outputscan import OutputScanner
from guild.domain.process import Stream
from guild.domain.references import resolved_flags
from guild.domain.run import Run
from guild.domain.searchspace import search_space
from guild.domain.timerange import parse_range
from guild.domain.yamltext import dump
from tests.strategies import exactly_same

__all__ = ["PARSERS", "Parser"]

_CORPUS = Path(__file__).parent / "corpus"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LARGEST = 100_000
_NOW = datetime(2024, 2, 29, 12, tzinfo=UTC)
_SOME: tuple[object, ...] = (
    None, True, 0, -1, 1.5, float("nan"), float("inf"), 10**40, "", "x", "1", [1, "a", None],
    {"a": 1}, {"a": []}, (1,),
)  # fmt: skip


@frozen
class Parser:
    """A parser, and inputs that are hard for it.

    Attributes:
        name: Also of the directory of its inputs in the corpus: see the README there.
        check: Raises something if the parser does not keep to its rules.
    """

    name: str
    check: Callable[[bytes], None]

    def corpus(self) -> tuple[bytes, ...]:
        """The inputs that are kept."""
        return tuple(_corpus(self.name))


@cache
def _corpus(name: str) -> list[bytes]:
    found: list[bytes] = []
    for path in sorted((_CORPUS / name).iterdir()):
        if path.suffix == ".txt":
            for line in path.read_text("ascii").splitlines():
                text = line.encode().decode("unicode_escape")
                found.append(text.encode("utf-8", "surrogatepass"))
        elif path.suffix == ".bin":
            found.append(path.read_bytes())
        elif path.suffix == ".yml":  # files that are expected to be refused, or not
            cases = yaml.load(path.read_text("utf-8"), _LOADER)
            found += [case["text"].encode() for case in cases if "text" in case]
    return found


def _text(data: bytes) -> str:
    """Text as the command line and lenient readers have it."""
    return data.decode("utf-8", "surrogateescape")


@contextmanager
def _refusal(*kinds: type[Exception]) -> Iterator[None]:
    """Errors of these kinds are fine, if they are one line that says something."""
    try:
        yield
    except kinds as error:
        text = error.message if isinstance(error, GuildError) else str(error)
        if not text.strip() or "\n" in text:
            raise


@contextmanager
def _directory() -> Iterator[Path]:
    path = tempfile.mkdtemp(prefix="guild-parsers-")
    try:
        yield Path(path)
    finally:
        shutil.rmtree(path)


def _attributes(data: bytes) -> None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    try:
        plain = read_plain(text)
    except NotPlain:
        pass
    else:
        assert exactly_same(plain, load(text))
    with _refusal(ValueError):
        value = parse(text)
        assert exactly_same(parse(dump(value)), value)


def _events(data: bytes) -> None:
    with _directory() as path:
        file = path / "events.out.tfevents.1"
        file.write_bytes(data[: len(data) // 2])
        source = TfEventsScalarSource()
        half = source.read(str(path))
        with file.open("ab") as stream:
            stream.write(data[len(data) // 2 :])
        whole = source.read(str(path))
        assert _same_summaries(source.read(str(path), half), whole)
        list(source.points(Run(id=RunId("r"), path=str(path))))


def _same_summaries(one: object, other: object) -> bool:
    # nan is not equal to itself
    return repr(one) == repr(other)


def _output(data: bytes) -> None:
    index, _, output = data.partition(b"\n--\n")
    with _directory() as path:
        (path / "output").write_bytes(output)
        (path / "output.index").write_bytes(index)
        lines = list(read_output(str(path / "output")))
    assert b"".join(line for _, _, line in lines) == output


def _guildfile(data: bytes) -> None:
    with _directory() as path:
        (path / "guild.yml").write_bytes(data)
        with _refusal(GuildError):
            first = load_guildfile(str(path / "guild.yml"), str(path / "cache"))
            assert load_guildfile(str(path / "guild.yml"), str(path / "cache")) == first


def _filters(data: bytes) -> None:
    with _refusal(GuildError):
        parsed = parse_filter(_text(data))
        if parsed is not None:
            for value in _SOME:
                parsed.matches(lambda _name, value=value: value)  # type: ignore[misc]  # a default


def _flags(data: bytes) -> None:
    text = _text(data)
    for type_ in (None, "string", "int", "float", "number", "boolean", "path", "no-type"):
        with _refusal(GuildError):
            value = decode(text, type_, lambda _sentence: None)
            if type_ is None and _is_unicode(text):  # other text can't be stored
                encoded = encode(value)
                # A list of a million items takes seconds: a test of its own is enough.
                if len(encoded) <= _LARGEST:
                    assert exactly_same(decode(encoded), value)
                    _use_flag(value)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _use_flag(value: FlagValue) -> None:
    if isinstance(value, str):
        split_function(value)
    with _refusal(GuildError):
        search_space({"x": value})
    with _refusal(GuildError):
        resolved_flags({"x": value, "y": "${x}"})


def _labels(data: bytes) -> None:
    for value in _SOME:
        warnings: list[str] = []
        render(_text(data), {"a": value, "default_label": value}, warn=warnings.append)


def _opspecs(data: bytes) -> None:
    with _refusal(GuildError):
        spec = OpSpec.parse(_text(data))
        assert OpSpec.parse(str(spec)) == spec


def _oprefs(data: bytes) -> None:
    with _refusal(GuildError):
        opref = OpRef.parse(_text(data))
        assert opref.name is not None
        assert OpRef.parse(opref.format()) == opref


def _manifests(data: bytes) -> None:
    found = parse_manifest(_text(data))
    entries = [entry for entry in found if isinstance(entry, ManifestEntry)]
    assert parse_manifest(format_manifest(entries)) == entries


def _times(data: bytes) -> None:
    with _refusal(GuildError):
        found = parse_range(_text(data), _NOW)
        if found is not None:
            found.contains(0)


def _lines(data: bytes) -> None:
    decode_line(data)
    scanner = OutputScanner(compile_patterns(None))
    for at in range(0, len(data), 7):
        scanner.feed(Stream.STDOUT, data[at : at + 7])
    scanner.finish()


def _batches(data: bytes) -> None:
    text = _text(data)

    def none(_: str) -> Tree:
        raise AssertionError("CSV needs no loader")

    for kind, load_tree in (("csv", none), ("tree", load_json), ("tree", load_yaml)):
        for types in ({}, {"a": "string", "x": "int"}):
            with _refusal(GuildError):
                rows = parse_rows(text, kind, "t", load_tree, types=types)  # type: ignore[arg-type]
                if kind == "tree" and not types:
                    with _refusal(GuildError):
                        format_json(rows)


def _ignores(data: bytes) -> None:
    patterns = IgnorePatterns(_text(data).split("\n"))
    for path in ("a", "a/b", "a" * 200, "/".join("abc" * 6), "a\nb", "[", "\udcff"):
        patterns.ignores(path, is_dir=True)


def _configs(data: bytes) -> None:
    with _directory() as path:
        for ending in ("yml", "json", "ini", "toml"):
            file = path / f"c.{ending}"
            file.write_bytes(data)
            with _refusal(GuildError):
                read_config(str(file))
                config_flags(str(file))
                write_config(str(file), str(path / f"d.{ending}"), {"a": 1, "b.c": "x"})


def _cells(data: bytes) -> None:
    with _refusal(SyntaxError):
        try:
            parse_cell(unified_breaks(_text(data)))
        except SyntaxError as error:
            raise SyntaxError(error.msg.split("\n")[0]) from error


def _locks(data: bytes) -> None:
    liveness(data.decode("utf-8", "replace"))


PARSERS = (
    Parser("attributes", _attributes),
    Parser("events", _events),
    Parser("output", _output),
    Parser("guildfile", _guildfile),
    Parser("filters", _filters),
    Parser("flags", _flags),
    Parser("labels", _labels),
    Parser("opspecs", _opspecs),
    Parser("oprefs", _oprefs),
    Parser("manifests", _manifests),
    Parser("times", _times),
    Parser("lines", _lines),
    Parser("batches", _batches),
    Parser("ignores", _ignores),
    Parser("configs", _configs),
    Parser("cells", _cells),
    Parser("locks", _locks),
)
