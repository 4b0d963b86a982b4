"""The counts as they are given away: the same in every form, with their budget, and readable by everybody."""

import csv
import io
import json
import random
import re
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bot.cli.counts import app
from bot.model.counts import COUNT_DAYS, FLOOR, LINKS, NEEDS, REGIONS, Figure, Period
from bot.storage.counts import Batch, CountsInSqlite, read_periods
from bot.storage.state_file import open_state_file
from bot.upkeep.counts.html import HERE, MOST_ROWS, counts_page
from bot.upkeep.counts.publishing import CSV_COLUMNS, Publication, as_csv, as_json, publication
from bot.upkeep.counts.words import CountWords, period_name
from typer.testing import CliRunner, Result

from tests.sandbox.test_contrast import luminance
from tests.wiring.test_counting import DOMAIN

TODAY = date(2026, 12, 10)
WORDS = CountWords(
    needs={"legal": "Lawyer", "crisis": "Talk to someone now"},
    regions={"US-TX": "Texas, US", "FR": "France", "unknown": "place not said"},
    partners={"us/tx/a": "Austin <Center> & Friends"},
)


def period(
    table: str, when: str, *figures: tuple[tuple[str, ...], int], most: int = 2, smallest: int = 25
) -> Period:
    return Period(
        table=table,
        period=when,
        budget=NEEDS.budget,
        most=most,
        smallest=smallest,
        figures=tuple(Figure(cell=cell, number=number) for cell, number in figures),
    )


NOVEMBER = (
    period(
        "needs", "2026-11", (("legal", "found"), 120), (("legal", "not_found"), 30), (("crisis", "found"), 45)
    ),
    period("needs", "2026-10", (("legal", "found"), 90)),
    period(
        "needs_by_region", "2026-11", (("legal", "US-TX", "found"), 60), (("crisis", "FR", "not_found"), 25)
    ),
    period("needs_by_region", "2026-10"),
    period("visits_by_link", "2026-W48", (("us/tx/a",), 40), most=1),
)


@pytest.fixture
def november() -> Publication:
    return publication(NOVEMBER, TODAY)


def run(folder: Path, *arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(
        app,
        [*arguments, "--now", "2026-12-10T12:00:00+00:00"],
        env={"BOT_STATE_DIR": str(folder), "COLUMNS": "100", **environment},
    )


@pytest.fixture
def counted(tmp_path: Path) -> Path:
    """A state folder with a November in it."""
    book = CountsInSqlite(open_state_file(tmp_path), random.Random(5).randrange)
    came: Batch = {
        ("needs", "2026-11", ("legal", "found")): 300,
        ("visits_by_link", "2026-W48", ("us/tx/a",)): 80,
    }
    day = date(2026, 11, 25)
    for batch, on in (({}, day), (came, day), ({}, TODAY)):
        book.write(batch, DOMAIN, on)
    return tmp_path


def lawyers(folder: Path) -> str:
    """How many are published to have found a lawyer in November."""
    period = next(p for p in read_periods(folder) if p.table == "needs")
    return str(period.figures[0].number)


# -- what is published --------------------------------------------------------------------------------------


def test_periods_come_last_first_and_by_table(november: Publication) -> None:
    assert [[p.period for p in one.periods] for one in november.tables] == [
        ["2026-11", "2026-10"], ["2026-11", "2026-10"], ["2026-W48"],
    ]  # fmt: skip


def test_a_period_that_is_not_over_by_the_clock_or_is_too_old_stays_out() -> None:
    end = date(2026, 11, 30)
    for day, shown in ((end, False), (end + timedelta(days=1), True), (end + timedelta(days=COUNT_DAYS), True),
                       (end + timedelta(days=COUNT_DAYS + 1), False)):  # fmt: skip
        assert publication([period("needs", "2026-11")], day).is_empty is not shown


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("2026-11", "November 2026"),
        ("2026-W48", "week of 23 November 2026"),
        ("2026-W53", "week of 28 December 2026"),
    ],
)
def test_a_period_has_a_name(code: str, name: str) -> None:
    assert period_name(code) == name


def test_json_holds_every_figure_and_the_budget(november: Publication) -> None:
    held = json.loads(json.dumps(as_json(november, WORDS)))
    assert (held["floor"], held["rounded_to"], held["made_on"]) == (FLOOR, 5, "2026-12-10")
    assert held["privacy"]["epsilon_per_month"] == 2 and held["privacy"]["epsilon_per_year"] == 24
    needs, regions, links = held["tables"]
    assert needs["periods"][0]["figures"][0] == {
        "need": "legal", "outcome": "found", "number": 120, "in_words": "Lawyer, found",
    }  # fmt: skip
    assert regions["periods"][0]["figures"][1]["region"] == "FR"
    assert links["periods"][0]["figures"][0]["partner"] == "us/tx/a"
    for table in held["tables"]:
        for one in table["periods"]:
            assert {"epsilon", "most_from_one_person", "scale", "shown_from", "at_most_off"} <= one.keys()


def test_csv_holds_the_same_figures_each_with_its_budget(november: Publication) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(november))))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert len(rows) == sum(len(p.figures) for p in NOVEMBER)
    assert rows[0]["number"] == "120" and rows[0]["epsilon"] == "0.5" and rows[0]["partner"] == ""
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+-@\t" and cell]


def test_the_command_shows_what_is_finished_and_says_the_budget(counted: Path) -> None:
    """D5."""
    shown = run(counted).output
    assert "What people looked for, November 2026" in shown
    assert re.search(rf"Lawyer\s+│ {lawyers(counted)} ", shown)
    assert "under " in shown and "by country or state, November 2026: nothing reached" in shown
    text = " ".join(shown.split())
    for said in (
        "privacy budget: epsilon 0.5",
        "epsilon 2 for a person's month",
        "24 for a person who comes",
    ):
        assert said in text


