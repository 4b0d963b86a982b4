"""What several replicas share, in Valkey or Redis without persistence: profiles, message numbers, timers, turns.

The server alone tells nothing: which chat a key is about needs BOT_SECRET, and every value is sealed under the key of
its chat. When the server is lost, each replica goes on with what it has in memory and with what stands in the buttons;
what was to be forgotten meanwhile is forgotten as soon as the server is back.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError, ResponseError

from bot.conversation.knowledge import PROFILE_MINUTES, WIPE_HOURS
from bot.model.profile import Profile
from bot.storage.memory import MOST_MESSAGES, LedgerInMemory, ProfilesInMemory
from bot.storage.sealing import ChatHashes, Seal, chat_seal, derived

log = logging.getLogger(__name__)

ANSWER_SECONDS = 0.5  # longer than that the server is as good as lost
PAUSE_SECONDS = 1.0  # after a failure, before it is asked again
LEASE_SECONDS = 60.0  # a replica that took a timer and died leaves it to another after this
TURN_SECONDS = 35.0  # longer than any handler may take
ALIVE_SECONDS = 2.0  # a waiting replica says so this often, or loses its place
LOOK_SECONDS = 0.02  # between two looks whether it is one's turn
UPDATE_SECONDS = 3600  # how long an update that was handled is known
PREFIX = b"marigold:"
PROFILE = TypeAdapter(Profile)

# KEYS: due timers. ARGV: now, lease until. The due ones, moved on so that no other replica takes them as well.
TAKE_DUE = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 100)
for _, chat in ipairs(due) do redis.call('ZADD', KEYS[1], ARGV[2], chat) end
return due
"""
# KEYS: queue, lock, fence. ARGV: update, milliseconds a turn may take, milliseconds of a sign of life, prefix of signs.
# The number of the turn if it is this update's, else 0. Whoever waits and gives no sign of life loses its place.
ENTER = """
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('SET', ARGV[4] .. ARGV[1], '1', 'PX', ARGV[3])
while true do
  local first = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
  if first == ARGV[1] then break end
  if redis.call('EXISTS', ARGV[4] .. first) == 1 then return 0 end
  redis.call('ZREM', KEYS[1], first)
end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then
  local fence = redis.call('INCR', KEYS[3])
  redis.call('EXPIRE', KEYS[3], 172800)
  return fence
end
return 0
"""
# KEYS: queue, lock. ARGV: update, sign of life.
LEAVE = """
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('DEL', ARGV[2])
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
"""
# KEYS: value, fence that wrote it. ARGV: value, seconds, fence. An answer that took too long changes nothing any more.
KEEP = """
local written = tonumber(redis.call('GET', KEYS[2]) or '0')
if tonumber(ARGV[3]) < written then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[2])
return 1
"""


class CannotShare(Exception):
    """BOT_SHARED_URL cannot be used. The message is one sentence for the operator, without the password."""


