"""The page of forms without a browser: the form is the declared shape, a draft is the file it would be, and nobody else
may ask."""

import errno
import json
import os
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from bot.conversation.cards import details
from bot.conversation.speak import plain, speak_value
from bot.directory_files import saving
from bot.directory_files.load import Resources
from bot.directory_files.organizations import parse_organization
from bot.directory_files.reading import Route, parse_document
from bot.directory_files.rules import Rulebook
from bot.directory_files.saving import NotSaved
from bot.directory_files.wording import load_wording
from bot.model.directory import Area, Check, Contact, Organization, Service, SharesWith, Source
from bot.model.profile import Profile
from bot.upkeep.form.desk import Desk
from bot.upkeep.form.draft import Draft, cards_of, change_between, would_be
from bot.upkeep.form.form import Field, FormMaker, Kind, find, for_a_form, read_words
from bot.upkeep.form.gate import IN_HEADER
from bot.upkeep.form.merging import ABSENT, merge
from bot.upkeep.form.naming import WrongPath, path_of, short_word
from bot.upkeep.form.placing import route_of
from bot.upkeep.form.server import PAGE, application
from bot.upkeep.form.serving import PortInUse, listen
from bot.upkeep.form.vocabulary import vocabulary_of
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from starlette.testclient import TestClient

from tests.builders import NOON
from tests.conftest import ROOT
from tests.sandbox.test_contrast import luminance
from tests.upkeep.made_up_directory import FILES, HELD, HOTLINE, LEGAL, NOW, PARIS, write_made_up

SHAPES: tuple[type[BaseModel], ...] = (Organization, Service, Contact, Area, SharesWith, Source, Check)
TOKEN, PORT = "made-up-token", 8123
HOME = f"http://127.0.0.1:{PORT}"
LINE: Route = ("services", "legal-line")


@pytest.fixture(scope="module")
def book(resources: Resources) -> Rulebook:
    wording = load_wording(ROOT / "resources" / "taxonomy" / "forbidden.yaml", [])
    return Rulebook(
        taxonomy=resources.taxonomy, gazetteer=resources.gazetteer, wording=wording, today=NOON.date()
    )


@pytest.fixture(scope="module")
def maker(book: Rulebook, resources: Resources) -> FormMaker:
    return FormMaker(vocabulary_of(book, resources.messages.languages), read_words())


@pytest.fixture
def desk(tmp_path: Path, book: Rulebook, resources: Resources) -> Desk:
    return Desk(write_made_up(tmp_path), book, resources.messages, lambda: datetime.fromisoformat(NOW))


@pytest.fixture
def page(desk: Desk) -> TestClient:
    """A browser that opened the address it was given."""
    client = TestClient(application(desk, TOKEN, PORT), base_url=HOME)
    assert client.get(f"/?token={TOKEN}").status_code == 200
    return client


def asked(page: TestClient, what: str, **body: Any) -> dict[str, Any]:
    response = page.post(f"/{what}", json=body, headers={IN_HEADER: TOKEN})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def data_of(path: str) -> Any:
    return parse_document(FILES[path], path).data


def draft_of(path: str = LEGAL, **service: Any) -> Draft:
    """The file as it stands, with some fields of its first service changed (None: taken out)."""
    data = deepcopy(data_of(path))
    one = next(iter(data["services"].values()))
    one.update(service)
    for name in [name for name, value in service.items() if value is None]:
        del one[name]
    return Draft(path=path, base=FILES[path], data=data)


def body_of(draft: Draft) -> dict[str, Any]:
    return {"path": draft.path, "base": draft.base, "data": draft.data, "on_disk": draft.on_disk}


# -- the form --------------------------------------------------------------------------------------------------


def all_of(field: Field) -> Iterator[Field]:
    yield field
    for part in field.parts:
        yield from all_of(part)


