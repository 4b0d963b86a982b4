"""What may be counted while the bot runs. Closed lists only: no figure has room for a chat, a name or a word (D1, D2).

The messenger tells a `Figures` what happened; who listens, if anybody, is decided in the wiring (metrics.py).
"""

import sqlite3
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut


class Came(StrEnum):
    """What kind of update was taken."""

    MESSAGE = "message"
    CALLBACK_QUERY = "callback_query"
    MY_CHAT_MEMBER = "my_chat_member"
    OTHER = "other"


class Refused(StrEnum):
    """Why something that was brought to the webhook is no update."""

    SECRET = "wrong_secret"  # noqa: S105 - the name of a reason
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


class Ended(StrEnum):
    """What became of an update that was taken. Each ends once."""

    ANSWERED = "answered"
    APOLOGIZED = "apologized"
    GIVEN_UP = "given_up"  # it took too long
    IGNORED = "ignored"  # nothing in it asks for an answer
    REPEATED = "repeated"  # brought before, here or to another replica
    FLOOD = "flood"  # more at once than one chat may have waiting


class Trouble(StrEnum):
    """What kind of error it was."""

    TELEGRAM_REFUSED = "telegram_refused"
    TELEGRAM_BLOCKED = "telegram_blocked"
    TELEGRAM_PAUSED = "telegram_paused"
    TELEGRAM_SLOW = "telegram_slow"
    TELEGRAM_BROKEN = "telegram_broken"
    DISK = "disk"
    PROGRAM = "program"  # ours: tell the people who write it


METHODS = frozenset(
    {
        "answerCallbackQuery",
        "deleteMessage",
        "deleteMessages",
        "deleteWebhook",
        "editMessageReplyMarkup",
        "editMessageText",
        "getMe",
        "getMyCommands",
        "getMyDescription",
        "getMyShortDescription",
        "leaveChat",
        "sendDocument",
        "sendMessage",
        "setMyCommands",
        "setMyDescription",
        "setMyShortDescription",
        "setWebhook",
    }
)
OK = "ok"
OTHER = "other"


class Figures(Protocol):
    """Hears what happens, as kinds and never as content."""

    def came(self, kind: Came) -> None:
        """An update was taken."""

    def refused(self, why: Refused) -> None:
        """Something was brought that is no update."""

    def ended(self, how: Ended) -> None:
        """An update has had its turn, or will never have one."""

    def took(self, seconds: float) -> None:
        """From an update's arrival to the end of its answer."""

    def failed(self, trouble: Trouble) -> None:
        """An answer, an apology or a clearing failed."""

    def called(self, method: str, trouble: Trouble | None) -> None:
        """A call to the Bot API ended; `trouble` None: well."""


class NoFigures:
    """Nobody listens."""

    def came(self, kind: Came) -> None:
        """Not counted."""

    def refused(self, why: Refused) -> None:
        """Not counted."""

    def ended(self, how: Ended) -> None:
        """Not counted."""

    def took(self, seconds: float) -> None:
        """Not counted."""

    def failed(self, trouble: Trouble) -> None:
        """Not counted."""

    def called(self, method: str, trouble: Trouble | None) -> None:
        """Not counted."""


def kind_of(update: Mapping[str, Any]) -> Came:
    """The kind of an update as it came, whatever else is in it."""
    return next((kind for kind in Came if kind in update), Came.OTHER)


def trouble_of(error: BaseException) -> Trouble:
    """The kind of an error; its text is not looked at."""
    match error:
        case Forbidden():
            return Trouble.TELEGRAM_BLOCKED
        case RetryAfter():
            return Trouble.TELEGRAM_PAUSED
        case BadRequest():
            return Trouble.TELEGRAM_REFUSED
        case TimedOut():
            return Trouble.TELEGRAM_SLOW
        case NetworkError() | TelegramError():
            return Trouble.TELEGRAM_BROKEN
        case sqlite3.Error() | OSError():
            return Trouble.DISK
        case _:
            return Trouble.PROGRAM
