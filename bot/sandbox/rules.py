"""What the Bot API allows for the methods this project calls: one small table, and the checks on it.

A *problem* is something the bot should not have sent. Some problems Telegram answers with an error, some it
passes over in silence; both are recorded, so that a test fails on either.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from starlette.datastructures import UploadFile

from bot.model.record import record
from bot.sandbox.markup import link_fault, utf16_length

# `*` marks what is required, `[X]` an array of X, `X|Y` a choice.
_METHODS = """
getMe
logOut
close
getUpdates                offset:Integer limit:Integer timeout:Integer allowed_updates:[String]
setWebhook                *url:String certificate:InputFile ip_address:String max_connections:Integer
                          allowed_updates:[String] drop_pending_updates:Boolean secret_token:String
deleteWebhook             drop_pending_updates:Boolean
getWebhookInfo
sendMessage               business_connection_id:String *chat_id:Integer|String message_thread_id:Integer
                          direct_messages_topic_id:Integer *text:String parse_mode:String
                          entities:[MessageEntity] link_preview_options:LinkPreviewOptions
                          disable_notification:Boolean protect_content:Boolean allow_paid_broadcast:Boolean
                          message_effect_id:String suggested_post_parameters:SuggestedPostParameters
                          reply_parameters:ReplyParameters
                          reply_markup:InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply
sendDocument              business_connection_id:String *chat_id:Integer|String message_thread_id:Integer
                          direct_messages_topic_id:Integer *document:InputFile|String thumbnail:InputFile|String
                          caption:String parse_mode:String caption_entities:[MessageEntity]
                          disable_content_type_detection:Boolean disable_notification:Boolean
                          protect_content:Boolean allow_paid_broadcast:Boolean message_effect_id:String
                          suggested_post_parameters:SuggestedPostParameters reply_parameters:ReplyParameters
                          reply_markup:InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply
editMessageText           business_connection_id:String chat_id:Integer|String message_id:Integer
                          inline_message_id:String text:String parse_mode:String entities:[MessageEntity]
                          link_preview_options:LinkPreviewOptions rich_message:InputRichMessage
                          reply_markup:InlineKeyboardMarkup
editMessageReplyMarkup    business_connection_id:String chat_id:Integer|String message_id:Integer
                          inline_message_id:String reply_markup:InlineKeyboardMarkup
deleteMessage             *chat_id:Integer|String *message_id:Integer
deleteMessages            *chat_id:Integer|String *message_ids:[Integer]
answerCallbackQuery       *callback_query_id:String text:String show_alert:Boolean url:String cache_time:Integer
sendChatAction            business_connection_id:String *chat_id:Integer|String message_thread_id:Integer
                          *action:String
getChat                   *chat_id:Integer|String
getUserProfilePhotos      *user_id:Integer offset:Integer limit:Integer
leaveChat                 *chat_id:Integer|String
setMyCommands             *commands:[BotCommand] scope:BotCommandScope language_code:String
getMyCommands             scope:BotCommandScope language_code:String
deleteMyCommands          scope:BotCommandScope language_code:String
setMyName                 name:String language_code:String
getMyName                 language_code:String
setMyDescription          description:String language_code:String
getMyDescription          language_code:String
setMyShortDescription     short_description:String language_code:String
getMyShortDescription     language_code:String
"""

# Objects inside a call are listed whole: a field that is not here does not exist in the Bot API.
_SENT_OBJECTS = """
InlineKeyboardMarkup      *inline_keyboard:[[InlineKeyboardButton]]
InlineKeyboardButton      *text:String icon_custom_emoji_id:String style:String url:String callback_data:String
                          web_app:WebAppInfo login_url:LoginUrl switch_inline_query:String
                          switch_inline_query_current_chat:String
                          switch_inline_query_chosen_chat:SwitchInlineQueryChosenChat
                          copy_text:CopyTextButton callback_game:CallbackGame pay:Boolean
CopyTextButton            *text:String
LinkPreviewOptions        is_disabled:Boolean url:String prefer_small_media:Boolean
                          prefer_large_media:Boolean show_above_text:Boolean
MessageEntity             *type:String *offset:Integer *length:Integer url:String user:User language:String
                          custom_emoji_id:String unix_time:Integer date_time_format:String
ReplyParameters           *message_id:Integer chat_id:Integer|String allow_sending_without_reply:Boolean
                          quote:String quote_parse_mode:String quote_entities:[MessageEntity]
                          quote_position:Integer checklist_task_id:Integer poll_option_id:String
