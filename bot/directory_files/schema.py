"""The JSON Schema of an organization's file and the guide's table of fields, both made from the declared shape."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.model.directory import Area, Check, Contact, Organization, Service, SharesWith, Source

SCHEMA_FILE = "organization.schema.json"
SHAPES: tuple[type[BaseModel], ...] = (Organization, Service, Contact, Area, SharesWith, Source, Check)


def schema_text() -> str:
    """The schema as a file. Every scalar is text to our reader, so an editor may offer yes without quotes too."""
    schema = Organization.model_json_schema(mode="validation")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **_loosened(schema)}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _loosened(node: Any) -> Any:
    """Text fields take what YAML calls a number, a date or a truth value: we read all of them as text."""
    if isinstance(node, list):
        return [_loosened(child) for child in node]
    if not isinstance(node, Mapping):
        return node
    loose = {key: _loosened(value) for key, value in node.items() if key != "title"}
    if loose.get("type") == "string" and "enum" not in loose:
        loose["type"] = ["string", "number", "boolean"]
    if loose.get("enum") and "yes" in loose["enum"]:
        loose = {**loose, "enum": [*loose["enum"], True, False]}
        loose.pop("type", None)
    return loose


def field_guide() -> str:
    """Every field with what a volunteer writes in it, as Markdown."""
    return "\n".join(line for shape in SHAPES for line in _table(shape))


def _table(shape: type[BaseModel]) -> Iterator[str]:
    yield f"### {shape.__name__}"
    yield ""
    yield (shape.__doc__ or "").strip().splitlines()[0]
    yield ""
    yield "| field | needed | what to write |"
    yield "|---|---|---|"
    for name, info in shape.model_fields.items():
        yield f"| `{name}` | {'yes' if info.is_required() else ''} | {_said(info)} |"
    yield ""


def _said(info: FieldInfo) -> str:
    return (info.description or "").replace("|", "\\|")
