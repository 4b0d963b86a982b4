"""Reports are numbers by service, trouble and day: nobody is in them, on no disk and in no row."""

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest
from bot.conversation.knowledge import REPORT_DAYS
from bot.model.report import Report, ReportCount, Trouble
from bot.storage.reports import (
    MOST_OF_A_CHAT,
    OncePerChat,
    ReportsInMemory,
    ReportsInSqlite,
    read_counts,
)
from bot.storage.state_file import FILE, open_state_file

DAY = date(2026, 11, 25)
WRONG_NUMBER = Report(service="us/tx/example#line", trouble=Trouble.NUMBER)


@pytest.fixture(params=["memory", "sqlite"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> ReportsInMemory | ReportsInSqlite:
    return ReportsInMemory() if request.param == "memory" else ReportsInSqlite(open_state_file(tmp_path))


async def test_the_same_is_counted_up_by_day(book: ReportsInMemory | ReportsInSqlite) -> None:
    for day in (DAY, DAY, DAY + timedelta(days=1)):
        await book.add(WRONG_NUMBER, day)
    counts = {(c.day, c.count) for c in await book.counts()}
    assert counts == {(DAY, 2), (DAY + timedelta(days=1), 1)}


async def test_counts_survive_a_restart_and_old_ones_go(tmp_path: Path) -> None:
    await ReportsInSqlite(open_state_file(tmp_path)).add(WRONG_NUMBER, DAY)
    assert read_counts(tmp_path) == (
        ReportCount(service=WRONG_NUMBER.service, trouble=Trouble.NUMBER, day=DAY, count=1),
    )
    much_later = DAY + timedelta(days=REPORT_DAYS + 1)
    await ReportsInSqlite(open_state_file(tmp_path)).add(WRONG_NUMBER, much_later)
    assert [c.day for c in read_counts(tmp_path)] == [much_later]


async def test_a_row_has_no_room_for_a_person(tmp_path: Path) -> None:
    """D2: no id, name or hash of one beside any need."""
    await ReportsInSqlite(open_state_file(tmp_path)).add(WRONG_NUMBER, DAY)
    database = sqlite3.connect(tmp_path / FILE)
    columns = [row[1] for row in database.execute("PRAGMA table_info(reports)")]
    database.close()
    assert columns == ["service", "trouble", "day", "count"]


def test_where_no_bot_has_run_there_are_no_counts(tmp_path: Path) -> None:
    assert read_counts(tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_a_chat_counts_once_for_a_service() -> None:
    once = OncePerChat()
    assert once.may_report(7, "a")
    assert not once.may_report(7, "a")
    assert once.may_report(8, "a")


def test_a_flood_from_one_chat_ends() -> None:
    once = OncePerChat()
    told = [once.may_report(7, f"service {n}") for n in range(100)]
    assert sum(told) == MOST_OF_A_CHAT
    assert once.may_report(8, "service 1")
