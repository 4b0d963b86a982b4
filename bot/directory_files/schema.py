"""The JSON Schema of an organization's file and the guide's table of fields, both made from the declared shape."""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.model.directory import Area, Check, Contact, Organization, Service, SharesWith, Source

SCHEMA_FILE = "organization.schema.json"
GUIDE_FILE = "FIELDS.md"
GUIDE_HEAD = """\
# Every field of an organization's file

This page is made by a program from `bot/model/directory.py`: please do not mend it here. `bot directory schema --write`
writes it anew. An example with every line explained is in [README.md](README.md).

**What you do not know, leave out.** A field that is not there means that nobody knows yet. It never means "no".
Short fields in a list stand in brackets: `[en, es]`. Numbers and hours stand in quotes.
"""
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
    # pydantic's titles repeat the names; the field of a source that is called title is a block, and stays
    loose = {
        key: _loosened(value) for key, value in node.items() if key != "title" or isinstance(value, Mapping)
    }
    if loose.get("type") == "string" and "enum" not in loose:
        loose["type"] = ["string", "number", "boolean"]
    if loose.get("enum") and "yes" in loose["enum"]:
        loose = {**loose, "enum": [*loose["enum"], True, False]}
        loose.pop("type", None)
    return loose


def field_guide() -> str:
    """Every field with what a volunteer writes in it: the text of resources/FIELDS.md, Markdown."""
    return "\n".join((GUIDE_HEAD, *(line for shape in SHAPES for line in _table(shape)))).rstrip() + "\n"


def _table(shape: type[BaseModel]) -> Iterator[str]:
    yield f"## {shape.__name__}"
    yield ""
    yield (shape.__doc__ or "").strip().splitlines()[0]
    yield ""
    yield "| field | needed | what to write |"
    yield "|---|---|---|"
    for name, info in shape.model_fields.items():
        yield f"| `{name}` | {'yes' if info.is_required() else ''} | {_said(info)} |"
    yield ""


def _said(info: FieldInfo) -> str:
    """The description as a cell of the table, and the words there are to choose from."""
    values = ", ".join(f"`{value}`" for value in _choices(info.annotation))
    said = info.description or ""
    if values:
        said = f"{said}{'' if said.endswith('?') else '.'} One of: {values}"
    return said.replace("|", "\\|")


def _choices(annotation: object) -> tuple[str, ...]:
    """The words a field takes, if it is a closed list. What is unknown is left out of the file, so not offered."""
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return tuple(word.value for word in annotation if word.value != "unknown")
    parts = get_args(annotation)
    if get_origin(annotation) is Literal:
        return tuple(str(part) for part in parts)
    if get_origin(annotation) in (Union, UnionType):  # the field may be absent
        return tuple(word for part in parts for word in _choices(part))
    return ()
