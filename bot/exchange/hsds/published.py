"""The directory as the API gives it out: every object written once, when the directory is read, and found by its id."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from bot.exchange.exporting import Export
from bot.exchange.hsds.nesting import Object, organizations, service_alone, term_of
from bot.exchange.hsds.terms import TAXONOMIES
from bot.matching.area import nearness
from bot.model.directory import Area
from bot.model.place import Place
from bot.model.record import record


@record
class Entry:
    """One object: its `full` form as the standard nests it, its `basic` form without what it holds, both as JSON.

    `words`: what a search looks through. `terms` and `vocabularies`: ids of the taxonomy terms and taxonomies on it.
    `organization`: the id of whose it is. `modified`: an ISO time, or "" where none is known.
    """

    id: str
    full: bytes = field(repr=False)
    basic: bytes = field(repr=False)
    minimal: bytes = field(repr=False)
    words: str = field(repr=False)
    terms: frozenset[str] = frozenset()
    vocabularies: frozenset[str] = frozenset()
    organization: str = ""
    modified: str = ""
    area: Area | None = None

    def serves(self, place: Place) -> bool:
        """Whether it helps at a place."""
        return self.area is None or nearness(self.area, place, None) is not None


Listing = Mapping[str, Entry]


@record
class Published:
    """All listings by the name of their path, each by id, in the order of our own ids."""

    listings: Mapping[str, Listing]
    made: str


def publish(export: Export) -> Published:
    """Everything the API gives out. `export` holds what people see; nothing else may be published."""
    if not export.for_reading:
        raise ValueError("only what people see is published")
    nested = list(organizations(export))
    areas = [s.area for _, one in sorted(export.organizations.items()) for s in one.services.values()]
    by_name: dict[str, Listing] = {
        "services": _by_id(_services(nested, areas)),
        "organizations": _by_id(map(_organization, nested)),
        "service_at_locations": _by_id(_at_locations(nested, areas)),
        "taxonomies": _by_id(map(_plain, _taxonomies())),
        "taxonomy_terms": _by_id(map(_term, _terms(export))),
    }
    return Published(listings=by_name, made=export.made.isoformat())


def _by_id(entries: Iterator[Entry]) -> Listing:
    return {entry.id: entry for entry in entries}


def _written(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _alone(data: Object) -> Object:
    """An object's own fields, without what it holds."""
    return {name: value for name, value in data.items() if not isinstance(value, list | dict)}


def _entry(full: Object, words: str, **more: Any) -> Entry:
    modified = str(full.get("last_modified", ""))
    minimal = {"id": full["id"], **({"last_modified": modified} if modified else {})}
    return Entry(
        id=full["id"],
        full=_written(full),
        basic=_written(_alone(full)),
        minimal=_written(minimal),
        words=words.casefold(),
        modified=modified,
        **more,
    )


def _marks(holder: Object) -> dict[str, frozenset[str]]:
    terms = [attribute["taxonomy_term"] for attribute in holder.get("attributes", ())]
    return {
        "terms": frozenset(term["id"] for term in terms),
        "vocabularies": frozenset(term["taxonomy_id"] for term in terms),
    }


def _of_services(nested: list[Object]) -> Iterator[tuple[Object, Object]]:
    return ((one, service) for one in nested for service in one["services"])


def _said(organization: Object, service: Object) -> str:
    return f"{service['name']} {service.get('description', '')} {organization['name']}"


def _services(nested: list[Object], areas: list[Area]) -> Iterator[Entry]:
    for (organization, service), area in zip(_of_services(nested), areas, strict=True):
        yield _entry(
            service_alone(organization, service),
            _said(organization, service),
            organization=organization["id"],
            area=area,
            **_marks(service),
        )


def _organization(organization: Object) -> Entry:
    marks = [_marks(service) for service in organization["services"]]
    return _entry(
        organization,
        f"{organization['name']} {organization.get('alternate_name', '')}",
        organization=organization["id"],
        terms=frozenset().union(*(mark["terms"] for mark in marks)),
        vocabularies=frozenset().union(*(mark["vocabularies"] for mark in marks)),
    )


def _at_locations(nested: list[Object], areas: list[Area]) -> Iterator[Entry]:
    for (organization, service), area in zip(_of_services(nested), areas, strict=True):
        for at in service["service_at_locations"]:
            yield _entry(
                at,
                _said(organization, service),
                organization=organization["id"],
                area=area,
                **_marks(service),
            )


def _taxonomies() -> list[Object]:
    return [dict(term_of(kind, "", "")["taxonomy_detail"]) for kind in TAXONOMIES]


def _plain(data: Object) -> Entry:
    return _entry(data, f"{data['name']} {data['description']}")


def _terms(export: Export) -> Iterator[Object]:
    for kind in ("needs", "people", "contexts"):
        yield from (term_of(kind, code, name) for code, name in export.vocabularies[kind].items())


def _term(term: Object) -> Entry:
    return _entry(term, term["name"], vocabularies=frozenset([term["taxonomy_id"]]))
