"""The directory as nested HSDS 3.0 objects: organizations with their services and all that belongs to them.

Every fact has one place: the standard's own field where it has one, else an attribute (hsds/terms.py). What is unknown
is left out. Each claim's source and each check is a metadata row. A confidential place is `virtual`, without address.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale

from bot.exchange.exporting import Export
from bot.exchange.hsds.terms import (
    CONFIRMED,
    COSTS,
    EVERYTHING,
    IDENTIFIER,
    MAIN,
    PHONE_TYPES,
    PREFIX,
    READ,
    TAXONOMIES,
    TELLS,
    UNKNOWN,
    VERDICTS,
    hsds_id,
)
from bot.exchange.hsds.weeks import weekly
from bot.exchange.rows import filled
from bot.model.directory import PHONE_CHANNELS, Area, Channel, Contact, Cost, Organization, Service, Source
from bot.model.verdict import Verdict

Object = dict[str, Any]
Vocabularies = Mapping[str, Mapping[str, str]]

US_ADDRESS = re.compile(
    r"(?P<street>.+), (?P<city>[^,\d]+), (?P<state>[A-Z]{2}) (?P<postal>\d{5}(?:-\d{4})?)(?:, USA?)?"
)
FOR_DEAF_CALLERS: Mapping[Channel, str] = {
    Channel.TTY: "Text phone (TTY) for Deaf and hard of hearing callers",
    Channel.VIDEOPHONE: "Video phone for Deaf callers who sign",
}


def organizations(export: Export) -> Iterator[Object]:
    """Each organization with its services, in the order of their ids."""
    for path, organization in sorted(export.organizations.items()):
        yield _organization(path, organization, export)


def service_alone(organization: Object, service: Object) -> Object:
    """A service as the standard shows it by itself: with its organization inside, without that one's services."""
    return {**service, "organization": {k: v for k, v in organization.items() if k != "services"}}


def _organization(path: str, organization: Organization, export: Export) -> Object:
    mine = hsds_id(path)
    identifier = {
        "id": hsds_id(path, "identifier"),
        "organization_id": mine,
        "identifier_scheme": IDENTIFIER,
        "identifier_type": "directory path",
        "identifier": path,
    }
    return filled(
        id=mine,
        name=organization.name,
        alternate_name="; ".join(organization.also_known_as),
        description=organization.name,
        website=organization.website,
        organization_identifiers=[identifier],
        attributes=[
            _field((path, str(at)), mine, "organization", "also_known_as", name)
            for at, name in enumerate(organization.also_known_as)
        ],
        services=[
            _Parts(path, key, service, export).service() for key, service in organization.services.items()
        ],
    )


def term_of(kind: str, code: str, name: str) -> Object:
    """A term of one of our taxonomies."""
    taxonomy = {
        "id": hsds_id("taxonomy", kind),
        "name": f"{PREFIX}{kind}",
        "description": TAXONOMIES[kind],
    }
    return {
        "id": hsds_id("taxonomy", kind, code),
        "code": f"{kind}:{code}",
        "name": name or code,
        "description": name or code,
        "taxonomy": f"{PREFIX}{kind}",
        "taxonomy_id": taxonomy["id"],
        "taxonomy_detail": taxonomy,
    }


def _attribute(
    ours: tuple[str, ...],
    entity: str,
    kind: str,
    code: str,
    name: str,
    value: str | None = None,
    link: str = "",
) -> Object:
    """`ours`: what the attribute is of, by our names; the first says whose UUID it links to."""
    term = term_of(kind, code, name)
    return filled(
        id=hsds_id(*ours, "attributes", link or kind, code),
        link_id=hsds_id(ours[0]),
        link_entity=entity,
        link_type=link,
        taxonomy_term_id=term["id"],
        value=value,
        taxonomy_term=term,
    )


def _field(ours: tuple[str, ...], link_id: str, entity: str, code: str, value: str) -> Object:
    name = code.replace("_", " ").replace(".", ", ")
    return {**_attribute(ours, entity, "fields", code, name, value), "link_id": link_id}


