"""What would change, in words: for the person who tries an import before doing it."""

from collections.abc import Iterator

from bot.exchange.cells import comparable
from bot.exchange.rows import LINKS, Cells, ServiceRows
from bot.exchange.settling import Wanted, WantedService
from bot.exchange.tables import CHILDREN, SERVICES, Table, column_of
from bot.model.record import record

NOTHING = "(nothing)"


@record
class Change:
    """One difference. `of` is the id of the service or organization; an empty `before` or `after` is nothing."""

    of: str
    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.of}: {self.what} {_on_one_line(self.before)} -> {_on_one_line(self.after)}"


def _on_one_line(text: str) -> str:
    return " / ".join(part.strip() for part in text.splitlines() if part.strip()) or NOTHING


def service_changes(current: ServiceRows | None, wanted: WantedService) -> Iterator[Change]:
    """What is different in one service, field by field; its organization's own fields aside."""
    (main,) = wanted.rows[SERVICES.name]
    before = current.main if current else {}
    for what, old, new in _cells_changed(SERVICES, before, main.cells, of_organization=False):
        yield Change(of=wanted.id, what=what, before=old, after=new)
    for table in CHILDREN:
        rows_now = current.rows[table.name] if current else ()
        yield from _rows_changed(wanted.id, table, rows_now, wanted.rows[table.name])


def _rows_changed(
    service_id: str, table: Table, now: tuple[Cells, ...], wanted: tuple[Wanted, ...]
) -> Iterator[Change]:
    for at, row in enumerate(wanted, 1):
        if row.was is None:
            yield Change(of=service_id, what=f"{table.one} {at} (new)", before="", after=_in_short(row.cells))
            continue
        for what, old, new in _cells_changed(table, now[row.was], row.cells):
            yield Change(of=service_id, what=f"{table.one} {row.was + 1} {what}", before=old, after=new)
    order = [row.was for row in wanted if row.was is not None]
    if order != sorted(order):
        before, after = _numbers(sorted(order)), _numbers(order)
        yield Change(of=service_id, what=f"order of {table.name}", before=before, after=after)


def _numbers(places: list[int]) -> str:
    return ", ".join(str(place + 1) for place in places)


def _in_short(cells: Cells) -> str:
    return ", ".join(f"{header} {text}" for header, text in cells.items() if header not in LINKS)


def organization_changes(path: str, before: Cells, after: Cells) -> Iterator[Change]:
    """What is different in the organization's own fields."""
    for what, old, new in _cells_changed(SERVICES, before, after, of_organization=True):
        yield Change(of=path, what=what, before=old, after=new)


def _cells_changed(
    table: Table, before: Cells, after: Cells, *, of_organization: bool = False
) -> Iterator[tuple[str, str, str]]:
    for header in changed_headers(table, before, after):
        if column_of(table.name, header).of_organization is of_organization:
            yield header, before.get(header, ""), after.get(header, "")


def changed_headers(table: Table, before: Cells, after: Cells) -> list[str]:
    """The columns two rows differ in, in the order of the sheet."""
    rank = {(column.of_organization, column.route[:1]): at for at, column in enumerate(table.columns)}

    def place(header: str) -> tuple[int, str]:
        column = column_of(table.name, header)
        return rank[column.of_organization, column.route[:1]], header

    return sorted((h for h in {*before, *after} - LINKS if _differ(table, h, before, after)), key=place)


def _differ(table: Table, header: str, before: Cells, after: Cells) -> bool:
    column = column_of(table.name, header)
    return comparable(column, before.get(header, "")) != comparable(column, after.get(header, ""))
