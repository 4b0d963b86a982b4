"""What several people reported is not shown again until a volunteer has checked it.

Three people who do not know of each other are enough: a number that leads nowhere costs a survivor's courage. A
check that is newer than the reports answers them. But a day on which many places are reported by enough people at once
says more about who reports than about the places: it holds nothing back, and a volunteer is told.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from bot.model.directory import Channel, Contact, ListedService, Service
from bot.model.report import ReportCount, Trouble

ENOUGH = 3
REMEMBERED_DAYS = 90
MOST_IN_A_DAY = 10  # places that enough people report on one day; more is a wave
ABOUT_THE_CONTACT = frozenset({Trouble.NUMBER, Trouble.NO_ANSWER})
CONTACT_HOLD = "several people reported that it did not work; check it"
SERVICE_HOLD = "several people reported trouble here; check it before it is shown again"

Troubles = Mapping[str, Counter[Trouble]]  # service id -> how many told what, since the last check


def open_reports(services: Iterable[ListedService], counts: Iterable[ReportCount], today: date) -> Troubles:
    """What was reported of each service and not yet answered by a check."""
    known = {listed.id: listed.service for listed in services}
    told = tuple(counts)
    waves = days_of_waves(told)
    troubles: dict[str, Counter[Trouble]] = {}
    for counted in told:
        service = known.get(counted.service)
        if service is not None and counted.day not in waves and _is_open(counted, service, today):
            troubles.setdefault(counted.service, Counter())[counted.trouble] += counted.count
    return troubles


def days_of_waves(counts: Iterable[ReportCount]) -> frozenset[date]:
    """Days on which so many places were reported by enough people that nobody is believed."""
    by_day: dict[date, Counter[str]] = {}
    for counted in counts:
        by_day.setdefault(counted.day, Counter())[counted.service] += counted.count
    return frozenset(
        day for day, told in by_day.items() if sum(n >= ENOUGH for n in told.values()) > MOST_IN_A_DAY
    )


def _is_open(counted: ReportCount, service: Service, today: date) -> bool:
    if counted.day < today - timedelta(days=REMEMBERED_DAYS):
        return False
    return all(date.fromisoformat(check.on) <= counted.day for check in service.checks)


def held_by_reports(services: Iterable[ListedService], troubles: Troubles) -> tuple[ListedService, ...]:
    """The services with what enough people reported put on hold."""
    return tuple(_held(listed, troubles.get(listed.id, Counter())) for listed in services)


def taken_off(troubles: Troubles) -> frozenset[tuple[str, bool]]:
    """(service, whole or only its contacts) of what is put on hold: while it stays the same, so does the directory."""
    return frozenset(
        (service, _whole(told)) for service, told in troubles.items() if _whole(told) or _contact(told)
    )


def _whole(told: Counter[Trouble]) -> bool:
    return sum(told[t] for t in Trouble if t not in ABOUT_THE_CONTACT) >= ENOUGH


def _contact(told: Counter[Trouble]) -> bool:
    return sum(told[t] for t in ABOUT_THE_CONTACT) >= ENOUGH


def _held(listed: ListedService, told: Counter[Trouble]) -> ListedService:
    service = listed.service
    if _whole(told):
        changed = service.model_copy(update={"hold": service.hold or SERVICE_HOLD})
    elif _contact(told):
        changed = service.model_copy(update={"contacts": tuple(_held_contact(c) for c in service.contacts)})
    else:
        return listed
    return listed.model_copy(update={"service": changed})


def _held_contact(contact: Contact) -> Contact:
    if contact.channel is Channel.WEBSITE or contact.hold:
        return contact
    return contact.model_copy(update={"hold": CONTACT_HOLD})
