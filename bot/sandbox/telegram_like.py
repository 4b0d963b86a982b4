"""Chats as Telegram would keep them: messages, buttons, edits, deletions, waiting updates. No network here.

The clock can be moved, so that two days pass in a test without waiting for them.
"""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.model.record import record
from bot.sandbox.clock import MovableClock
from bot.sandbox.markup import CannotParse, is_empty, parse_html, trim, utf16_length
from bot.sandbox.rules import (
    LONGEST_TEXT,
    REQUIRED,
    Problem,
    bad_request,
    blocked_by_the_user,
    check_keyboard,
    not_modified,
    query_too_old,
    read_call,
)

BOT_ID = 4242
DELETABLE_SECONDS = 48 * 3600
QUERY_SECONDS = 150
UPDATE_SECONDS = 86_400


@record
class File:
    """A document as the bot sent it."""

    name: str
    kind: str
    content: bytes = field(repr=False)


@dataclass
class Message:
    """One message in a chat. `rows` are the inline buttons as they were sent."""

    message_id: int
    date: float
    from_bot: bool
    text: str
    entities: list[dict[str, Any]] = field(default_factory=list)
    rows: list[list[dict[str, Any]]] = field(default_factory=list)
    silent: bool = False
    protected: bool = False
    extra: dict[str, Any] = field(default_factory=dict)
    file: File | None = None


@dataclass
class Chat:
    """A chat and the person in it."""

    chat_id: int
    kind: str = "private"
    language: str = "en"
    first_name: str = "Sandbox"
    messages: dict[int, Message] = field(default_factory=dict)
    blocked: bool = False
    left: bool = False
    typing: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    version: int = 0


