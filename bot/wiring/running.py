"""The bot on Telegram, or behind the stand-in, until it is told to stop."""

import asyncio
import contextlib
import secrets
import signal
from collections.abc import AsyncIterator, Callable
from time import time

from bot.conversation.ports import ReportBook, WipeLedger
from bot.messenger.answering import Answerer
from bot.messenger.application import CannotStart, Messenger
from bot.sandbox.server import StandIn
from bot.settings import Settings
from bot.storage.memory import LedgerInMemory, ProfilesInMemory
from bot.storage.reports import ReportsInMemory, ReportsInSqlite
from bot.storage.sqlite import LedgerInSqlite
from bot.wiring.knowledge import Clock, LiveKnowledge
from bot.wiring.reports import Desk


async def run_telegram(settings: Settings, knowledge: LiveKnowledge, clock: Clock) -> None:
    """The bot on Telegram until SIGINT or SIGTERM."""
    if settings.token is None:
        raise CannotStart("BOT_TOKEN is not set.")
    if settings.webhook_url:
        raise CannotStart("BOT_WEBHOOK_URL is set, but this version polls. Unset it to run.")
    if settings.shared_url:
        raise CannotStart("BOT_SHARED_URL is set, but this version runs as one process. Unset it to run.")
    async with _ledger(settings) as ledger:
        book = ReportsInSqlite(settings.state_dir) if settings.counts == "on" else ReportsInMemory()
        desk = await _open_desk(book, knowledge)
        token = settings.token.get_secret_value()
        messenger = _messenger(token, settings.api_base, knowledge, clock, ledger, desk)
        await _until_stopped(messenger, knowledge)


async def run_sandbox(
    settings: Settings, knowledge: LiveKnowledge, clock: Clock, port: int, opened: Callable[[str], None]
) -> None:
    """The very same bot behind a stand-in for Telegram on this machine; `opened` gets the page's address."""
    token = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_urlsafe(27)[:35]}"
    async with StandIn(port=port, token=token) as stand_in:
        opened(stand_in.page_url)
        desk = await _open_desk(ReportsInMemory(), knowledge)
        messenger = _messenger(token, stand_in.base_url, knowledge, clock, LedgerInMemory(time), desk)
        await _until_stopped(messenger, knowledge)


async def _until_stopped(messenger: Messenger, knowledge: LiveKnowledge) -> None:
    """Serve until SIGINT or SIGTERM; the directory is followed as it changes."""
    stop = _stop_on_signals()
    following = asyncio.create_task(knowledge.follow(stop))
    try:
        await messenger.run(stop)
    finally:
        stop.set()
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following


async def _open_desk(book: ReportBook, knowledge: LiveKnowledge) -> Desk:
    desk = Desk(book, knowledge)
    await desk.open()
    return desk


def _messenger(
    token: str, base_url: str, knowledge: LiveKnowledge, clock: Clock, ledger: WipeLedger, desk: Desk
) -> Messenger:
    answerer = Answerer(
        knowledge=lambda: knowledge.current,
        memory=ProfilesInMemory(time),
        ledger=ledger,
        reports=desk,
        clock=clock,
    )
    return Messenger(
        token=token, base_url=base_url, answerer=answerer, messages=lambda: knowledge.current.messages
    )


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
