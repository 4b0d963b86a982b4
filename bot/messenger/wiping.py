"""Clearing a chat: both sides, as far as Telegram lets a bot delete; where it is too late, a neutral word instead."""

import logging
from collections.abc import Iterable, Sequence

from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.conversation.knowledge import WIPE_HOURS
from bot.model.record import record

log = logging.getLogger(__name__)

AT_ONCE = 100  # ids a call may name
MARGIN_SECONDS = 300  # clocks differ; a message this close to the limit is not asked to be deleted

Noted = tuple[int, float]


@record
class Wiped:
    """What is left: messages that stand for good, and those another attempt may still reach."""

    standing: tuple[Noted, ...] = ()
    unreached: tuple[Noted, ...] = ()


async def wipe(bot: Bot, chat: int, noted: Iterable[Noted], now: float, neutral: str) -> Wiped:
    """Delete what can be deleted; the bot's words that cannot be become `neutral`. Epoch seconds.

    Telegram refuses a whole call for one message that is too old, so the old are left out, and after a refusal
    each is tried alone.
    """
    limit = now - WIPE_HOURS * 3600 + MARGIN_SECONDS
    messages = sorted(dict(noted).items(), reverse=True)  # the newest first: they say most
    young = [one for one in messages if one[1] > limit]
    standing = [one for one in messages if one[1] <= limit]
    unreached: list[Noted] = []
    for start in range(0, len(young), AT_ONCE):
        some = young[start : start + AT_ONCE]
        refused, missed = await _delete(bot, chat, some)
        standing += refused
        unreached += missed
    left = [one for one in standing if not await _neutral(bot, chat, one[0], neutral)]
    return Wiped(standing=tuple(left), unreached=tuple(unreached))


async def _delete(bot: Bot, chat: int, some: Sequence[Noted]) -> tuple[list[Noted], list[Noted]]:
    """One call, or one by one. Returns (refused for good, not reached)."""
    try:
        await bot.delete_messages(chat_id=chat, message_ids=[number for number, _ in some])
    except BadRequest:
        return await _delete_each(bot, chat, some)
    except Forbidden:
        return list(some), []
    except TelegramError:
        return [], list(some)
    return [], []


async def _delete_each(bot: Bot, chat: int, some: Sequence[Noted]) -> tuple[list[Noted], list[Noted]]:
    refused: list[Noted] = []
    missed: list[Noted] = []
    for one in some:
        try:
            await bot.delete_message(chat_id=chat, message_id=one[0])
        except BadRequest as error:
            if "not found" not in str(error).lower():
                refused.append(one)
        except Forbidden:
            refused.append(one)
        except TelegramError:
            missed.append(one)
    return refused, missed


async def _neutral(bot: Bot, chat: int, message_id: int, neutral: str) -> bool:
    """Take the words and buttons out of a message of ours. False where that is not possible: it is the person's."""
    try:
        await bot.edit_message_text(chat_id=chat, message_id=message_id, text=neutral, reply_markup=None)
    except BadRequest as error:
        return "not modified" in str(error).lower()
    except TelegramError:
        return False
    return True
