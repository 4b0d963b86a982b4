"""The real messenger on the real stand-in, in one process, with a made-up directory."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import date
from time import time

import pytest
from bot.conversation.knowledge import Knowledge
from bot.messenger.answering import Answerer
from bot.messenger.application import Messenger
from bot.model.counts import Counted
from bot.model.report import Report
from bot.sandbox.clock import MovableClock
from bot.sandbox.server import StandIn
from bot.sandbox.telegram_like import Message
from bot.sharing.letter import letter_pdf
from bot.storage.memory import LedgerInMemory, ProfilesInMemory

from tests.builders import NOON

TOKEN = "1234567890:" + "t" * 35
ANA, BEN = 101, 202


class HeardReports:
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, Report, date]] = []

    async def hear(self, chat: int, report: Report, day: date) -> None:
        self.heard.append((chat, report, day))


class HeardCounts:
    """Writes down what is to be counted."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, Counted]] = []
        self.came: list[tuple[int, str]] = []
        self.gone: list[int] = []

    def hear(self, chat: int, counted: Counted) -> None:
        self.heard.append((chat, counted))

    def came_by(self, chat: int, organization: str) -> None:
        self.came.append((chat, organization))

    def let_go(self, chat: int) -> None:
        self.gone.append(chat)

    async def sweep(self) -> None:
        """Nothing to write."""


class Trial:
    """A running bot and the Telegram it believes in."""

    def __init__(self, stand_in: StandIn, knowledge: Knowledge, clock: MovableClock | None = None) -> None:
        steady = clock.now if clock else time
        self.stand_in = stand_in
        self.telegram = stand_in.telegram
        self.memory = ProfilesInMemory(steady)
        self.ledger = LedgerInMemory(steady)
        self.reports = HeardReports()
        self.counts = HeardCounts()
        self.answerer = Answerer(
            knowledge=lambda: knowledge,
            memory=self.memory,
            ledger=self.ledger,
            reports=self.reports,
            clock=lambda: NOON,
            steady=steady,
            counts=self.counts,
            print_page=letter_pdf,
        )
        self.messenger = Messenger(
            token=TOKEN,
            base_url=stand_in.base_url,
            answerer=self.answerer,
            messages=lambda: knowledge.messages,
            poll_seconds=1,
            sweep_seconds=0.05,
        )
        self.stop = asyncio.Event()

    def screen(self, person: int) -> list[Message]:
        return self.telegram.screen(person)

    def from_bot(self, person: int) -> list[Message]:
        return [m for m in self.screen(person) if m.from_bot]

    def text(self, person: int) -> str:
        return "\n".join(m.text for m in self.from_bot(person))

    async def until(self, true: Callable[[], bool], seconds: float = 30.0) -> None:
        """Wait for something to happen."""
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 - what is waited for is on the other side of a socket
                await asyncio.sleep(0.01)

    async def asks(self, person: int, text: str) -> str:
        """A person writes and waits for the answer to be complete."""
        before = len(self.from_bot(person))
        self.telegram.says(person, text)
        await self.until(lambda: len(self.from_bot(person)) > before and bool(self.from_bot(person)[-1].rows))
        return self.from_bot(person)[-1].text

    async def taps(self, person: int, label: str) -> None:
        """A person presses a button and waits for a change."""
        before = [(m.message_id, m.text) for m in self.screen(person)]
        self.telegram.presses_label(person, label)
        await self.until(lambda: [(m.message_id, m.text) for m in self.screen(person)] != before)


@pytest.fixture
async def trial(knowledge: Knowledge) -> AsyncIterator[Trial]:
    async with running(knowledge) as trial:
        yield trial
    assert not trial.telegram.problems, [str(p) for p in trial.telegram.problems]


@contextlib.asynccontextmanager
async def running(knowledge: Knowledge, clock: MovableClock | None = None) -> AsyncIterator[Trial]:
    """The bot, polling."""
    async with StandIn(token=TOKEN, clock=clock) as stand_in:
        trial = Trial(stand_in, knowledge, clock)
        task = asyncio.create_task(trial.messenger.run(trial.stop))
        await trial.until(lambda: "commands" in stand_in.telegram.profile)
        try:
            yield trial
        finally:
            trial.stop.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait_for(task, 20)
