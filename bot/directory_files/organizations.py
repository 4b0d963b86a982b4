"""resources/organizations/ -> services with their ids."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import phonenumbers
from opening_hours import validate as hours_parse
from pydantic import ValidationError
from rapidfuzz import process

from bot.directory_files.problems import Problem
from bot.directory_files.reading import LARGEST_ENTRY, Document, Unreadable, read_document
from bot.model.directory import Contact, ListedService, Organization, Service
from bot.model.taxonomy import Taxonomy

PATIENT = 60  # how alike (0-100) a wrong word must be to be offered as the right one


def load_organizations(folder: Path, taxonomy: Taxonomy, problems: list[Problem]) -> list[ListedService]:
    """Every service of every organization. Problems are added to `problems`; broken files are left out."""
    services: list[ListedService] = []
    for path in sorted(folder.rglob("*.yaml")):
        name = f"organizations/{path.relative_to(folder).as_posix()}"
        try:
            document = read_document(path, name, LARGEST_ENTRY)
        except Unreadable as error:
            problems.extend(error.problems)
            continue
        organization = _organization(document, problems)
        if organization is None:
            continue
        problems.extend(_content_problems(document, organization, taxonomy))
        services.extend(_services(organization, path.relative_to(folder).with_suffix("").as_posix()))
    return services


def _organization(document: Document, problems: list[Problem]) -> Organization | None:
    try:
        return Organization.model_validate(document.data)
    except ValidationError as error:
        problems.extend(document.problem(tuple(e["loc"]), _sentence(dict(e))) for e in error.errors())
        return None


def _sentence(error: dict[str, Any]) -> str:
    """What a volunteer reads instead of the library's words."""
    field = str(error["loc"][-1]) if error["loc"] else "this"
    seen = error.get("input")
    match error["type"]:
        case "missing":
            return f"`{field}:` is missing"
        case "extra_forbidden":
            return f"`{field}:` is not a field here; {_nearest(field, _known_fields())}"
        case "enum" | "literal_error":
            return f"`{seen}` is not a value of {field}; write {error['ctx']['expected']}"
        case "value_error":
            return str(error["ctx"]["error"])
        case _:
            return f"`{field}`: {error['msg']} (seen: {str(seen)[:60]!r})"


def _known_fields() -> list[str]:
    return [*Service.model_fields, *Contact.model_fields, *Organization.model_fields]


def _nearest(word: str, allowed: list[str]) -> str:
    best = process.extractOne(word, allowed, score_cutoff=PATIENT)
    return f"did you mean `{best[0]}`?" if best else "remove it or see resources/README.md"


def _services(organization: Organization, path: str) -> Iterator[ListedService]:
    for key, service in organization.services.items():
        yield ListedService(
            id=f"{path}#{key}",
            organization=organization.name,
            organization_id=path,
            website=organization.website,
            service=service,
        )


def _content_problems(
    document: Document, organization: Organization, taxonomy: Taxonomy
) -> Iterator[Problem]:
    for key, service in organization.services.items():
        route = ("services", key)
        yield from _unknown_codes(document, (*route, "needs"), service.needs, list(taxonomy.needs))
        yield from _unknown_codes(document, (*route, "serves"), service.serves, list(taxonomy.people))
        yield from _unknown_codes(document, (*route, "only"), service.only, list(taxonomy.people))
        yield from _unknown_codes(document, (*route, "contexts"), service.contexts, list(taxonomy.contexts))
        if "en" not in service.summary and not service.hold:
            yield document.problem((*route, "summary"), "a listed service needs a summary in English (en:)")
        for at, contact in enumerate(service.contacts):
            yield from _contact_problems(document, (*route, "contacts", at), contact, service)


def _unknown_codes(
    document: Document, route: tuple[str | int, ...], codes: tuple[str, ...], allowed: list[str]
) -> Iterator[Problem]:
    for at, code in enumerate(codes):
        if code not in allowed:
            yield document.problem((*route, at), f"`{code}` is not a code here; {_nearest(code, allowed)}")


def _contact_problems(
    document: Document, route: tuple[str | int, ...], contact: Contact, service: Service
) -> Iterator[Problem]:
    if contact.hours and not hours_parse(contact.hours):
        message = f"`{contact.hours}` is not opening hours; write 24/7 or Mo-Fr 09:00-17:00; Sa 10:00-14:00"
        yield document.problem((*route, "hours"), message)
    if contact.number and not is_a_number(contact.number, service.area.country):
        message = f"`{contact.number}` is not a phone number; write +1 512 555 0100, or a short number"
        yield document.problem((*route, "number"), message)


def is_a_number(number: str, country: str) -> bool:
    """A number that can be dialled: international, or a short number (which only its country can judge)."""
    digits = "".join(c for c in number if c.isdigit())
    if not number.startswith("+"):
        return 2 <= len(digits) <= 10 and all(c.isdigit() or c in " -*#" for c in number)
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False
