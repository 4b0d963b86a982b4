"""Message numbers and timers on disk, so that a chat can be cleared after a restart: under a keyed hash, sealed,
forgotten.

The file alone tells nothing: which chat a row is about, which numbers it holds and when its chat is to be cleared
needs BOT_SECRET. A disk that fails costs nothing that was promised: what cannot be written is kept in memory, and what
cannot be deleted is deleted once it can.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

import aiosqlite

from bot.conversation.knowledge import WIPE_HOURS
from bot.storage.memory import LedgerInMemory
from bot.storage.sealing import ChatHashes, Seal, derived

log = logging.getLogger(__name__)

BUSY_MS = 500  # how long a write waits for another program that holds the file
PAUSE_SECONDS = 2.0  # after that, before it is tried again: meanwhile nobody waits
QUARTER = 900  # seconds; the only time a row shows, so that rows tell little about when somebody wrote
SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    chat BLOB NOT NULL,
    sealed BLOB NOT NULL,
    quarter INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_by_chat ON messages (chat);
CREATE INDEX IF NOT EXISTS messages_by_quarter ON messages (quarter);
CREATE TABLE IF NOT EXISTS timers (
    chat BLOB PRIMARY KEY,
    sealed BLOB NOT NULL,
    quarter INTEGER NOT NULL
);
"""


