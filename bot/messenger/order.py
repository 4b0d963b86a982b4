"""Order within a chat, fairness between chats, each update once, no handler for ever.

python-telegram-bot's own concurrency keeps no order within a chat, and one flooding chat fills all its slots.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from time import monotonic
from typing import Any, Protocol

from telegram.ext import BaseUpdateProcessor

from bot.messenger.figures import Ended, Figures, NoFigures
from bot.messenger.incoming import chat_of
from bot.messenger.transport import unwrap

log = logging.getLogger(__name__)

AT_ONCE = 256  # chats answered at the same time
WAITING_PER_CHAT = 20  # more than that at once is a flood: the rest is dropped
HANDLER_SECONDS = 30.0
REMEMBERED_UPDATES = 20_000


class Turns(Protocol):
    """Order and memory of updates over several replicas."""

    async def is_first(self, update_id: int) -> bool:
        """Whether no replica has seen this update."""

    def turn(self, chat: int, update_id: int) -> AbstractAsyncContextManager[None]:
        """The chat's turn for this update, on whichever replica."""


class OrderPerChat(BaseUpdateProcessor):
    """Runs one update of a chat at a time, in order of arrival, and many chats side by side."""

    __slots__ = (
        "_at_once",
        "_figures",
        "_known",
        "_known_order",
        "_seconds",
        "_shared",
        "_turns",
        "_waiting_per_chat",
        "dropped",
    )

    def __init__(
        self,
        *,
        at_once: int = AT_ONCE,
        waiting_per_chat: int = WAITING_PER_CHAT,
        handler_seconds: float = HANDLER_SECONDS,
        shared: Turns | None = None,
        figures: Figures | None = None,
    ) -> None:
        """`shared`: the order that holds over several replicas, where there are several."""
        # The base class takes its slot before it knows the chat; ours are taken when it is the chat's turn.
        super().__init__(1_000_000)
        self._at_once = asyncio.Semaphore(at_once)
        self._waiting_per_chat = waiting_per_chat
        self._seconds = handler_seconds
        self._shared = shared
        self._figures = figures or NoFigures()
        self._turns: dict[int, deque[asyncio.Future[None]]] = {}
        self._known: set[int] = set()
        self._known_order: deque[int] = deque()
        self.dropped = 0

    @property
    def waiting(self) -> int:
        """Updates that wait for their turn or have it now."""
        return sum(len(queue) for queue in self._turns.values())

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's turn, then run the handler with a time limit."""
        raw = unwrap(update)
        if raw is None or self._seen_before(raw["update_id"]):
            self._skip(coroutine, Ended.REPEATED)
            return
        chat = chat_of(raw)
        if chat is None:
            await self._run(coroutine, monotonic())
            return
        await self.in_turn(chat, coroutine, raw["update_id"])

    async def in_turn(self, chat: int, coroutine: Awaitable[Any], update_id: int | None = None) -> None:
        """Run it when everything before it in this chat is done; an update, also what other replicas have of it."""
        came_at = None if update_id is None else monotonic()
        queue = self._turns.setdefault(chat, deque())
        if len(queue) > self._waiting_per_chat:
            self.dropped += 1
            self._skip(coroutine, Ended.FLOOD)
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(mine)
        try:
            if queue[0] is not mine:
                await mine
            async with self._everywhere(chat, update_id) as is_mine:
                if is_mine:
                    await self._run(coroutine, came_at)
                else:
                    self._skip(coroutine, Ended.REPEATED)
        finally:
            self._leave(chat, queue, mine)

    @asynccontextmanager
    async def _everywhere(self, chat: int, update_id: int | None) -> AsyncIterator[bool]:
        """The chat's turn over all replicas. False for an update another one has taken."""
        if self._shared is None or update_id is None:
            yield True
        elif not await self._shared.is_first(update_id):
            yield False
        else:
            async with self._shared.turn(chat, update_id):
                yield True

    def _leave(self, chat: int, queue: deque[asyncio.Future[None]], mine: asyncio.Future[None]) -> None:
        was_first = bool(queue) and queue[0] is mine
        queue.remove(mine)
        if not queue:
            self._turns.pop(chat, None)
        elif was_first and not queue[0].done():
            queue[0].set_result(None)

    async def _run(self, coroutine: Awaitable[Any], came_at: float | None) -> None:
        """`came_at`: when the update was taken; None for what no update asked for."""
        async with self._at_once:
            try:
                await asyncio.wait_for(coroutine, self._seconds)
            except TimeoutError:
                log.error("an answer took longer than %.0f s and was given up", self._seconds)
                if came_at is not None:
                    self._figures.ended(Ended.GIVEN_UP)
        if came_at is not None:
            self._figures.took(monotonic() - came_at)

    def _skip(self, coroutine: Awaitable[Any], why: Ended) -> None:
        self._figures.ended(why)
        _close(coroutine)

    def _seen_before(self, update_id: int) -> bool:
        """Neither Telegram nor python-telegram-bot drops an update that is delivered twice."""
        if update_id in self._known:
            return True
        self._known.add(update_id)
        self._known_order.append(update_id)
        if len(self._known_order) > REMEMBERED_UPDATES:
            self._known.discard(self._known_order.popleft())
        return False


def _close(coroutine: Awaitable[Any]) -> None:
    """An awaitable that will not run is closed, so that nothing complains about it later."""
    close = getattr(coroutine, "close", None)
    if close is not None:
        close()
