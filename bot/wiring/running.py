"""The bot on Telegram, or behind the stand-in, until it is told to stop."""

import asyncio
import contextlib
import logging
import secrets
import signal
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING

from bot.conversation.ports import Memory, ReportBook, WipeLedger
from bot.messenger.answering import Answerer
from bot.messenger.application import CannotStart, Messenger
from bot.messenger.figures import Figures
from bot.messenger.listening import Listening, PortTaken
from bot.messenger.order import Turns
from bot.messenger.patience import Pauses
from bot.messenger.webhook import Webhook
from bot.model.record import record
from bot.sandbox.server import StandIn
from bot.settings import DEFAULT_LISTEN, Settings
from bot.sharing.letter import letter_pdf
from bot.storage.clock import steady_clock
from bot.storage.counts import CountsInSqlite, forget_counts
from bot.storage.memory import LedgerInMemory, ProfilesInMemory
from bot.storage.reports import ReportsInMemory, ReportsInSqlite
from bot.storage.sqlite import LedgerInSqlite
from bot.storage.state_file import AnotherBots, StateFolderError, open_state_file
from bot.wiring.counts import CountingDesk, domain_of
from bot.wiring.knowledge import Clock, LiveKnowledge
from bot.wiring.reports import Desk
from bot.wiring.service_manager import ServiceManager

if TYPE_CHECKING:
    from bot.messenger.metrics import Metrics

log = logging.getLogger(__name__)

STEADY = steady_clock()


@record
class Kept:
    """What is kept about chats: in this process, or shared by several; from `turns` on only where it is shared."""

    ledger: WipeLedger
    memory: Memory = field(default_factory=lambda: ProfilesInMemory(STEADY))
    turns: Turns | None = None
    pauses: Pauses | None = None
    is_well: Callable[[], bool] | None = None  # whether what is shared can be reached


async def run_telegram(
    settings: Settings, knowledge: LiveKnowledge, clock: Clock, manager: ServiceManager
) -> None:
    """The bot on Telegram until SIGINT or SIGTERM; SIGHUP has the directory read again."""
    if settings.token is None:
        raise CannotStart("BOT_TOKEN is not set.")
    async with contextlib.AsyncExitStack() as stack:
        ledger, book = await _open_state(settings, stack)
        kept = await _shared(settings, stack) if settings.shared_url else Kept(ledger=ledger)
        counts = await _open_counts(settings, knowledge, clock, stack)
        knowledge.keep(lasting=kept.ledger.lasts, counting=counts is not None)
        desk = await _open_desk(book, knowledge)
        token = settings.token.get_secret_value()
        metrics = await _open_metrics(settings, stack) if settings.metrics_listen else None
        messenger = _messenger(
            token,
            settings.api_base,
            knowledge,
            clock,
            kept,
            desk,
            manager,
            counts,
            webhook=_webhook(settings),
            figures=metrics,
        )
        if metrics is not None:
            metrics.watch(messenger.waiting, kept.is_well)
        await _until_stopped(messenger, knowledge, manager)


async def run_sandbox(
    settings: Settings, knowledge: LiveKnowledge, clock: Clock, port: int, opened: Callable[[str], None]
) -> None:
    """The very same bot behind a stand-in for Telegram on this machine; `opened` gets the page's address."""
    token = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_urlsafe(27)[:35]}"
    async with StandIn(port=port, token=token) as stand_in:
        opened(stand_in.page_url)
        desk = await _open_desk(ReportsInMemory(), knowledge)
        kept = Kept(ledger=LedgerInMemory(STEADY))
        nobody = ServiceManager(None)
        messenger = _messenger(token, stand_in.base_url, knowledge, clock, kept, desk, nobody)
        await _until_stopped(messenger, knowledge, nobody)


async def _until_stopped(messenger: Messenger, knowledge: LiveKnowledge, manager: ServiceManager) -> None:
    """Serve until SIGINT or SIGTERM; the directory is followed as it changes, and read again on SIGHUP."""
    stop = _stop_on_signals(manager.stopping)
    beside = [
        asyncio.create_task(knowledge.follow(stop)),
        asyncio.create_task(_reread_on_hangup(knowledge, manager)),
    ]
    try:
        await messenger.run(stop)
    finally:
        stop.set()
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _reread_on_hangup(knowledge: LiveKnowledge, manager: ServiceManager) -> None:
    """Each SIGHUP has the directory read again. In a terminal SIGHUP keeps its old meaning: the window is gone."""
    if not hasattr(signal, "SIGHUP") or sys.stdin is None or sys.stdin.isatty():
        return
    asked = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    while await asked.wait():
        asked.clear()
        manager.rereading()
        await knowledge.reread()
        manager.ready()


async def _open_desk(book: ReportBook, knowledge: LiveKnowledge) -> Desk:
    desk = Desk(book, knowledge)
    await desk.open()
    return desk