class LedgerInSqlite:
    """The wipe ledger on disk. Use as `async with`; `path` is from open_state_file, `clock` gives epoch seconds."""

    lasts = True

    def __init__(self, path: Path, secret: str, clock: Callable[[], float]) -> None:
        self._path = path
        self._clock = clock
        self._hash = ChatHashes(secret).of
        self._seal = Seal(derived(secret, b"marigold message numbers"))
        # Timers always; message numbers as long as the file cannot be written.
        self._memory = LedgerInMemory(clock)
        # What was noted since the start: a file can rot without a word, and what was written to it is gone then.
        self._since_start = LedgerInMemory(clock)
        self._owed: set[bytes] = set()  # hashes of chats that are to be deleted as soon as the disk lets us
        self._well = True
        self._tried_again = 0.0  # not before this moment; a file that is held is held for everybody
        self._one_at_a_time = asyncio.Lock()
        self._database: aiosqlite.Connection | None = None

    async def __aenter__(self) -> Self:
        self._database = await aiosqlite.connect(self._path)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            await self._database.execute_fetchall(f"PRAGMA {pragma}")
        await self._database.executescript(SCHEMA)
        await self.sweep(self._clock())
        await self._take_up_timers()
        await self._database.execute_fetchall(f"PRAGMA busy_timeout={BUSY_MS}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._database is not None:
            self._tried_again = 0.0
            await self._on_disk(self._settle)
            await self._on_disk(self._empty_log)
            await self._database.close()
            self._database = None

    # -- the ledger -----------------------------------------------------------------------------------------

    async def note(self, chat: int, message_ids: tuple[int, ...], at: float) -> None:
        """Remember the numbers; a timer of the chat begins anew."""
        self._memory.push(chat, at)
        await self._since_start.note(chat, message_ids, at)
        if message_ids and not await self._on_disk(lambda: self._note(chat, message_ids, at)):
            await self._memory.note(chat, message_ids, at)

    async def noted(self, chat: int) -> tuple[tuple[int, float], ...]:
        """What is remembered of one chat. Rows sealed under another secret are skipped; of a broken file, all."""
        known = dict((*await self._memory.noted(chat), *await self._since_start.noted(chat)))
        if self._hash(chat) in self._owed:
            return tuple(known.items())
        limit = self._clock() - WIPE_HOURS * 3600
        try:
            on_disk = await self._read(chat)
        except sqlite3.Error as error:
            log.error("the state file cannot be read (%s)", getattr(error, "sqlite_errorname", "no name"))
            return tuple(known.items())
        return tuple(({n: at for n, at in on_disk if at > limit} | known).items())

    async def drop(self, chat: int) -> None:
        """Forget the numbers and the timer of a chat; the write-ahead log is emptied as well."""
        await self._memory.drop(chat)
        await self._since_start.drop(chat)
        self._owed.add(self._hash(chat))
        if await self._on_disk(self._settle):
            await self._on_disk(self._empty_log)

    async def clear_after(self, chat: int, minutes: int, at: float) -> None:
        """Set the timer of a chat; 0 takes it away."""
        await self._memory.clear_after(chat, minutes, at)
        await self._on_disk(lambda: self._write_timer(chat))

    async def due(self, at: float) -> tuple[int, ...]:
        """Chats whose timer has run out."""
        return await self._memory.due(at)

    async def sweep(self, at: float) -> None:
        """Forget what is past its end."""
        await self._memory.sweep(at)
        await self._since_start.sweep(at)
        if await self._on_disk(lambda: self._drop_old(at)):
            await self._on_disk(self._settle)

    # -- on the disk ----------------------------------------------------------------------------------------

    async def _on_disk(self, work: Callable[[], Awaitable[None]]) -> bool:
        """Do it, or say once that the disk fails. True if it was done. One at a time: they share a transaction."""
        try:
            async with self._one_at_a_time:
                if monotonic() < self._tried_again:
                    return False
                await work()
        except (sqlite3.Error, OSError) as error:
            if _is_held(error):
                self._tried_again = monotonic() + PAUSE_SECONDS
            if self._well:
                log.error(
                    "the state file cannot be written (%s); message numbers are kept in memory until it can",
                    getattr(error, "sqlite_errorname", type(error).__name__),
                )
            self._well = False
            return False
        if not self._well:
            log.warning("the state file can be written again")
        self._well = True
        return True

    async def _note(self, chat: int, message_ids: tuple[int, ...], at: float) -> None:
        await self._settle()
        await self._insert(chat, message_ids, at)
        if self._memory.timer(chat):
            await self._write_timer(chat)

    async def _insert(self, chat: int, message_ids: tuple[int, ...], at: float) -> None:
        sealed = self._seal.closed([list(message_ids), at])
        await self._write(
            "INSERT INTO messages (chat, sealed, quarter) VALUES (?, ?, ?)",
            (self._hash(chat), sealed, int(at // QUARTER)),
        )

    async def _read(self, chat: int) -> list[tuple[int, float]]:
        found: list[tuple[int, float]] = []
        rows = await self._open.execute_fetchall(
            "SELECT sealed FROM messages WHERE chat = ?", (self._hash(chat),)
        )
        for (sealed,) in rows:
            opened = self._seal.opened(sealed)
            if opened is not None:
                found.extend((number, opened[1]) for number in opened[0])
        return found

    async def _settle(self) -> None:
        """Do what a failing disk kept from being done."""
        for chat_hash in tuple(self._owed):
            await self._write("DELETE FROM messages WHERE chat = ?", (chat_hash,))
            await self._write("DELETE FROM timers WHERE chat = ?", (chat_hash,))
            self._owed.discard(chat_hash)
        for chat, noted in self._memory.held():
            for number, at in noted:
                await self._insert(chat, (number,), at)
            self._memory.forget_numbers(chat)

    async def _write_timer(self, chat: int) -> None:
        timer = self._memory.timer(chat)
        if timer is None:
            await self._write("DELETE FROM timers WHERE chat = ?", (self._hash(chat),))
            return
        sealed = self._seal.closed([chat, *timer])
        await self._write(
            "INSERT OR REPLACE INTO timers VALUES (?, ?, ?)",
            (self._hash(chat), sealed, int(self._clock() // QUARTER)),
        )

    async def _take_up_timers(self) -> None:
        """Timers of before this process; what another secret sealed is named once for the operator."""
        strange = 0
        for (sealed,) in await self._open.execute_fetchall("SELECT sealed FROM timers"):
            opened = self._seal.opened(sealed)
            if opened is None:
                strange += 1
                continue
            chat, minutes, due = opened
            self._memory.restore(chat, minutes, due)
        for (sealed,) in await self._open.execute_fetchall("SELECT sealed FROM messages"):
            strange += self._seal.opened(sealed) is None
        if strange:
            log.error(
                "%d rows in the state file were sealed under another BOT_SECRET. The chats they are about cannot be "
                "cleared by the bot until it is started with that secret; they are deleted within %d hours",
                strange,
                WIPE_HOURS,
            )

    async def _drop_old(self, at: float) -> None:
        """Rows are dropped up to a quarter of an hour early, never late."""
        last = int((at - WIPE_HOURS * 3600) // QUARTER)
        now = int(at // QUARTER)
        before = self._open.total_changes
        for table in ("messages", "timers"):
            await self._write(f"DELETE FROM {table} WHERE quarter <= ?", (last,))  # noqa: S608 - our two tables
            # Rows from the future come from a clock that was wrong; from now on they age.
            await self._write(f"UPDATE {table} SET quarter = ? WHERE quarter > ?", (now, now + 1))  # noqa: S608
        if self._open.total_changes != before:
            await self._empty_log()

    async def _empty_log(self) -> None:
        # Fetched, for a row left unread would lock the file against the next checkpoint.
        await self._open.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")

    async def _write(self, statement: str, values: tuple[object, ...]) -> None:
        await self._open.execute(statement, values)
        await self._open.commit()

    # -- keys -----------------------------------------------------------------------------------------------

    @property
    def _open(self) -> aiosqlite.Connection:
        if self._database is None:
            raise RuntimeError("LedgerInSqlite is used outside `async with`. Open it first.")
        return self._database


def _is_held(error: sqlite3.Error | OSError) -> bool:
    """Whether another program holds the file. Other faults show at once and cost nobody time."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
