"""What is covered: counted from a made-up directory, in words and numbers that volunteers rely on."""

import json
import re
import shutil
from datetime import date, timedelta
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from bot.cli.directory.coverage import app
from bot.directory_files.load import Resources
from bot.directory_files.reading import read_document
from bot.matching.directory import index_directory
from bot.matching.freshness import Freshness
from bot.model.directory import ListedService
from bot.upkeep.coverage.as_json import as_json
from bot.upkeep.coverage.counting import (
    MINIMUM,
    Axes,
    Coverage,
    Desert,
    Here,
    Reach,
    Selection,
    Status,
    deserts,
    freshness_of,
    gaps,
    here,
    made_for,
    minimum,
    survey,
    tally,
)
from bot.upkeep.coverage.html import coverage_page
from bot.upkeep.coverage.terminal import report
from bot.upkeep.coverage.words import (
    HERE,
    Words,
    desert_sentences,
    gap_sentence,
    reach_sentence,
    read_axes,
    read_words,
)
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner, Result

from tests.builders import NOON, STORY_SERVICES, a_service, listed
from tests.sandbox.test_contrast import luminance

ROOT = Path(__file__).resolve().parents[2]
TODAY = NOON.date()
TEXAS, UTAH, FRANCE, KENYA = ("US", "TX"), ("US", "UT"), ("FR", None), ("KE", None)
EVERYWHERE = {"country": "US"}


@pytest.fixture(scope="session")
def words(resources: Resources) -> Words:
    return read_words(resources.taxonomy, resources.gazetteer)


@pytest.fixture(scope="session")
def axes(resources: Resources, words: Words) -> Axes:
    return read_axes(resources.taxonomy, words)


def one(at: str = "us/tx/example", **changes: Any) -> ListedService:
    return listed(a_service(**changes), at)


def confirmed(days_ago: int, *claims: str) -> list[dict[str, Any]]:
    day = TODAY - timedelta(days=days_ago)
    return [{"claims": list(claims), "on": day.isoformat(), "how": "phone"}]


def survey_of(*services: ListedService, axes: Axes, **selection: str) -> Coverage:
    return survey(services, axes, TODAY, Selection(**selection))


# -- where --------------------------------------------------------------------------------------------------


def test_help_of_a_state_is_told_apart_from_national_and_worldwide_help(axes: Axes) -> None:
    """A national line must not hide a desert of local help."""
    counts = tally(
        survey_of(
            one("us/tx/a"),
            one("us/national/b", area=EVERYWHERE),
            one("world/c", area={"country": "ZZ"}),
            axes=axes,
        ).listed
    )
    assert here(counts, TEXAS, "legal") == Here(local=1, whole=1, national=1, worldwide=1)
    assert here(counts, UTAH, "legal") == Here(local=0, whole=0, national=1, worldwide=1)
    assert here(counts, UTAH, "legal").reach is Reach.NATIONAL
    assert here(counts, KENYA, "legal").reach is Reach.WORLDWIDE
    assert here(counts, UTAH, "medical").reach is Reach.NONE


def test_help_for_one_town_counts_for_its_state_but_not_as_for_the_whole_of_it(axes: Axes) -> None:
    town = one(area={"country": "US", "regions": ["TX"], "cities": ["Austin"]})
    assert here(tally(survey_of(town, axes=axes).listed), TEXAS) == Here(
        local=1, whole=0, national=0, worldwide=0
    )


def test_a_service_for_several_states_is_help_of_each_of_them(axes: Axes) -> None:
    both = one(area={"country": "US", "regions": ["TX", "UT"]})
    counts = tally(survey_of(both, axes=axes).listed)
    assert here(counts, TEXAS).local == here(counts, UTAH).local == here(counts, ("US", None)).local == 1


def test_a_service_for_a_country_is_help_of_its_own_there(axes: Axes) -> None:
    paris = one("fr/idf/x", area={"country": "FR", "regions": ["IDF"]})
    counts = tally(survey_of(paris, axes=axes).listed)
    assert here(counts, FRANCE) == Here(local=1, whole=0, national=0, worldwide=0)


