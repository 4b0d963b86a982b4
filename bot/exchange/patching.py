"""What the sheets want, put into a file's own content: only what differs is touched, so that mending stays small."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from bot.exchange.cells import value_of
from bot.exchange.differences import changed_headers
from bot.exchange.rows import Cells, ServiceRows
from bot.exchange.settling import Wanted, WantedService
from bot.exchange.tables import CHILDREN, SERVICES, Table, column_of
from bot.model.directory import Service

Route = tuple[str, ...]
NEVER_REMOVED = frozenset({"summary", "area"})  # an empty one is wrong, and says so better than a missing one


def patched_service(raw: Mapping[str, Any], now: ServiceRows | None, wanted: WantedService) -> dict[str, Any]:
    """A service's content with the changes; `raw` is {} for a new one."""
    (main,) = wanted.rows[SERVICES.name]
    service = patched(SERVICES, raw, now.main if now else {}, main.cells, of_organization=False)
    for table in CHILDREN:
        name = table.holder or ""
        entries = _entries(
            table, service.get(name, []), now.rows[table.name] if now else (), wanted.rows[table.name]
        )
        if entries != service.get(name, []):
            service[name] = entries
    if raw:
        return service
    service = {**{name: {} for name in NEVER_REMOVED}, **service}
    return {field: service[field] for field in Service.model_fields if field in service}


def _entries(
    table: Table, raw: list[Any], now: tuple[Cells, ...], wanted: Iterable[Wanted]
) -> list[dict[str, Any]]:
    return [
        patched(
            table, {} if row.was is None else raw[row.was], {} if row.was is None else now[row.was], row.cells
        )
        for row in wanted
    ]


def patched(
    table: Table, raw: Mapping[str, Any], before: Cells, after: Cells, *, of_organization: bool = False
) -> dict[str, Any]:
    """What a row stands for with the cells that changed set anew, or removed where they are empty now."""
    data: dict[str, Any] = deepcopy(dict(raw))
    for header in changed_headers(table, before, after):
        column = column_of(table.name, header)
        if column.of_organization is not of_organization:
            continue
        if after.get(header):
            _set(data, column.route, value_of(column, after[header]))
        else:
            _remove(data, column.route)
    return data


def _set(data: dict[str, Any], route: Route, value: object) -> None:
    for name in route[:-1]:
        data = data.setdefault(name, {})
    data[route[-1]] = value


def _remove(data: dict[str, Any], route: Route) -> None:
    name, *rest = route
    if not rest:
        data.pop(name, None)
        return
    inner = data.get(name)
    if isinstance(inner, dict):
        _remove(inner, tuple(rest))
        if not inner and name not in NEVER_REMOVED:
            del data[name]
