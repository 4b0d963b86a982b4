"""The script of a call: what is said, what is asked, what is never said. Read aloud by people to people."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from bot.model.directory import ListedService
from bot.upkeep.round.calling import plan_call
from bot.upkeep.round.due import claims_of, look_at
from bot.upkeep.round.script import Script, as_lines, call_script, contact_in_words, reason_in_words
from bot.upkeep.round.voice import Voice

from tests.builders import NOON, a_service, listed
from tests.upkeep.at_the_desk import a_desk, a_voice
from tests.upkeep.test_due import TODAY, fresh

LANGUAGES = ("en", "es", "fr", "pt")


def script(
    one: ListedService, *others: ListedService, language: str | None = None, reports: int = 0
) -> Script:
    """The script of the call to `one`."""
    call = plan_call(one, a_desk(one, *others), NOON, language)
    seen = look_at(one, TODAY, reports=reports)
    return call_script(seen, call, a_voice(language or call.language, one.service.area.country))


def text(said: Script) -> str:
    return "\n".join(as_lines(said))


def question(claim: str, **changes: Any) -> tuple[str, str]:
    """What is asked about a claim, and what we have."""
    asked = {q.claim: (q.ask, q.have) for q in script(listed(a_service(**changes))).questions}
    return asked[claim]


# -- what is said -------------------------------------------------------------------------------------------


def test_the_volunteer_says_who_they_are_and_who_they_are_not() -> None:
    hello = " ".join(script(listed()).hello)
    for words in (
        "volunteer",
        "free directory",
        "not calling to get help",
        "not from the press",
        "not from the police",
    ):
        assert words in hello


def test_callers_come_first_on_a_busy_line() -> None:
    hello = " ".join(script(listed()).hello)
    assert "Is this a good moment?" in hello and "hang up at once" in hello and "callers come first" in hello


def test_there_is_one_question_for_each_claim_to_check_and_the_easy_ones_come_first() -> None:
    asked = [q.claim for q in script(listed()).questions]
    assert sorted(asked) == sorted(claims_of(a_service()))
    assert asked[0] == "number" and asked.index("cost") < asked.index("asks_status")


def test_a_place_whose_hours_ran_out_is_asked_only_for_the_hours() -> None:
    (only,) = script(listed(fresh(but=["hours"]))).questions
    assert only.claim == "hours"


@pytest.mark.parametrize(
    ("claim", "changes", "have"),
    [
        ("asks_status", {"asks_status": "no"}, "We have: no"),
        ("asks_status", {}, "We have nothing on this yet."),
        ("must_report", {"must_report": "yes"}, "We have: yes"),
        ("cost", {"cost": "sliding_scale"}, "We have: the cost depends on income"),
        ("languages", {"languages": ["en", "es"]}, "We have: English and Spanish"),
        (
            "shares_with",
            {"shares_with": {"police": "yes", "immigration": "no"}},
            "We have: police: yes; immigration: no",
        ),
        ("shares_with", {}, "We have nothing on this yet."),
        ("address", {"address": "1 Example Street", "location": "public"}, "We have: 1 Example Street"),
    ],
)
def test_each_question_says_what_we_have_now(claim: str, changes: dict[str, Any], have: str) -> None:
    assert question(claim, **changes)[1] == have


def test_the_ways_to_make_contact_are_read_out_as_one_says_them() -> None:
    contacts = [
        {"channel": "voice", "number": "+1 512-555-0100", "label": {"en": "Crisis line"}},
        {"channel": "text", "number": "55501", "keyword": "HELLO"},
    ]
    assert question("number", contacts=contacts)[1] == (
        "We have: phone +1 512-555-0100 (Crisis line); text HELLO to 55501"
    )


def test_two_lines_with_hours_of_their_own_are_told_apart() -> None:
    contacts = [
        {"channel": "voice", "number": "+1 512-555-0100", "hours": "24/7"},
        {"channel": "voice", "number": "+1 512-555-0102", "hours": "Mo-Fr 09:00-17:00"},
    ]
    assert question("hours", contacts=contacts)[1] == (
        "We have: phone +1 512-555-0100: day and night; "
        "phone +1 512-555-0102: Monday to Friday, 9:00 AM to 5:00 PM"
    )


def test_somebody_who_asks_who_is_calling_gets_an_answer() -> None:
    replies = script(listed()).replies
    (who,) = [r for r in replies if "Who are you?" in r.they]
    assert "volunteer" in who.you and "remove" in who.you
    assert len(replies) >= 5


def test_a_hold_asks_whether_the_place_still_exists_and_says_why_it_is_on_hold() -> None:
    said = script(listed(a_service(hold="number disputed")))
    assert said.questions[0].ask == "Do you still offer Example Legal Line? Can new people come to you?"
    assert "It is on hold and not shown: number disputed." in said.about


def test_an_end_is_asked_about_with_its_day() -> None:
    said = script(listed(fresh(ends_on="2026-12-01")))
    assert [q.ask for q in said.questions] == [
        "We read that Example Legal Line stops on December 1, 2026. Is that still so?"
    ]


def test_a_problem_report_asks_whether_people_get_through() -> None:
    said = script(listed(fresh()), reports=2)
    assert [q.claim for q in said.questions] == ["number"]
    assert "People told us that something does not work: 2." in said.about


# -- what is never said -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_script_warns_before_it_speaks(language: str) -> None:
    """When not to call and what never to say stand above the first spoken word."""
    said = script(listed(), language=language)
    lines = text(said)
    assert lines.index(said.when_not[0]) < lines.index(said.never[0]) < lines.index(said.hello[0])
    assert len(said.when_not) >= 6 and len(said.never) >= 6


def test_the_warnings_name_what_would_hurt() -> None:
    said = script(listed())
    never, when_not = " ".join(said.never), " ".join(said.when_not)
    for words in (
        "survivor",
        "case",
        "made-up story",
        "Is it safe?",
        "promise",
        "names of people",
        "address",
    ):
        assert words in never
    for words in (
        "at night",
        "weekends",
        "text or chat line",
        "shelter",
        "twice in one day",
        "survivor's name",
    ):
        assert words in when_not


def test_no_spoken_question_asks_whether_it_is_safe_or_where_a_shelter_is() -> None:
    said = script(listed(a_service(kind="shelter", location="confidential")))
    spoken = " ".join((*said.hello, *(q.ask for q in said.questions), *said.thanks)).casefold()
    assert "safe" not in spoken and "where are you" not in spoken and "address" not in spoken


def test_the_caller_to_a_private_place_is_told_not_to_ask_where_it_is() -> None:
    assert any("is private" in line for line in script(listed(a_service(location="confidential"))).about)
    assert not any("is private" in line for line in script(listed()).about)


def test_a_contact_on_hold_is_not_read_out() -> None:
    """Y4: it may be the number of one person."""
    held = {"channel": "voice", "number": "+1 512-555-0199", "hold": "looks like a personal number"}
    said = text(script(listed(a_service(contacts=[{"channel": "voice", "number": "+1 512-555-0100"}, held]))))
    assert "looks like a personal number" in said and "0199" not in said


# -- before and after ---------------------------------------------------------------------------------------


def test_the_script_says_whom_to_call_what_time_it_is_there_and_in_which_language() -> None:
    contacts = [
        {
            "channel": "voice",
            "number": "+1 512-555-0100",
            "label": {"en": "Office"},
            "languages": ["en", "es"],
        }
    ]
    about = script(listed(a_service(contacts=contacts))).about
    assert about[:3] == (
        "Call the office: +1 512-555-0100 (Office).",
        "It is Tuesday, 12:00 PM there: a good time to call.",
        "They speak: English and Spanish.",
    )


def test_a_closed_office_says_when_it_answers() -> None:
    contacts = [{"channel": "voice", "number": "+1 512-555-0100", "hours": "Mo-Fr 14:00-17:00"}]
    about = script(listed(a_service(contacts=contacts))).about
    assert (
        "It is Tuesday, 12:00 PM there: they are closed. They answer: Monday to Friday, 2:00 PM to 5:00 PM."
        in about
    )


def test_another_entry_on_the_same_line_is_asked_in_the_same_call() -> None:
    other = listed(key="other")
    assert any(other.id in line and "one call" in line for line in script(listed(), other).about)


def test_names_of_who_answered_are_not_written_down() -> None:
    write = " ".join(script(listed()).write)
    assert "by role only" in write and "No names" in write and "Nothing about any person or case" in write


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_ends_with_the_command_that_records_the_answers(language: str) -> None:
    assert text(script(listed(), language=language)).endswith("bot directory log us/tx/example#line")


# -- in other languages -------------------------------------------------------------------------------------


def test_a_place_that_speaks_spanish_is_called_in_spanish() -> None:
    said = script(listed(a_service(languages=["es"], asks_status="no")))
    assert said.hello[0].startswith("Buenos días, me llamo")
    assert ("¿Les preguntan a las personas por su estatus migratorio?", "Tenemos: no") in [
        (q.ask, q.have) for q in said.questions
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_placeholder_is_left_and_no_part_is_empty(language: str) -> None:
    contacts = [{"channel": "voice", "number": "+1 512-555-0100", "hours": "Mo-Fr 09:00-17:00"}]
    one = listed(
        a_service(contacts=contacts, hold="number disputed", ends_on="2026-12-01", location="confidential")
    )
    said = text(script(one, language=language, reports=1))
    assert "{" not in said and "\n\n\n" not in said
    assert len(said.splitlines()) > 60


@pytest.mark.parametrize(
    ("language", "country", "hours", "said"),
    [
        ("en", "US", "Mo-Fr 09:00-17:00", "Monday to Friday, 9:00 AM to 5:00 PM"),
        ("en", "GB", "Mo-Fr 09:00-17:00", "Monday to Friday, 09:00 to 17:00"),
        ("en", "US", "24/7", "day and night"),
        ("en", "US", "Mo-Su 08:00-24:00", "every day, 8:00 AM to 12:00 AM"),
        ("en", "US", "09:00-17:00", "every day, 9:00 AM to 5:00 PM"),
        (
            "en",
            "US",
            "Mo,Fr 17:00-21:00; We 14:00-18:00",
            "Monday and Friday, 5:00 PM to 9:00 PM; Wednesday, 2:00 PM to 6:00 PM",
        ),
        (
            "en",
            "US",
            "Mo-Fr 09:00-12:00,13:30-17:00",
            "Monday to Friday, 9:00 AM to 12:00 PM and 1:30 PM to 5:00 PM",
        ),
        ("en", "US", "Mo-Fr 09:00-17:00; PH off", "Mo-Fr 09:00-17:00; PH off"),  # left as it is written
        ("es", "MX", "Mo-Fr 09:00-17:00", "de lunes a viernes, de 9:00 a.m. a 5:00 p.m."),
        ("es", "ES", "Mo-Fr 09:00-17:00", "de lunes a viernes, de 9:00 a 17:00"),
        ("fr", "FR", "Mo-Fr 09:00-17:30", "du lundi au vendredi, de 9 h à 17 h 30"),
        ("pt", "BR", "Sa 08:30-12:00", "sábado, das 8h30 às 12h"),
        ("fr", "XX", "Mo-Fr 09:00-17:00", "du lundi au vendredi, de 9 h à 17 h"),  # a country nobody knows
    ],
)
def test_hours_are_said_as_people_say_them_there(language: str, country: str, hours: str, said: str) -> None:
    assert a_voice(language, country).hours(hours) == said


def test_a_time_that_differs_from_end_to_end_is_said_as_both() -> None:
    voice: Voice = a_voice()
    nine, twelve = (datetime(2026, 11, 24, hour, 5, tzinfo=UTC) for hour in (9, 12))
    assert voice.moment([nine]) == "Tuesday, 9:05 AM"
    assert voice.moment([nine, twelve]) == "Tuesday, 9:05 AM to 12:05 PM"
    midnight = datetime(2026, 11, 25, 0, 5, tzinfo=UTC)
    assert voice.moment([twelve, midnight]) == "Tuesday, 12:05 PM / Wednesday, 12:05 AM"


def test_days_and_labels_are_in_the_language_of_the_script() -> None:
    contact = a_service(
        contacts=[
            {"channel": "voice", "number": "+1 512-555-0100", "label": {"en": "Office", "es": "Oficina"}}
        ]
    ).contacts[0]
    assert contact_in_words(contact, a_voice("es")) == "teléfono +1 512-555-0100 (Oficina)"
    (ended,) = look_at(listed(fresh(ends_on="2026-11-01")), TODAY).reasons
    assert reason_in_words(ended, a_voice("fr", "FR")) == "cela devait s'arrêter le 1 novembre 2026"
    assert a_voice("pt", "BR").day(date(2026, 11, 1)) == "1 de novembro de 2026"
