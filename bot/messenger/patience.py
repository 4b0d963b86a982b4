"""What to do when Telegram says "not now" or does not answer.

A 429 makes only its own chat wait (the library's limiter stalls all chats). What may have been sent is not sent
again; what certainly was not, or does no harm twice, is.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, Protocol

from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.ext import BaseRateLimiter

from bot.messenger.figures import Figures, NoFigures, trouble_of
from bot.messenger.transport import NotSent

LONGEST_WAIT = 20.0  # seconds; nobody waits longer for an answer in a chat
RETRIES = 3
FIRST_PAUSE = 0.25
HARMLESS_TWICE = frozenset(
    {
        "editMessageText",
        "editMessageReplyMarkup",
        "deleteMessage",
        "deleteMessages",
        "answerCallbackQuery",
        "sendChatAction",
        "getMe",
        "setMyCommands",
        "getMyCommands",
        "setMyDescription",
        "getMyDescription",
        "setMyShortDescription",
        "getMyShortDescription",
        "deleteWebhook",
        "setWebhook",
        "leaveChat",
    }
)


class Pauses(Protocol):
    """Pauses Telegram asked for, known to several replicas."""

    async def told(self, chat: int, seconds: float) -> None:
        """From now on nobody calls in this chat for so long."""

    async def left(self, chat: int) -> float:
        """Seconds of the pause that are left."""


Answer = bool | dict[str, Any] | list[dict[str, Any]]


class PatientCalls(BaseRateLimiter[None]):
    """Wraps every call to the Bot API (getUpdates excepted)."""

    __slots__ = ("_clock", "_figures", "_longest_wait", "_quiet_until", "_shared", "_sleep")

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
        longest_wait: float = LONGEST_WAIT,
        shared: Pauses | None = None,
        figures: Figures | None = None,
    ) -> None:
        self._quiet_until: dict[object, float] = {}
        self._clock = clock
        self._sleep = sleep
        self._longest_wait = longest_wait
        self._shared = shared
        self._figures = figures or NoFigures()

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Answer:
        """Make the call, waiting and trying again where that is safe. Raises what remains."""
        chat = data.get("chat_id")
        waited = await self._wait_if_quiet(chat)
        attempt = 0
        while True:
            try:
                return await self._call(callback, args, kwargs, endpoint)
            except RetryAfter as error:
                pause = _seconds(error.retry_after)
                self._quiet_until[chat] = self._clock() + pause
                if self._shared and isinstance(chat, int):
                    await self._shared.told(chat, pause)
                if waited + pause > self._longest_wait:
                    raise
                waited += await self._wait_if_quiet(chat)
            except (BadRequest, Forbidden, InvalidToken):
                raise
            except NetworkError as error:
                if attempt >= RETRIES or not _may_try_again(error, endpoint):
                    raise
                await self._sleep(FIRST_PAUSE * 2**attempt)
                attempt += 1

    async def _call(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
    ) -> Answer:
        """One attempt, counted."""
        try:
            answer = await callback(*args, **kwargs)
        except Exception as error:
            self._figures.called(endpoint, trouble_of(error))
            raise
        self._figures.called(endpoint, None)
        return answer

    async def _wait_if_quiet(self, chat: object) -> float:
        """Wait out a pause Telegram asked for in this chat. Returns the seconds waited."""
        left = self._quiet_until.get(chat, 0.0) - self._clock()
        if left <= 0 and self._shared and isinstance(chat, int):
            left = await self._shared.left(chat)
        if left <= 0:
            self._quiet_until.pop(chat, None)
            return 0.0
        pause = min(left, self._longest_wait)
        await self._sleep(pause)
        return pause


def _may_try_again(error: NetworkError, endpoint: str) -> bool:
    if isinstance(error, NotSent) or endpoint in HARMLESS_TWICE:
        return True
    return not isinstance(error, TimedOut) and _was_refused(error)


def _was_refused(error: NetworkError) -> bool:
    """A 5xx answer: Telegram did not take the message. A broken connection leaves that open."""
    return "(50" in str(error) or "Internal Server Error" in str(error) or "Bad Gateway" in str(error)


def _seconds(retry_after: int | timedelta) -> float:
    return retry_after.total_seconds() if isinstance(retry_after, timedelta) else float(retry_after)
