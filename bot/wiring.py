"""The only file that knows all parts."""

import asyncio
import contextlib
import gc
import secrets
import signal
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from time import time

from bot.conversation.knowledge import Knowledge
from bot.conversation.ports import WipeLedger
from bot.directory_files.load import load_resources
from bot.matching.directory import index_directory
from bot.messenger.answering import Answerer
from bot.messenger.application import CannotStart, Messenger
from bot.sandbox.server import StandIn
from bot.settings import Settings
from bot.storage.memory import LedgerInMemory, ProfilesInMemory
from bot.storage.sqlite import LedgerInSqlite

Clock = Callable[[], datetime]


def load_knowledge(settings: Settings) -> Knowledge:
    """Everything a turn may know, read from resources/. Raises BrokenResources."""
    resources = load_resources(settings.resources)
    knowledge = Knowledge(
        taxonomy=resources.taxonomy,
        lexicon=resources.lexicon,
        gazetteer=resources.gazetteer,
        directory=index_directory(resources.services, resources.emergency),
        messages=resources.messages,
        home=settings.country,
    )
    gc.freeze()  # half a million objects that never change: the collector need not look at them again and again
    return knowledge


async def run_telegram(settings: Settings, knowledge: Knowledge, clock: Clock) -> None:
    """The bot on Telegram until SIGINT or SIGTERM."""
    if settings.token is None:
        raise CannotStart("BOT_TOKEN is not set.")
    if settings.webhook_url:
        raise CannotStart("BOT_WEBHOOK_URL is set, but this version polls. Unset it to run.")
    if settings.shared_url:
        raise CannotStart("BOT_SHARED_URL is set, but this version runs as one process. Unset it to run.")
    async with _ledger(settings) as ledger:
        messenger = _messenger(settings.token.get_secret_value(), settings.api_base, knowledge, clock, ledger)
        await messenger.run(_stop_on_signals())


async def run_sandbox(
    settings: Settings, knowledge: Knowledge, clock: Clock, port: int, opened: Callable[[str], None]
) -> None:
    """The very same bot behind a stand-in for Telegram on this machine; `opened` gets the page's address."""
    token = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_urlsafe(27)[:35]}"
    async with StandIn(port=port, token=token) as stand_in:
        opened(stand_in.page_url)
        messenger = _messenger(token, stand_in.base_url, knowledge, clock, LedgerInMemory(time))
        await messenger.run(_stop_on_signals())


def _messenger(
    token: str, base_url: str, knowledge: Knowledge, clock: Clock, ledger: WipeLedger
) -> Messenger:
    answerer = Answerer(
        knowledge=lambda: knowledge, memory=ProfilesInMemory(time), ledger=ledger, clock=clock
    )
    return Messenger(token=token, base_url=base_url, answerer=answerer, messages=lambda: knowledge.messages)


@contextlib.asynccontextmanager
async def _ledger(settings: Settings) -> AsyncIterator[WipeLedger]:
    """Message numbers survive a restart only with BOT_SECRET; without it they stay in memory."""
    if settings.secret is None:
        yield LedgerInMemory(time)
        return
    async with LedgerInSqlite(settings.state_dir, settings.secret.get_secret_value(), time) as ledger:
        yield ledger


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop.set)
    return stop
