# ruff: noqa: ARG002 - every symbol and framework is asked alike
"""Flags that a script and its modules define with `absl.flags`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from guild.adapters.flagimport.execution import Execution, Parsed
from guild.adapters.flagimport.objects import ClassObject, EnumMember
from guild.adapters.flagimport.options import choices_of, plain, switch_flag
from guild.adapters.flagimport.symbols import UNKNOWN, Call, Framework, Readout
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagValue

__all__ = ["AbslReader"]

_TYPES = {"string": "string", "integer": "int", "float": "float"}
_LISTS = {"list": ",", "spaceseplist": " "}
_BOOLEANS = ("bool", "boolean")
_MULTI = "multi_"


class AbslReader(Framework):
    """Gathers the flags that are defined before the program runs.

    Attributes:
        flags: By name.
        warnings: What could not be understood.
    """

    def __init__(self) -> None:
        self.flags: dict[str, FlagDef] = {}
        self.warnings: list[str] = []
        self._given: dict[str, tuple[str, Mapping[str, object]]] = {}
        self._is_used = False
        self._is_run = False

    @property
    def is_parsing(self) -> bool:
        """Whether the script was seen to start."""
        return self._is_run

    def hook(self, dotted: str) -> Callable[[Call, Execution], object] | None:
        """Meaning of `flags.DEFINE_*`, what changes these flags, and `app.run`."""
        name = dotted.rpartition(".")[2]
        if name.startswith("DEFINE_") and ".flags." in f".{dotted}":
            return lambda call, run: self._define(name.removeprefix("DEFINE_"), call, run)
        if name in ("mark_flag_as_required", "mark_flags_as_required"):
            return lambda call, _run: self._require(call)
        if dotted.endswith("flags.FLAGS.set_default"):
            return lambda call, _run: self._set_default(call)
        if dotted.endswith("app.run") and dotted.startswith(("absl.", "tensorflow.")):
            return self._run
        if dotted == "absl.flags.FLAGS":
            return self._parse
        return None

    def _parse(self, call: Call, run: Execution) -> object:
        self._is_run = True
        return UNKNOWN

    def _run(self, call: Call, run: Execution) -> object:
        self._is_run = True
        raise Parsed

    def _require(self, call: Call) -> object:
        names = call.get(0, "flag_name", call.get(0, "flag_names"))
        for name in names if isinstance(names, (list, tuple)) else (names,):
            if isinstance(name, str) and name in self.flags:
                self.flags[name] = self.flags[name].replaced(required=True)
        return None

    def _define(self, kind: str, call: Call, run: Execution) -> object:
        # What only an imported module defines may be for a script of its own.
        self._is_used = self._is_used or not run.importing
        name = call.get(0, "name")
        if not isinstance(name, str):
            self.warnings.append(
                "a flag's name is not written out in the script - ignoring the flag"
            )
            return UNKNOWN
        self._set(kind, name, _named(kind, call))
        return UNKNOWN

    def _set(self, kind: str, name: str, given: Mapping[str, object]) -> None:
        flag = _flag(kind, name, given)
        if flag is not None:
            self.flags[name] = flag
            self._given[name] = (kind, given)

    def _set_default(self, call: Call) -> object:
        name, value = call.get(0, "name"), call.get(1, "value")
        if isinstance(name, str) and name in self._given:
            kind, given = self._given[name]
            required = self.flags[name].required and value is None
            self._set(kind, name, {**given, "default": value, "required": required})
        return None

    def readout(self, words: tuple[str, ...], run: Execution) -> Readout | None:
        """All flags defined."""
        if not (self._is_used or (self._is_run and self.flags)):
            return None
        return Readout(dest="args:absl", flags=self.flags, warnings=tuple(self.warnings))


def _named(kind: str, call: Call) -> Mapping[str, object]:
    """Arguments by name, as the function for a kind of flag has them."""
    names = ["name", "default"]
    names += {"enum": ["enum_values"], "enum_class": ["enum_class"]}.get(
        kind.removeprefix(_MULTI), []
    )
    names.append("help")
    if kind in ("integer", "float", "multi_integer", "multi_float"):
        names += ["lower_bound", "upper_bound"]
    # TensorFlow's own wrapper has other names for them.
    other = {"flag_name": "name", "default_value": "default", "docstring": "help"}
    given = {other.get(key, key): value for key, value in call.kwargs.items()}
    return {**dict(zip(names, call.args, strict=False)), **given}


def _flag(kind: str, name: str, given: Mapping[str, object]) -> FlagDef | None:
    about = given.get("help")
    about = about if isinstance(about, str) else ""
    required = given.get("required") is True
    default = given.get("default")
    if kind in _BOOLEANS:
        value = default if isinstance(default, bool) else _boolean(default)
        return switch_flag(name, value, about, off_name=f"no{name}").replaced(required=required)
    flag = FlagDef(name=name, description=about, required=required)
    single = kind.removeprefix(_MULTI)
    if kind.startswith(_MULTI) and isinstance(default, (list, tuple)):
        # The flag is repeated for each value: the script's own default applies.
        default = default[0] if len(default) == 1 else None
    if single in _LISTS:
        return flag.replaced(type="string", default=_joined(default, _LISTS[single]))
    if single in ("enum", "enum_class"):
        return _enum(flag, single, default, given)
    if single not in _TYPES:
        return None
    return flag.replaced(
        type=_TYPES[single],
        default=plain(default),
        min=_number(given.get("lower_bound")),
        max=_number(given.get("upper_bound")),
    )


def _enum(flag: FlagDef, kind: str, default: object, given: Mapping[str, object]) -> FlagDef:
    if kind == "enum":
        values = given.get("enum_values")
        known = values if isinstance(values, (list, tuple)) else ()
        return flag.replaced(type="string", default=plain(default), choices=choices_of(known))
    cls = given.get("enum_class")
    names = [one.name for one in cls.members()] if isinstance(cls, ClassObject) else []
    default = default.name if isinstance(default, EnumMember) else plain(default)
    return flag.replaced(type="string", default=default, choices=choices_of(names))


def _boolean(value: object) -> bool | None:
    if value in (0, 1):
        return bool(value)
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def _joined(value: object, separator: str) -> FlagValue:
    if isinstance(value, (list, tuple)):
        texts = [plain(item) for item in value]
        return separator.join(str(text) for text in texts)
    return plain(value)


def _number(value: object) -> int | float | None:
    return value if isinstance(value, (int, float)) else None