def test_a_service_for_the_european_union_serves_its_members_from_outside(axes: Axes) -> None:
    counts = tally(survey_of(one("eu/x", area={"country": "EU"}), axes=axes).listed)
    assert here(counts, FRANCE).reach is Reach.WORLDWIDE
    assert here(counts, KENYA).reach is Reach.NONE


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"hold": "number disputed"}, Status.HELD),
        ({"contacts": []}, Status.UNREACHABLE),
        ({"contacts": [{"channel": "voice", "number": "+1 512-555-0100", "hold": "rings out"}]}, Status.UNREACHABLE),
        ({"ends_on": "2026-11-23"}, Status.ENDED),
        ({"ends_on": "2026-11-24"}, Status.LISTED),  # its last day is today
    ],
)  # fmt: skip
def test_what_nobody_may_be_sent_to_does_not_count(
    axes: Axes, changes: dict[str, Any], status: Status
) -> None:
    found = survey_of(one(**changes), axes=axes)
    assert [e.status for e in found.entries] == [status]
    assert len(found.listed) == (status is Status.LISTED)


def test_what_counts_as_listed_is_what_the_bot_itself_would_show(axes: Axes) -> None:
    shown = {s.id for s in index_directory(STORY_SERVICES, {}).services}
    assert {e.id for e in survey_of(*STORY_SERVICES, axes=axes).listed} == shown
    assert len(shown) >= 10


# -- for whom -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "group"),
    [
        ({"serves": ["farmworker"]}, "workers"),
        ({"needs": ["workplace"]}, "workers"),  # the help itself is theirs
        ({"serves": ["undocumented"]}, "migrants"),
        ({"needs": ["immigration"]}, "migrants"),
        ({"needs": ["native"]}, "native"),
        ({"serves": ["formerly_incarcerated"]}, "in_custody"),
        ({"only": ["military"]}, "military"),  # a hard limit is made for them too
        ({"serves": ["trans"]}, "lgbtqia"),
        ({"cost": "free"}, "without_money"),
        ({"cost": "unknown", "needs": ["money"]}, "without_money"),
        ({"languages": ["es"]}, "anywhere"),
        ({"interpreters": "yes"}, "anywhere"),
        ({"area": {"country": "GB"}}, "anywhere"),
        ({"needs": ["school"]}, "students"),
        ({"serves": ["sex_worker"]}, "sex_workers"),
    ],
)
def test_one_sign_says_that_a_service_is_made_for_a_group(
    axes: Axes, changes: dict[str, Any], group: str
) -> None:
    plain = survey_of(one(cost="paid"), axes=axes)
    assert group not in plain.listed[0].groups
    assert group in survey_of(one(**{"cost": "paid", **changes}), axes=axes).listed[0].groups


@pytest.mark.parametrize("languages", [["en"], ["en", "ase"], ["en-US"]])
def test_english_and_its_sign_languages_are_not_another_language(axes: Axes, languages: list[str]) -> None:
    assert "anywhere" not in survey_of(one(languages=languages), axes=axes).listed[0].groups


def test_a_line_that_serves_a_group_helps_with_its_need_as_the_bot_would_find_it(axes: Axes) -> None:
    found = survey_of(one(serves=["native"], needs=["legal"]), axes=axes)
    assert found.listed[0].needs == {"legal", "native"}


def test_what_was_confirmed_too_long_ago_no_longer_makes_a_service_safe_without_papers(axes: Axes) -> None:
    """A worn-off "does not ask for status" must not paint a desert green."""
    safe = {"serves": ["undocumented"], "asks_status": "no"}
    fresh = survey_of(one(**safe, checks=confirmed(10, "asks_status")), axes=axes)
    old = survey_of(one(**safe, checks=confirmed(200, "asks_status")), axes=axes)
    assert "undocumented" in fresh.listed[0].groups
    assert "undocumented" not in old.listed[0].groups
    assert "migrants" in old.listed[0].groups


# -- the minimum (Y8) ---------------------------------------------------------------------------------------


def test_the_minimum_asks_five_needs_of_every_group_the_headlines_forget(axes: Axes) -> None:
    cells = minimum(survey_of(axes=axes))
    assert {c.group for c in cells} == {
        "workers", "migrants", "native", "in_custody", "military", "lgbtqia", "without_money", "anywhere",
    }  # fmt: skip
    assert {c.need for c in cells} == set(MINIMUM)
    assert len(cells) == 40


