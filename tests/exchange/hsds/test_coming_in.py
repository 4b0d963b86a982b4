"""A feed of another directory comes in: what we have a place for, held until two people have read it."""

import json
from pathlib import Path
from typing import Any

import pytest
from bot.exchange.hsds.crosswalks import Crosswalk, Dictionary, Mapped, load_crosswalks, load_mapping
from bot.exchange.hsds.taking import READ_FIRST

from tests.conftest import ROOT
from tests.exchange.hsds.desk import FEED, STANDARD, TakenIn, an_empty_directory, take_in

ORGANIZATION = {
    "id": "b0c6ad3d-0000-4000-8000-000000000001",
    "name": "Harbor House",
    "description": "A charity.",
    "website": "https://harbor.example.org",
}


def a_term(code: str, vocabulary: str = "Open Eligibility") -> dict[str, Any]:
    return {
        "id": "b0c6ad3d-0000-4000-8000-000000000077",
        "taxonomy_term": {"id": "b0c6ad3d-0000-4000-8000-000000000078", "code": code, "name": code,
                          "description": code, "taxonomy": vocabulary},
    }  # fmt: skip


def a_service(**changes: Any) -> dict[str, Any]:
    service = {
        "id": "b0c6ad3d-0000-4000-8000-000000000002",
        "name": "Night desk",
        "description": "People come at any hour. They talk with you.",
        "status": "active",
        "organization": ORGANIZATION,
        "phones": [{"id": "b0c6ad3d-0000-4000-8000-000000000003", "number": "(512) 477-3553", "type": "voice"}],
        "service_areas": [{"id": "b0c6ad3d-0000-4000-8000-000000000004", "name": "Travis County, Texas"}],
        "service_at_locations": [
            {
                "id": "b0c6ad3d-0000-4000-8000-000000000005",
                "location": {
                    "id": "b0c6ad3d-0000-4000-8000-000000000006",
                    "location_type": "physical",
                    "addresses": [
                        {"id": "b0c6ad3d-0000-4000-8000-000000000007", "address_1": "1 Main Street", "city": "Austin",
                         "state_province": "TX", "postal_code": "78701", "country": "US", "address_type": "physical"}
                    ],
                },
            }
        ],
        "attributes": [a_term("human_services:legal:advocacy_legal_aid")],
        **changes,
    }  # fmt: skip
    return {name: value for name, value in service.items() if value is not None}


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    return an_empty_directory(tmp_path / "resources")


def taken(resources: Path, *services: Any, mapped: Mapped | None = None) -> TakenIn:
    feed = resources.parent / "feed.json"
    feed.write_text(json.dumps(list(services)), encoding="utf-8")
    return take_in(feed, resources, mapped)


def test_a_service_becomes_an_entry_that_nobody_sees_before_two_people_have_read_it(resources: Path) -> None:
    """Y6: two people for what is new."""
    done = taken(resources, a_service())
    assert done.errors == 0 and done.files == ["us/tx/harbor-house"]
    assert (
        done.text("us/tx/harbor-house")
        == f"""\
name: Harbor House
website: https://harbor.example.org
services:
  night-desk:
    name: Night desk
    kind: legal_aid
    summary:
      en: People come at any hour. They talk with you.
    needs: [legal]
    area: {{country: US, regions: [TX], counties: [Travis]}}
    contacts:
      - channel: voice
        number: "+1 512-477-3553"
      - channel: website
        url: https://harbor.example.org
    location: public
    address: 1 Main Street, Austin, TX 78701
    hold: {READ_FIRST}
    source:
      - url: https://example.org/feed
        title: Example County 211
        kind: government
        read: 2026-11-24
"""
    )


def test_a_deployment_that_answers_for_its_feed_shows_it_at_once(resources: Path) -> None:
    done = taken(resources, a_service(), mapped=Mapped(source=FEED, listed=True))
    assert "hold:" not in done.text("us/tx/harbor-house")


def test_a_service_the_feed_calls_closed_is_held_for_that_reason(resources: Path) -> None:
    done = taken(resources, a_service(status="temporarily closed"), mapped=Mapped(source=FEED, listed=True))
    assert "hold: 'the feed says: temporarily closed'" in done.text("us/tx/harbor-house")


def test_nothing_comes_in_without_a_source(resources: Path) -> None:
    done = taken(resources, a_service(), mapped=Mapped())
    assert done.errors == 1 and done.files == []
    assert "name the feed with --source" in done.about("source")[0]


def test_safety_is_never_believed_of_a_feed(resources: Path) -> None:
    said = "They never ask for papers and tell nobody. Free."
    done = taken(
        resources,
        a_service(description=said, eligibility_description="No status questions", fees_description="Free"),
    )
    text = done.text("us/tx/harbor-house")
    assert not any(claim in text for claim in ("asks_status", "asks_id", "must_report", "shares_with"))
    assert "cost: free" in text
    assert any("No status questions" in line for line in done.about("eligibility_description"))


