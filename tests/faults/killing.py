"""kill -9 at random moments while many people talk to the bot."""

import asyncio
import random
import signal
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.sandbox.server import StandIn

from tests.end_to_end.process import TOKEN, BotProcess, a_bot
from tests.faults.finding import Finding, broken_promises, within
from tests.faults.people import MORE, NEED, Person, people

PATIENCE = 8.0  # seconds of a running bot without an answer, after which a person writes again
START_SECONDS = 90.0


class Killed:
    """The bot that is killed again and again, and how often each thing happened."""

    def __init__(self, stand_in: StandIn, chance: random.Random, patience: float) -> None:
        self.stand_in = stand_in
        self.patience = patience
        self.chance = chance
        self.starts = 0  # which life of the bot this is
        self.kills = 0
        self.came_up: list[float] = []
        self.is_up = False
        self.waiting: frozenset[int] = frozenset()  # chats Telegram still holds an update of
        self.lost = 0
        self.doubled = 0
        self.log = bytearray()
        self.odd_ends: list[int] = []

    async def watch_the_line(self) -> None:
        while True:
            self.waiting = frozenset(_chats(update for _, update in self.stand_in.telegram.updates))
            await asyncio.sleep(0.01)

    async def live_and_die(self, state: Path, over: asyncio.Event, moments: tuple[float, float]) -> None:
        """Start the bot, kill it after a random moment, again and again, until nobody has anything left to say."""
        while not over.is_set():
            self.starts += 1
            began = time.monotonic()
            async with a_bot(self.stand_in, state) as bot:
                await bot.until(lambda bot=bot: b"polling" in bot.errors, START_SECONDS)
                self.came_up.append(time.monotonic() - began)
                self.is_up = True
                try:
                    await asyncio.wait_for(over.wait(), self.chance.uniform(*moments))
                except TimeoutError:
                    self._still_running(bot)
                    self.is_up = False
                    await bot.end(signal.SIGKILL)
                    self.kills += 1
                self.log += bot.errors
        self.is_up = False

    def _still_running(self, bot: BotProcess) -> None:
        if bot.process.returncode is not None:
            self.odd_ends.append(bot.process.returncode)


def _chats(updates: Iterable[Any]) -> Iterable[int]:
    for update in updates:
        message = update.get("message") or update.get("callback_query", {}).get("message") or {}
        yield message.get("chat", {}).get("id", 0)


async def talk(person: Person, world: Killed) -> None:
    """Two messages and a press; whoever hears nothing because the bot died writes or presses again."""
    for text in (NEED, MORE):
        before, tries = person.results, 1
        person.says(text)
        while not await answered(person, world, lambda before=before: person.results > before):
            world.lost += 1
            tries += 1
            person.says(text)
        await asyncio.sleep(0)
        world.doubled += max(0, person.results - before - 1)
    before_press = person.screen
    person.presses("Change the place")
    while not await answered(person, world, lambda: person.screen != before_press):
        world.lost += 1
        person.presses("Change the place")


async def answered(person: Person, world: Killed, true: Any) -> bool:
    """False when the life of the bot that took the update has ended, or a running bot was silent for long."""
    taken_in: int | None = None
    silent_since: float | None = None
    while not true():
        if person.chat not in world.waiting and taken_in is None:
            await asyncio.sleep(0.02)  # the line is looked at every 10 ms
            if person.chat not in world.waiting:
                taken_in = world.starts
        if taken_in is not None and world.is_up:
            silent_since = silent_since or time.monotonic()
            if time.monotonic() - silent_since > world.patience or world.starts > taken_in + 1:
                return False
        await asyncio.sleep(0.01)
    return True


async def killed_at_random_moments(
    conversations: int = 1000,
    at_once: int = 30,
    moments: tuple[float, float] = (0.05, 2.0),
    seed: int = 20261127,
    patience: float = PATIENCE,
) -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        async with StandIn(token=TOKEN) as stand_in:
            world = Killed(stand_in, random.Random(seed), patience)
            everybody = people(stand_in.telegram, conversations)
            slots, over = asyncio.Semaphore(at_once), asyncio.Event()

            async def one(person: Person) -> None:
                async with slots:
                    await talk(person, world)

            watching = asyncio.create_task(world.watch_the_line())
            dying = asyncio.create_task(world.live_and_die(Path(folder), over, moments))
            talking = asyncio.gather(*(one(person) for person in everybody))
            await asyncio.wait({dying, talking}, return_when=asyncio.FIRST_COMPLETED)
            if dying.done():
                dying.result()  # it can only have failed
            await talking
            over.set()
            await dying
            watching.cancel()
            doubled = sum(max(0, person.results - 2) for person in everybody)
            dead, pressed = await dead_buttons(stand_in, Path(folder), everybody, world.chance)
    return [
        Finding(
            fault="kill -9 at random moments",
            done=f"{conversations:,} conversations of two messages and a press, {at_once} at once; "
            f"{world.kills} kills, each {moments[0]:g} to {moments[1]:g} s after the bot was up",
            promised="each start comes up and says nothing odd; a message that was being answered at the moment of the "
            "kill may be lost, so that the person writes it again, or be answered twice; no other is",
            came_out=f"{within(len(world.came_up), world.starts)} starts came up; of {conversations * 3:,} updates "
            f"{world.lost} were lost and {doubled} answered twice, at most {at_once} could have been at each kill",
            holds=len(world.came_up) == world.starts
            and not world.odd_ends
            and world.lost + doubled <= world.kills * at_once
            and all(person.results <= 2 + 2 for person in everybody)
            and not broken_promises(bytes(world.log), TOKEN, "lawyer"),
        ),
        Finding(
            fault="buttons after kill -9",
            done=f"after the last start, each of {pressed:,} people presses a button on the screen, at random",
            promised="no button is dead",
            came_out=f"{within(pressed - dead, pressed)} were answered",
            holds=dead == 0 and pressed == conversations,
        ),
    ]


async def dead_buttons(
    stand_in: StandIn, state: Path, everybody: list[Person], chance: random.Random
) -> tuple[int, int]:
    """(buttons that did nothing, buttons pressed)"""
    slots = asyncio.Semaphore(40)

    async def press(person: Person) -> bool:
        async with slots:
            buttons = [
                (m.message_id, b["callback_data"])
                for m in person.from_bot
                for row in m.rows
                for b in row
                if "callback_data" in b
            ]
            number, data = chance.choice(buttons)
            before = person.screen
            person.telegram.presses(person.chat, number, data)
            return await person.waits(lambda: person.screen != before, 30) is not None

    async with a_bot(stand_in, state) as bot:
        await bot.until(lambda: b"polling" in bot.errors, START_SECONDS)
        alive = await asyncio.gather(*(press(person) for person in everybody))
        await bot.end()
    return alive.count(False), len(alive)
