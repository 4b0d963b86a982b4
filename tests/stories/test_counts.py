"""People look for help, and somebody who plans help reads figures that point at none of them."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bot.conversation.deep_links import lists_of, payload_of
from bot.conversation.knowledge import Knowledge
from bot.model.counts import COUNT_DAYS, LINKS, NEEDS, REGIONS, Counted, CountTable
from bot.model.events import Asked
from bot.model.links import Link, ListedPartner, Partner
from bot.storage.counts import CountsInSqlite, read_periods
from bot.storage.state_file import open_state_file
from bot.wiring.counts import CountingDesk, domain_of

from tests.builders import a_service, listed
from tests.conftest import Conversation

OCTOBER, NOVEMBER, DECEMBER = (datetime(2026, month, 20, 12, tzinfo=UTC) for month in (10, 11, 12))


def counted_of(conversation: Conversation) -> Counted | None:
    assert conversation.turn is not None
    return conversation.turn.reply.counted


# -- what a conversation comes to ---------------------------------------------------------------------------


def test_a_lawyer_was_looked_for_in_texas_and_found(conversation: Conversation) -> None:
    conversation.person_says("need a lawyer, Austin")
    assert counted_of(conversation) == Counted(region="US-TX", needs=("legal",), found=frozenset({"legal"}))


def test_of_two_needs_one_is_found_and_one_is_not(with_directory: Callable[..., Conversation]) -> None:
    conversation = with_directory(listed(a_service(name="Lawyers", needs=["legal"]), "us/tx/lawyers"))
    conversation.person_says("I need a place to stay and a lawyer, Austin")
    counted = counted_of(conversation)
    assert counted is not None
    assert set(counted.needs) == {"shelter_housing", "legal"}
    assert counted.found == {"legal"}


def test_a_town_becomes_its_state_and_abroad_its_country(conversation: Conversation) -> None:
    conversation.person_says("need a lawyer, 78701")
    first = counted_of(conversation)
    conversation.person_says("/start")
    conversation.person_says("besoin d'un avocat, Lyon")
    second = counted_of(conversation)
    assert first is not None and first.region == "US-TX"
    assert second is not None and second.region == "FR"


def test_lines_shown_instead_are_not_what_was_looked_for(conversation: Conversation) -> None:
    """Nothing is known there, so a list to start with is shown: that is no find."""
    conversation.person_says("i need a lawyer in Nairobi")
    counted = counted_of(conversation)
    assert counted is not None
    assert counted.region == "KE" and counted.found == frozenset()


@pytest.mark.parametrize("said", ["hello", "thank you", "is this a person", "asdfgh", "austin"])
def test_who_looks_for_nothing_is_not_counted(conversation: Conversation, said: str) -> None:
    conversation.person_says(said)
    assert counted_of(conversation) is None


def test_turning_the_page_and_reading_about_a_place_count_nothing(conversation: Conversation) -> None:
    conversation.person_says("need help, I was assaulted, need somebody to talk to and a lawyer, Austin")
    conversation.person_taps("About 1")
    assert counted_of(conversation) is None
    conversation.person_says("more")
    assert counted_of(conversation) is None


def test_the_privacy_screen_says_that_needs_are_counted_only_where_they_are(knowledge: Knowledge) -> None:
    """S4: in every language, with the days from the constant."""
    for language in knowledge.messages.languages:
        said = []
        for counting in (False, True):
            conversation = Conversation(replace(knowledge, counting=counting))
            conversation.person_sends(Asked(command="privacy", locale=language))
            said.append(conversation.text)
        assert said[1].count(f"{COUNT_DAYS}") == said[0].count(f"{COUNT_DAYS}") + 1, language


# -- from conversations to figures --------------------------------------------------------------------------


class Town:
    """People who talk with the bot in a month, one desk that counts, and the state folder it writes to."""

    def __init__(self, folder: Path, knowledge: Knowledge) -> None:
        self.folder = folder
        self.knowledge = knowledge
        self.now = OCTOBER
        book = CountsInSqlite(open_state_file(folder), random.Random(20).randrange)
        self.desk = CountingDesk(
            book, lambda: domain_of(knowledge), lambda: self.now, lambda: self.now.timestamp()
        )

    async def is_at(self, now: datetime) -> None:
        self.now = now
        await self.desk.sweep()

    def talks(self, chat: int, *messages: str) -> None:
        conversation = Conversation(self.knowledge, self.now)
        for message in messages:
            conversation.person_says(message)
            if counted := counted_of(conversation):
                self.desk.hear(chat, counted)

    def opens(self, chat: int, partner: str) -> None:
        """Somebody follows a partner's link."""
        self.hears(
            chat, Asked(command="start", argument=payload_of(Link(partner=partner), lists_of(self.knowledge)))
        )

    def hears(self, chat: int, event: Asked) -> None:
        conversation = Conversation(self.knowledge, self.now)
        conversation.person_sends(event)
        assert conversation.turn is not None
        if conversation.turn.reply.came_by:
            self.desk.came_by(chat, conversation.turn.reply.came_by)

    async def figures(self, table: CountTable) -> dict[tuple[str, ...], int]:
        """What is published of the month or week that was last finished."""
        await self.desk.settle()
        periods = [period for period in read_periods(self.folder) if period.table == table.name]
        return {figure.cell: figure.number for figure in periods[-1].figures} if periods else {}


@pytest.fixture
async def town(knowledge: Knowledge, tmp_path: Path) -> Town:
    partners = tuple(
        ListedPartner(code=code, partner=Partner(name=code.title(), number=number, since="2026-11-01"))
        for number, code in enumerate(("casa-x", "union-y"), 1)
    )
    town = Town(tmp_path, replace(knowledge, partners=partners))
    await town.is_at(NOVEMBER)
    return town


async def test_a_month_of_conversations_becomes_a_few_rounded_figures(town: Town) -> None:
    """D5: sixty people in Texas can be seen, from afar; three in Nairobi cannot."""
    for chat in range(60):
        town.talks(chat, "need a lawyer", "Austin")
    for chat in range(100, 103):
        town.talks(chat, "i need a lawyer in Nairobi")
    assert await town.figures(REGIONS) == {}, "November is not over"
    await town.is_at(DECEMBER)
    shown = await town.figures(REGIONS)
    assert set(shown) == {("legal", "US-TX", "found")}
    assert abs(shown["legal", "US-TX", "found"] - 60) <= 15 and shown["legal", "US-TX", "found"] % 5 == 0
    assert set(await town.figures(NEEDS)) == {("legal", "found")}


async def test_one_person_who_comes_every_hour_makes_no_figure(town: Town) -> None:
    for _ in range(200):
        town.talks(7, "need a lawyer", "Austin")
        town.desk.let_go(7)
    await town.is_at(DECEMBER)
    assert await town.figures(NEEDS) == {}


async def test_visits_by_link_are_shown_by_week(town: Town) -> None:
    """Forty people scan the poster of one partner, one person that of another; the link itself counts no more."""
    for chat in range(40):
        town.opens(chat, "casa-x")
    town.opens(99, "union-y")
    await town.is_at(DECEMBER)
    periods = [period for period in read_periods(town.folder) if period.table == LINKS.name]
    assert [period.period for period in periods] == ["2026-W47"]
    assert [figure.cell for figure in periods[0].figures] == [("casa-x",)]


async def test_a_link_without_a_partner_and_a_made_up_one_count_nowhere(town: Town) -> None:
    for payload in ("", "casa-x", "i-was-raped"):
        town.hears(7, Asked(command="start", argument=payload))
    await town.desk.settle()
    assert not town.desk._links_a_month._times
