"""From answers to a file, and from a pasted text to suggestions: what people really type, and what nobody foresaw."""

import unicodedata
from datetime import date
from typing import get_args

import phonenumbers
import pytest
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.rulebook import read_rulebook
from bot.directory_files.rules import Rulebook
from bot.directory_files.scripts import load_scripts
from bot.directory_files.writing import write_organization
from bot.matching.freshness import SAFETY_CLAIMS
from bot.model.directory import (
    PHONE_CHANNELS,
    WEB_CHANNELS,
    Cost,
    Institution,
    Kind,
    ListedService,
    RunBy,
    SharesWith,
    Source,
)
from bot.upkeep.adding.answers import (
    READERS,
    Choose,
    Confirm,
    Refused,
    Taken,
    asking_at,
    offers_at,
    options_of,
    question_of,
    read_answer,
)
from bot.upkeep.adding.desk import open_desk
from bot.upkeep.adding.found import Found, found_in
from bot.upkeep.adding.hours import find_hours, read_hours
from bot.upkeep.adding.questions import (
    SAFETY,
    Answers,
    Desk,
    answered,
    clean,
    clean_page,
    file_of,
    judge_all,
    judge_now,
    key_of,
    open_step,
    organization_in,
    plan,
    step_of,
    summary_languages,
)
from bot.upkeep.adding.twins import know
from bot.upkeep.adding.words import Words, read_adding_words
from hypothesis import example, given
from hypothesis import strategies as st
from opening_hours import validate

from tests.builders import STORY_SERVICES, a_service, listed
from tests.conftest import ROOT

TODAY = date(2026, 11, 25)
TEXAS: Answers = {"country": "US", "region": ("TX",)}
WORDS = read_adding_words()
HOURS = WORDS.phrases.hours


@pytest.fixture(scope="module")
def book() -> Rulebook:
    """The real codes, places and forbidden words."""
    return read_rulebook(ROOT / "resources", TODAY, [], compiled_cache())


@pytest.fixture(scope="module")
def desk(book: Rulebook) -> Desk:
    """A made-up directory and the real words; nothing was pasted."""
    return a_desk(book)


def a_desk(book: Rulebook, *services: ListedService, page: str = "") -> Desk:
    known = services or STORY_SERVICES
    files = frozenset(s.organization_id for s in known)
    scripts = load_scripts(ROOT / "resources" / "scripts", [])
    return open_desk(book, known, files, WORDS, scripts, clean_page(page))


def taken(step: str, text: str, desk: Desk, answers: Answers = TEXAS) -> object:
    """The answer that is taken at once."""
    outcome = read_answer(asking_at(step, answers, desk), text)
    assert isinstance(outcome, Taken), outcome
    return outcome.answers[step]


# -- hours -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "osm"),
    [
        ("24/7", "24/7"),
        ("24 hours", "24/7"),
        ("24 Hours a Day, 7 Days a Week", "24/7"),
        ("las 24 horas", "24/7"),
        ("7j/7, 24h/24", "24/7"),
        ("Mon-Fri 9-5", "Mo-Fr 09:00-17:00"),
        ("lunes a viernes 9 a 17", "Mo-Fr 09:00-17:00"),
        ("de lunes a viernes de 9 de la mañana a 5 de la tarde", "Mo-Fr 09:00-17:00"),
        ("weekdays 9am to 5pm", "Mo-Fr 09:00-17:00"),
        ("Monday – Friday: 8:30 a.m. – 5:00 p.m.", "Mo-Fr 08:30-17:00"),
        ("9am-5pm Monday through Friday", "Mo-Fr 09:00-17:00"),  # the time first
        ("M-F 9-5 ET", "Mo-Fr 09:00-17:00"),
        ("0900-1700 weekdays", "Mo-Fr 09:00-17:00"),  # as soldiers write
        ("du lundi au vendredi de 9h à 17h30", "Mo-Fr 09:00-17:30"),
        ("lun. - ven. 9h-12h, 14h-18h", "Mo-Fr 09:00-12:00,14:00-18:00"),  # closed at noon
        ("segunda a sexta, das 9h às 18h", "Mo-Fr 09:00-18:00"),
        ("Mon-Thu 9-5, Fri 9-noon", "Mo-Th 09:00-17:00; Fr 09:00-12:00"),
        ("Mon, Wed, Fri 10-4", "Mo,We,Fr 10:00-16:00"),
        ("Mon-Fri 9-5; closed weekends", "Mo-Fr 09:00-17:00; Sa-Su off"),
        ("7 days a week 8am-midnight", "Mo-Su 08:00-24:00"),
        ("10pm-6am", "22:00-06:00"),  # over midnight
        ("Tuesdays 6-8 pm", "Tu 18:00-20:00"),
        ("1-5", "13:00-17:00"),  # nobody opens at one at night
        ("8-8", "08:00-20:00"),
        ("12-5", "12:00-17:00"),
        ("Mon-Fri 24 hours", "Mo-Fr 00:00-24:00"),
        ("Mo-Fr 09:00-17:00; Sa 10:00-14:00", "Mo-Fr 09:00-17:00; Sa 10:00-14:00"),
        ("Mo-Fr 09:00-17:00; PH off", "Mo-Fr 09:00-17:00; PH off"),  # the notation itself, holidays too
    ],
)
def test_common_ways_to_write_hours_are_read(written: str, osm: str) -> None:
    hours = read_hours(written, HOURS)
    assert hours and hours.osm == osm
    assert validate(osm)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "sometimes",
        "Mon-Fri",
        "9-5 except holidays",
        "25-30",
        "99:99",
        "9am-9am",
        "call us",
        "½-5",
        "9-5 " * 200,
    ],
)
def test_hours_that_are_half_understood_are_not_read(written: str) -> None:
    assert read_hours(written, HOURS) is None


