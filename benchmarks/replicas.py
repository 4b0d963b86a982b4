"""How many conversations a second go through two replicas behind a webhook, with what they share, and with it lost?

Two real replicas, a real Valkey or Redis, and the stand-in for Telegram. A conversation is two messages of one person,
each brought to another replica and answered with a list of places; the next begins when one ends, so many at once. The
stand-in runs on the same machine and takes its share of it.
Usage: python benchmarks/replicas.py [--conversations 600] [--at-once 30]
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.faults.finding import spread
from tests.faults.people import MORE, NEED, Person, people
from tests.faults.report import machine
from tests.faults.valkey_loss import Replicas, two_replicas
from tests.storage.valkey_server import PROGRAM, ValkeyServer


async def conversations(both: Replicas, everybody: list[Person], at_once: int) -> tuple[float, list[float]]:
    """(conversations a second, seconds of each answer)"""
    slots, waits = asyncio.Semaphore(at_once), list[float]()

    async def one(person: Person) -> None:
        async with slots:
            for text in (NEED, MORE):
                took = await both.asks(person, text)
                if took is None:
                    raise SystemExit(
                        "A message was not answered within a minute; the figures would mean nothing."
                    )
                waits.append(took)

    began = time.perf_counter()
    await asyncio.gather(*(one(person) for person in everybody))
    return len(everybody) / (time.perf_counter() - began), waits


async def main() -> None:
    """Measure, lose what is shared, measure again."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--conversations", type=int, default=600)
    arguments.add_argument("--at-once", type=int, default=30)
    given = arguments.parse_args()
    if PROGRAM is None:
        raise SystemExit(
            "No valkey-server or redis-server is here. On Debian: sudo apt install redis-server."
        )
    print(machine())
    with ValkeyServer() as server:
        async with two_replicas(server.url) as both:
            await conversations(both, people(both.stand_in.telegram, 20, 1), 5)
            for at, name in enumerate(("two replicas and Valkey", "the same, Valkey lost")):
                some = people(both.stand_in.telegram, given.conversations, 900_000_000 + at * 100_000)
                rate, waits = await conversations(both, some, given.at_once)
                print(f"{name:26} {rate:6.1f} conversations a second; an answer: {spread(waits)}")
                server.stop()


if __name__ == "__main__":
    asyncio.run(main())