def test_the_minimum_is_met_by_one_listed_entry_for_each(axes: Axes) -> None:
    people = ["worker", "immigrant", "native", "in_custody", "military", "lgbtqia", "low_income"]
    full = one(needs=list(MINIMUM), serves=people, languages=["es"])
    assert gaps(survey_of(full, axes=axes)) == ()
    held = one(needs=list(MINIMUM), serves=people, languages=["es"], hold="disputed")
    assert len(gaps(survey_of(held, axes=axes))) == 40


def test_a_general_line_is_no_entry_for_soldiers_but_is_told(axes: Axes, words: Words) -> None:
    line = one(needs=["crisis"], cost="unknown")
    found = survey_of(line, axes=axes, group="military", need="crisis")
    assert [gap_sentence(gap, words) for gap in gaps(found)] == [
        "No listed crisis line is made for people harmed by the military. "
        "1 listed service offers it to others or to everyone."
    ]


def test_a_gap_that_nobody_fills_says_so(axes: Axes, words: Words) -> None:
    found = survey_of(axes=axes, group="native", need="medical")
    assert [gap_sentence(gap, words) for gap in gaps(found)] == [
        "No listed medical care is made for Native people. There is none for anyone."
    ]


def test_a_group_asked_for_by_name_is_held_to_the_minimum_too(axes: Axes) -> None:
    assert {gap.group for gap in gaps(survey_of(axes=axes, group="deaf"))} == {"deaf"}


# -- deserts in words ---------------------------------------------------------------------------------------


def sentences(words: Words, found: Coverage) -> tuple[str, ...]:
    return desert_sentences(found, words)


@pytest.mark.parametrize(
    ("services", "sentence"),
    [
        ([one("us/n/x", area=EVERYWHERE)], "No listed legal help in Wyoming. National lines serve it."),
        (
            [one("world/x", area={"country": "ZZ"})],
            "No listed legal help in Wyoming. Only worldwide services serve it.",
        ),
        ([], "No listed legal help in Wyoming. Nothing listed serves it."),
    ],
)  # fmt: skip
def test_a_desert_is_named_with_who_serves_it_all_the_same(
    axes: Axes, words: Words, services: list[ListedService], sentence: str
) -> None:
    found = survey_of(*services, axes=axes, need="legal", country="US", region="WY")
    assert sentences(words, found) == (sentence,)


def test_a_desert_for_a_group_names_the_group(axes: Axes, words: Words) -> None:
    found = survey_of(one(), axes=axes, need="legal", group="native", country="US", region="TX")
    assert sentences(words, found) == (
        "No listed legal help for Native people in Texas. Nothing listed serves it.",
    )


def test_a_country_without_tiles_is_one_place(axes: Axes, words: Words) -> None:
    found = survey_of(axes=axes, need="shelter_housing", country="FR")
    assert sentences(words, found) == ("No listed shelter in France. Nothing listed serves it.",)


def all_but(axes: Axes, *without: str) -> ListedService:
    return one(area={"country": "US", "regions": [r for _, r in axes.states if r not in without]})


def test_few_states_without_help_are_named(axes: Axes, words: Words) -> None:
    national = one("us/n/x", area=EVERYWHERE)
    assert sentences(words, survey_of(all_but(axes, "WY", "VI"), national, axes=axes, need="legal")) == (
        "No listed legal help in U.S. Virgin Islands and Wyoming. National lines serve them.",
    )
    assert sentences(words, survey_of(all_but(axes, "WY"), axes=axes, need="legal")) == (
        "No listed legal help in Wyoming. Nothing listed serves it.",
    )
    assert sentences(words, survey_of(all_but(axes), axes=axes, need="legal")) == (
        "Listed legal help in every state and territory.",
    )


def test_where_most_have_none_the_few_that_have_it_are_named(axes: Axes, words: Words) -> None:
    assert sentences(words, survey_of(one(), axes=axes, need="legal")) == (
        "Listed legal help only in Texas. Nothing listed serves the other 55.",
    )
    assert sentences(words, survey_of(one("us/n/x", area=EVERYWHERE), axes=axes, need="legal")) == (
        "No state or territory has listed legal help of its own. National lines serve them all.",
    )


