"""What an export holds: everything, for keeping and editing; or what people see, for reading.

What people see is what the bot would show: nothing held, nothing that has ended, no notes of volunteers, and no
confirmed claim past its time (bot/matching/freshness.py).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from bot.exchange.kept import Kept
from bot.exchange.rows import Cells, plain_data, rows_of, version_of
from bot.exchange.tables import LISTED, TABLES, headers_for, language_in
from bot.matching.freshness import CLAIMS, believed, has_ended
from bot.model.directory import Area, Channel, ListedService, Organization, Service
from bot.model.record import record
from bot.model.taxonomy import Taxonomy
from bot.understanding.places import Gazetteer


class CannotExport(Exception):
    """Something that must not leave the directory; the sentence says what to do."""


@record
class Sheet:
    """One table with its rows: `headers` in their order, and the cells of each row by header."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[Cells, ...]


@record
class Export:
    """What the formats write. `organizations` are whole shapes by id; `sheets` the same as tables.

    `for_reading`: only what people see; it cannot be taken in again. `vocabularies`: codes with their meaning.
    `zones`: a service's time zone by its id, where the place it serves has just one.
    """

    organizations: Mapping[str, Organization]
    sheets: tuple[Sheet, ...]
    vocabularies: Mapping[str, Mapping[str, str]]
    made: datetime
    for_reading: bool
    versions: Mapping[str, str] = field(repr=False)  # service id -> mark
    zones: Mapping[str, str] = field(default_factory=dict)

    @property
    def services(self) -> int:
        """How many services there are."""
        return len(self.versions)


Made = bytes | Mapping[str, bytes]  # one file, or the files of a folder by name


def export_of(
    kept: Iterable[Kept],
    taxonomy: Taxonomy,
    made: datetime,
    *,
    for_reading: bool = False,
    gazetteer: Gazetteer | None = None,
) -> Export:
    """Everything kept, or what people see of it at `made`. Raises CannotExport.

    `gazetteer`: for formats that tell time zones.
    """
    organizations = {one.path: one.organization for one in kept}
    _refuse_addresses(organizations)
    if for_reading:
        organizations = dict(_as_seen(organizations, made))
    rows = [row for path, one in organizations.items() for row in rows_of(path, plain_data(one))]
    versions = {row.id: LISTED if for_reading else version_of(row.rows) for row in rows}
    return Export(
        organizations=organizations,
        sheets=tuple(
            _sheet(name, [cells for row in rows for cells in row.rows[name]], versions) for name in TABLES
        ),
        vocabularies=_vocabularies(taxonomy),
        made=made,
        for_reading=for_reading,
        versions=versions,
        zones=_zones(organizations, gazetteer) if gazetteer else {},
    )


def _zones(organizations: Mapping[str, Organization], gazetteer: Gazetteer) -> dict[str, str]:
    """The time zone of each service whose place has one: its id -> America/Chicago."""
    found = {
        f"{path}#{key}": _zone(service.area, gazetteer)
        for path, organization in organizations.items()
        for key, service in organization.services.items()
    }
    return {service_id: zone for service_id, zone in found.items() if zone}


def _zone(area: Area, gazetteer: Gazetteer) -> str | None:
    places = [gazetteer.by_region(area.country, region) for region in area.regions]
    zones = {place.timezone if place else None for place in places or [gazetteer.by_country(area.country)]}
    return zones.pop() if len(zones) == 1 else None


def _refuse_addresses(organizations: Mapping[str, Organization]) -> None:
    """Where a confidential place is must stand nowhere: a sheet travels further than a file."""
    for path, organization in organizations.items():
        for key, service in organization.services.items():
            by_mail = any(contact.channel is Channel.MAIL for contact in service.contacts)
            if service.location == "confidential" and (service.address or by_mail):
                raise CannotExport(
                    f"{path}#{key} is confidential, and its file holds an address. Remove it there, also from "
                    "the history, and export again."
                )


def _as_seen(organizations: Mapping[str, Organization], now: datetime) -> Iterator[tuple[str, Organization]]:
    for path, organization in organizations.items():
        seen = {
            key: _without_notes(_believed(path, key, organization, now))
            for key, service in organization.services.items()
            if service.is_listed and not has_ended(service, now.date())
        }
        if seen:
            yield path, organization.model_copy(update={"services": seen})


def _believed(path: str, key: str, organization: Organization, now: datetime) -> Service:
    listed = ListedService(
        id=f"{path}#{key}",
        organization=organization.name,
        organization_id=path,
        website=organization.website,
        service=organization.services[key],
    )
    return believed(listed, now.date()).service


def _without_notes(service: Service) -> Service:
    return service.model_copy(update={"note": None, "contacts": service.open_contacts})


def _sheet(name: str, rows: list[Cells], versions: Mapping[str, str]) -> Sheet:
    languages: dict[str, set[str]] = {}
    for header in {header for row in rows for header in row}:
        text, language = language_in(name, header) or (header, "")
        languages.setdefault(text, set()).add(language)
    marked = ({**row, "version": versions[row["id"]]} if "id" in row else row for row in rows)
    return Sheet(name=name, headers=tuple(headers_for(TABLES[name], languages)), rows=tuple(marked))


def _vocabularies(taxonomy: Taxonomy) -> dict[str, dict[str, str]]:
    kinds: Mapping[str, Mapping[str, Any]] = {
        "needs": taxonomy.needs,
        "people": taxonomy.people,
        "contexts": taxonomy.contexts,
    }
    named = {kind: {code: term.name("en") for code, term in terms.items()} for kind, terms in kinds.items()}
    return {**named, "claims": dict.fromkeys(CLAIMS, "")}
