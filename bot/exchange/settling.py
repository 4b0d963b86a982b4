"""What the sheets want of each service, beside what the directory holds: cell by cell, nothing decided twice.

A cell that says the same keeps the directory's own spelling. A column that is not there says nothing. A row that is
gone stays: a sheet that somebody shortened must never make a place disappear.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count

from bot.exchange.cells import comparable, says_the_same, tidy, what_may_be_lost
from bot.exchange.found import SheetProblem
from bot.exchange.gathering import Asked
from bot.exchange.recognising import Line
from bot.exchange.rows import LINKS, Cells, ServiceRows
from bot.exchange.tables import CHILDREN, SERVICES, TABLES, Table, column_of
from bot.model.record import record

# By what a row without a number in `order` is found again.
KNOWN_BY: Mapping[str, tuple[str, ...]] = {
    "contacts": ("channel", "number", "url", "address"),
    "sources": ("url", "title"),
    "checks": ("claims", "on", "how"),
}


@record
class Wanted:
    """One row as it shall be. `line` is where it was asked for; `was` its place among the rows there are now."""

    cells: Cells
    line: Line | None
    was: int | None


@record
class WantedService:
    """One service as it shall be, and every row as `rows` of ServiceRows has them."""

    id: str
    asked: Asked | None
    rows: Mapping[str, tuple[Wanted, ...]]
    is_new: bool = False

    @property
    def path(self) -> str:
        """The organization's id."""
        return self.id.split("#")[0]

    @property
    def key(self) -> str:
        """The service's key in its organization."""
        return self.id.split("#")[1]

    def as_said(
        self, current: Mapping[str, tuple[Cells, ...]], tables: Iterable[str]
    ) -> dict[str, list[Cells]]:
        """What the sheets say alone: without rows that stay although they are gone from the sheets."""
        spoken = set(tables)
        return {
            name: [row.cells for row in rows if row.line] if name in spoken else list(current[name])
            for name, rows in self.rows.items()
        }


def settle(
    asked: Asked, current: ServiceRows | None, problems: list[SheetProblem], hold_missing: str | None = None
) -> WantedService:
    """The service as the sheets want it. `hold_missing`: why contacts that are gone from their sheet are held."""
    now = current.rows if current else dict.fromkeys(TABLES, ())
    main = dict(now[SERVICES.name][0]) if current else {}
    if asked.main:
        main = overlaid(SERVICES, asked.main, main, problems)
    rows: dict[str, tuple[Wanted, ...]] = {}
    rows[SERVICES.name] = (Wanted(cells=main, line=asked.main, was=0 if current else None),)
    for table in CHILDREN:
        lines = asked.children.get(table.name, ())
        hold = hold_missing if table.name == "contacts" else None
        rows[table.name] = tuple(_arranged(table, now[table.name], lines, problems, hold))
    return WantedService(id=asked.id, asked=asked, rows=rows, is_new=current is None)


def overlaid(table: Table, line: Line, current: Cells, problems: list[SheetProblem]) -> dict[str, str]:
    """The current row with what a line says instead. Doubts about cells that differ are added to `problems`."""
    cells = {header: text for header, text in current.items() if header in LINKS or not line.says(header)}
    for header in dict.fromkeys((*line.letters, *current)):
        if header in LINKS or not line.says(header):
            continue
        column, cell, before = column_of(table.name, header), line.cell(header), current.get(header, "")
        if says_the_same(column, cell, before):
            text = before
        else:
            doubt = what_may_be_lost(column, cell, before)
            if doubt:
                problems.append(SheetProblem(place=line.at(header), message=doubt))
            text = "" if comparable(column, cell.text) == () else tidy(column, cell.text)
        if text:
            cells[header] = text
    return cells


# -- rows of contacts, sources and checks ------------------------------------------------------------------------


def _arranged(
    table: Table,
    current: tuple[Cells, ...],
    lines: tuple[Line, ...],
    problems: list[SheetProblem],
    hold: str | None,
) -> Iterator[Wanted]:
    """The rows of a service in their order: those of the sheet, and those that are gone from it, which stay."""
    orders = [_order(table, line, problems) for line in lines]
    _refuse_doubles(table, lines, orders, problems)
    found = _found_again(table, lines, orders, current)
    last = count(max((len(current), *(order or 0 for order in orders))) + 1)
    placed: list[tuple[int, Wanted]] = []
    for line, order, was in zip(lines, orders, found, strict=True):
        now: Cells = current[was] if was is not None else {}
        cells = overlaid(table, line, now, problems)
        by_itself = was + 1 if was is not None else next(last)
        placed.append((order if order is not None else by_itself, Wanted(cells=cells, line=line, was=was)))
    for was, gone in enumerate(current):
        if was not in found:
            placed.append((was + 1, Wanted(cells=_held(gone, hold), line=None, was=was)))
    yield from (row for _, row in sorted(placed, key=lambda one: one[0]))


def _order(table: Table, line: Line, problems: list[SheetProblem]) -> int | None:
    text = line.cell("order").text
    if not text or (text.isascii() and text.isdigit()):
        return int(text) if text else None
    message = f"`{text}` is no place in an order; write 1, 2, 3 …, or leave it empty in a new row"
    problems.append(SheetProblem(place=line.at("order"), message=message))
    return None


def _refuse_doubles(
    table: Table, lines: tuple[Line, ...], orders: list[int | None], problems: list[SheetProblem]
) -> None:
    first: dict[int, Line] = {}
    for line, order in zip(lines, orders, strict=True):
        if order is None:
            continue
        if order in first:
            message = (
                f"{table.one} {order} of this service stands in row {first[order].number} too; leave order empty "
                "in a new row"
            )
            problems.append(SheetProblem(place=line.at("order"), message=message))
        first.setdefault(order, line)


def _found_again(
    table: Table, lines: tuple[Line, ...], orders: list[int | None], current: tuple[Cells, ...]
) -> list[int | None]:
    """Which row of now each line is about: first the same content, then the same order, number or page."""
    found: list[int | None] = [None] * len(lines)

    def claim(is_it: Callable[[Line, int | None, int], bool]) -> None:
        for at, (line, order) in enumerate(zip(lines, orders, strict=True)):
            if found[at] is None:
                free = (was for was in range(len(current)) if was not in found)
                found[at] = next((was for was in free if is_it(line, order, was)), None)

    claim(lambda line, order, was: order == was + 1 and _says(table, line, current[was]))
    claim(lambda line, order, was: _says(table, line, current[was]))
    claim(lambda line, order, was: order == was + 1)
    claim(lambda line, order, was: order is None and _says(table, line, current[was], KNOWN_BY[table.name]))
    return found


def _says(table: Table, line: Line, cells: Cells, headers: Iterable[str] = ()) -> bool:
    """Whether a line says just what a row of now holds, of some columns or of all it has."""
    wanted = headers or {*line.letters, *(cells if line.is_whole else ())} - LINKS
    return all(says_the_same(column_of(table.name, h), line.cell(h), cells.get(h, "")) for h in wanted)


def _held(cells: Cells, hold: str | None) -> Cells:
    return {**cells, "hold": hold} if hold and not cells.get("hold") else cells
