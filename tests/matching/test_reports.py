"""Enough people told the same: it is not shown until somebody has checked it."""

from collections import Counter
from datetime import date, timedelta

import pytest
from bot.matching.directory import index_directory
from bot.matching.reports import ENOUGH, REMEMBERED_DAYS, held_by_reports, open_reports
from bot.model.directory import ListedService
from bot.model.report import ReportCount, Trouble

from tests.builders import a_service, listed

TODAY = date(2026, 11, 25)
LINE = listed(
    a_service(
        contacts=[
            {"channel": "voice", "number": "+1 512-555-0100"},
            {"channel": "website", "url": "https://example.org"},
        ]
    )
)


def told(count: int, trouble: Trouble = Trouble.NUMBER, day: date = TODAY) -> ReportCount:
    return ReportCount(service=LINE.id, trouble=trouble, day=day, count=count)


def after(*counts: ReportCount, service: ListedService = LINE) -> ListedService:
    (held,) = held_by_reports([service], open_reports([service], counts, TODAY))
    return held


def test_two_reports_change_nothing() -> None:
    assert after(told(2)) is LINE


def test_three_reports_put_the_number_on_hold_and_leave_the_website() -> None:
    """Y7: three independent ones put the contact on hold."""
    held = after(told(1), told(2, Trouble.NO_ANSWER))
    assert [c.channel.value for c in held.service.open_contacts] == ["website"]
    assert "several people reported" in (held.service.contacts[0].hold or "")


@pytest.mark.parametrize("trouble", [Trouble.UNSAFE, Trouble.ASKED_PAPERS, Trouble.NOT_HELPING])
def test_three_who_were_not_helped_or_not_safe_put_the_whole_place_on_hold(trouble: Trouble) -> None:
    held = after(told(3, trouble))
    assert held.service.hold
    assert not index_directory([held], {}).services


def test_a_check_that_is_newer_than_the_reports_answers_them() -> None:
    check = {"claims": ["number"], "on": TODAY.isoformat(), "how": "phone"}
    checked = listed(a_service(checks=[check]))
    yesterday = TODAY - timedelta(days=1)
    assert after(told(9, day=yesterday), service=checked) is checked


def test_old_reports_are_forgotten() -> None:
    assert after(told(9, day=TODAY - timedelta(days=REMEMBERED_DAYS + 1))) is LINE


def test_reports_of_a_service_that_is_gone_are_nobodys() -> None:
    gone = ReportCount(service="us/tx/gone#line", trouble=Trouble.NUMBER, day=TODAY, count=9)
    assert open_reports([LINE], [gone], TODAY) == {}
    assert open_reports([LINE], [told(2)], TODAY) == {LINE.id: Counter({Trouble.NUMBER: 2})}


def test_three_are_enough() -> None:
    """Fewer could be one unlucky evening; more would send more people to a dead line."""
    assert ENOUGH == 3
