"""Telegram answers every method the bot calls in every bad way, also when it obeyed and only its answer is lost."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from bot.conversation.knowledge import Knowledge
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import load_resources
from bot.messenger.answering import Answerer
from bot.messenger.application import CannotStart, Messenger, TelegramAway
from bot.messenger.webhook import Webhook
from bot.model.record import record
from bot.sandbox.faults import Fault, Kind
from bot.sandbox.server import StandIn
from bot.settings import Settings
from bot.storage.memory import LedgerInMemory, ProfilesInMemory
from bot.wiring.knowledge import know

from tests.end_to_end.process import TOKEN, a_bot
from tests.end_to_end.webhook import free_port
from tests.faults.finding import Finding, broken_promises, within
from tests.faults.people import MORE, Person

SORRY = "I could not look that up"  # how an apology begins, in English
CLEARED = ("This chat is cleared", "I will try again in", "I could not delete all")
LONGEST = 60.0
OLD = 3 * 86_400  # seconds; a message this old cannot be deleted any more


@record
class Way:
    """One way a call goes wrong. `after`: it was obeyed, and only the answer is lost."""

    kind: Kind
    after: bool = False

    def __str__(self) -> str:
        names = {"502": "502 in HTML", "not_json": "cut JSON", "cut": "cut body", "429": "429"}
        name = names.get(self.kind, self.kind)
        return f"obeyed, then {name}" if self.after else name


WAYS = (
    Way(kind="429"),
    Way(kind="500"),
    Way(kind="502"),
    Way(kind="not_json"),
    Way(kind="cut"),
    Way(kind="reset"),
    Way(kind="hang"),
    Way(kind="slow"),
    Way(kind="cut", after=True),
    Way(kind="reset", after=True),
    Way(kind="hang", after=True),
)


@dataclass(frozen=True)
class Cell:
    """What came out of one method going wrong in one way."""

    method: str
    way: Way
    came_out: str
    holds: bool


Trial = Callable[[StandIn, Way, int], Awaitable[Cell]]


def fault(method: str, way: Way, chat: int | None = None) -> Fault:
    return Fault(method=method, kind=way.kind, chat=chat, took_effect=way.after)


# -- while people write --------------------------------------------------------------------------------------


async def send_message(stand_in: StandIn, way: Way, chat: int) -> Cell:
    """The list of places is the second message of a first answer; here it is the first of a second answer."""
    person = Person(stand_in.telegram, chat)
    await person.asks()
    stand_in.faults.add(fault("sendMessage", way, chat))
    took = await heard(person, lambda: person.says(MORE))
    await asyncio.sleep(0.3)
    answers, sorries = person.results - 1, person.text.count(SORRY)
    again = await person.asks("and a shelter")
    told = "answered" if answers else "an apology" if sorries else "NOTHING"
    told += " and an apology" if answers and sorries else ""
    ok = took is not None and answers <= 1 and sorries <= 1 and again is not None
    return Cell("sendMessage", way, f"{told} after {seconds(took)}", ok)


async def send_document(stand_in: StandIn, way: Way, chat: int) -> Cell:
    person = Person(stand_in.telegram, chat)
    await person.asks("my brother was raped in prison in Texas")
    stand_in.faults.add(fault("sendDocument", way, chat))
    took = await heard(person, lambda: person.presses("A page to mail"))
    await person.waits(lambda: not stand_in.faults.meant_for("sendDocument", chat), LONGEST)
    await person.waits(lambda: any(m.file for m in person.from_bot) or SORRY in person.text, 25)
    files = sum(m.file is not None for m in person.from_bot)
    again = await person.asks(MORE)
    told = (
        "the text and the file"
        if files
        else "the text, and an apology"
        if SORRY in person.text
        else "the text"
    )
    return Cell(
        "sendDocument",
        way,
        f"{told}; the text after {seconds(took)}",
        took is not None and files <= 1 and again is not None,
    )


async def edit_message(stand_in: StandIn, way: Way, chat: int) -> Cell:
    person = Person(stand_in.telegram, chat)
    await person.asks()
    before = len(person.from_bot)
    stand_in.faults.add(fault("editMessageText", way, chat))
    took = await heard(person, lambda: person.presses("Narrow it down"), 25)
    if took is None:  # nothing is to be seen, so the person presses again
        took_again = await heard(person, lambda: person.presses("Narrow it down"))
        told = f"nothing; pressed again: {seconds(took_again)}"
        ok = took_again is not None and way.kind in ("cut", "reset", "hang")
    else:
        copies = len(person.from_bot) - before
        told = (
            "an apology" if SORRY in person.text else "shown" if not copies else "sent anew"
        ) + f" after {seconds(took)}"
        ok = copies <= 1
    return Cell("editMessageText", way, told, ok and await person.asks(MORE) is not None)


async def delete_messages(stand_in: StandIn, way: Way, chat: int) -> Cell:
    return await clearing(stand_in, way, chat, "deleteMessages")


async def delete_message(stand_in: StandIn, way: Way, chat: int) -> Cell:
    """One message that is too old refuses the whole call, so the others are deleted one by one."""
    return await clearing(stand_in, way, chat, "deleteMessage")


async def clearing(stand_in: StandIn, way: Way, chat: int, method: str) -> Cell:
    person = Person(stand_in.telegram, chat)
    await person.asks()
    words = {m.message_id for m in stand_in.telegram.screen(chat)}
    if method == "deleteMessage":
        first = stand_in.telegram.screen(chat)[0]
        first.date -= OLD
        words.discard(first.message_id)
    stand_in.faults.add(fault(method, way, chat))
    person.presses("Clear this chat")
    took = await person.waits(lambda: any(said in person.text for said in CLEARED), LONGEST)
    left = len(words & {m.message_id for m in stand_in.telegram.screen(chat)})
    told = (
        f"cleared after {seconds(took)}"
        if not left
        else f"{left} left, said so, and tried again in 5 minutes"
    )
    said_so = not left or "I will try again in 5 minutes" in person.text
    return Cell(method, way, told, took is not None and said_so and await person.asks() is not None)


async def leave_chat(stand_in: StandIn, way: Way, chat: int) -> Cell:
    group = -chat
    stand_in.faults.add(fault("leaveChat", way, group))
    stand_in.telegram.group_says(group, "hello")
    watching = Person(stand_in.telegram, chat)
    left = await watching.waits(lambda: stand_in.telegram.chats[group].left, 25)
    if left is None:  # the next word in the group has it try again
        stand_in.telegram.group_says(group, "hello again")
        left = await watching.waits(lambda: stand_in.telegram.chats[group].left, 25)
        return Cell("leaveChat", way, "left at the next word in the group", left is not None)
    return Cell("leaveChat", way, f"left after {seconds(left)}", True)


async def answer_press(stand_in: StandIn, way: Way, chat: int) -> Cell:
    """No chat is named in this call, so nobody else may press meanwhile."""
    person = Person(stand_in.telegram, chat)
    await person.asks()
    stand_in.faults.add(fault("answerCallbackQuery", way))
    took = await heard(person, lambda: person.presses("Narrow it down"), LONGEST)
    return Cell("answerCallbackQuery", way, f"the screen changed after {seconds(took)}", took is not None)


async def get_updates(stand_in: StandIn, way: Way, chat: int) -> Cell:
    """The poll that waits has met no fault; the one after the first message does."""
    stand_in.faults.add(fault("getUpdates", way))
    first, second = Person(stand_in.telegram, chat), Person(stand_in.telegram, chat + 1)
    await first.asks()
    took = await second.asks(seconds=LONGEST)
    await asyncio.sleep(0.3)
    once = first.results == 1 and second.results == 1
    return Cell(
        "getUpdates", way, f"the next message answered after {seconds(took)}", took is not None and once
    )


async def heard(person: Person, act: Callable[[], None], longest: float = LONGEST) -> float | None:
    before = person.screen
    act()
    return await person.waits(lambda: person.screen != before, longest)


def seconds(took: float | None) -> str:
    return "never" if took is None else f"{took:.1f} s"


SIDE_BY_SIDE: tuple[Trial, ...] = (
    send_message, send_document, edit_message, delete_messages, delete_message, leave_chat,
)  # fmt: skip
ALONE: tuple[Trial, ...] = (answer_press, get_updates)


async def while_people_write(ways: tuple[Way, ...] = WAYS) -> tuple[list[Cell], tuple[str, ...], list[float]]:
    """Each in a chat of its own, side by side where the call names the chat; and somebody else asks all the while."""
    with tempfile.TemporaryDirectory() as folder:
        async with StandIn(token=TOKEN) as stand_in, a_bot(stand_in, Path(folder)) as bot:
            await bot.until(lambda: b"polling" in bot.errors, 90)
            others: list[float] = []
            asking = asyncio.create_task(others_ask(stand_in, others))
            pairs = [(trial, way) for trial in SIDE_BY_SIDE for way in ways]
            cells = list(
                await asyncio.gather(
                    *(trial(stand_in, way, 710_000_000 + 10 * at) for at, (trial, way) in enumerate(pairs))
                )
            )
            asking.cancel()
            for at, (trial, way) in enumerate((trial, way) for trial in ALONE for way in ways):
                cells.append(await trial(stand_in, way, 720_000_000 + 10 * at))
            bad = broken_promises(bytes(bot.errors), TOKEN, "lawyer")
            if await bot.end() != 0:
                bad = (*bad, "the bot did not end well")
    return cells, bad, others


async def others_ask(stand_in: StandIn, waits: list[float]) -> None:
    """One person after another, whom no fault is meant for."""
    for at in range(10_000):
        person = Person(stand_in.telegram, 730_000_000 + at)
        took = await person.asks()
        waits.append(LONGEST if took is None else took)
        await asyncio.sleep(0.2)


# -- while it starts -----------------------------------------------------------------------------------------

AT_THE_START = (
    "getMe", "getMyCommands", "setMyCommands", "getMyDescription", "setMyDescription",
    "getMyShortDescription", "setMyShortDescription", "deleteWebhook", "setWebhook",
)  # fmt: skip


@cache
def real_knowledge() -> Knowledge:
    settings = Settings()
    today = datetime.now(UTC).date()
    return know(load_resources(settings.resources, today, compiled_cache()), settings, today, ())


async def while_it_starts(ways: tuple[Way, ...] = WAYS) -> list[Cell]:
    """The real application starts in this process, each start with a Telegram of its own."""
    slots = asyncio.Semaphore(12)

    async def one(method: str, way: Way) -> Cell:
        async with slots:
            return await a_start(method, way)

    return list(await asyncio.gather(*(one(method, way) for method in AT_THE_START for way in ways)))


async def a_start(method: str, way: Way) -> Cell:
    knowledge = real_knowledge()
    ready = asyncio.Event()
    async with StandIn(token=TOKEN) as stand_in:
        hook = Webhook(url="https://bot.example/take", secret="s", port=free_port())
        messenger = Messenger(
            token=TOKEN,
            base_url=stand_in.base_url,
            answerer=an_answerer(knowledge),
            messages=lambda: knowledge.messages,
            webhook=hook if method == "setWebhook" else None,
            on_ready=ready.set,
            poll_seconds=1,
        )
        stand_in.faults.add(fault(method, way))
        stop, began = asyncio.Event(), time.monotonic()
        running = asyncio.create_task(messenger.run(stop))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({running, waiting}, timeout=LONGEST, return_when=asyncio.FIRST_COMPLETED)
        took = time.monotonic() - began
        waiting.cancel()
        stop.set()
        ended = (await asyncio.gather(running, return_exceptions=True))[0]
    if ready.is_set():
        return Cell(method, way, f"up after {took:.1f} s", ended is None)
    if isinstance(ended, TelegramAway):
        return Cell(method, way, f"exit 75 after {took:.1f} s, to be started anew", True)
    said = f"exit 2: {ended}" if isinstance(ended, CannotStart) else f"{type(ended).__name__}"
    return Cell(method, way, said, False)


def an_answerer(knowledge: Knowledge) -> Answerer:
    class Nobody:
        async def hear(self, *_: object) -> None: ...

    return Answerer(
        knowledge=lambda: knowledge,
        memory=ProfilesInMemory(time.time),
        ledger=LedgerInMemory(time.time),
        reports=Nobody(),
        clock=lambda: datetime.now(UTC),
        steady=time.time,
    )


# -- both ----------------------------------------------------------------------------------------------------


async def every_call_goes_wrong(ways: tuple[Way, ...] = WAYS) -> tuple[list[Cell], list[Finding]]:
    cells, bad, others = await while_people_write(ways)
    cells += await while_it_starts(ways)
    methods = {cell.method for cell in cells}
    held = [cell for cell in cells if cell.holds]
    slow = max(others, default=0.0)
    return cells, [
        Finding(
            fault="Telegram: each method, each way",
            done=f"{len(methods)} methods go wrong in {len(ways)} ways each (the table below)",
            promised="nobody gets two answers to one message; who gets none reads an apology or can press again; the "
            "next message is answered; a start comes up or ends with exit code 75, to be started anew; no word of a "
            "person in the log",
            came_out=f"{within(len(held), len(cells))} as promised" + (f"; {', '.join(bad)}" if bad else ""),
            holds=len(held) == len(cells) and not bad,
        ),
        Finding(
            fault="Telegram: faults of others' calls",
            done=f"meanwhile {len(others)} other people ask, one after the other",
            promised="everybody else is answered as if nothing were wrong",
            came_out=f"{within(sum(wait < LONGEST for wait in others), len(others))}; longest wait {slow:.1f} s",
            holds=bool(others) and slow < LONGEST,
        ),
    ]