class TelegramLike:
    """Telegram's side of the conversation, for one bot."""

    def __init__(
        self, *, token: str, username: str = "MarigoldTrialBot", clock: MovableClock | None = None
    ) -> None:
        self.token = token
        self.username = username
        self.clock = clock or MovableClock()
        self.chats: dict[int, Chat] = {}
        self.problems: list[Problem] = []
        self.calls: deque[tuple[str, dict[str, Any]]] = deque(maxlen=10_000)
        self.profile: dict[str, dict[str, Any]] = {}
        self.switches: dict[str, bool] = {}  # what somebody set in BotFather
        self.pictures = 0
        self.updates: deque[tuple[float, dict[str, Any]]] = deque()
        self.arrived = asyncio.Event()
        self._numbers = itertools.count(1)
        self._update_numbers = itertools.count(1000)
        self._queries: dict[str, float] = {}

    # -- what a person does ---------------------------------------------------------------------------------

    def person(self, chat_id: int, language: str = "en") -> Chat:
        """The chat of a person, made at first sight."""
        chat = self.chats.get(chat_id)
        if chat is None:
            chat = self.chats[chat_id] = Chat(chat_id=chat_id, language=language)
        chat.language = language or chat.language
        return chat

    def says(self, chat_id: int, text: str, language: str = "") -> Message:
        """A person writes."""
        chat = self.person(chat_id, language)
        message = self._stored(chat, text, from_bot=False)
        shown: dict[str, Any] = {"text": text}
        if text.startswith("/"):
            length = len(text.split()[0])
            shown["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        self._deliver({"message": {**self._head(chat, message), **shown}})
        return message

    def shares(self, chat_id: int, kind: str) -> Message:
        """A person sends something that is not text."""
        chat = self.person(chat_id)
        message = self._stored(chat, f"[{kind}]", from_bot=False)
        self._deliver({"message": {**self._head(chat, message), **SHARED[kind]}})
        return message

    def presses(self, chat_id: int, message_id: int, data: str) -> str:
        """A person presses a button (or somebody sends forged data). Returns the query's id."""
        chat = self.person(chat_id)
        query_id = str(10**15 + next(self._numbers))
        self._queries[query_id] = self.clock.now() + QUERY_SECONDS
        message = chat.messages.get(message_id)
        shown = (
            {**self._head(chat, message), "text": message.text}
            if message
            else {"message_id": message_id, "date": 0, "chat": self._chat(chat)}
        )
        self._deliver(
            {
                "callback_query": {
                    "id": query_id,
                    "from": self._sender(chat),
                    "message": shown,
                    "chat_instance": "1",
                    "data": data,
                }
            }
        )
        return query_id

    def presses_label(self, chat_id: int, label: str) -> str:
        """Press the newest button whose label contains `label`. Raises LookupError where there is none."""
        for message in reversed(list(self.chats[chat_id].messages.values())):
            for button in itertools.chain.from_iterable(message.rows):
                if label.casefold() in button["text"].casefold() and "callback_data" in button:
                    return self.presses(chat_id, message.message_id, button["callback_data"])
        raise LookupError(f"no button says {label!r}")

    def blocks(self, chat_id: int) -> None:
        """The person blocks the bot."""
        chat = self.person(chat_id)
        chat.blocked = True
        member = {"user": self._bot(), "status": "member"}
        self._deliver(
            {
                "my_chat_member": {
                    "chat": self._chat(chat),
                    "from": self._sender(chat),
                    "date": int(self.clock.now()),
                    "old_chat_member": member,
                    "new_chat_member": {**member, "status": "kicked", "until_date": 0},
                }
            }
        )

    def group_says(self, chat_id: int, text: str) -> None:
        """Somebody writes in a group the bot was put into."""
        chat = self.chats.setdefault(chat_id, Chat(chat_id=chat_id, kind="group"))
        message = self._stored(chat, text, from_bot=False)
        self._deliver({"message": {**self._head(chat, message), "text": text}})

    def screen(self, chat_id: int) -> list[Message]:
        """What is on the person's screen now, oldest first."""
        return list(self.chats[chat_id].messages.values()) if chat_id in self.chats else []

    def _stored(self, chat: Chat, text: str, *, from_bot: bool) -> Message:
        message = Message(message_id=next(self._numbers), date=self.clock.now(), from_bot=from_bot, text=text)
        chat.messages[message.message_id] = message
        self._touch(chat)
        return message

    def _touch(self, chat: Chat) -> None:
        chat.version += 1
        chat.changed.set()

    def _head(self, chat: Chat, message: Message) -> dict[str, Any]:
        sender = self._bot() if message.from_bot else self._sender(chat)
        return {
            "message_id": message.message_id,
            "date": int(message.date),
            "chat": self._chat(chat),
            "from": sender,
        }

    def _chat(self, chat: Chat) -> dict[str, Any]:
        if chat.kind == "private":
            return {"id": chat.chat_id, "type": "private", "first_name": chat.first_name}
        return {"id": chat.chat_id, "type": chat.kind, "title": "Group"}

    def _sender(self, chat: Chat) -> dict[str, Any]:
        return {
            "id": abs(chat.chat_id),
            "is_bot": False,
            "first_name": chat.first_name,
            "language_code": chat.language,
        }

    def _bot(self) -> dict[str, Any]:
        return {"id": BOT_ID, "is_bot": True, "first_name": "Marigold", "username": self.username}

    def _deliver(self, update: dict[str, Any]) -> None:
        self.deliver_raw({"update_id": next(self._update_numbers), **update})

    def deliver_raw(self, update: Any) -> None:
        """Put any update in line, also one Telegram would never send."""
        self.updates.append((self.clock.now(), update))
        self.arrived.set()

    # -- what the bot calls ---------------------------------------------------------------------------------

    def call(self, method: str, given: Mapping[str, Any]) -> Any:
        """The result of a Bot API call. Raises Refused in Telegram's words; odd calls become problems."""
        values = read_call(method, given, self.problems)
        self.calls.append((method, values))
        missing = [name for name in REQUIRED[method] if name not in values]
        if missing:
            raise bad_request(f"{missing[0].replace('_', ' ')} is empty")
        return self._methods[method](self, values)

    def _get_me(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **self._bot(),
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            **self.switches,
        }

    def _pictures(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "total_count": self.pictures,
            "photos": [[{**FILE, "width": 640, "height": 640}]] * self.pictures,
        }

    def _send_message(self, values: Mapping[str, Any]) -> dict[str, Any]:
        chat = self._writable(values["chat_id"])
        text, entities = self._formatted("sendMessage", values)
        rows = self._rows("sendMessage", values)
        message = self._stored(chat, text, from_bot=True)
        message.entities, message.rows = entities, rows
        message.silent = bool(values.get("disable_notification"))
        message.protected = bool(values.get("protect_content"))
        chat.typing = False
        return self._shown(chat, message)

    def _send_document(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A file the bot made. Its bytes are kept for the page and for tests."""
        chat = self._writable(values["chat_id"])
        file = values["document"]
        message = self._stored(chat, "", from_bot=True)
        message.rows = self._rows("sendDocument", values)
        message.silent = bool(values.get("disable_notification"))
        message.protected = bool(values.get("protect_content"))
        message.file = File(name=file.filename, kind=file.content_type, content=file.file.read())
        message.extra["document"] = {**FILE, "file_name": message.file.name, "mime_type": message.file.kind}
        return self._shown(chat, message)

    def _edit_text(self, values: Mapping[str, Any]) -> dict[str, Any]:
        chat, message = self._editable(values)
        text, entities = self._formatted("editMessageText", values)
        rows = self._rows("editMessageText", values)
        if (text, entities, rows) == (message.text, message.entities, message.rows):
            raise not_modified()
        message.text, message.entities, message.rows = text, entities, rows
        message.extra["edit_date"] = int(self.clock.now())
        self._touch(chat)
        return self._shown(chat, message)

    def _edit_markup(self, values: Mapping[str, Any]) -> dict[str, Any]:
        chat, message = self._editable(values)
        rows = self._rows("editMessageReplyMarkup", values)
        if rows == message.rows:
            raise not_modified()
        message.rows = rows
        self._touch(chat)
        return self._shown(chat, message)

    def _delete(self, values: Mapping[str, Any]) -> bool:
        chat = self._known(values["chat_id"])
        message = chat.messages.get(values["message_id"])
        if message is None:
            raise bad_request("message to delete not found")
        if self._too_old(message):
            raise bad_request("message can't be deleted for everyone")
        del chat.messages[message.message_id]
        self._touch(chat)
        return True

    def _delete_many(self, values: Mapping[str, Any]) -> bool:
        """Unknown ids are skipped; one known id that is too old refuses the whole call."""
        chat = self._known(values["chat_id"])
        ids = values["message_ids"]
        if not 1 <= len(ids) <= 100:
            raise bad_request(
                "too many messages to delete" if ids else "message identifiers are not specified"
            )
        known = [chat.messages[i] for i in ids if i in chat.messages]
        if any(self._too_old(m) for m in known):
            raise bad_request("message can't be deleted for everyone")
        for message in known:
            del chat.messages[message.message_id]
        self._touch(chat)
        return True

    def _answer_query(self, values: Mapping[str, Any]) -> bool:
        expires = self._queries.pop(values["callback_query_id"], 0.0)
        if expires < self.clock.now():
            raise query_too_old()
        return True

    def _chat_action(self, values: Mapping[str, Any]) -> bool:
        chat = self._writable(values["chat_id"])
        chat.typing = True
        self._touch(chat)
        return True

    def _leave(self, values: Mapping[str, Any]) -> bool:
        self._known(values["chat_id"]).left = True
        return True

    def _get_chat(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**self._chat(self._known(values["chat_id"])), "accent_color_id": 0, "max_reaction_count": 0}

    def _true(self, values: Mapping[str, Any]) -> bool:
        return True

    def _webhook_info(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"url": "", "has_custom_certificate": False, "pending_update_count": len(self.updates)}

    def _known(self, chat_id: Any) -> Chat:
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def _writable(self, chat_id: Any) -> Chat:
        chat = self._known(chat_id)
        if chat.blocked:
            raise blocked_by_the_user()
        return chat

    def _editable(self, values: Mapping[str, Any]) -> tuple[Chat, Message]:
        chat = self._writable(values.get("chat_id"))
        message = chat.messages.get(values.get("message_id", 0))
        if message is None or not message.from_bot:
            raise bad_request("message to edit not found" if message is None else "message can't be edited")
        return chat, message

    def _too_old(self, message: Message) -> bool:
        return self.clock.now() - message.date > DELETABLE_SECONDS

    def _formatted(self, method: str, values: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
        source = values.get("text", "")
        text, entities = source, list(values.get("entities", []))
        if values.get("parse_mode", "").upper() == "HTML":
            try:
                formatted = parse_html(source)
            except CannotParse as error:
                raise bad_request(f"can't parse entities: {error}") from None
            text, entities = formatted.text, formatted.entities
            for link in formatted.dropped_links:
                self.problems.append(
                    Problem(method=method, parameter="text", what=f"Telegram drops the link {link}")
                )
        if is_empty(text):
            raise bad_request("message text is empty")
        if utf16_length(text) > LONGEST_TEXT:
            raise bad_request("message is too long")
        return trim(text, entities)

    def _rows(self, method: str, values: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
        markup = values.get("reply_markup")
        if not markup:
            return []
        for path, what in check_keyboard(markup):
            self.problems.append(Problem(method=method, parameter=path, what=what))
        rows: list[list[dict[str, Any]]] = markup.get("inline_keyboard", [])
        return rows

    def _shown(self, chat: Chat, message: Message) -> dict[str, Any]:
        said = {} if message.file else {"text": message.text}
        shown = {**self._head(chat, message), **said, **message.extra}
        if message.entities:
            shown["entities"] = message.entities
        if message.rows:
            shown["reply_markup"] = {"inline_keyboard": message.rows}
        return shown

    # -- waiting updates ------------------------------------------------------------------------------------

    async def get_updates(self, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Confirm everything below `offset`, then wait up to `seconds` for something new."""
        self._confirm(offset)
        deadline = asyncio.get_running_loop().time() + seconds
        while not self.updates:
            self.arrived.clear()
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return []
            try:
                await asyncio.wait_for(self.arrived.wait(), left)
            except TimeoutError:
                return []
            self._confirm(offset)
        return [update for _, update in itertools.islice(self.updates, max(1, min(limit, 100)))]

    def _confirm(self, offset: int) -> None:
        oldest = self.clock.now() - UPDATE_SECONDS
        kept = [(at, u) for at, u in self.updates if at > oldest and _number_of(u) >= offset]
        if len(kept) != len(self.updates):
            self.updates = deque(kept)

    _methods: Mapping[str, Callable[["TelegramLike", Mapping[str, Any]], Any]] = {}


def _number_of(update: Any) -> int:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else 0


def _setting(name: str) -> Callable[[TelegramLike, Mapping[str, Any]], bool]:
    def call(world: TelegramLike, values: Mapping[str, Any]) -> bool:
        empty: Any = [] if name == "commands" else ""
        world.profile.setdefault(name, {})[values.get("language_code", "")] = values.get(name, empty)
        for chat in world.chats.values():
            chat.changed.set()
        return True

    return call


def _getting(name: str) -> Callable[[TelegramLike, Mapping[str, Any]], Any]:
    def call(world: TelegramLike, values: Mapping[str, Any]) -> Any:
        value = world.profile.get(name, {}).get(values.get("language_code", ""))
        if name == "commands":
            return value or []
        return {name: value or ""}

    return call


TelegramLike._methods = {
    "getMe": TelegramLike._get_me,
    "sendMessage": TelegramLike._send_message,
    "sendDocument": TelegramLike._send_document,
    "editMessageText": TelegramLike._edit_text,
    "editMessageReplyMarkup": TelegramLike._edit_markup,
    "deleteMessage": TelegramLike._delete,
    "deleteMessages": TelegramLike._delete_many,
    "answerCallbackQuery": TelegramLike._answer_query,
    "sendChatAction": TelegramLike._chat_action,
    "leaveChat": TelegramLike._leave,
    "getChat": TelegramLike._get_chat,
    "getUserProfilePhotos": TelegramLike._pictures,
    "setMyCommands": _setting("commands"),
    "getMyCommands": _getting("commands"),
    "deleteMyCommands": _setting("commands"),
    "setMyName": _setting("name"),
    "getMyName": _getting("name"),
    "setMyDescription": _setting("description"),
    "getMyDescription": _getting("description"),
    "setMyShortDescription": _setting("short_description"),
    "getMyShortDescription": _getting("short_description"),
    "deleteWebhook": TelegramLike._true,
    "setWebhook": TelegramLike._true,
    "getWebhookInfo": TelegramLike._webhook_info,
    "logOut": TelegramLike._true,
    "close": TelegramLike._true,
}

FILE = {"file_id": "made-up", "file_unique_id": "made-up"}
SHARED: Mapping[str, dict[str, Any]] = {
    "voice": {"voice": {**FILE, "duration": 3, "mime_type": "audio/ogg"}},
    "photo": {"photo": [{**FILE, "width": 90, "height": 90}]},
    "video": {"video": {**FILE, "width": 90, "height": 90, "duration": 2}},
    "document": {"document": {**FILE, "file_name": "letter.pdf", "mime_type": "application/pdf"}},
    "location": {"location": {"latitude": 30.1, "longitude": -97.1}},
    "contact": {"contact": {"phone_number": "+10000000000", "first_name": "Somebody"}},
    "sticker": {
        "sticker": {
            **FILE,
            "type": "regular",
            "width": 90,
            "height": 90,
            "is_animated": False,
            "is_video": False,
        }
    },
    "forward": {
        "text": "forwarded words",
        "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"},
    },
}
