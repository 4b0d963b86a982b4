"""What people look for and whether it was found, counted once a conversation is over.

Until then the last word of a conversation waits beside its profile in memory, as long as that (30 idle minutes). After
that only numbers wait, without a chat, until they are written: once a day, so that the state file does not show what
was counted next to which message number.
"""

import asyncio
import logging
import sqlite3
from collections import Counter, OrderedDict
from collections.abc import Callable
from datetime import date, datetime

from bot.conversation.knowledge import PROFILE_MINUTES, Knowledge
from bot.model.counts import (
    FOUND,
    LINKS,
    NEEDS,
    NOT_FOUND,
    REGIONS,
    Cell,
    Counted,
    CountTable,
    Domain,
    month_of,
    regions_among,
)
from bot.model.record import record
from bot.storage.at_most import AtMost
from bot.storage.counts import CountsInSqlite
from bot.storage.memory import MOST_CHATS

log = logging.getLogger(__name__)


@record
class Talk:
    """What a conversation came to so far. `needs`: need -> whether a place was shown for it in this region."""

    at: float
    region: str
    needs: dict[str, bool]


def domain_of(knowledge: Knowledge) -> Domain:
    """Everything that can be counted, whoever asks."""
    gazetteer = knowledge.gazetteer
    return Domain(
        needs=tuple(knowledge.taxonomy.needs),
        regions=regions_among(gazetteer.countries, gazetteer.regions),
        partners=tuple(listed.code for listed in knowledge.partners),
    )


class CountingDesk:
    """Counts people, each at most twice a month for needs and once a month for a link. A restart forgets who it was.

    `clock` is the time of day, `steady` gives epoch seconds that no correction makes jump.
    """

    def __init__(
        self,
        book: CountsInSqlite,
        domain: Callable[[], Domain],
        clock: Callable[[], datetime],
        steady: Callable[[], float],
    ) -> None:
        self._book = book
        self._domain = domain
        self._clock = clock
        self._steady = steady
        self._talks: OrderedDict[int, Talk] = OrderedDict()
        self._waiting: Counter[tuple[str, str, Cell]] = Counter()
        self._written: date | None = None
        self._once_a_day = AtMost(1)
        self._needs_a_month = AtMost(NEEDS.most)
        self._links_a_month = AtMost(LINKS.most)

    async def open(self) -> None:
        """Begin the periods of today, before anybody is counted. Raises sqlite3.Error."""
        await self._write(self._clock().date())

    def hear(self, chat: int, counted: Counted) -> None:
        """Take what an answer came to. A need for which a place was shown in a region stays found there."""
        before = self._talks.pop(chat, None)
        known = before.needs if before and before.region == counted.region else {}
        needs = {need: need in counted.found or known.get(need, False) for need in counted.needs}
        self._talks[chat] = Talk(at=self._steady(), region=counted.region, needs=needs)
        while len(self._talks) > MOST_CHATS:
            self.let_go(next(iter(self._talks)))

    def came_by(self, chat: int, partner: str) -> None:
        """Count a visit. What is no partner's code has no cell and comes to nothing."""
        day = self._clock().date()
        if self._links_a_month.allow(month_of(LINKS, day), chat):
            self._add(LINKS, day, (partner,))

    def let_go(self, chat: int) -> None:
        """Count what the conversation came to, and forget whose it was."""
        talk = self._talks.pop(chat, None)
        if talk is None:
            return
        day = self._clock().date()
        for need, found in talk.needs.items():
            if not self._once_a_day.allow(day.isoformat(), chat, need):
                continue
            if not self._needs_a_month.allow(month_of(NEEDS, day), chat):
                continue
            outcome = FOUND if found else NOT_FOUND
            self._add(NEEDS, day, (need, outcome))
            self._add(REGIONS, day, (need, talk.region, outcome))

    def _add(self, table: CountTable, day: date, cell: Cell) -> None:
        self._waiting[table.name, table.period_of(day), cell] += 1

    async def sweep(self) -> None:
        """Let go who has been idle as long as a profile lives; on a new day, write and forget who was counted."""
        limit = self._steady() - PROFILE_MINUTES * 60
        for chat in [chat for chat, talk in self._talks.items() if talk.at <= limit]:
            self.let_go(chat)
        today = self._clock().date()
        if today == self._written:
            return
        self._once_a_day.begin(today.isoformat())
        self._needs_a_month.begin(month_of(NEEDS, today))
        self._links_a_month.begin(month_of(LINKS, today))
        await self._write_or_wait(today)

    async def settle(self) -> None:
        """At the end of the process: count and write what is there."""
        for chat in list(self._talks):
            self.let_go(chat)
        await self._write_or_wait(self._clock().date())

    async def _write_or_wait(self, today: date) -> None:
        """What the disk refuses is tried again tomorrow."""
        try:
            await self._write(today)
        except (sqlite3.Error, OSError) as error:
            log.error("the counts cannot be written (%s)", type(error).__name__)

    async def _write(self, today: date) -> None:
        self._written = today
        batch, self._waiting = self._waiting, Counter()
        try:
            await asyncio.to_thread(self._book.write, batch, self._domain(), today)
        except (sqlite3.Error, OSError):  # not for a cancelled wait: the thread may have written already
            self._waiting.update(batch)
            raise
