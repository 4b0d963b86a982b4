"""Which sheet is which and which column is which, whatever people did to names, order, case and spaces.

What is not ours is told and left alone; what makes a sheet unclear is a problem. Cells become cleaned texts here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from bot.directory_files.rules import nearest
from bot.exchange.cells import EMPTY, Cell, Seen, cleaned
from bot.exchange.found import Book, FoundRow, FoundSheet, Place, SheetProblem, letter_of
from bot.exchange.tables import CHILDREN, SERVICES, TABLES, Table, column_of, fold, header_meant, headers_for
from bot.model.record import record

EXPLAINING = frozenset({"readme", "codes"})
LOOKED_AT = 10  # rows that may stand above the column names: a title, a date
ENOUGH = 3  # names of columns that make a sheet ours when its own name does not say so

Meant = tuple[Table, str]  # a table and a header of it


@record
class Line:
    """One row under its headers. `letters` has every column there is, also where the cell is empty."""

    sheet: str
    number: int
    cells: Mapping[str, Cell]
    letters: Mapping[str, str]
    label: str | None = None
    is_whole: bool = False

    def cell(self, header: str) -> Cell:
        """What stands under a header."""
        return self.cells.get(header, EMPTY)

    def says(self, header: str) -> bool:
        """Whether the row says anything of it: an empty cell does, a column that is not there does not."""
        return self.is_whole or header in self.letters

    @property
    def row_name(self) -> str:
        """What ties the columns of a row together where it has no id."""
        return f"row {self.number}"

    def at(self, header: str = "") -> Place:
        """Where the row stands, or one cell of it."""
        letter = self.letters.get(header, "")
        return Place(sheet=self.sheet, row=self.number, letter=letter, header=header, label=self.label)


@record
class Recognised:
    """The rows of each table that was found. `notes` are sentences about what was not read."""

    lines: Mapping[str, tuple[Line, ...]]
    problems: tuple[SheetProblem, ...] = ()
    notes: tuple[str, ...] = field(default=())


def recognise(book: Book) -> Recognised:
    """The tables in what was found. Never raises; what is unclear is in `problems`."""
    lines: dict[str, list[Line]] = {}
    problems = [SheetProblem(place=Place(sheet=""), message=message) for message in book.problems]
    notes = [*book.notes]
    titles: dict[str, str] = {}
    for sheet in book.sheets:
        head = _head_of(sheet)
        if head is None:
            notes += _none_of_ours(sheet)
        elif head[0].name in titles:
            first = titles[head[0].name]
            message = f"holds {head[0].name}, and so does {first}. Keep one of the two"
            problems.append(SheetProblem(place=Place(sheet=sheet.title), message=message))
        else:
            titles[head[0].name] = sheet.title
            _read_sheet(sheet, *head, lines, problems, notes)
    if not titles and not problems:
        problems.append(SheetProblem(place=Place(sheet=""), message=NOTHING))
    return Recognised(
        lines={name: tuple(found) for name, found in lines.items()},
        problems=tuple(problems),
        notes=tuple(notes),
    )


NOTHING = (
    "there is no sheet with services, contacts, sources or checks. The first row names the columns; export the "
    "directory and compare"
)


def _none_of_ours(sheet: FoundSheet) -> list[str]:
    if _words_of(sheet.title) & EXPLAINING or not any(_is_filled(row) for row in sheet.rows):
        return []
    return [f"{sheet.title} holds none of our tables ({', '.join(TABLES)}) and was not read."]


def _words_of(title: str) -> set[str]:
    return set(re.findall(r"[a-z]+", title.casefold()))


# -- which table -------------------------------------------------------------------------------------------------


def _head_of(sheet: FoundSheet) -> tuple[Table, FoundRow] | None:
    """The table a sheet holds and the row with its column names. The sheet's own name decides, then its columns."""
    named = [table for name, table in TABLES.items() if name in _words_of(sheet.title)]
    if _words_of(sheet.title) & EXPLAINING and not named:
        return None
    found = [
        (table in named, _known_in(table, row), -at, table.name)
        for at, row in enumerate(sheet.rows[:LOOKED_AT])
        for table in TABLES.values()
    ]
    is_named, known, at, name = max(found, default=(False, 0, 0, SERVICES.name))
    return (TABLES[name], sheet.rows[-at]) if known >= (1 if is_named else ENOUGH) else None


def _known_in(table: Table, row: FoundRow) -> int:
    return sum(_meant(table, str(seen)) is not None for seen in row.cells.values())


