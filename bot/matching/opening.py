"""Is anyone there now? Three values: a line whose hours or time zone nobody wrote down is unknown."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]  # absent from its stubs

from bot.model.directory import Contact
from bot.model.verdict import Verdict

ALWAYS = "24/7"


def is_open(contact: Contact, timezone: str | None, now: datetime) -> Verdict:
    """Whether `contact` is answered at `now` (aware). `timezone` is the area's, where it has exactly one."""
    if now.tzinfo is None:
        raise ValueError("is_open() needs an aware time. Use datetime.now(UTC), not datetime.now().")
    if contact.hours is None:
        return Verdict.UNKNOWN
    if contact.hours == ALWAYS:
        return Verdict.YES
    zone = contact.timezone or timezone
    if zone is None:
        return Verdict.UNKNOWN
    known = _week(contact.hours, zone)
    if known is None:
        return Verdict.UNKNOWN
    hours, there = known
    return Verdict.YES if hours.is_open(now.astimezone(there)) else Verdict.NO


@lru_cache(maxsize=4096)  # a directory repeats its hours, and zones are files
def _week(hours: str, zone: str) -> tuple[OpeningHours, ZoneInfo] | None:
    try:
        there = ZoneInfo(zone)
        return OpeningHours(hours, timezone=there), there
    except (ParserError, ZoneInfoNotFoundError):
        return None


def any_open(contacts: tuple[Contact, ...], timezone: str | None, now: datetime) -> Verdict:
    """YES if one of them is answered now, NO if all are known to be closed."""
    verdicts = [is_open(c, timezone, now) for c in contacts]
    if Verdict.YES in verdicts:
        return Verdict.YES
    return Verdict.NO if verdicts and all(v is Verdict.NO for v in verdicts) else Verdict.UNKNOWN