def test_places_that_are_served_differently_are_counted_apart(axes: Axes, words: Words) -> None:
    """No country may be called served because its neighbour is."""
    found = survey_of(one("eu/x", area={"country": "EU"}), axes=axes, need="legal")
    counts = tally(found.listed)
    places = (FRANCE, KENYA, ("UG", None))
    missing = [Desert(need="legal", spot=p, reach=here(counts, p, "legal").reach) for p in places]
    assert reach_sentence(missing, 3, "countries", "legal", None, words) == (
        "Legal help: listed in none of 3 countries. Only worldwide services serve 1 of them. "
        "Nothing listed serves 2 of them."
    )


# -- selections and freshness -------------------------------------------------------------------------------


def test_a_selection_keeps_what_serves_the_place(axes: Axes) -> None:
    services = (
        one("us/tx/a"),
        one("us/ut/b", area={"country": "US", "regions": ["UT"]}),
        one("us/n/c", area=EVERYWHERE),
        one("world/d", area={"country": "ZZ"}),
        one("fr/e", area={"country": "FR"}),
    )
    kept = {e.id[:4] for e in survey_of(*services, axes=axes, country="US", region="TX").listed}
    assert kept == {"us/t", "us/n", "worl"}
    assert len(survey_of(*services, axes=axes, country="US").listed) == 4
    assert {e.id[:4] for e in survey_of(*services, axes=axes, country="FR").listed} == {"worl", "fr/e"}


def test_a_number_is_fresh_worn_off_or_was_never_dialled(axes: Axes) -> None:
    found = survey_of(
        one("us/tx/a", checks=confirmed(10, "number")),
        one("us/tx/b", checks=confirmed(181, "number")),
        one("us/tx/c", checks=confirmed(10, "hours")),
        axes=axes,
    )
    assert freshness_of(found.listed) == {
        Freshness.CONFIRMED: 1,
        Freshness.NEVER: 1,
        Freshness.EXPIRED: 1,
    }


# -- the JSON form ------------------------------------------------------------------------------------------

TOP = {"form", "today", "filters", "overview", "freshness", "groups", "places", "deserts", "minimum"}
PARTS = {
    "filters": {"need", "group", "country", "region"},
    "overview": {
        "services", "organizations", "listed", "held", "unreachable", "ended", "held_by_reason", "countries", "states",
    },
    "freshness": {"confirmed", "not_confirmed", "expired"},
    "minimum": {"met", "gaps"},
}  # fmt: skip


def test_the_json_form_is_stable(axes: Axes, words: Words) -> None:
    form = as_json(survey_of(*STORY_SERVICES, axes=axes), words)
    assert set(form) == TOP
    for part, keys in PARTS.items():
        assert set(form[part]) == keys
    assert set(form["places"][0]) == {"country", "region", "name", "needs"}
    assert set(form["places"][0]["needs"]["any"]) == {"reach", "local", "whole", "national", "worldwide"}
    assert set(form["deserts"][0]) == {"need", "country", "region", "reach", "sentence"}
    assert set(form["minimum"]["gaps"][0]) == {"group", "need", "for_anyone", "sentence"}
    assert json.loads(json.dumps(form)) == form


def test_the_json_form_says_in_its_docstring_what_every_key_is() -> None:
    told = as_json.__doc__ or ""
    assert not [key for keys in (TOP, *PARTS.values()) for key in keys if f'"{key}"' not in told]


def test_the_json_form_counts_the_story(axes: Axes, words: Words) -> None:
    form = as_json(survey_of(*STORY_SERVICES, axes=axes), words)
    assert form["form"] == 1 and form["today"] == "2026-11-24"
    assert form["overview"]["held"] == 1
    assert form["overview"]["countries"] == ["FR", "US"] and form["overview"]["states"] == ["TX"]
    assert form["groups"]["anyone"]["any"] == form["overview"]["listed"] == len(STORY_SERVICES) - 1
    assert form["groups"]["native"]["native"] == 1
    texas = next(p for p in form["places"] if p["region"] == "TX")
    assert texas["name"] == "Texas"
    assert texas["needs"]["legal"] == {
        "reach": "local", "local": 2, "whole": 2, "national": 1, "worldwide": 0,
    }  # fmt: skip


