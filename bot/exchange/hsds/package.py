"""The directory as an HSDS 3.0 tabular data package: one CSV for each table of the standard, and datapackage.json."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from bot.exchange.exporting import CannotExport, Export, Made
from bot.exchange.hsds.nesting import organizations
from bot.exchange.hsds.tables import TABLES, TYPES, HsdsTable, Row, rows_of

VERSION = "3.0"


def make_hsds_json(export: Export) -> Made:
    """A list of organizations with their services, each a whole HSDS object."""
    objects = list(organizations(_public(export)))
    return json.dumps(objects, ensure_ascii=False, indent=1).encode() + b"\n"


def make_hsds_csv(export: Export) -> Made:
    """The files of the package by name. A table with nothing in it has its header all the same."""
    tables: dict[str, dict[str, Row]] = {name: {} for name in TABLES}
    for organization in organizations(_public(export)):
        for name, row in rows_of("organization", organization):
            tables[name].setdefault(row["id"], row)
    files = {f"{TABLES[name].file}.csv": _written(TABLES[name], rows) for name, rows in tables.items()}
    return {"datapackage.json": _described(export), **files}


def _public(export: Export) -> Export:
    if not export.for_reading:
        raise CannotExport(
            "HSDS is for other directories: it holds what people see, and nothing that is held."
        )
    return export


def _written(table: HsdsTable, rows: Mapping[str, Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, table.columns, restval="")
    writer.writeheader()
    writer.writerows(rows.values())
    return out.getvalue().encode()


def _described(export: Export) -> bytes:
    package = {
        "name": "marigold-directory",
        "title": "Where survivors of sexual violence can find help",
        "profile": "tabular-data-package",
        "created": export.made.isoformat(),
        "hsds_version": VERSION,
        "resources": [_resource(table) for table in TABLES.values()],
    }
    return json.dumps(package, ensure_ascii=False, indent=1).encode() + b"\n"


def _resource(table: HsdsTable) -> dict[str, Any]:
    links = [
        {"fields": column, "reference": {"resource": target, "fields": "id"}}
        for column, target in table.links.items()
    ]
    return {
        "name": table.name,
        "path": f"{table.file}.csv",
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(table, column) for column in table.columns],
            "primaryKey": "id",
            **({"foreignKeys": links} if links else {}),
        },
    }


def _field(table: HsdsTable, column: str) -> dict[str, Any]:
    is_id = column == "id" or column.endswith("_id")
    return {
        "name": column,
        "type": TYPES.get(column, "string"),
        **({"format": "uuid"} if is_id and column != "tax_id" else {}),
        **({"constraints": {"required": True}} if column in table.required else {}),
    }
