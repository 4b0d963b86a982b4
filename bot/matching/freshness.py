"""How long what a person confirmed holds. Cards, ranking, lists of what to check and counts all ask here.

A number that was right in spring may belong to a stranger in autumn, so a confirmed claim wears off. The limits
are policy (resources/POLICY.md), in days: a wrong crisis number or a wrong answer about police hurts most.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from bot.model.directory import Check, Cost, Kind, ListedService, Service, SharesWith
from bot.model.record import record
from bot.model.verdict import Verdict
from bot.model.words import ClosedList

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


class Freshness(ClosedList):
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


NEVER_CHECKED = Standing(freshness=Freshness.NEVER)


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
    if not service.checks:
        return NEVER_CHECKED
    days = [d for d in _days_of(service.checks, claim) if d <= today]
    if not days:
        return NEVER_CHECKED
    last = max(days)
    until = date.fromordinal(last.toordinal() + holds_days(service, claim))
    freshness = Freshness.CONFIRMED if today <= until else Freshness.EXPIRED
    return Standing(freshness=freshness, on=last, until=until)


def is_confirmed(service: Service, today: date) -> bool:
    """A person reached the service, recently enough: what "not yet confirmed by us" on a card is about."""
    return standing(service, "number", today).freshness is Freshness.CONFIRMED


def has_ended(service: Service, today: date) -> bool:
    """Its last day is over."""
    return service.ends_on is not None and service.ends_on < today.isoformat()


def _days_of(checks: tuple[Check, ...], claim: str) -> Iterator[date]:
    return (date.fromisoformat(check.on) for check in checks if claim in check.claims)


# What somebody would rely on. A warning (they ask for ID, they must report) stays until somebody says otherwise:
# to forget it because it is old would be the dangerous mistake.
REASSURING: Mapping[str, Verdict] = {
    "asks_status": Verdict.NO,
    "asks_id": Verdict.NO,
    "must_report": Verdict.NO,
    "confidential": Verdict.YES,
    "anonymous": Verdict.YES,
    "interpreters": Verdict.YES,
}
# The first says that papers do not matter; the second promises nothing.
STATUS_SAFE = ("undocumented", "immigrant")


def believed(listed: ListedService, today: date) -> ListedService:
    """The service as it may be told on `today`: a confirmed claim past its limit is unknown, not yes."""
    service = listed.service
    if not service.checks:
        return listed
    worn = dict(_worn_off(service, today))
    return listed.model_copy(update={"service": service.model_copy(update=worn)}) if worn else listed


def _worn_off(service: Service, today: date) -> Iterator[tuple[str, object]]:
    def is_over(claim: str) -> bool:
        return standing(service, claim, today).freshness is Freshness.EXPIRED

    for claim, reassuring in REASSURING.items():
        if getattr(service, claim) is reassuring and is_over(claim):
            yield claim, Verdict.UNKNOWN
    if is_over("shares_with"):
        told = {who: v for who, v in service.shares_with if v is not Verdict.NO}
        yield "shares_with", SharesWith(**told)
    if service.cost is Cost.FREE and is_over("cost"):
        yield "cost", Cost.UNKNOWN
    if is_over("hours"):
        yield "contacts", tuple(c.model_copy(update={"hours": None}) for c in service.contacts)
    if STATUS_SAFE[0] in service.serves and (is_over("asks_status") or is_over("serves")):
        yield (
            "serves",
            tuple(dict.fromkeys(STATUS_SAFE[1] if s == STATUS_SAFE[0] else s for s in service.serves)),
        )
