"""What is said before anything is said: over every string of the bot and every text of the directory."""

import re
from collections.abc import Iterator

import pytest
from bot.conversation.buttons import Screen, Step, pack
from bot.conversation.knowledge import PROFILE_MINUTES, REPORT_DAYS, TIMERS, WIPE_HOURS, Knowledge
from bot.conversation.screens import time_of
from bot.conversation.speak import plain, speak, speak_value
from bot.conversation.turn import take_turn
from bot.directory_files.load import Resources
from bot.directory_files.wording import forbidden_in, load_wording
from bot.model.events import Asked, Chose, Said
from bot.model.messages import forms_of
from bot.model.profile import Profile, Question
from bot.model.report import Trouble
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON
from tests.safety.requirements import LANGUAGES, ROOT

TELEGRAM = {"ar": "تيليغرام", "ko": "텔레그램"}
NEVER = re.compile(
    r"(?<!not )\banonymous (chat|bot|service)|untraceable|100 ?% ?(safe|secure|seguro|anónimo|sûr)"
    r"|(fully|completely|totally|totalmente|completamente|totalement|complètement|entièrement) "
    r"(anonym|anónim|confiden|private|privad|privé|safe|segur|sûr)"
    r"|end-to-end|extremo a extremo|bout en bout|(nobody|no one) (can|will) (ever )?(see|read|find)"
    r"|nadie (puede|podrá) (ver|leer)|personne ne peut (voir|lire)",
    re.IGNORECASE,
)


def strings(resources: Resources) -> Iterator[tuple[str, str, str]]:
    """(where, language, text) of everything a person can be shown."""
    for language, texts in resources.messages.by_language.items():
        for key, template in texts.items():
            for text in forms_of(template):
                yield key, language, text
    for listed in resources.services:
        service = listed.service
        for texts in (service.summary, service.notice or {}):
            for language, text in texts.items():
                yield listed.id, language, text


def test_no_string_promises_what_cannot_be_kept(resources: Resources) -> None:
    """S2 S3: never anonymous, untraceable, perfectly safe, fully confidential or end to end."""
    count = 0
    for where, _, text in strings(resources):
        count += 1
        assert not NEVER.search(text), (where, text)
    assert count > 2000


