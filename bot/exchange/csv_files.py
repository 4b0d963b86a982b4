"""The tables as CSV: a folder, or a .zip of it, with one UTF-8 file for each table.

A CSV file has no types, so a spreadsheet program guesses: `=…` is run as a formula (CSV injection: OWASP,
https://owasp.org/www-community/attacks/CSV_Injection), +1 512 and 0117 lose their start, 24/7 becomes a day in July.
So a cell that begins with = + - @, a tab, a line end, one of their full-width twins, or a digit, is written with an
apostrophe before it, and so is a cell that begins with an apostrophe. Reading takes one apostrophe off before any of
these: whatever was written is read back exactly, and a person who leaves the apostrophe out is understood as well.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from bot.exchange.exporting import Export, Made, Sheet
from bot.exchange.found import Book, FoundRow, FoundSheet
from bot.exchange.guide import HEAD, IN_CSV, code_rows, explained, introduction
from bot.exchange.tables import ORDER, TABLES, header_meant

BOM = "\ufeff"  # without it spreadsheet programs take UTF-8 for an old alphabet
GUARD = "'"
GUARDED = frozenset("=+-@\t\r\n＝＋－＠'0123456789")
DELIMITERS = ",;\t"
LARGEST_CELL = 1_000_000


def guarded(text: str) -> str:
    """A cell that no spreadsheet program runs or changes. unguarded() turns it round.

    >>> guarded("+1 512-555-0100"), guarded("=1+1"), guarded("Austin")
    ("'+1 512-555-0100", "'=1+1", 'Austin')
    """
    return GUARD + text if text[:1] in GUARDED else text


def unguarded(text: str) -> str:
    """The cell that was guarded, or was never guarded.

    >>> unguarded("'0117"), unguarded("0117"), unguarded("'tis")
    ('0117', '0117', "'tis")
    """
    return text[1:] if text.startswith(GUARD) and text[1:2] in GUARDED else text


# -- out ---------------------------------------------------------------------------------------------------------


def make_csv(export: Export) -> Made:
    """The tables by file name, with README.csv and codes.csv, which explain them."""
    files = {f"{sheet.name}.csv": _written(_lines(sheet)) for sheet in export.sheets}
    codes = _written(code_rows(export.vocabularies))
    return {"README.csv": _written(_guide(export)), **files, "codes.csv": codes}


def _lines(sheet: Sheet) -> Iterator[list[str]]:
    yield list(sheet.headers)
    for row in sheet.rows:
        yield [_as_cell(header, row.get(header, "")) for header in sheet.headers]


def _as_cell(header: str, text: str) -> str:
    return (
        text if header == ORDER.header else guarded(text)
    )  # a place in an order is a number to programs too


def _guide(export: Export) -> Iterator[list[str]]:
    yield from ([guarded(line)] for line in (*introduction(export), IN_CSV))
    yield list(HEAD)
    yield from ([guarded(cell) for cell in row] for row in explained())


def _written(rows: Iterable[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return (BOM + out.getvalue()).encode("utf-8")


# -- in ----------------------------------------------------------------------------------------------------------


def are_csv(files: Mapping[str, bytes]) -> bool:
    """Whether these files are tables."""
    return any(name.casefold().endswith(".csv") for name in files)


def read_csv(files: Mapping[str, bytes]) -> Book:
    """The tables in some files. What is no table is told in `problems`."""
    sheets: list[FoundSheet] = []
    problems: list[str] = []
    for name in sorted(files):
        short = PurePosixPath(name).name
        if not short.casefold().endswith(".csv") or short.startswith("."):
            continue
        try:
            sheets.append(_sheet(short, files[name]))
        except UnicodeDecodeError:
            problems.append(
                f"{short} is not UTF-8. In the spreadsheet program choose Save as, then the file type CSV UTF-8."
            )
        except csv.Error as error:
            problems.append(f"{short} is no CSV that can be read ({error}). Save it again as CSV UTF-8.")
    return Book(sheets=tuple(sheets), problems=tuple(problems))


def _sheet(name: str, raw: bytes) -> FoundSheet:
    text = _decoded(raw)
    rows = max((_rows(text, delimiter) for delimiter in DELIMITERS), key=_understood)
    return FoundSheet(
        title=name,
        rows=tuple(
            FoundRow(number=at, cells={n: unguarded(cell) for n, cell in enumerate(row, 1) if cell})
            for at, row in enumerate(rows, 1)
        ),
    )


def _decoded(raw: bytes) -> str:
    """UTF-8, or the UTF-16 that spreadsheet programs call Unicode text."""
    is_utf_16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    return raw.decode("utf-16" if is_utf_16 else "utf-8-sig")


def _rows(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(LARGEST_CELL)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _understood(rows: list[list[str]]) -> int:
    """How many column names of ours the first rows hold, were this the right delimiter."""
    heads = (row for row in rows[:10])
    return max(
        (
            sum(header_meant(table, cell) is not None for cell in head)
            for head in heads
            for table in TABLES.values()
        ),
        default=0,
    )
