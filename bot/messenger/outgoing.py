"""Spoken bubbles -> calls to the Bot API. Edits in place where a button was pressed; sends otherwise."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from telegram import InputFile
from telegram.error import BadRequest, TimedOut

from bot.conversation.speak import SpokenBubble, SpokenButton
from bot.messenger.lean import Keyboard, LeanBot

log = logging.getLogger(__name__)

PAGE_NAME = "page.pdf"
UNCHANGED = "message is not modified"


async def send(
    bot: LeanBot,
    chat: int,
    bubbles: Sequence[SpokenBubble],
    in_place_of: int | None,
    sent: Callable[[int], None],
    *,
    protect: bool = False,
) -> None:
    """Send the bubbles in order; the first replaces message `in_place_of`. `sent` hears the id of each new message.

    `protect`: the person does not want them copied or captured.
    """
    for at, bubble in enumerate(bubbles):
        if at == 0 and in_place_of is not None and await _replace(bot, chat, in_place_of, bubble):
            continue
        sent(await bot.say(chat, bubble.html, keyboard(bubble), protect=protect))


async def send_page(
    bot: LeanBot, chat: int, page: bytes, sent: Callable[[int], None], *, protect: bool = False
) -> None:
    """A page to print, as a file with a name that says nothing."""
    message = await bot.send_document(
        chat_id=chat, document=InputFile(page, filename=PAGE_NAME), protect_content=protect or None
    )
    sent(message.message_id)


async def _replace(bot: LeanBot, chat: int, message_id: int, bubble: SpokenBubble) -> bool:
    """Edit the message. False when it is gone or too old, so that it is sent anew."""
    try:
        await bot.say_instead(chat, message_id, bubble.html, keyboard(bubble))
    except BadRequest as error:
        return UNCHANGED in str(error).lower()
    except TimedOut:
        return True  # it may have happened; a second copy would be worse
    return True


def keyboard(bubble: SpokenBubble) -> Keyboard:
    """The bubble's buttons in the words of the Bot API."""
    return [[_button(b) for b in row] for row in bubble.buttons if row]


def _button(button: SpokenButton) -> dict[str, Any]:
    if button.copy is not None:
        return {"text": button.label, "copy_text": {"text": button.copy}}
    if button.url is not None:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data}
