"""JSON Schema of each kind of attribute value."""

from __future__ import annotations

from typing import Any

from guild.adapters.guildfile.kinds import (
    FLAG_TYPES,
    Anything,
    Archive,
    ArgSplit,
    Checks,
    Choices,
    Column,
    Command,
    Count,
    Distribution,
    Env,
    Exec,
    FlagName,
    Flags,
    FlagsDest,
    FlagsImport,
    FlagType,
    Label,
    Mapping,
    Module,
    Names,
    Number,
    NumberRegexes,
    Operation,
    Operations,
    Optimizer,
    Optimizers,
    OutputScalars,
    Plugins,
    PythonVersions,
    Reference,
    Regexes,
    Renames,
    Requires,
    Resources,
    Selection,
    Sources,
    StepFlags,
    Steps,
    StepTexts,
    TargetType,
    Text,
    Texts,
    Whole,
    YesNo,
)
from guild.adapters.guildfile.selection import KINDS
from guild.adapters.guildfile.texts import FLAG_DESTS, NAMED_DESTS

__all__ = ["RENAMES_SCHEMA", "SCHEMAS", "SELECTION_SCHEMA"]

Schema = dict[str, Any]  # JSON

_STRING: Schema = {"type": "string"}
_COMMAND: Schema = {"type": "string", "pattern": r"\S"}
_SOME_WORD: Schema = {"type": "string", "pattern": r"\S"}
_STRINGS: Schema = {"type": "array", "items": _STRING}
_SCALAR_TYPES = ["string", "number", "boolean", "null"]


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _named(part: Schema, names: str = "^") -> Schema:
    """A mapping of names to something, with what it includes."""
    return {
        "type": "object",
        "properties": {"$include": {"type": ["string", "array", "null"], "items": _STRING}},
        "propertyNames": {"minLength": 1, "pattern": names},
        "additionalProperties": part,
    }


def _aim(name: str) -> Schema:
    return {
        "type": "object",
        "properties": {name: {"type": "string", "pattern": r"^\s*[^\s-]"}},
        "required": [name],
        "additionalProperties": False,
    }


_OPTIMIZER: Schema = {
    "type": "object",
    "properties": {"algorithm": _STRING, "default": {"type": "boolean"}},
}
_WITH_ALGORITHM: Schema = {**_OPTIMIZER, "required": ["algorithm"]}