@pytest.mark.parametrize(
    "code",
    ["human_services:housing:emergency_shelter", "human_situations:survivors:domestic_violence_survivors"],
)
def test_the_address_of_a_place_that_shelters_people_never_comes_in(resources: Path, code: str) -> None:
    """Y3: no trace of it, though the feed prints it."""
    done = taken(
        resources, a_service(attributes=[a_term(code)], description="At 1 Main Street. They talk with you.")
    )
    text = done.text("us/tx/harbor-house")
    assert "Main Street" not in text and "78701" not in text
    assert done.about("addresses") == [
        "record 1, addresses: left out: an address of a place that shelters people is never taken in"
    ]


def test_a_named_persons_number_and_mailbox_stay_out(resources: Path) -> None:
    """Y4: no personal mobile or mailbox."""
    ann = {"id": "b0c6ad3d-0000-4000-8000-000000000009", "name": "Ann Persona", "email": "ann@harbor.example.org",
           "phones": [{"id": "b0c6ad3d-0000-4000-8000-00000000000a", "number": "512 477 3600"}]}  # fmt: skip
    mine = {"id": "b0c6ad3d-0000-4000-8000-00000000000b", "number": "512 477 3601", "type": "cell"}
    service = a_service(contacts=[ann])
    service["phones"].append(mine)
    done = taken(resources, service)
    text = done.text("us/tx/harbor-house")
    assert not any(private in text for private in ("ann@", "3600", "3601"))
    assert len(done.about("contacts")) == 1 and len(done.about("phones")) == 1


