"""Danger first: what the card says, where it comes from, and what it never says."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bot.conversation.danger import danger_lines
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import plain, speak
from bot.conversation.turn import take_turn
from bot.model.events import Said
from bot.model.messages import forms_of
from bot.model.place import Place
from bot.model.profile import Danger, Profile
from bot.model.reply import Bubble, Reply

from tests.builders import NOON
from tests.safety.requirements import LANGUAGES

PHONE = re.compile(r"\+?\d[\d  -]{5,}\d")
CLAIMS = re.compile(
    r"\b(i have|i've|we have|i am|i'm|we are) (alerted|called|calling|contacted|sent|sending|located|notified)"
    r"|\bhelp is (on the|coming)|\b(he|ya he|hemos|estoy) (llamad|avisad|enviad|llamand|avisand|enviand)"
    r"|\bla ayuda (va en|está en) camino|j'ai (appelé|prévenu|envoyé|alerté)|les secours arrivent",
    re.IGNORECASE,
)


def card(danger: Danger, knowledge: Knowledge, language: str = "en", **more: object) -> str:
    profile = replace(Profile(language=language, introduced=True), **more)  # type: ignore[arg-type]  # profile's fields
    bubble = Bubble(lines=danger_lines(danger, profile, knowledge, NOON))
    return plain(speak(Reply(bubbles=(bubble,)), knowledge.messages, language)[0].html)


def country(knowledge: Knowledge, code: str) -> Place:
    place = knowledge.gazetteer.by_country(code)
    assert place is not None
    return place


def numbers_of(knowledge: Knowledge) -> set[str]:
    """Every number the directory or the list of emergency numbers holds, as digits."""
    contacts = (c for listed in knowledge.directory.services for c in listed.service.open_contacts)
    return {"".join(filter(str.isdigit, c.number)) for c in contacts if c.number}


def cards_everywhere(knowledge: Knowledge) -> Iterator[str]:
    for place in (None, *knowledge.gazetteer.countries.values()):
        for danger in Danger:
            yield card(danger, knowledge, place=place)


def test_every_number_on_a_card_is_in_the_directory(served: Knowledge) -> None:
    """C2: fixed sentences, and contacts that a volunteer can find and mend; no number stands in a sentence."""
    known = numbers_of(served)
    seen = 0
    for text in cards_everywhere(served):
        for found in PHONE.findall(text):
            seen += 1
            assert "".join(filter(str.isdigit, found)) in known, (found, text)
    assert seen > 60


def test_the_same_words_bring_the_same_card(served: Knowledge) -> None:
    """C2: deterministic, offline."""
    said = Said(text="he is at the door with a knife, I need a lawyer, Austin TX")
    first, second = (take_turn(said, None, served, NOON).reply for _ in range(2))
    assert speak(first, served.messages, "en") == speak(second, served.messages, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_claims_that_somebody_was_alerted(served: Knowledge, language: str) -> None:
    """C4: over every sentence, and the card says that it cannot."""
    texts = served.messages.by_language[language].values()
    flat = [text for template in texts for text in forms_of(template)]
    assert len(flat) > 200
    assert not [text for text in flat if CLAIMS.search(text)]
    cannot = plain(speak_key("danger_cannot", served, language))
    for danger in Danger:
        assert cannot in card(danger, served, language)


def speak_key(key: str, knowledge: Knowledge, language: str) -> str:
    template = knowledge.messages.template(language, key)
    assert isinstance(template, str)
    return template


@pytest.mark.parametrize("language", LANGUAGES)
def test_care_that_works_best_soon_is_named_with_who_says_so_and_when(
    served: Knowledge, language: str
) -> None:
    """C8: preventing a pregnancy and HIV, and in the US an exam without police, each dated, in each language."""
    text = card(Danger.RECENT_ASSAULT, served, language, place=country(served, "US"))
    assert "72" in text
    assert "HIV" in text or "VIH" in text or "ВИЧ" in text or "艾滋" in text
    for source in (
        "CDC, 2025",
        "World Health Organization, 2021",
        "US Office on Violence Against Women, 2008",
    ):
        assert source in text
    elsewhere = card(Danger.RECENT_ASSAULT, served, language, place=country(served, "CL"))
    assert "World Health Organization, 2021" in elsewhere
    assert "US Office" not in elsewhere  # an exam without police is a law of one country


def test_care_is_named_without_pressure(served: Knowledge) -> None:
    """C8: the choice is said before the hours, and nobody is told that it is too late."""
    text = card(Danger.RECENT_ASSAULT, served, place=country(served, "US"))
    assert text.index("it is your choice") < text.index("72 hours")
    assert not re.search(r"too late|must|have to|should|hurry|only if", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_helper_is_told_what_helps_the_other_person(served: Knowledge, language: str) -> None:
    """C8: the choice stays with the person it happened to."""
    for danger in (Danger.DANGER_NOW, Danger.SUICIDE, Danger.RECENT_ASSAULT):
        own = card(danger, served, language)
        theirs = card(danger, served, language, helping_someone=True)
        assert own != theirs
    for danger in set(Danger) - {Danger.DANGER_NOW, Danger.SUICIDE, Danger.RECENT_ASSAULT}:
        assert (
            card(danger, served, language).splitlines()[1]
            == (card(danger, served, language, helping_someone=True).splitlines()[1])
        )


def test_danger_is_seen_while_the_bot_waits_for_a_place(served: Knowledge) -> None:
    """C1: inside a question too."""
    asked = take_turn(Said(text="I need a lawyer"), None, served, NOON)
    assert asked.profile.pending is not None
    turn = take_turn(Said(text="he is breaking down my door with a knife"), asked.profile, served, NOON)
    first = plain(speak(turn.reply, served.messages, "en")[0].html)
    assert first.startswith("This first, in case you need it right now.")


def test_beside_the_emergency_number_stands_a_line_that_is_not_police(served: Knowledge) -> None:
    """C6: what calling may bring is said wherever a number may bring police."""
    for danger in (Danger.DANGER_NOW, Danger.MEDICAL_EMERGENCY):
        text = card(danger, served, place=country(served, "US"))
        assert "If you call, police may come" in text
        assert "To talk to someone who is not police" in text
        assert "911" in text