ReplyKeyboardRemove       *remove_keyboard:Boolean selective:Boolean
BotCommand                *command:String *description:String
"""

# Objects the stand-in makes itself: the fields it fills, and every field Telegram always fills.
_MADE_OBJECTS = """
Update                    *update_id:Integer message:Message edited_message:Message channel_post:Message
                          callback_query:CallbackQuery my_chat_member:ChatMemberUpdated
User                      *id:Integer *is_bot:Boolean *first_name:String last_name:String username:String
                          language_code:String can_join_groups:Boolean can_read_all_group_messages:Boolean
                          supports_inline_queries:Boolean can_connect_to_business:Boolean
                          has_main_web_app:Boolean
Chat                      *id:Integer *type:String title:String username:String first_name:String
Message                   *message_id:Integer *date:Integer *chat:Chat from:User sender_chat:Chat text:String
                          entities:[MessageEntity] edit_date:Integer has_protected_content:Boolean
                          link_preview_options:LinkPreviewOptions reply_markup:InlineKeyboardMarkup
                          forward_origin:MessageOrigin new_chat_members:[User] left_chat_member:User
                          caption:String photo:[PhotoSize] voice:Voice video:Video video_note:VideoNote
                          audio:Audio document:Document animation:Animation sticker:Sticker
                          location:Location contact:Contact poll:Poll dice:Dice
CallbackQuery             *id:String *from:User message:MaybeInaccessibleMessage *chat_instance:String
                          data:String
ChatMemberUpdated         *chat:Chat *from:User *date:Integer *old_chat_member:ChatMember
                          *new_chat_member:ChatMember
PhotoSize                 *file_id:String *file_unique_id:String *width:Integer *height:Integer
                          file_size:Integer
Voice                     *file_id:String *file_unique_id:String *duration:Integer mime_type:String
Video                     *file_id:String *file_unique_id:String *width:Integer *height:Integer
                          *duration:Integer
VideoNote                 *file_id:String *file_unique_id:String *length:Integer *duration:Integer
Audio                     *file_id:String *file_unique_id:String *duration:Integer
Document                  *file_id:String *file_unique_id:String file_name:String mime_type:String
Animation                 *file_id:String *file_unique_id:String *width:Integer *height:Integer
                          *duration:Integer
Sticker                   *file_id:String *file_unique_id:String *type:String *width:Integer *height:Integer
                          *is_animated:Boolean *is_video:Boolean emoji:String
Location                  *latitude:Float *longitude:Float
Contact                   *phone_number:String *first_name:String
Poll                      *id:String *question:String *options:[PollOption] *total_voter_count:Integer
                          *is_closed:Boolean *is_anonymous:Boolean *type:String
                          *allows_multiple_answers:Boolean *allows_revoting:Boolean *members_only:Boolean
PollOption                *persistent_id:String *text:String *voter_count:Integer
Dice                      *emoji:String *value:Integer
"""

# The Bot API has no such parameters on edits, python-telegram-bot's defaults add them, Telegram ignores them.
_SILENCING = frozenset({"disable_notification", "protect_content"})
TOLERATED: Mapping[str, frozenset[str]] = {
    "editMessageText": _SILENCING,
    "editMessageReplyMarkup": _SILENCING,
}

# Real parameters which the stand-in does nothing with: a bot that starts to use one must hear of it.
NOT_ACTED_ON = frozenset(
    [
        "business_connection_id",
        "message_thread_id",
        "direct_messages_topic_id",
        "allow_paid_broadcast",
        "message_effect_id",
        "suggested_post_parameters",
        "inline_message_id",
        "rich_message",
        "certificate",
        "thumbnail",
        "caption",
        "caption_entities",
        "disable_content_type_detection",
        "ip_address",
        "reply_parameters",
    ]
)

INLINE_ACTIONS = (
    "url",
    "callback_data",
    "copy_text",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
)
BUTTON_STYLES = frozenset({"danger", "success", "primary"})
MOST_BUTTONS = 100
MOST_BUTTONS_IN_A_ROW = 8
LONGEST_TEXT = 4096
LONGEST_MARKUP_BYTES = 32 * 1024
LONGEST_CALLBACK_DATA = 64
LONGEST_COPY_TEXT = 256
LONGEST_TOAST = 200
LONGEST = {"name": 64, "description": 512, "short_description": 120}
MOST_COMMANDS = 100
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"([a-z]{2})?")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
SCOPES = frozenset(
    [
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
)
ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)

_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


class Refused(Exception):
    """Telegram says no, in its own words."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


class BadCall(Refused):
    """Refused for what the bot wrote: nothing in the chats could have made it right."""

    def __init__(self, parameter: str, description: str) -> None:
        super().__init__(400, f"Bad Request: {description}")
        self.parameter = parameter


