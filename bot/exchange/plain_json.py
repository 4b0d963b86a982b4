"""The directory as one JSON document, for programs: what the YAML holds, with ids."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.exchange.cells import Seen, text_of
from bot.exchange.exporting import Export, Made
from bot.exchange.found import Book, FoundRow, FoundSheet
from bot.exchange.rows import plain_data, value_at
from bot.exchange.tables import CHILDREN, SERVICES, Column, Table

MARK = "marigold"
FORM = 1
TIES = ("id", "version", "services", *(table.holder for table in CHILDREN if table.holder))
NOT_OURS = "is no JSON of ours: it needs a list `organizations`. Export one with --format json and compare."


# -- out ---------------------------------------------------------------------------------------------------------


def make_json(export: Export) -> Made:
    """One document: {"marigold": 1, "made": …, "organizations": [{"id", "name", …, "services": [{"id", …}]}]}."""
    document = {
        MARK: FORM,
        "made": export.made.isoformat(),
        "for_reading": export.for_reading,
        "organizations": list(_organizations(export)),
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _organizations(export: Export) -> Iterator[dict[str, Any]]:
    for path, organization in export.organizations.items():
        data = plain_data(organization)
        services = [
            {"id": f"{path}#{key}", "version": export.versions[f"{path}#{key}"], **service}
            for key, service in data["services"].items()
        ]
        yield {"id": path, **data, "services": services}


# -- in ----------------------------------------------------------------------------------------------------------


def is_json(files: Mapping[str, bytes]) -> bool:
    """Whether this is one JSON document of ours."""
    if len(files) != 1:
        return False
    (name,) = files
    return name.casefold().endswith(".json")


def read_json(files: Mapping[str, bytes]) -> Book:
    """The document as tables. What has not its form is told in `problems`."""
    (raw,) = files.values()
    try:
        document = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Book(problems=("is not UTF-8. Save it as UTF-8 and try again.",))
    except (ValueError, RecursionError) as error:
        return Book(problems=(f"is no JSON: {error}.",))
    if not isinstance(document, dict) or not isinstance(document.get("organizations"), list):
        return Book(problems=(NOT_OURS,))
    return _book(document["organizations"])


def _book(organizations: list[Any]) -> Book:
    """JSON has no rows and columns; each table gets columns for what stands in it, and each row a name."""
    problems: list[str] = []
    rows: dict[str, list[tuple[str, dict[str, Seen]]]] = {}
    for at, organization in enumerate(organizations, 1):
        services = organization.get("services") if isinstance(organization, dict) else None
        if not isinstance(services, list) or not all(isinstance(service, dict) for service in services):
            problems.append(f"organization {at} needs a list `services`, each with its fields.")
            continue
        for number, service in enumerate(services, 1):
            _take_apart(organization, service, f"organization {at}, service {number}", rows)
    return Book(sheets=tuple(_sheet(name, found) for name, found in rows.items()), problems=tuple(problems))


def _take_apart(
    organization: Mapping[str, Any],
    service: Mapping[str, Any],
    label: str,
    rows: dict[str, list[tuple[str, dict[str, Seen]]]],
) -> None:
    """The rows of one service: its own and those of its contacts, sources and checks."""
    own = {"id": service.get("id") or label, "version": service.get("version")}
    name = str(own["id"])
    main = {**own, **_seen(SERVICES, organization, of_organization=True), **_seen(SERVICES, service)}
    rows.setdefault(SERVICES.name, []).append((name, main))
    for table in CHILDREN:
        entries = service.get(table.holder or "")
        for at, entry in enumerate(entries if isinstance(entries, list) else (), 1):
            cells: dict[str, Seen] = {"service": name, "order": str(at)}
            rows.setdefault(table.name, []).append(
                (f"{name}, {table.one} {at}", {**cells, **_seen(table, entry)})
            )


def _seen(table: Table, data: Any, *, of_organization: bool = False) -> dict[str, Seen]:
    columns = [c for c in table.columns if c.route and c.of_organization is of_organization]
    known = {header: seen for column in columns for header, seen in _of_column(column, data)}
    routes = {column.route for column in columns} | {(name,) for name in TIES}
    return {**dict(_left_over(data, routes)), **known}


def _left_over(
    data: Any, routes: Collection[tuple[str, ...]], route: tuple[str, ...] = ()
) -> Iterator[tuple[str, Seen]]:
    """What has no column, so that it can be told."""
    for name, value in data.items() if isinstance(data, dict) else ():
        here = (*route, name)
        if here in routes:
            continue
        if any(known[: len(here)] == here for known in routes) and isinstance(value, dict):
            yield from _left_over(value, routes, here)
        else:
            yield "_".join(here), _as_seen(value)


def _of_column(column: Column, data: Any) -> Iterator[tuple[str, Seen]]:
    value = value_at(data, column.route)
    if column.by_language and isinstance(value, dict):
        yield from ((f"{column.header}_{language}", _as_seen(text)) for language, text in value.items())
    elif value is not None:
        yield column.header, _as_seen(value)


def _as_seen(value: Any) -> Seen:
    if isinstance(value, list):
        return text_of([str(item) for item in value])
    return value if isinstance(value, str | int | float | bool) else json.dumps(value, ensure_ascii=False)


def _sheet(name: str, found: list[tuple[str, dict[str, Seen]]]) -> FoundSheet:
    """The rows under one row of headers, as a spreadsheet would have them."""
    headers = list(dict.fromkeys(header for _, cells in found for header in cells))
    head = FoundRow(number=1, cells=dict(enumerate(headers, 1)))
    rows = (
        FoundRow(
            number=at,
            cells={headers.index(header) + 1: seen for header, seen in cells.items()},
            label=label,
        )
        for at, (label, cells) in enumerate(found, 2)
    )
    return FoundSheet(title=name, rows=(head, *rows), is_whole=True)