def test_hours_languages_extensions_and_texting_come_along(resources: Path) -> None:
    phones = [
        {"id": "1", "number": "512-477-3553", "extension": 12, "languages": [{"id": "2", "code": "es"}]},
        {"id": "3", "number": "512-477-3554", "type": "sms"},
    ]
    schedules = [{"id": "4", "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "17:00"}]
    done = taken(
        resources, a_service(phones=phones, schedules=schedules, languages=[{"id": "5", "name": "Spanish"}])
    )
    text = done.text("us/tx/harbor-house")
    assert 'hours: "Mo-Tu 09:00-17:00"' in text and "Ask for extension 12." in text
    assert "channel: text" in text and "languages: [es]" in text


def test_a_service_without_a_need_of_ours_is_told_and_left_out(resources: Path) -> None:
    done = taken(
        resources, a_service(attributes=[a_term("human_services:food:food_pantry")]), a_service(id="x2")
    )
    assert done.errors == 0 and done.outcome.services == 1
    assert any("food_pantry" in line for line in done.about("attributes"))
    assert any("none of its terms means a need here" in line for line in done.about("attributes"))


def test_a_mapping_file_says_what_a_feeds_own_words_mean(resources: Path, tmp_path: Path) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text(
        "source: {title: County 211}\nlisted: true\nvocabularies:\n  - known_as: [AIRS]\n"
        "    needs: {shelter_housing: [BH-1800]}\n    people: {veteran: [YZ-9000]}\n"
        "    kinds: {shelter: [BH-1800.8500]}\n",
        encoding="utf-8",
    )
    terms = [a_term("BH-1800.8500-900", "AIRS"), a_term("YZ-9000", "AIRS")]
    done = taken(resources, a_service(attributes=terms), mapped=load_mapping(file))
    text = done.text("us/tx/harbor-house")
    assert "needs: [shelter_housing]" in text and "serves: [veteran]" in text and "kind: shelter" in text
    assert "location: confidential" in text


def test_taking_the_same_feed_in_twice_changes_nothing_the_second_time(resources: Path) -> None:
    taken(resources, a_service())
    again = taken(resources, a_service())
    assert (again.errors, again.outcome.organizations) == (0, 0)


def test_what_volunteers_released_stays_released_when_the_feed_comes_again(resources: Path) -> None:
    taken(resources, a_service())
    path = resources / "organizations" / "us/tx/harbor-house.yaml"
    path.write_text(path.read_text().replace(f"    hold: {READ_FIRST}\n", "    note: We called them.\n"))
    again = taken(resources, a_service(description="They have a new desk."))
    text = again.text("us/tx/harbor-house")
    assert "hold:" not in text and "They have a new desk." in text and "We called them." in text


def test_what_volunteers_wrote_themselves_is_never_written_over(resources: Path) -> None:
    taken(resources, a_service())
    path = resources / "organizations" / "us/tx/harbor-house.yaml"
    by_hand = path.read_text().replace("https://example.org/feed", "https://harbor.example.org/contact")
    path.write_text(by_hand.replace("Example County 211", "Their page"))
    before = path.read_text()
    again = taken(resources, a_service(name="Night desk", description="Another text."))
    assert path.read_text() == before
    assert "is in the directory already, from another source" in "".join(again.lines)


def test_two_organizations_of_one_name_get_two_files(resources: Path) -> None:
    other = {**ORGANIZATION, "id": "b0c6ad3d-0000-4000-8000-0000000000ff"}
    done = taken(
        resources, a_service(), a_service(id="b0c6ad3d-0000-4000-8000-0000000000fe", organization=other)
    )
    assert set(done.files) == {"us/tx/harbor-house", "us/tx/harbor-house-2"}


@pytest.mark.parametrize("form", ["list", "page", "lines", "organization", "single"])
def test_every_form_the_standard_knows_is_read(resources: Path, form: str) -> None:
    service = a_service()
    nested = {**ORGANIZATION, "services": [{k: v for k, v in service.items() if k != "organization"}]}
    texts = {
        "list": json.dumps([service]),
        "page": json.dumps({"total_items": 1, "empty": False, "contents": [service]}),
        "lines": f"{json.dumps(service)}\n{json.dumps(a_service(id='x3', name='Day desk'))}\n",
        "organization": json.dumps([nested]),
        "single": json.dumps(service),
    }
    feed = resources.parent / "feed.json"
    feed.write_bytes(b"\xef\xbb\xbf" + texts[form].encode())
    done = take_in(feed, resources)
    assert done.errors == 0 and done.files == ["us/tx/harbor-house"]
    assert done.outcome.services == (2 if form == "lines" else 1)


@pytest.mark.parametrize("name", ["service_full.json", "organization_full.json", "csv"])
def test_the_examples_of_the_standard_come_in_without_an_error(resources: Path, name: str) -> None:
    if not (STANDARD / "examples").exists():
        pytest.skip("the standard's examples do not lie beside the project")
    mapped = Mapped(source=FEED, needs=("counselling",), vocabularies=(Crosswalk(known_as=("taxonomy",)),))
    done = take_in(STANDARD / "examples" / name, resources, mapped)
    assert (done.errors, done.outcome.services) == (0, 1)
    assert "name: Community Counselling" in done.text(
        "us/national/example-organization-inc" if False else done.files[0]
    )


def test_the_crosswalks_name_only_codes_we_have_and_know_what_stands_below_a_code() -> None:
    from bot.directory_files.taxonomy import load_taxonomy

    problems: list[Any] = []
    crosswalks = load_crosswalks(ROOT / "resources", problems)
    taxonomy = load_taxonomy(ROOT / "resources" / "taxonomy", problems)
    assert problems == [] and {one.name for one in crosswalks} == {"Open Eligibility", "LIST", "schema.org"}
    for one in crosswalks:
        assert set(one.needs) <= set(taxonomy.needs) and set(one.people) <= set(taxonomy.people), one.name
    words = Dictionary(crosswalks)
    below = "human_services:legal:advocacy_legal_aid:citizenship_immigration"
    assert words.meaning("Open Eligibility", below, "").needs == ("immigration",)
    assert words.meaning("LIST", "IM-03-00-00-00", "").needs == ("immigration",)
    assert not words.meaning("Open Eligibility", "human_services:food", "Food")


def test_hsds_2_names_are_understood(tmp_path: Path, resources: Path) -> None:
    """A package of HSDS 2.0: other file names, plain ids."""
    folder = tmp_path / "old"
    folder.mkdir()
    tables = {
        "organizations": "id,name,description,url\no1,Harbor House,A charity,https://harbor.example.org\n",
        "services": "id,organization_id,name,description,status\ns1,o1,Night desk,They talk with you.,active\n",
        "phones": "id,service_id,number,type\np1,s1,512 477 3553,voice\n",
        "services_at_location": "id,service_id,location_id\na1,s1,l1\n",
        "locations": "id,organization_id,name,location_type\nl1,o1,Office,physical\n",
        "physical_addresses": "id,location_id,address_1,city,state_province,postal_code,country\n"
        "d1,l1,1 Main Street,Austin,TX,78701,US\n",
        "taxonomy": "id,name,taxonomy,code\nt1,Legal,Open Eligibility,human_services:legal:representation\n",
        "services_taxonomy": "id,service_id,taxonomy_id\nx1,s1,t1\n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    done = take_in(folder, resources)
    assert done.errors == 0, done.lines
    text = done.text("us/tx/harbor-house")
    assert "needs: [legal]" in text and "1 Main Street" in text
    assert any("is no UUID" in line for line in done.about("id"))


def test_the_page_about_other_vocabularies_names_every_code_and_what_has_none() -> None:
    from bot.directory_files.taxonomy import load_taxonomy

    page = (ROOT / "docs" / "taxonomy.md").read_text(encoding="utf-8")
    lines = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}
    taxonomy = load_taxonomy(ROOT / "resources" / "taxonomy", [])
    assert set(taxonomy.needs) | set(taxonomy.people) == set(lines)
    for one in load_crosswalks(ROOT / "resources", []):
        for codes in (one.needs, one.people):
            for theirs in codes.values():
                assert all(f"`{code}`" in page for code in theirs), one.name
    lacking = page.split("## What each lacks")[1]
    for need in set(taxonomy.needs) - {"sexual_assault_support"}:
        (known,) = (one for one in load_crosswalks(ROOT / "resources", []) if one.name == "LIST")
        if need not in known.needs and need not in known.people:
            assert f"`{need}`" in lacking, need
