"""The read-only HSDS API: what it gives is the standard's, and no question can make it fall."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.gazetteer import load_gazetteer
from bot.exchange.hsds.api import api
from bot.exchange.hsds.openapi import LISTINGS, openapi
from bot.exchange.hsds.published import publish
from bot.exchange.hsds.terms import hsds_id
from hypothesis import settings
from starlette.testclient import TestClient

from tests.conftest import ROOT
from tests.exchange.hsds.desk import an_organization, closed, export_with, schema

SHELTER = an_organization(name="Safe House", needs=["shelter_housing"], kind="shelter", location="confidential",
                          area={"country": "US", "regions": ["NM"]})  # fmt: skip
ORGANIZATIONS = {
    "us/tx/example": an_organization(),
    "us/nm/refuge": SHELTER.model_copy(update={"name": "Refuge"}),
    "us/tx/held": an_organization(hold="two sources disagree"),
}
PLACES = load_gazetteer(ROOT / "resources" / "places", [], compiled_cache())
PUBLISHED = publish(export_with(ORGANIZATIONS))
APP = api(lambda: PUBLISHED, PLACES.by_zip)
LINE = hsds_id("us/tx/example#line")


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(APP) as one:
        yield one


def names(client: TestClient, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["contents"]]


def test_it_says_what_it_is_and_where_its_description_lies(client: TestClient) -> None:
    about = client.get("/").json()
    assert about["version"] == "3.0" and about["profile"].startswith("https://docs.openreferral.org")
    assert client.get(about["openapi_url"]).json()["openapi"] == "3.1.0"


def test_a_listing_comes_in_pages_with_the_counts_of_the_standard(client: TestClient) -> None:
    page = client.get("/services?per_page=1&page=2").json()
    assert {key: page[key] for key in page if key != "contents"} == {
        "total_items": 2, "total_pages": 2, "page_number": 2, "size": 1, "first_page": False, "last_page": True,
        "empty": False,
    }  # fmt: skip
    assert client.get("/services?page=9").json()["empty"] is True


def test_a_listing_is_short_and_full_when_it_is_asked_for(client: TestClient) -> None:
    (short, _) = client.get("/services").json()["contents"]
    assert "phones" not in short and short["name"] == "Safe House"
    full = client.get("/services?full=true").json()["contents"][0]
    assert full["organization"]["name"] == "Refuge" and full["phones"]
    assert client.get(f"/services/{full['id']}").json() == full
    minimal = client.get("/services?minimal=true").json()["contents"]
    assert [set(one) for one in minimal] == [{"id", "last_modified"}] * 2


def test_it_finds_by_words_by_term_by_organization_by_time_and_by_place(client: TestClient) -> None:
    assert names(client, "/services?search=LEGAL+example") == ["Survivor Legal Line"]
    assert names(client, f"/services?taxonomy_term_id={hsds_id('taxonomy', 'needs', 'shelter_housing')}") == [
        "Safe House"
    ]
    assert names(client, f"/services?organization_id={hsds_id('us/nm/refuge')}") == ["Safe House"]
    assert names(client, "/services?modified_after=2027-01-01T00:00:00Z") == []
    assert len(names(client, f"/services?taxonomy_id={hsds_id('taxonomy', 'needs')}")) == 2
    in_austin = client.get("/service_at_locations?postcode=78701").json()["contents"]
    assert {one["service_id"] for one in in_austin} == {LINE}


def test_lines_give_everything_without_pages(client: TestClient) -> None:
    answer = client.get("/services?format=ndjson&full=true")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert [json.loads(line)["name"] for line in answer.text.splitlines()] == [
        "Safe House",
        "Survivor Legal Line",
    ]


def test_what_is_held_and_where_a_confidential_place_is_are_not_there(client: TestClient) -> None:
    """Y3: no trace of it, at no address of the API."""
    everything = "".join(client.get(f"/{name}?format=ndjson&full=true").text for name in LISTINGS)
    assert hsds_id("us/tx/held#line") not in everything
    assert client.get(f"/services/{hsds_id('us/tx/held#line')}").status_code == 404
    assert "disagree" not in everything and '"addresses"' not in everything


def test_only_what_people_see_can_be_published() -> None:
    with pytest.raises(ValueError, match="only what people see"):
        publish(export_with(ORGANIZATIONS, for_reading=False))


def test_an_answer_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/services")
    assert first.headers["cache-control"] == "public, max-age=300"
    again = client.get("/services", headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.text, again.headers["etag"]) == (304, "", first.headers["etag"])


def test_a_page_of_another_site_may_read_it(client: TestClient) -> None:
    answer = client.get("/services", headers={"Origin": "https://example.com"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/services?page=0", "page is a whole number from 1"),
        ("/services?page=٣", "page is a whole number from 1"),
        ("/services?page=1" + "0" * 5000, "too long"),
        ("/services?per_page=501", "from 1 to 500"),
        ("/services?full=yes", "full is true or false"),
        ("/services?format=xml", "format is one of json, ndjson"),
        ("/services?taxonomy_id=legal", "taxonomy_id is a UUID"),
        ("/services?modified_after=soon", "is a time like"),
        ("/services?modified_after=0001-01-01T00:00:00%2B14:00", "is a time like"),
        ("/services?mood=good", "'mood' is no parameter of /services. It takes search"),
        ("/services?page=1&page=2", "page stands twice"),
        ("/service_at_locations?postcode=ABC", "US zip code"),
        ("/services?search=" + "a" * 300, "at most 200 signs"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_why(client: TestClient, address: str, words: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400 and words in answer.json()["error"]


def test_it_cannot_be_written_to_and_knows_no_other_page(client: TestClient) -> None:
    assert (client.post("/services").status_code, client.delete(f"/services/{LINE}").status_code) == (
        405,
        405,
    )
    assert client.get("/../../etc/passwd").status_code == 404
    assert client.get("/services/%00").json()["error"].startswith("There is none of that id")


def test_every_object_is_valid_by_the_schemas_of_the_standard(client: TestClient) -> None:
    from jsonschema import Draft202012Validator

    for name, standard in (("services", "service"), ("organizations", "organization"),
                           ("service_at_locations", "service_at_location")):  # fmt: skip
        validator = Draft202012Validator(
            closed(schema(standard)), format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        for full in ("true", "false"):
            for one in client.get(f"/{name}?full={full}").json()["contents"]:
                errors = [
                    error.message for error in validator.iter_errors(one) if not _is_left_out(error, full)
                ]
                assert errors == [], name


def _is_left_out(error: Any, full: str) -> bool:
    """In a listing, an object stands without what it holds."""
    return full == "false" and error.validator == "required"


def test_its_description_is_valid_openapi() -> None:
    from jsonschema import Draft202012Validator

    document = openapi()
    for parameter in (p for path in document["paths"].values() for p in path["get"].get("parameters", ())):
        Draft202012Validator.check_schema(parameter["schema"])
    assert set(document["paths"]) == {"/", *(f"/{n}" for n in LISTINGS), *(f"/{n}/{{id}}" for n in LISTINGS)}


described = (
    schemathesis.openapi.from_dict(openapi()).configure
    if False
    else schemathesis.openapi.from_asgi("/openapi.json", APP)
)


@described.parametrize()
@settings(max_examples=40, deadline=None)
def test_every_answer_is_as_its_own_description_says(case: Any) -> None:
    case.call_and_validate()
