"""A service as rows of cells, and a short mark that changes when anything in them does."""

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from bot.exchange.cells import comparable, text_of
from bot.exchange.tables import CHILDREN, SERVICES, Column, Table, column_of
from bot.model.directory import Organization
from bot.model.record import record

Cells = Mapping[str, str]  # header -> text; an empty cell is left out
LINKS = frozenset(
    {"id", "service", "order", "version"}
)  # they tie rows together and say nothing of the service


@record
class ServiceRows:
    """One service: `rows` has one row under `services` and those of each other table, in their order."""

    id: str
    rows: Mapping[str, tuple[Cells, ...]]

    @property
    def main(self) -> Cells:
        """The row of the service itself."""
        return self.rows[SERVICES.name][0]


def plain_data(organization: Organization) -> dict[str, Any]:
    """An organization as dict, list and str, without what says no more than nothing."""
    return organization.model_dump(mode="json", exclude_defaults=True)


def filled(**fields: Any) -> dict[str, Any]:
    """Only what is there: unknown is left out, never an empty text."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def rows_of(path: str, data: Mapping[str, Any]) -> Iterator[ServiceRows]:
    """The rows of each service of an organization. `data` is plain_data."""
    own = _cells(SERVICES, data, of_organization=True)
    for key, service in data["services"].items():
        service_id = f"{path}#{key}"
        main = {"id": service_id, **own, **_cells(SERVICES, service)}
        children = {table.name: tuple(_children(table, service_id, service)) for table in CHILDREN}
        yield ServiceRows(id=service_id, rows={SERVICES.name: (main,), **children})


def _children(table: Table, service_id: str, service: Mapping[str, Any]) -> Iterator[Cells]:
    for at, entry in enumerate(service.get(table.holder or "", ())):
        yield {"service": service_id, "order": str(at + 1), **_cells(table, entry)}


def _cells(table: Table, data: Mapping[str, Any], *, of_organization: bool = False) -> dict[str, str]:
    columns = (c for c in table.columns if c.route and c.of_organization is of_organization)
    return {header: text for column in columns for header, text in _texts(column, data) if text}


def _texts(column: Column, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    value = value_at(data, column.route)
    if column.by_language:
        yield from ((f"{column.header}_{language}", text) for language, text in (value or {}).items())
    elif value:
        yield column.header, text_of(value)


def value_at(data: Any, route: Iterable[str]) -> Any:
    """What stands at a route; None where there is nothing."""
    for name in route:
        data = data.get(name) if isinstance(data, Mapping) else None
    return data


def version_of(rows: Mapping[str, Iterable[Cells]]) -> str:
    """A mark of everything the rows say, whatever their spelling. It starts with v: digits alone a program rounds."""
    said = {
        table: [
            sorted((header, value) for header, value in _said(table, row) if value != ()) for row in of_table
        ]
        for table, of_table in rows.items()
    }
    raw = json.dumps(said, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return "v" + blake2b(raw, digest_size=5).hexdigest()


def _said(table: str, row: Cells) -> Iterator[tuple[str, object]]:
    return ((h, comparable(column_of(table, h), text)) for h, text in row.items() if h not in LINKS)
