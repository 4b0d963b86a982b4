"""Hours in two notations: what can be said in both comes back as it was."""

import doctest

import pytest
from bot.exchange.hsds import weeks
from bot.exchange.hsds.weeks import DAYS, hours_of, weekly
from hypothesis import given
from hypothesis import strategies as st

CLOCK = st.tuples(st.integers(0, 22), st.integers(0, 59)).map(lambda t: f"{t[0]:02}:{t[1]:02}")
SPAN = st.tuples(CLOCK, CLOCK).filter(lambda t: t[0] < t[1]).map(lambda t: f"{t[0]}-{t[1]}")


@given(st.dictionaries(st.sampled_from(DAYS), SPAN, min_size=1))
def test_days_with_their_times_come_back_as_they_were(week: dict[str, str]) -> None:
    hours = "; ".join(f"{day} {week[day]}" for day in DAYS if day in week)
    events = weekly(hours)
    assert events
    back, unread = hours_of(events)
    assert unread == []
    again = weekly(back or "")
    assert again is not None

    def by_day(some: list[weeks.Week]) -> dict[str, tuple[str, str]]:
        return {day: (e["opens_at"], e["closes_at"]) for e in some for day in e["byday"].split(",")}

    assert by_day(again) == by_day(events)


@pytest.mark.parametrize(
    "hours", ["24/7", "Mo-Fr 09:00-17:00", "Mo-Su 08:00-24:00", "Sa,Su 10:00-12:00,13:00-14:00"]
)
def test_whole_days_nights_and_breaks_come_back(hours: str) -> None:
    events = weekly(hours)
    assert events
    back, unread = hours_of(events)
    assert (back, unread) == (hours.replace("Sa,Su", "Sa-Su"), [])


@pytest.mark.parametrize(
    "hours",
    [
        "Mo-Fr 09:00-17:00; PH off",
        "Jan-Mar Mo 09:00-10:00",
        "Mo 09:00-10:00; Mo 12:00-13:00",
        "by appointment",
    ],
)
def test_what_the_standard_cannot_say_is_not_said_by_half(hours: str) -> None:
    assert weekly(hours) is None


@pytest.mark.parametrize(
    "event",
    [
        {"freq": "MONTHLY", "byday": "2MO", "opens_at": "09:00", "closes_at": "10:00"},
        {"freq": "WEEKLY", "interval": 2, "byday": "MO", "opens_at": "09:00", "closes_at": "10:00"},
        {"byday": "MO", "opens_at": "soon", "closes_at": "10:00"},
        {"byday": "XX", "opens_at": "09:00", "closes_at": "10:00"},
        {"description": "ask"},
    ],
)
def test_an_event_that_is_not_weekly_is_told_and_makes_no_hours(event: dict[str, object]) -> None:
    assert hours_of([event]) == (None, [event])


def test_the_examples_hold() -> None:
    assert doctest.testmod(weeks).failed == 0
