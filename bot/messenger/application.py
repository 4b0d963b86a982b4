"""The bot on Telegram: long polling, and an end when polling is stuck; or a webhook."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from time import monotonic
from typing import Any

from telegram import LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, ContextTypes, Defaults, TypeHandler

from bot.messenger.answering import Answerer
from bot.messenger.figures import Ended, Figures, NoFigures, Refused, kind_of, trouble_of
from bot.messenger.incoming import Incoming, read
from bot.messenger.lean import LeanBot
from bot.messenger.listening import Listening, PortTaken
from bot.messenger.order import OrderPerChat, Turns
from bot.messenger.patience import PatientCalls, Pauses
from bot.messenger.presenting import present
from bot.messenger.quiet_logs import describe
from bot.messenger.transport import AiohttpRequest, UpdatesRequest, unwrap, wrap
from bot.messenger.webhook import Webhook, webhook_app
from bot.model.messages import Messages

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
POLL_SECONDS = 30  # how long Telegram holds an empty answer back
BEYOND_POLL_SECONDS = 15.0  # the library adds POLL_SECONDS to it; longer than both a poll is given up
STUCK_SECONDS = 120.0
STOP_SECONDS = 10.0
SWEEP_SECONDS = 10.0  # between two looks at timers and at what is past its end
TELEGRAM = "https://api.telegram.org/bot"

App = Application[LeanBot, Any, Any, Any, Any, Any]


class CannotStart(Exception):
    """The bot cannot run. The message is one sentence for the operator, without the token."""


class TelegramAway(CannotStart):
    """Telegram does not answer now. Nothing is wrong with what was set, so a later start may do."""


class StuckPolling(Exception):
    """Telegram has not answered a poll for two minutes. Only a new process heals that."""


def _unheard() -> None:
    """Nobody wants to know."""


class Messenger:
    """python-telegram-bot, set up so that it leaks nothing, keeps order and notices when it is deaf."""

    def __init__(
        self,
        *,
        token: str,
        answerer: Answerer,
        messages: Callable[[], Messages],
        base_url: str = TELEGRAM,
        webhook: Webhook | None = None,
        stuck_seconds: float = STUCK_SECONDS,
        poll_seconds: int = POLL_SECONDS,
        sweep_seconds: float = SWEEP_SECONDS,
        on_ready: Callable[[], None] = _unheard,
        on_pulse: Callable[[], None] = _unheard,
        turns: Turns | None = None,
        pauses: Pauses | None = None,
        figures: Figures | None = None,
    ) -> None:
        """`on_ready` is called once, when updates are taken; `on_pulse` every few seconds while the bot is not deaf.

        `turns` and `pauses`: what holds over several replicas, where there are several. `figures`: who counts what
        happens, if anybody.
        """
        self._answerer = answerer
        self._messages = messages
        self._stuck_seconds = stuck_seconds
        self._poll_seconds = poll_seconds
        self._sweep_seconds = sweep_seconds
        self._on_ready = on_ready
        self._on_pulse = on_pulse
        self._webhook = webhook
        self._figures = figures or NoFigures()
        self._order = OrderPerChat(shared=turns, figures=self._figures)
        self._calls = AiohttpRequest()
        self._updates = UpdatesRequest(monotonic, read_seconds=BEYOND_POLL_SECONDS)
        self._bot = LeanBot(
            token,
            base_url=base_url,
            request=self._calls,
            get_updates_request=self._updates,
            rate_limiter=PatientCalls(clock=monotonic, shared=pauses, figures=self._figures),
            defaults=Defaults(
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                disable_notification=True,
            ),
        )
        self.application: App = (
            ApplicationBuilder().bot(self._bot).concurrent_updates(self._order).job_queue(None).build()
        )
        self.application.add_handler(TypeHandler(Update, self._handle))
        self.application.add_error_handler(self._failed)

    def waiting(self) -> int:
        """Updates that were taken and are not answered yet."""
        return self.application.update_queue.qsize() + self._order.waiting

    async def run(self, stop: asyncio.Event) -> None:
        """Take updates and answer until `stop` is set. Raises CannotStart or StuckPolling."""
        async with AsyncExitStack() as open_things:
            try:
                await self._start()
                if self._webhook is None:
                    await self._poll()
                else:
                    await self._listen(self._webhook, open_things)
            except CannotStart:
                await self._stop()
                await self._calls.shutdown()
                await self._updates.shutdown()
                raise
            self._on_ready()
            await self._until(stop)

    async def _until(self, stop: asyncio.Event) -> None:
        stopping = asyncio.create_task(stop.wait())
        ends: set[asyncio.Task[Any]] = {stopping, asyncio.create_task(self._watch())}
        sweeping = asyncio.create_task(self._sweep())
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for ended in done - {stopping}:
                ended.result()
        finally:
            for task in (*ends, sweeping):
                task.cancel()
            await self._stop()

    async def _start(self) -> None:
        try:
            await self.application.initialize()
        except InvalidToken:
            raise CannotStart(
                "Telegram does not accept BOT_TOKEN. Ask @BotFather for the token again, or turn it anew."
            ) from None
        except TelegramError:
            raise TelegramAway(
                "Telegram cannot be reached. Check the network or BOT_API_BASE, then start again."
            ) from None
        await present(self.application.bot, self._messages())
        await self.application.start()

    async def _listen(self, webhook: Webhook, open_things: AsyncExitStack) -> None:
        """Tell Telegram where to bring updates, and take them there."""
        try:
            app = webhook_app(webhook, self._take, lambda: self.application.running, self._figures)
            await open_things.enter_async_context(Listening(app, webhook.host, webhook.port, "BOT_LISTEN"))
            await self.application.bot.set_webhook(
                webhook.url, secret_token=webhook.secret, allowed_updates=ALLOWED_UPDATES
            )
        except PortTaken as error:
            raise CannotStart(str(error)) from None
        except BadRequest:
            raise CannotStart(
                "Telegram does not accept BOT_WEBHOOK_URL. It has to begin with https:// and to be reachable."
            ) from None
        except TelegramError:
            raise TelegramAway(
                "Telegram could not be told where to bring updates. It did not answer; start again in a minute."
            ) from None
        log.info("listening")

    def _take(self, update: Any) -> None:
        """One update as it came; what has no number cannot be an update."""
        wrapped = wrap(update)
        if wrapped is None:
            self._figures.refused(Refused.UNREADABLE)
        else:
            self._figures.came(kind_of(update))
            self.application.update_queue.put_nowait(Update.de_json(wrapped, self.application.bot))

    async def _poll(self) -> None:
        assert self.application.updater is not None  # noqa: S101 - built with polling
        try:
            async with asyncio.timeout(60):
                await self.application.updater.start_polling(
                    poll_interval=0.0,
                    timeout=self._poll_seconds,
                    bootstrap_retries=3,
                    allowed_updates=ALLOWED_UPDATES,
                    error_callback=self._polling_failed,
                )
        except (TelegramError, TimeoutError):
            raise TelegramAway(
                "Polling could not begin. Telegram did not answer; start again in a minute."
            ) from None
        log.info("polling")

    async def _handle(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        raw = unwrap(update)
        incoming = read(raw) if raw is not None else None
        if incoming is None:
            self._figures.ended(Ended.IGNORED)
            return
        try:
            await self._answerer.answer(self._bot, incoming)
            self._figures.ended(Ended.ANSWERED)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # whatever it is: say so to the person, and only its kind to the log
            log.error("an update could not be answered: %s", describe(error))
            self._figures.failed(trouble_of(error))
            self._figures.ended(Ended.APOLOGIZED)
            await self._apologize(incoming)

    async def _apologize(self, incoming: Incoming) -> None:
        try:
            await self._answerer.apologize(self._bot, incoming)
        except Exception as error:
            log.error("an apology failed: %s", describe(error))
            self._figures.failed(trouble_of(error))

    async def _failed(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """The library's last resort. Writes the kind of the failure, never the update."""
        if context.error is not None:
            log.error("a handler failed: %s", describe(context.error))

    def _polling_failed(self, error: TelegramError) -> None:
        if isinstance(error, Conflict):
            log.error("another program polls with this token; only one may. Waiting for it to stop")
        else:
            log.warning("polling: %s", describe(error))

    async def _watch(self) -> None:
        """A stuck connection looks healthy from inside; the time of the last answer does not lie.

        With a webhook Telegram may be silent for hours, so there the pulse says only that this loop still turns.
        """
        self._updates.last_success = monotonic()
        while self._webhook is not None or self._heard_lately():
            self._on_pulse()
            await asyncio.sleep(min(5.0, self._stuck_seconds / 4))
        raise StuckPolling

    def _heard_lately(self) -> bool:
        return monotonic() - self._updates.last_success < self._stuck_seconds

    async def _sweep(self) -> None:
        """Clear the chats whose timer has run out, each in its turn; forget what is past its end."""
        while True:
            try:
                due = await self._answerer.due()
                clear = self._answerer.clear_by_itself
                await asyncio.gather(*(self._order.in_turn(chat, clear(self._bot, chat)) for chat in due))
            except Exception as error:  # a timer that fails is tried again; nobody else waits for it
                log.error("clearing by timer failed: %s", describe(error))
                self._figures.failed(trouble_of(error))
            await asyncio.sleep(self._sweep_seconds)

    async def _stop(self) -> None:
        """Bounded: a hanging handler does not keep the process."""
        updater = self.application.updater
        steps = [self.application.stop, self.application.shutdown]
        if updater is not None and updater.running:
            steps.insert(0, updater.stop)
        for step in steps:
            with suppress(TimeoutError, TelegramError, RuntimeError):
                async with asyncio.timeout(STOP_SECONDS):
                    await step()
        log.info("stopped")