def _messenger(
    token: str,
    base_url: str,
    knowledge: LiveKnowledge,
    clock: Clock,
    kept: Kept,
    desk: Desk,
    manager: ServiceManager,
    counts: CountingDesk | None = None,
    *,
    webhook: Webhook | None = None,
    figures: Figures | None = None,
) -> Messenger:
    answerer = Answerer(
        knowledge=lambda: knowledge.current,
        memory=kept.memory,
        ledger=kept.ledger,
        reports=desk,
        clock=clock,
        steady=STEADY,
        counts=counts,
        print_page=letter_pdf,
    )
    return Messenger(
        token=token,
        base_url=base_url,
        answerer=answerer,
        messages=lambda: knowledge.current.messages,
        webhook=webhook,
        on_ready=manager.ready,
        on_pulse=manager.alive,
        turns=kept.turns,
        pauses=kept.pauses,
        figures=figures,
    )


def _webhook(settings: Settings) -> Webhook | None:
    if not settings.webhook_url or settings.webhook_secret is None:
        return None
    host, port = _host_and_port(settings.listen or DEFAULT_LISTEN)
    secret = settings.webhook_secret.get_secret_value()
    return Webhook(url=settings.webhook_url, secret=secret, host=host, port=port)


def _host_and_port(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    return host, int(port)


async def _open_metrics(settings: Settings, stack: contextlib.AsyncExitStack) -> "Metrics":
    """Figures for Prometheus, at an address of their own. Raises CannotStart."""
    # Here, not above: only who asks for figures needs the library.
    from bot.messenger.metrics import Metrics

    metrics = Metrics()
    host, port = _host_and_port(settings.metrics_listen or "")
    try:
        await stack.enter_async_context(Listening(metrics.app(), host, port, "BOT_METRICS_LISTEN"))
    except PortTaken as error:
        raise CannotStart(str(error)) from None
    return metrics


def _number_of_the_bot(settings: Settings) -> str | None:
    """What stands before the colon of a token, the same however often the token is turned."""
    number, colon, _ = settings.token.get_secret_value().partition(":") if settings.token else ("", "", "")
    return number if colon and number.isdecimal() else None


async def _open_state(settings: Settings, stack: contextlib.AsyncExitStack) -> tuple[WipeLedger, ReportBook]:
    """What is kept on disk, as far as there is a disk; without one the bot answers all the same, and says so here."""
    try:
        path = open_state_file(settings.state_dir, bot=_number_of_the_bot(settings))
        book = ReportsInSqlite(path) if settings.counts == "on" else ReportsInMemory()
        await book.counts()
        if settings.secret is None:  # without a key, what is about a chat stays in memory
            return LedgerInMemory(STEADY), book
        ledger = LedgerInSqlite(path, settings.secret.get_secret_value(), STEADY)
        return await stack.enter_async_context(ledger), book
    except AnotherBots as error:
        raise CannotStart(str(error)) from None
    except StateFolderError as error:
        reason = str(error)
    except (sqlite3.Error, OSError) as error:
        reason = f"The state folder {settings.state_dir} cannot be used ({type(error).__name__})."
    log.error("%s Until then message numbers and reports are in memory only; a restart forgets them.", reason)
    return LedgerInMemory(STEADY), ReportsInMemory()


async def _shared(settings: Settings, stack: contextlib.AsyncExitStack) -> Kept:
    """What several replicas keep together. Raises CannotStart."""
    # Here, not above: only replicas need the library.
    from bot.storage.valkey import (
        CannotShare,
        LedgerInValkey,
        PausesInValkey,
        ProfilesInValkey,
        Shared,
        TurnsInValkey,
    )

    if settings.shared_url is None or settings.secret is None:
        raise CannotStart("BOT_SHARED_URL needs BOT_SECRET: what is shared is sealed with it.")
    try:
        shared = await stack.enter_async_context(
            Shared(settings.shared_url.get_secret_value(), settings.secret.get_secret_value(), STEADY)
        )
    except CannotShare as error:
        raise CannotStart(str(error)) from None
    turns = TurnsInValkey(shared)
    return Kept(
        ledger=LedgerInValkey(shared),
        memory=ProfilesInValkey(shared, turns),
        turns=turns,
        pauses=PausesInValkey(shared),
        is_well=lambda: shared.well,
    )


async def _open_counts(
    settings: Settings, knowledge: LiveKnowledge, clock: Clock, stack: contextlib.AsyncExitStack
) -> CountingDesk | None:
    """Who counts; nobody if BOT_COUNTS is off, and then what was counted before is gone, or if there is no disk."""
    try:
        path = open_state_file(settings.state_dir)
        if settings.counts == "off":
            if forget_counts(path):
                log.warning("BOT_COUNTS is off: what had been counted is deleted")
            return None
        desk = CountingDesk(CountsInSqlite(path), lambda: domain_of(knowledge.current), clock, STEADY)
        await desk.open()
    except (StateFolderError, sqlite3.Error, OSError) as error:
        log.error("needs are not counted until the next start (%s)", type(error).__name__)
        return None
    stack.push_async_callback(desk.settle)
    return desk


def _stop_on_signals(stopping: Callable[[], None]) -> asyncio.Event:
    stop = asyncio.Event()

    def end() -> None:
        stopping()
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, end)
    return stop