needs_drawn = st.lists(
    st.sampled_from(["crisis", "legal", "medical", "native"]), min_size=1, max_size=3, unique=True
)
areas_drawn = st.one_of(
    st.builds(lambda r: {"country": "US", "regions": r}, st.lists(st.sampled_from(["TX", "UT"]), unique=True)),
    st.builds(lambda c: {"country": c}, st.sampled_from(["FR", "KE", "ZZ", "EU"])),
    st.just({"country": "US", "regions": ["TX"], "cities": ["Austin"]}),
)  # fmt: skip
services_drawn = st.lists(
    st.builds(
        lambda needs, area, serves, hold: a_service(needs=needs, area=area, serves=serves, hold=hold),
        needs_drawn,
        areas_drawn,
        st.lists(st.sampled_from(["native", "worker", "men"]), unique=True),
        st.sampled_from([None, None, "a reason"]),
    ),
    max_size=8,
)


@given(services=services_drawn)
def test_the_parts_of_a_report_never_contradict_each_other(
    axes: Axes, words: Words, services: list[Any]
) -> None:
    found = survey_of(*(listed(s, f"us/tx/x{at}") for at, s in enumerate(services)), axes=axes)
    counts, form = tally(found.listed), as_json(found, words)
    facts = form["overview"]
    assert facts["services"] == facts["listed"] + facts["held"] + facts["unreachable"] + facts["ended"]
    assert sum(facts["held_by_reason"].values()) == facts["held"]
    assert sum(form["freshness"].values()) == facts["listed"]
    dry = {(d["need"], d["country"], d["region"]) for d in form["deserts"]}
    for place in form["places"]:
        for need, at in place["needs"].items():
            assert at["whole"] <= at["local"] <= facts["listed"]
            assert (at["reach"] == "local") == (at["local"] > 0)
            assert need == "any" or ((need, place["country"], place["region"]) in dry) == (at["local"] == 0)
    for group in found.groups:
        assert all(made_for(found, group.code, n) <= made_for(found, None, n) for n in found.needs)
    assert len(deserts(found)) == len(dry)
    assert here(counts, TEXAS).local == sum("TX" in e.area.regions for e in found.listed)


# -- data of the report -------------------------------------------------------------------------------------


def test_every_state_and_territory_has_a_tile_of_its_own(resources: Resources, words: Words) -> None:
    known = {spot for spot in resources.gazetteer.regions if spot[0] == "US"}
    assert known - set(words.tiles) == {("US", "UM")}  # islands without inhabitants
    assert len(words.tiles) == 56 == len(set(words.tiles.values()))


def test_every_need_has_words_and_every_group_means_known_codes(resources: Resources, axes: Axes) -> None:
    written = read_document(HERE / "words.yaml", "words.yaml").data
    assert set(written["needs"]) == set(resources.taxonomy.needs)
    assert len(axes.groups) >= 19
    for group in axes.groups:
        assert group.people <= set(resources.taxonomy.people)
        assert group.needs <= set(resources.taxonomy.needs)
        assert group.people or group.needs or group.languages_besides


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("no way to make contact found yet", "no_contact"),
        ("The center closed in spring; ask whether it opened again.", "may_be_closed"),
        ("Two pages disagree on the number.", "sources_differ"),
        ("Known from one list only.", "one_list"),
        ("The page has no date.", "old"),
        ("Only for people of one town.", "other"),
        ("", "other"),
    ],
)
def test_a_hold_is_sorted_by_the_words_of_its_reason(words: Words, reason: str, kind: str) -> None:
    assert words.kind_of_hold(reason) == kind


# -- the terminal -------------------------------------------------------------------------------------------


def printed(found: Coverage, words: Words, width: int = 80) -> str:
    console = Console(file=StringIO(), width=width, highlight=False)
    for piece in report(found, words, width):
        console.print(piece)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_missing_count_is_a_word_on_the_terminal_and_no_line_is_cut(axes: Axes, words: Words) -> None:
    text = printed(survey_of(*STORY_SERVICES, axes=axes), words)
    assert "none" in text and "…" not in text
    assert re.search(r"Sex\s+workers|Sex", text)
    assert max(len(line) for line in text.splitlines()) <= 80


