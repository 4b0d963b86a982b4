"""Message numbers that survive a restart, so that a chat can still be cleared.

In the file stands a keyed hash of the chat, encrypted numbers and an hour: no person, no need, no word. Both keys
come from BOT_SECRET, which is never stored beside the data. Rows go when a chat is cleared, and after 48 hours.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import aiosqlite
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.conversation.knowledge import WIPE_HOURS

FILE = "marigold.sqlite3"
SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    chat BLOB NOT NULL,
    sealed BLOB NOT NULL,
    hour INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_by_chat ON messages (chat);
CREATE INDEX IF NOT EXISTS messages_by_hour ON messages (hour);
"""


class StateFolderError(Exception):
    """The state folder cannot be used. The message says what to do."""


def open_state_folder(folder: Path) -> Path:
    """Make the folder (0700) and the file (0600). Raises StateFolderError."""
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise StateFolderError(
            f"The state folder {folder} cannot be used ({error.strerror}). "
            "Set BOT_STATE_DIR to a folder you may write to."
        ) from None
    return path


class LedgerInSqlite:
    """The wipe ledger on disk. Use as `async with`."""

    def __init__(self, folder: Path, secret: str, clock: Callable[[], float]) -> None:
        self._path = open_state_folder(folder)
        self._clock = clock
        self._chat_key = _derived(secret, b"marigold chat hash")
        self._seal = Fernet(base64.urlsafe_b64encode(_derived(secret, b"marigold message numbers")))
        self._database: aiosqlite.Connection | None = None

    async def __aenter__(self) -> Self:
        self._database = await aiosqlite.connect(self._path)
        await self._database.execute("PRAGMA journal_mode=WAL")
        await self._database.execute("PRAGMA secure_delete=ON")
        await self._database.executescript(SCHEMA)
        await self._drop_old()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._database is not None:
            await self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            await self._database.close()
            self._database = None

    async def note(self, chat: int, message_ids: tuple[int, ...], at: float) -> None:
        """Remember the numbers."""
        if not message_ids:
            return
        sealed = self._seal.encrypt(json.dumps([list(message_ids), at]).encode())
        await self._write(
            "INSERT INTO messages (chat, sealed, hour) VALUES (?, ?, ?)",
            (self._hash(chat), sealed, int(at // 3600)),
        )

    async def noted(self, chat: int) -> tuple[tuple[int, float], ...]:
        """What is remembered of one chat. Rows sealed under another secret are skipped."""
        found: list[tuple[int, float]] = []
        async with self._open.execute(
            "SELECT sealed FROM messages WHERE chat = ?", (self._hash(chat),)
        ) as rows:
            async for (sealed,) in rows:
                try:
                    ids, at = json.loads(self._seal.decrypt(sealed))
                except (InvalidToken, ValueError):
                    continue
                found.extend((message_id, at) for message_id in ids)
        return tuple(found)

    async def drop(self, chat: int) -> None:
        """Forget the numbers of a chat; the write-ahead log is emptied as well."""
        await self._write("DELETE FROM messages WHERE chat = ?", (self._hash(chat),))
        await self._drop_old()
        await self._open.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def _drop_old(self) -> None:
        oldest = int((self._clock() - WIPE_HOURS * 3600) // 3600)
        await self._write("DELETE FROM messages WHERE hour < ?", (oldest,))

    async def _write(self, statement: str, values: tuple[object, ...]) -> None:
        await self._open.execute(statement, values)
        await self._open.commit()

    @property
    def _open(self) -> aiosqlite.Connection:
        if self._database is None:
            raise RuntimeError("LedgerInSqlite is used outside `async with`. Open it first.")
        return self._database

    def _hash(self, chat: int) -> bytes:
        return hmac.new(self._chat_key, str(chat).encode(), hashlib.sha256).digest()


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
