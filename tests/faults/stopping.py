"""SIGTERM while an answer hangs, and while many are under way."""

import asyncio
import tempfile
import time
from pathlib import Path

from bot.sandbox.faults import Fault
from bot.sandbox.server import StandIn

from tests.end_to_end.process import TOKEN
from tests.faults.disk import running, yes
from tests.faults.finding import Finding, broken_promises, within
from tests.faults.people import Person, people

STOP_SECONDS = 45  # what the service manager waits before it kills (deploy/marigold.service)


async def hanging_and_busy() -> list[Finding]:
    return [*await hanging(), *await busy()]


async def hanging() -> list[Finding]:
    with tempfile.TemporaryDirectory() as name:
        async with StandIn(token=TOKEN) as stand_in, running(stand_in, Path(name)) as bot:
            stuck = Person(stand_in.telegram, 740_000_000)
            stand_in.faults.add(Fault(method="sendMessage", kind="hang", chat=stuck.chat, times=9))
            stuck.says()
            await stuck.waits(lambda: stand_in.faults.meant_for("sendMessage", stuck.chat) < 9, 20)
            began = time.monotonic()
            code = await bot.end()
            took = time.monotonic() - began
            bad = broken_promises(bytes(bot.errors), TOKEN, "lawyer")
    return [
        Finding(
            fault="SIGTERM with a hanging handler",
            done="Telegram does not answer a call, and the bot is told to stop",
            promised=f"it ends well within the {STOP_SECONDS} s the service manager waits, with code 0",
            came_out=f"code {code} after {took:.1f} s",
            holds=code == 0 and took < STOP_SECONDS and not bad,
        )
    ]


async def busy(others: int = 100) -> list[Finding]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with StandIn(token=TOKEN) as stand_in:
            many = people(stand_in.telegram, others)
            async with running(stand_in, folder) as bot:
                for person in many:
                    person.says()
                await many[0].waits(lambda: any(person.results for person in many), 20)
                code = await bot.end()
                bad = broken_promises(bytes(bot.errors), TOKEN, "lawyer")
            at_stop = sum(person.results == 1 for person in many)
            async with running(stand_in, folder) as bot:
                await asyncio.gather(*(person.waits(lambda p=person: p.results > 0, 10) for person in many))
                await asyncio.sleep(0.5)
                await bot.end()
    once = sum(person.results == 1 for person in many)
    return [
        Finding(
            fault="SIGTERM in the middle of many answers",
            done=f"{others} people have just written when the bot is told to stop; then it is started again",
            promised="each is answered once, by the one or by the other",
            came_out=f"{within(once, others)} were, {at_stop} of them before the end; ended well: {yes(code == 0)}",
            holds=once == others and code == 0 and not bad,
        )
    ]
