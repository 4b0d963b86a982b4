"""From a tap to a place that is no longer shown, in one running process."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from bot.matching.directory import handle_of
from bot.model.report import Report, Trouble
from bot.settings import Settings
from bot.storage.reports import ReportsInMemory, ReportsInSqlite
from bot.storage.state_file import open_state_file
from bot.wiring.knowledge import LiveKnowledge
from bot.wiring.reports import Desk

from tests.conftest import ROOT

NOW = datetime(2026, 11, 25, 18, tzinfo=UTC)
DAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def knowledge() -> LiveKnowledge:
    return LiveKnowledge(Settings(resources=ROOT / "resources"), lambda: NOW)


def voices(knowledge: LiveKnowledge, service: str) -> list[str]:
    listed = knowledge.current.directory.by_handle.get(handle_of(service))
    return [c.value for c in listed.service.open_contacts if c.number] if listed else []


async def test_the_third_person_takes_a_dead_number_off_the_list(knowledge: LiveKnowledge) -> None:
    """Y7, and a flood from one chat counts once."""
    service = next(s.id for s in knowledge.current.directory.services if voices(knowledge, s.id))
    desk = Desk(ReportsInMemory(), knowledge)
    await desk.open()
    wrong = Report(service=service, trouble=Trouble.NUMBER)
    for chat in (1, 1, 1, 1, 2):
        await desk.hear(chat, wrong, DAY)
    assert voices(knowledge, service)
    await desk.hear(3, wrong, DAY)
    assert not voices(knowledge, service)


async def test_after_a_restart_it_stays_off_the_list(knowledge: LiveKnowledge, tmp_path: Path) -> None:
    service = next(s.id for s in reversed(knowledge.current.directory.services) if voices(knowledge, s.id))
    before = Desk(ReportsInSqlite(open_state_file(tmp_path)), knowledge)
    for chat in (1, 2, 3):
        await before.hear(chat, Report(service=service, trouble=Trouble.NO_ANSWER), DAY)
    knowledge.hear_counts(())
    assert voices(knowledge, service)
    await Desk(ReportsInSqlite(open_state_file(tmp_path)), knowledge).open()
    assert not voices(knowledge, service)


def test_a_clock_that_is_behind_does_not_keep_the_bot_from_serving() -> None:
    """A small box without a clock battery starts in 2020; the directory was read in 2026."""
    behind = datetime(2020, 1, 1, tzinfo=UTC)
    assert LiveKnowledge(Settings(resources=ROOT / "resources"), lambda: behind).current.directory.services