def test_every_field_of_the_declared_shape_stands_in_the_form(maker: FormMaker) -> None:
    """A field that is added to the shape must not be one that only those who write YAML can fill in."""
    one_of_each = {
        "services": {"line": {"contacts": [{}, {"channel": "voice"}], "source": [{}], "checks": [{}]}}
    }
    form = maker.form(one_of_each)
    seen = {tuple("*" if isinstance(s, int) or s == "line" else s for s in f.route) for f in all_of(form)}
    line = ("services", "*")
    holders = {
        Organization: (), Service: line, Contact: (*line, "contacts", "*"), Area: (*line, "area"),
        SharesWith: (*line, "shares_with"), Source: (*line, "source", "*"), Check: (*line, "checks", "*"),
    }  # fmt: skip
    wanted = {(*holder, name) for shape, holder in holders.items() for name in shape.model_fields}
    assert len(wanted) >= 55 and wanted <= seen
    service = find(form, ("services", "line"))
    assert service is not None
    placed = [f.name for section in maker.sections(service) for f in section.fields]
    assert sorted(placed) == sorted(Service.model_fields), "each once, in one of the sections"


def test_the_words_of_the_form_speak_of_fields_there_are(maker: FormMaker) -> None:
    fields = {f"{shape.__name__}.{name}" for shape in SHAPES for name in shape.model_fields}
    names = {place.partition(".")[2] for place in fields}
    words = maker.words
    for place in (*words.labels, *words.hints, *words.options):
        assert place in fields | names, place
    for shape, folded in words.folded.items():
        assert {f"{shape}.{name}" for name in folded} <= fields
    assert {name for _, section in words.sections for name in section} <= set(Service.model_fields)
    assert len(fields) >= 55


def test_a_hint_is_the_fields_description_without_what_is_only_for_yaml(maker: FormMaker) -> None:
    fields = [f for f in all_of(maker.form(data_of(LEGAL))) if f.hint]
    assert len(fields) >= 20
    for field in fields:
        assert not re.search(r'in quotes|[\[\]{}"]|below|\.yaml', field.hint), field.hint
    number = find(maker.form(data_of(LEGAL)), (*LINE, "contacts", 0, "number"))
    assert number is not None and number.hint == for_a_form(Contact.model_fields["number"].description or "")


def test_what_is_absent_stays_absent_and_what_is_there_is_shown_as_it_is(maker: FormMaker) -> None:
    form = maker.form(data_of(LEGAL))
    shown = {f.route: f.value for f in all_of(form)}
    assert shown[(*LINE, "asks_status")] == "no" and shown[(*LINE, "asks_id")] is None
    assert shown[(*LINE, "checks")] == [] and shown[(*LINE, "languages")] is None
    asks_id = find(form, (*LINE, "asks_id"))
    assert asks_id is not None and [o.value for o in asks_id.options] == ["yes", "no", ""]


def test_a_word_that_is_not_in_a_menu_is_not_lost(maker: FormMaker) -> None:
    for value, wanted in (("fre", "fre"), ("unknown", "unknown")):
        cost = find(maker.form(draft_of(cost=value).data), (*LINE, "cost"))
        assert cost is not None and wanted in [o.value for o in cost.options] and cost.text == wanted


@pytest.mark.parametrize(
    ("service", "route"),
    [
        ({"contacts": "call us"}, ("contacts",)),
        ({"contacts": ["call us"]}, ("contacts", 0)),
        ({"summary": {"en": ["one"]}}, ("summary", "en")),
        ({"needs": {"legal": "yes"}}, ("needs",)),
        ({"cost": ["free"]}, ("cost",)),
        ({"phone": "+1 512-555-0100"}, ("phone",)),
    ],
)
def test_what_no_field_can_show_is_shown_as_such(
    maker: FormMaker, service: dict[str, Any], route: Route
) -> None:
    odd = find(maker.form(draft_of(**service).data), (*LINE, *route))
    assert odd is not None and odd.kind is Kind.ODD


@given(
    st.recursive(
        st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner)
    )
)
def test_no_file_is_too_strange_to_be_drawn(maker: FormMaker, service: Any) -> None:
    form = maker.form({"name": service, "services": {"line": service}})
    assert {part.name for part in form.parts} >= set(Organization.model_fields)


