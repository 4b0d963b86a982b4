"""The formats the directory is exchanged in. A new one is a row here: how it is made, known and read.

Rows are asked in order which of them knows a given file, so a format that looks into a file stands before one that
goes by its ending.
"""

from collections.abc import Callable, Mapping

from bot.exchange.csv_files import are_csv, make_csv, read_csv
from bot.exchange.exporting import Export, Made
from bot.exchange.found import Book
from bot.exchange.given import CannotTake, Given
from bot.exchange.hsds.package import make_hsds_csv, make_hsds_json
from bot.exchange.plain_json import is_json, make_json, read_json
from bot.exchange.xlsx_files import is_xlsx, make_xlsx, read_xlsx
from bot.model.record import record


@record
class Making:
    """A format as it is made. `ends`: what the name of its file must end with; none: any name, or a folder where it
    is many.

    `make` gives one file's bytes, or the files of a folder by name; a folder whose name ends in .zip is packed.
    """

    make: Callable[[Export], Made]
    ends: tuple[str, ...] = ()
    instead: str = ""


@record
class Format(Making):
    """A format that is taken in again as well."""

    knows: Callable[[Given], bool]
    read: Callable[[Given], Book]


FORMATS: Mapping[str, Format] = {
    "csv": Format(
        make=make_csv,
        knows=lambda given: are_csv(given.files),
        read=lambda given: read_csv(given.files),
        ends=("", ".zip"),
        instead="csv makes several tables: name a folder, or a .zip",
    ),
    "xlsx": Format(
        make=make_xlsx,
        knows=lambda given: given.single is not None and is_xlsx(given.single),
        read=lambda given: read_xlsx(given.single or b""),
        ends=(".xlsx",),
        instead="name a file that ends in .xlsx, or no spreadsheet program opens it",
    ),
    "json": Format(
        make=make_json,
        knows=lambda given: is_json(given.files),
        read=lambda given: read_json(given.files),
    ),
}


# Made for other directories: only what people see, in the field's own terms. Taken in by bot/exchange/hsds/.
FOR_OTHERS: Mapping[str, Making] = {
    "hsds-json": Making(make=make_hsds_json),
    "hsds-csv": Making(
        make=make_hsds_csv,
        ends=("", ".zip"),
        instead="hsds-csv makes several tables: name a folder, or a .zip",
    ),
}


def format_of(given: Given) -> Format:
    """The format of what was given. Raises CannotTake."""
    for one in FORMATS.values():
        if one.knows(given):
            return one
    raise CannotTake(
        f"{given.name} is nothing this can read. Save it as .xlsx or as CSV UTF-8, or give a folder or .zip of such "
        "CSV files."
    )
