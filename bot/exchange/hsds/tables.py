"""The tables of an HSDS 3.0 tabular data package: columns and how nested objects become rows.

Column names, types and links are the standard's (https://docs.openreferral.org, HSDS 3.0).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.model.record import record

Row = Mapping[str, Any]


@record
class HsdsTable:
    """One table. `name` is the standard's name of the object, `file` of its table without ending.

    `required`: columns that are never empty. `links`: column -> name of the table it points to.
    """

    name: str
    file: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    links: Mapping[str, str]


def _table(name: str, file: str, columns: str, required: str = "", **links: str) -> HsdsTable:
    return HsdsTable(
        name=name,
        file=file,
        columns=("id", *columns.split()),
        required=("id", *required.split()),
        links=links,
    )


ORGANIZATION, SERVICE, LOCATION = "organization", "service", "location"
AT = "service_at_location"
TABLES: Mapping[str, HsdsTable] = {
    table.name: table
    for table in (
        _table(
            ORGANIZATION, "organizations",
            "name alternate_name description email website tax_status tax_id year_incorporated legal_status logo uri "
            "parent_organization_id",
            "name description",
        ),
        _table(
            "program", "programs", "organization_id name alternate_name description",
            "organization_id name description", organization_id=ORGANIZATION,
        ),
        _table(
            SERVICE, "services",
            "organization_id program_id name alternate_name description url email status interpretation_services "
            "application_process fees_description wait_time fees accreditations eligibility_description minimum_age "
            "maximum_age assured_date assurer_email licenses alert last_modified",
            "organization_id name status", organization_id=ORGANIZATION, program_id="program",
        ),
        _table(
            "attribute", "attributes", "link_id taxonomy_term_id link_type link_entity value",
            "link_id taxonomy_term_id link_entity", taxonomy_term_id="taxonomy_term",
        ),
        _table(
            AT, "service_at_location", "service_id location_id description", "service_id location_id",
            service_id=SERVICE, location_id=LOCATION,
        ),
        _table(
            LOCATION, "locations",
            "location_type url organization_id name alternate_name description transportation latitude longitude "
            "external_identifier external_identifier_type",
            "location_type", organization_id=ORGANIZATION,
        ),
        _table(
            "phone", "phones",
            "location_id service_id organization_id contact_id service_at_location_id number extension type "
            "description",
            "number", contact_id="contact", location_id=LOCATION, organization_id=ORGANIZATION, service_id=SERVICE,
            service_at_location_id=AT,
        ),
        _table(
            "contact", "contacts",
            "organization_id service_id service_at_location_id location_id name title department email",
            location_id=LOCATION, organization_id=ORGANIZATION, service_id=SERVICE, service_at_location_id=AT,
        ),
        _table(
            "address", "addresses",
            "location_id attention address_1 address_2 city region state_province postal_code country address_type",
            "address_1 city state_province postal_code country address_type", location_id=LOCATION,
        ),
        _table(
            "schedule", "schedules",
            "service_id location_id service_at_location_id valid_from valid_to dtstart timezone until count wkst freq "
            "interval byday byweekno bymonthday byyearday description opens_at closes_at schedule_link attending_type "
            "notes",
            location_id=LOCATION, service_id=SERVICE, service_at_location_id=AT,
        ),
        _table(
            "funding", "funding", "organization_id service_id source", organization_id=ORGANIZATION, service_id=SERVICE
        ),
        _table(
            "service_area", "service_areas", "service_id name description extent extent_type uri", service_id=SERVICE
        ),
        _table("required_document", "required_documents", "service_id document uri", service_id=SERVICE),
        _table(
            "language", "languages", "service_id location_id phone_id name code note", location_id=LOCATION,
            phone_id="phone", service_id=SERVICE,
        ),
        _table("accessibility", "accessibility", "location_id description details url", location_id=LOCATION),
        _table("taxonomy", "taxonomies", "name description uri version", "name description"),
        _table(
            "taxonomy_term", "taxonomy_terms",
            "code name description parent_id taxonomy language taxonomy_id term_uri", "name description",
            taxonomy_id="taxonomy",
        ),
        _table(
            "metadata", "metadata",
            "resource_id resource_type last_action_date last_action_type field_name previous_value replacement_value "
            "updated_by",
            "resource_id resource_type last_action_date last_action_type field_name previous_value replacement_value "
            "updated_by",
        ),
        _table("meta_table_description", "meta_table_descriptions", "name language character_set"),
        _table(
            "cost_option", "cost_options", "service_id valid_from valid_to option currency amount amount_description",
            "service_id", service_id=SERVICE,
        ),
        _table(
            "organization_identifier", "organization_identifiers",
            "organization_id identifier_scheme identifier_type identifier",
            "organization_id identifier_type identifier",
            organization_id=ORGANIZATION,
        ),
    )
}  # fmt: skip

# The fields that hold other objects, and which. A list in HSDS's JSON, except where it says "one".
PARTS: Mapping[str, str] = {
    "services": SERVICE,
    "service_at_locations": AT,
    "locations": LOCATION,
    "phones": "phone",
    "contacts": "contact",
    "addresses": "address",
    "schedules": "schedule",
    "funding": "funding",
    "service_areas": "service_area",
    "required_documents": "required_document",
    "languages": "language",
    "accessibility": "accessibility",
    "attributes": "attribute",
    "metadata": "metadata",
    "cost_options": "cost_option",
    "organization_identifiers": "organization_identifier",
    "programs": "program",
}
ONE: Mapping[str, str] = {
    "organization": ORGANIZATION,
    "location": LOCATION,
    "program": "program",
    "taxonomy_term": "taxonomy_term",
    "taxonomy_detail": "taxonomy",
}
TYPES: Mapping[str, str] = {
    "assured_date": "date",
    "last_action_date": "date",
    "last_modified": "datetime",
    "valid_from": "date",
    "valid_to": "date",
    "dtstart": "date",
    "until": "date",
    "opens_at": "time",
    "closes_at": "time",
    **dict.fromkeys(
        ("timezone", "amount", "latitude", "longitude", "extension", "count", "interval", "minimum_age",
         "maximum_age", "year_incorporated"), "number",
    ),
}  # fmt: skip


def rows_of(name: str, nested: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    """The rows of an object and of all it holds: (table, row), each with the id of what holds it."""
    table = TABLES[name]
    yield name, {column: nested[column] for column in table.columns if column in nested}
    for field, part in PARTS.items():
        for held in nested.get(field, ()):
            yield from rows_of(part, {**_link_to(part, name, nested["id"]), **held})
    for field, part in ONE.items():
        if isinstance(nested.get(field), Mapping):
            yield from rows_of(part, nested[field])


def _link_to(part: str, holder: str, holder_id: str) -> dict[str, str]:
    column = f"{holder}_id"
    if part == "attribute":
        return {"link_id": holder_id, "link_entity": holder}
    if part == "metadata":
        return {"resource_id": holder_id, "resource_type": holder}
    return {column: holder_id} if column in TABLES[part].columns else {}