# -- the file it would be --------------------------------------------------------------------------------------

OTHER = {"channel": "text", "number": "55501"}
STEPS: Mapping[str, Any] = {
    "set a text": lambda s: s.update(hold="closed"),
    "clear a text": lambda s: s.pop("run_by", None),
    "clear the summary but one": lambda s: s.update(summary={"en": "New."}),
    "another language": lambda s: s["summary"].update(fr="Nouveau."),
    "add a contact": lambda s: s.setdefault("contacts", []).append(dict(OTHER)),
    "add a contact in front": lambda s: s.setdefault("contacts", []).insert(0, dict(OTHER)),
    "take all contacts out": lambda s: s.pop("contacts", None),
    "take the first contact out": lambda s: s.get("contacts") and s["contacts"].pop(0),
    "turn the contacts round": lambda s: s.get("contacts") and s["contacts"].reverse(),
    "rewrite a contact": lambda s: s.get("contacts") and s["contacts"].__setitem__(0, dict(OTHER)),
    "an empty contact": lambda s: s.setdefault("contacts", []).append({}),
    "narrow the area": lambda s: s["area"].update(counties=["Travis"]),
    "another area": lambda s: s.update(area={"country": "FR"}),
    "no words left": lambda s: s.pop("needs", None),
    "more words": lambda s: s.setdefault("serves", []).append("women"),
    "a check": lambda s: s.setdefault("checks", []).append({"claims": ["number"], "on": "2026-11-24", "how": "phone"}),
    "no checks": lambda s: s.pop("checks", None),
    "a source more": lambda s: s["source"].append({"url": "https://example.org", "read": "2026-11-24"}),
    "whom they tell": lambda s: s.update(shares_with={"police": "no"}),
}  # fmt: skip


@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=4),
    st.booleans(),
)
def test_whatever_is_done_in_the_form_the_file_holds_it_and_other_services_stay(
    path: str, steps: list[str], more: bool
) -> None:
    data = deepcopy(data_of(path))
    key, service = next(iter(data["services"].items()))
    if isinstance(service, list):
        data["services"][key] = service = {"name": "Now a service"}
    else:
        for step in steps:
            STEPS[step](service)
    if more:
        data["services"]["another-line"] = {"name": "Another"}
    text = would_be(Draft(path=path, base=FILES[path], data=data))
    assert parse_document(text, path).data == data
    comments = [line for line in FILES[path].splitlines() if line.startswith("#")]
    assert all(comment in text for comment in comments)