def test_a_named_time_zone_is_read_beside_the_hours() -> None:
    hours = read_hours("9 to 5 Mon-Fri, Pacific time", HOURS)
    assert hours and (hours.osm, hours.zone) == ("Mo-Fr 09:00-17:00", "America/Los_Angeles")


PIECES = st.sampled_from(
    [
        *(
            "Mon",
            "lunes",
            "vendredi",
            "Su",
            "weekdays",
            "-",
            "–",
            " a ",
            " to ",
            "and",
            "closed",
            "24/7",
            "x",
        ),
        *(
            "9",
            "17",
            "12",
            "0",
            "24",
            "5:30",
            "9h",
            "00:00",
            "pm",
            "a.m.",
            "noon",
            "midnight",
            "de la tarde",
            "ET",
        ),
        *(",", ";", ":", "\n", " ", "(", "\u0130", "²"),
    ]
)


@given(
    st.one_of(
        st.text(max_size=60), st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES).map("".join)
    )
)
@example("İ" * 50)
def test_what_is_read_of_hours_always_parses(text: str) -> None:
    hours = read_hours(text, HOURS)
    assert hours is None or validate(hours.osm)


# -- a pasted text -----------------------------------------------------------------------------------------------

PAGE = """\
Example Survivor Center of Central Texas
We help anyone in Austin, TX and Travis County after a sexual assault. Free and confidential. Reading groups.
24/7 crisis line: (512) 555-0100 or 1-800-555-HOPE. Toll-free: 800-555-0102.
Office: Monday to Friday, 9am - 5pm CT. Closed on weekends. Fax 512.555.0109. See pages 9-12. Feel free to call.
We speak English, Spanish and Vietnamese; ASL interpreters. Even so, Hablamos español.
help@example.org · www.example.org/help. See https://example.org/contact.
"""
OFFICE_HOURS = "Monday to Friday, 9am - 5pm CT. Closed on weekends"


def found(page: str, desk: Desk, country: str = "US") -> Found:
    return found_in(clean_page(page), country, WORDS.phrases, desk.names.languages(), desk.book.gazetteer)


def test_everything_a_page_answers_is_found_with_the_words_it_was_read_from(desk: Desk) -> None:
    seen = found(PAGE, desk)
    said = {name: [(s.value, s.text) for s in getattr(seen, name)] for name in Found.__dataclass_fields__}
    assert said == {
        "numbers": [
            ("+1 512-555-0100", "(512) 555-0100"),
            ("+1 800-555-0102", "800-555-0102"),
            ("+1 512-555-0109", "512.555.0109"),
            ("1-800-555-HOPE", "1-800-555-HOPE"),
        ],
        "mails": [("help@example.org", "help@example.org")],
        "pages": [
            ("https://www.example.org/help", "www.example.org/help"),
            ("https://example.org/contact", "https://example.org/contact"),
        ],
        "hours": [
            ("24/7", "24/7"),
            (OFFICE_HOURS, OFFICE_HOURS),
        ],
        "languages": [("English", "English"), ("Spanish", "Spanish"), ("Vietnamese", "Vietnamese"), ("ASL", "ASL")],
        "costs": [("free", "Free")],
        "regions": [("TX", "Texas")],
        "places": [("Austin", "Austin"), ("county Travis", "Travis County")],
    }  # fmt: skip


