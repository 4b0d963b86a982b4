"""What other directories read: HSDS 3.0, valid by the standard's own schemas, and nothing that is only ours."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from bot.exchange.exporting import CannotExport, Export, export_of
from bot.exchange.hsds.package import make_hsds_json
from bot.exchange.hsds.terms import hsds_id
from bot.exchange.kept import read_kept
from bot.model.directory import Organization

from tests.conftest import ROOT
from tests.exchange.hsds.desk import (
    NOW,
    PATH,
    STANDARD,
    an_organization,
    as_json,
    as_package,
    closed,
    export_with,
    schema,
)


def exported(organization: Organization | None = None) -> dict[str, Any]:
    """The one service of an organization, as it goes out."""
    (one,) = as_json(export_with({PATH: organization or an_organization()}))
    (service,) = one["services"]
    return dict(service)


def test_a_service_is_told_in_the_words_of_the_standard() -> None:
    (organization,) = as_json(export_with({PATH: an_organization()}))
    assert organization["id"] == hsds_id(PATH)
    assert organization["name"] == "Example Center"
    (service,) = organization["services"]
    assert service["id"] == hsds_id(f"{PATH}#line")
    assert [(p["number"], p["type"]) for p in service["phones"]] == [
        ("+1 512-555-0100", "voice"),
        ("55501", "text"),
    ]
    assert [language["code"] for language in service["phones"][0]["languages"]] == ["en", "es"]
    assert service["fees_description"] == "Free"
    assert (service["service_areas"][0]["name"], service["service_areas"][0]["extent"]) == ("US-TX", "US-TX")
    assert service["email"] == "help@example.org"
    assert service["assured_date"] == "2026-11-20"
    assert service["last_modified"] == "2026-11-20T00:00:00Z"


def test_needs_groups_and_what_is_known_about_safety_are_attributes_and_unknown_is_left_out() -> None:
    terms = {
        (a["taxonomy_term"]["taxonomy"], a["taxonomy_term"]["code"]): a.get("value")
        for a in exported()["attributes"]
    }
    assert terms["marigold-needs", "needs:legal"] is None
    assert ("marigold-people", "people:undocumented") in terms
    assert terms["marigold-claims", "claims:asks_status"] == "no"
    assert ("marigold-claims", "claims:asks_id") not in terms


def test_whom_it_serves_and_whom_alone_it_takes_are_told_apart() -> None:
    service = exported(an_organization(serves=["women"], only=["women", "teen"]))
    links = [(a["link_type"], a["taxonomy_term"]["code"]) for a in service["attributes"] if "link_type" in a]
    assert ("serves", "people:women") in links
    assert [code for link, code in links if link == "only"] == ["people:women", "people:teen"]
    assert service["eligibility_description"] == "Only for women, for teens"


def test_every_source_and_check_of_a_claim_is_a_row() -> None:
    metadata = exported()["metadata"]
    rows = {(row["field_name"], row["last_action_type"]) for row in metadata}
    assert rows == {("number", "read"), ("cost", "read"), ("number", "confirmed")}
    for row in metadata:
        assert date.fromisoformat(row["last_action_date"])


def test_a_confidential_place_is_virtual_and_has_no_address() -> None:
    """Y3: no trace of it."""
    location = exported(an_organization(location="confidential"))["service_at_locations"][0]["location"]
    assert location["location_type"] == "virtual"
    assert set(location) == {"id", "location_type", "name"}


def test_a_public_place_says_where_it_is_in_words_and_where_they_are_certain_in_parts() -> None:
    def place(address: str) -> Any:
        service = exported(an_organization(location="public", address=address))
        return service["service_at_locations"][0]["location"]

    known = place("1 Main Street, Austin, TX 78701")
    assert (known["location_type"], known["description"]) == ("physical", "1 Main Street, Austin, TX 78701")
    (parts,) = known["addresses"]
    assert [parts[f] for f in ("address_1", "city", "state_province", "postal_code", "country")] == [
        "1 Main Street", "Austin", "TX", "78701", "US",
    ]  # fmt: skip
    assert "addresses" not in place("behind the church in Austin")


def test_hours_are_weekly_events_in_the_time_of_the_place() -> None:
    export = export_with(
        {
            PATH: an_organization(
                contacts=[{"channel": "voice", "number": "988", "hours": "Mo-Fr 09:00-17:00; Sa 22:00-24:00"}]
            )
        }
    )
    zoned = replace(export, zones={f"{PATH}#line": "America/Chicago"})
    (organization,) = as_json(zoned)
    weekdays, saturday = organization["services"][0]["schedules"]
    assert (weekdays["byday"], weekdays["opens_at"], weekdays["closes_at"]) == (
        "MO,TU,WE,TH,FR", "09:00:00", "17:00:00",
    )  # fmt: skip
    assert saturday["closes_at"] == "23:59:00"
    assert (weekdays["timezone"], weekdays["notes"]) == (-6, "Local time, America/Chicago")


def test_hours_that_the_standard_cannot_say_stand_in_words() -> None:
    hours = "Mo-Fr 09:00-17:00; PH off"
    service = exported(an_organization(contacts=[{"channel": "voice", "number": "988", "hours": hours}]))
    assert [(s["description"], "byday" in s) for s in service["schedules"]] == [(hours, False)]


def test_a_text_phone_and_a_place_that_asks_for_papers_are_said_where_others_look_for_it() -> None:
    service = exported(
        an_organization(asks_id="yes", contacts=[{"channel": "tty", "number": "+1 512-555-0100"}])
    )
    location = service["service_at_locations"][0]["location"]
    assert "Text phone" in location["accessibility"][0]["description"]
    assert service["required_documents"][0]["document"] == "They ask for an identity paper"


def test_what_is_held_never_leaves_the_directory() -> None:
    assert as_json(export_with({PATH: an_organization(hold="two sources disagree")})) == []
    with pytest.raises(CannotExport, match="nothing that is held"):
        make_hsds_json(export_with({PATH: an_organization()}, for_reading=False))


def test_every_id_is_a_uuid_of_ours_and_the_same_in_every_export() -> None:
    first, second = exported(), exported()
    assert first == second
    ids = re.findall(r'"(?:id|[a-z_]+_id)": "([^"]+)"', json.dumps(first))
    assert len(ids) > 30
    for one in ids:
        assert UUID(one).version == 5


@pytest.fixture(scope="module")
def whole() -> Export:
    """The directory as it is, with the time zones of its places."""
    from bot.directory_files.compiled import compiled_cache
    from bot.directory_files.gazetteer import load_gazetteer
    from bot.directory_files.taxonomy import load_taxonomy

    taxonomy = load_taxonomy(ROOT / "resources" / "taxonomy", [])
    places = load_gazetteer(ROOT / "resources" / "places", [], compiled_cache())
    kept = read_kept(ROOT / "resources").values()
    return export_of(kept, taxonomy, NOW, for_reading=True, gazetteer=places)


@pytest.mark.parametrize("strict", [False, True])
def test_the_whole_directory_is_valid_by_the_schemas_of_the_standard(whole: Export, strict: bool) -> None:
    """With a format checker, and again with unknown properties forbidden."""
    from jsonschema import Draft202012Validator

    standard = schema("organization")
    validator = Draft202012Validator(
        closed(standard) if strict else standard, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    objects = as_json(whole)
    assert sum(len(one["services"]) for one in objects) > 500
    for one in objects:
        wrong = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(one)]
        assert wrong == [], (one["name"], wrong[:3])


def days_in(data: Any) -> list[str]:
    """Every text in a field that the standard says is a day: its schemas do not check them."""
    names = ("assured_date", "last_action_date", "valid_from", "valid_to", "dtstart", "until")
    if isinstance(data, dict):
        return [v for k, v in data.items() if k in names] + [d for v in data.values() for d in days_in(v)]
    return [day for one in data for day in days_in(one)] if isinstance(data, list) else []


def test_every_day_in_it_is_a_day(whole: Export) -> None:
    days = days_in(as_json(whole))
    assert len(days) > 1000
    for day in days:
        assert date.fromisoformat(day).isoformat() == day


def test_no_confidential_place_of_the_directory_has_an_address_in_it(whole: Export) -> None:
    """Y3: no trace of it, in any field of the standard."""
    hidden = {
        hsds_id(f"{path}#{key}")
        for path, one in whole.organizations.items()
        for key, service in one.services.items()
        if service.location == "confidential"
    }
    assert hidden
    for service in (s for one in as_json(whole) for s in one["services"] if s["id"] in hidden):
        for at in service["service_at_locations"]:
            assert "addresses" not in at["location"]
            assert at["location"]["location_type"] == "virtual"


def test_the_package_is_valid_by_its_own_description_and_by_the_standards(
    whole: Export, tmp_path: Path
) -> None:
    import frictionless

    folder = as_package(whole, tmp_path / "package")
    own = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert own.valid, own.flatten(["title", "message"])[:5]
    if not (STANDARD / "datapackage.json").exists():
        pytest.skip("valid by its own description; the standard's does not lie beside the project")
    (folder / "datapackage.json").write_bytes((STANDARD / "datapackage.json").read_bytes())
    theirs = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert theirs.valid, theirs.flatten(["title", "message"])[:5]
    assert theirs.stats["tasks"] == 21
