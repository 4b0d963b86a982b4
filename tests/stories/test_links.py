"""Somebody opens a link from a poster of a shelter, a union, a clinic."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from bot.conversation.deep_links import lists_of, payload_of
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import plain, speak
from bot.conversation.turn import take_turn
from bot.model.events import Asked
from bot.model.links import Link, ListedPartner, Partner
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON
from tests.conftest import Conversation

CASA = ListedPartner(code="casa-x", partner=Partner(name="Casa <b>X</b> & Co", number=7, since="2026-11-24"))


@pytest.fixture(scope="module")
def known(knowledge: Knowledge) -> Knowledge:
    """The made-up directory, with one partner."""
    return replace(knowledge, partners=(CASA,))


def opened(known: Knowledge, link: Link) -> Conversation:
    talk = Conversation(known)
    talk.person_opens(payload_of(link, lists_of(known)))
    return talk


def texas(known: Knowledge) -> Link:
    return Link(
        needs=("legal",), language="es", place=known.gazetteer.by_region("US", "TX"), partner="casa-x"
    )


def test_they_land_on_the_topic_in_the_language_of_the_link(known: Knowledge) -> None:
    talk = opened(known, texas(known))
    talk.bot_says("Este enlace es de Casa <b>X</b> & Co. No le digo a nadie que lo abriste")
    talk.bot_says("una abogada o consejo legal")
    assert talk.profile is not None and talk.profile.language == "es"


def test_the_first_message_still_says_what_this_is_and_is_not(known: Knowledge) -> None:
    """S1: what this is, what it is not, how to leave: before anything else, under 60 words."""
    talk = opened(known, replace(texas(known), language="en"))
    first = talk.bubbles[0].html
    assert "not police" in plain(first) and len(plain(first).split()) < 60


def test_there_is_a_way_to_everything_else(known: Knowledge) -> None:
    talk = opened(known, replace(texas(known), language="en"))
    talk.person_taps("Change what I look for")
    assert "Medical care" in talk.buttons


def test_a_link_without_a_topic_opens_the_menu_and_says_whose_it_is(known: Knowledge) -> None:
    talk = opened(known, Link(partner="casa-x"))
    talk.bot_says("This link is from Casa <b>X</b> & Co")
    assert "Lawyer" in talk.buttons


def test_whoever_chose_a_language_keeps_it(known: Knowledge) -> None:
    talk = Conversation(known)
    talk.person_sends(Asked(command="language"))
    talk.person_taps("Français")
    talk.person_opens(payload_of(texas(known), lists_of(known)))
    talk.bot_says("Ce lien vient de Casa")


def test_what_was_said_before_does_not_follow_into_the_link(known: Knowledge) -> None:
    talk = Conversation(known)
    talk.person_says("I need a doctor in Paris, no police")
    talk.person_opens(payload_of(replace(texas(known), language="en"), lists_of(known)))
    talk.bot_does_not_say("medical")
    assert talk.profile is not None and talk.profile.refusals == ()


def test_a_partner_on_hold_is_not_named_and_its_paper_still_works(known: Knowledge) -> None:
    held = replace(CASA, partner=CASA.partner.model_copy(update={"hold": "they asked to be taken out"}))
    payload = payload_of(texas(known), lists_of(known))
    talk = Conversation(replace(known, partners=(held,)))
    talk.person_opens(payload)
    talk.bot_does_not_say("Casa")
    talk.bot_says("Llegaste por un enlace.")
    gone = Conversation(replace(known, partners=()))
    gone.person_opens(payload)
    gone.bot_says("Llegaste por un enlace.")


def test_the_shell_hears_whose_link_it_was_and_nothing_else(known: Knowledge) -> None:
    payload = payload_of(texas(known), lists_of(known))
    turn = take_turn(Asked(command="start", argument=payload), None, known, NOON)
    assert turn.reply.came_by == "casa-x"
    plain_start = take_turn(Asked(command="start"), None, known, NOON)
    assert plain_start.reply.came_by is None


@given(payload=st.text() | st.binary(max_size=70).map(lambda raw: raw.decode("latin-1")))
def test_any_payload_is_safe(known: Knowledge, payload: str) -> None:
    """T10: forged, cut, of every byte: the same beginning as without one."""
    turn = take_turn(Asked(command="start", argument=payload), None, known, NOON)
    assert turn == take_turn(Asked(command="start"), None, known, NOON)


@given(at=st.integers(0, 15), letter=st.sampled_from("Aq0_-"))
def test_a_link_with_one_letter_changed_is_no_link(known: Knowledge, at: int, letter: str) -> None:
    """T10: a checksum keeps a misprinted link from leading somewhere else."""
    payload = payload_of(texas(known), lists_of(known))
    changed = payload[:at] + letter + payload[at + 1 :]
    turn = take_turn(Asked(command="start", argument=changed), None, known, NOON)
    assert (turn.profile.needs == ("legal",)) == (changed == payload)


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ht", "ko", "pt", "ru", "tl", "vi", "zh"])
def test_the_line_about_the_link_is_said_in_each_language(
    known: Knowledge, language: str, any_link: Callable[[str], Link]
) -> None:
    """The partner's name stands as it is written, and is never read as markup."""
    turn = take_turn(
        Asked(command="start", argument=payload_of(any_link(language), lists_of(known))), None, known, NOON
    )
    (_, opened_bubble, *_) = speak(turn.reply, known.messages, language)
    assert "Casa &lt;b&gt;X&lt;/b&gt; &amp; Co" in opened_bubble.html


@pytest.fixture
def any_link() -> Callable[[str], Link]:
    return lambda language: Link(needs=("legal",), language=language, partner="casa-x")