def test_what_is_beside_a_find_is_shown_in_whole_words(desk: Desk) -> None:
    assert found(PAGE, desk).numbers[1].around == "1-800-555-HOPE. Toll-free: 800-555-0102."


def test_a_page_in_french_is_read_too(desk: Desk) -> None:
    page = "À Paris et à Lyon. Appel au 01 99 00 11 22, du lundi au vendredi de 9h à 17h. Gratuit. Anglais, arabe."
    seen = found(page, desk, "FR")
    assert [s.value for s in seen.numbers] == ["+33 1 99 00 11 22"]
    assert [s.value for s in seen.costs] == ["free"]
    assert [s.value for s in seen.languages] == ["English", "Arabic"]
    assert [s.value for s in seen.places] == ["Paris", "Lyon"]


@pytest.mark.parametrize(
    "page", ["1" * 50_000, "( " * 20_000, "a@" * 20_000, "9-5 " * 9_000, "www." * 9_000, "\u202e" * 9]
)
def test_pages_made_to_be_slow_are_read_all_the_same(desk: Desk, page: str) -> None:
    assert isinstance(found(page, desk), Found)


LINES = st.sampled_from(
    [*PAGE.splitlines(), "Tel +44 20 7946 0958", "lunes a viernes 9 a 17", "Gratuit.", "en español"]
)
PAGES = st.lists(st.one_of(LINES, st.text(max_size=40), PIECES), max_size=8)


@given(parts=PAGES, country=st.sampled_from(["US", "FR", "MX", "ZZ", "EU", "KE"]))
def test_nothing_is_suggested_that_is_not_in_the_text(desk: Desk, parts: list[str], country: str) -> None:
    page = "\n".join(parts)
    seen, text = found(page, desk, country), clean_page(page)
    for name in Found.__dataclass_fields__:
        assert all(s.text in text for s in getattr(seen, name))
    for number in seen.numbers:
        digits = "".join(
            c for c in phonenumbers.convert_alpha_characters_in_number(number.text) if c.isdecimal()
        )
        parsed = phonenumbers.parse(number.value, None if country in ("ZZ", "EU") else country)
        assert str(parsed.national_number) in digits
    assert all(s.value == s.text for s in seen.mails)
    assert all(s.value.endswith(s.text) or s.value.lower().endswith(s.text.lower()) for s in seen.pages)
    assert all(read_hours(s.value, HOURS) for s in seen.hours)


@given(st.text(max_size=200))
def test_no_text_breaks_the_search_for_hours(text: str) -> None:
    assert all(written in text and validate(hours.osm) for hours, written in find_hours(text, HOURS))


def test_ways_that_were_taken_are_not_offered_again(book: Rulebook) -> None:
    desk = a_desk(book, page=PAGE)
    before = offers_at(asking_at("contacts.0.value", TEXAS, desk))
    answers = {**TEXAS, "contacts.0.value": before[0].value}
    assert offers_at(asking_at("contacts.1.value", answers, desk)) == before[1:]


def test_only_places_of_the_state_are_offered(book: Rulebook) -> None:
    desk = a_desk(book, page="In Houston and in Chicago.")
    assert [s.value for s in offers_at(asking_at("places", TEXAS, desk))] == ["Houston"]


def test_before_the_country_is_known_nothing_is_offered(book: Rulebook) -> None:
    assert offers_at(asking_at("country", {}, a_desk(book, page=PAGE))) == ()


# -- what people type --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("\u202eabc\u202c", "abc"),  # turned around
        ("a\u200bb\ufeff", "ab"),  # invisible
        ("“it’s”\u00a0„so“", '"it\'s" "so"'),
        ("a\tb\r\nc\x00\x1b", "a b c"),
        ("\u200cمی\u200cخواهم", "\u200cمی\u200cخواهم"),  # a joiner that is a part of a Persian word
        ("e\u0301", "é"),
        ("x" * 9_000, "x" * 4_000),
    ],
)
def test_what_cannot_be_seen_is_taken_out(written: str, kept: str) -> None:
    assert clean(written) == kept