def test_a_change_of_one_word_is_one_line(desk: Desk) -> None:
    change = desk.look(draft_of(asks_status="yes")).change
    assert (change.count, change.said) == (1, "1 line changes in the file.")
    assert [line.text for line in change.lines if line.sign == "+"] == ["    asks_status: yes"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_the_mark_of_an_editor_stay_as_they_are(line_end: str, mark: str) -> None:
    base = mark + FILES[LEGAL].replace("\n", line_end)
    after = would_be(Draft(path=LEGAL, base=base, data=draft_of(hold="closed").data))
    assert after.replace(f"    hold: closed{line_end}", "") == base


def test_nothing_done_is_nothing_changed(desk: Desk) -> None:
    for path, text in FILES.items():
        look = desk.look(Draft(path=path, base=text, data=data_of(path)))
        assert look.text == text and look.change.count == 0


def test_a_new_file_is_counted_by_its_lines() -> None:
    assert change_between(None, "a\nb\n").said == "A new file of 2 lines."
    assert change_between("a\n", "a\n").said == "Nothing changes in the file."


# -- what is wrong, and where ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "route", "words"),
    [
        ({"contacts": [{"channel": "voice", "number": "+1 512"}]}, ("contacts", 0, "number"), "too few"),
        ({"contacts": [{"number": "+1 512", "channel": "voice"}]}, ("contacts", 0, "number"), "too few"),
        ({"contacts": [{"channel": "voice"}]}, ("contacts", 0), "write exactly one of"),
        ({"contacts": [{"channel": "voice", "url": "https://example.org"}]}, ("contacts", 0, "number"), "needs number"),
        ({"contacts": [{"channel": "vois", "number": "988"}]}, ("contacts", 0, "channel"), "not a value of channel"),
        ({"contacts": [{"channel": "voice", "number": "988", "hours": "noon"}]}, ("contacts", 0, "hours"), "24/7"),
        ({"contacts": None}, (), "nobody can reach this service"),
        ({"kind": None}, ("kind",), "is missing"),
        ({"source": None}, ("source",), "is missing"),
        ({"source": [{"read": "2026-11-24"}]}, ("source", 0, "url"), "needs url: or title:"),
        ({"source": [{"url": "https://example.org", "read": "2027-01-01"}]}, ("source", 0, "read"), "in the future"),
        ({"summary": {"es": "Gratis."}}, ("summary", "en"), "needs a summary in English"),
        ({"needs": ["legal", "legl"]}, ("needs", 1), "did you mean `legal`"),
        ({"area": {"country": "US", "regions": ["TXX"]}}, ("area", "regions", 0), "not a region"),
        ({"area": {"country": "us"}}, ("area", "country"), "two capital letters"),
        ({"languages": ["Spanish"]}, ("languages", 0), "write a language code: es"),
        ({"address": "1 Example Street"}, ("address",), "location: public"),
        ({"phone": "988"}, ("phone",), "is not a field here"),
    ],
)  # fmt: skip
def test_each_problem_stands_beside_its_field(
    desk: Desk, service: dict[str, Any], route: Route, words: str
) -> None:
    found = [f for f in desk.look(draft_of(**service)).found if not f.problem.hint]
    assert [(f.route, words in f.problem.message) for f in found] == [((*LINE, *route), True)], found


def test_the_rules_are_those_of_the_check(desk: Desk, book: Rulebook) -> None:
    draft = draft_of(needs=["legl"], cost="fre")
    text = would_be(draft)
    said = parse_organization(text.encode(), draft.name, b"", book).problems
    assert tuple(f.problem for f in desk.look(draft).found) == said and said


def test_a_number_or_a_name_that_another_file_has_is_worth_a_look(desk: Desk) -> None:
    taken = draft_of(contacts=[{"channel": "voice", "number": "+1 800-555-0142"}])
    (hint,) = [f for f in desk.look(taken).found if "also the number of" in f.problem.message]
    assert hint.problem.hint and hint.route == (*LINE, "contacts", 0, "number")
    assert "us/national/example-hotline" in hint.problem.message
    data = {**draft_of().data, "name": "Example Held Lines"}
    (hint,) = [
        f
        for f in desk.look(Draft(path="us/tx/a", base=None, data=data, on_disk=False)).found
        if f.route == ("name",)
    ]
    assert HELD in hint.problem.message


def test_what_a_file_says_of_no_field_has_no_route() -> None:
    document = parse_document(FILES[LEGAL], LEGAL)
    assert route_of(document.problem((), "is not read"), {}) is None


def test_a_hold_makes_a_doubtful_number_a_hint(desk: Desk) -> None:
    wrong = [{"channel": "voice", "number": "+1 512"}]
    assert desk.look(draft_of(contacts=wrong)).errors == 1
    assert desk.look(draft_of(contacts=wrong, hold="the number is cut off")).errors == 0


# -- cards -----------------------------------------------------------------------------------------------------


def test_a_card_is_what_the_bot_says(desk: Desk, resources: Resources) -> None:
    draft = draft_of(HOTLINE)
    raw = FILES[HOTLINE].encode()
    listed = parse_organization(raw, draft.name, b"", desk.book).services[0]
    cards = cards_of(draft, resources.messages, resources.gazetteer, NOON)
    assert [c.key for c in cards] == ["hotline", "letters"]
    assert set(cards[0].texts) == set(resources.messages.languages) and len(cards[0].texts) >= 3
    for language, text in cards[0].texts.items():
        lines = details(listed, Profile(language=language), NOON)
        assert text == "\n".join(plain(speak_value(v, resources.messages, language)) for v in lines)
    assert cards[0].note == "" and cards[1].note == "Shown, but not yet confirmed by us."


