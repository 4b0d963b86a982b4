"""The sheet README: what each column holds, in the words of the declared shape, as they are said of a spreadsheet."""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest

from bot.exchange.exporting import Export
from bot.exchange.tables import TABLES, Column

HEAD = ("sheet", "column", "needed", "what to write", "words it takes")
# The field guide speaks of files. In a cell there are no brackets, quotes or lines.
AS_A_CELL = (
    (r"\[([^\]]*)\]", r"\1"),
    (r"The codes are in taxonomy/\w+\.yaml", "The codes are in the sheet codes"),
    (r" \(taxonomy/\w+\.yaml\)", ""),
    (r"\{\w+: ([^}]*)\}", r"\1"),
    (r",? in quotes\b", ""),
    (r"Hidden until this line is removed", "Hidden until this cell is empty"),
    (r"stands nowhere in this file", "stands nowhere here"),
    (r"The bot never shows it, but this file is public", "The bot never shows it, but it is public"),
    (r" en: is always there", " English is always there"),
    (r"; see \w+ below", ""),
)
WAYS = (
    "One row is one service. Its contacts, sources and checks have a row each on their own sheets, and name the "
    "service by its id.",
    "A changed or new service needs a row in the sheet sources: where can this be read?",
    "An empty cell means that nobody knows. It never means no.",
    "Several words in one cell have commas between them: legal, money. A name that holds a comma stands in quotes: "
    '"CHILD, Inc.", RCC.',
    "A text has a column for each language: summary_en, summary_es. For another language add a column, like "
    "summary_pt.",
    "A row that is gone deletes nothing. To take a service out of sight, write the reason in its column hold.",
    "Please do not merge cells. Leave the columns id and version as they are.",
    "To take the sheet in: bot directory import FILE --dry-run shows what would change; without --dry-run it changes.",
)
FOR_READING = (
    "This is what people see, for reading. It cannot be taken in again: export without --listed to edit."
)
IN_CSV = (
    "A cell that begins with = + - @ or a digit has an apostrophe (') before it, so that no spreadsheet program takes "
    "it for a formula, a number or a date. Leave the apostrophe there, or leave it out: both are understood."
)


def introduction(export: Export) -> Iterator[str]:
    """What somebody reads first."""
    yield f"The directory on {export.made:%Y-%m-%d}: {export.services} services."
    yield from (FOR_READING,) if export.for_reading else WAYS


def explained() -> Iterator[tuple[str, ...]]:
    """One row for each column of each sheet, under HEAD."""
    for table in TABLES.values():
        for column in table.columns:
            yield (table.name, *_explained(column))


def _explained(column: Column) -> tuple[str, ...]:
    header = f"{column.header}_en, {column.header}_es, …" if column.by_language else column.header
    words = ", ".join(column.choices) or (
        f"see the sheet codes: {column.vocabulary}" if column.vocabulary else ""
    )
    return header, "yes" if column.required else "", as_a_cell(column.description), words


def as_a_cell(description: str) -> str:
    """A field's description without the brackets, quotes and lines of a file."""
    for pattern, instead in AS_A_CELL:
        description = re.sub(pattern, instead, description)
    return description


def code_rows(vocabularies: Mapping[str, Mapping[str, str]]) -> Iterator[list[str]]:
    """The sheet codes: a row of names, then each list of codes with what they mean beside it."""
    yield [head for name in vocabularies for head in (name, "meaning")]
    pairs = [list(codes.items()) for codes in vocabularies.values()]
    yield from ([text for pair in row for text in pair] for row in zip_longest(*pairs, fillvalue=("", "")))
