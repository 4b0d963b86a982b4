"""Problem reports: how many told what about a service on a day. A chat counts once for a service; who it was is
known to nobody, and even that somebody already told is only in this process's memory."""

import hashlib
import hmac
import secrets
import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import aiosqlite

from bot.conversation.knowledge import REPORT_DAYS
from bot.model.report import Report, ReportCount, Trouble
from bot.storage.state_file import FILE

MOST_SEEN = 100_000
MOST_OF_A_CHAT = 5  # services one chat can report; a flood says nothing about a place
SCHEMA = """
CREATE TABLE IF NOT EXISTS reports (
    service TEXT NOT NULL,
    trouble TEXT NOT NULL,
    day TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (service, trouble, day)
)
"""


class ReportsInMemory:
    """Counts that a restart forgets."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, Trouble, date], int] = {}

    async def add(self, report: Report, day: date) -> None:
        """One more."""
        key = (report.service, report.trouble, day)
        self._counts[key] = self._counts.get(key, 0) + 1

    async def counts(self) -> tuple[ReportCount, ...]:
        """All there are."""
        return tuple(
            ReportCount(service=service, trouble=trouble, day=day, count=count)
            for (service, trouble, day), count in self._counts.items()
        )


class ReportsInSqlite:
    """Counts beside the message numbers, in a table of their own that nothing connects to a chat."""

    def __init__(self, path: Path) -> None:
        """`path` is from open_state_file."""
        self._path = path
        self._unwritten: list[tuple[Report, date]] = []

    async def add(self, report: Report, day: date) -> None:
        """One more; what is older than 400 days goes. What a failing disk refuses is written with the next."""
        self._unwritten.append((report, day))
        oldest = (day - timedelta(days=REPORT_DAYS)).isoformat()
        async with aiosqlite.connect(self._path) as database:
            await database.execute("PRAGMA secure_delete=ON")
            await database.execute(SCHEMA)
            await database.executemany(
                "INSERT INTO reports VALUES (?, ?, ?, 1) "
                "ON CONFLICT (service, trouble, day) DO UPDATE SET count = count + 1",
                [(told.service, told.trouble.value, on.isoformat()) for told, on in self._unwritten],
            )
            await database.execute("DELETE FROM reports WHERE day < ?", (oldest,))
            await database.commit()
        self._unwritten.clear()

    async def counts(self) -> tuple[ReportCount, ...]:
        """All there are."""
        async with aiosqlite.connect(self._path) as database:
            await database.execute(SCHEMA)
            rows = await database.execute_fetchall("SELECT service, trouble, day, count FROM reports")
        waiting = ((told.service, told.trouble.value, on.isoformat(), 1) for told, on in self._unwritten)
        return tuple(_row(row) for row in (*rows, *waiting))


def read_counts(folder: Path) -> tuple[ReportCount, ...]:
    """The counts kept in a state folder, for commands; none where no bot has run. Changes nothing."""
    path = folder / FILE
    if not path.is_file():
        return ()
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        rows = database.execute("SELECT service, trouble, day, count FROM reports").fetchall()
    except sqlite3.OperationalError:  # no bot has counted here yet
        return ()
    finally:
        database.close()
    return tuple(_row(row) for row in rows)


def _row(row: Sequence[Any]) -> ReportCount:
    service, trouble, day, count = row
    return ReportCount(
        service=service, trouble=Trouble(trouble), day=date.fromisoformat(day), count=int(count)
    )


class OncePerChat:
    """Whether a chat may still report a service. Holds keyed hashes under a key that dies with this process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._seen: OrderedDict[bytes, int] = OrderedDict()

    def may_report(self, chat: int, service: str) -> bool:
        """True the first time for a chat and a service, within what one chat can tell at all."""
        chat_key, pair_key = self._hash(f"{chat}"), self._hash(f"{chat} {service}")
        if pair_key in self._seen or self._seen.get(chat_key, 0) >= MOST_OF_A_CHAT:
            return False
        self._seen[pair_key] = 1
        self._seen[chat_key] = self._seen.get(chat_key, 0) + 1
        while len(self._seen) > MOST_SEEN:
            self._seen.popitem(last=False)
        return True

    def _hash(self, text: str) -> bytes:
        return hmac.new(self._key, text.encode(), hashlib.sha256).digest()
