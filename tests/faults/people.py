"""People who write to the bot, as many as are needed, and what they see."""

import asyncio
import time
from collections.abc import Callable

from bot.sandbox.telegram_like import Message, TelegramLike

NEED = "i need a lawyer in Austin, no police"
MORE = "and a doctor"
RESULT = "You are looking for"
FIRST_CHAT = 700_000_000


class Person:
    """Somebody in a chat with the bot."""

    def __init__(self, telegram: TelegramLike, chat: int) -> None:
        self.telegram = telegram
        self.chat = chat
        telegram.person(chat)

    @property
    def from_bot(self) -> list[Message]:
        return [m for m in self.telegram.screen(self.chat) if m.from_bot]

    @property
    def text(self) -> str:
        return "\n".join(m.text for m in self.from_bot)

    @property
    def results(self) -> int:
        """How many lists of places stand in the chat."""
        return sum(RESULT in m.text for m in self.from_bot)

    @property
    def screen(self) -> list[tuple[int, str, int]]:
        """What of the bot's is to be seen; differs when anything changed."""
        return [(m.message_id, m.text, len(m.rows)) for m in self.from_bot]

    def says(self, text: str = NEED) -> None:
        self.telegram.says(self.chat, text)

    def presses(self, label: str) -> None:
        self.telegram.presses_label(self.chat, label)

    async def waits(self, true: Callable[[], bool], seconds: float = 60.0) -> float | None:
        """Seconds until it is so; None if it is not so in time."""
        began = time.monotonic()
        while not true():
            if time.monotonic() - began > seconds:
                return None
            await asyncio.sleep(0.01)
        return time.monotonic() - began

    async def asks(self, text: str = NEED, seconds: float = 60.0) -> float | None:
        """Write, and wait for a list of places. Seconds, or None if there is none in time."""
        before = self.results
        self.says(text)
        return await self.waits(lambda: self.results > before, seconds)

    async def taps(self, label: str, seconds: float = 60.0) -> float | None:
        """Press, and wait for anything to change. Seconds, or None if nothing does in time."""
        before = self.screen
        self.presses(label)
        return await self.waits(lambda: self.screen != before, seconds)


def people(telegram: TelegramLike, count: int, first: int = FIRST_CHAT) -> list[Person]:
    return [Person(telegram, first + at) for at in range(count)]


async def all_ask(
    everybody: list[Person], text: str = NEED, seconds: float = 60.0, at_once: int = 40
) -> list[float]:
    """Everybody asks; the seconds of those who were answered."""
    slots = asyncio.Semaphore(at_once)

    async def one(person: Person) -> float | None:
        async with slots:
            return await person.asks(text, seconds)

    waits = await asyncio.gather(*(one(person) for person in everybody))
    return [wait for wait in waits if wait is not None]
