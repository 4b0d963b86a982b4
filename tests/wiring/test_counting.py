"""How much one person can add to the counts, and that nothing of them is kept but the number."""

import contextlib
import logging
import random
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from bot.conversation.knowledge import PROFILE_MINUTES, Knowledge
from bot.model.counts import LINKS, NEEDS, REGIONS, TABLES, Cell, Counted, CountTable, Domain, month_of
from bot.settings import Settings
from bot.storage.counts import Batch, CountsInSqlite
from bot.storage.state_file import FILE, open_state_file
from bot.wiring.counts import CountingDesk, domain_of
from bot.wiring.running import _open_counts
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2026, 11, 25, 18, tzinfo=UTC)
NEED_CODES = ("legal", "crisis", "money", "shelter_housing")
REGION_CODES = ("US-TX", "FR", "unknown")
LINK_CODES = ("us/tx/a", "us/tx/b", "fr/c")
DOMAIN = Domain(needs=NEED_CODES, regions=REGION_CODES, partners=LINK_CODES)
ANA, BEN = 7_000_000_007, 8_000_000_008


class Book(CountsInSqlite):
    """Adds up what it is given to write."""

    def __init__(self) -> None:
        self.total: Counter[tuple[str, str, Cell]] = Counter()
        self.days: list[date] = []
        self.broken = False

    def write(self, batch: Batch, domain: Domain, day: date) -> None:
        if self.broken:
            raise sqlite3.OperationalError("disk I/O error")
        self.total.update(batch)
        self.days.append(day)


class Office:
    """A desk with a clock that can be moved."""

    def __init__(self) -> None:
        self.now = START
        self.book = Book()
        self.desk = CountingDesk(self.book, lambda: DOMAIN, lambda: self.now, lambda: self.now.timestamp())

    async def passes(self, **time: float) -> None:
        self.now += timedelta(**time)
        await self.desk.sweep()

    async def counted(self, table: CountTable) -> dict[Cell, int]:
        await self.desk.settle()
        return {cell: n for (name, _, cell), n in self.book.total.items() if name == table.name}


@pytest.fixture
def office() -> Office:
    return Office()


def asked(*needs: str, region: str = "US-TX", found: Iterable[str] | None = None) -> Counted:
    return Counted(region=region, needs=needs, found=frozenset(needs if found is None else found))


# -- a conversation -----------------------------------------------------------------------------------------


async def test_a_need_is_counted_by_region_and_by_whether_it_was_found(office: Office) -> None:
    office.desk.hear(ANA, asked("legal", "money", found=["legal"]))
    assert await office.counted(REGIONS) == {
        ("legal", "US-TX", "found"): 1,
        ("money", "US-TX", "not_found"): 1,
    }
    assert await office.counted(NEEDS) == {("legal", "found"): 1, ("money", "not_found"): 1}


async def test_the_last_word_of_a_conversation_counts(office: Office) -> None:
    """Most people name the place after the need."""
    office.desk.hear(ANA, asked("legal", region="unknown"))
    await office.passes(minutes=2)
    office.desk.hear(ANA, asked("legal", region="FR"))
    assert await office.counted(REGIONS) == {("legal", "FR", "found"): 1}


async def test_what_was_found_once_stays_found_when_a_wish_empties_the_list(office: Office) -> None:
    office.desk.hear(ANA, asked("legal"))
    office.desk.hear(ANA, asked("legal", found=[]))
    assert await office.counted(REGIONS) == {("legal", "US-TX", "found"): 1}


async def test_what_was_found_elsewhere_is_not_found_here(office: Office) -> None:
    office.desk.hear(ANA, asked("legal", region="unknown"))
    office.desk.hear(ANA, asked("legal", region="FR", found=[]))
    assert await office.counted(REGIONS) == {("legal", "FR", "not_found"): 1}


async def test_a_conversation_waits_as_long_as_its_profile_and_no_longer(office: Office) -> None:
    """D4."""
    office.desk.hear(ANA, asked("legal"))
    await office.passes(minutes=PROFILE_MINUTES - 1)
    assert ANA in office.desk._talks
    await office.passes(minutes=1)
    assert not office.desk._talks
    assert str(ANA) not in repr(vars(office.desk))