def test_whether_a_line_is_open_is_told_as_to_somebody_who_lives_there(resources: Resources) -> None:
    """Texas has two time zones, Austin has one: there the hours say something."""
    (card,) = cards_of(draft_of(), resources.messages, resources.gazetteer, NOON)
    assert "Call: +1 512-555-0100 (open now" in card.texts["en"]
    (whole,) = cards_of(
        draft_of(area={"country": "US", "regions": ["TX"]}), resources.messages, resources.gazetteer, NOON
    )
    assert "hours not confirmed" in whole.texts["en"]


@pytest.mark.parametrize(
    ("service", "note"),
    [
        ({"hold": "closed"}, "On hold: nobody is shown this card."),
        ({"contacts": None}, "Nobody is shown this card: there is no way to get through."),
        ({"ends_on": "2026-11-01"}, "Nobody is shown this card: its last day was 2026-11-01."),
        ({"kind": None}, "The card appears here as soon as what is marked is mended."),
    ],
)
def test_a_card_that_nobody_is_shown_says_why(desk: Desk, service: dict[str, Any], note: str) -> None:
    (card,) = desk.look(draft_of(**service)).cards
    assert card.note == note


# -- saving, and somebody else ---------------------------------------------------------------------------------


def test_a_save_writes_the_change_and_nothing_else(desk: Desk, page: TestClient) -> None:
    draft = draft_of(asks_status="yes")
    answer = asked(page, "save", **body_of(draft))
    assert answer["saved"] and answer["said"] == "Saved. 1 line changes in the file."
    text = (desk.folder / draft.name).read_text(encoding="utf-8")
    assert text == FILES[LEGAL].replace("asks_status: no", "asks_status: yes") == answer["base"]


def test_what_has_errors_is_not_saved_even_if_the_page_asks(desk: Desk) -> None:
    with pytest.raises(NotSaved, match="first mend what is marked"):
        desk.save(draft_of(kind=None))
    assert (desk.folder / f"organizations/{LEGAL}.yaml").read_text(encoding="utf-8") == FILES[LEGAL]


