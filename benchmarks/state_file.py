"""What is in the file on disk after a day of a thousand conversations, byte for byte.

The real messenger on the stand-in, with the file that BOT_SECRET gives it. Then every byte is put down to what it is,
and everything that can be read as text is printed. Usage: python benchmarks/state_file.py [--conversations 1000]
"""

import argparse
import asyncio
import contextlib
import random
import re
import sqlite3
import sys
import tempfile
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.messenger.answering import Answerer
from bot.messenger.application import Messenger
from bot.sandbox.clock import MovableClock
from bot.sandbox.server import StandIn
from bot.sandbox.telegram_like import TelegramLike
from bot.settings import Settings
from bot.storage.memory import ProfilesInMemory
from bot.storage.reports import ReportsInSqlite
from bot.storage.sqlite import LedgerInSqlite
from bot.storage.state_file import open_state_file
from bot.wiring.knowledge import LiveKnowledge
from bot.wiring.reports import Desk

TOKEN = "1234567890:" + "s" * 35
SECRET = "a secret of this benchmark"
SAID = (
    "my boss touches me and says he will call ICE, Houston",
    "i was raped last night, Austin, no police",
    "mi marido me pega y no tengo papeles, Los Angeles",
    "je suis harcelée par mon patron, Paris",
    "need a lawyer, trans, New York",
    "i need somebody to talk to",
    "a place to stay for me and my kids, Chicago",
)
READABLE = re.compile(rb"[\x20-\x7e]{6,}")


class Talk:
    """A person, a few messages, and what some of them do at the end."""

    def __init__(self, telegram: TelegramLike, chance: random.Random, number: int) -> None:
        self.telegram = telegram
        self.chance = chance
        self.chat = 4_000_000_000 + number * 7_919

    async def answered(self, act: object) -> None:
        """Do something and wait until the screen has changed."""
        act()  # type: ignore[operator]
        before = self.telegram.person(self.chat).version
        for _ in range(500):
            if self.telegram.person(self.chat).version > before:
                break
            await asyncio.sleep(0.001)

    async def says(self, text: str) -> None:
        await self.answered(lambda: self.telegram.says(self.chat, text))
        for _ in range(2000):
            shown = self.telegram.screen(self.chat)
            if shown and shown[-1].rows:
                return
            await asyncio.sleep(0.001)

    async def taps(self, label: str) -> None:
        with contextlib.suppress(LookupError):
            await self.answered(lambda: self.telegram.presses_label(self.chat, label))
            await asyncio.sleep(0.002)

    async def goes_on(self) -> None:
        """One conversation."""
        await self.says(self.chance.choice(SAID))
        await self.says(self.chance.choice(("no police please", "something free", "thanks", "more")))
        ending = self.chance.random()
        if ending < 0.10:
            await self.taps("1:")
            await self.taps("This did not work")
            await self.taps("Nobody answered")
        elif ending < 0.20:
            await self.says("/privacy")
            await self.taps("More private")
            await self.taps("24 hours")
        elif ending < 0.40:
            await self.answered(lambda: self.telegram.says(self.chat, "/delete"))


async def a_day(folder: Path, conversations: int) -> None:
    """The conversations, spread over 24 hours."""
    clock = MovableClock()
    chance = random.Random(7)
    settings = Settings(state_dir=folder)
    knowledge = LiveKnowledge(settings, lambda: datetime.now(UTC))
    path = open_state_file(folder)
    async with (
        StandIn(token=TOKEN, clock=clock) as stand_in,
        LedgerInSqlite(path, SECRET, clock.now) as ledger,
    ):
        desk = Desk(ReportsInSqlite(path), knowledge)
        answerer = Answerer(
            knowledge=lambda: knowledge.current,
            memory=ProfilesInMemory(clock.now),
            ledger=ledger,
            reports=desk,
            clock=lambda: datetime.now(UTC),
            steady=clock.now,
        )
        messenger = Messenger(
            token=TOKEN,
            base_url=stand_in.base_url,
            answerer=answerer,
            messages=lambda: knowledge.current.messages,
        )
        stop = asyncio.Event()
        running = asyncio.create_task(messenger.run(stop))
        for number in range(conversations):
            await Talk(stand_in.telegram, chance, number).goes_on()
            clock.advance(hours=24 / conversations)
        stop.set()
        await running


def byte_for_byte(folder: Path) -> None:
    """Each byte of each file put down to what it is."""
    for path in sorted(folder.iterdir()):
        print(f"{path.name}: {path.stat().st_size:,} bytes, mode {path.stat().st_mode & 0o777:o}")
    (path,) = [p for p in folder.iterdir() if p.name.endswith(".sqlite3")]
    raw = path.read_bytes()
    shares: Counter[str] = Counter()
    left = Left(raw)
    with closing(sqlite3.connect(path)) as database:
        (schema,) = database.execute("SELECT group_concat(sql, '') FROM sqlite_master").fetchone()
        for (sql,) in database.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL"):
            shares["the tables' names and columns"] += left.take(sql.encode())
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            rows = database.execute(f"SELECT * FROM {table}").fetchall()
            print(f"table {table}: {len(rows)} rows of {', '.join(columns)}")
            for row in rows:
                for column, value in zip(columns, row, strict=True):
                    if isinstance(value, bytes | str):
                        held = value if isinstance(value, bytes) else value.encode()
                        shares[f"{table}.{column}"] += left.take(held)
    shares["zero"] = sum(not byte for byte, free in zip(raw, left.free, strict=True) if free)
    shares["the file's own structure (lengths, pointers, quarters of an hour)"] = len(raw) - sum(
        shares.values()
    )
    print(f"\n{'bytes':>9}  {'share':>6}  what")
    for what, size in shares.most_common():
        print(f"{size:9,}  {size / len(raw):6.1%}  {what}")
    rest = bytes(byte if free else 0 for byte, free in zip(raw, left.free, strict=True))
    words = Counter(READABLE.findall(rest))
    print(f"\nreadable text that belongs to none of these: {[w.decode() for w in words] or 'none'}")
    assert schema


class Left:
    """What of a file has not been put down to anything yet."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self.free = bytearray(b"\1" * len(raw))

    def take(self, held: bytes) -> int:
        """Every free place where `held` stands is taken. Returns how many bytes that were."""
        taken, at = 0, self._raw.find(held) if held else -1
        while at >= 0:
            if all(self.free[at : at + len(held)]):
                self.free[at : at + len(held)] = bytes(len(held))
                taken += len(held)
            at = self._raw.find(held, at + 1)
        return taken


async def main() -> None:
    """A day, then the look."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--conversations", type=int, default=1000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "state"
        await a_day(folder, given.conversations)
        print(f"{given.conversations} conversations, {date.today()}\n")
        byte_for_byte(folder)


if __name__ == "__main__":
    asyncio.run(main())
