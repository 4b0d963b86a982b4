"""What a reader of any format finds: sheets with rows of cells, as they stand there. Nothing is understood yet."""

from collections.abc import Mapping

from bot.exchange.cells import Seen
from bot.model.record import record


@record
class FoundRow:
    """One row. `number` is as the spreadsheet counts; cells by column, counted from 1.

    `label`: how to call the row where it has no number a person could look for.
    """

    number: int
    cells: Mapping[int, Seen]
    label: str | None = None


@record
class FoundSheet:
    """One sheet. `merged`: the ranges of merged cells, each with its last row.

    `is_whole`: a column that is not there is empty; else what it holds stays as it is in the directory.
    """

    title: str
    rows: tuple[FoundRow, ...]
    merged: tuple[tuple[str, int], ...] = ()
    is_whole: bool = False


@record
class Book:
    """All sheets of what was given. `problems` are sentences about what could not be read; `notes` stop nothing."""

    sheets: tuple[FoundSheet, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@record
class Place:
    """Where something stands, as the spreadsheet shows it: sheet, row, column letter and the column's name."""

    sheet: str
    row: int = 0
    letter: str = ""
    header: str = ""
    label: str | None = None

    def __str__(self) -> str:
        if self.label:
            return f"{self.label}, {self.header}" if self.header else self.label
        column = f"column {self.letter} ({self.header})" if self.letter else self.header
        return ", ".join(part for part in (self.sheet, f"row {self.row}" if self.row else "", column) if part)

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Sheets by name, rows and columns as they stand."""
        return self.sheet, self.row, len(self.letter), self.letter


@record
class SheetProblem:
    """One problem in plain words. A hint is worth a look and stops nothing."""

    place: Place
    message: str
    hint: bool = False

    def __str__(self) -> str:
        where = str(self.place)
        return f"{where}: {'hint: ' if self.hint else ''}{self.message}" if where else self.message


def letter_of(column: int) -> str:
    """The letter over a column: A for 1, AA for 27."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
