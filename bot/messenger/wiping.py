"""Clearing a chat: both sides, as far as Telegram lets a bot delete."""

import logging
from collections.abc import Sequence

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.conversation.knowledge import WIPE_HOURS

log = logging.getLogger(__name__)

AT_ONCE = 100  # ids a call may name
MARGIN_SECONDS = 300  # clocks differ; a message this close to the limit is left out


async def wipe(bot: Bot, chat: int, noted: Sequence[tuple[int, float]], now: float) -> bool:
    """Delete what can be deleted. True if everything noted is gone. `now` and times are epoch seconds."""
    limit = now - WIPE_HOURS * 3600 + MARGIN_SECONDS
    young = sorted({message_id for message_id, at in noted if at > limit})
    done = len(young) == len({message_id for message_id, _ in noted})
    for start in range(0, len(young), AT_ONCE):
        done &= await _delete(bot, chat, young[start : start + AT_ONCE])
    return done


async def _delete(bot: Bot, chat: int, ids: list[int]) -> bool:
    """One call; when Telegram refuses it as a whole for one id, one by one."""
    try:
        await bot.delete_messages(chat_id=chat, message_ids=ids)
    except BadRequest:
        return all([await _delete_one(bot, chat, message_id) for message_id in ids])
    except TelegramError:
        return False
    return True


async def _delete_one(bot: Bot, chat: int, message_id: int) -> bool:
    try:
        await bot.delete_message(chat_id=chat, message_id=message_id)
    except BadRequest as error:
        return "not found" in str(error).lower()
    except TelegramError:
        return False
    return True
