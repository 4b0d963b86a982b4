"""The tables as one XLSX workbook, with a sheet README, drop-down lists, and every cell written as text.

A text that begins with = is marked as text, so it is never run. What XML cannot hold is written as _x0007_, as
spreadsheet programs themselves do.
"""

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from bot.exchange.cells import Seen, Unusable
from bot.exchange.exporting import CannotExport, Export, Made, Sheet
from bot.exchange.found import Book, FoundRow, FoundSheet, letter_of
from bot.exchange.guide import HEAD, code_rows, explained, introduction
from bot.exchange.tables import FIRST_LANGUAGES, Column, Kind, column_of, language_in

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

README = "README"
CODES = "codes"
OURS_ALONE = (README, CODES)  # sheets that explain and are not taken in
AS_TEXT = "@"
LONGEST_CELL = 32_767
ROWS_TO_COME = 1000  # below the last row the lists can still be chosen from

NOT_FOR_XML = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
ESCAPED = re.compile(r"_x(?!D[89A-Fa-f])([0-9A-Fa-f]{4})_")
WIDTHS: Mapping[str, int] = {
    "id": 40,
    "service": 40,
    "name": 32,
    "organization_name": 32,
    "url": 36,
    "title": 36,
    "number": 20,
    "order": 7,
    "note": 36,
    "hold": 36,
    "hours": 24,
}
FORMULA = Unusable(
    sentence="is a formula. Copy the cell, paste it back as a value (Paste special, Values), and try again"
)
FAULT = Unusable(
    sentence="holds an error of the spreadsheet program instead of a value. Write the value again"
)
DURATION = Unusable(sentence="became a length of time. Format the cell as text, then write it again")
UNUSABLE = {"f": FORMULA, "e": FAULT}


def in_xml(text: str) -> str:
    """A text as a workbook may hold it; from_xml() turns it round.

    >>> in_xml("bell \\x07"), in_xml("_x0007_")
    ('bell _x0007_', '_x005F_x0007_')
    """
    return NOT_FOR_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def from_xml(text: str) -> str:
    """The text again."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


# -- out ---------------------------------------------------------------------------------------------------------


def make_xlsx(export: Export) -> Made:
    """The workbook's bytes. Raises CannotExport for a text that is longer than a cell."""
    from openpyxl import Workbook

    for sheet in export.sheets:  # first of all: a workbook that is begun must be ended
        for row in sheet.rows:
            _refuse_if_too_long(row)
    book = Workbook(write_only=True)
    book.properties.creator = "Marigold"
    book.properties.created = export.made.replace(tzinfo=None)
    _write_readme(book, export)
    for sheet in export.sheets:
        _write_sheet(book, sheet, export.vocabularies)
    _write_codes(book, export.vocabularies)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_sheet(book: "Workbook", sheet: Sheet, vocabularies: Mapping[str, Mapping[str, str]]) -> None:
    columns = [column_of(sheet.name, header) for header in sheet.headers]
    made = book.create_sheet(sheet.name)
    _lay_out(made, sheet, columns)
    _append(made, [sheet.headers], bold=True)
    _append(made, _texts(sheet), columns)
    for at, column in enumerate(columns, 1):
        rule = _drop_down(column, vocabularies)
        if rule is not None:
            letter = letter_of(at)
            rule.add(f"{letter}2:{letter}{len(sheet.rows) + 1 + ROWS_TO_COME}")
            made.data_validations.append(rule)


def _lay_out(made: Any, sheet: Sheet, columns: list[Column]) -> None:
    """Widths, what stays in sight, and text as the form of whole columns: also for what is written there later."""
    made.freeze_panes = "B2"
    made.auto_filter.ref = f"A1:{letter_of(len(columns))}{len(sheet.rows) + 1}"
    for at, column in enumerate(columns, 1):
        dimension = made.column_dimensions[letter_of(at)]
        dimension.width = WIDTHS.get(column.header, 36 if column.kind is Kind.TEXT else 14)
        dimension.number_format = AS_TEXT
        language = language_in(sheet.name, column.header)
        if language and language[1] not in FIRST_LANGUAGES:
            dimension.outlineLevel = 1  # a click folds the languages few can read


def _texts(sheet: Sheet) -> Iterator[list[str]]:
    return ([row.get(header, "") for header in sheet.headers] for row in sheet.rows)


def _refuse_if_too_long(row: Mapping[str, str]) -> None:
    """The library would cut it without a word."""
    for header, text in row.items():
        if len(text) * 7 > LONGEST_CELL and len(in_xml(text)) > LONGEST_CELL:  # an escaped sign takes seven
            raise CannotExport(
                f"{row.get('service') or row['id']}: {header} is longer than a cell of a workbook can be "
                f"({LONGEST_CELL:,} signs). Shorten it, or export as csv or json."
            )


