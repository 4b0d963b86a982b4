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

    def _drop_old(self) -> None:
        limit = self._clock() - PROFILE_MINUTES * 60
        while self._profiles:
            chat, (at, _) = next(iter(self._profiles.items()))
            if at > limit and len(self._profiles) <= self._most:
                return
            del self._profiles[chat]


class LedgerInMemory:
    """Numbers of messages that can still be deleted; dropped after 48 hours and when a chat is cleared."""

    def __init__(self, clock: Callable[[], float], most: int = MOST_CHATS) -> None:
        self._clock = clock
        self._most = most
        self._chats: OrderedDict[int, list[tuple[int, float]]] = OrderedDict()

    async def note(self, chat: int, message_ids: tuple[int, ...], at: float) -> None:
        """Remember the numbers."""
        noted = self._chats.setdefault(chat, [])
        noted.extend((message_id, at) for message_id in message_ids)
        del noted[:-MOST_MESSAGES]
        self._chats.move_to_end(chat)
        self._drop_old()

    async def noted(self, chat: int) -> tuple[tuple[int, float], ...]:
        """What is remembered of one chat."""
        self._drop_old()
        return tuple(self._chats.get(chat, ()))

    async def drop(self, chat: int) -> None:
        """Forget the numbers."""
        self._chats.pop(chat, None)

    def _drop_old(self) -> None:
        """Forget chats whose last message is past Telegram's limit. `clock` is epoch seconds here."""
        limit = self._clock() - WIPE_HOURS * 3600
        while self._chats:
            chat, noted = next(iter(self._chats.items()))
            if noted and noted[-1][1] > limit and len(self._chats) <= self._most:
                return
            del self._chats[chat]
