"""The finished periods, gathered for reading, and as text, JSON and CSV. Everything here may be given to anybody."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.model.counts import (
    COUNT_DAYS,
    FLOOR,
    FOUND,
    NOT_FOUND,
    PER_MONTH,
    PER_YEAR,
    ROUNDED_TO,
    TABLES,
    CountTable,
    Figure,
    Period,
    give_or_take,
    last_day,
)
from bot.model.record import record
from bot.upkeep.counts.words import (
    EMPTY,
    OUTCOMES,
    TITLES,
    CountWords,
    budget_of_all,
    noise_of,
    period_name,
    plain_number,
    what_is_shown,
)

COLUMNS = ("table", "period", "need", "region", "partner", "outcome", "number")
CSV_COLUMNS = (*COLUMNS, "at_most_off", "shown_from", "most_from_one_person", "epsilon")


@record
class PublishedTable:
    """One table with its finished periods, the last one first."""

    table: CountTable
    periods: tuple[Period, ...]


@record
class Publication:
    """All there is to publish on a day."""

    day: date
    tables: tuple[PublishedTable, ...]

    @property
    def is_empty(self) -> bool:
        """No period is finished."""
        return not any(published.periods for published in self.tables)


@record
class Row:
    """A row for reading: names, and the numbers beside each other. None: too small to be shown."""

    names: tuple[str, ...]
    numbers: tuple[int | None, ...]


def publication(periods: Iterable[Period], day: date) -> Publication:
    """What is not older than 400 days, by table."""
    oldest = day - timedelta(days=COUNT_DAYS)
    young = sorted(
        (p for p in periods if oldest <= last_day(p.period) < day), key=lambda p: p.period, reverse=True
    )
    return Publication(
        day=day,
        tables=tuple(
            PublishedTable(table=table, periods=tuple(p for p in young if p.table == table.name))
            for table in TABLES
        ),
    )


def largest_first(period: Period) -> list[Figure]:
    """The figures of a period as they are listed."""
    return sorted(period.figures, key=lambda figure: (-figure.number, figure.cell))


def written(number: int | None, period: Period) -> str:
    """'45', 'under 25'."""
    return f"under {period.smallest}" if number is None else str(number)


# -- text ---------------------------------------------------------------------------------------------------


def as_text(published: Publication, words: CountWords) -> Iterator[RenderableType]:
    """Tables for a terminal, each with its budget."""
    if published.is_empty:
        yield EMPTY
        return
    yield what_is_shown()
    for one in published.tables:
        for period in one.periods:
            yield from _period_as_text(one.table, period, words)
    yield Text(f"\n{budget_of_all()}")


def _period_as_text(table: CountTable, period: Period, words: CountWords) -> Iterator[RenderableType]:
    title = f"{TITLES[table.name]}, {period_name(period.period)}"
    if period.figures:
        yield Text(f"\n{title}", style="bold")
        drawn = Table(*heads(table))
        for row in side_by_side(table, period, words):
            drawn.add_row(*row.names, *(written(number, period) for number in row.numbers))
        yield drawn
    else:
        yield Text(f"\n{title}: nothing reached {period.smallest}.")
    yield Text(noise_of(period), style="dim")


def heads(table: CountTable) -> tuple[str, ...]:
    """Column heads: what it is about, then the numbers."""
    return (*_about(table), *(OUTCOMES.values() if _has_outcomes(table) else ("people",)))


def side_by_side(table: CountTable, period: Period, words: CountWords) -> list[Row]:
    """Found and not found beside each other; the row with the largest number first."""
    outcomes = (FOUND, NOT_FOUND) if _has_outcomes(table) else ("",)
    rows: dict[tuple[str, ...], dict[str, int]] = {}
    for figure in largest_first(period):
        *about, outcome = figure.cell if _has_outcomes(table) else (*figure.cell, "")
        rows.setdefault(tuple(about), {})[outcome] = figure.number
    return [
        Row(
            names=tuple(words.name(column, code) for column, code in zip(_about(table), about, strict=True)),
            numbers=tuple(numbers.get(outcome) for outcome in outcomes),
        )
        for about, numbers in rows.items()
    ]


def _has_outcomes(table: CountTable) -> bool:
    return table.columns[-1] == "outcome"


def _about(table: CountTable) -> tuple[str, ...]:
    return table.columns[:-1] if _has_outcomes(table) else table.columns


# -- for programs -------------------------------------------------------------------------------------------


def as_json(published: Publication, words: CountWords) -> dict[str, Any]:
    """In a stable form. Numbers that are not there are below `shown_from`."""
    return {
        "made_on": published.day.isoformat(),
        "floor": FLOOR,
        "rounded_to": ROUNDED_TO,
        "privacy": {
            "mechanism": "two-sided geometric (discrete Laplace) noise, drawn once for a period",
            "protects": "everything one chat adds in a calendar month",
            "epsilon_per_month": float(PER_MONTH),
            "epsilon_per_year": float(PER_YEAR),
            "in_words": f"{what_is_shown()} {budget_of_all()}",
        },
        "tables": [
            {
                "name": one.table.name,
                "title": TITLES[one.table.name],
                "columns": list(one.table.columns),
                "periods": [_period_as_json(one.table, period, words) for period in one.periods],
            }
            for one in published.tables
        ],
    }


def _period_as_json(table: CountTable, period: Period, words: CountWords) -> dict[str, Any]:
    return {
        "period": period.period,
        "epsilon": float(period.budget),
        "most_from_one_person": period.most,
        "scale": float(period.scale),
        "shown_from": period.smallest,
        "at_most_off": give_or_take(period.scale),
        "figures": [
            {
                **dict(zip(table.columns, figure.cell, strict=True)),
                "number": figure.number,
                "in_words": ", ".join(words.names(table, figure.cell)),
            }
            for figure in largest_first(period)
        ],
    }


def as_csv(published: Publication) -> str:
    """One row for each figure, with its budget beside it. Codes begin with a letter: no cell can be a formula."""
    file = io.StringIO()
    writer = csv.DictWriter(file, CSV_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for one in published.tables:
        for period in one.periods:
            for figure in largest_first(period):
                writer.writerow(
                    {
                        "table": one.table.name,
                        "period": period.period,
                        **dict(zip(one.table.columns, figure.cell, strict=True)),
                        "number": figure.number,
                        "at_most_off": give_or_take(period.scale),
                        "shown_from": period.smallest,
                        "most_from_one_person": period.most,
                        "epsilon": plain_number(period.budget),
                    }
                )
    return file.getvalue()
