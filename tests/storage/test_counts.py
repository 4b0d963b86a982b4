"""Counts on disk: never as they are, drawn once, finished for ever, and gone without a trace when they are off."""

import random
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from bot.model.counts import (
    COUNT_DAYS,
    FLOOR,
    FOUND,
    LINKS,
    NEEDS,
    NOT_FOUND,
    REGIONS,
    ROUNDED_TO,
    TABLES,
    CountTable,
    Domain,
    Period,
    last_day,
    month_of,
    region_of,
    regions_among,
    rounded,
    smallest_shown,
)
from bot.model.place import Place
from bot.storage.at_most import AtMost
from bot.storage.counts import Batch, CountsInSqlite, forget_counts, read_periods
from bot.storage.state_file import FILE, open_state_file
from hypothesis import given
from hypothesis import strategies as st

NOVEMBER, DECEMBER = date(2026, 11, 25), date(2026, 12, 2)
DOMAIN = Domain(
    needs=("legal", "crisis"), regions=("US-TX", "FR", "unknown"), partners=("us/tx/a", "us/tx/b")
)
LEGAL = ("legal", FOUND)
LEGAL_IN_TEXAS = ("legal", "US-TX", FOUND)


def add(table: CountTable, cell: tuple[str, ...], number: int, day: date = NOVEMBER) -> Batch:
    return {(table.name, table.period_of(day), cell): number}


@pytest.fixture
def book(tmp_path: Path) -> CountsInSqlite:
    return CountsInSqlite(open_state_file(tmp_path), random.Random(5).randrange)


def numbers(folder: Path, table: CountTable) -> dict[str, int]:
    """What stands in the file for November."""
    with closing(sqlite3.connect(folder / FILE)) as database:
        return dict(
            database.execute(
                "SELECT cell, number FROM counts_cells WHERE name = ? AND period = ?",
                (table.name, table.period_of(NOVEMBER)),
            ).fetchall()
        )


def published(folder: Path, table: CountTable) -> list[Period]:
    return [period for period in read_periods(folder) if period.table == table.name]


# -- before anybody is counted ------------------------------------------------------------------------------


def test_every_cell_has_noise_in_it_before_anybody_is_counted(book: CountsInSqlite, tmp_path: Path) -> None:
    book.write({}, DOMAIN, NOVEMBER)
    for table in TABLES:
        cells = numbers(tmp_path, table)
        assert set(cells) == {" ".join(cell) for cell in DOMAIN.cells(table)}
    assert len(set(numbers(tmp_path, REGIONS).values())) > 3


def test_counting_adds_to_the_noise(book: CountsInSqlite, tmp_path: Path) -> None:
    book.write({}, DOMAIN, NOVEMBER)
    before = numbers(tmp_path, NEEDS)
    book.write(add(NEEDS, LEGAL, 3), DOMAIN, NOVEMBER)
    after = numbers(tmp_path, NEEDS)
    assert {cell: after[cell] - before[cell] for cell in after} == {
        "legal found": 3, "legal not_found": 0, "crisis found": 0, "crisis not_found": 0,
    }  # fmt: skip


def test_a_restart_draws_no_second_noise(book: CountsInSqlite, tmp_path: Path) -> None:
    book.write({}, DOMAIN, NOVEMBER)
    before = {table.name: numbers(tmp_path, table) for table in TABLES}
    for seed in range(5):
        CountsInSqlite(tmp_path / FILE, random.Random(seed).randrange).write({}, DOMAIN, NOVEMBER)
    assert {table.name: numbers(tmp_path, table) for table in TABLES} == before


def test_a_need_that_is_new_in_the_directory_gets_noise_of_its_own(
    book: CountsInSqlite, tmp_path: Path
) -> None:
    book.write({}, DOMAIN, NOVEMBER)
    before = numbers(tmp_path, NEEDS)
    more = Domain(needs=(*DOMAIN.needs, "money"), regions=DOMAIN.regions, partners=())
    book.write(add(NEEDS, ("money", FOUND), 2), more, NOVEMBER)  # counted from the next write on
    after = numbers(tmp_path, NEEDS)
    assert {cell: after[cell] for cell in before} == before
    assert set(after) - set(before) == {"money found", "money not_found"}


def test_what_is_no_cell_leaves_nothing(book: CountsInSqlite, tmp_path: Path) -> None:
    """A forged link, and words in place of a code."""
    book.write({}, DOMAIN, NOVEMBER)
    before = (tmp_path / FILE).read_bytes()
    for cell in (("i was raped",), ("us/tx/nobody",), ("'; DROP TABLE counts_cells; --",)):
        book.write(add(LINKS, cell, 50), DOMAIN, NOVEMBER)
    held = (tmp_path / FILE).read_bytes()
    assert b"raped" not in held and b"nobody" not in held and b"DROP" not in held
    assert len(held) == len(before)


