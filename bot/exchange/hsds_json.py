"""The directory as Open Referral HSDS 3.0 JSON, for other directories: a list of services, each with its organization.

Ids are UUIDv5 of our own ids, so that the same service has the same id in every export. What the standard has no field
for (whom a place asks for papers, whom it tells) are attributes with terms of our own taxonomy; what is unknown is left
out. Each claim's source and check is a metadata row. A confidential place is `virtual` and has no address.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from babel import Locale

from bot.exchange.exporting import CannotExport, Export, Made
from bot.model.directory import Channel, Contact, Cost, Organization, Service
from bot.model.verdict import Verdict

OURS = uuid5(NAMESPACE_URL, "tag:marigold,2026:directory")
PHONE_TYPES: Mapping[Channel, str] = {
    Channel.VOICE: "voice",
    Channel.TEXT: "text",
    Channel.WHATSAPP: "text",
    Channel.VIDEOPHONE: "video",
    Channel.TTY: "textphone",
}
VERDICTS = (
    "asks_status",
    "asks_id",
    "must_report",
    "confidential",
    "anonymous",
    "religious",
    "in_person_only",
)
COSTS: Mapping[Cost, str] = {
    Cost.FREE: "Free",
    Cost.SLIDING_SCALE: "Depends on income",
    Cost.PAID: "It costs money",
}
SUMMARY = "en"

Object = dict[str, Any]


def make_hsds_json(export: Export) -> Made:
    """A list of HSDS services, of what people see. Raises CannotExport for an export that holds more."""
    if not export.for_reading:
        raise CannotExport(
            "HSDS is for other directories to read: add --listed. What is held stays in the directory."
        )
    services = [
        _service(path, key, organization, export.vocabularies)
        for path, organization in sorted(export.organizations.items())
        for key in organization.services
    ]
    return json.dumps(services, ensure_ascii=False, indent=1).encode() + b"\n"


def hsds_id(*names: str) -> str:
    """The UUID of what these names lead to: a service by its id, a part of it by its id and what it is."""
    name = "/".join(names)
    return str(uuid5(OURS, name))


def _service(
    path: str, key: str, organization: Organization, vocabularies: Mapping[str, Mapping[str, str]]
) -> Object:
    service = organization.services[key]
    ours = f"{path}#{key}"
    mine = hsds_id(ours)
    return _given(
        id=mine,
        organization_id=hsds_id(path),
        name=service.name,
        description=service.summary.get(SUMMARY) or next(iter(service.summary.values())),
        url=_first(service, Channel.WEBSITE) or organization.website,
        email=_first(service, Channel.EMAIL),
        status="active",
        interpretation_services="Interpreters can be brought in"
        if service.interpreters is Verdict.YES
        else None,
        fees_description=COSTS.get(service.cost),
        eligibility_description=_eligibility(service, vocabularies["people"]),
        alert=service.notice.get(SUMMARY),
        assured_date=max((check.on for check in service.checks), default=None),
        organization=_organization(path, organization),
        phones=list(_phones(ours, service)),
        languages=[_language(ours, code) for code in service.languages],
        schedules=list(_schedules(ours, service)),
        service_areas=list(_areas(ours, service)),
        cost_options=[_cost(ours, service)] if service.cost in COSTS else [],
        service_at_locations=[_at_location(ours, mine, service)],
        attributes=list(_attributes(ours, service, vocabularies)),
        metadata=list(_metadata(ours, service)),
    )


def _given(**fields: Any) -> Object:
    """Only what is there: unknown is left out, never an empty text."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _organization(path: str, organization: Organization) -> Object:
    return _given(
        id=hsds_id(path),
        name=organization.name,
        alternate_name=", ".join(organization.also_known_as),
        description=organization.name,
        website=organization.website,
    )


def _first(service: Service, channel: Channel) -> str | None:
    return next((c.value for c in service.open_contacts if c.channel is channel), None)


def _eligibility(service: Service, people: Mapping[str, str]) -> str | None:
    return f"Only {', '.join(people.get(code, code) for code in service.only)}" if service.only else None


def _phones(ours: str, service: Service) -> Iterator[Object]:
    for at, contact in enumerate(service.open_contacts):
        if contact.channel not in PHONE_TYPES:
            continue
        mine = f"{ours}/contacts/{at}"
        yield _given(
            id=hsds_id(mine),
            service_id=hsds_id(ours),
            number=contact.value,
            type=PHONE_TYPES[contact.channel],
            description=_said(contact),
            languages=[_language(mine, code) for code in contact.languages],
        )


