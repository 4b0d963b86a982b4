"""A service our own export made -> our plain data: each fact from the field or attribute it went out in."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.exchange.hsds.areas import own_area
from bot.exchange.hsds.telling import Teller, Told
from bot.exchange.hsds.terms import CONFIRMED, EVERYTHING, IDENTIFIER, PREFIX, READ, TELLS
from bot.exchange.rows import filled

Object = Mapping[str, Any]
Data = dict[str, Any]
FIELDS = f"{PREFIX}fields"


def is_own(service: Object) -> bool:
    """Whether its attributes are of our taxonomies, its key among them."""
    return any(kind == "fields" and code == "key" for kind, code, _ in _terms(service))


def own_key(service: Object) -> str | None:
    """The key of the service in its organization: line, in us/tx/example#line."""
    return _fields(service).get("key")


def own_path(organization: Object) -> str | None:
    """The organization's id: us/tx/example."""
    for row in organization.get("organization_identifiers") or ():
        if isinstance(row, Mapping) and row.get("identifier_scheme") == IDENTIFIER:
            return str(row.get("identifier") or "") or None
    return None


def own_organization(organization: Object) -> Data:
    """The organization's own fields."""
    return filled(
        name=organization.get("name"),
        also_known_as=_values(organization, "also_known_as"),
        website=organization.get("website"),
    )


def own_service(service: Object, label: str, tell: Teller) -> Data | None:
    """The service as plain data, or None where a part is broken (told)."""
    try:
        return _service(service)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        tell(Told(record=label, field="", message=f"was made by our own export and then broken ({error!r})"))
        return None


def _service(service: Object) -> Data:
    fields = _fields(service)
    first = fields.get("description", "en")
    summary = {first: service["description"]} if service.get("description") else {}
    notice = {"en": service["alert"]} if service.get("alert") else {}
    physical = [
        at["location"]
        for at in service["service_at_locations"]
        if at["location"]["location_type"] == "physical"
    ]
    claims = _claims(service)
    tells = {claim.removeprefix(TELLS): said for claim, said in claims.items() if claim.startswith(TELLS)}
    return filled(
        name=service["name"],
        kind=_one(service, "kinds"),
        summary={**summary, **_by_language(fields, "summary")},
        needs=_codes(service, "needs", "needs"),
        serves=_codes(service, "people", "serves"),
        only=_codes(service, "people", "only"),
        contexts=_codes(service, "contexts", "contexts"),
        institution=_one(service, "institutions"),
        area=own_area(service["service_areas"]),
        contacts=_contacts(service),
        languages=[row["code"] for row in service.get("languages", ())],
        cost=_one(service, "costs"),
        **{claim: said for claim, said in claims.items() if not claim.startswith(TELLS)},
        shares_with=tells,
        run_by=_one(service, "run_by"),
        location=fields.get("location"),
        address=physical[0].get("description") if physical else None,
        notice={**notice, **_by_language(fields, "notice")},
        depends_on=_values(service, "depends_on"),
        ends_on=fields.get("ends_on"),
        source=list(_sources(service)),
        checks=list(_checks(service)),
    )


# -- attributes --------------------------------------------------------------------------------------------------


def _attributes(holder: Object) -> Iterator[tuple[str, str, Object]]:
    """(our taxonomy, code, the attribute itself), in their order."""
    for attribute in holder.get("attributes") or ():
        term = attribute.get("taxonomy_term") if isinstance(attribute, Mapping) else None
        vocabulary = str(term.get("taxonomy") or "") if isinstance(term, Mapping) else ""
        if isinstance(term, Mapping) and vocabulary.startswith(PREFIX):
            kind = vocabulary.removeprefix(PREFIX)
            yield kind, str(term.get("code") or "").removeprefix(f"{kind}:"), attribute


def _terms(holder: Object) -> Iterator[tuple[str, str, str]]:
    for kind, code, attribute in _attributes(holder):
        yield kind, code, str(attribute.get("value") or "")


