"""Hours: ours in the notation of OpenStreetMap, HSDS's as weekly events of iCal. Each way, as far as it is certain."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.matching.opening import ALWAYS

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ICAL = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
OPEN, CLOSE = "00:00:00", "23:59:00"  # a whole day, as far as a time of the standard can say it
RULE = re.compile(
    r"(?:(?P<days>[A-Z][a-z](?:-[A-Z][a-z])?(?:,[A-Z][a-z](?:-[A-Z][a-z])?)*) )?"
    r"(?P<times>\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*)"
)
CLOCK = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?")

Week = Mapping[str, Any]  # freq, byday, opens_at, closes_at


def weekly(hours: str) -> list[Week] | None:
    """HSDS's weekly events for hours that say no more than days and times; None for all others.

    >>> weekly("Mo-We 09:00-17:00")
    [{'freq': 'WEEKLY', 'byday': 'MO,TU,WE', 'opens_at': '09:00:00', 'closes_at': '17:00:00'}]
    """
    if hours == ALWAYS:
        return [_event(ICAL, OPEN, CLOSE)]
    found = [RULE.fullmatch(rule.strip()) for rule in hours.split(";")]
    if not all(found):
        return None
    events: list[Week] = []
    seen: set[str] = set()
    for rule in found:
        days = _days(rule["days"]) if rule and rule["days"] else list(ICAL)
        if rule is None or days is None or seen & set(days):
            return None  # a later rule changes an earlier one: two events would say both
        seen |= set(days)
        for span in rule["times"].split(","):
            opens, closes = span.split("-")
            events.append(_event(days, f"{opens}:00", CLOSE if closes == "24:00" else f"{closes}:00"))
    return events


def _event(days: Iterable[str], opens: str, closes: str) -> Week:
    return {"freq": "WEEKLY", "byday": ",".join(days), "opens_at": opens, "closes_at": closes}


def _days(text: str) -> list[str] | None:
    found: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            return None
        at, to = DAYS.index(first), DAYS.index(last or first)
        found += [ICAL[day % 7] for day in range(at, to + 1 if to >= at else to + 8)]
    return found


def hours_of(events: Iterable[Mapping[str, Any]]) -> tuple[str | None, list[Mapping[str, Any]]]:
    """Hours in our notation for HSDS's events, and those that could not be read.

    >>> hours_of(weekly("Mo-We 09:00-17:00; Sa 10:00-12:00"))
    ('Mo-We 09:00-17:00; Sa 10:00-12:00', [])
    """
    by_day: dict[str, list[str]] = {}
    unread: list[Mapping[str, Any]] = []
    for event in events:
        days, span = _days_of(event), _span(event)
        if not days or not span:
            unread.append(event)
            continue
        for day in days:
            by_day.setdefault(day, []).append(span)
    if by_day and all(by_day.get(day) == ["00:00-24:00"] for day in DAYS):
        return ALWAYS, unread
    return "; ".join(_joined(by_day)) or None, unread


def _days_of(event: Mapping[str, Any]) -> list[str]:
    said = str(event.get("byday") or "")
    if event.get("freq", "WEEKLY") not in ("WEEKLY", None) or event.get("interval") not in (None, 1, "1", ""):
        return []
    found = [part.strip().upper() for part in said.split(",") if part.strip()]
    return [DAYS[ICAL.index(day)] for day in found] if all(day in ICAL for day in found) else []


def _span(event: Mapping[str, Any]) -> str | None:
    opens, closes = _clock(event.get("opens_at")), _clock(event.get("closes_at"))
    if not opens or not closes:
        return None
    return f"{opens}-{'24:00' if closes in ('23:59', '00:00') else closes}"


def _clock(text: Any) -> str | None:
    found = CLOCK.fullmatch(str(text or "").strip())
    if not found or int(found["hour"]) > 24 or int(found["minute"]) > 59:
        return None
    return f"{int(found['hour']):02}:{found['minute']}"


def _joined(by_day: Mapping[str, list[str]]) -> Iterator[str]:
    """Days that follow each other and have the same times are one rule."""
    runs: list[tuple[list[str], str]] = []
    for day in DAYS:
        if day not in by_day:
            continue
        times = ",".join(sorted(dict.fromkeys(by_day[day])))
        follows = runs and runs[-1][1] == times and DAYS.index(runs[-1][0][-1]) + 1 == DAYS.index(day)
        if follows:
            runs[-1][0].append(day)
        else:
            runs.append(([day], times))
    for days, times in runs:
        yield f"{days[0] if len(days) == 1 else f'{days[0]}-{days[-1]}'} {times}"
