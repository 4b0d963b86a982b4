"""One update, answered: the edge reads, the core decides, the edge writes. The answer goes out before we remember."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from telegram.error import BadRequest, Forbidden, TelegramError

from bot.conversation.knowledge import Knowledge
from bot.conversation.ports import CountDesk, Memory, ReportDesk, WipeLedger
from bot.conversation.screens import still_to_clear
from bot.conversation.speak import SpokenBubble, speak, speak_page
from bot.conversation.turn import Turn, take_turn
from bot.messenger.incoming import Incoming, Kind
from bot.messenger.lean import LeanBot
from bot.messenger.outgoing import send, send_page
from bot.messenger.quiet_logs import describe
from bot.messenger.wiping import Wiped, wipe
from bot.model.events import Chose
from bot.model.profile import Profile
from bot.model.reply import Bubble, Reply, Say
from bot.model.report import Report

log = logging.getLogger(__name__)

PagePrinter = Callable[[str, Sequence[str]], bytes]

NEUTRAL = (
    "…"  # stands where words stood that Telegram does not let us delete any more; the same in every language
)
AGAIN_MINUTES = 5  # after Telegram did not answer while a chat was cleared


class Answerer:
    """Answers what arrives. `knowledge` is asked for each time, so that a reloaded directory is used at once."""

    def __init__(
        self,
        *,
        knowledge: Callable[[], Knowledge],
        memory: Memory,
        ledger: WipeLedger,
        reports: ReportDesk,
        clock: Callable[[], datetime],
        steady: Callable[[], float],
        counts: CountDesk | None = None,
        print_page: PagePrinter | None = None,
    ) -> None:
        """`clock` is the time of day; `steady` gives epoch seconds that no correction makes jump.

        `counts`: None counts nothing. `print_page` makes a PDF of a title and paragraphs; what it cannot write it
        raises for.
        """
        self._knowledge = knowledge
        self._memory = memory
        self._ledger = ledger
        self._reports = reports
        self._clock = clock
        self._steady = steady
        self._counts = counts
        self._print_page = print_page

    async def answer(self, bot: LeanBot, incoming: Incoming) -> None:
        """Do what one update asks for."""
        match incoming.kind:
            case Kind.BLOCKED:
                await self._forget(incoming.chat)
            case Kind.GROUP:
                await self._leave(bot, incoming.chat)
            case Kind.EVENT:
                await self._event(bot, incoming)

    async def _event(self, bot: LeanBot, incoming: Incoming) -> None:
        if incoming.callback_id is not None:
            await self._stop_spinner(bot, incoming.callback_id)
        if incoming.event is None:
            return
        profile = await self._recall(incoming.chat)
        knowledge = self._knowledge()
        turn = take_turn(incoming.event, profile, knowledge, self._clock())
        try:
            await self._say(bot, incoming, turn, knowledge)
        except Forbidden:  # blocked in the middle of an answer
            await self._forget(incoming.chat)
            return
        if not turn.reply.effects:
            await self._keep(incoming.chat, turn.profile)
        if turn.reply.clear_after is not None:
            await self._clear_after(incoming.chat, turn.reply.clear_after)
        if turn.reply.report:
            await self._report(incoming.chat, turn.reply.report)
        self._count(incoming.chat, turn.reply)

    async def _say(self, bot: LeanBot, incoming: Incoming, turn: Turn, knowledge: Knowledge) -> None:
        if turn.reply.effects:
            await self._clear(bot, incoming, turn, knowledge)
            return
        bubbles = speak(turn.reply, knowledge.messages, turn.profile.language)
        pressed = incoming.message_id if isinstance(incoming.event, Chose) and turn.reply.in_place else None
        ids = list(_theirs(incoming))
        try:
            await send(bot, incoming.chat, bubbles, pressed, ids.append, protect=turn.profile.protected)
            await self._send_page(bot, incoming.chat, turn, knowledge, ids.append)
        finally:  # half an answer can be cleared as well
            await self._note(incoming.chat, tuple(ids))

    async def _send_page(
        self, bot: LeanBot, chat: int, turn: Turn, knowledge: Knowledge, sent: Callable[[int], None]
    ) -> None:
        """The file beside the text. The text has gone out already: without a file nothing is lost."""
        if self._print_page is None:
            return
        for page in turn.reply.pages:
            title, *paragraphs = speak_page(page, knowledge.messages)
            try:
                printed = await asyncio.to_thread(self._print_page, title, paragraphs)
            except Exception as error:
                log.info("no page could be made in %s: %s", page.language, describe(error))
                continue
            await send_page(bot, chat, printed, sent, protect=turn.profile.protected)
            return

    async def _clear(self, bot: LeanBot, incoming: Incoming, turn: Turn, knowledge: Knowledge) -> None:
        """Delete both sides and forget; one neutral line is left."""
        if incoming.message_id is not None:
            await self._note(incoming.chat, (incoming.message_id,))
        wiped = await self._wipe(bot, incoming.chat)
        bubbles = speak(turn.reply, knowledge.messages, turn.profile.language)
        if wiped.unreached:
            later = still_to_clear(AGAIN_MINUTES, turn.profile, knowledge)
            bubbles = speak(Reply(bubbles=(later,)), knowledge.messages, turn.profile.language)
        elif wiped.standing:
            bubbles = (*bubbles, _spoken("cleared_failed", knowledge, turn.profile))
        await send(bot, incoming.chat, bubbles, None, lambda _: None)

    async def _wipe(self, bot: LeanBot, chat: int) -> Wiped:
        """Delete and forget; what Telegram did not answer for is tried again by itself."""
        wiped = await wipe(bot, chat, await self._noted(chat), self._steady(), NEUTRAL)
        await self._forget(chat)
        for message_id, at in wiped.unreached:
            await self._note(chat, (message_id,), at)
        if wiped.unreached:
            await self._clear_after(chat, AGAIN_MINUTES)
        return wiped

    async def due(self) -> tuple[int, ...]:
        """Chats whose timer has run out; on the way, what is past its end is forgotten."""
        now = self._steady()
        sweeps = [self._memory.sweep(), self._ledger.sweep(now)]
        if self._counts is not None:
            sweeps.append(self._counts.sweep())
        for sweep in sweeps:
            try:
                await sweep
            except Exception as error:
                log.error("what is past its end could not be dropped: %s", describe(error))
        return await self._ledger.due(now)

    async def clear_by_itself(self, bot: LeanBot, chat: int) -> None:
        """A timer has run out: clear the chat without a word (T13). Not if somebody wrote in the meantime."""
        if chat in await self._ledger.due(self._steady()):
            await self._wipe(bot, chat)

    async def _leave(self, bot: LeanBot, chat: int) -> None:
        """Private chats only: one neutral line with the link, then out."""
        try:
            text = _spoken("groups", self._knowledge(), Profile(), link=f"https://t.me/{bot.username}").html
            await bot.send_message(chat_id=chat, text=text)
        except TelegramError:
            log.info("a group could not be told; leaving")
        try:
            await bot.leave_chat(chat_id=chat)
        except TelegramError as error:
            log.warning("a group could not be left: %s", describe(error))

    async def _stop_spinner(self, bot: LeanBot, callback_id: str) -> None:
        try:
            await bot.answer_callback_query(callback_query_id=callback_id)
        except BadRequest:
            log.debug("a press was too old to confirm")  # the screen is still answered
        except TelegramError as error:
            log.warning("a press could not be confirmed: %s", describe(error))

    # What follows may fail without harm to the answer: a store that is down costs memory, never a reply.

    async def _recall(self, chat: int) -> Profile | None:
        try:
            return await self._memory.recall(chat)
        except Exception as error:  # any store fault: the answer matters more
            log.error("memory could not be read: %s", describe(error))
            return None

    async def _keep(self, chat: int, profile: Profile) -> None:
        try:
            await self._memory.keep(chat, profile)
        except Exception as error:
            log.error("memory could not be written: %s", describe(error))

    async def _report(self, chat: int, report: Report) -> None:
        try:
            await self._reports.hear(chat, report, self._clock().date())
        except Exception as error:
            log.error("a report could not be counted: %s", describe(error))

    def _count(self, chat: int, reply: Reply) -> None:
        if self._counts is None:
            return
        try:
            if reply.came_by:
                self._counts.came_by(chat, reply.came_by)
            if reply.counted:
                self._counts.hear(chat, reply.counted)
        except Exception as error:
            log.error("an answer could not be counted: %s", describe(error))

    async def _clear_after(self, chat: int, minutes: int) -> None:
        try:
            await self._ledger.clear_after(chat, minutes, self._steady())
        except Exception as error:
            log.error("a timer could not be set: %s", describe(error))

    async def _note(self, chat: int, ids: tuple[int, ...], at: float | None = None) -> None:
        try:
            await self._ledger.note(chat, ids, self._steady() if at is None else at)
        except Exception as error:
            log.error("message numbers could not be noted: %s", describe(error))

    async def _noted(self, chat: int) -> tuple[tuple[int, float], ...]:
        try:
            return await self._ledger.noted(chat)
        except Exception as error:
            log.error("message numbers could not be read: %s", describe(error))
            return ()

    async def _forget(self, chat: int) -> None:
        if self._counts is not None:
            self._counts.let_go(chat)
        for forget in (self._memory.forget, self._ledger.drop):
            try:
                await forget(chat)
            except Exception as error:
                log.error("a chat could not be forgotten: %s", describe(error))

    async def apologize(self, bot: LeanBot, incoming: Incoming) -> None:
        """What a person reads when answering failed: what still works, never a code."""
        if incoming.kind is not Kind.EVENT:
            return
        knowledge = self._knowledge()
        profile = await self._recall(incoming.chat) or Profile()
        bubble = _spoken("failed", knowledge, profile)
        emergency = _spoken("failed_emergency", knowledge, profile)
        try:
            said = await bot.send_message(chat_id=incoming.chat, text=f"{bubble.html} {emergency.html}")
            await self._note(incoming.chat, (*_theirs(incoming), said.message_id))
        except TelegramError as error:
            log.error("an apology could not be sent: %s", describe(error))


def _theirs(incoming: Incoming) -> tuple[int, ...]:
    """The number of the person's own message. A pressed button is under one of ours, noted long ago."""
    if incoming.message_id is None or isinstance(incoming.event, Chose):
        return ()
    return (incoming.message_id,)


def _spoken(key: str, knowledge: Knowledge, profile: Profile, **values: str) -> SpokenBubble:
    reply = Reply(bubbles=(Bubble(lines=(Say(key=key, values=values),)),))
    return speak(reply, knowledge.messages, profile.language)[0]