async def test_who_clears_the_chat_is_let_go_at_once(office: Office) -> None:
    office.desk.hear(ANA, asked("legal"))
    office.desk.let_go(ANA)
    assert not office.desk._talks
    assert await office.counted(NEEDS) == {("legal", "found"): 1}


# -- how often ----------------------------------------------------------------------------------------------


async def test_a_chat_counts_once_for_a_need_and_a_day(office: Office) -> None:
    for _ in range(5):
        office.desk.hear(ANA, asked("legal"))
        await office.passes(hours=1)
    office.desk.hear(BEN, asked("legal"))
    assert await office.counted(NEEDS) == {("legal", "found"): 2}


async def test_a_chat_counts_twice_in_a_month_and_again_in_the_next(office: Office) -> None:
    for _ in range(12):  # 25 November to 6 December
        office.desk.hear(ANA, asked("legal"))
        await office.passes(days=1)
    await office.desk.settle()
    by_month = {period: n for (name, period, _), n in office.book.total.items() if name == NEEDS.name}
    assert by_month == {"2026-11": 2, "2026-12": 2}


async def test_of_many_needs_the_first_two_count(office: Office) -> None:
    office.desk.hear(ANA, asked(*NEED_CODES))
    assert set(await office.counted(NEEDS)) == {("legal", "found"), ("crisis", "found")}


async def test_a_visit_counts_once_a_month_over_all_links(office: Office) -> None:
    for code in LINK_CODES * 3:
        office.desk.came_by(ANA, code)
    office.desk.came_by(BEN, "us/tx/b")
    assert await office.counted(LINKS) == {("us/tx/a",): 1, ("us/tx/b",): 1}


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 3),  # who
        st.sampled_from([0, 0, 1, 12, 30, 200]),  # hours until then
        st.one_of(
            st.tuples(
                st.lists(st.sampled_from(NEED_CODES), min_size=1, max_size=4, unique=True),
                st.sampled_from(REGION_CODES),
                st.booleans(),
            ),
            st.sampled_from([*LINK_CODES, "clears"]),
        ),
    ),
    max_size=40,
)


async def totals(
    events: list[tuple[int, int, object]], without: int | None
) -> Counter[tuple[str, str, Cell]]:
    office = Office()
    for who, hours, what in events:
        await office.passes(hours=hours)
        if who == without:
            continue
        if isinstance(what, tuple):
            needs, region, found = what
            office.desk.hear(who, asked(*needs, region=region, found=needs if found else []))
        elif what == "clears":
            office.desk.let_go(who)
        else:
            office.desk.came_by(who, str(what))
    await office.desk.settle()
    return office.book.total


@given(EVENTS)
async def test_one_person_more_or_less_changes_no_month_by_more_than_the_bound(
    events: list[tuple[int, int, object]],
) -> None:
    """The sensitivity on which the noise is calibrated, through the desk itself: with and without each person."""
    everybody = await totals(events, without=None)
    for person in range(4):
        others = await totals(events, without=person)
        changed: Counter[tuple[str, str]] = Counter()
        for (name, period, cell), number in everybody.items():
            table = next(t for t in TABLES if t.name == name)
            month = _month(table, period)
            changed[name, month] += abs(number - others[name, period, cell])
        assert not others.keys() - everybody.keys()
        for table in TABLES:
            assert all(n <= table.most for (name, _), n in changed.items() if name == table.name), changed


def _month(table: CountTable, period: str) -> str:
    if not table.weekly:
        return period
    year, _, week = period.partition("-W")
    return month_of(table, date.fromisocalendar(int(year), int(week), 1))


# -- writing ------------------------------------------------------------------------------------------------


async def test_nothing_is_written_in_the_middle_of_a_day(office: Office) -> None:
    """The state file shows not even in which hour somebody came, nor next to which message number."""
    await office.desk.open()
    for chat in range(5):
        office.desk.hear(chat, asked("legal"))
        await office.passes(minutes=40)
    assert office.book.days == [START.date()] and not office.book.total
    await office.passes(days=1)
    assert office.book.total[NEEDS.name, "2026-11", ("legal", "found")] == 5


