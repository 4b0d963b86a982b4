"""How long does somebody wait for an answer while one chat sends ten thousand updates?

The real bot, as a process of its own, on the stand-in for Telegram. People ask for help one after the other, first
with nobody else there, then while a chat floods. Usage: python benchmarks/flood.py [--updates 10000] [--asks 60]
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.sandbox.server import StandIn
from tests.end_to_end.process import TOKEN, BotProcess, a_bot

FLOODING, ASKING = 666_000_001, 101_000_001
PLACES = (
    "Austin",
    "Houston",
    "El Paso",
    "Fresno",
    "Los Angeles",
    "Chicago",
    "Miami",
    "Seattle",
    "Phoenix",
    "Atlanta",
)


async def waits(bot: BotProcess, asks: int, first_person: int) -> list[float]:
    """Milliseconds from a message to its answer, one after the other, each from a person of their own."""
    found = []
    for at in range(asks):
        person = first_person + at
        began = time.perf_counter()
        bot.telegram.says(person, f"i need a lawyer in {PLACES[at % len(PLACES)]}")
        while not any(m.rows for m in bot.telegram.screen(person)):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.0005)
        found.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.02)
    return found


async def flood(bot: BotProcess, updates: int, pause: float, over: asyncio.Event) -> None:
    """Fifty at a time, `pause` seconds apart; 0: as fast as the stand-in takes them."""
    for at in range(updates):
        bot.telegram.says(FLOODING + round(pause * 1000), f"flood {at}")
        if at % 50 == 0:
            await asyncio.sleep(pause)
    while bot.telegram.updates:  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.01)
    over.set()


def told(name: str, found: list[float]) -> float:
    """One line; returns p99."""
    ordered = sorted(found)
    p99 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))]
    print(f"{name:38} p50 {statistics.median(ordered):7.1f} ms   p99 {p99:7.1f} ms   of {len(ordered)}")
    return p99


async def main() -> None:
    """Run both and compare."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--updates", type=int, default=10_000)
    arguments.add_argument("--asks", type=int, default=60)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        async with StandIn(token=TOKEN) as stand_in, a_bot(stand_in, Path(folder)) as bot:
            await waits(bot, 5, 1)
            alone = await waits(bot, given.asks, ASKING)
            quiet = told("nobody else", alone)
            for at, (name, pause) in enumerate((("at once", 0.0), ("some 2,500 a second", 0.02)), 1):
                over = asyncio.Event()
                flooding = asyncio.create_task(flood(bot, given.updates, pause, over))
                beside = await waits(bot, given.asks, ASKING + at * 10_000)
                still = not over.is_set()
                await flooding
                answered = sum(m.from_bot for m in bot.telegram.screen(FLOODING + round(pause * 1000)))
                busy = told(f"beside {given.updates:,} {name}", beside)
                ended = "lasted longer than the asking" if still else "ended before the asking did"
                print(f"    p99 {busy / quiet:.1f} times that of nobody else; the flood {ended};")
                print(f"    it got {answered} answers, the rest was dropped unread")


if __name__ == "__main__":
    asyncio.run(main())