@given(st.text())
def test_a_clean_line_has_no_control_character_and_stays_clean(text: str) -> None:
    line = clean(text)
    assert clean(line) == line
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in line)


@pytest.mark.parametrize(
    ("step", "text", "answer"),
    [
        ("country", "estados unidos", "US"),
        ("country", "UK", "GB"),
        ("country", "todo el mundo", "ZZ"),
        ("region", "tx", ("TX",)),
        ("region", "Texas, Nuevo México", ("TX", "NM")),
        ("needs", "abogada, Argent, workplace, lawyer", ("legal", "money", "workplace")),
        ("serves", "women, para migrantes", ("women", "immigrant")),
        ("serves", "everyone", ""),
        ("only", "no", ""),
        ("places", "austin, El Paso County, travis", ("Austin", "county El Paso", "county Travis")),
        ("places", "=Nowhereville", ("Nowhereville",)),
        ("languages", "inglés, Español, asl, kreyol, 中文", ("en", "es", "ase", "ht", "zh")),
        ("contacts.0.value", "(512) 555-0100", "+1 512-555-0100"),
        ("contacts.0.value", "512-555-0100 ext. 12", "+1 512-555-0100 ext. 12"),
        ("contacts.0.value", "+33 1 99 00 11 22", "+33 1 99 00 11 22"),
        ("contacts.0.value", "988", "988"),
        ("contacts.0.value", "example.org/chat", "https://example.org/chat"),
        ("contacts.0.value", "help@example.org", "help@example.org"),
        ("contacts.0.value", "MAIL: PO Box 1", "mail: PO Box 1"),
        ("contacts.0.timezone", "eastern time", "America/New_York"),
        ("contacts.0.timezone", "america/chicago", "America/Chicago"),
        ("contacts.0.timezone", "1", "America/New_York"),
        ("kind", "4", "legal_aid"),
        ("kind", "Legal aid", "legal_aid"),
        ("cost", "it depends on income", "sliding_scale"),
        ("confidential", "Sí", "yes"),
        ("anonymous", "non", "no"),
        ("asks_id", "I don't know", ""),
        ("asks_id", "", ""),
        ("source.0.what", "a flyer in the library", "a flyer in the library"),
        ("source.0.what", "example.org/a?b=c", "https://example.org/a?b=c"),
        ("source.0.read", "ayer", "2026-11-24"),
        ("source.0.read", "", "2026-11-25"),
        ("more_languages", "English, français", ("fr",)),
    ],
)
def test_answers_are_understood_as_people_write_them(
    desk: Desk, step: str, text: str, answer: object
) -> None:
    assert taken(step, text, desk) == answer


