"""Whom a volunteer rings, in which language, and when: stories about not being in anybody's way."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bot.model.directory import ListedService
from bot.model.verdict import Verdict
from bot.upkeep.round.calling import (
    SPANS,
    Call,
    Line,
    Timing,
    plan_call,
    weekend_of,
    zones_of,
)

from tests.builders import NOON, a_service, listed
from tests.upkeep.at_the_desk import a_desk, the_book

CRISIS = {"channel": "voice", "number": "+1 512-555-0101", "hours": "24/7", "label": {"en": "Crisis line"}}
OFFICE = {"channel": "voice", "number": "+1 512-555-0102", "label": {"en": "Office", "es": "Oficina"}}
TEXT = {"channel": "text", "number": "55501", "keyword": "HELLO"}
CHAT = {"channel": "chat", "url": "https://example.org/chat"}
EMAIL = {"channel": "email", "address": "office@example.org"}
PAGE = {"channel": "website", "url": "https://example.org"}

TUESDAY_3AM = datetime(2026, 11, 24, 9, tzinfo=UTC)  # in Texas
SATURDAY_NOON = datetime(2026, 11, 28, 18, tzinfo=UTC)


def shelter(*contacts: dict[str, Any], **changes: Any) -> ListedService:
    return listed(a_service(kind="shelter", needs=["shelter_housing"], contacts=contacts, **changes))


def office(*contacts: dict[str, Any], **changes: Any) -> ListedService:
    return listed(a_service(contacts=contacts, **changes))


def call(
    one: ListedService, *others: ListedService, now: datetime = NOON, language: str | None = None
) -> Call:
    return plan_call(one, a_desk(one, *others), now, language)


def rung(one: ListedService, *others: ListedService) -> tuple[Line, str]:
    way = call(one, *others).way
    return way.line, way.value


def timing(one: ListedService, now: datetime) -> Timing:
    hour = call(one, now=now).hour
    assert hour is not None
    return hour.timing


# -- whom ---------------------------------------------------------------------------------------------------


def test_a_shelters_emergency_line_is_left_free_if_there_is_an_office() -> None:
    assert rung(shelter(CRISIS, OFFICE)) == (Line.OFFICE, "+1 512-555-0102")


def test_the_office_of_another_service_of_the_organization_is_an_office_too() -> None:
    other = listed(a_service(contacts=[OFFICE]), key="legal")
    one = shelter(CRISIS)
    assert rung(one, other) == (Line.OFFICE, "+1 512-555-0102")
    assert call(one, other).way.of == other.id


def test_a_crisis_line_without_an_office_is_called_what_it_is() -> None:
    assert rung(shelter(CRISIS)) == (Line.CRISIS, "+1 512-555-0101")


def test_a_text_line_or_chat_of_survivors_is_never_used() -> None:
    assert rung(office(TEXT, CHAT, EMAIL)) == (Line.EMAIL, "office@example.org")
    assert rung(office(TEXT, PAGE)) == (Line.WEBSITE, "https://example.org")
    assert rung(office(TEXT, CHAT)) == (Line.NONE, "")


@pytest.mark.parametrize("number", ["911", "933", "112", "999"])
def test_an_emergency_number_is_never_rung_to_check_it(number: str) -> None:
    emergency = {"channel": "voice", "number": number}
    assert rung(office(emergency, PAGE)) == (Line.WEBSITE, "https://example.org")


def test_a_number_that_works_only_from_inside_a_prison_is_not_for_volunteers() -> None:
    inside = {"channel": "voice", "number": "777", "label": {"en": "Only from a prison phone"}}
    assert rung(office(inside, OFFICE)) == (Line.OFFICE, "+1 512-555-0102")
    assert rung(office(inside)) == (Line.NONE, "")


def test_a_number_on_hold_is_not_rung() -> None:
    """It may belong to somebody else by now, or to one person."""
    assert rung(office({**CRISIS, "hold": "looks like a personal number"})) == (Line.NONE, "")


def test_lines_for_deaf_people_are_left_to_deaf_people() -> None:
    videophone = {"channel": "videophone", "number": "+1 512-555-0103"}
    assert rung(office(videophone, EMAIL)) == (Line.EMAIL, "office@example.org")


def test_the_line_that_speaks_the_volunteers_language_is_rung() -> None:
    english = {**CRISIS, "languages": ["en"]}
    spanish = {**CRISIS, "number": "+1 512-555-0104", "languages": ["es"]}
    assert call(office(english, spanish), language="es").way.value == "+1 512-555-0104"


def test_two_entries_on_one_line_are_one_call() -> None:
    """Nobody is called twice in one day because we keep two entries."""
    one, other = office(CRISIS), listed(a_service(contacts=[CRISIS]), key="other")
    elsewhere = listed(a_service(contacts=[{**CRISIS, "number": "+1 512-555-0105"}]), key="elsewhere")
    assert call(one, other, elsewhere).together == (other.id,)


# -- in which language --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "language"),
    [
        ({"contacts": [{**CRISIS, "languages": ["es"]}]}, "es"),  # what the line speaks
        ({"languages": ["fr", "en"]}, "fr"),  # what the service speaks
        ({"contacts": [{**CRISIS, "languages": ["ht", "fr"]}]}, "fr"),  # the first that has a script
        ({}, "en"),  # what most people speak there
        ({"area": {"country": "BR"}}, "pt"),
        ({"area": {"country": "GT"}}, "es"),
        ({"area": {"country": "SN"}}, "fr"),  # Wolof has no script yet
        ({"area": {"country": "US", "regions": ["PR"]}}, "es"),
        ({"area": {"country": "CA", "regions": ["QC"]}}, "fr"),
        ({"area": {"country": "BE", "regions": ["VLG"]}}, "en"),  # not French: Flemish people would mind
        ({"area": {"country": "JP"}}, "en"),
        ({"area": {"country": "ZZ"}}, "en"),
        ({"languages": ["am"], "area": {"country": "ET"}}, "en"),
    ],
)
def test_the_call_is_made_in_the_language_of_the_place(changes: dict[str, Any], language: str) -> None:
    assert call(listed(a_service(**changes))).language == language


def test_a_volunteers_language_counts_if_the_place_speaks_it() -> None:
    both = listed(a_service(languages=["en", "es"]))
    assert call(both, language="es").language == "es"
    assert call(both, language="pt").language == "en"


# -- when ---------------------------------------------------------------------------------------------------


def test_a_crisis_line_is_called_in_the_calm_hours_of_a_working_day() -> None:
    line = shelter(CRISIS)
    assert timing(line, NOON) is Timing.GOOD
    assert timing(line, TUESDAY_3AM) is Timing.OUTSIDE
    assert timing(line, SATURDAY_NOON) is Timing.WEEKEND
    late_afternoon = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # 16:30
    assert timing(line, late_afternoon) is Timing.OUTSIDE
    assert timing(office({**CRISIS, "label": {}}), late_afternoon) is Timing.GOOD


def test_an_office_that_says_its_hours_is_called_when_it_is_open() -> None:
    one = office({**OFFICE, "hours": "Tu 10:00-13:00; Sa 10:00-13:00"})
    assert timing(one, NOON) is Timing.GOOD
    assert timing(one, SATURDAY_NOON) is Timing.GOOD
    assert timing(one, datetime(2026, 11, 25, 18, tzinfo=UTC)) is Timing.CLOSED


def test_a_crisis_line_that_is_open_only_in_the_evening_can_still_be_called() -> None:
    one = shelter({**CRISIS, "hours": "Mo-Su 18:00-22:00"})
    evening = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)  # Tuesday, 18:30
    assert timing(one, evening) is Timing.GOOD
    assert timing(one, NOON) is Timing.CLOSED
    assert timing(one, datetime(2026, 11, 29, 0, 30, tzinfo=UTC)) is Timing.WEEKEND


def test_a_line_for_the_whole_country_is_called_when_it_is_day_at_both_ends() -> None:
    one = listed(
        a_service(kind="hotline", area={"country": "US"}, contacts=[{**CRISIS, "number": "+1 800-555-0100"}])
    )
    assert timing(one, datetime(2026, 11, 24, 18, tzinfo=UTC)) is Timing.GOOD  # 10 to 13
    assert timing(one, datetime(2026, 11, 24, 17, tzinfo=UTC)) is Timing.OUTSIDE  # 9 in the west
    hour = call(one).hour
    assert hour is not None and [m.hour for m in hour.there] == [10, 13]


def test_where_nobody_knows_the_time_nobody_says_that_it_is_a_good_one() -> None:
    one = listed(a_service(area={"country": "ZZ"}, contacts=[{"channel": "voice", "number": "116 006"}]))
    hour = call(one).hour
    assert hour is not None
    assert (hour.timing, hour.is_good, hour.there) == (Timing.UNKNOWN, Verdict.UNKNOWN, ())


def test_writing_and_reading_have_no_hour() -> None:
    assert call(office(EMAIL)).hour is None


def test_the_weekend_is_the_countrys_own() -> None:
    assert weekend_of("US") == {5, 6}
    assert weekend_of("JO") == {4, 5}
    assert weekend_of("ZZ") == {5, 6}


@pytest.mark.parametrize(
    ("changes", "zones"),
    [
        ({"contacts": [{**CRISIS, "timezone": "America/Denver"}]}, ("America/Denver",)),
        ({"area": {"country": "US", "regions": ["TX"], "cities": ["El Paso"]}}, ("America/Denver",)),
        ({"area": {"country": "US", "regions": ["CA"]}}, ("America/Los_Angeles",)),
        ({}, ("America/Chicago",)),  # Texas has two; the number is from Austin
        ({"contacts": [{**CRISIS, "number": "+1 800-555-0100"}]}, SPANS["US"]),  # from anywhere
        (
            {"area": {"country": "FR"}, "contacts": [{"channel": "voice", "number": "3919"}]},
            ("Europe/Paris",),
        ),
        ({"area": {"country": "ZZ"}, "contacts": [{"channel": "voice", "number": "116 006"}]}, ()),
    ],
)
def test_the_time_there_comes_from_what_says_most(changes: dict[str, Any], zones: tuple[str, ...]) -> None:
    service = a_service(**changes)
    assert zones_of(service, service.contacts[0], the_book().gazetteer) == zones