def test_a_full_disk_is_a_sentence_and_the_file_stays(
    page: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(saving.os, "fsync", full)
    answer = asked(page, "save", **body_of(draft_of(asks_status="yes")))
    assert not answer["saved"] and answer["said"].startswith("There is no room on the disk")
    assert (desk.folder / f"organizations/{LEGAL}.yaml").read_text(encoding="utf-8") == FILES[LEGAL]


def change_on_disk(desk: Desk, old: str, new: str) -> None:
    file = desk.folder / f"organizations/{LEGAL}.yaml"
    file.write_text(FILES[LEGAL].replace(old, new), encoding="utf-8")


def test_both_peoples_changes_come_together(page: TestClient, desk: Desk) -> None:
    change_on_disk(desk, "Mo-Fr 09:00-17:00", "24/7")
    answer = asked(page, "save", **body_of(draft_of(asks_status="yes")))
    assert not answer["saved"] and "was changed by somebody else meanwhile" in answer["said"]
    both = answer["meanwhile"]["both"]
    again = asked(page, "save", **both)
    assert again["saved"]
    text = (desk.folder / f"organizations/{LEGAL}.yaml").read_text(encoding="utf-8")
    assert "hours: '24/7'" in text and "asks_status: yes" in text


def test_a_file_that_was_removed_or_broken_meanwhile_loses_nothing(page: TestClient, desk: Desk) -> None:
    draft = draft_of(asks_status="yes")
    change_on_disk(desk, "name: Example", "name: [")
    broken = asked(page, "check", **body_of(draft))["meanwhile"]
    assert "It cannot be read now" in broken["said"] and broken["both"] is None
    (desk.folder / draft.name).unlink()
    removed = asked(page, "check", **body_of(draft))["meanwhile"]
    assert "was removed by somebody else meanwhile" in removed["said"]
    assert asked(page, "save", **removed["both"])["saved"]
    assert "asks_status: yes   " not in (desk.folder / draft.name).read_text(encoding="utf-8")
    assert (desk.folder / draft.name).read_text(encoding="utf-8") == would_be(draft)


def test_a_new_file_that_somebody_else_wrote_first_is_not_written_over(page: TestClient) -> None:
    draft = Draft(path=LEGAL, base=None, data=draft_of(asks_status="yes").data, on_disk=False)
    answer = asked(page, "save", **body_of(draft))
    assert not answer["saved"] and "was written by somebody else meanwhile" in answer["said"]


TREES = st.recursive(
    st.text("ab", max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", max_size=1), inner, max_size=3)
    ),
)


@given(TREES, TREES)
def test_who_alone_changed_something_gets_it(base: Any, changed: Any) -> None:
    assert merge(base, changed, base) == (changed, ())
    assert merge(base, base, changed) == (changed, ())
    assert merge(base, changed, changed) == (changed, ())


@given(TREES, TREES, TREES)
def test_where_two_changed_the_same_mine_stands_and_theirs_is_told(base: Any, mine: Any, theirs: Any) -> None:
    both, conflicts = merge({"a": base, "b": "1"}, {"a": mine, "b": "1"}, {"a": theirs, "b": "2"})
    assert both["b"] == "2"
    if isinstance(mine, str) and len({str(t) for t in (base, mine, theirs)}) == 3:
        assert both["a"] == mine and [c.route for c in conflicts] == [("a",)]


def test_lists_of_words_and_of_contacts_take_both() -> None:
    assert merge(["a", "b"], ["a", "b", "c"], ["b", "d"]) == (["b", "c", "d"], ())
    one, two = {"n": "1"}, {"n": "2"}
    assert merge([one], [{"n": "9"}], [one, two]) == ([{"n": "9"}, two], ())
    assert merge([one], [one, {"n": "3"}], [one, two]) == ([one, two, {"n": "3"}], ())
    both, (conflict,) = merge([one, two], [two], [one, {"n": "4"}])
    assert both == [two] and conflict.theirs == [one, {"n": "4"}]
    both, (conflict,) = merge({"a": "1"}, {"a": "2"}, {})
    assert both == {"a": "2"} and conflict.theirs is ABSENT


# -- who may ask -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "address", "headers"),
    [
        ("GET", "/", {}),
        ("GET", "/?token=wrong", {}),
        ("GET", "/?token=", {}),
        ("GET", f"/organization/{LEGAL}", {}),
        ("GET", "/page/form.css", {}),
        ("POST", "/save", {IN_HEADER: TOKEN}),
        ("POST", f"/save?token={TOKEN}", {}),
        ("GET", f"/?token={TOKEN}", {"host": "evil.example"}),
        ("GET", f"/?token={TOKEN}", {"host": f"evil.example:{PORT}"}),
        ("GET", f"/?token={TOKEN}", {"host": "127.0.0.1:1"}),
        ("GET", f"/?token={TOKEN}", {"origin": "https://evil.example"}),
        ("GET", f"/?token={TOKEN}", {"origin": "null"}),
        ("GET", f"/?token={TOKEN}", {"origin": "http://127.0.0.1:1"}),
    ],
)
def test_a_stranger_is_refused(desk: Desk, method: str, address: str, headers: dict[str, str]) -> None:
    client = TestClient(application(desk, TOKEN, PORT), base_url=HOME)
    response = client.request(method, address, headers=headers, json={} if method == "POST" else None)
    assert response.status_code == 403 and "bot directory edit" in response.text
    assert "set-cookie" not in response.headers and TOKEN not in response.text


def test_with_the_cookie_alone_nothing_can_be_changed(page: TestClient) -> None:
    """Another program's page on this machine shares the name 127.0.0.1 and so may get the cookie sent along."""
    for headers in ({}, {IN_HEADER: "wrong"}, {IN_HEADER: TOKEN, "origin": "http://localhost:1"}):
        assert page.post("/save", json=body_of(draft_of()), headers=headers).status_code == 403