async def test_what_a_failing_disk_refuses_is_written_once_it_can(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.desk.hear(ANA, asked("legal"))
    office.book.broken = True
    await office.passes(days=1)
    assert "the counts cannot be written (OperationalError)" in caplog.text
    office.book.broken = False
    await office.passes(days=1)
    await office.passes(days=1)
    assert office.book.total[NEEDS.name, "2026-11", ("legal", "found")] == 1


async def test_who_was_counted_is_not_known_after_the_day_and_the_month(office: Office) -> None:
    """By keyed hashes in memory only, and those go too, though nobody writes any more."""
    office.desk.hear(ANA, asked("legal"))
    office.desk.came_by(ANA, "us/tx/a")
    office.desk.let_go(ANA)
    bounds = [office.desk._once_a_day, office.desk._needs_a_month, office.desk._links_a_month]
    assert [len(bound._times) for bound in bounds] == [1, 1, 1]
    await office.passes(days=1)
    assert [len(bound._times) for bound in bounds] == [0, 1, 1]
    await office.passes(days=14)
    assert [len(bound._times) for bound in bounds] == [0, 0, 0]


# -- the whole of it ----------------------------------------------------------------------------------------


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


class Live:
    """Stands for knowledge that follows its files."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.current = knowledge


async def opened(
    folder: Path, knowledge: Knowledge, counts: str, *chats: int, now: datetime = START
) -> CountingDesk | None:
    """One run of the bot's counting, with these chats asking for a lawyer in Texas."""
    settings = Settings(state_dir=folder, counts=counts)
    async with contextlib.AsyncExitStack() as stack:
        desk = await _open_counts(settings, Live(knowledge), lambda: now, stack)  # type: ignore[arg-type]
        if desk is not None:
            for chat in chats:
                desk.hear(chat, asked("legal"))
    return desk


async def test_no_number_of_a_chat_and_no_word_is_in_the_file(knowledge: Knowledge, tmp_path: Path) -> None:
    """D1 D2: every byte of every file, for the number as text and as SQLite writes it."""
    await opened(tmp_path, knowledge, "on", ANA, BEN)
    held = every_byte(tmp_path)
    assert b"legal US-TX found" in held
    for chat in (ANA, BEN):
        for trace in (str(chat).encode(), chat.to_bytes(8, "big"), chat.to_bytes(5, "big")):
            assert trace not in held


async def test_switched_off_there_is_no_table_no_row_and_no_trace(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    """D5: in the file itself, from the start and also after it has been on."""
    assert await opened(tmp_path / "never", knowledge, "off") is None
    await opened(tmp_path / "before", knowledge, "on", ANA)
    assert await opened(tmp_path / "before", knowledge, "off") is None
    for name in ("never", "before"):
        with closing(sqlite3.connect(tmp_path / name / FILE)) as database:
            assert not [t for (t,) in database.execute("SELECT name FROM sqlite_master") if "count" in t]
        held = every_byte(tmp_path / name)
        for trace in (b"counts", b"legal", b"US-TX", b"2026-1"):
            assert trace not in held


async def test_counting_survives_a_restart_in_the_middle_of_a_month(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    await opened(tmp_path, knowledge, "on")
    before = _stands(tmp_path)
    await opened(tmp_path, knowledge, "on", *range(30))
    await opened(tmp_path, knowledge, "on", *range(30, 50))
    assert _stands(tmp_path) - before == 50


def _stands(folder: Path) -> int:
    with closing(sqlite3.connect(folder / FILE)) as database:
        query = "SELECT number FROM counts_cells WHERE cell = 'legal found'"
        return int(database.execute(query).fetchone()[0])


async def test_without_a_disk_nothing_is_counted_and_the_log_says_so(
    knowledge: Knowledge, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    with caplog.at_level(logging.ERROR):
        assert await opened(tmp_path / "file", knowledge, "on") is None
    assert "needs are not counted until the next start" in caplog.text


def test_everything_the_bot_can_count_has_a_cell(knowledge: Knowledge, tmp_path: Path) -> None:
    domain = domain_of(knowledge)
    assert set(domain.needs) == set(knowledge.taxonomy.needs)
    assert {"unknown", "US", "US-WY", "CA-QC", "FR", "KE"} <= set(domain.regions)
    assert not [region for region in domain.regions if region.startswith("FR-")]
    book = CountsInSqlite(open_state_file(tmp_path), random.Random(1).randrange)
    book.write({}, domain, START.date())
