"""JSON Schema of guild.yml, for editors: made from the classes in `forms`.

`python -m guild.adapters.guildfile.schema` writes it to the file that is shipped.
"""

from __future__ import annotations

import os
import re
from typing import Any, get_args

from guild.adapters.guildfile.forms import (
    FORMS,
    SOURCE_KINDS,
    ModelForm,
    OperationForm,
    PackageForm,
    ResourceForm,
    ResourceRefForm,
    SourceForm,
    StepForm,
    key_of,
)
from guild.adapters.guildfile.kinds import Anything
from guild.adapters.guildfile.kindschemas import RENAMES_SCHEMA, SCHEMAS, SELECTION_SCHEMA

__all__ = ["SCHEMA_PATH", "schema", "schema_text"]

SCHEMA_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "guild-schema.json")
"""Where the schema is shipped."""

Schema = dict[str, Any]  # JSON

_REFERENCE = {"$ref": "#/$defs/Reference"}
_TEXTS = re.compile(r"^    ([a-z0-9_]+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def schema() -> Schema:
    """The schema, as data that JSON can hold."""
    definitions = {_name(form): _object(form) for form in FORMS}
    definitions |= {
        "Reference": {
            "description": "A reference to a parameter, like {{ name }}.",
            "type": "string",
            "pattern": r"^\{\{\s*[^{}]+?\s*\}\}$",
        },
        "Include": _include(),
        "Renames": RENAMES_SCHEMA,
        "Requirement": _requirement(),
        "Selection": SELECTION_SCHEMA,
        "SourceList": {
            "type": "array",
            "items": {"anyOf": [{"type": "string", "minLength": 1}, _ref(SourceForm)]},
        },
    }
    definitions[_name(OperationForm)]["not"] = {"required": ["optimizer", "optimizers"]}
    definitions[_name(SourceForm)]["oneOf"] = [{"required": [kind]} for kind in SOURCE_KINDS]
    definitions[_name(StepForm)]["not"] = {"required": ["remote"]}
    operations = SCHEMAS[_kind(ModelForm, "operations")]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "guild.yml",
        "description": "What a project says of its operations.",
        "anyOf": [{"type": "null"}, operations, {"type": "array", "items": _item()}],
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """The schema as it is shipped."""
    import json

    return json.dumps(schema(), indent=1, sort_keys=False) + "\n"


def _name(form: type) -> str:
    return form.__name__.removesuffix("Form")


def _ref(form: type) -> Schema:
    return {"$ref": f"#/$defs/{_name(form)}"}


def _kind(form: Any, name: str) -> object:
    [found] = [a.type for a in form.__attrs_attrs__ if a.name == name]
    return get_args(found)[0]


def _object(form: Any) -> Schema:
    texts = _texts(form)
    attributes = form.__attrs_attrs__
    made: Schema = {
        "type": "object",
        "description": (form.__doc__ or "").partition("\n")[0],
        "properties": {key_of(a.name): _property(a, texts[a.name]) for a in attributes},
    }
    required = [key_of(a.name) for a in attributes if a.metadata.get("required")]
    return {**made, "required": required} if required else made


def _property(attribute: Any, text: str) -> Schema:
    """The schema of an attribute: its kind's, a reference to a parameter, or null."""
    kind = get_args(attribute.type)[0]
    own = SCHEMAS[kind]
    if kind is Anything:
        return {"description": text}
    if attribute.metadata.get("given"):
        return {"description": text, **own}
    if own.get("type") == "string":
        return {"description": text, **own, "type": ["string", "null"]}
    return {"description": text, "anyOf": [own, _REFERENCE, {"type": "null"}]}


def _texts(form: type) -> dict[str, str]:
    """What the docstring of a form says of its attributes."""
    import inspect

    section = inspect.cleandoc(form.__doc__ or "").partition("Attributes:\n")[2]
    return {match[1]: " ".join(match[2].split()) for match in _TEXTS.finditer(section)}


def _include() -> Schema:
    texts = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "description": "Other files whose items stand here.",
        "properties": {"include": {"anyOf": [texts, {"type": "array", "items": texts}]}},
        "required": ["include"],
        "additionalProperties": False,
    }


def _requirement() -> Schema:
    """A resource that is named, one that is written in its place, or a source."""
    return {
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "if": {"required": ["resource"]},
                "then": _ref(ResourceRefForm),
                "else": {
                    "if": {"required": ["sources"]},
                    "then": _ref(ResourceForm),
                    "else": _ref(SourceForm),
                },
            },
        ]
    }


def _item() -> Schema:
    """An item of a file that is a list; one without a type is the anonymous model."""
    kinds = ("model", "config", "package", "include")

    def only(kind: str, target: Schema) -> Schema:
        others = [{"required": [other]} for other in kinds if other != kind]
        return {**target, "required": [kind], "not": {"anyOf": others}}

    config = {**_ref(ModelForm), "properties": {"config": {"minLength": 1}}}
    package = {**_ref(PackageForm), "properties": {"package": {"minLength": 1}}}
    anonymous = {
        **_ref(ModelForm),
        "required": ["operations"],
        "not": {"anyOf": [{"required": [kind]} for kind in kinds]},
    }
    return {
        "type": "object",
        "anyOf": [
            only("model", _ref(ModelForm)),
            only("config", config),
            only("package", package),
            only("include", {"$ref": "#/$defs/Include"}),
            anonymous,
        ],
    }


def main() -> None:
    """Write the file that is shipped."""
    with open(f"{SCHEMA_PATH}.tmp", "w", encoding="utf-8") as file:
        file.write(schema_text())
    os.replace(f"{SCHEMA_PATH}.tmp", SCHEMA_PATH)


if __name__ == "__main__":
    main()
