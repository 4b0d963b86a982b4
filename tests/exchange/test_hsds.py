"""What other directories read: HSDS 3.0 JSON, valid by the standard's own schemas, and nothing that is only ours."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from bot.directory_files.taxonomy import load_taxonomy
from bot.exchange.exporting import CannotExport, export_of
from bot.exchange.hsds_json import hsds_id, make_hsds_json
from bot.exchange.kept import Kept
from bot.model.directory import Organization

from tests.builders import SOURCE

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT.parent / "shared" / "hsds" / "compiled" / "service.json"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def an_organization(**changes: Any) -> Organization:
    service = {
        "name": "Survivor Legal Line",
        "kind": "legal_aid",
        "summary": {"en": "Free advice by phone.", "es": "Consejo gratis por teléfono."},
        "needs": ["legal", "money"],
        "serves": ["undocumented"],
        "area": {"country": "US", "regions": ["TX"]},
        "contacts": [
            {"channel": "voice", "number": "+1 512-555-0100", "hours": "24/7", "languages": ["en", "es"]},
            {"channel": "text", "number": "55501", "keyword": "HELLO"},
            {"channel": "website", "url": "https://example.org"},
            {"channel": "email", "address": "help@example.org"},
        ],
        "languages": ["en", "es"],
        "cost": "free",
        "asks_status": "no",
        "source": [{**SOURCE[0], "shows": ["number", "cost"]}],
        "checks": [{"claims": ["number"], "on": "2026-11-20", "how": "phone"}],
        **changes,
    }
    return Organization.model_validate({"name": "Example Center", "services": {"line": service}})


def exported(organization: Organization | None = None, *, for_reading: bool = True) -> list[dict[str, Any]]:
    kept = Kept(
        path="us/tx/example", text="", digest=b"", data={}, organization=organization or an_organization()
    )
    taxonomy = load_taxonomy(ROOT / "resources" / "taxonomy", [])
    made = make_hsds_json(export_of([kept], taxonomy, NOW, for_reading=for_reading))
    assert isinstance(made, bytes)
    return list(json.loads(made))


def test_a_service_is_told_in_the_words_of_the_standard() -> None:
    (service,) = exported()
    assert service["id"] == hsds_id("us/tx/example#line")
    assert service["organization"] == {
        "id": hsds_id("us/tx/example"),
        "name": "Example Center",
        "description": "Example Center",
    }
    assert [(p["number"], p["type"]) for p in service["phones"]] == [
        ("+1 512-555-0100", "voice"),
        ("55501", "text"),
    ]
    assert [language["code"] for language in service["phones"][0]["languages"]] == ["en", "es"]
    assert service["fees_description"] == "Free"
    assert service["service_areas"][0]["name"] == "US-TX"
    assert service["email"] == "help@example.org"
    assert service["assured_date"] == "2026-11-20"


def test_needs_groups_and_what_is_known_about_safety_are_attributes_and_unknown_is_left_out() -> None:
    (service,) = exported()
    terms = {
        (a["taxonomy_term"]["taxonomy"], a["taxonomy_term"]["code"]): a.get("value")
        for a in service["attributes"]
    }
    assert terms["marigold-needs", "legal"] is None
    assert ("marigold-people", "undocumented") in terms
    assert terms["marigold-claims", "asks_status"] == "no"
    assert ("marigold-claims", "asks_id") not in terms


def test_every_source_and_check_of_a_claim_is_a_row() -> None:
    (service,) = exported()
    rows = {(row["field_name"], row["last_action_type"]) for row in service["metadata"]}
    assert rows == {("number", "read"), ("cost", "read"), ("number", "confirmed")}
    for row in service["metadata"]:
        assert date.fromisoformat(row["last_action_date"])


def test_a_confidential_place_is_virtual_and_has_no_address() -> None:
    """Y3: no trace of it."""
    (service,) = exported(an_organization(location="confidential"))
    location = service["service_at_locations"][0]["location"]
    assert location["location_type"] == "virtual"
    assert set(location) == {"id", "location_type", "name"}


def test_a_public_place_says_where_it_is() -> None:
    (service,) = exported(an_organization(location="public", address="1 Main Street, Austin, TX"))
    location = service["service_at_locations"][0]["location"]
    assert (location["location_type"], location["description"]) == ("physical", "1 Main Street, Austin, TX")


def test_what_is_held_never_leaves_the_directory() -> None:
    assert exported(an_organization(hold="two sources disagree")) == []
    with pytest.raises(CannotExport, match="--listed"):
        exported(for_reading=False)


def test_every_id_is_a_uuid_of_ours_and_the_same_in_every_export() -> None:
    first, second = exported(), exported()
    assert first == second
    ids = re.findall(r'"(?:id|[a-z_]+_id)": "([^"]+)"', json.dumps(first))
    assert len(ids) > 30
    for one in ids:
        assert UUID(one).version == 5


def closed(schema: Any) -> Any:
    """The standard's schema with every property that it does not name forbidden."""
    if isinstance(schema, dict):
        closing = {"additionalProperties": False} if "properties" in schema else {}
        return {**{key: closed(value) for key, value in schema.items()}, **closing}
    return [closed(one) for one in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize("strict", [False, True])
def test_the_whole_directory_is_valid_by_the_schemas_of_the_standard(strict: bool) -> None:
    """With a format checker, and again with unknown properties forbidden."""
    if not SCHEMA.exists():
        pytest.skip("the standard's compiled schemas do not lie beside the project")
    from bot.exchange.kept import read_kept
    from jsonschema import Draft202012Validator

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = Draft202012Validator(
        closed(schema) if strict else schema, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    taxonomy = load_taxonomy(ROOT / "resources" / "taxonomy", [])
    kept = read_kept(ROOT / "resources").values()
    services = json.loads(make_hsds_json(export_of(kept, taxonomy, NOW, for_reading=True)))  # type: ignore[arg-type]
    assert len(services) > 500
    for service in services:
        wrong = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(service)]
        assert wrong == [], (service["name"], wrong[:3])
