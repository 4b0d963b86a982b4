"""Who is turned away from the list: only by the person's own refusals and by limits a source states.

What nobody wrote down never excludes: unknown is a caution on the card, not a closed door.
"""

from collections.abc import Callable, Mapping

from bot.model.directory import (
    PHONE_CHANNELS,
    WITHOUT_SPEAKING,
    Channel,
    Cost,
    Institution,
    Kind,
    RunBy,
    Service,
)
from bot.model.profile import Profile
from bot.model.verdict import Verdict

CLOSE_TO: Mapping[str, frozenset[str]] = {
    "teen": frozenset({"child"}),
    "child": frozenset({"teen"}),
    "military": frozenset({"veteran"}),
}
OPPOSITE: Mapping[str, str] = {"women": "men", "men": "women"}
SAID_BY_NEED: Mapping[str, frozenset[str]] = {
    "military": frozenset({"military", "veteran"}),
    "school": frozenset({"student"}),
    "prison": frozenset({"in_custody", "formerly_incarcerated"}),
    "child_family": frozenset({"child", "teen", "parent"}),
    "native": frozenset({"native"}),
    "lgbtqia": frozenset({"lgbtqia", "trans"}),
}


def refused_by(service: Service, profile: Profile) -> str | None:
    """The person's refusal that excludes `service`, or None."""
    return next((code for code in profile.refusals if (rule := RULES.get(code)) and rule(service)), None)


def is_for(service: Service, profile: Profile) -> bool:
    """Whether one of the service's hard limits admits this person; a helper may ask for anybody."""
    return (
        not service.only or profile.helping_someone or not limits_that_admit(profile).isdisjoint(service.only)
    )


def limits_that_admit(profile: Profile) -> frozenset[str]:
    """The hard limits this person is within.

    Nobody's gender is assumed: "women only" turns away only someone who said that he is a man. Being a
    soldier, a student or a child is not assumed either: those desks admit nobody else.
    """
    said = set(profile.people).union(*(SAID_BY_NEED.get(need, frozenset()) for need in profile.needs))
    close = {limit for limit, near in CLOSE_TO.items() if near & said}
    not_denied = {limit for limit, opposite in OPPOSITE.items() if opposite not in said}
    return frozenset(said | close | not_denied)


def can_be_reached_without_calling(service: Service) -> bool:
    """A way that needs no speaking and no visit."""
    return any(c.channel in WITHOUT_SPEAKING or c.channel is Channel.WEBSITE for c in service.open_contacts)


def _has_no_remote_contact(service: Service) -> bool:
    remote = PHONE_CHANNELS | WITHOUT_SPEAKING | {Channel.WEBSITE}
    return not any(c.channel in remote for c in service.open_contacts)


def _is_police(service: Service) -> bool:
    return (
        service.run_by is RunBy.POLICE
        or service.institution is Institution.POLICE
        or service.shares_with.police is Verdict.YES
    )


def _is_immigration_office(service: Service) -> bool:
    return service.institution is Institution.IMMIGRATION or service.shares_with.immigration is Verdict.YES


def _is_court_only(service: Service) -> bool:
    return set(service.needs) <= {"police_report"}


RULES: Mapping[str, Callable[[Service], bool]] = {
    "police": lambda s: _is_police(s) or set(s.needs) <= {"police_report"},
    "immigration_authorities": _is_immigration_office,
    "shelter": lambda s: s.kind is Kind.SHELTER or set(s.needs) <= {"shelter_housing"},
    "phone_calls": lambda s: not can_be_reached_without_calling(s),
    "in_person": lambda s: s.in_person_only is Verdict.YES or _has_no_remote_contact(s),
    "court": _is_court_only,
    "religious": lambda s: s.religious is Verdict.YES or s.run_by is RunBy.FAITH,
    "men": lambda s: "men" in s.only,
    "women": lambda s: "women" in s.only,
    "employer": lambda s: s.institution is Institution.EMPLOYER or s.shares_with.employer is Verdict.YES,
    "id_documents": lambda s: s.asks_id is Verdict.YES,
    "hospital": lambda s: s.run_by is RunBy.HOSPITAL or s.kind is Kind.MEDICAL,
    "counselling": lambda s: s.kind is Kind.COUNSELLING or set(s.needs) <= {"counselling"},
    "cost": lambda s: s.cost is Cost.PAID,
}
"""Refusal -> whether it excludes a service. `family` changes words, not places: nothing here belongs to a family."""