def test_no_table_has_room_for_a_person_or_for_the_order_of_events(
    book: CountsInSqlite, tmp_path: Path
) -> None:
    """D2 D5: names, periods and numbers; no row number, no time, and no day."""
    book.write(add(NEEDS, LEGAL, 3), DOMAIN, NOVEMBER)
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        columns = {
            table: [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            for table in ("counts_periods", "counts_cells")
        }
        assert columns == {
            "counts_periods": ["name", "period", "budget", "most", "smallest"],
            "counts_cells": ["name", "period", "cell", "number"],
        }
        with pytest.raises(sqlite3.OperationalError, match="no such column"):
            database.execute("SELECT rowid FROM counts_cells")
    assert b"2026-11-25" not in (tmp_path / FILE).read_bytes()


# -- when a period is over ----------------------------------------------------------------------------------


def test_an_unfinished_period_is_not_published(book: CountsInSqlite, tmp_path: Path) -> None:
    book.write({}, DOMAIN, NOVEMBER)
    book.write(add(NEEDS, LEGAL, 500), DOMAIN, NOVEMBER)
    assert read_periods(tmp_path) == ()


def test_what_may_be_shown_is_rounded_and_the_rest_is_deleted(book: CountsInSqlite, tmp_path: Path) -> None:
    """D5: nothing below the floor is shown, and nothing below it is kept either."""
    book.write({}, DOMAIN, NOVEMBER)
    book.write({**add(NEEDS, LEGAL, 203), **add(NEEDS, ("crisis", FOUND), FLOOR - 1)}, DOMAIN, NOVEMBER)
    exact = numbers(tmp_path, NEEDS)["legal found"]
    book.write({}, DOMAIN, DECEMBER)
    (period,) = published(tmp_path, NEEDS)
    assert [(f.cell, f.number) for f in period.figures] == [(LEGAL, rounded(exact))]
    assert set(numbers(tmp_path, NEEDS)) == {"legal found"}
    assert (period.smallest, period.budget, period.most) == (smallest_shown(4, NEEDS.scale), NEEDS.budget, 2)


def test_a_finished_period_reads_the_same_for_ever(book: CountsInSqlite, tmp_path: Path) -> None:
    """Asking a thousand times, restarting, and counting late change nothing: there is no noise to average away."""
    book.write({}, DOMAIN, NOVEMBER)
    book.write(add(NEEDS, LEGAL, 100), DOMAIN, NOVEMBER)
    book.write({}, DOMAIN, DECEMBER)
    first = published(tmp_path, NEEDS)
    assert first[0].figures
    for seed in range(20):
        again = CountsInSqlite(open_state_file(tmp_path), random.Random(seed).randrange)
        again.write(add(NEEDS, LEGAL, 1), DOMAIN, DECEMBER)
        assert published(tmp_path, NEEDS) == first


def test_a_clock_that_goes_back_changes_nothing_that_was_published(
    book: CountsInSqlite, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    book.write({}, DOMAIN, NOVEMBER)
    book.write({}, DOMAIN, DECEMBER)
    before = read_periods(tmp_path)
    book.write(add(NEEDS, LEGAL, 100), DOMAIN, NOVEMBER)
    assert read_periods(tmp_path) == before
    assert "nothing is counted until then" in caplog.text


def test_that_a_period_is_there_does_not_tell_that_somebody_came(
    book: CountsInSqlite, tmp_path: Path
) -> None:
    """Nobody at all for five weeks: the periods are published all the same, and they are empty."""
    for days in range(35):
        book.write({}, DOMAIN, NOVEMBER + timedelta(days=days))
    assert [p.period for p in published(tmp_path, NEEDS)] == ["2026-11"]
    assert [p.period for p in published(tmp_path, LINKS)] == [f"2026-W{week}" for week in range(48, 53)]
    assert not any(p.figures for p in read_periods(tmp_path))


def test_a_program_with_another_budget_adds_nothing_to_noise_that_does_not_fit(
    book: CountsInSqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.write({}, DOMAIN, NOVEMBER)
    before = numbers(tmp_path, NEEDS)
    other = CountTable(name=NEEDS.name, columns=NEEDS.columns, weekly=False, most=9, budget=Fraction(9))
    monkeypatch.setattr("bot.storage.counts.TABLES", (other,))
    book.write(add(NEEDS, LEGAL, 9), DOMAIN, NOVEMBER)
    assert numbers(tmp_path, NEEDS) == before


def test_figures_are_dropped_after_400_days(book: CountsInSqlite, tmp_path: Path) -> None:
    book.write({}, DOMAIN, NOVEMBER)
    end = last_day("2026-11")
    book.write({}, DOMAIN, end + timedelta(days=COUNT_DAYS))
    assert "2026-11" in {p.period for p in read_periods(tmp_path)}
    book.write({}, DOMAIN, end + timedelta(days=COUNT_DAYS + 1))
    assert "2026-11" not in {p.period for p in read_periods(tmp_path)}


def test_all_of_a_day_is_written_or_nothing(
    book: CountsInSqlite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a day, written again with the next, would count people twice."""
    book.write({}, DOMAIN, NOVEMBER)
    before = numbers(tmp_path, NEEDS)

    def failing(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("bot.storage.counts._drop_old", failing)
    with pytest.raises(sqlite3.OperationalError):
        book.write(add(NEEDS, LEGAL, 7), DOMAIN, NOVEMBER)
    assert numbers(tmp_path, NEEDS) == before


# -- off ----------------------------------------------------------------------------------------------------


def test_forgetting_leaves_no_table_and_no_byte(book: CountsInSqlite, tmp_path: Path) -> None:
    """D5: looked up in the file itself."""
    book.write({}, DOMAIN, NOVEMBER)
    book.write(add(REGIONS, LEGAL_IN_TEXAS, 70), DOMAIN, NOVEMBER)
    book.write({}, DOMAIN, DECEMBER)
    assert b"US-TX" in (tmp_path / FILE).read_bytes()
    assert forget_counts(tmp_path / FILE)
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for trace in (b"counts_", b"US-TX", b"legal", b"2026-1", b"us/tx/a"):
        assert trace not in held
    assert not forget_counts(tmp_path / FILE)


def test_where_no_bot_has_counted_there_is_nothing_to_read_or_forget(tmp_path: Path) -> None:
    assert read_periods(tmp_path) == ()
    assert list(tmp_path.iterdir()) == []
    path = open_state_file(tmp_path)
    assert read_periods(tmp_path) == ()
    assert not forget_counts(path)


# -- rules --------------------------------------------------------------------------------------------------


@given(st.integers(FLOOR, 10**6))
def test_what_is_shown_is_a_multiple_of_five_near_by_and_not_below_the_floor(number: int) -> None:
    assert rounded(number) % ROUNDED_TO == 0
    assert abs(rounded(number) - number) <= ROUNDED_TO // 2
    assert rounded(number) >= FLOOR


@given(st.integers(1, 20_000), st.fractions(Fraction(1, 2), 8))
def test_nothing_below_the_floor_is_ever_shown(cells: int, scale: Fraction) -> None:
    """D5: however few cells there are and however little noise."""
    assert smallest_shown(cells, scale) >= FLOOR


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.sampled_from(TABLES))
def test_a_day_lies_in_its_period_and_periods_sort_by_time(day: date, table: CountTable) -> None:
    period = table.period_of(day)
    assert 0 <= (last_day(period) - day).days < 31
    later = day + timedelta(days=40)
    assert table.period_of(later) > period
    assert month_of(table, later) > month_of(table, day)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_all_days_of_a_week_are_bounded_by_the_same_month(day: date) -> None:
    """Else somebody could be in one week twice."""
    week = {
        month_of(LINKS, day + timedelta(days=n)) for n in range(1 - day.isoweekday(), 8 - day.isoweekday())
    }
    assert len(week) == 1


@pytest.mark.parametrize(
    ("place", "region"),
    [
        (None, "unknown"),
        (Place(country="US", region="TX", city="Marfa", county="Presidio", postal_code="79843"), "US-TX"),
        (Place(country="US"), "US"),
        (Place(country="CA", region="NU", city="Iqaluit"), "CA-NU"),
        (Place(country="SI", region="001", city="Ajdovščina"), "SI"),
        (Place(country="FR", region="IDF", city="Paris"), "FR"),
    ],
)
def test_a_region_is_a_country_or_a_state_and_never_a_town(place: Place | None, region: str) -> None:
    assert region_of(place) == region
    assert region in regions_among(("US", "CA", "SI", "FR"), (("US", "TX"), ("CA", "NU"), ("SI", "001")))


def test_both_tables_of_needs_are_bounded_alike() -> None:
    """One bound is kept for both; were they different, one of them would be kept wrongly."""
    assert NEEDS.most == REGIONS.most
    assert {cell[-1] for cell in DOMAIN.cells(REGIONS)} == {FOUND, NOT_FOUND}


# -- how often somebody counts ------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=60), st.integers(1, 3))
def test_nobody_is_allowed_more_often_than_the_bound(events: list[tuple[int, int]], most: int) -> None:
    """Whatever the order, and also when a clock goes back."""
    bound = AtMost(most)
    allowed = [(f"2026-0{month + 1}", who) for month, who in events if bound.allow(f"2026-0{month + 1}", who)]
    assert all(allowed.count(one) <= most for one in allowed)


def test_when_there_is_no_room_nobody_new_is_counted() -> None:
    """Forgetting somebody instead would let them be counted again."""
    bound = AtMost(1, room=2)
    assert bound.allow("2026-11", 1) and bound.allow("2026-11", 2)
    assert not bound.allow("2026-11", 3)
    assert not bound.allow("2026-11", 1)
    assert bound.allow("2026-12", 3)


def test_who_was_counted_is_forgotten_with_the_period() -> None:
    bound = AtMost(1)
    bound.allow("2026-11", 7_000_000_007)
    (held,) = bound._times
    assert b"7000000007" not in held
    bound.begin("2026-12")
    assert not bound._times
