"""A raw update -> what happened, or None. Tolerant: whatever Telegram, or somebody else, sends, this reads on.

Only what an answer needs is taken. Names, usernames and files are not read at all; coordinates become a region and go.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from bot.model.events import Asked, Chose, Event, Said, Shared, SharedKind
from bot.model.record import record

LONGEST_TEXT = 4096


class Kind(StrEnum):
    """What an update asks of us."""

    EVENT = "event"
    BLOCKED = "blocked"  # the person blocked the bot or deleted the chat
    GROUP = "group"  # a group or channel: say one neutral line and leave


@record
class Incoming:
    """One update, read. `message_id` is the person's message, or the message whose button was pressed."""

    kind: Kind
    chat: int = field(repr=False)
    message_id: int | None = field(default=None, repr=False)
    callback_id: str | None = field(default=None, repr=False)
    event: Event | None = None


SHARED_FIELDS: Mapping[str, SharedKind] = {
    "voice": SharedKind.VOICE,
    "audio": SharedKind.VOICE,
    "video_note": SharedKind.VOICE,
    "photo": SharedKind.PHOTO,
    "video": SharedKind.VIDEO,
    "animation": SharedKind.VIDEO,
    "document": SharedKind.FILE,
    "location": SharedKind.LOCATION,
    "venue": SharedKind.LOCATION,
    "contact": SharedKind.CONTACT,
    "sticker": SharedKind.STICKER,
    "poll": SharedKind.POLL,
}
SILENT_FIELDS = frozenset(
    {
        "message_auto_delete_timer_changed",
        "pinned_message",
        "new_chat_title",
        "chat_background_set",
        "delete_chat_photo",
    }
)


def read(raw: Mapping[str, Any]) -> Incoming | None:
    """What one update means, or None for what needs no answer."""
    if message := _mapping(raw.get("message")):
        return _message(message)
    if query := _mapping(raw.get("callback_query")):
        return _callback(query)
    if member := _mapping(raw.get("my_chat_member")):
        return _membership(member)
    for other in ("channel_post", "edited_channel_post"):
        if post := _mapping(raw.get(other)):
            return _elsewhere(post)
    return None


def _mapping(value: Any) -> Mapping[str, Any] | None:
    return value if isinstance(value, dict) else None


def _chat(message: Mapping[str, Any]) -> tuple[int | None, bool]:
    """(chat id, is it a private chat)."""
    chat = _mapping(message.get("chat")) or {}
    number = chat.get("id")
    return (number if isinstance(number, int) else None), chat.get("type") == "private"


def _message(message: Mapping[str, Any]) -> Incoming | None:
    chat, private = _chat(message)
    if chat is None:
        return None
    if not private:
        return Incoming(kind=Kind.GROUP, chat=chat)
    sender = _mapping(message.get("from")) or {}
    if not _is_theirs(chat, sender):
        return None
    event = _event(message, _locale(sender))
    if event is None:
        return None
    return Incoming(kind=Kind.EVENT, chat=chat, message_id=_number(message.get("message_id")), event=event)


def _event(message: Mapping[str, Any], locale: str | None) -> Event | None:
    if "forward_origin" in message:
        return Shared(kind=SharedKind.FORWARD, locale=locale)
    shared = next((kind for name, kind in SHARED_FIELDS.items() if name in message), None)
    if shared:
        return Shared(kind=shared, position=_position(message), locale=locale)
    text = message.get("text")
    if isinstance(text, str):
        return _words(text[:LONGEST_TEXT], locale)
    if SILENT_FIELDS & message.keys():
        return None
    return Shared(kind=SharedKind.OTHER, locale=locale)


def _position(message: Mapping[str, Any]) -> tuple[float, float] | None:
    """Where a location is, as far as it can be one."""
    location = _mapping(message.get("location")) or {}
    north, east = location.get("latitude"), location.get("longitude")
    if not isinstance(north, int | float) or not isinstance(east, int | float):
        return None
    return (float(north), float(east)) if abs(north) <= 90 and abs(east) <= 180 else None


def _words(text: str, locale: str | None) -> Event:
    if text.startswith("/") and len(text) > 1 and text[1].isalpha():
        head, _, argument = text[1:].partition(" ")
        return Asked(
            command=head.partition("@")[0].lower()[:32], argument=argument.strip()[:64], locale=locale
        )
    return Said(text=text, locale=locale)


def _callback(query: Mapping[str, Any]) -> Incoming | None:
    callback_id = query.get("id")
    if not isinstance(callback_id, str):
        return None
    message = _mapping(query.get("message")) or {}
    chat, private = _chat(message)
    sender = _mapping(query.get("from")) or {}
    if chat is None or not private or not _is_theirs(chat, sender):
        return None
    data = query.get("data")
    return Incoming(
        kind=Kind.EVENT,
        chat=chat,
        message_id=_number(message.get("message_id")),
        callback_id=callback_id,
        event=Chose(data=data if isinstance(data, str) else "", locale=_locale(sender)),
    )


def _membership(member: Mapping[str, Any]) -> Incoming | None:
    chat, private = _chat(member)
    status = (_mapping(member.get("new_chat_member")) or {}).get("status")
    if chat is None:
        return None
    if private:
        return Incoming(kind=Kind.BLOCKED, chat=chat) if status in ("kicked", "left") else None
    return Incoming(kind=Kind.GROUP, chat=chat) if status in ("member", "administrator") else None


def _elsewhere(post: Mapping[str, Any]) -> Incoming | None:
    chat, _ = _chat(post)
    return Incoming(kind=Kind.GROUP, chat=chat) if chat is not None else None


def _is_theirs(chat: int, sender: Mapping[str, Any]) -> bool:
    """A private chat has its person's number. Anything else is forged, and would show somebody another's chat."""
    return bool(sender.get("id", chat) == chat)


def _locale(sender: Mapping[str, Any]) -> str | None:
    code = sender.get("language_code")
    return code if isinstance(code, str) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def chat_of(raw: Mapping[str, Any]) -> int | None:
    """The chat an update belongs to, for keeping order in each chat."""
    for name in ("message", "my_chat_member", "channel_post", "edited_channel_post"):
        if found := _mapping(raw.get(name)):
            return _chat(found)[0]
    query = _mapping(raw.get("callback_query")) or {}
    return _chat(_mapping(query.get("message")) or {})[0]