SCHEMAS: dict[object, Schema] = {
    Text: _STRING,
    Reference: {"type": "string", "minLength": 1},
    Module: _SOME_WORD,
    Exec: _SOME_WORD,
    PythonVersions: _STRING,
    Label: {"type": ["string", "number"]},
    YesNo: {"type": "boolean"},
    Count: {"type": "integer", "minimum": 1},
    Number: {"type": "number"},
    Anything: {},
    Texts: {"type": ["string", "array"], "items": _STRING},
    Names: _STRINGS,
    Regexes: {"type": ["string", "array"], "items": _STRING},
    NumberRegexes: {"type": ["string", "array"], "items": _STRING},
    Mapping: {"type": "object"},
    Env: {"type": "object", "additionalProperties": {"type": _SCALAR_TYPES}},
    Steps: {"type": "array", "items": {"anyOf": [_COMMAND, _ref("Step")]}},
    Whole: {"type": "integer"},
    Command: _COMMAND,
    StepFlags: {
        "type": ["object", "array"],
        "items": {"anyOf": [{"type": "object"}, {"type": "string", "pattern": "^[^=]+="}]},
    },
    StepTexts: {
        "type": ["string", "number", "boolean", "object", "array"],
        "items": {"type": ["string", "number", "boolean"]},
    },
    Checks: {},
    FlagType: {"anyOf": [{"enum": list(FLAG_TYPES)}, _STRING]},
    FlagName: {"type": ["string", "boolean"]},
    FlagsDest: {
        "anyOf": [
            {"enum": list(FLAG_DESTS)},
            {
                "type": "string",
                "not": {"pattern": rf"^({'|'.join(NAMED_DESTS)}):\s*$"},
            },
        ]
    },
    FlagsImport: {"anyOf": [{"type": "boolean"}, {"const": "all"}, _STRINGS]},
    ArgSplit: {"type": ["boolean", "string"]},
    Distribution: {"enum": ["uniform", "log-uniform"]},
    TargetType: {"enum": ["link", "copy"]},
    Archive: {"enum": ["zip", "tar", "gzip"]},
    OutputScalars: {"anyOf": [{"const": False}, {"type": ["string", "array", "object"]}]},
    Column: {
        "anyOf": [
            {"type": "string", "pattern": r"^\s*(-\s*)?[^\s-]"},
            _aim("minimize"),
            _aim("maximize"),
        ]
    },
    Plugins: {"type": ["boolean", "string", "array"], "items": _STRING},
    Choices: {
        "type": "array",
        "items": {"anyOf": [{"not": {"type": "object"}}, _ref("Choice")]},
    },
    Flags: _named({"anyOf": [{"not": {"type": "object"}}, _ref("Flag")]}),
    Operation: _ref("Operation"),
    Operations: _named(
        {"anyOf": [{"type": "null"}, _SOME_WORD, _ref("Operation")]}, names=r"^[^:/]+$"
    ),
    Optimizer: {
        "anyOf": [{"type": ["boolean", "string"]}, _WITH_ALGORITHM],
    },
    Optimizers: {
        "anyOf": [
            _STRING,
            {"type": "array", "items": {"anyOf": [_STRING, _WITH_ALGORITHM]}},
            {**_WITH_ALGORITHM},
            {
                "type": "object",
                "not": {"properties": {"algorithm": _STRING}, "required": ["algorithm"]},
                "additionalProperties": {
                    "anyOf": [{"type": ["string", "null"]}, _OPTIMIZER],
                },
            },
        ]
    },
    Renames: _ref("Renames"),
    Requires: {
        "anyOf": [
            {"type": "array", "items": _ref("Requirement")},
            _ref("Requirement"),
        ]
    },
    Resources: _named({"anyOf": [_ref("SourceList"), _ref("Resource")]}),
    Selection: _ref("Selection"),
    Sources: _ref("SourceList"),
}
"""JSON Schema of each kind."""

_PATTERNS: Schema = {
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
    ]
}
_WHAT: Schema = {
    "anyOf": [
        _PATTERNS,
        {
            "type": "object",
            "properties": dict.fromkeys(KINDS, _PATTERNS),
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        },
    ]
}
_RULE: Schema = {
    "type": "object",
    "properties": {
        "include": {**_WHAT, "description": "Files to copy."},
        "exclude": {**_WHAT, "description": "Files to leave out."},
    },
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
}
_SELECT: list[Schema] = [
    {"type": ["boolean", "string"]},
    {"type": "array", "items": {"anyOf": [{"type": "string"}, _RULE]}},
    _RULE,
]
SELECTION_SCHEMA: Schema = {
    "description": "Which files are copied as source code.",
    "anyOf": [
        *_SELECT,
        {
            "type": "object",
            "not": {"anyOf": [{"required": ["include"]}, {"required": ["exclude"]}]},
            "properties": {
                "root": {
                    "description": "Directory that files are copied from.",
                    "type": ["string", "null"],
                },
                "dest": {
                    "description": "Directory below the run's that files are copied to.",
                    "type": ["string", "null"],
                    "not": {"type": "string", "pattern": r"^/|(^|/)\.\.(/|$)"},
                },
                "select": {"anyOf": [*_SELECT, {"type": "null"}]},
                "digest": {
                    "description": "Whether the digest of the files is recorded.",
                    "type": ["boolean", "null"],
                },
            },
        },
    ],
}
"""JSON Schema of `sourcecode`."""

_RENAME: Schema = {
    "anyOf": [
        {"type": "string", "pattern": r"\S"},
        {
            "type": "object",
            "properties": {"pattern": {"type": "string"}, "repl": {"type": "string"}},
            "required": ["pattern", "repl"],
            "additionalProperties": False,
        },
    ]
}
RENAMES_SCHEMA: Schema = {
    "description": "New names of files: PATTERN REPL, or a NAME for all.",
    "anyOf": [{"type": "array", "items": _RENAME}, *_RENAME["anyOf"]],
}
"""JSON Schema of `rename`."""
