"""How long what a person confirmed holds. Cards, ranking, lists of what to check and counts all ask here.

A number that was right in spring may belong to a stranger in autumn, so a confirmed claim wears off. The limits
are policy (resources/POLICY.md), in days: a wrong crisis number or a wrong answer about police hurts most.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from bot.model.directory import Check, Kind, Service
from bot.model.record import record

CRISIS_NUMBER_DAYS = 90
SAFETY_DAYS = 90
HOURS_DAYS = 90
NUMBER_DAYS = 180
ADDRESS_DAYS = 365
OTHER_DAYS = 180

SAFETY_CLAIMS = ("asks_status", "asks_id", "must_report", "shares_with", "confidential", "anonymous")
CLAIMS = (
    "number",
    *SAFETY_CLAIMS,
    "hours",
    "languages",
    "interpreters",
    "cost",
    "area",
    "needs",
    "serves",
    "only",
    "run_by",
    "religious",
    "address",
    "website",
)
CRISIS_KINDS = frozenset({Kind.HOTLINE, Kind.CRISIS_CENTER, Kind.SHELTER})


class Freshness(StrEnum):
    """What a claim is worth today."""

    CONFIRMED = "confirmed"
    EXPIRED = "expired"  # a person confirmed it once, too long ago
    NEVER = "never"  # only read in a public source


@record
class Standing:
    """A claim's freshness; `on` is the last check, `until` the last day it holds. None: never checked."""

    freshness: Freshness
    on: date | None = None
    until: date | None = None


def holds_days(service: Service, claim: str) -> int:
    """How many days a confirmed claim of this service holds."""
    if claim == "number":
        is_crisis = service.kind in CRISIS_KINDS or "crisis" in service.needs
        return CRISIS_NUMBER_DAYS if is_crisis else NUMBER_DAYS
    if claim in SAFETY_CLAIMS:
        return SAFETY_DAYS
    return {"hours": HOURS_DAYS, "address": ADDRESS_DAYS}.get(claim, OTHER_DAYS)


def standing(service: Service, claim: str, today: date) -> Standing:
    """What a claim of a service is worth on `today`. A check dated later than today counts for nothing."""
    days = [d for d in _days_of(service.checks, claim) if d <= today]
    if not days:
        return Standing(freshness=Freshness.NEVER)
    last = max(days)
    until = date.fromordinal(last.toordinal() + holds_days(service, claim))
    freshness = Freshness.CONFIRMED if today <= until else Freshness.EXPIRED
    return Standing(freshness=freshness, on=last, until=until)


def is_confirmed(service: Service, today: date) -> bool:
    """A person reached the service, recently enough: what "not yet confirmed by us" on a card is about."""
    return standing(service, "number", today).freshness is Freshness.CONFIRMED


def _days_of(checks: tuple[Check, ...], claim: str) -> Iterator[date]:
    return (date.fromisoformat(check.on) for check in checks if claim in check.claims)