def test_no_message_holds_a_phrase_that_the_directory_may_not_hold(resources: Resources) -> None:
    """S3: one list for both; choices and not commands, nothing guaranteed."""
    wording = load_wording(ROOT / "resources" / "taxonomy" / "forbidden.yaml", [])
    assert wording
    for language, texts in resources.messages.by_language.items():
        for key, template in texts.items():
            for text in forms_of(template):
                found = [f.phrase for f in forbidden_in(text, language, wording)]
                assert not found, (key, found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_message_says_what_this_is_and_is_not_and_how_to_leave(
    knowledge: Knowledge, language: str
) -> None:
    """S1 S2: a program; not police, emergency, lawyer or person; Telegram, the server and the phone; the way out."""
    said = {
        "en": "program, not police, emergency, lawyer, person, Telegram, server, phone, Clear this chat",
        "es": "programa, No soy policía, emergencias, abogada, persona, Telegram, servidor, teléfono, Borrar este",
        "fr": "programme, police, urgence, avocat, personne, Telegram, serveur, téléphone, Effacer ce chat",
    }
    for event in (Asked(command="start"), Said(text="xyzzy")):
        turn = take_turn(event, Profile(language=language, language_chosen=True), knowledge, NOON)
        text = plain(speak(turn.reply, knowledge.messages, language)[0].html)
        for words in said.get(language, TELEGRAM.get(language, "Telegram")).split(", "):
            assert words in text, (words, text)
        assert str(knowledge.messages.template(language, "button_clear")) in text
    for key in ("welcome", "welcome_short"):
        assert len(str(knowledge.messages.template(language, key)).split()) < 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_be_seen_is_said_once_and_not_again(knowledge: Knowledge, language: str) -> None:
    """S2: once; a warning on every message is not read."""
    first = take_turn(
        Said(text="abogada, lawyer, avocat"),
        Profile(language=language, language_chosen=True),
        knowledge,
        NOON,
    )
    again = take_turn(Said(text="Houston"), first.profile, knowledge, NOON)
    short = plain(str(knowledge.messages.template(language, "welcome_short")))
    texts = [
        "\n".join(plain(b.html) for b in speak(t.reply, knowledge.messages, language)) for t in (first, again)
    ]
    assert texts[0].count(short) == 1 and short not in texts[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_privacy_says_every_time_from_the_constants(knowledge: Knowledge, language: str) -> None:
    """S4 T16: minutes of a profile, hours of numbers, days of counts; a changed constant changes the sentence."""
    turn = take_turn(
        Asked(command="privacy"), Profile(language=language, language_chosen=True), knowledge, NOON
    )
    text = plain(speak(turn.reply, knowledge.messages, language)[0].html)
    for number in (PROFILE_MINUTES, WIPE_HOURS, REPORT_DAYS):
        assert re.search(rf"(?<!\d){number}(?!\d)", text), number
    assert "/delete" in text
    for template in knowledge.messages.by_language[language].values():
        for number in (PROFILE_MINUTES, WIPE_HOURS, REPORT_DAYS):
            assert not re.search(rf"\b{number}\b", str(template)), "a number written out drifts from the code"


def test_privacy_md_says_the_same_numbers(knowledge: Knowledge) -> None:
    """S4: the page for everybody else."""
    page = (ROOT / "PRIVACY.md").read_text(encoding="utf-8")
    for said in (f"{PROFILE_MINUTES} minutes", f"{WIPE_HOURS} hours", f"{REPORT_DAYS} days"):
        assert said in page
    for minutes in TIMERS:
        assert speak_value(time_of(minutes), knowledge.messages, "en") in page


@given(payload=st.text(max_size=200) | st.binary(max_size=64).map(lambda b: b.decode("latin-1")))
def test_any_payload_of_a_deep_link_is_safe(knowledge: Knowledge, payload: str) -> None:
    """T10: it carries nothing that is not on a list; today the list is empty, so each link is a plain start."""
    plain_start = take_turn(Asked(command="start"), None, knowledge, NOON)
    with_payload = take_turn(Asked(command="start", argument=payload), None, knowledge, NOON)
    assert with_payload == plain_start


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_has_a_way_to_skip_it_and_there_are_three_at_most(
    knowledge: Knowledge, language: str
) -> None:
    """S7: whatever is skipped, places come up."""
    skip = str(knowledge.messages.template(language, "button_skip"))
    profile = Profile(language=language, language_chosen=True)
    turn = take_turn(Said(text="Springfield"), profile, knowledge, NOON)
    asked = 0
    while turn.profile.pending:
        asked += 1
        assert asked <= 3
        buttons = [
            b for m in speak(turn.reply, knowledge.messages, language) for row in m.buttons for b in row
        ]
        data = next(b.data for b in buttons if b.label == skip)
        turn = take_turn(Chose(data=data or ""), turn.profile, knowledge, NOON)
    assert asked
    assert len(Question) <= 3


def test_a_report_asks_nothing_about_the_person(knowledge: Knowledge) -> None:
    """S5: reasons to tap, and no text to write."""
    listed = knowledge.directory.services[0]
    from bot.matching.directory import handle_of

    data = pack(Step(screen=Screen.REPORT, profile=Profile(), arg=handle_of(listed.id)), knowledge)
    turn = take_turn(Chose(data=data), Profile(), knowledge, NOON)
    (bubble,) = speak(turn.reply, knowledge.messages, "en")
    labels = [b.label for row in bubble.buttons for b in row]
    assert len(labels) == len(Trouble) + 3
    assert turn.profile.pending is None
