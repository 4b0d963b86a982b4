"""What is kept, and how it is forgotten."""

import stat
from pathlib import Path

import pytest
from bot.conversation.knowledge import PROFILE_MINUTES, WIPE_HOURS
from bot.conversation.ports import WipeLedger
from bot.model.profile import Profile
from bot.storage.memory import LedgerInMemory, ProfilesInMemory
from bot.storage.sqlite import FILE, LedgerInSqlite, StateFolderError

CHAT, OTHER = 987654321012, 5


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


async def test_a_profile_is_forgotten_after_thirty_idle_minutes() -> None:
    """D4: idle, not since the beginning: every answer starts the time anew."""
    clock = Clock()
    memory = ProfilesInMemory(clock)
    await memory.keep(CHAT, Profile(needs=("legal",)))
    clock.now += PROFILE_MINUTES * 60 - 1
    assert await memory.recall(CHAT) is not None
    await memory.keep(CHAT, Profile(needs=("legal",)))
    clock.now += PROFILE_MINUTES * 60 + 1
    assert await memory.recall(CHAT) is None
    assert not memory._profiles


async def test_memory_is_bounded_and_the_longest_silent_go_first() -> None:
    memory = ProfilesInMemory(Clock(), most=3)
    for chat in range(5):
        await memory.keep(chat, Profile())
    assert [chat for chat in range(5) if await memory.recall(chat)] == [2, 3, 4]


async def contract(ledger: WipeLedger, clock: Clock) -> None:
    """What every ledger does."""
    await ledger.note(CHAT, (1, 2), clock.now)
    await ledger.note(CHAT, (3,), clock.now + 1)
    await ledger.note(OTHER, (9,), clock.now)
    assert {n for n, _ in await ledger.noted(CHAT)} == {1, 2, 3}
    await ledger.drop(CHAT)
    assert await ledger.noted(CHAT) == ()
    assert {n for n, _ in await ledger.noted(OTHER)} == {9}


async def test_the_ledger_in_memory() -> None:
    clock = Clock()
    await contract(LedgerInMemory(clock), clock)


async def test_the_ledger_in_sqlite(tmp_path: Path) -> None:
    clock = Clock()
    async with LedgerInSqlite(tmp_path, "secret", clock) as ledger:
        await contract(ledger, clock)


async def test_message_numbers_survive_a_restart_only_with_the_same_secret(tmp_path: Path) -> None:
    """T6: clearing works after a restart; a wrong secret finds nothing and breaks nothing."""
    clock = Clock()
    async with LedgerInSqlite(tmp_path, "secret", clock) as ledger:
        await ledger.note(CHAT, (1, 2), clock.now)
    async with LedgerInSqlite(tmp_path, "another secret", clock) as ledger:
        assert await ledger.noted(CHAT) == ()
    async with LedgerInSqlite(tmp_path, "secret", clock) as ledger:
        assert {n for n, _ in await ledger.noted(CHAT)} == {1, 2}


async def test_the_file_holds_no_chat_and_no_number_in_the_clear(tmp_path: Path) -> None:
    """D2 D8 T16: a keyed hash and sealed bytes, in a file only its owner reads; after dropping, not even those."""
    clock = Clock()
    async with LedgerInSqlite(tmp_path / "state", "secret", clock) as ledger:
        await ledger.note(CHAT, (4242424242,), clock.now)
        raw = b"".join(p.read_bytes() for p in (tmp_path / "state").iterdir())
        assert b"987654321012" not in raw and b"4242424242" not in raw and CHAT.to_bytes(8, "big") not in raw
        sealed = [row async for row in await ledger._open.execute("SELECT chat, sealed FROM messages")]
        await ledger.drop(CHAT)
        raw = b"".join(p.read_bytes() for p in (tmp_path / "state").iterdir())
        assert all(bytes(part) not in raw for row in sealed for part in row)
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "state" / FILE).stat().st_mode) == 0o600


async def test_old_numbers_are_dropped_after_two_days(tmp_path: Path) -> None:
    """T7: with an end."""
    clock = Clock()
    async with LedgerInSqlite(tmp_path, "secret", clock) as ledger:
        await ledger.note(CHAT, (1,), clock.now)
        clock.now += (WIPE_HOURS + 2) * 3600
        await ledger.drop(OTHER)
        assert await ledger.noted(CHAT) == ()
    memory = LedgerInMemory(clock)
    await memory.note(CHAT, (1,), clock.now)
    clock.now += (WIPE_HOURS + 2) * 3600
    assert await memory.noted(CHAT) == ()


def test_a_state_folder_that_cannot_be_used_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StateFolderError, match="Set BOT_STATE_DIR"):
        LedgerInSqlite(tmp_path / "file" / "state", "secret", Clock())
