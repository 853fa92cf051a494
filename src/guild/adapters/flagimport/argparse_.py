"""Options that a script gives to `argparse`, and to what is built on it.

The parser is built by following the script: groups, parents, sub-commands, functions and
methods that are given a parser, in the script or in modules of the project.
"""

from __future__ import annotations

from collections.abc import Callable

from guild.adapters.flagimport.execution import Execution, Parsed
from guild.adapters.flagimport.objects import ClassObject, FunctionObject
from guild.adapters.flagimport.options import Option, flag_of
from guild.adapters.flagimport.parsers import Parser, Parsers
from guild.adapters.flagimport.symbols import UNKNOWN, Call, Framework, Readout, Symbol
from guild.domain.flagdef import FlagDef

__all__ = ["ArgparseReader", "readout_of"]

_PARSER_CLASSES = {
    "argparse.ArgumentParser",
    "configargparse.ArgumentParser",
    "configargparse.ArgParser",
    "configargparse.Parser",
    "simple_parsing.ArgumentParser",
    "jsonargparse.ArgumentParser",
}
_DATACLASS_PARSERS = ("HfArgumentParser", "H4ArgumentParser", "TrlParser")
_DATACLASS_CALLS = {
    "tyro.cli": "tyro",
    "simple_parsing.parse": "hf",
}


class ArgparseReader(Framework):
    """Finds the parser that a script uses."""

    def __init__(self) -> None:
        self._parsers = Parsers()

    @property
    def is_parsing(self) -> bool:
        """Whether the script was seen to parse its arguments."""
        return self._parsers.chosen is not None

    def hook(self, dotted: str) -> Callable[[Call, Execution], object] | None:
        """Meaning of the calls that make parsers."""
        if dotted in _PARSER_CLASSES:
            return self._make
        if dotted.rpartition(".")[2] in _DATACLASS_PARSERS:
            return self._make_of_dataclasses
        if dotted in _DATACLASS_CALLS:
            style = _DATACLASS_CALLS[dotted]
            return lambda call, run: self._parse_dataclasses(call, run, style)
        return None

    def instance_of(self, dotted: str, cls: object, run: Execution) -> Symbol | None:
        """A parser of the project's own class."""
        if dotted not in _PARSER_CLASSES or not isinstance(cls, ClassObject):
            return None
        parser = Parser(self._parsers, run)
        parser.cls = cls
        return parser

    def _make(self, call: Call, run: Execution) -> object:
        parser = Parser(self._parsers, run)
        parser.set_up(call)
        return parser

    def _make_of_dataclasses(self, call: Call, run: Execution) -> Parser:
        parser = self._parser_of(call.get(0, "dataclass_types"), run, "hf")
        if not call.whole:
            parser.in_doubt = True
        return parser

    def _parse_dataclasses(self, call: Call, run: Execution, style: str) -> object:
        found = call.get(0, "f" if style == "tyro" else "config_class")
        self._parsers.chosen = self._parser_of(found, run, style)
        raise Parsed

    def _parser_of(self, classes: object, run: Execution, style: str) -> Parser:
        from guild.adapters.flagimport.dataclass_ import options_of

        parser = Parser(self._parsers, run)
        for cls in classes if isinstance(classes, (list, tuple)) else (classes,):
            if isinstance(cls, (ClassObject, FunctionObject)):
                parser.options += options_of(cls, run, style)
                if style == "hf" and any(one.default is UNKNOWN for one in parser.options):
                    parser.in_doubt = True
            else:
                parser.in_doubt = True
        return parser

    def readout(self, words: tuple[str, ...], run: Execution) -> Readout | None:
        """Flags of the parser the script uses, or else of the one with the most options."""
        parser = self._parsers.chosen
        own = [one for one in self._parsers.made if not one.is_imported]
        if parser is None and own:
            with_commands = [one for one in own if one.commands]
            most = max(own, key=lambda one: len(one.options))
            parser = with_commands[0] if words and with_commands else most
        if parser is None:
            uses_it = run.script is not None and "argparse" in run.script.frameworks
            in_doubt = run.is_lost or (run.is_cut and uses_it)
            return Readout(dest="args", flags={}, in_doubt=True) if in_doubt else None
        unseen = self._parsers.chosen is None and (run.is_lost or run.is_cut)
        root_doubt = parser.in_doubt or unseen
        for word in words:
            parser = parser.commands.get(word, parser)
        return readout_of(parser.options, in_doubt=parser.in_doubt or root_doubt)


def readout_of(options: list[Option], *, in_doubt: bool = False) -> Readout:
    """Flags of a parser's options."""
    warnings: list[str] = []
    flags: dict[str, FlagDef] = {}
    # HfArgumentParser adds an option to turn off each boolean that is on by default.
    valued = {option.dest for option in options if option.type == "strbool"}
    for option in options:
        if option.action == "store_false" and option.dest in valued:
            continue
        flag = flag_of(option, warnings)
        if flag is not None:
            flags[flag.name] = flag
    taken = frozenset(option.dest for option in options)
    return Readout(
        dest="args", flags=flags, taken=taken, warnings=tuple(warnings), in_doubt=in_doubt
    )
