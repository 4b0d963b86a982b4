"""What is kept, and how it is forgotten: the same for memory and disk, and when the disk or the clock fails."""

import asyncio
import errno
import logging
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from bot.conversation.knowledge import PROFILE_MINUTES, WIPE_HOURS
from bot.conversation.ports import WipeLedger
from bot.model.profile import Profile
from bot.storage.clock import steady_clock
from bot.storage.memory import LedgerInMemory, ProfilesInMemory
from bot.storage.sqlite import LedgerInSqlite
from bot.storage.state_file import FILE, SET_ASIDE, VERSION, StateFolderError, open_state_file
from bot.storage.valkey import LedgerInValkey, Shared

from tests.storage.valkey_server import ValkeyServer

CHAT, OTHER = 987654321012, 5
HOUR = 3600


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def on_disk(folder: Path, clock: Clock, secret: str = "secret") -> LedgerInSqlite:
    return LedgerInSqlite(open_state_file(folder), secret, clock)


@pytest.fixture(scope="module")
def server() -> Iterator[ValkeyServer]:
    with ValkeyServer() as one:
        yield one


@pytest.fixture(params=["memory", "sqlite", "valkey"])
async def ledger(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> AsyncIterator[WipeLedger]:
    if request.param == "memory":
        yield LedgerInMemory(clock)
        return
    if request.param == "valkey":
        server = request.getfixturevalue("server")
        server.clear()
        async with Shared(server.url, "secret", clock) as shared:
            yield LedgerInValkey(shared)
        return
    async with on_disk(tmp_path, clock) as opened:
        yield opened


async def numbers(ledger: WipeLedger, chat: int = CHAT) -> set[int]:
    return {number for number, _ in await ledger.noted(chat)}


def bytes_of(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in folder.iterdir())


# -- profiles -----------------------------------------------------------------------------------------------


async def test_a_profile_is_forgotten_after_thirty_idle_minutes(clock: Clock) -> None:
    """D4: idle, not since the beginning: every answer starts the time anew."""
    memory = ProfilesInMemory(clock)
    await memory.keep(CHAT, Profile(needs=("legal",)))
    clock.now += PROFILE_MINUTES * 60 - 1
    assert await memory.recall(CHAT) is not None
    await memory.keep(CHAT, Profile(needs=("legal",)))
    clock.now += PROFILE_MINUTES * 60 + 1
    assert await memory.recall(CHAT) is None


async def test_a_profile_goes_even_when_nobody_writes_any_more(clock: Clock) -> None:
    """D4: the end does not wait for the next message."""
    memory = ProfilesInMemory(clock)
    await memory.keep(CHAT, Profile(needs=("legal",)))
    clock.now += PROFILE_MINUTES * 60 + 1
    await memory.sweep()
    assert not memory._profiles


async def test_memory_is_bounded_and_the_longest_silent_go_first(clock: Clock) -> None:
    memory = ProfilesInMemory(clock, most=3)
    for chat in range(5):
        await memory.keep(chat, Profile())
    assert [chat for chat in range(5) if await memory.recall(chat)] == [2, 3, 4]


# -- every ledger -------------------------------------------------------------------------------------------


async def test_a_ledger_knows_the_numbers_of_a_chat_until_it_is_cleared(
    ledger: WipeLedger, clock: Clock
) -> None:
    """T7: the numbers of messages, and nothing else."""
    await ledger.note(CHAT, (1, 2), clock.now)
    await ledger.note(CHAT, (3,), clock.now)
    await ledger.note(OTHER, (9,), clock.now)
    assert await numbers(ledger) == {1, 2, 3}
    await ledger.drop(CHAT)
    assert await numbers(ledger) == set()
    assert await numbers(ledger, OTHER) == {9}


async def test_a_number_is_forgotten_after_two_days_and_the_younger_ones_stay(
    ledger: WipeLedger, clock: Clock
) -> None:
    """T7: with an end, also in a chat that goes on."""
    await ledger.note(CHAT, (1,), clock.now)
    clock.now += 40 * HOUR
    await ledger.note(CHAT, (2,), clock.now)
    clock.now += 9 * HOUR
    assert await numbers(ledger) == {2}


async def test_a_timer_runs_out_after_the_last_message_and_only_once(
    ledger: WipeLedger, clock: Clock
) -> None:
    """T8: 15 minutes after the last message, not after it was set."""
    await ledger.note(CHAT, (1,), clock.now)
    await ledger.clear_after(CHAT, 15, clock.now)
    clock.now += 14 * 60
    assert await ledger.due(clock.now) == ()
    await ledger.note(CHAT, (2,), clock.now)
    clock.now += 14 * 60
    assert await ledger.due(clock.now) == ()
    clock.now += 60
    assert await ledger.due(clock.now) == (CHAT,)
    await ledger.drop(CHAT)
    assert await ledger.due(clock.now) == ()


async def test_a_timer_can_be_taken_away(ledger: WipeLedger, clock: Clock) -> None:
    await ledger.clear_after(CHAT, 60, clock.now)
    await ledger.clear_after(CHAT, 0, clock.now)
    clock.now += 2 * HOUR
    assert await ledger.due(clock.now) == ()


# -- on disk ------------------------------------------------------------------------------------------------


async def test_message_numbers_and_timers_survive_a_restart_with_the_same_secret(
    tmp_path: Path, clock: Clock
) -> None:
    """T6 T8: clearing works after a restart."""
    async with on_disk(tmp_path, clock) as ledger:
        await ledger.note(CHAT, (1, 2), clock.now)
        await ledger.clear_after(CHAT, 60, clock.now)
    clock.now += HOUR
    async with on_disk(tmp_path, clock) as ledger:
        assert await numbers(ledger) == {1, 2}
        assert await ledger.due(clock.now) == (CHAT,)


async def test_a_wrong_secret_finds_nothing_breaks_nothing_and_is_named_in_the_log(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """T6: the right secret, set again in time, finds all of it."""
    async with on_disk(tmp_path, clock) as ledger:
        await ledger.note(CHAT, (1, 2), clock.now)
        await ledger.clear_after(CHAT, 60, clock.now)
    with caplog.at_level(logging.ERROR):
        async with on_disk(tmp_path, clock, secret="another secret") as ledger:
            assert await numbers(ledger) == set()
            await ledger.note(CHAT, (3,), clock.now)
            assert await numbers(ledger) == {3}
    assert "2 rows in the state file were sealed under another BOT_SECRET" in caplog.text
    async with on_disk(tmp_path, clock) as ledger:
        assert await numbers(ledger) == {1, 2}
        assert await ledger.due(clock.now + HOUR) == (CHAT,)
    clock.now += WIPE_HOURS * HOUR
    async with on_disk(tmp_path, clock, secret="a third secret") as ledger:
        rows = [await ledger._open.execute_fetchall(f"SELECT * FROM {t}") for t in ("messages", "timers")]
        assert rows == [[], []], "what nobody can read any more goes with the rest"


async def test_the_file_holds_no_chat_and_no_number_in_the_clear(tmp_path: Path, clock: Clock) -> None:
    """D2 D8 T16: a keyed hash and sealed bytes, in a file only its owner reads; after clearing, not even those."""
    folder = tmp_path / "state"
    async with on_disk(folder, clock) as ledger:
        await ledger.note(CHAT, (4242424242,), clock.now)
        await ledger.clear_after(CHAT, 15, clock.now)
        raw = bytes_of(folder)
        assert b"987654321012" not in raw and b"4242424242" not in raw and CHAT.to_bytes(8, "big") not in raw
        kept = [
            part
            for table in ("messages", "timers")
            for row in await ledger._open.execute_fetchall(f"SELECT chat, sealed FROM {table}")
            for part in row
        ]
        assert len(kept) == 4
        await ledger.drop(CHAT)
        raw = bytes_of(folder)
        assert all(bytes(part) not in raw for part in kept)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


async def test_what_is_swept_is_gone_from_every_byte(tmp_path: Path, clock: Clock) -> None:
    """T7 D8: an end is an end for the file and its write-ahead log."""
    async with on_disk(tmp_path, clock) as ledger:
        await ledger.note(CHAT, (7,), clock.now)
        ((sealed,),) = await ledger._open.execute_fetchall("SELECT sealed FROM messages")
        clock.now += WIPE_HOURS * HOUR
        await ledger.sweep(clock.now)
        assert bytes(sealed) not in bytes_of(tmp_path)


async def test_rows_from_a_clock_that_ran_ahead_still_have_an_end(tmp_path: Path, clock: Clock) -> None:
    """T7: a row dated next year must not stay until next year."""
    clock.now += 365 * 24 * HOUR
    async with on_disk(tmp_path, clock) as ledger:
        await ledger.note(CHAT, (7,), clock.now)
    clock.now -= 365 * 24 * HOUR
    async with on_disk(tmp_path, clock):
        pass
    clock.now += WIPE_HOURS * HOUR
    async with on_disk(tmp_path, clock) as ledger:
        assert await ledger._open.execute_fetchall("SELECT * FROM messages") == []


async def test_many_chats_at_once_do_not_get_into_each_others_way(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """T6: while one chat is cleared, the log emptied and a third noted, nothing is refused."""
    async with on_disk(tmp_path, clock) as ledger:
        for _ in range(20):
            await asyncio.gather(
                *(ledger.note(chat, (chat,), clock.now) for chat in range(1, 20)),
                *(ledger.drop(chat) for chat in range(1, 10)),
                ledger.sweep(clock.now),
                ledger.clear_after(3, 15, clock.now),
            )
        assert await numbers(ledger, 15) == {15}
    assert not caplog.text


# -- when the disk fails ------------------------------------------------------------------------------------


def disk_full(ledger: LedgerInSqlite, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ledger, "_write", refuse)


async def test_numbers_noted_while_the_disk_is_full_can_still_be_cleared_and_reach_it_later(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with on_disk(tmp_path, clock) as ledger:
        await ledger.note(CHAT, (1,), clock.now)
        with monkeypatch.context() as full:
            disk_full(ledger, full)
            for number in (2, 3):
                await ledger.note(CHAT, (number,), clock.now)
            assert await numbers(ledger) == {1, 2, 3}
        assert caplog.text.count("the state file cannot be written") == 1, "said once, not for each message"
        await ledger.note(CHAT, (4,), clock.now)
        assert "can be written again" in caplog.text
    async with on_disk(tmp_path, clock) as ledger:
        assert await numbers(ledger) == {1, 2, 3, 4}


async def test_numbers_noted_since_the_start_can_be_cleared_whatever_became_of_the_file(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stood in it from before is gone with it."""
    async with on_disk(tmp_path, clock) as ledger:
        await ledger.note(CHAT, (1,), clock.now)

        async def broken(*_: object) -> None:
            raise sqlite3.DatabaseError("file is not a database")

        with monkeypatch.context() as spoiled:
            for name in ("_read", "_write"):
                spoiled.setattr(ledger, name, broken)
            await ledger.note(CHAT, (2,), clock.now)
            assert await numbers(ledger) == {1, 2}


async def test_a_file_another_program_holds_makes_one_write_wait_and_nobody_after_it(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each write that waited for itself would hold up every chat behind it, half a minute long and more."""
    tries = 0
    async with on_disk(tmp_path, clock) as ledger:
        real = ledger._write

        async def counted(statement: str, values: tuple[object, ...]) -> None:
            nonlocal tries
            tries += 1
            await real(statement, values)

        monkeypatch.setattr(ledger, "_write", counted)
        with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await asyncio.gather(*(ledger.note(CHAT, (number,), clock.now) for number in range(1, 31)))
            assert tries == 1
            assert await numbers(ledger) == set(range(1, 31))
            other.execute("ROLLBACK")
        assert "the state file cannot be written (SQLITE_BUSY)" in caplog.text
    async with on_disk(tmp_path, clock) as ledger:
        assert await numbers(ledger) == set(range(1, 31))


async def test_a_chat_cleared_while_the_disk_fails_is_deleted_from_it_once_it_can_be(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_disk(tmp_path, clock) as ledger:
        await ledger.note(CHAT, (1,), clock.now)
        await ledger.clear_after(CHAT, 60, clock.now)
        with monkeypatch.context() as full:
            disk_full(ledger, full)
            await ledger.drop(CHAT)
            assert await numbers(ledger) == set()
            assert await ledger.due(clock.now + HOUR) == ()
        await ledger.sweep(clock.now)
    async with on_disk(tmp_path, clock) as ledger:
        assert await numbers(ledger) == set()
        assert await ledger.due(clock.now + HOUR) == ()


def test_a_state_folder_that_cannot_be_used_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StateFolderError, match="Set BOT_STATE_DIR"):
        open_state_file(tmp_path / "file" / "state")


async def test_a_broken_file_is_set_aside_for_two_days_and_a_new_one_begun(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_bytes(b"not a database at all" * 100)
    async with LedgerInSqlite(open_state_file(tmp_path, clock), "secret", clock) as ledger:
        await ledger.note(CHAT, (1,), clock.now)
        assert await numbers(ledger) == {1}
    assert "was set aside" in caplog.text
    assert stat.S_IMODE((tmp_path / SET_ASIDE).stat().st_mode) == 0o600
    clock.now += (WIPE_HOURS + 1) * HOUR
    open_state_file(tmp_path, clock)
    assert not (tmp_path / SET_ASIDE).exists()


async def test_a_page_that_was_overwritten_is_found_at_the_start(tmp_path: Path, clock: Clock) -> None:
    async with on_disk(tmp_path, clock) as ledger:
        for number in range(200):
            await ledger.note(CHAT, (number,), clock.now)
    raw = bytearray((tmp_path / FILE).read_bytes())
    raw[4096 : len(raw) - 100] = os.urandom(len(raw) - 4196)
    (tmp_path / FILE).write_bytes(raw)
    open_state_file(tmp_path)
    assert (tmp_path / SET_ASIDE).exists()


def test_a_file_of_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    path = open_state_file(tmp_path)
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version={VERSION + 1}")
        database.commit()
    before = path.read_bytes()
    with pytest.raises(StateFolderError, match="newer version"):
        open_state_file(tmp_path)
    assert path.read_bytes() == before


def test_a_file_that_another_program_holds_is_not_taken_for_broken(tmp_path: Path) -> None:
    path = open_state_file(tmp_path)
    with closing(sqlite3.connect(path)) as holder:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StateFolderError, match="another program"):
            open_state_file(tmp_path)
    assert not (tmp_path / SET_ASIDE).exists()


# -- when the clock jumps -----------------------------------------------------------------------------------


def test_the_steady_clock_does_not_see_a_correction_of_the_time() -> None:
    """T7 D4: what is kept is kept neither shorter nor longer because somebody set the machine's clock."""
    wall, counted = Clock(), Clock()
    steady = steady_clock(wall, counted)
    before = steady()
    wall.now -= 24 * HOUR
    counted.now += 10
    assert steady() == before + 10


def test_the_steady_clock_is_the_real_one_at_the_start() -> None:
    import time

    assert abs(steady_clock()() - time.time()) < 5
