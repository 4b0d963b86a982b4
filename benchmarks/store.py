"""One small write, as after each answer: the ledger of message numbers beside SQLite itself, at one caller.

Write-ahead log, synchronous=NORMAL, secure_delete=ON everywhere; ours also seals what it writes and keeps the loop
free.
Usage: python benchmarks/store.py [--writes 3000]
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiosqlite
from bot.storage.sqlite import LedgerInSqlite

from measuring import keep, machine, middle, percentile

PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA secure_delete=ON")
TABLE = "CREATE TABLE messages (chat BLOB, sealed BLOB, quarter INTEGER)"
INSERT = "INSERT INTO messages VALUES (?, ?, ?)"
SECRET = "a secret of this benchmark"
Write = Callable[[int], Awaitable[None]]


async def timed(write: Write, writes: int) -> tuple[float, float]:
    """Milliseconds, in the middle and of the slowest of a hundred."""
    took = []
    for at in range(writes + 100):
        begun = time.perf_counter()
        await write(at)
        if at >= 100:
            took.append((time.perf_counter() - begun) * 1e3)
    return middle(took), percentile(took, 0.99)


async def ours(path: Path, writes: int) -> tuple[float, float]:
    """The ledger: hashed chat, sealed numbers."""
    async with LedgerInSqlite(path, SECRET, time.time) as ledger:
        return await timed(lambda at: ledger.note(at % 50, (at,), time.time()), writes)


async def bare_aiosqlite(path: Path, writes: int) -> tuple[float, float]:
    """aiosqlite as its documentation shows."""
    async with aiosqlite.connect(path) as database:
        for statement in (*PRAGMAS, TABLE):
            await database.execute(statement)

        async def write(at: int) -> None:
            await database.execute(INSERT, (b"c" * 16, b"s" * 60, at))
            await database.commit()

        return await timed(write, writes)


async def on_the_loop(path: Path, writes: int) -> tuple[float, float]:
    """sqlite3 called directly: the floor, at the price of a loop that stands still meanwhile."""
    database = sqlite3.connect(path)
    for statement in (*PRAGMAS, TABLE):
        database.execute(statement)

    async def write(at: int) -> None:
        database.execute(INSERT, (b"c" * 16, b"s" * 60, at))
        database.commit()

    try:
        return await timed(write, writes)
    finally:
        database.close()


async def main() -> None:
    """Each in turn, three times; the medians."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--writes", type=int, default=3000)
    writes = options.parse_args().writes
    ways = {"marigold's ledger": ours, "aiosqlite": bare_aiosqlite, "sqlite3 on the loop": on_the_loop}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(3):
        for name, way in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                found[name].append(await way(Path(folder) / "state.sqlite", writes))
    print(f"{machine()}; {writes} writes, medians of 3 rounds")
    print("| store | p50 ms | p99 ms |")
    print("|---|---|---|")
    for name, rows in found.items():
        print(f"| {name} | {middle([r[0] for r in rows]):.3f} | {middle([r[1] for r in rows]):.3f} |")
    bars = {name: round(middle([r[1] for r in rows]), 3) for name, rows in found.items()}
    keep("store", {"title": "One small write, p99", "unit": "ms", "bars": bars})


if __name__ == "__main__":
    asyncio.run(main())
