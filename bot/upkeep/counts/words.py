"""How the counts are said in English: names of what a cell is about, periods, and the privacy budget."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from babel.dates import format_date

from bot.conversation.speak import country_name
from bot.model.counts import (
    COUNT_DAYS,
    FLOOR,
    FOUND,
    LINKS,
    NEEDS,
    NOT_FOUND,
    NOT_SAID,
    PER_MONTH,
    PER_YEAR,
    REGIONS,
    ROUNDED_TO,
    TABLES,
    Cell,
    CountTable,
    Period,
    give_or_take,
    last_day,
)
from bot.model.links import ListedPartner
from bot.model.record import record
from bot.model.taxonomy import Taxonomy
from bot.understanding.places import Gazetteer

LANGUAGE = "en"  # of the volunteers' tools
OUTCOMES: Mapping[str, str] = {FOUND: "found", NOT_FOUND: "not found"}
TITLES: Mapping[str, str] = {
    NEEDS.name: "What people looked for",
    REGIONS.name: "What people looked for, by country or state",
    LINKS.name: "Who came by an organization's link",
}
EMPTY = "No period is finished yet. A month or a week is shown once it is over."


@record
class CountWords:
    """Names by code. What is not in the directory any more is called by its code."""

    needs: Mapping[str, str]
    regions: Mapping[str, str]
    partners: Mapping[str, str]

    def name(self, column: str, code: str) -> str:
        """'A lawyer', 'Texas', 'found'."""
        names = {
            "need": self.needs,
            "region": self.regions,
            "partner": self.partners,
            "outcome": OUTCOMES,
        }
        return names[column].get(code, code)

    def names(self, table: CountTable, cell: Cell) -> tuple[str, ...]:
        """A cell in words, column by column."""
        return tuple(self.name(column, code) for column, code in zip(table.columns, cell, strict=True))


def read_count_words(
    taxonomy: Taxonomy, gazetteer: Gazetteer, partners: Iterable[ListedPartner], regions: Iterable[str]
) -> CountWords:
    """The names of what is in the directory today."""
    return CountWords(
        needs={c: t.short.get(LANGUAGE) or t.name(LANGUAGE) for c, t in taxonomy.needs.items()},
        regions={code: _region(code, gazetteer) for code in regions},
        partners={listed.code: listed.partner.name for listed in partners if not listed.partner.hold},
    )


def _region(code: str, gazetteer: Gazetteer) -> str:
    if code == NOT_SAID:
        return "place not said"
    country, _, part = code.partition("-")
    if not part:
        return country_name(country, LANGUAGE)
    whole = country if country == "US" else country_name(country, LANGUAGE)
    return f"{gazetteer.region_name(country, part, LANGUAGE)}, {whole}"


def period_name(period: str) -> str:
    """'November 2026', 'week of 23 November 2026'."""
    last = last_day(period)
    if "W" not in period:
        return format_date(last, "MMMM y", locale=LANGUAGE)
    year, _, week = period.partition("-W")
    return f"week of {day_name(date.fromisocalendar(int(year), int(week), 1))}"


def day_name(day: date) -> str:
    """'24 November 2026'."""
    return format_date(day, "d MMMM y", locale=LANGUAGE)


def plain_number(number: Fraction) -> str:
    """'2', '0.5'."""
    return f"{float(number):g}"


# -- the budget ---------------------------------------------------------------------------------------------


def what_is_shown() -> str:
    """What was done to every figure."""
    return (
        f"Every figure has chance added to it on purpose, once, and is rounded to {ROUNDED_TO}. Nothing below {FLOOR} "
        "is shown, and each table has a higher start of its own. So they tell very little about any one person; how "
        "little, at most, is the privacy budget beside each table."
    )


def noise_of(period: Period) -> str:
    """The budget of one table, with what it does to the figures."""
    return (
        f"Shown from {period.smallest} on. In 19 of 20 cells, chance and rounding move the number by at most "
        f"{give_or_take(period.scale)}. One person adds at most {period.most} in a month; two-sided geometric noise of "
        f"scale {plain_number(period.scale)}; "
        f"privacy budget: epsilon {plain_number(period.budget)} for a person's month."
    )


def budget_of_all() -> str:
    """All tables together."""
    parts = ", ".join(f"{plain_number(table.budget)} for {TITLES[table.name].lower()}" for table in TABLES)
    return (
        f"All tables together: epsilon {plain_number(PER_MONTH)} for a person's month ({parts}), "
        f"{plain_number(PER_YEAR)} for a person who comes every month of a year. A restart of the bot, or a second "
        f"account, lets a person be counted as if new. Figures are kept for {COUNT_DAYS} days. The argument: "
        "docs/counts.md"
    )
