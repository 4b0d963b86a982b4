"""The counts as one page: charts that are drawn with the page, a table beside each; no script, no second file."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.exchange.html import templates
from bot.exchange.schema_org import dataset_data, in_page
from bot.model.counts import CountTable, Period, give_or_take
from bot.upkeep.counts.publishing import (
    Publication,
    PublishedTable,
    Row,
    heads,
    side_by_side,
    written,
)
from bot.upkeep.counts.words import (
    EMPTY,
    TITLES,
    CountWords,
    budget_of_all,
    day_name,
    noise_of,
    period_name,
    what_is_shown,
)

HERE = Path(__file__).resolve().parent / "page"
MOST_ROWS = 10  # in one chart; the table beside it has them all
LABEL, BAR, GAP = 18, 16, 12  # heights in a chart, in CSS pixels
ABOUT = (
    "What people looked for, whether it was found, and visits by link; with noise that protects each of them."
)
WIDEST = 76  # percent of the chart's width; the rest is for the number
LONGEST_LABEL = 38  # letters that fit a telephone


def counts_page(published: Publication, words: CountWords) -> str:
    """The page, for giving to anybody."""
    page = (
        templates(HERE)
        .get_template("page.html.j2")
        .render(
            css=(HERE / "page.css").read_text(encoding="utf-8"),
            day=day_name(published.day),
            linked=in_page(dataset_data(f"Counts, {day_name(published.day)}", ABOUT, published.day)),
            shown=what_is_shown(),
            budget=budget_of_all(),
            empty=EMPTY if published.is_empty else "",
            tables=[_section(one, words) for one in published.tables if one.periods],
        )
    )
    return re.sub(r"\n\s*\n+", "\n", page)


def _section(one: PublishedTable, words: CountWords) -> dict[str, Any]:
    """The last period as a chart and a table, those before it as tables."""
    last, *before = (_period(one.table, period, words) for period in one.periods)
    return {"id": one.table.name, "title": TITLES[one.table.name], "last": last, "before": before}


def _period(table: CountTable, period: Period, words: CountWords) -> dict[str, Any]:
    rows = side_by_side(table, period, words)
    drawn = rows[:MOST_ROWS]
    name = period_name(period.period)
    return {
        "name": name[:1].upper() + name[1:],
        "id": f"{table.name}-{period.period}",
        "noise": noise_of(period),
        "smallest": period.smallest,
        "heads": [head[:1].upper() + head[1:] for head in heads(table)],
        "rows": [(row.names, [(n is None, written(n, period)) for n in row.numbers]) for row in rows],
        "chart": _chart(drawn, period),
        "height": sum(_height(row) for row in drawn),
        "left_out": len(rows) - len(drawn),
        "off": give_or_take(period.scale),
        "two": table.columns[-1] == "outcome",
    }


def _height(row: Row) -> int:
    return LABEL + len(row.numbers) * BAR + GAP


def _chart(rows: Sequence[Row], period: Period) -> list[dict[str, Any]]:
    """For each row its label and its bars; from `low` to `high` is how far chance moves a number, 19 times of 20."""
    off = give_or_take(period.scale)
    longest = max((number for row in rows for number in row.numbers if number), default=0) + off

    def percent(number: int) -> str:
        return f"{WIDEST * max(0, number) / longest:.2f}%"

    drawn = []
    top = 0
    for row in rows:
        bars = [
            {
                "kind": ("found", "not-found")[at],
                "text": written(number, period),
                "shown": number is not None,
                "width": percent(number or 0),
                "low": percent((number or 0) - off),
                "high": percent((number or 0) + off),
                "y": top + LABEL + at * BAR,
                "middle": top + LABEL + at * BAR + BAR // 2,
            }
            for at, number in enumerate(row.numbers)
        ]
        drawn.append({"label": _short(", ".join(row.names)), "y": top + LABEL - 5, "bars": bars})
        top += _height(row)
    return drawn


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip(" ,") + "…"
