"""Is anyone there now? Three values: a line whose hours or time zone nobody wrote down is unknown."""

from datetime import datetime
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
    try:
        there = ZoneInfo(zone)
        hours = OpeningHours(contact.hours, timezone=there)
        return Verdict.YES if hours.is_open(now.astimezone(there)) else Verdict.NO
    except (ParserError, ZoneInfoNotFoundError):
        return Verdict.UNKNOWN


def any_open(contacts: tuple[Contact, ...], timezone: str | None, now: datetime) -> Verdict:
    """YES if one of them is answered now, NO if all are known to be closed."""
    verdicts = [is_open(c, timezone, now) for c in contacts]
    if Verdict.YES in verdicts:
        return Verdict.YES
    return Verdict.NO if verdicts and all(v is Verdict.NO for v in verdicts) else Verdict.UNKNOWN