def test_the_token_leaves_the_address_and_no_answer_may_be_read_elsewhere(desk: Desk) -> None:
    client = TestClient(application(desk, TOKEN, PORT), base_url=HOME, follow_redirects=False)
    first = client.get(f"/organization/{LEGAL}?token={TOKEN}")
    assert (first.status_code, first.headers["location"]) == (303, f"/organization/{LEGAL}")
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    for response in (first, client.get("/"), client.get("/page/edit.js")):
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert "unsafe" not in response.headers["content-security-policy"]
        assert not [name for name in response.headers if name.startswith("access-control")]
        assert response.headers["cache-control"] == "no-store"


def test_pages_bring_no_script_and_no_style_of_their_own(page: TestClient) -> None:
    """The content policy forbids them; a page that had some would be a broken one."""
    for address in ("/", "/new", f"/organization/{LEGAL}", "/organization/us/tx/nowhere"):
        html = page.get(address).text
        scripts = re.findall(r"<script[^>]*>", html)
        assert all("src=" in s or 'type="application/json"' in s for s in scripts)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
        assert not re.search(r"""(src|href|action)=['"]?(https?:)?//""", html)


def test_the_socket_is_on_loopback_and_a_port_in_use_is_a_sentence() -> None:
    with listen(0) as listening:
        host, port = listening.getsockname()
        assert host == "127.0.0.1"
        listening.listen()
        with pytest.raises(PortInUse, match=f"Port {port} is in use"):
            listen(port)


@pytest.mark.parametrize(
    "path", ["../../secret", "us/../../x", "us/tx/..", "us", "a/b/c/d/e", "us/tx/X", "us//x", ""]
)
def test_no_path_leads_out_of_the_directory(page: TestClient, path: str) -> None:
    with pytest.raises(WrongPath):
        path_of(path)
    response = page.post("/check", json={**body_of(draft_of()), "path": path}, headers={IN_HEADER: TOKEN})
    assert response.status_code == 400


def test_a_link_out_of_the_directory_is_not_followed(page: TestClient, desk: Desk, tmp_path: Path) -> None:
    outside = tmp_path.parent / "outside.yaml"
    outside.write_text("name: secret\n", encoding="utf-8")
    (desk.folder / "organizations/us/tx/link.yaml").symlink_to(outside)
    assert page.get("/organization/us/tx/link").status_code == 404


@pytest.mark.parametrize(
    "body",
    [[], {}, {"data": {"a": 1}, "route": []}, {"data": {}, "route": ["nowhere"]}, {"data": {}, "route": 5}],
)
def test_a_call_that_our_page_does_not_make_is_refused(page: TestClient, body: Any) -> None:
    for what in ("check", "part", "save", "propose"):
        response = page.post(f"/{what}", json=body, headers={IN_HEADER: TOKEN})
        assert response.status_code == 400 and "reload the page" in response.json()["said"]
    deep = json.dumps({"data": {}, "route": []}).replace("{}", "[" * 50_000 + "]" * 50_000)
    headers = {IN_HEADER: TOKEN, "content-type": "application/json"}
    assert page.post("/part", content=deep, headers=headers).status_code == 400
    assert page.post("/part", content=" " * 500_000, headers=headers).status_code == 400


# -- the list and new entries ----------------------------------------------------------------------------------


def test_the_list_holds_every_organization_with_its_state_and_the_reason(desk: Desk) -> None:
    rows = {row["path"]: row for row in desk.rows()}
    assert set(rows) == set(FILES)
    told = {
        f"{path}#{s['key']}": (s["state"], s["why"]) for path, row in rows.items() for s in row["services"]
    }
    assert told == {
        f"{LEGAL}#legal-line": ("not confirmed", ""),
        f"{HOTLINE}#hotline": ("listed", ""),
        f"{HOTLINE}#letters": ("not confirmed", ""),
        f"{HELD}#line": ("held", "two sources name two numbers; call and ask"),
        f"{PARIS}#ecoute": ("not confirmed", ""),
        "us/tx/example-broken#": ("cannot be read", told["us/tx/example-broken#"][1]),
    }
    assert "write `key: value` lines under it" in told["us/tx/example-broken#"][1]
    assert rows[PARIS]["services"][0]["where"] == "Paris, Île-de-France, France"