def test_the_terminal_tells_the_desert_the_gap_and_the_freshness(axes: Axes, words: Words) -> None:
    text = printed(
        survey_of(one("us/n/x", area=EVERYWHERE, checks=confirmed(1, "number")), axes=axes, country="US", region="WY"),
        words,
    )  # fmt: skip
    assert "No listed legal help in Wyoming. National lines serve it." in text
    assert "1 of 1 confirmed by a person (100%)" in text
    assert "- No listed crisis line is made for workers." in text


def test_an_empty_selection_is_told_without_dividing_by_nothing(axes: Axes, words: Words) -> None:
    assert "0 of 0 confirmed by a person (none listed)" in printed(survey_of(axes=axes), words)


# -- the page -----------------------------------------------------------------------------------------------


class Outline(HTMLParser):
    """What a screen reader and a browser without network would meet."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.unscoped: int = 0
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [v for k, v in attrs if k == "id" and v]
        self.links += [v for k, v in attrs if k in ("src", "href", "action") and v]
        self.unscoped += tag == "th" and given.get("scope") not in ("row", "col")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def page(axes: Axes, words: Words) -> str:
    trap = one("us/tx/trap", name='</script><script>alert("x")</script>')
    return coverage_page(survey_of(*STORY_SERVICES, trap, axes=axes), words)


def test_the_page_asks_for_nothing_from_anywhere(page: str) -> None:
    outline = Outline()
    outline.feed(page)
    assert len(outline.links) >= 60
    assert all(link.startswith("#") or link == "data:," for link in outline.links)
    assert not re.search(r"url\(|@import|https?:", without_linked_data(page))


LINKED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def without_linked_data(page: str) -> str:
    """The page without what it says of itself to search engines: names of words, which nothing fetches."""
    return LINKED.sub("", page)


def test_the_page_says_to_search_engines_that_it_is_counts_and_of_which_day(page: str) -> None:
    (text,) = LINKED.findall(page)
    data = json.loads(text)
    assert (data["@context"], data["@type"], data["dateModified"]) == (
        "https://schema.org", "Dataset", TODAY.isoformat(),
    )  # fmt: skip


def test_every_link_leads_somewhere_and_every_id_is_there_once(page: str) -> None:
    outline = Outline()
    outline.feed(page)
    assert len(outline.ids) == len(set(outline.ids))
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)


def test_every_table_has_a_caption_and_every_head_its_scope(page: str) -> None:
    outline = Outline()
    outline.feed(page)
    assert outline.tags.count("table") == outline.tags.count("caption") == 7
    assert not outline.unscoped
    assert outline.tags.count("h1") == 1


def test_what_a_volunteer_wrote_is_never_run(page: str) -> None:
    """A name in the directory that closes our script would run in every volunteer's browser."""
    assert page.count("</script>") == 3
    assert "<script>alert" not in page
    assert "São Tomé &amp; Príncipe" in page


def test_the_page_reads_without_its_script(page: str) -> None:
    outline = Outline()
    outline.feed(page)
    assert "Help: listed in 1 of 56 states and territories." in outline.text
    assert "Listed legal help only in Texas. National lines serve the other 55." in outline.text
    assert "No listed legal help is made for Native people." in outline.text


def test_the_page_opens_with_the_filters_that_were_asked_for(axes: Axes, words: Words) -> None:
    page = coverage_page(survey_of(*STORY_SERVICES, axes=axes), words, need="legal", group="military")
    assert '<option value="legal" selected>' in page and '<option value="military" selected>' in page
    assert "Legal help for people harmed by the military: listed in none of 56" in page


def test_an_empty_directory_still_makes_a_page(axes: Axes, words: Words) -> None:
    assert "Help: listed in none of 56 states and territories. Nothing listed serves them all." in coverage_page(
        survey_of(axes=axes), words
    )  # fmt: skip


PAIRS = [
    ("ink", "page"), ("ink", "card"), ("faint", "page"), ("faint", "card"), ("accent", "page"),
    ("ink", "few"), ("ink", "some"), ("many-ink", "many"), ("faint", "few"),
    ("nothing", "page"), ("nothing", "card"),
]  # fmt: skip