def _fields(holder: Object) -> dict[str, str]:
    return {code: value for kind, code, value in _terms(holder) if kind == "fields"}


def _values(holder: Object, field: str) -> list[str]:
    """Of a field that may stand several times."""
    return [value for kind, code, value in _terms(holder) if (kind, code) == ("fields", field)]


def _by_language(fields: Mapping[str, str], field: str) -> dict[str, str]:
    start = f"{field}."
    return {code.removeprefix(start): text for code, text in fields.items() if code.startswith(start)}


def _codes(service: Object, kind: str, link: str) -> list[str]:
    return [code for of, code, a in _attributes(service) if of == kind and a.get("link_type") == link]


def _one(service: Object, kind: str) -> str | None:
    return next((code for of, code, _ in _terms(service) if of == kind), None)


def _claims(service: Object) -> dict[str, str]:
    return {code: value for kind, code, value in _terms(service) if kind == "claims"}


# -- contacts ----------------------------------------------------------------------------------------------------


def _contacts(service: Object) -> list[Data]:
    found = [
        *(_contact(row, number=row["number"]) for row in service.get("phones", ())),
        *(_contact(row, address=row["email"]) for row in service.get("contacts", ())),
        *(
            _contact(
                place, url=place.get("url"), address=None if place.get("url") else place.get("description")
            )
            for at in service["service_at_locations"]
            if "order" in _fields(place := at["location"])
        ),
    ]
    return [contact for _, contact in sorted(found, key=lambda pair: pair[0])]


def _contact(row: Object, **value: str | None) -> tuple[int, Data]:
    fields = _fields(row)
    languages = fields["languages"].split(",") if fields.get("languages") else []
    return int(fields["order"]), filled(
        channel=fields["channel"],
        **value,
        keyword=fields.get("keyword"),
        label=_by_language(fields, "label"),
        note=_by_language(fields, "note"),
        hours=fields.get("hours"),
        timezone=fields.get("timezone"),
        languages=[one["code"] for one in row.get("languages", ())] or languages,
    )


# -- who says so -------------------------------------------------------------------------------------------------


def _sources(service: Object) -> Iterator[Data]:
    """A source has a row for each claim it shows, one after the other."""
    details: dict[str, dict[str, str]] = {}
    for holder in (service, *service.get("metadata", ())):  # in a package they hang on the row itself
        for kind, code, attribute in _attributes(holder):
            if kind == "fields" and code in ("source_title", "source_date"):
                details.setdefault(str(attribute["link_id"]), {})[code] = str(attribute["value"])
    for rows in _runs(service, READ, details):
        said, more = str(rows[0]["replacement_value"]), details.get(str(rows[0]["id"]), {})
        is_url = said.startswith(("http://", "https://"))
        shows = [row["field_name"] for row in rows]
        yield filled(
            url=said if is_url else None,
            title=more.get("source_title") if is_url else said,
            kind=rows[0]["updated_by"] if rows[0]["updated_by"] != "other" else None,
            read=rows[0]["last_action_date"],
            date=more.get("source_date"),
            shows=shows if shows != [EVERYTHING] else [],
        )


def _checks(service: Object) -> Iterator[Data]:
    for rows in _runs(service, CONFIRMED, {}):
        claims = [row["field_name"] for row in rows]
        yield {"claims": claims, "on": rows[0]["last_action_date"], "how": rows[0]["replacement_value"]}


def _runs(service: Object, what: str, starts: Mapping[str, object]) -> Iterator[list[Object]]:
    """Rows that say the same of several claims, taken together. A row with details of its own begins anew."""
    run: list[Object] = []
    for row in service.get("metadata", ()):
        if row["last_action_type"] != what:
            continue
        again = bool(run) and row["field_name"] in {one["field_name"] for one in run}
        if run and (again or str(row["id"]) in starts or _same(row) != _same(run[0])):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _same(row: Object) -> tuple[Any, ...]:
    return row["last_action_date"], row["replacement_value"], row["updated_by"]
