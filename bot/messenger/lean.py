"""The two calls an answer is made of, without what the library builds around them.

python-telegram-bot makes a tree of objects of each message that Telegram repeats back, which costs more than the call
itself; we read one number of it. Everything else (errors, patience, timeouts) is the library's own way of calling.
"""

from typing import Any

from telegram.constants import ParseMode
from telegram.ext import ExtBot

# Words as HTML; no preview of a link, no sound: nobody beside the person should notice.
QUIETLY = {
    "parse_mode": ParseMode.HTML,
    "link_preview_options": {"is_disabled": True},
}
Keyboard = list[list[dict[str, Any]]]


class LeanBot(ExtBot[None]):
    """The library's bot, with two calls of ours."""

    __slots__ = ()

    async def say(self, chat: int, html: str, keyboard: Keyboard, *, protect: bool = False) -> int:
        """Send a message. Returns its number."""
        data = {"chat_id": chat, "text": html, "disable_notification": True, **QUIETLY, **_markup(keyboard)}
        if protect:
            data["protect_content"] = True
        sent = await self._post("sendMessage", data)
        return int(sent["message_id"])

    async def say_instead(self, chat: int, message_id: int, html: str, keyboard: Keyboard) -> None:
        """Put other words and buttons into a message of ours."""
        data = {"chat_id": chat, "message_id": message_id, "text": html, **QUIETLY, **_markup(keyboard)}
        await self._post("editMessageText", data)


def _markup(keyboard: Keyboard) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": keyboard}} if keyboard else {}