def bad_request(description: str) -> Refused:
    return Refused(400, f"Bad Request: {description}")


def query_too_old() -> Refused:
    return bad_request(_TOO_OLD)


def not_modified() -> Refused:
    return bad_request(_SAME)


def blocked_by_the_user() -> Refused:
    return Refused(403, "Forbidden: bot was blocked by the user")


@record
class Problem:
    """Something the bot should not have sent."""

    method: str
    parameter: str
    what: str

    def __str__(self) -> str:
        return f"{self.method} {self.parameter}: {self.what}"


class Wrong(Exception):
    """A value that is not of the kind the table asks for."""


type_of_note = tuple[str, str]
Notes = list[type_of_note]
Reader = Callable[[Any, str, Notes], Any]


@record
class Field:
    name: str
    kinds: tuple[str, ...]
    required: bool

    def read(self, value: Any, path: str, notes: Notes) -> Any:
        """The value as its kind, or Wrong; what is odd but passes goes into the notes."""
        if len(self.kinds) == 1:
            return reader_of(self.kinds[0])(value, path, notes)
        return _read_one_of(self.kinds, value, path, notes)


def _read_one_of(kinds: tuple[str, ...], value: Any, path: str, notes: Notes) -> Any:
    for kind in kinds:
        aside: Notes = []
        try:
            read = reader_of(kind)(value, path, aside)
        except Wrong:
            continue
        notes.extend(aside)
        return read
    raise Wrong(f"is not {' or '.join(kinds)}")


Table = Mapping[str, Mapping[str, Field]]


def read_table(text: str) -> Table:
    """A line that starts at the margin opens a new name; the words after it are its fields."""
    table: dict[str, dict[str, Field]] = {}
    fields: dict[str, Field] = {}
    for line in text.strip("\n").splitlines():
        words = line.split()
        if not line[0].isspace():
            fields = table.setdefault(words.pop(0), {})
        fields.update((field.name, field) for field in map(_read_field, words))
    return table


def _read_field(word: str) -> Field:
    name, _, kinds = word.lstrip("*").partition(":")
    return Field(name=name, kinds=tuple(kinds.split("|")), required=word.startswith("*"))


METHODS = read_table(_METHODS)
SENT_OBJECTS = read_table(_SENT_OBJECTS)
MADE_OBJECTS = read_table(_MADE_OBJECTS)
OBJECTS: Table = {**MADE_OBJECTS, **SENT_OBJECTS}
REQUIRED = {name: [f.name for f in fields.values() if f.required] for name, fields in METHODS.items()}
# Telegram does not mind how a method's name is capitalised.
METHOD_NAMES = {name.lower(): name for name in METHODS}

_WHOLE_NUMBER = re.compile(r"-?\d{1,20}")
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def _integer(value: Any, path: str, notes: Notes) -> int:
    if type(value) is int:
        return value
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        return int(value)
    raise Wrong("is not a whole number")


def _string(value: Any, path: str, notes: Notes) -> str:
    if isinstance(value, str):
        return value
    raise Wrong("is not text")


def _boolean(value: Any, path: str, notes: Notes) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _BOOLEANS:
        return _BOOLEANS[value.lower()]
    raise Wrong("is neither true nor false")


def _float(value: Any, path: str, notes: Notes) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise Wrong("is not a number")


