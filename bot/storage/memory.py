"""Profiles and message numbers in this process only: a restart forgets them."""

from collections import OrderedDict
from collections.abc import Callable

from bot.conversation.knowledge import PROFILE_MINUTES, WIPE_HOURS
from bot.model.profile import Profile

MOST_CHATS = 50_000  # the least recently used go first
MOST_MESSAGES = 2_000  # of one chat


class ProfilesInMemory:
    """A profile lives 30 idle minutes (D4)."""

    def __init__(self, clock: Callable[[], float], most: int = MOST_CHATS) -> None:
        self._clock = clock
        self._most = most
        self._profiles: OrderedDict[int, tuple[float, Profile]] = OrderedDict()

    async def recall(self, chat: int) -> Profile | None:
        """The profile, if it is young enough."""
        self._drop_old()
        held = self._profiles.get(chat)
        return held[1] if held else None

    async def keep(self, chat: int, profile: Profile) -> None:
        """Remember from now on."""
        self._profiles[chat] = (self._clock(), profile)
        self._profiles.move_to_end(chat)
        self._drop_old()

    async def forget(self, chat: int) -> None:
        """Drop it."""
        self._profiles.pop(chat, None)

    async def sweep(self) -> None:
        """Drop what has been idle long enough, though nobody writes any more."""
        self._drop_old()

    def _drop_old(self) -> None:
        limit = self._clock() - PROFILE_MINUTES * 60
        while self._profiles:
            chat, (at, _) = next(iter(self._profiles.items()))
            if at > limit and len(self._profiles) <= self._most:
                return
            del self._profiles[chat]


class LedgerInMemory:
    """Numbers of messages that can still be deleted, and timers; gone with this process.

    A number is dropped after 48 hours and when its chat is cleared. `clock` gives epoch seconds.
    """

    lasts = False

    def __init__(self, clock: Callable[[], float], most: int = MOST_CHATS) -> None:
        self._clock = clock
        self._most = most
        self._chats: OrderedDict[int, list[tuple[int, float]]] = OrderedDict()
        self._timers: dict[int, tuple[int, float]] = {}  # chat -> (minutes, when it runs out)

    async def note(self, chat: int, message_ids: tuple[int, ...], at: float) -> None:
        """Remember the numbers; a timer of the chat begins anew."""
        self.push(chat, at)
        noted = self._chats.setdefault(chat, [])
        noted.extend((message_id, at) for message_id in message_ids)
        del noted[:-MOST_MESSAGES]
        self._chats.move_to_end(chat)
        while len(self._chats) > self._most:
            self._chats.popitem(last=False)

    async def noted(self, chat: int) -> tuple[tuple[int, float], ...]:
        """What is remembered of one chat."""
        limit = self._clock() - WIPE_HOURS * 3600
        return tuple((number, at) for number, at in self._chats.get(chat, ()) if at > limit)

    async def drop(self, chat: int) -> None:
        """Forget the numbers and the timer."""
        self._chats.pop(chat, None)
        self._timers.pop(chat, None)

    async def clear_after(self, chat: int, minutes: int, at: float) -> None:
        """Set the timer of a chat; 0 takes it away."""
        self._timers.pop(chat, None)
        if minutes:
            self._timers[chat] = (minutes, at + minutes * 60)
        while len(self._timers) > self._most:
            del self._timers[next(iter(self._timers))]

    async def due(self, at: float) -> tuple[int, ...]:
        """Chats whose timer has run out."""
        return tuple(chat for chat, (_, runs_out) in self._timers.items() if runs_out <= at)

    async def sweep(self, at: float) -> None:
        """Forget what is past its end."""
        limit = at - WIPE_HOURS * 3600
        for chat, noted in tuple(self._chats.items()):
            noted[:] = [(number, noted_at) for number, noted_at in noted if noted_at > limit]
            if not noted:
                del self._chats[chat]

    # What a ledger that also writes to a disk needs of this one.

    def push(self, chat: int, at: float) -> None:
        """Something was said: the timer begins anew."""
        if timer := self._timers.get(chat):
            self._timers[chat] = (timer[0], at + timer[0] * 60)

    def timer(self, chat: int) -> tuple[int, float] | None:
        """(minutes, when it runs out), or None where none is set."""
        return self._timers.get(chat)

    def restore(self, chat: int, minutes: int, runs_out: float) -> None:
        """A timer from before this process."""
        self._timers[chat] = (minutes, runs_out)

    def held(self) -> tuple[tuple[int, tuple[tuple[int, float], ...]], ...]:
        """All numbers, by chat."""
        return tuple((chat, tuple(noted)) for chat, noted in self._chats.items())

    def forget_numbers(self, chat: int) -> None:
        """Drop the numbers and leave the timer."""
        self._chats.pop(chat, None)
