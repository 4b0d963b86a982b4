"""take_turn: always a reply, always the same for the same arguments, and words held to what we promise."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bot.conversation.knowledge import PROFILE_MINUTES, WIPE_HOURS, Knowledge
from bot.conversation.questions import MOST_QUESTIONS
from bot.conversation.speak import plain, speak
from bot.conversation.turn import take_turn
from bot.model.events import Asked, Chose, Event, Said, Shared, SharedKind
from bot.model.profile import Profile
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON
from tests.conftest import Conversation
from tests.conversation.test_buttons import profiles

WORDS = [
    "I need a lawyer in Austin",
    "i was raped last night",
    "no police",
    "more",
    "thanks",
    "hi",
    "are you a bot",
    "Springfield",
    "mi marido me pega",
    "j'ai plus envie de vivre",
    "idk",
    "no",
    "yes",
    "bye",
    "help",
    "",
]


@given(data=st.data())
def test_any_text_in_any_state_gets_a_reply_never_the_same_twice_in_a_row(
    knowledge: Knowledge, data: st.DataObject
) -> None:
    """W8: repeated word for word, an answer feels like a wall."""
    text = data.draw(st.sampled_from(WORDS) | st.text(max_size=200))
    profile = data.draw(st.none() | profiles(knowledge))
    first = take_turn(Said(text=text), profile, knowledge, NOON)
    second = take_turn(Said(text=text), first.profile, knowledge, NOON)
    third = take_turn(Said(text=text), second.profile, knowledge, NOON)
    spoken = [
        tuple(b.html for b in speak(t.reply, knowledge.messages, t.profile.language))
        for t in (first, second, third)
    ]
    assert all(spoken)
    assert spoken[0] != spoken[1] != spoken[2]


@given(data=st.data())
def test_the_same_four_arguments_give_the_same_turn(knowledge: Knowledge, data: st.DataObject) -> None:
    event = Said(text=data.draw(st.sampled_from(WORDS) | st.text(max_size=100)))
    profile = data.draw(st.none() | profiles(knowledge))
    assert take_turn(event, profile, knowledge, NOON) == take_turn(event, profile, knowledge, NOON)


def test_a_time_without_a_zone_is_refused_with_the_right_form(knowledge: Knowledge) -> None:
    with pytest.raises(ValueError, match=r"datetime\.now\(UTC\)"):
        take_turn(Said(text="hi"), None, knowledge, NOON.replace(tzinfo=None))


def test_events_do_not_show_what_was_said() -> None:
    """D1: a traceback or a log line that prints an event repeats nothing."""
    for event in (
        Said(text="canary-words"),
        Chose(data="canary-words"),
        Asked(command="start", argument="canary-words"),
    ):
        assert "canary" not in repr(event)


def walk(knowledge: Knowledge, language: str) -> Iterator[tuple[str, Profile]]:
    """Every screen that can be reached by tapping from some beginnings, breadth first."""
    begin: list[tuple[Event, Profile]] = [
        (Asked(command=c), Profile(language=language, language_chosen=True))
        for c in ("start", "help", "language", "privacy", "delete", "nonsense")
    ]
    begin += [(Said(text=w), Profile(language=language, language_chosen=True)) for w in WORDS]
    begin += [(Shared(kind=k), Profile(language=language, language_chosen=True)) for k in SharedKind]
    seen: set[str] = set()
    waiting = begin
    for _ in range(3):
        following: list[tuple[Event, Profile]] = []
        for event, profile in waiting:
            turn = take_turn(event, profile, knowledge, NOON)
            for bubble in speak(turn.reply, knowledge.messages, turn.profile.language):
                text = plain(bubble.html)
                if text in seen:
                    continue
                seen.add(text)
                yield text, turn.profile
                following += [
                    (Chose(data=b.data), turn.profile)
                    for row in bubble.buttons
                    for b in row
                    if b.data is not None
                ][:14]
        waiting = following[:120]


FORBIDDEN_QUESTIONS = re.compile(
    r"(what is your name|how old|your age|your address|what happened to you\?|are you undocumented"
    r"|your status\?|who is your employer"
    r"|cómo te llamas|cuántos años|tu dirección|qué te pasó\?|tienes papeles\?"
    r"|quel est votre nom|quel âge|votre adresse|que s'est-il passé \?|avez-vous des papiers)",
    re.IGNORECASE,
)
PROMISES = re.compile(
    r"(anonymous chat|untraceable|100 ?% (safe|secure)|fully confidential|end-to-end"
    r"|totalmente (seguro|anónimo|confidencial)"
    r"|100 ?% (seguro|anónimo)|totalement (anonyme|confidentiel|sûr)|bout en bout)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_no_screen_asks_about_a_person_or_promises_too_much(knowledge: Knowledge, language: str) -> None:
    """S3 S5: walk the screens; none asks for status, name, age, address or what happened, none promises secrecy."""
    count = 0
    for text, profile in walk(knowledge, language):
        count += 1
        assert not FORBIDDEN_QUESTIONS.search(text), text
        assert not PROMISES.search(text), text
        assert len(profile.asked) <= MOST_QUESTIONS
    assert count > 40, "too few screens were seen: has the walk broken?"


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_the_first_letters_of_every_message_are_neutral(knowledge: Knowledge, language: str) -> None:
    """T4: forty letters show on a locked phone; they name no need, no group and no place."""
    taxonomy = knowledge.taxonomy
    telling = [
        t.name(language).casefold() for terms in (taxonomy.needs, taxonomy.people) for t in terms.values()
    ]
    telling += [s.service.name.casefold() for s in knowledge.directory.services]
    telling += [
        "rape",
        "assault",
        "violation",
        "violación",
        "viol ",
        "agresión",
        "agression",
        "police",
        "abuse",
    ]
    allowed = {knowledge.messages.template(language, k) for k in ("welcome", "welcome_short")}
    for text, _ in walk(knowledge, language):
        shown = text[:40].casefold()
        if any(str(a).casefold().startswith(shown) for a in allowed):
            continue
        assert not any(word in shown for word in telling if len(word) > 4), text[:60]


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_the_first_message_is_under_sixty_words(knowledge: Knowledge, language: str) -> None:
    """S1: long introductions are not read."""
    for key in ("welcome", "welcome_short"):
        assert len(str(knowledge.messages.template(language, key)).split()) < 60


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_what_is_kept_is_said_from_the_constants_the_code_uses(knowledge: Knowledge, language: str) -> None:
    """S4: a promise that does not come from the code drifts from it."""
    turn = take_turn(
        Asked(command="privacy"), Profile(language=language, language_chosen=True), knowledge, NOON
    )
    text = plain(speak(turn.reply, knowledge.messages, language)[0].html)
    assert f" {PROFILE_MINUTES} " in text and f" {WIPE_HOURS} " in text


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_every_message_has_a_way_out(knowledge: Knowledge, language: str) -> None:
    """PRODUCT: Clear this chat stands under every answer."""
    clear = str(knowledge.messages.template(language, "button_clear"))
    for words in WORDS:
        turn = take_turn(Said(text=words), Profile(language=language, language_chosen=True), knowledge, NOON)
        last = speak(turn.reply, knowledge.messages, language)[-1]
        assert any(b.label == clear for row in last.buttons for b in row), words


def test_no_button_is_only_a_sign(knowledge: Knowledge) -> None:
    """W5: a screen reader hears only the label."""
    for words in WORDS:
        turn = take_turn(Said(text=words), replace(Profile(), introduced=True), knowledge, NOON)
        for bubble in speak(turn.reply, knowledge.messages, "en"):
            for row in bubble.buttons:
                assert all(any(c.isalpha() for c in b.label) for b in row)


def test_no_link_that_breaks_a_message_is_ever_sent(knowledge: Knowledge) -> None:
    """T17: tel: and mailto: links make Telegram refuse the whole message."""
    for text, _ in walk(knowledge, "en"):
        assert "tel:" not in text and "mailto:" not in text


def test_a_question_about_the_bot_is_answered_beside_what_is_needed(conversation: Conversation) -> None:
    """Whoever asks whether this is a person before they say what they need has asked two things."""
    conversation.person_says("are you a real person? i need a lawyer in Austin")
    conversation.bot_offers("No, I am a program.", "Texas Legal Line")
