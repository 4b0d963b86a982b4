"""What the conversation needs of the world, as the shell provides it."""

from datetime import date
from typing import Protocol

from bot.model.counts import Counted
from bot.model.profile import Profile
from bot.model.report import Report, ReportCount


class Memory(Protocol):
    """Profiles for a while. Never words, never names; gone after 30 idle minutes."""

    async def recall(self, chat: int) -> Profile | None:
        """The profile of a chat, or None when there is none (any more)."""

    async def keep(self, chat: int, profile: Profile) -> None:
        """Remember the profile from now on for the idle time."""

    async def forget(self, chat: int) -> None:
        """Drop all that is remembered of a chat."""

    async def sweep(self) -> None:
        """Drop what has been idle long enough."""


class WipeLedger(Protocol):
    """Ids of messages in a chat, so that it can be cleared, and timers for that; with an end. Times: epoch seconds."""

    @property
    def lasts(self) -> bool:
        """Whether it outlives the process."""

    async def note(self, chat: int, message_ids: tuple[int, ...], at: float) -> None:
        """Remember that these messages stand in the chat since `at` (epoch seconds)."""

    async def noted(self, chat: int) -> tuple[tuple[int, float], ...]:
        """All (message id, epoch seconds) of a chat that can still be deleted."""

    async def drop(self, chat: int) -> None:
        """Forget the ids and the timer of a chat."""

    async def clear_after(self, chat: int, minutes: int, at: float) -> None:
        """From now on the chat is due `minutes` after its last message; 0: never."""

    async def due(self, at: float) -> tuple[int, ...]:
        """Chats whose time has come."""

    async def sweep(self, at: float) -> None:
        """Forget what is past its end."""


class ReportBook(Protocol):
    """How many people told what about a service. Nobody is in it."""

    async def add(self, report: Report, day: date) -> None:
        """Count one more."""

    async def counts(self) -> tuple[ReportCount, ...]:
        """All counts, by service, trouble and day."""


class ReportDesk(Protocol):
    """Takes reports: a chat counts once for a service, and enough of them change what is shown."""

    async def hear(self, chat: int, report: Report, day: date) -> None:
        """Count it if this chat has not told the same already."""


class CountDesk(Protocol):
    """Counts needs and visits. Who it was is let go after 30 idle minutes, and is in no count."""

    def hear(self, chat: int, counted: Counted) -> None:
        """What an answer came to; of one conversation the last word is counted."""

    def came_by(self, chat: int, partner: str) -> None:
        """Somebody followed a partner's link. A code that is no partner's is not counted."""

    def let_go(self, chat: int) -> None:
        """From now on nothing connects the chat to what it was counted for."""

    async def sweep(self) -> None:
        """Let go whoever has been idle long enough; write once a day."""