def test_the_command_says_the_same_each_time_and_changes_nothing(counted: Path) -> None:
    held = [(path.name, path.read_bytes()) for path in sorted(counted.iterdir())]
    assert len({run(counted, "--format", "json").output for _ in range(4)}) == 1
    assert [(path.name, path.read_bytes()) for path in sorted(counted.iterdir())] == held


def test_a_clock_that_is_set_ahead_shows_nothing_unfinished(counted: Path) -> None:
    """--now cannot be used to look into the running month."""
    ahead = CliRunner().invoke(
        app, ["--format", "json", "--now", "2027-03-01T00:00:00+00:00"], env={"BOT_STATE_DIR": str(counted)}
    )
    periods = {p["period"] for table in json.loads(ahead.output)["tables"] for p in table["periods"]}
    assert periods == {"2026-11", "2026-W48"}


@pytest.mark.parametrize("form", ["text", "csv", "json", "html"])
def test_every_form_goes_to_a_file(counted: Path, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"counts.{form}"
    done = run(counted, "--format", form, "--output", str(path))
    assert done.exit_code == 0 and "is written" in done.output
    assert lawyers(counted) in path.read_text(encoding="utf-8")


def test_where_it_cannot_write_it_says_so(counted: Path) -> None:
    done = run(counted, "--output", "/nowhere/counts.txt")
    assert done.exit_code == 2 and "cannot be written" in done.output


def test_where_nothing_is_finished_it_says_when_it_will_be(tmp_path: Path) -> None:
    for form in ("text", "html"):
        assert "A month or a week is shown once it is over" in " ".join(
            run(tmp_path, "--format", form).output.split()
        )
    assert run(tmp_path, "--format", "csv").output.splitlines() == [",".join(CSV_COLUMNS)]
    assert "nothing is counted" in run(tmp_path, BOT_COUNTS="off").output
    assert list(tmp_path.iterdir()) == []


# -- the page -----------------------------------------------------------------------------------------------


class Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.starts: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.starts.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.starts if name == tag]


def test_the_page_needs_no_script_and_nothing_from_outside(november: Publication) -> None:
    page = counts_page(november, WORDS)
    elements = Elements(page)
    assert elements.all("script") == [
        {"type": "application/ld+json"}
    ]  # words for search engines; nothing runs
    without = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"https?://|url\(|@import|<img|<iframe", without)
    assert "default-src 'none'" in page
    assert not [name for _, attributes in elements.starts for name in attributes if name.startswith("on")]


def test_each_chart_has_a_name_and_a_table_with_the_same_numbers(november: Publication) -> None:
    page = counts_page(november, WORDS)
    elements = Elements(page)
    charts = [svg for svg in elements.all("svg") if svg.get("role") == "img"]
    assert len(charts) == 3
    ids = {attributes.get("id") for _, attributes in elements.starts}
    assert all(chart["aria-labelledby"] in ids for chart in charts)
    assert len(elements.all("table")) == 4 and len(elements.all("caption")) == 4
    for chart, table in re.findall(r"(<svg role=.*?</svg>).*?(<table>.*?</table>)", page, re.DOTALL):
        drawn = re.findall(r'<text class="number[^"]*"[^>]*>([^<]+)<', chart)
        assert drawn == re.findall(r'<td class="amount">(?:<span class="hidden-number">)?([^<]+)<', table)


def test_found_and_not_found_differ_by_more_than_colour(november: Publication) -> None:
    css = (HERE / "page.css").read_text(encoding="utf-8")
    assert "stroke-dasharray" in css
    words = "".join(Elements(counts_page(november, WORDS)).words)
    assert "not found" in words and "under 25" in words


def test_names_are_escaped(november: Publication) -> None:
    assert "Austin &lt;Center&gt; &amp; Friends" in counts_page(november, WORDS)


def test_a_chart_of_many_rows_says_how_many_are_in_the_table() -> None:
    figures = [((f"n{n}", "FR", "found"), 100 + 5 * n) for n in range(MOST_ROWS + 7)]
    many = period("needs_by_region", "2026-11", *figures)
    page = counts_page(publication([many], TODAY), WORDS)
    assert "7 more are in the table" in page
    assert page.count('<rect class="found" x="1"') == MOST_ROWS


def test_what_left_the_directory_is_called_by_its_code() -> None:
    one = period(LINKS.name, "2026-W48", (("us/tx/closed",), 30))
    assert "us/tx/closed" in counts_page(publication([one], TODAY), WORDS)
    assert WORDS.names(REGIONS, ("gone", "US-TX", "found")) == ("gone", "Texas, US", "found")


PAIRS = [  # (in front, behind, ratio): words 4.5 to 1, bars and lines 3 to 1
    ("ink", "page", 4.5), ("faint", "page", 4.5), ("accent", "page", 4.5), ("bar", "page", 3), ("edge", "page", 3),
    ("spread", "page", 3), ("spread", "card", 3), ("focus", "page", 3),
]  # fmt: skip


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "behind", "ratio"), PAIRS)
def test_everything_stands_out_from_its_ground(scheme: int, front: str, behind: str, ratio: float) -> None:
    """WCAG AA, by light and by dark."""
    css = (HERE / "page.css").read_text(encoding="utf-8")
    palette = dict(
        re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", re.findall(r":root \{(.*?)\}", css, re.DOTALL)[scheme])
    )
    one, other = sorted((luminance(palette[front]), luminance(palette[behind])), reverse=True)
    assert (one + 0.05) / (other + 0.05) >= ratio