def _append(
    made: Any, rows: Iterable[Iterable[str]], columns: Iterable[Column] = (), *, bold: bool = False
) -> None:
    """Rows of texts. A cell is made once for each column and filled anew for each row: making one is slow."""
    from openpyxl.cell import WriteOnlyCell

    wraps = [column.kind is Kind.TEXT for column in columns]
    cells: list[Any] = []
    for row in rows:
        texts = list(row)
        while len(cells) < len(texts):
            wrap = wraps[len(cells)] if len(cells) < len(wraps) else True
            cells.append(_dressed(WriteOnlyCell(made), wrap=wrap, bold=bold))
        made.append([_filled(cell, text) for cell, text in zip(cells, texts, strict=False)])


def _dressed(cell: Any, *, wrap: bool, bold: bool) -> Any:
    from openpyxl.styles import Alignment, Font

    cell.number_format = AS_TEXT
    cell.alignment = Alignment(vertical="top", wrap_text=wrap)
    if bold:
        cell.font = Font(name="Calibri", size=11, bold=True)
    return cell


def _filled(cell: Any, text: str) -> Any:
    """The cell with a text, marked as text whatever it looks like; nothing for an empty one."""
    if not text:
        return None
    cell.value = in_xml(text)
    cell.data_type = "s"  # the library takes =… for a formula and #N/A for an error
    return cell


def _drop_down(column: Column, vocabularies: Mapping[str, Mapping[str, str]]) -> Any:
    """The list to choose from: a closed one refuses other words, one of codes takes several with commas."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if column.choices:
        return DataValidation(
            type="list",
            formula1=f'"{",".join(column.choices)}"',
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=column.header,
            error="Choose a word from the list, or leave the cell empty.",
        )
    if column.vocabulary:
        at = list(vocabularies).index(column.vocabulary) * 2 + 1
        last = len(vocabularies[column.vocabulary]) + 1
        source = f"{CODES}!${letter_of(at)}$2:${letter_of(at)}${last}"
        return DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    return None


def _write_readme(book: "Workbook", export: Export) -> None:
    made: Any = book.create_sheet(README)
    for letter, width in zip("ABCDE", (12, 34, 8, 80, 60), strict=True):
        made.column_dimensions[letter].width = width
    for line in introduction(export):
        _append_line(made, line)
    _append(made, [[], HEAD], bold=True)
    _append(made, explained())


def _append_line(made: Any, line: str) -> None:
    """A sentence that runs over the empty cells beside it."""
    from openpyxl.cell import WriteOnlyCell

    made.append([_filled(_dressed(WriteOnlyCell(made), wrap=False, bold=False), line)])


def _write_codes(book: "Workbook", vocabularies: Mapping[str, Mapping[str, str]]) -> None:
    """Each list of codes beside what they mean; the drop-down lists take them from here."""
    made: Any = book.create_sheet(CODES)
    for at in range(1, 2 * len(vocabularies) + 1):
        made.column_dimensions[letter_of(at)].width = 26 if at % 2 else 40
    head, *rows = code_rows(vocabularies)
    _append(made, [head], bold=True)
    _append(made, rows)


# -- in ----------------------------------------------------------------------------------------------------------


def is_xlsx(raw: bytes) -> bool:
    """Whether these bytes are a workbook."""
    try:
        with ZipFile(io.BytesIO(raw)) as inside:
            return "xl/workbook.xml" in inside.namelist()
    except BadZipFile:
        return False


def read_xlsx(raw: bytes) -> Book:
    """The sheets of a workbook as they stand there. What cannot be read is told in `problems`."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():  # about what a workbook may hold besides cells, and we do not read
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(raw))
    except Exception:  # the library lets through whatever its parsers trip over
        return Book(problems=("is damaged. Open it in the spreadsheet program and save it again as .xlsx.",))
    return Book(sheets=tuple(_found(sheet) for sheet in book.worksheets if sheet.title not in OURS_ALONE))


def _found(sheet: "Worksheet") -> FoundSheet:
    rows: dict[int, dict[int, Seen]] = {}
    for (row, column), cell in sorted(sheet._cells.items()):  # the others would be made by asking for them
        if cell.value is not None:
            rows.setdefault(row, {})[column] = _seen(cell)
    return FoundSheet(
        title=sheet.title,
        rows=tuple(FoundRow(number=number, cells=cells) for number, cells in rows.items()),
        merged=tuple((str(merged), merged.max_row) for merged in sheet.merged_cells.ranges),
    )


def _seen(cell: Any) -> Seen:
    value = cell.value
    if cell.data_type in UNUSABLE:
        return UNUSABLE[cell.data_type]
    if isinstance(value, timedelta):
        return DURATION
    if isinstance(value, str):
        return from_xml(value)
    return value if isinstance(value, int | float | datetime | date | time) else str(value)
