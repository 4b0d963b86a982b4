"""Updates that come twice, in the wrong order, or as nothing Telegram would ever send."""

import asyncio
import copy
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.sandbox.server import StandIn

from tests.end_to_end.process import TOKEN, a_bot
from tests.end_to_end.webhook import WebhookProcess, a_replica
from tests.faults.finding import Finding, broken_promises, within
from tests.faults.people import MORE, NEED, RESULT, Person, all_ask, people

ADDED = "medical care"
CANARY = "zqpoisonzq"
JUNK: tuple[Any, ...] = (
    None, True, 0, -1, 2**70, 1e308, "", "x" * 5000, CANARY, "\x00", "/", "/\u202e", [], [[]], {}, {"id": {}},
    [{"type": "bot_command", "offset": -5, "length": 10**9}],
)  # fmt: skip


def taken(stand_in: StandIn) -> list[Any]:
    """The updates that stand in line, taken out of it: the test brings them itself."""
    updates = [update for _, update in stand_in.telegram.updates]
    stand_in.telegram.updates.clear()
    return updates


async def brought(replica: WebhookProcess, updates: Sequence[Any], at_once: int = 20) -> int:
    """Bring them side by side; how many were not answered with 200."""
    slots = asyncio.Semaphore(at_once)

    async def one(update: Any) -> int:
        async with slots:
            return await replica.brings(update)

    statuses = await asyncio.gather(*(one(update) for update in updates))
    return sum(status != 200 for status in statuses)


async def twice_and_in_the_wrong_order(count: int = 200, seed: int = 5) -> list[Finding]:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        async with StandIn(token=TOKEN) as stand_in, a_replica(stand_in, Path(folder)) as replica:
            everybody = people(stand_in.telegram, count)
            for person in everybody:
                person.says()
            updates = taken(stand_in) * 3
            chance.shuffle(updates)
            refused = await brought(replica, updates)
            await all_have(everybody, 1)
            await asyncio.sleep(0.5)
            once = sum(person.results == 1 for person in everybody)

            later: list[Any] = []
            for person in everybody:
                person.says(MORE)
                person.presses("Change the place")
                later += reversed(taken(stand_in))
            refused += await brought(replica, later, at_once=1)
            await asyncio.gather(
                *(person.waits(lambda p=person: answered_both(p), 30) for person in everybody)
            )
            await asyncio.sleep(0.5)
            ordered = sum(answered_both(person) for person in everybody)
            bad = broken_promises(bytes(replica.bot.errors), TOKEN, "lawyer")
            ended = await replica.bot.end()
    well = not refused and not bad and ended == 0
    return [
        Finding(
            fault="duplicated updates",
            done=f"{count} updates brought to the webhook three times each, shuffled, 20 side by side",
            promised="each is answered once",
            came_out=f"{within(once, count)} were",
            holds=once == count and well,
        ),
        Finding(
            fault="updates out of order",
            done=f"{count} times a press overtakes the message before it",
            promised="both are answered, and the message once",
            came_out=f"{within(ordered, count)} were",
            holds=ordered == count and well,
        ),
    ]


def answered_both(person: Person) -> bool:
    """The pressed message shows something else now, and there is one new list, with what was added."""
    return person.results == 1 and sum(ADDED in m.text for m in person.from_bot if RESULT in m.text) == 1


async def all_have(everybody: Sequence[Person], results: int, seconds: float = 60) -> None:
    await asyncio.gather(
        *(person.waits(lambda person=person: person.results >= results, seconds) for person in everybody)
    )


# -- poison --------------------------------------------------------------------------------------------------


def spoiled(update: Any, chance: random.Random) -> Any:
    """The update with one to three of its parts gone, or junk in their place."""
    update = copy.deepcopy(update)
    for _ in range(chance.randint(1, 3)):
        at: Any = update
        while isinstance(at, dict) and at:
            key = chance.choice(sorted(at, key=str))
            if not isinstance(at[key], dict) or not at[key] or chance.random() < 0.3:
                if chance.random() < 0.3:
                    del at[key]
                else:
                    at[key] = chance.choice(JUNK)
                break
            at = at[key]
    return update


def poison(stand_in: StandIn, count: int, chance: random.Random) -> list[Any]:
    victim = Person(stand_in.telegram, 760_000_000)
    victim.says(f"{NEED} {CANARY}")
    stand_in.telegram.shares(victim.chat, "location")
    stand_in.telegram.shares(victim.chat, "contact")
    stand_in.telegram.presses(victim.chat, 1, CANARY)
    stand_in.telegram.group_says(-victim.chat, CANARY)
    kinds = taken(stand_in)
    found = []
    for at in range(count):
        one = spoiled(chance.choice(kinds), chance)
        if isinstance(one.get("update_id"), int) and not isinstance(one["update_id"], bool):
            one["update_id"] = 5_000_000 + at
        found.append(one)
    return found


async def poisoned(
    count: int = 3000, askers: int = 100, seed: int = 7, ways: tuple[str, ...] = ("webhook", "polling")
) -> list[Finding]:
    findings = []
    for way in ways:
        with tempfile.TemporaryDirectory() as folder:
            async with StandIn(token=TOKEN) as stand_in:
                bad = poison(stand_in, count, random.Random(seed))
                everybody = people(stand_in.telegram, askers)
                if way == "webhook":
                    answered, wrong = await poisoned_webhook(stand_in, Path(folder), bad, everybody)
                else:
                    answered, wrong = await poisoned_polling(stand_in, Path(folder), bad, everybody)
        findings.append(
            Finding(
                fault=f"poison updates, {way}",
                done=f"{count:,} updates with parts missing or replaced by junk, and {askers} people who ask meanwhile",
                promised="everybody is answered; the bot goes on; nothing of an update is in the log",
                came_out=f"{within(answered, askers)} were answered"
                + (f"; {', '.join(wrong)}" if wrong else ""),
                holds=answered == askers and not wrong,
            )
        )
    return findings


async def poisoned_webhook(
    stand_in: StandIn, state: Path, bad: list[Any], everybody: list[Person]
) -> tuple[int, tuple[str, ...]]:
    async with a_replica(stand_in, state) as replica:
        for person in everybody:
            person.says()
        good = taken(stand_in)
        mixed = bad + good
        random.Random(1).shuffle(mixed)
        refused = await brought(replica, mixed)
        await all_have(everybody, 1)
        wrong = broken_promises(bytes(replica.bot.errors), TOKEN, CANARY)
        if refused:
            wrong = (*wrong, f"{refused} were not answered with 200, and would come again")
        if await replica.bot.end() != 0:
            wrong = (*wrong, "the bot did not end well")
    return sum(person.results == 1 for person in everybody), wrong


async def poisoned_polling(
    stand_in: StandIn, state: Path, bad: list[Any], everybody: list[Person]
) -> tuple[int, tuple[str, ...]]:
    async with a_bot(stand_in, state) as bot:
        await bot.until(lambda: b"polling" in bot.errors, 90)
        for update in bad:
            if isinstance(update.get("update_id"), int):  # in polling Telegram numbers what it gives
                update["update_id"] = next(stand_in.telegram._update_numbers)
            stand_in.telegram.deliver_raw(update)
        waits = await all_ask(everybody)
        wrong = broken_promises(bytes(bot.errors), TOKEN, CANARY)
        if await bot.end() != 0:
            wrong = (*wrong, "the bot did not end well")
    return len(waits), wrong
