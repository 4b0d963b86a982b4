"""What is counted, how much one person can add to it, and what it may cost them. There is nobody in a count.

The argument why these figures cannot point at a person is docs/counts.md; every number in it is one of these.
"""

import math
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from bot.model.place import Place
from bot.model.record import record

FLOOR = 10  # nothing below is ever shown
ROUNDED_TO = 5
COUNT_DAYS = 400  # then a figure is dropped
FALSE_ROWS = Fraction(1, 20)  # rows that chance alone may put into a table, on average

# Countries whose parts are told apart. Elsewhere a part can be as small as a town (in Slovenia it is one).
WITH_PARTS = frozenset({"US", "CA", "AU"})
NOT_SAID = "unknown"  # stands for a region that was not said
FOUND, NOT_FOUND = "found", "not_found"

Cell = tuple[str, ...]  # what is counted in one number, by codes: (need, region, outcome)


@record
class Counted:
    """What one answer came to, for the counts: the needs, the first one first, and those a place was shown for."""

    region: str
    needs: tuple[str, ...]
    found: frozenset[str] = frozenset()


@record
class CountTable:
    """One table of counts over a period, and its privacy budget.

    `most`: what one person adds to it at most in a calendar month (of weeks: those whose Thursday is in the month).
    `budget`: epsilon of that. `columns`: what the codes of a cell are.
    """

    name: str
    columns: tuple[str, ...]
    weekly: bool
    most: int
    budget: Fraction

    @property
    def scale(self) -> Fraction:
        """Of the two-sided geometric noise in each cell: P(noise = k) is proportional to exp(-|k| / scale)."""
        return self.most / self.budget

    def period_of(self, day: date) -> str:
        """'2026-11' or '2026-W48'. Periods of one table sort by time."""
        if not self.weekly:
            return f"{day:%Y-%m}"
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"


NEEDS = CountTable(name="needs", columns=("need", "outcome"), weekly=False, most=2, budget=Fraction(1, 2))
REGIONS = CountTable(
    name="needs_by_region", columns=("need", "region", "outcome"), weekly=False, most=2, budget=Fraction(1)
)
LINKS = CountTable(name="visits_by_link", columns=("partner",), weekly=True, most=1, budget=Fraction(1, 2))
TABLES = (NEEDS, REGIONS, LINKS)
PER_MONTH = sum((table.budget for table in TABLES), Fraction(0))  # what a month costs one person, all tables
PER_YEAR = 12 * PER_MONTH


@record
class Domain:
    """What can be counted at all. It is public, and the same whoever asks for what."""

    needs: tuple[str, ...]
    regions: tuple[str, ...]
    partners: tuple[str, ...]

    def cells(self, table: CountTable) -> Iterator[Cell]:
        """Every cell of a table, whether or not anybody is counted in it."""
        outcomes = (FOUND, NOT_FOUND)
        if table is LINKS:
            yield from ((code,) for code in self.partners)
        elif table is NEEDS:
            yield from ((need, outcome) for need in self.needs for outcome in outcomes)
        else:
            yield from (
                (need, region, outcome)
                for need in self.needs
                for region in self.regions
                for outcome in outcomes
            )


@record
class Figure:
    """One number that may be shown: noised, at least the smallest shown, rounded."""

    cell: Cell
    number: int


@record
class Period:
    """One finished period of one table, as it is shown from now on for ever."""

    table: str
    period: str
    budget: Fraction
    most: int
    smallest: int  # below this a cell is not shown, be it 0 or not
    figures: tuple[Figure, ...] = ()

    @property
    def scale(self) -> Fraction:
        """Of the noise that is in these figures."""
        return self.most / self.budget


def region_of(place: Place | None) -> str:
    """'US-TX', 'FR', 'unknown'. Never anything finer."""
    if place is None:
        return NOT_SAID
    if place.country in WITH_PARTS and place.region:
        return f"{place.country}-{place.region}"
    return place.country


def regions_among(countries: Iterable[str], parts: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Every region that region_of() can give."""
    finer = (f"{country}-{part}" for country, part in parts if country in WITH_PARTS)
    return tuple(sorted({NOT_SAID, *countries, *finer}))


def month_of(table: CountTable, day: date) -> str:
    """The month for which a day's contribution is bounded. A week belongs to the month of its Thursday."""
    thursday = day + timedelta(days=4 - day.isoweekday())
    return f"{thursday if table.weekly else day:%Y-%m}"


def last_day(period: str) -> date:
    """The last day of '2026-11' or '2026-W48'."""
    year, _, rest = period.partition("-")
    if rest.startswith("W"):
        return date.fromisocalendar(int(year), int(rest[1:]), 7)
    first = date(int(year), int(rest), 1)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


# -- what the noise allows to be shown ----------------------------------------------------------------------


def chance_of_at_least(number: int, scale: Fraction) -> float:
    """P(noise >= number) for a number >= 1: of an empty cell to be shown."""
    q = math.exp(-1 / scale)
    return q**number / (1 + q)


def smallest_shown(cells: int, scale: Fraction) -> int:
    """From where on a cell is shown: at least the floor, and so high that empty cells stay away (FALSE_ROWS)."""
    number = FLOOR
    while cells * chance_of_at_least(number, scale) > FALSE_ROWS:
        number += 1
    return number


def rounded(number: int) -> int:
    """To the nearest 5."""
    return (number + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def give_or_take(scale: Fraction) -> int:
    """The smallest error that 19 of 20 noised and rounded numbers do not exceed."""
    error = 1
    while 2 * chance_of_at_least(error + 1, scale) > FALSE_ROWS:
        error += 1
    return error + ROUNDED_TO // 2