class Shared:
    """The connection, with its breaker. Use as `async with`; opening raises CannotShare."""

    def __init__(self, url: str, secret: str, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.secret = secret
        self.hashes = ChatHashes(secret)
        self.seal = Seal(derived(secret, b"marigold shared"))
        self.well = True
        self._asked_again = 0.0
        try:
            self._server: Redis = Redis.from_url(
                url,
                socket_timeout=ANSWER_SECONDS,
                socket_connect_timeout=ANSWER_SECONDS,
                retry=Retry(NoBackoff(), 1),  # once, for a connection that was cut while idle
                health_check_interval=30,
            )
        except ValueError:
            raise CannotShare("BOT_SHARED_URL begins with redis://, rediss:// or unix://.") from None

    async def __aenter__(self) -> Self:
        where = "BOT_SHARED_URL names a server that"
        try:
            await self._server.ping()
            await self._server.eval("return 1", 0)
        except AuthenticationError:
            await self._server.aclose()
            raise CannotShare(f"{where} refuses the password.") from None
        except ResponseError as error:
            await self._server.aclose()
            reason = (
                "asks for a password" if "NOAUTH" in str(error) else "is no Valkey or Redis as it should be"
            )
            raise CannotShare(f"{where} {reason}.") from None
        except (RedisError, OSError, ValueError) as error:
            await self._server.aclose()
            raise CannotShare(
                f"{where} does not answer as Valkey or Redis does ({type(error).__name__})."
            ) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.aclose()

    def key(self, kind: str, chat: int) -> bytes:
        """The key of something of a chat."""
        return PREFIX + kind.encode() + b":" + self.hashes.of(chat)

    async def ask(self, call: Callable[[Redis], Awaitable[Any]], otherwise: Any = None) -> Any:
        """What the server answers, or `otherwise` while it is lost."""
        if not self.well and monotonic() < self._asked_again:
            return otherwise
        try:
            answer = await call(self._server)
        except (RedisError, OSError) as error:
            if self.well:
                log.error("the shared memory is lost (%s); answers go on without it", type(error).__name__)
            self.well = False
            self._asked_again = monotonic() + PAUSE_SECONDS
            return otherwise
        if not self.well:
            log.warning("the shared memory is back")
        self.well = True
        return answer


LOST = object()


class ProfilesInValkey:
    """A profile lives 30 idle minutes (D4), whichever replica wrote it."""

    def __init__(self, shared: Shared, turns: "TurnsInValkey | None" = None) -> None:
        self._shared = shared
        self._turns = turns
        self._here = ProfilesInMemory(shared.clock)
        self._owed: set[int] = set()

    async def recall(self, chat: int) -> Profile | None:
        """The profile every replica knows; while the server is lost, the one this replica has seen last."""
        await self._settle()
        if chat in self._owed:
            return None
        sealed = await self._shared.ask(lambda server: server.get(self._shared.key("profile", chat)), LOST)
        if sealed is LOST:
            return await self._here.recall(chat)
        return self._read(chat, sealed) if sealed else None

    def _read(self, chat: int, sealed: bytes) -> Profile | None:
        """None for what another secret or another version of the bot wrote."""
        try:
            return PROFILE.validate_python(chat_seal(self._shared.secret, chat).opened(sealed))
        except ValidationError:
            return None

    async def keep(self, chat: int, profile: Profile) -> None:
        """Remember from now on, unless a later turn of the chat has been kept already."""
        self._owed.discard(chat)
        await self._here.keep(chat, profile)
        sealed = chat_seal(self._shared.secret, chat).closed(PROFILE.dump_python(profile, mode="json"))
        key = self._shared.key("profile", chat)
        fence = self._turns.fence_of(chat) if self._turns else 0
        seconds = PROFILE_MINUTES * 60
        keys = (key, key + b":fence")
        await self._shared.ask(lambda server: server.eval(KEEP, 2, *keys, sealed, seconds, fence))

    async def forget(self, chat: int) -> None:
        """Drop it; where the server is lost, as soon as it is back."""
        await self._here.forget(chat)
        self._owed.add(chat)
        await self._settle()

    async def sweep(self) -> None:
        """The server drops what is old; this is for what it still owes, and for this replica's own memory."""
        await self._here.sweep()
        await self._settle()

    async def _settle(self) -> None:
        for chat in tuple(self._owed):
            key = self._shared.key("profile", chat)
            if await self._shared.ask(partial(_delete_key, key=key), LOST) is LOST:
                return
            self._owed.discard(chat)


async def _delete_key(server: Redis, key: bytes) -> None:
    await server.delete(key)


class LedgerInValkey:
    """Message numbers and timers for all replicas. A timer is taken by one of them; a replica that dies leaves it."""

    lasts = True

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._here = LedgerInMemory(shared.clock)  # what the server could not be told
        self._owed: set[int] = set()

    async def note(self, chat: int, message_ids: tuple[int, ...], at: float) -> None:
        """Remember the numbers; a timer of the chat begins anew."""
        await self._settle()
        if message_ids:
            row = self._shared.seal.closed([list(message_ids), at])
            if await self._shared.ask(lambda server: self._push(server, chat, row), LOST) is LOST:
                await self._here.note(chat, message_ids, at)
        timer = await self._timer(chat)
        if timer:
            await self.clear_after(chat, timer[0], at)

    async def _push(self, server: Redis, chat: int, row: bytes) -> None:
        key = self._shared.key("messages", chat)
        async with server.pipeline(transaction=True) as together:
            together.rpush(key, row)
            together.ltrim(key, -MOST_MESSAGES, -1)
            together.expire(key, WIPE_HOURS * 3600)
            await together.execute()

    async def noted(self, chat: int) -> tuple[tuple[int, float], ...]:
        """What is remembered of one chat. Rows sealed under another secret are skipped."""
        here = await self._here.noted(chat)
        if chat in self._owed:
            return here
        key = self._shared.key("messages", chat)
        rows = await self._shared.ask(lambda server: server.lrange(key, 0, -1), ())
        opened = [row for sealed in rows if (row := self._shared.seal.opened(sealed))]
        limit = self._shared.clock() - WIPE_HOURS * 3600
        return (*here, *((number, at) for numbers, at in opened if at > limit for number in numbers))

    async def drop(self, chat: int) -> None:
        """Forget the numbers and the timer of a chat; where the server is lost, as soon as it is back."""
        await self._here.drop(chat)
        self._owed.add(chat)
        await self._settle()

    async def clear_after(self, chat: int, minutes: int, at: float) -> None:
        """Set the timer of a chat; 0 takes it away."""
        await self._here.clear_after(chat, minutes, at)
        await self._shared.ask(lambda server: self._set_timer(server, chat, minutes, at + minutes * 60))

    async def _set_timer(self, server: Redis, chat: int, minutes: int, runs_out: float) -> None:
        mine, member = self._shared.key("timer", chat), self._shared.hashes.of(chat)
        async with server.pipeline(transaction=True) as together:
            if minutes:
                together.set(mine, self._shared.seal.closed([chat, minutes]), ex=WIPE_HOURS * 3600 + 86_400)
                together.zadd(PREFIX + b"due", {member: runs_out})
            else:
                together.delete(mine)
                together.zrem(PREFIX + b"due", member)
            await together.execute()

    async def _timer(self, chat: int) -> tuple[int, int] | None:
        """(minutes, chat) of a chat's timer, or None where none is set."""
        sealed = await self._shared.ask(lambda server: server.get(self._shared.key("timer", chat)))
        opened = self._shared.seal.opened(sealed) if sealed else None
        return (opened[1], opened[0]) if opened else None

    async def due(self, at: float) -> tuple[int, ...]:
        """Chats whose timer has run out and that no other replica has taken in the last minute."""
        members = await self._shared.ask(
            lambda server: server.eval(TAKE_DUE, 1, PREFIX + b"due", at, at + LEASE_SECONDS), LOST
        )
        if members is LOST:
            return await self._here.due(at)
        return tuple([chat for member in members if (chat := await self._chat_of(member)) is not None])

    async def _chat_of(self, member: bytes) -> int | None:
        sealed = await self._shared.ask(lambda server: server.get(PREFIX + b"timer:" + member))
        opened = self._shared.seal.opened(sealed) if sealed else None
        if opened is None:  # its time is over, or another secret wrote it
            await self._shared.ask(lambda server: server.zrem(PREFIX + b"due", member))
        return int(opened[0]) if opened else None

    async def sweep(self, at: float) -> None:
        """The server drops what is old; this is for what it still owes, and for this replica's own memory."""
        await self._here.sweep(at)
        await self._settle()

    async def _settle(self) -> None:
        """Tell the server what it could not be told: first what is to be forgotten, then what is to be known."""
        for chat in tuple(self._owed):
            if await self._shared.ask(partial(self._delete, chat=chat), LOST) is LOST:
                return
            self._owed.discard(chat)
        for chat, noted in self._here.held():
            for number, at in noted:
                row = self._shared.seal.closed([[number], at])
                if await self._shared.ask(partial(self._push, chat=chat, row=row), LOST) is LOST:
                    return
            self._here.forget_numbers(chat)

    async def _delete(self, server: Redis, chat: int) -> None:
        async with server.pipeline(transaction=True) as together:
            together.delete(self._shared.key("messages", chat), self._shared.key("timer", chat))
            together.zrem(PREFIX + b"due", self._shared.hashes.of(chat))
            await together.execute()


class TurnsInValkey:
    """One update of a chat at a time over all replicas, in the order of their numbers, and each update once.

    A turn has a number that only grows; what an older turn wants to keep after a newer one has kept is refused.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._fences: dict[int, int] = {}

    def fence_of(self, chat: int) -> int:
        """The number of the turn this replica has in a chat; 0 for none."""
        return self._fences.get(chat, 0)

    async def is_first(self, update_id: int) -> bool:
        """Whether no replica has seen this update. While the server is lost, this replica's own memory decides."""
        key = PREFIX + b"update:" + str(update_id).encode()
        set_now = await self._shared.ask(
            lambda server: server.set(key, b"1", nx=True, ex=UPDATE_SECONDS), LOST
        )
        return set_now is LOST or bool(set_now)

    @asynccontextmanager
    async def turn(self, chat: int, update_id: int) -> AsyncIterator[None]:
        """Wait until everything before it in this chat is done, on whichever replica; never longer than a turn."""
        until = monotonic() + TURN_SECONDS
        fence = await self._enter(chat, update_id)
        while fence == 0 and monotonic() < until:
            await asyncio.sleep(LOOK_SECONDS)
            fence = await self._enter(chat, update_id)
        self._fences[chat] = fence if fence > 0 else 0
        try:
            yield
        finally:
            self._fences.pop(chat, None)
            await self._leave(chat, update_id)

    async def _enter(self, chat: int, update_id: int) -> int:
        """The number of the turn; 0: not yet; -1: the server is lost, and nobody waits for it."""
        keys = [self._shared.key(kind, chat) for kind in ("queue", "lock", "fence")]
        times = (int(TURN_SECONDS * 1000), int(ALIVE_SECONDS * 1000))
        sign = keys[0] + b":"
        return int(
            await self._shared.ask(lambda server: server.eval(ENTER, 3, *keys, update_id, *times, sign), -1)
        )

    async def _leave(self, chat: int, update_id: int) -> None:
        keys = [self._shared.key(kind, chat) for kind in ("queue", "lock")]
        sign = keys[0] + b":" + str(update_id).encode()
        await self._shared.ask(lambda server: server.eval(LEAVE, 2, *keys, update_id, sign))


class PausesInValkey:
    """Pauses Telegram asked for in a chat (429), known to every replica."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    async def told(self, chat: int, seconds: float) -> None:
        """From now on nobody calls in this chat for so long."""
        key = self._shared.key("pause", chat)
        await self._shared.ask(lambda server: server.set(key, b"1", px=max(1, int(seconds * 1000))))

    async def left(self, chat: int) -> float:
        """Seconds of the pause that are left; 0 for none."""
        left = await self._shared.ask(lambda server: server.pttl(self._shared.key("pause", chat)), 0)
        return max(0, int(left)) / 1000
