"""The same bot for whoever asks: a helper, somebody young, somebody who doubts, somebody who did harm."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from bot.conversation.knowledge import Knowledge

from tests.builders import a_service, listed
from tests.conftest import Conversation


def test_a_friend_is_told_that_it_is_good_that_they_are_there(conversation: Conversation) -> None:
    conversation.person_says("my friend was raped at a party, how can i help her, Austin")
    conversation.bot_says("You are looking for, for someone else")
    conversation.bot_says("It is good that they have you.")
    conversation.bot_does_not_say("pass on")


@pytest.mark.parametrize(
    "text",
    [
        "im a school nurse, one of my students needs a counselor, Austin TX",
        "as a shop steward: one of our members was assaulted by a manager, she needs a lawyer, Austin",
        "I'm a public defender, my client was raped in jail, Austin TX",
        "my patient was raped and has no papers, Austin",
        "outreach worker here, a client of mine needs a lawyer, Austin",
    ],
)
def test_whoever_helps_as_their_work_is_not_praised_and_can_pass_it_on(
    conversation: Conversation, text: str
) -> None:
    conversation.person_says(text)
    conversation.bot_says("You can pass on what is here")
    conversation.bot_does_not_say("It is good that they have you.")
    conversation.bot_does_not_say("What is their")


def test_helping_stays_known_when_a_button_is_pressed_after_a_restart(conversation: Conversation) -> None:
    conversation.person_says("my patient needs a lawyer in Austin")
    conversation.the_bot_restarts()
    conversation.person_taps("Narrow it down")
    conversation.person_taps("Only free")
    conversation.bot_says("You can pass on what is here")


def test_somebody_young_hears_who_must_report_before_anything_else(conversation: Conversation) -> None:
    conversation.person_says("im 15 and need someone to talk to, Austin")
    conversation.bot_says("some helpers must report what they hear from people under 18")
    text = conversation.text
    assert text.index("some helpers must report") < text.index("You are looking for")


def test_somebody_young_in_danger_hears_it_too(conversation: Conversation) -> None:
    conversation.person_says("im 14 and my dad is coming to beat me")
    conversation.bot_says("some helpers must report what they hear from people under 18")


def test_a_mother_who_asks_for_her_child_is_not_told_what_is_for_the_young(
    conversation: Conversation,
) -> None:
    conversation.person_says("my daughter is 15 and needs a counselor, Austin")
    conversation.bot_does_not_say("You can ask first")


def test_whoever_doubts_that_it_counts_is_answered_and_shown_people_to_talk_to(
    conversation: Conversation,
) -> None:
    conversation.person_says("he is my boyfriend, does it even count? Austin")
    conversation.bot_says("You do not need to be sure")
    conversation.bot_offers("Austin Survivor Center")
    conversation.bot_does_not_say("why")


def test_a_doubt_takes_nothing_away_from_what_was_said(conversation: Conversation) -> None:
    """'Was it rape' doubts a word and does not explain it away."""
    conversation.person_says("was it even rape? i need a lawyer in Austin")
    conversation.bot_says("You do not need to be sure")
    conversation.bot_says("a lawyer or legal advice")


@pytest.mark.parametrize(
    "text",
    [
        "i keep hitting my wife and i want to stop, Austin TX",
        "i think i raped someone at a party",
        "I crossed a line with her and she said no. Austin",
        "le pego a mi mujer y quiero parar, Austin",
        "je frappe ma femme et je veux arrêter",
    ],
)
def test_whoever_did_harm_is_told_of_help_to_stop_and_of_no_place_where_people_fled_to(
    knowledge: Knowledge, text: str
) -> None:
    """No shelter, no service for survivors, no cards; only lines where somebody listens to everyone."""
    conversation = Conversation(knowledge)
    conversation.person_says(text)
    key = knowledge.messages.template(
        conversation.profile.language if conversation.profile else "en", "question_did_harm"
    )
    conversation.bot_says(str(key)[:40])
    conversation.bot_does_not_say("Safe House Austin")
    conversation.bot_does_not_say("Austin Survivor Center")
    conversation.every_button_leads_somewhere()


def test_whoever_looks_for_somebody_who_fled_is_shown_no_place(conversation: Conversation) -> None:
    conversation.person_says("where is my wife hiding, she ran to a shelter in Austin")
    conversation.bot_says("I do not know where any person is")
    conversation.bot_does_not_say("Safe House Austin")


def test_a_man_finds_his_note_and_places_that_do_not_turn_him_away(knowledge: Knowledge) -> None:
    women = listed(
        a_service(name="Women's Center", needs=["sexual_assault_support"], only=["women"]), "us/tx/w"
    )
    everyone = listed(a_service(name="Open Center", needs=["sexual_assault_support"]), "us/tx/o")
    from tests.builders import a_directory

    conversation = Conversation(replace(knowledge, directory=a_directory(women, everyone)))
    conversation.person_says("im a man and i was raped in college years ago, Austin")
    conversation.bot_offers("Open Center")
    conversation.bot_does_not_say("Women's Center")
    conversation.person_taps("Good to know: For men")
    conversation.bot_says("A reaction of the body is a reflex")


def test_a_sex_worker_is_not_sent_to_the_police_or_told_to_stop(conversation: Conversation) -> None:
    conversation.person_says("im an escort, a client raped me, no cops. Austin TX")
    conversation.bot_says("You are looking for")
    conversation.bot_does_not_say("Campus Police Desk")
    conversation.bot_does_not_say("stop working")


def test_for_somebody_inside_there_is_a_page_to_mail(with_directory: Callable[..., Conversation]) -> None:
    letters = listed(
        a_service(
            name="Letters Inside",
            needs=["prison", "sexual_assault_support"],
            serves=["in_custody"],
            area={"country": "US"},
            contacts=[
                {"channel": "website", "url": "https://example.org/inside"},
                {"channel": "mail", "address": "P.O. Box 7, Springfield, TX 70000"},
            ],
        ),
        "us/national/letters",
    )
    online = listed(
        a_service(
            name="Only Online",
            needs=["prison"],
            contacts=[{"channel": "website", "url": "https://example.org/online"}],
        ),
        "us/tx/online",
    )
    conversation = with_directory(letters, online)
    conversation.person_says("my brother is in prison in Texas and a guard raped him")
    conversation.person_taps("A page to mail")
    conversation.bot_says("Letters: P.O. Box 7, Springfield, TX 70000")
    conversation.bot_says("Letters and calls inside may be opened, read or heard.")
    conversation.bot_does_not_say("https://example.org")
    conversation.bot_does_not_say("Only Online")
    assert conversation.turn is not None
    assert len(conversation.turn.reply.pages) == 1
    conversation.person_taps("Back")
    conversation.bot_offers("Letters Inside")


def test_whoever_is_not_about_custody_is_offered_no_page(conversation: Conversation) -> None:
    conversation.person_says("i need a lawyer in Austin")
    assert "A page to mail" not in conversation.buttons
