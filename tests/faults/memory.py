"""How much memory the bot takes, at the start and after twenty thousand chats."""

import asyncio
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bot.sandbox.server import StandIn

from tests.end_to_end.process import TOKEN, a_bot
from tests.faults.finding import Finding, broken_promises, within
from tests.faults.people import MORE, Person, people

LIMIT_MB = 256
UNIT_MB = 1024  # of the bot and the process that compiles for it, by deploy/marigold.service
GROWTH_MB = 64
FORGOTTEN_EVERY = 2_000  # people; what the stand-in keeps of them is its own, and would fill this machine
PLACES = (
    "Austin",
    "Houston",
    "Chicago",
    "Miami",
    "Seattle",
    "Atlanta",
    "Fresno",
    "El Paso",
    "Boston",
    "Tucson",
)
NEEDS = (
    "a lawyer",
    "a doctor",
    "a shelter",
    "a therapist",
    "help with my visa",
    "a hotline",
    "someone to talk to",
)


def megabytes(pid: int, name: str) -> int:
    """VmRSS: now. VmHWM: the most there ever was."""
    found = re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"), re.MULTILINE)
    return int(found[1]) // 1024 if found else 0


def with_children(pid: int) -> int:
    """VmRSS of a process and those it began."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    pids = [pid, *map(int, children.read_text("ascii").split())] if children.exists() else [pid]
    return sum(megabytes(one, "VmRSS") for one in pids if Path(f"/proc/{one}/status").exists())


async def steady(chats: int = 20_000, at_once: int = 60) -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        async with StandIn(token=TOKEN) as stand_in, a_bot(stand_in, Path(folder)) as bot:
            await bot.until(lambda: b"polling" in bot.errors, 200)
            pid = bot.process.pid
            at_start = megabytes(pid, "VmRSS")
            answered, began = 0, time.monotonic()
            for first in range(0, chats, FORGOTTEN_EVERY):
                some = people(stand_in.telegram, min(FORGOTTEN_EVERY, chats - first), 800_000_000 + first)
                answered += await all_ask_something(some, at_once)
                stand_in.telegram.chats.clear()
            took = time.monotonic() - began
            after, peak = megabytes(pid, "VmRSS"), megabytes(pid, "VmHWM")
            last = people(stand_in.telegram, 1)
            again = await last[0].asks(MORE)
            bad = broken_promises(bytes(bot.errors), TOKEN)
            ended = await bot.end()
    grown = after - at_start
    return [
        Finding(
            fault="memory over many chats",
            done=f"{chats:,} people write, all of them remembered, {at_once} at once",
            promised=f"never more than {LIMIT_MB} MB, and at most {GROWTH_MB} MB more than at the start",
            came_out=f"{at_start} MB at the start (word lists compiled), {after} MB after ({grown} MB more: "
            f"{grown * 1024 / chats:.1f} KB a chat), {peak} MB at most; {within(answered, chats)} were answered, "
            f"{answered / took:.0f} a second",
            holds=answered == chats
            and peak <= LIMIT_MB
            and grown <= GROWTH_MB
            and again is not None
            and not bad
            and ended == 0,
        )
    ]


async def compiling() -> list[Finding]:
    """A first start, with nothing compiled yet."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as cache:
        async with (
            StandIn(token=TOKEN) as stand_in,
            a_bot(stand_in, Path(folder), XDG_CACHE_HOME=cache) as bot,
        ):
            together, began = 0, time.monotonic()
            while b"polling" not in bot.errors and bot.process.returncode is None:
                together = max(together, with_children(bot.process.pid))
                await asyncio.sleep(0.05)
            took = time.monotonic() - began
            own = megabytes(bot.process.pid, "VmHWM")
            after = megabytes(bot.process.pid, "VmRSS")
            answered = await people(stand_in.telegram, 1)[0].asks()
            ended = await bot.end()
    return [
        Finding(
            fault="memory while word lists are compiled",
            done="the first start on a machine",
            promised=f"never more than {LIMIT_MB} MB in the bot, and {UNIT_MB} MB with the process that compiles",
            came_out=f"{own} MB in the bot at most, {together} MB together; {after} MB once it answers, "
            f"after {took:.0f} s",
            holds=own <= LIMIT_MB and together <= UNIT_MB and answered is not None and ended == 0,
        )
    ]


async def all_ask_something(some: Sequence[Person], at_once: int) -> int:
    """Each asks for one thing in one place; how many were answered."""
    slots = asyncio.Semaphore(at_once)

    async def one(at: int, person: Person) -> bool:
        async with slots:
            asked = f"i need {NEEDS[at % len(NEEDS)]} in {PLACES[at % len(PLACES)]}"
            return await person.asks(asked) is not None

    return sum(await asyncio.gather(*(one(at, person) for at, person in enumerate(some))))