@pytest.mark.parametrize(
    ("step", "text", "sentence"),
    [
        ("name", "", "This one is needed"),
        ("kind", "0", "Write a number from 1 to 13"),
        ("needs", "qqq", "Write ? to see what there is"),
        ("contacts.0.value", "SAFE", "is not a phone number, an e-mail address or a web address"),
        ("contacts.0.hours", "9-5 mostly", "I cannot read `9-5 mostly` as hours"),
        ("website", "http://", "is not a web address"),
        ("source.0.read", "2026-02-30", "is no day"),
        ("interpreters", "12", "Write y or n"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_what_to_write(
    desk: Desk, step: str, text: str, sentence: str
) -> None:
    outcome = read_answer(asking_at(step, TEXAS, desk), text)
    assert isinstance(outcome, Refused) and sentence in outcome.sentence


@pytest.mark.parametrize(
    ("step", "text", "value"),
    [
        ("country", "Germny", "DE"),
        ("region", "Texs", "TX"),
        ("needs", "lawyer, housing", "shelter_housing"),
        ("languages", "Spansh", "es"),
        ("places", "Austn, Dallas", "Austin, Dallas"),
        ("kind", "hotlines", "hotline"),
        ("contacts.0.timezone", "Chicago", "America/Chicago"),
    ],
)
def test_what_is_only_likely_is_asked_back_and_what_is_chosen_can_be_read(
    desk: Desk, step: str, text: str, value: str
) -> None:
    asking = asking_at(step, TEXAS, desk)
    outcome = read_answer(asking, text)
    assert isinstance(outcome, Choose) and value in [o.value for o in outcome.options]
    for option in outcome.options:
        assert isinstance(read_answer(asking, ", ".join((*outcome.kept, option.value))), Taken)


def test_a_number_with_letters_is_not_taken_before_the_person_says_so(desk: Desk) -> None:
    outcome = read_answer(asking_at("contacts.0.value", TEXAS, desk), "1-800-555-SAFE")
    assert isinstance(outcome, Confirm)
    assert outcome.taken.answers == {"contacts.0.value": "+1 800-555-7233"}


def test_a_number_among_words_is_offered(desk: Desk) -> None:
    outcome = read_answer(asking_at("contacts.0.value", TEXAS, desk), "Crisis line: 512-555-0100")
    assert isinstance(outcome, Confirm) and "I read the number +1 512-555-0100" in outcome.sentence


STEPS = st.sampled_from(
    [
        *(
            "country",
            "region",
            "name",
            "website",
            "slug",
            "service.name",
            "kind",
            "needs",
            "serves",
            "places",
        ),
        *(f"contacts.0.{name}" for name in ("value", "channel", "keyword", "hours", "timezone")),
        *("languages", "summary.en", "more_languages", "cost", "asks_status", "note"),
        *("source.0.what", "source.0.read"),
    ]
)


@given(step=STEPS, text=st.one_of(st.text(max_size=60), PIECES, st.lists(PIECES, max_size=6).map("".join)))
def test_no_answer_breaks_the_conversation(desk: Desk, step: str, text: str) -> None:
    """And whatever is taken can be judged by the rules."""
    outcome = read_answer(asking_at(step, TEXAS, desk), clean(text))
    kept = outcome.taken if isinstance(outcome, Confirm) else outcome
    if isinstance(kept, Taken):
        judge_now({**TEXAS, **kept.answers}, desk, tuple(kept.answers))


# -- which question comes next -----------------------------------------------------------------------------------


def steps_after(desk: Desk, **answers: object) -> list[str]:
    """Every step there is when all others are left empty."""
    given_answers: dict[str, object] = {
        "country": "US",
        "name": "Unheard Of",
        "service.name": "Line",
        **answers,
    }
    while (step := open_step(given_answers, desk)) is not None:  # type: ignore[arg-type]
        given_answers[step] = ""
    return list(plan(given_answers, desk))  # type: ignore[arg-type]


def test_only_what_is_needed_is_asked(desk: Desk) -> None:
    steps = steps_after(desk)
    assert steps[:4] == ["country", "region", "name", "website"]
    assert steps[-3:] == ["run_by", "source.0.what", "note"]
    for never in ("slug", "location", "contacts.1.value", "summary.fr", "name.same"):
        assert never not in steps
    assert "region" not in steps_after(desk, country="ZZ")


def test_a_shelter_is_asked_whether_it_is_secret(desk: Desk) -> None:
    assert "location" in steps_after(desk, kind="shelter")
    assert "location" in steps_after(desk, needs=("shelter_housing",))


def test_whoever_may_have_done_it_is_asked_for_the_institution(desk: Desk) -> None:
    """A police desk is never the first thing somebody sees whom the police harmed."""
    for run_by in ("police", "military", "government", "university", "faith"):
        assert "institution" in steps_after(desk, run_by=run_by)
    assert "institution" not in steps_after(desk, run_by="nonprofit")


def test_a_clock_is_asked_only_where_there_are_several(desk: Desk) -> None:
    open_by_day = {"contacts.0.value": "+1 512-555-0100", "contacts.0.hours": "Mo-Fr 09:00-17:00"}
    assert "contacts.0.timezone" in steps_after(desk, **open_by_day)
    assert "contacts.0.timezone" not in steps_after(desk, region=("CA",), **open_by_day)
    assert "contacts.0.timezone" not in steps_after(desk, country="FR", **open_by_day)
    assert "contacts.0.timezone" not in steps_after(desk, **{**open_by_day, "contacts.0.hours": "24/7"})


@pytest.mark.parametrize(
    ("country", "languages"),
    [
        ("US", ("en", "es")),
        ("FR", ("en", "fr")),
        ("SN", ("en", "fr")),
        ("MX", ("en", "es")),
        ("CA", ("en", "fr")),
        ("ZZ", ("en",)),
    ],
)
def test_a_summary_is_asked_in_what_people_there_read(country: str, languages: tuple[str, ...]) -> None:
    assert summary_languages({"country": country}) == languages


def test_every_step_has_a_question_and_every_question_a_reader_and_a_field(desk: Desk) -> None:
    contact = {
        "contacts.0.value": "55501",
        "contacts.0.channel": "text",
        "contacts.0.hours": "Mo 09:00-10:00",
    }
    web = {"contacts.1.value": "https://example.org/chat", "contacts.1.channel": "chat"}
    more = {"source.0.what": "x", "more_languages": ("zh",), "kind": "shelter", "run_by": "police"}
    steps = [*steps_after(desk, **contact, **web, **more), *steps_after(desk, name="東京")]
    steps += steps_after(desk, name="Texas Legal Line")
    asked = {question_of(step, {**contact, **web}) for step in steps}
    assert asked == set(WORDS.questions)
    assert all(q.reads in READERS and q.explained and q.example for q in WORDS.questions.values())


def test_every_word_of_a_closed_list_is_explained() -> None:
    words = {name: {option.value for option in options} for name, options in WORDS.choices.items()}
    assert words["kind"] == set(Kind)
    assert words["cost"] | {"unknown"} == set(Cost)
    assert words["run_by"] | {"unknown"} == set(RunBy)
    assert words["phone"] == set(PHONE_CHANNELS)
    assert words["web"] == set(WEB_CHANNELS)
    assert words["source"] == set(get_args(Source.model_fields["kind"].annotation))
    assert words["institution"] == set(Institution)
    assert words["location"] == {"public", "confidential", "virtual"}


def test_every_safety_fact_of_the_shape_is_asked() -> None:
    assert {step.partition(".")[0] for step in SAFETY} == {*SAFETY_CLAIMS, "religious", "in_person_only"}
    sharing = {step.removeprefix("shares_with.") for step in SAFETY if "." in step}
    assert sharing == set(SharesWith.model_fields)


# -- the file ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "path"),
    [
        ({"country": "US", "region": ("TX",), "name": "Écoute & Aide"}, "us/tx/ecoute-aide"),
        ({"country": "US", "region": "", "name": "A Line"}, "us/national/a-line"),
        ({"country": "US", "region": ("TX", "OK"), "name": "A Line"}, "us/national/a-line"),
        ({"country": "ZZ", "name": "A Line"}, "world/a-line"),
        ({"country": "EU", "name": "A Line"}, "eu/a-line"),
        ({"country": "US", "region": ("TX",), "name": "東京", "slug": "tokyo"}, "us/tx/tokyo"),
        ({"country": "US", "name": "x", "name.same": "us/tx/legal-line"}, "us/tx/legal-line"),
        ({"country": "US", "name": "x", "name.same": "../../etc"}, "us/national/x"),
    ],
)
def test_the_file_stands_where_the_directory_keeps_it(desk: Desk, answers: Answers, path: str) -> None:
    assert file_of(answers, desk) == path


def test_where_a_countrys_files_stand_without_folders_the_new_one_does_too(book: Rulebook) -> None:
    desk = a_desk(book, listed(a_service(area={"country": "KE"}), "ke/line"))
    assert file_of({"country": "KE", "name": "Other Line"}, desk) == "ke/other-line"


@pytest.mark.parametrize(
    ("name", "service", "taken_keys", "key"),
    [
        ("Example Center", "Legal Line", (), "legal-line"),
        ("Example Center", "Example Center", (), "legal-aid"),
        ("Example Center", "A very long name of a line that nobody would want to type", (), "legal-aid"),
        ("Example Center", "東京", (), "legal-aid"),
        ("Example Center", "Legal Line", ("legal-line", "legal-line-2"), "legal-line-3"),
    ],
)
def test_a_key_is_short_and_new(name: str, service: str, taken_keys: tuple[str, ...], key: str) -> None:
    assert key_of({"name": name, "service.name": service, "kind": "legal_aid"}, taken_keys) == key


@pytest.mark.parametrize(
    ("route", "step"),
    [
        (("name",), "name"),
        (("website",), "website"),
        (("services", "x"), "service.name"),
        (("services", "x", "name"), "service.name"),
        (("services", "x", "contacts", 1, "number"), "contacts.1.value"),
        (("services", "x", "contacts", 1), "contacts.1.value"),
        (("services", "x", "contacts", 0, "hours"), "contacts.0.hours"),
        (("services", "x", "contacts"), "contacts.0.value"),
        (("services", "x", "source", 0, "url"), "source.0.what"),
        (("services", "x", "source", 0, "read"), "source.0.read"),
        (("services", "x", "area", "regions", 0), "region"),
        (("services", "x", "area", "counties", 0), "places"),
        (("services", "x", "area"), "country"),
        (("services", "x", "needs", 2), "needs"),
        (("services", "x", "summary", "es"), "summary.es"),
        (("services", "x", "shares_with", "police"), "shares_with.police"),
        (None, None),
    ],
)
def test_every_place_of_the_file_belongs_to_an_answer(
    route: tuple[str | int, ...] | None, step: str | None
) -> None:
    assert step_of(route) == step


def test_an_answer_is_judged_before_the_rest_is_there(desk: Desk) -> None:
    findings = judge_now({**TEXAS, "name": "X Y", "summary.en": "We guarantee it."}, desk, ("summary.en",))
    assert findings == ()  # the summary is not reached yet: the name of the service comes first
    answers = dict.fromkeys(steps_after(desk), "") | {**TEXAS, "name": "X Y", "service.name": "Line"}
    findings = judge_now({**answers, "summary.en": "We guarantee it."}, desk, ("summary.en",))
    assert [(f.step, f.hint) for f in findings] == [("summary.en", False)]


def test_problems_of_the_organizations_other_services_are_not_this_volunteers(desk: Desk) -> None:
    answers = dict.fromkeys(steps_after(desk), "") | {**TEXAS, "name": "X Y", "service.name": "Line"}
    data = organization_in({**answers, "kind": "other", "needs": ("legal",)}, desk)
    (key,) = data["services"]
    broken = {**data, "services": {**data["services"], "other": {**data["services"][key], "cost": "cheap"}}}
    assert not [
        f for f in judge_all(write_organization(broken), "x", key, desk.book) if "cheap" in f.sentence
    ]
    assert [
        f for f in judge_all(write_organization(broken), "x", "other", desk.book) if "cheap" in f.sentence
    ]


def test_answers_after_an_open_question_wait(desk: Desk) -> None:
    assert answered({"country": "US", "name": "X"}, desk) == ["country"]


# -- one that is there already -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Border Lawyers", ["us/tx/border-lawyers"]),
        ("border lawyer", ["us/tx/border-lawyers"]),
        ("Lawyers, Border", ["us/tx/border-lawyers"]),
        ("World Finder", ["world/finder"]),
        ("Quite Another Name", []),
        ("Écoute Paris", []),  # in another country
    ],
)
def test_nearly_the_same_name_in_the_same_country_is_told(name: str, expected: list[str]) -> None:
    known = know(STORY_SERVICES, frozenset())
    assert [twin.id for twin in known.twins("US", name=name)] == expected