class _Parts:
    """One service with all that hangs on it. `ours` is its id: us/tx/example#line."""

    def __init__(self, path: str, key: str, service: Service, export: Export) -> None:
        self.key = key
        self.path = path
        self.ours = f"{path}#{key}"
        self.mine = hsds_id(self.ours)
        self.of = service
        self.words: Vocabularies = export.vocabularies
        self.made = export.made
        self.zone = export.zones.get(self.ours)

    def service(self) -> Object:
        service = self.of
        return filled(
            id=self.mine,
            organization_id=hsds_id(self.path),
            name=service.name,
            description=service.summary.get(MAIN) or next(iter(service.summary.values()), None),
            url=self._first(Channel.WEBSITE),
            email=self._first(Channel.EMAIL),
            status="active",
            interpretation_services="Interpreters can be brought in"
            if service.interpreters is Verdict.YES
            else None,
            fees_description=COSTS.get(service.cost),
            eligibility_description=self._eligibility(),
            alert=service.notice.get(MAIN),
            assured_date=max((check.on for check in service.checks), default=None),
            last_modified=f"{max(self._days())}T00:00:00Z",
            phones=[self._phone(at, c) for at, c in self._contacts(*PHONE_CHANNELS)],
            contacts=[self._mailbox(at, c) for at, c in self._contacts(Channel.EMAIL)],
            languages=[_language(self.ours, "service_id", code) for code in service.languages],
            schedules=list(self._schedules()),
            service_areas=list(_areas(self.ours, service.area)),
            cost_options=[self._cost()] if service.cost in COSTS else [],
            service_at_locations=list(self._places()),
            required_documents=list(self._documents()),
            attributes=list(self._attributes()),
            metadata=list(self._metadata()),
        )

    def _days(self) -> Iterator[str]:
        yield from (source.read for source in self.of.source)
        yield from (check.on for check in self.of.checks)

    def _contacts(self, *channels: Channel) -> Iterator[tuple[int, Contact]]:
        return ((at, c) for at, c in enumerate(self.of.open_contacts) if c.channel in channels)

    def _first(self, channel: Channel) -> str | None:
        return next((contact.value for _, contact in self._contacts(channel)), None)

    def _eligibility(self) -> str | None:
        people = self.words["people"]
        names = ", ".join(people.get(code, code) for code in self.of.only)
        return f"Only {names}" if names else None

    # -- ways to get through -------------------------------------------------------------------------------------

    def _phone(self, at: int, contact: Contact) -> Object:
        mine = f"{self.ours}/contacts/{at}"
        return filled(
            id=hsds_id(mine),
            service_id=self.mine,
            number=contact.value,
            type=PHONE_TYPES[contact.channel],
            description=_said(contact),
            languages=[_language(mine, "phone_id", code) for code in contact.languages],
            attributes=list(self._ways(at, contact, "phone")),
        )

    def _mailbox(self, at: int, contact: Contact) -> Object:
        """An organization's mailbox; never a person's, so it has no name."""
        return {
            "id": hsds_id(f"{self.ours}/contacts/{at}"),
            "service_id": self.mine,
            **filled(email=contact.value, department=contact.label.get(MAIN)),
            "attributes": list(self._ways(at, contact, "contact")),
        }

    def _ways(self, at: int, contact: Contact, entity: str) -> Iterator[Object]:
        """What HSDS has no field for in one way of getting through."""
        mine = f"{self.ours}/contacts/{at}"
        values = {
            "order": str(at),
            "channel": contact.channel.value,
            "keyword": contact.keyword,
            "hours": contact.hours,
            "timezone": contact.timezone,
            "languages": ",".join(contact.languages) if entity != "phone" else None,
            **{f"label.{language}": text for language, text in contact.label.items()},
            **{f"note.{language}": text for language, text in contact.note.items()},
        }
        for code, value in values.items():
            if value:
                yield _field((mine,), hsds_id(mine), entity, code, value)

    def _places(self) -> Iterator[Object]:
        """Where it is: in words for a public place; for every other one only that it is reached from a distance."""
        yield self._at("location", self._location())
        for at, contact in self._contacts(Channel.CHAT, Channel.WEBSITE, Channel.MAIL):
            yield self._at(f"contacts/{at}", self._distant(at, contact))

    def _at(self, part: str, location: Object) -> Object:
        return {
            "id": hsds_id(self.ours, "at", part),
            "service_id": self.mine,
            "location_id": location["id"],
            "location": location,
        }

    def _location(self) -> Object:
        is_public = self.of.location == "public" and bool(self.of.address)
        mine = hsds_id(self.ours, "location")
        address = self.of.address if is_public else None
        return filled(
            id=mine,
            location_type="physical" if is_public else "virtual",
            name=self.of.name,
            description=address,
            addresses=_addresses(self.ours, mine, address, "physical"),
            accessibility=list(self._accessibility(mine)),
        )

    def _accessibility(self, location_id: str) -> Iterator[Object]:
        for channel, words in FOR_DEAF_CALLERS.items():
            if any(self._contacts(channel)):
                row = hsds_id(self.ours, "accessibility", channel)
                yield {"id": row, "location_id": location_id, "description": words}

    def _distant(self, at: int, contact: Contact) -> Object:
        mine = f"{self.ours}/contacts/{at}"
        is_mail = contact.channel is Channel.MAIL
        return filled(
            id=hsds_id(mine),
            location_type="postal" if is_mail else "virtual",
            name=contact.label.get(MAIN) or contact.channel.value.capitalize(),
            url=None if is_mail else contact.value,
            description=contact.value if is_mail else None,
            addresses=_addresses(mine, hsds_id(mine), contact.value, "postal") if is_mail else [],
            attributes=list(self._ways(at, contact, "location")),
        )

    def _schedules(self) -> Iterator[Object]:
        """Each contact's hours once; by weekday where they can be said so, and always in full in `description`."""
        seen = dict.fromkeys((c.hours, c.timezone or self.zone) for c in self.of.open_contacts if c.hours)
        for hours, zone in seen:
            for at, week in enumerate(weekly(str(hours)) or ({},)):
                yield filled(
                    id=hsds_id(self.ours, "schedules", str(hours), str(zone), str(at)),
                    service_id=self.mine,
                    **week,
                    timezone=_offset(zone, self.made),
                    description=hours,
                    notes=f"Local time, {zone}" if zone else None,
                )

    # -- what it is ----------------------------------------------------------------------------------------------

    def _cost(self) -> Object:
        option = {"id": hsds_id(self.ours, "cost"), "service_id": self.mine, "option": COSTS[self.of.cost]}
        return {**option, "amount": 0} if self.of.cost is Cost.FREE else option

    def _documents(self) -> Iterator[Object]:
        if self.of.asks_id is Verdict.YES:
            row = hsds_id(self.ours, "required_documents")
            yield {"id": row, "service_id": self.mine, "document": "They ask for an identity paper"}

    def _attributes(self) -> Iterator[Object]:
        service = self.of
        yield from self._coded("needs", "needs", service.needs)
        yield from self._coded("people", "serves", service.serves)
        yield from self._coded("people", "only", service.only)
        yield from self._coded("contexts", "contexts", service.contexts)
        yield self._term("kinds", service.kind.value)
        if service.institution:
            yield self._term("institutions", service.institution.value)
        if service.run_by.value != UNKNOWN:
            yield self._term("run_by", service.run_by.value)
        if service.cost in COSTS:
            yield self._term("costs", service.cost.value)
        for claim, verdict in self._verdicts():
            yield _attribute((self.ours,), "service", "claims", claim, claim.replace("_", " "), verdict)
        yield from self._fields()
        yield from self._details_of_sources()

    def _coded(self, kind: str, link: str, codes: tuple[str, ...]) -> Iterator[Object]:
        for code in codes:
            name = self.words[kind].get(code, code)
            yield _attribute((self.ours,), "service", kind, code, name, link=link)

    def _term(self, kind: str, code: str) -> Object:
        return _attribute((self.ours,), "service", kind, code, code.replace("_", " "))

    def _verdicts(self) -> Iterator[tuple[str, str]]:
        for claim in VERDICTS:
            verdict: Verdict = getattr(self.of, claim)
            if verdict is not Verdict.UNKNOWN:
                yield claim, verdict.value
        for who, told in self.of.shares_with.model_dump().items():
            if told != Verdict.UNKNOWN:
                yield f"{TELLS}{who}", Verdict(told).value

    def _fields(self) -> Iterator[Object]:
        service = self.of
        first = MAIN if MAIN in service.summary else next(iter(service.summary), None)
        values = {
            "key": self.key,
            "location": service.location,
            "ends_on": service.ends_on,
            "description": first if first != MAIN else None,
            **{f"summary.{code}": text for code, text in service.summary.items() if code != first},
            **{f"notice.{code}": text for code, text in service.notice.items() if code != MAIN},
        }
        for code, value in values.items():
            if value:
                yield _field((self.ours,), self.mine, "service", code, value)
        for at, key in enumerate(service.depends_on):
            yield _field((self.ours, str(at)), self.mine, "service", "depends_on", key)

    # -- who says so ---------------------------------------------------------------------------------------------

    def _metadata(self) -> Iterator[Object]:
        """One row for each source and claim, and for each check and claim."""
        for at, source in enumerate(self.of.source):
            for claim in source.shows or (EVERYTHING,):
                said = source.url or source.title or ""
                yield self._row(f"source/{at}", claim, source.read, READ, said, source.kind)
        for at, check in enumerate(self.of.checks):
            for claim in check.claims:
                yield self._row(f"check/{at}", claim, check.on, CONFIRMED, check.how, "volunteer")

    def _row(self, part: str, claim: str, on: str, what: str, said: str, by: str) -> Object:
        return {
            "id": hsds_id(self.ours, part, claim),
            "resource_id": self.mine,
            "resource_type": "service",
            "last_action_date": on,
            "last_action_type": what,
            "field_name": claim,
            "previous_value": UNKNOWN,
            "replacement_value": said,
            "updated_by": by,
        }

    def _details_of_sources(self) -> Iterator[Object]:
        """A source's title beside its address, and the day printed on it, linked to its first row of metadata."""
        for at, source in enumerate(self.of.source):
            for code, value in _details(source):
                row = hsds_id(self.ours, f"source/{at}", next(iter(source.shows), EVERYTHING))
                yield _field((self.ours, f"source/{at}"), row, "metadata", code, value)


