"""What replicas share is lost, hangs, and comes back."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.sandbox.server import StandIn

from tests.end_to_end.process import TOKEN
from tests.end_to_end.webhook import WebhookProcess, a_replica
from tests.faults.finding import Finding, broken_promises, spread, within
from tests.faults.people import MORE, NEED, RESULT, Person, people
from tests.faults.updates import ADDED, taken
from tests.storage.valkey_server import PROGRAM, ValkeyServer

LOST = b"the shared memory is lost"
BACK = b"the shared memory is back"
SLOW = 10.0  # seconds; nobody may wait longer


class Replicas:
    """Two replicas behind one address: each update goes to whichever is next."""

    def __init__(self, stand_in: StandIn, replicas: Sequence[WebhookProcess]) -> None:
        self.stand_in = stand_in
        self.replicas = replicas
        self._next = 0

    async def asks(self, person: Person, text: str) -> float | None:
        before = person.results
        began = time.monotonic()
        person.says(text)
        (update,) = taken(self.stand_in)
        self._next += 1
        await self.replicas[self._next % len(self.replicas)].brings(update)
        if await person.waits(lambda: person.results > before, 60) is None:
            return None
        return time.monotonic() - began

    async def all_ask(self, everybody: Sequence[Person], text: str, at_once: int = 10) -> list[float]:
        slots = asyncio.Semaphore(at_once)

        async def one(person: Person) -> float | None:
            async with slots:
                return await self.asks(person, text)

        return [w for w in await asyncio.gather(*(one(p) for p in everybody)) if w is not None]

    async def both_say(self, words: bytes, times: int, seconds: float = 20) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if all(replica.bot.errors.count(words) >= times for replica in self.replicas):
                return True
            await asyncio.sleep(0.05)
        return False

    def broken_promises(self) -> tuple[str, ...]:
        return tuple(
            bad for one in self.replicas for bad in broken_promises(bytes(one.bot.errors), TOKEN, "lawyer")
        )


@asynccontextmanager
async def two_replicas(shared_url: str) -> AsyncIterator[Replicas]:
    async with AsyncExitStack() as stack:
        stand_in = await stack.enter_async_context(StandIn(token=TOKEN))
        started = []
        for _ in range(2):
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            replica = a_replica(stand_in, Path(folder), BOT_SHARED_URL=shared_url)
            started.append(await stack.enter_async_context(replica))
        yield Replicas(stand_in, started)


async def lost_and_back(askers: int = 100) -> list[Finding]:
    if PROGRAM is None:
        return [
            Finding(
                fault="Valkey lost",
                done="nothing",
                promised="",
                came_out="not tried: no server here",
                holds=False,
            )
        ]
    with ValkeyServer() as server:
        async with two_replicas(server.url) as both:
            everybody = people(both.stand_in.telegram, askers)
            before = await both.all_ask(everybody, NEED)
            server.stop()
            without = await both.all_ask(everybody, MORE)
            lost = await both.both_say(LOST, 1)
            server.start()
            await asyncio.sleep(1.5)
            after = await both.all_ask(everybody, NEED)
            back = await both.both_say(BACK, 1)
            together = await both.all_ask(everybody, MORE)
            await asyncio.sleep(0.5)
            known = sum(ADDED in last_list(person) and "lawyer" in last_list(person) for person in everybody)
            hung = await hanging(both, server, everybody[:20])
            results = sum(person.results for person in everybody)
            ends = [await one.bot.end() for one in both.replicas]
            bad = both.broken_promises()
    answered = len(without)
    return [
        Finding(
            fault="Valkey lost",
            done=f"two replicas; the server is killed, and {askers} people write again, each to the other replica",
            promised="everybody is answered, from the buttons and the replica's own memory; the log says so",
            came_out=f"{within(answered, askers)} were answered ({spread(without)}; before: {spread(before)})",
            holds=answered == askers and max(without, default=99) < SLOW and lost and not bad,
        ),
        Finding(
            fault="Valkey back",
            done=f"it is started again, empty; {askers} people write to one replica and then to the other",
            promised="it heals by itself: what one was told the other knows; no message is answered twice",
            came_out=f"{within(known, askers)} are known to both ({spread(together)}); "
            f"{results - 4 * askers - len(hung)} answers too many; both said it is back: {'yes' if back else 'NO'}",
            holds=known == askers == len(after)
            and results == 4 * askers + len(hung)
            and back
            and ends == [0, 0],
        ),
        Finding(
            fault="Valkey hangs",
            done="it is stopped without being ended (SIGSTOP) while 20 people write",
            promised=f"everybody is answered within {SLOW:.0f} s",
            came_out=f"{within(len(hung), 20)} were answered ({spread(hung)})",
            holds=len(hung) == 20 and max(hung) < SLOW,
        ),
    ]


async def hanging(both: Replicas, server: ValkeyServer, everybody: Sequence[Person]) -> list[float]:
    assert server.process is not None
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        return await both.all_ask(everybody, "and a therapist")
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
        await asyncio.sleep(2)


def last_list(person: Person) -> str:
    return next((m.text for m in reversed(person.from_bot) if RESULT in m.text), "").split("\n\n")[0]