def test_the_list_shows_what_was_saved(page: TestClient, desk: Desk) -> None:
    asked(page, "save", **body_of(draft_of(hold="closed")))
    assert {s["state"] for row in desk.rows() if row["path"] == LEGAL for s in row["services"]} == {"held"}


@pytest.mark.parametrize(
    ("entry", "path", "free"),
    [
        (("US", "TX", "Éxample's House", "Line"), "us/tx/examples-house", True),
        (("US", "", "Example House", "Line"), "us/national/example-house", True),
        (("ZZ", "", "Example House", "Line"), "world/example-house", True),
        (("EU", "", "Example House", "Line"), "eu/example-house", True),
        (("US", "TX", "Example Legal Center", "Line"), LEGAL, False),
        (("US", "TX", "Example House", ""), "us/tx/example-house", False),
    ],
)
def test_a_new_entry_has_its_place_proposed(
    page: TestClient, entry: tuple[str, ...], path: str, free: bool
) -> None:
    asking = dict(zip(("country", "region", "name", "service"), entry, strict=True))
    answer = asked(page, "propose", **asking, path="")
    assert (answer["path"], answer["free"]) == (path, free)
    assert free or answer["said"]


def test_a_file_whose_services_are_no_services_is_drawn_once(page: TestClient, desk: Desk) -> None:
    (desk.folder / "organizations/us/tx/odd.yaml").write_text(
        "name: Odd One\nservices: none\n", encoding="utf-8"
    )
    html = page.get("/organization/us/tx/odd").text
    assert html.count('id="f.services"') == 1 and "Take services out" in html


def test_a_name_without_latin_letters_asks_for_a_path(page: TestClient) -> None:
    assert short_word("帮助") == ""
    answer = asked(page, "propose", country="CN", region="", name="帮助", service="热线", path="")
    assert not answer["free"] and answer["said"].startswith("Write small letters")
    html = page.get("/new/cn/national/help?country=CN&name=帮助&service=热线").text
    assert "f.services.service" in html


def test_a_broken_file_is_explained_and_not_shown_as_a_form(page: TestClient, desk: Desk) -> None:
    (desk.folder / "organizations/us/tx/tabs.yaml").write_text("name: X\n\tservices: y\n", encoding="utf-8")
    (desk.folder / "organizations/us/tx/latin.yaml").write_bytes("name: é".encode("latin-1"))
    tabs = page.get("/organization/us/tx/tabs")
    assert tabs.status_code == 422 and "Line 2: " in tabs.text and "indent with spaces" in tabs.text
    assert "is not UTF-8" in page.get("/organization/us/tx/latin").text
    assert page.get("/organization/us/tx/nothing").status_code == 404


# -- looks -----------------------------------------------------------------------------------------------------

CSS = (PAGE / "static" / "form.css").read_text(encoding="utf-8")
PAIRS = [
    ("ink", "ground"), ("ink", "page"), ("ink", "soft"), ("faint", "ground"), ("faint", "page"), ("faint", "soft"),
    ("faint", "chat"), ("ink", "bot"), ("link", "page"), ("link", "ground"), ("accent", "page"),
    ("accent-ink", "accent"),
    ("key-ink", "key"), ("bad", "page"), ("bad", "bad-soft"), ("ink", "bad-soft"), ("warn-ink", "warn"),
    ("good", "good-soft"), ("new-ink", "new"), ("gone-ink", "gone"),
]  # fmt: skip


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(scheme: int, words: str, ground: str) -> None:
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    assert len(blocks) == 2
    palette = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[0]))
    palette |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[1])) if scheme else {}
    one, other = sorted((luminance(palette[words]), luminance(palette[ground])), reverse=True)
    assert (one + 0.05) / (other + 0.05) >= 4.5