def _meant(table: Table, written: str) -> Meant | None:
    """The column a name stands for. A list of services may have contact_number and source_url in its own rows."""
    header = header_meant(table, written)
    if header is not None:
        return table, header
    for child in CHILDREN if table is SERVICES else ():
        if fold(written).startswith(f"{child.one}_"):
            header = header_meant(child, re.sub(rf"^\W*{child.one}[\W_]+", "", written, flags=re.IGNORECASE))
            if header not in (None, "service", "order"):
                return child, header or ""
    return None


# -- its columns and rows ----------------------------------------------------------------------------------------


def _read_sheet(
    sheet: FoundSheet,
    table: Table,
    head: FoundRow,
    lines: dict[str, list[Line]],
    problems: list[SheetProblem],
    notes: list[str],
) -> None:
    known = {at: meant for at, seen in head.cells.items() if (meant := _meant(table, str(seen)))}
    columns = {at: meant for at, meant in known.items() if at == min(_all_of(meant, known))}
    problems += _merged(sheet, head)
    problems += _twice(sheet, known)
    if table is not SERVICES and (table, "service") not in columns.values():
        message = "has no column service: it says which service each row belongs to, by its id"
        problems.append(SheetProblem(place=Place(sheet=sheet.title), message=message))
        return
    rows = [row for row in sheet.rows if row.number > head.number and _is_filled(row)]
    notes += _unknown(sheet, table, head, known, rows)
    lines.setdefault(table.name, [])
    for row in rows:
        for of_table, line in _lines(sheet, row, columns, table):
            lines.setdefault(of_table.name, []).append(line)


def _merged(sheet: FoundSheet, head: FoundRow) -> Iterator[SheetProblem]:
    for cells, last in sheet.merged:
        if last >= head.number:
            message = (
                f"the cells {cells} are merged, so only the first of them holds anything. Unmerge them (Merge cells "
                "in the menu), and write into each what belongs there"
            )
            yield SheetProblem(place=Place(sheet=sheet.title), message=message)


def _twice(sheet: FoundSheet, columns: Mapping[int, Meant]) -> Iterator[SheetProblem]:
    first: dict[Meant, int] = {}
    for at, meant in columns.items():
        if meant in first:
            message = (
                f"the columns {letter_of(first[meant])} and {letter_of(at)} are both {meant[1]}. Remove one"
            )
            yield SheetProblem(place=Place(sheet=sheet.title), message=message)
        first.setdefault(meant, at)


def _all_of(meant: Meant, columns: Mapping[int, Meant]) -> list[int]:
    return [at for at, other in columns.items() if other == meant]


def _unknown(
    sheet: FoundSheet, table: Table, head: FoundRow, columns: Mapping[int, Meant], rows: list[FoundRow]
) -> Iterator[str]:
    """Columns that are not ours and hold something."""
    used = {at for row in (head, *rows) for at, seen in row.cells.items() if not _is_blank(seen)}
    for at in sorted(used - set(columns)):
        name = str(head.cells.get(at, "")).strip()
        which = "" if sheet.is_whole else f"column {letter_of(at)} "
        if not name:
            yield f"{sheet.title}: {which}has no name and was not read."
            continue
        instead = nearest(name, headers_for(table, {}), "the sheet README of an export has the names")
        yield f"{sheet.title}: {which}`{name}` is none of ours and was not read; {instead}"


def _lines(
    sheet: FoundSheet, row: FoundRow, columns: Mapping[int, Meant], own: Table
) -> Iterator[tuple[Table, Line]]:
    """The row as a line of its table, and of each other table that has columns of its own in it."""
    main = _line(sheet, row, columns, own)
    yield own, main
    for table in {meant[0].name: meant[0] for meant in columns.values()}.values():
        if table is own:
            continue
        line = _line(sheet, row, columns, table)
        if any(cell.text or cell.doubt for cell in line.cells.values()):
            service = Cell(text=main.cell("id").text or main.row_name)
            yield table, replace(line, cells={**line.cells, "service": service}, is_whole=False)


def _line(sheet: FoundSheet, row: FoundRow, columns: Mapping[int, Meant], table: Table) -> Line:
    headers = {at: header for at, (of_table, header) in columns.items() if of_table is table}
    return Line(
        sheet=sheet.title,
        number=row.number,
        cells={
            header: cleaned(column_of(table.name, header), row.cells.get(at))
            for at, header in headers.items()
        },
        letters={header: letter_of(at) for at, header in headers.items()},
        label=row.label,
        is_whole=sheet.is_whole,
    )


def _is_blank(seen: Seen) -> bool:
    return seen is None or (isinstance(seen, str) and not seen.strip())


def _is_filled(row: FoundRow) -> bool:
    return not all(_is_blank(seen) for seen in row.cells.values())