def _decoded(value: Any) -> Any:
    """Forms carry objects as JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Wrong("is not JSON") from None


def _array(kind: str) -> Reader:
    read_item = reader_of(kind)

    def read(value: Any, path: str, notes: Notes) -> list[Any]:
        items = _decoded(value)
        if not isinstance(items, list):
            raise Wrong("is not an array")
        return [read_item(item, f"{path}[{at}]", notes) for at, item in enumerate(items)]

    return read


def _object(kind: str) -> Reader:
    fields = OBJECTS.get(kind)

    def read(value: Any, path: str, notes: Notes) -> dict[str, Any]:
        found = _decoded(value)
        if not isinstance(found, dict):
            raise Wrong("is not an object")
        return found if fields is None else read_fields(kind, fields, found, path, notes)

    return read


def read_fields(
    kind: str, fields: Mapping[str, Field], found: Mapping[str, Any], path: str, notes: Notes
) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in found.items():
        field = fields.get(name)
        if field is None:
            notes.append((f"{path}.{name}", f"{kind} has no such field"))
            continue
        try:
            read[name] = field.read(value, f"{path}.{name}", notes)
        except Wrong as wrong:
            raise Wrong(f".{name} {wrong}") from None
    for field in fields.values():
        if field.required and field.name not in read:
            raise Wrong(f".{field.name} is missing")
    return read


def _file(value: Any, path: str, notes: Notes) -> Any:
    if isinstance(value, UploadFile):
        return value
    raise Wrong("is not a file")


_SIMPLE: Mapping[str, Reader] = {
    "Integer": _integer,
    "String": _string,
    "Boolean": _boolean,
    "Float": _float,
    "InputFile": _file,
}


@cache
def reader_of(kind: str) -> Reader:
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    return _array(kind[1:-1]) if kind.startswith("[") else _object(kind)


# What Telegram answers if an object does not have the shape it should have.
_UNREADABLE = {
    "reply_markup": "can't parse reply keyboard markup JSON object",
    "entities": "can't parse MessageEntities JSON object",
    "message_ids": "can't parse message identifiers JSON object",
    "commands": "can't parse commands JSON object",
    "scope": "can't parse BotCommandScope",
    "link_preview_options": "can't parse link preview options JSON object",
    "allowed_updates": "can't parse allowed updates JSON object",
}


def read_call(method: str, given: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """The parameters as values of their kinds. Problems are added; BadCall where Telegram refuses."""
    fields = METHODS[method]
    values: dict[str, Any] = {}
    notes: Notes = []
    for name, raw in given.items():
        field = fields.get(name)
        if field is None:
            if name not in TOLERATED.get(method, ()):
                notes.append((name, "the method has no such parameter"))
            continue
        try:
            values[name] = field.read(raw, name, notes)
        except Wrong as wrong:
            if name in _UNREADABLE:
                raise BadCall(name, f"{_UNREADABLE[name]}: {wrong}") from None
            notes.append((name, str(wrong)))
        if name in NOT_ACTED_ON:
            notes.append((name, "the stand-in knows this parameter and does nothing with it"))
    notes.extend((name, "is required") for name in REQUIRED[method] if name not in values)
    problems.extend(Problem(method=method, parameter=path, what=what) for path, what in notes)
    return values


def check_keyboard(markup: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Raise BadCall for what Telegram refuses; yield what it lets pass although it is wrong."""
    if "inline_keyboard" not in markup:
        if "remove_keyboard" not in markup:
            yield "reply_markup", "only inline keyboards are shown here"
        return
    rows = markup["inline_keyboard"]
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise BadCall("reply_markup", "reply markup is too long")
    for row_at, row in enumerate(rows):
        if len(row) > MOST_BUTTONS_IN_A_ROW:
            yield f"reply_markup[{row_at}]", f"more than {MOST_BUTTONS_IN_A_ROW} buttons do not fit in a row"
        for at, button in enumerate(row):
            yield from _check_button(f"reply_markup[{row_at}][{at}]", button)


def _check_button(path: str, button: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not button["text"].strip():
        raise BadCall(path, "keyboard button text must be non-empty")
    actions = [action for action in INLINE_ACTIONS if action in button]
    if not actions:
        raise BadCall(
            path, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        yield path, f"a button does exactly one thing, this one has {' and '.join(actions)}"
    if button.get("style", "primary") not in BUTTON_STYLES:
        yield f"{path}.style", "is not danger, success or primary"
    check = _ACTION_CHECKS.get(actions[0])
    if check is None:
        yield path, f"{actions[0]} does nothing here"
    else:
        check(path, button)


def _check_callback_data(path: str, button: Mapping[str, Any]) -> None:
    if not 1 <= len(button["callback_data"].encode()) <= LONGEST_CALLBACK_DATA:
        raise BadCall(f"{path}.callback_data", "BUTTON_DATA_INVALID")


def _check_copy_text(path: str, button: Mapping[str, Any]) -> None:
    if not 1 <= utf16_length(button["copy_text"]["text"]) <= LONGEST_COPY_TEXT:
        raise BadCall(f"{path}.copy_text", "BUTTON_COPY_TEXT_INVALID")


def _check_url(path: str, button: Mapping[str, Any]) -> None:
    fault = link_fault(button["url"])
    if fault:
        raise BadCall(f"{path}.url", f"inline keyboard button URL '{button['url']}' is invalid: {fault}")


_ACTION_CHECKS: Mapping[str, Callable[[str, Mapping[str, Any]], None]] = {
    "callback_data": _check_callback_data,
    "copy_text": _check_copy_text,
    "url": _check_url,
}


def update_faults(update: Mapping[str, Any]) -> list[str]:
    """Why Telegram could never have sent this update; empty if it could."""
    notes: Notes = []
    try:
        read_fields("Update", MADE_OBJECTS["Update"], update, "update", notes)
    except Wrong as wrong:
        return [f"update{wrong}"]
    return [f"{path}: {what}" for path, what in notes]