def _said(contact: Contact) -> str | None:
    keyword = f"Text {contact.keyword}." if contact.keyword else ""
    channel = "WhatsApp." if contact.channel is Channel.WHATSAPP else ""
    return " ".join(t for t in (channel, keyword, contact.note.get(SUMMARY, "")) if t) or None


def _language(ours: str, code: str) -> Object:
    name = Locale("en").languages.get(code) or code
    return {"id": hsds_id(ours, "languages", code), "name": name, "code": code}


def _schedules(ours: str, service: Service) -> Iterator[Object]:
    """Hours in the notation of OpenStreetMap: the standard's own fields cannot say "not on public holidays"."""
    for hours in dict.fromkeys(c.hours for c in service.open_contacts if c.hours):
        always = hours == "24/7"
        yield _given(
            id=hsds_id(ours, "schedules", str(hours)),
            service_id=hsds_id(ours),
            freq="WEEKLY" if always else None,
            byday="MO,TU,WE,TH,FR,SA,SU" if always else None,
            opens_at="00:00" if always else None,
            closes_at="24:00" if always else None,
            description=hours,
        )


def _areas(ours: str, service: Service) -> Iterator[Object]:
    area = service.area
    narrower = area.cities or area.counties or area.lands
    regions = [f"{area.country}-{region}" for region in area.regions] or [area.country]
    for name in narrower or regions:
        within = f" ({', '.join(regions)})" if narrower else ""
        yield {
            "id": hsds_id(ours, "service_areas", name),
            "service_id": hsds_id(ours),
            "name": f"{name}{within}",
            "extent_type": "text",
        }


def _cost(ours: str, service: Service) -> Object:
    option = {"id": hsds_id(ours, "cost"), "service_id": hsds_id(ours), "option": COSTS[service.cost]}
    return {**option, "amount": 0} if service.cost is Cost.FREE else option


def _at_location(ours: str, service_id: str, service: Service) -> Object:
    """Where it is: in words for a public place; for every other one only that it is reached from a distance."""
    is_public = service.location == "public" and service.address
    location = hsds_id(ours, "location")
    shown = {"id": location, "location_type": "physical" if is_public else "virtual", "name": service.name}
    if is_public:
        shown["description"] = str(service.address)
    return {"id": hsds_id(ours, "at"), "service_id": service_id, "location_id": location, "location": shown}


def _attributes(
    ours: str, service: Service, vocabularies: Mapping[str, Mapping[str, str]]
) -> Iterator[Object]:
    for kind, codes in (("needs", service.needs), ("people", service.serves), ("contexts", service.contexts)):
        for code in codes:
            yield _attribute(ours, kind, code, vocabularies[kind].get(code, code))
    for claim in VERDICTS:
        verdict: Verdict = getattr(service, claim)
        if verdict is not Verdict.UNKNOWN:
            yield _attribute(ours, "claims", claim, claim.replace("_", " "), verdict.value)
    for who, told in service.shares_with.model_dump().items():
        if told != Verdict.UNKNOWN:
            yield _attribute(ours, "claims", f"shares_with_{who}", f"tells {who}", Verdict(told).value)
    if service.run_by.value != "unknown":
        yield _attribute(ours, "run_by", service.run_by.value, f"run by {service.run_by.value}")


def _attribute(ours: str, kind: str, code: str, name: str, value: str | None = None) -> Object:
    term = {
        "id": hsds_id("taxonomy", kind, code),
        "code": code,
        "name": name,
        "description": name,
        "taxonomy": f"marigold-{kind}",
    }
    return _given(
        id=hsds_id(ours, "attributes", kind, code),
        link_id=hsds_id(ours),
        link_entity="service",
        taxonomy_term_id=term["id"],
        value=value,
        taxonomy_term=term,
    )


def _metadata(ours: str, service: Service) -> Iterator[Object]:
    """Who says it and who confirmed it: one row for each source and claim, and for each check and claim."""
    for at, source in enumerate(service.source):
        for claim in source.shows or ("all",):
            said = source.url or source.title or ""
            yield _row(ours, f"source/{at}", claim, source.read, "read", said, source.kind)
    for at, check in enumerate(service.checks):
        for claim in check.claims:
            yield _row(ours, f"check/{at}", claim, check.on, "confirmed", check.how, "volunteer")


def _row(ours: str, part: str, claim: str, on: str, what: str, said: str, by: str) -> Object:
    return {
        "id": hsds_id(ours, part, claim),
        "resource_id": hsds_id(ours),
        "resource_type": "service",
        "last_action_date": on,
        "last_action_type": what,
        "field_name": claim,
        "previous_value": "",
        "replacement_value": said,
        "updated_by": by,
    }
