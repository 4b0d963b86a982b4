"""From a problem in a file back to the cell it came from.

The rules speak of lines in a file. The same content, written so that every value has a place of its own, tells which
value a line and column mean; from there it is one step to sheet, row and column.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from bot.directory_files.organizations import FOLDER, parse_organization
from bot.directory_files.problems import Problem
from bot.directory_files.reading import Route, Unreadable, parse_document
from bot.directory_files.rules import Rulebook
from bot.directory_files.writing import write_value
from bot.exchange.found import Place, SheetProblem
from bot.exchange.recognising import Line
from bot.exchange.settling import WantedService
from bot.exchange.tables import CHILDREN, SERVICES, Table

MISSING = re.compile(r"`(\w+):` is missing")


def located_problems(
    path: str,
    data: Mapping[str, Any],
    before: Mapping[str, Any],
    wanted: Mapping[str, WantedService],
    book: Rulebook,
) -> Iterator[SheetProblem]:
    """Every problem and hint of an organization's new content, at the cells that say so. `wanted` is by key.

    A value of a wrong form keeps the rules from looking at the rest of a file. With what stood there `before` in its
    place they do look, so that all is told at once.
    """
    found, is_read = _found(path, data, book)
    if not is_read:
        more, is_read_now = _found(path, _put_back(data, before, [route for route, _ in found]), book)
        found += more if is_read_now else []
    for route, problem in found:
        place = _place(path, route, wanted)
        yield SheetProblem(place=place, message=_said_of_a_cell(problem, place), hint=problem.hint)


def _found(path: str, data: Mapping[str, Any], book: Rulebook) -> tuple[list[tuple[Route, Problem]], bool]:
    """The problems with the routes of the values they mean, and whether the content has its form."""
    name = f"{FOLDER}/{path}.yaml"
    text = write_value(data, None, flow=True)
    file = parse_organization(text.encode("utf-8"), name, b"", book)
    try:
        routes = {place: route for route, place in parse_document(text, name).marks.items()}
    except Unreadable:
        routes = {}
    return [(_route(problem, routes), problem) for problem in file.problems], bool(file.services)


def _route(problem: Problem, routes: Mapping[tuple[int, int], Route]) -> Route:
    route = routes.get((problem.line, problem.column), ())
    missing = MISSING.match(problem.message)
    return (*route, missing[1]) if missing else route


def _said_of_a_cell(problem: Problem, place: Place) -> str:
    """A line that is missing in a file is an empty cell in a sheet."""
    return "is empty, and is needed" if place.header and MISSING.match(problem.message) else problem.message


def _put_back(data: Mapping[str, Any], before: Mapping[str, Any], routes: list[Route]) -> dict[str, Any]:
    """The content with what stood at these routes before; without it where nothing did."""
    result: dict[str, Any] = deepcopy(dict(data))
    for route in routes:
        holder = _at(result, route[:-1])
        old = _at(before, route)
        if old is not None and isinstance(holder, dict | list):
            holder[route[-1]] = old  # type: ignore[index]  # a list's routes end in numbers
        elif old is None and isinstance(holder, dict) and route:
            holder.pop(str(route[-1]), None)
    return result


def _at(data: Any, route: Route) -> Any:
    """What stands at a route; None where there is nothing."""
    for part in route:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _place(path: str, route: Route, wanted: Mapping[str, WantedService]) -> Place:
    service = wanted.get(str(route[1])) if len(route) > 1 and route[0] == "services" else None
    if service is not None:
        return _in_service(path, route, service)
    line = next(iter(wanted.values())).rows[SERVICES.name][0].line
    if line is None or route[:1] == ("services",):
        return _in_file(path, route)
    return line.at(
        _header(SERVICES, route, of_organization=True)
    )  # these stand in the rows of all its services


def _in_service(path: str, route: Route, service: WantedService) -> Place:
    inner = route[2:]
    table = next((table for table in CHILDREN if inner and table.holder == inner[0]), None)
    if table is None or len(inner) < 2:
        (main,) = service.rows[SERVICES.name]
        line: Line | None = main.line or (service.asked.first if service.asked else None)
        return line.at(_header(SERVICES, inner)) if line else _in_file(path, route)
    row = service.rows[table.name][int(inner[1])]
    return row.line.at(_header(table, inner[2:])) if row.line else _in_file(path, route)


def _header(table: Table, route: Route, *, of_organization: bool = False) -> str:
    """The column whose value stands at a route or just above it."""
    for column in table.columns:
        if not column.route or column.of_organization is not of_organization:
            continue
        if column.by_language and len(route) > 1 and route[:1] == column.route:
            return f"{column.header}_{route[1]}"
        if route[: len(column.route)] == column.route:
            return column.header
    above = (c.header for c in table.columns if route and c.route[: len(route)] == route)
    return next(above, "")


def _in_file(path: str, route: Route) -> Place:
    """What the sheets do not show: it stands in the directory and is wrong there."""
    return Place(sheet=f"{FOLDER}/{path}.yaml", header=".".join(str(part) for part in route))