def _details(source: Source) -> Iterator[tuple[str, str]]:
    if source.url and source.title:
        yield "source_title", source.title
    if source.date:
        yield "source_date", source.date


def _said(contact: Contact) -> str | None:
    """What a caller should know, for people: its name, the word to send first, the note."""
    named = f"{contact.label[MAIN]}." if contact.label.get(MAIN) else ""
    keyword = f"Text {contact.keyword}." if contact.keyword else ""
    channel = "WhatsApp." if contact.channel is Channel.WHATSAPP else ""
    return " ".join(t for t in (named, channel, keyword, contact.note.get(MAIN, "")) if t) or None


def _language(ours: str, holder: str, code: str) -> Object:
    name = Locale(MAIN).languages.get(code.replace("-", "_")) or code
    return {"id": hsds_id(ours, "languages", code), holder: hsds_id(ours), "name": name, "code": code}


def _offset(zone: str | None, made: datetime) -> float | None:
    """Hours from UTC on the day of the export; the standard has no field for a zone, so its name is in `notes`."""
    try:
        away = made.astimezone(ZoneInfo(zone)).utcoffset() if zone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return away.total_seconds() / 3600 if away is not None else None


def _areas(ours: str, area: Area) -> Iterator[Object]:
    """Where it helps. `name` is for people; `extent` says the same in codes: `US-TX;city:Austin`."""
    wide = [f"{area.country}-{region}" for region in area.regions] or [area.country]
    narrow = [
        *(("county", name) for name in area.counties),
        *(("city", name) for name in area.cities),
        *(("land", name) for name in area.lands),
    ]
    within = ",".join(wide)
    rows = [(f"{name} ({within})", f"{within};{kind}:{name}") for kind, name in narrow]
    for name, extent in rows or [(code, code) for code in wide]:
        yield {
            "id": hsds_id(ours, "service_areas", extent),
            "service_id": hsds_id(ours),
            "name": name,
            "extent": extent,
            "extent_type": "text",
        }


def _addresses(ours: str, location_id: str, line: str | None, kind: str) -> list[Object]:
    """The parts of an address that can be told apart for certain; else the line stands in the description alone."""
    found = US_ADDRESS.fullmatch(line or "")
    if found is None:
        return []
    return [
        {
            "id": hsds_id(ours, "address"),
            "location_id": location_id,
            "address_1": found["street"],
            "city": found["city"],
            "state_province": found["state"],
            "postal_code": found["postal"],
            "country": "US",
            "address_type": kind,
        }
    ]