def test_a_word_of_a_longer_name_is_enough() -> None:
    known = know([listed(a_service(name="Legal Aid for All (LASSX)"), "us/tx/lassx-office")], frozenset())
    assert [twin.because for twin in known.twins("US", name="lassx")] == ["nearly the same name"]


def test_the_same_number_is_told_however_it_is_written() -> None:
    known = know([listed(a_service(), "us/tx/one")], frozenset())
    assert [twin.because for twin in known.twins("US", values=["+15125550100"])] == ["the same number"]


def test_a_short_number_is_the_same_only_in_its_country() -> None:
    contact = {"channel": "voice", "number": "988"}
    known = know([listed(a_service(contacts=[contact]), "us/national/x")], frozenset())
    assert known.twins("US", values=["988"]) and not known.twins("FR", values=["988"])


def test_the_same_host_is_told_but_not_one_that_many_share() -> None:
    contacts = [
        {"channel": "website", "url": u} for u in ("https://www.example.org/a", "https://facebook.com/a")
    ]
    known = know([listed(a_service(contacts=contacts), "us/tx/one")], WORDS.phrases.shared_hosts)
    assert known.twins("US", values=["http://example.org/other"])
    assert not known.twins("US", values=["https://m.facebook.com/b", "https://[", "help@example.org", ""])


def test_the_choices_of_a_known_organization_name_its_help(desk: Desk) -> None:
    asking = asking_at("name.same", {**TEXAS, "name": "Texas Legal Line"}, desk)
    assert [o.value for o in options_of(asking)] == ["us/tx/legal-line"]
    assert isinstance(read_answer(asking, "7"), Refused)
    assert taken("name.same", "1", desk, asking.answers) == "us/tx/legal-line"
    assert taken("name.same", "no", desk, asking.answers) == ""


def test_the_words_come_with_the_package() -> None:
    assert isinstance(WORDS, Words)
    assert len(WORDS.questions) >= 35