def colors(scheme: int) -> dict[str, str]:
    css = (HERE / "page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert len(blocks) == 3  # light, dark, print
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[scheme]))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("words_in", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(scheme: int, words_in: str, ground: str) -> None:
    palette = colors(scheme)
    dark, light = sorted((luminance(palette[words_in]), luminance(palette[ground])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


# -- the command --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Resources with one made-up organization, and a cache apart from the real one."""
    folder = tmp_path_factory.mktemp("made-up")
    for part in ("taxonomy", "places"):
        shutil.copytree(ROOT / "resources" / part, folder / part)
    organizations = folder / "organizations" / "us" / "tx"
    organizations.mkdir(parents=True)
    (organizations / "example.yaml").write_text(
        "name: Example\nservices:\n  line:\n    name: Example Legal Line\n    kind: legal_aid\n"
        "    summary: {en: Free advice by phone.}\n    needs: [legal]\n    area: {country: US, regions: [TX]}\n"
        "    contacts:\n      - {channel: voice, number: '+1 512-555-0100'}\n    cost: free\n"
        "    source:\n      - {url: 'https://example.org/contact', read: 2026-11-01, shows: [number]}\n",
        encoding="utf-8",
    )
    return {"BOT_RESOURCES": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}


def run(environment: dict[str, str], *arguments: str) -> Result:
    command = (*arguments, "--now", NOON.isoformat())
    return CliRunner().invoke(app, command, env={"COLUMNS": "80", **environment})


def test_the_command_shows_the_gap_and_fails_only_when_asked(made_up: dict[str, str]) -> None:
    shown = run(made_up, "--group", "workers")
    assert shown.exit_code == 0 and "No listed legal help is made for workers." in shown.stdout
    failed = run(made_up, "--group", "workers", "--need", "legal", "--fail-on-gap", "--json")
    assert failed.exit_code == 1 and "No listed legal help is made for workers." in failed.stderr
    assert json.loads(failed.stdout)["minimum"]["met"] is False
    met = run(made_up, "--group", "without_money", "--need", "legal", "--fail-on-gap")
    assert met.exit_code == 0, met.stderr


def test_the_command_writes_the_page_and_says_where(made_up: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "coverage.html"
    done = run(made_up, "--html", str(path), "--need", "legal")
    assert done.exit_code == 0 and f"{path} is written." in done.stderr and not done.stdout
    assert "Legal help: listed in 1 of 56" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--need", "shelter"), "--need 'shelter' is unknown. Did you mean shelter_housing (A place to stay)?"),
        (("--group", "xyz"), "There are: workers, migrants, native,"),
        (("--country", "Frances"), "Did you mean FR (France)?"),
        (("--country", "??"), "Write its two letters, like GB or FR."),
        (("--region", "Wyomin"), "Did you mean WY (Wyoming)?"),
        (("--country", "FR", "--region", "TX"), "There are:"),
        (("--html", "/nowhere/page.html"), "/nowhere/page.html cannot be written"),
        (("--html", "page.html", "--region", "WY"), "The page always holds every place."),
    ],
)  # fmt: skip
def test_wrong_use_is_one_sentence(
    made_up: dict[str, str], arguments: tuple[str, ...], sentence: str
) -> None:
    done = run(made_up, *arguments)
    assert done.exit_code == 2 and sentence in done.stderr and not done.stdout


def test_a_folder_without_services_is_one_sentence(made_up: dict[str, str], tmp_path: Path) -> None:
    done = run({**made_up, "BOT_RESOURCES": str(tmp_path)})
    assert done.exit_code == 2 and "is BOT_RESOURCES right?" in done.stderr


def test_the_real_directory_is_surveyed_whole(resources: Resources) -> None:
    done = run({"BOT_RESOURCES": str(ROOT / "resources")}, "--json")
    assert done.exit_code == 0, done.stderr
    form = json.loads(done.stdout)
    assert form["overview"]["services"] == len(resources.services) >= 500
    assert len(form["overview"]["states"]) >= 50
    assert form["overview"]["held_by_reason"]["other"] * 10 <= form["overview"]["held"]
    assert all(p["name"] not in (p["country"], p["region"]) for p in form["places"])
    assert date.fromisoformat(form["today"]) == TODAY
