"""The directory as a list to search: every organization and service, also those nobody is shown, with the reason."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from bot.directory_files.organizations import OrganizationFile
from bot.matching.freshness import has_ended, is_confirmed
from bot.model.directory import ListedService, Service
from bot.model.record import record
from bot.understanding.places import Gazetteer


class State(StrEnum):
    """What a person gets to see of a service."""

    LISTED = "listed"
    NOT_CONFIRMED = "not confirmed"  # listed, and the card says so
    HELD = "held"
    BROKEN = "cannot be read"


@record
class Standing:
    """A service's state in a word, and why."""

    state: State
    why: str = ""


def standing_of(service: Service, today: date) -> Standing:
    """Whether a person is shown the service on `today`."""
    if service.hold:
        return Standing(state=State.HELD, why=service.hold)
    if not service.open_contacts:
        held = next((c.hold for c in service.contacts if c.hold), None)
        return Standing(state=State.HELD, why=held or "nobody can reach it")
    if has_ended(service, today):
        return Standing(state=State.HELD, why=f"its last day was {service.ends_on}")
    return Standing(state=State.LISTED if is_confirmed(service, today) else State.NOT_CONFIRMED)


def rows_of(files: Iterable[OrganizationFile], gazetteer: Gazetteer, today: date) -> list[dict[str, Any]]:
    """One row for each organization, as JSON for the page; its services stand in it."""
    rows = [_row(file, gazetteer, today) for file in files]
    return sorted(rows, key=lambda row: str(row["name"]).casefold())


def _row(file: OrganizationFile, gazetteer: Gazetteer, today: date) -> dict[str, Any]:
    path = file.name.removeprefix("organizations/").removesuffix(".yaml")
    errors = [p for p in file.problems if not p.hint]
    services = [_service(listed, gazetteer, today) for listed in file.services]
    if not services:
        why = str(errors[0].message) if errors else "it holds no service"
        services = [{"key": "", "name": "", "state": State.BROKEN, "why": why, "needs": []}]
    name = file.services[0].organization if file.services else path
    return {"path": path, "name": name, "errors": len(errors), "services": services}


def _service(listed: ListedService, gazetteer: Gazetteer, today: date) -> dict[str, Any]:
    service, area = listed.service, listed.service.area
    standing = standing_of(service, today)
    return {
        "key": listed.id.partition("#")[2],
        "name": service.name,
        "state": standing.state,
        "why": standing.why,
        "needs": service.needs,
        "country": area.country,
        "regions": area.regions,
        "where": where(service, gazetteer),
        "numbers": [c.value for c in service.contacts if c.number],
    }


def where(service: Service, gazetteer: Gazetteer) -> str:
    """'Austin, Texas, United States': what a person may search for."""
    area = service.area
    regions = [gazetteer.region_name(area.country, region, "en") for region in area.regions]
    country = {"ZZ": "Worldwide", "EU": "European Union"}.get(area.country)
    return ", ".join(
        (
            *area.cities,
            *area.counties,
            *area.lands,
            *regions,
            country or gazetteer.country_name(area.country, "en"),
        )
    )
