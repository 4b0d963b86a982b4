"""What a message says its writer may need: kinds of phrase, not a list of sentences."""

import pytest
from bot.conversation.knowledge import Knowledge
from bot.model.profile import Danger
from bot.understanding.growing import PhraseError, spellings
from bot.understanding.recognise import Understood, recognise
from bot.understanding.words import read_words
from hypothesis import given
from hypothesis import strategies as st


def understand(knowledge: Knowledge, text: str) -> Understood:
    return recognise(text, knowledge.lexicon, knowledge.taxonomy)


def needs(knowledge: Knowledge, text: str) -> set[str]:
    return {f.code for f in understand(knowledge, text).needs}


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("I need a laywer", "legal"),  # two letters swapped
        ("NEED A LAWYER!!!", "legal"),
        ("neeeed a lawyerrrr", "legal"),
        ("Necesito una avogada", "legal"),  # b and v
        ("je cherche un avocat", "legal"),
        ("cherche l'avocate", "legal"),  # elision
        ("i dont have a lawyer", "legal"),  # a lack is a need
        ("can't find a shelter", "shelter_housing"),
        ("no tengo abogado", "legal"),
        ("j'ai pas d'avocat", "legal"),
        ("my boss keeps grabbing me", "workplace"),
        ("need lawyer pero no hablo ingles", "legal"),  # two languages in one breath
    ],
)
def test_a_need_is_understood_however_it_is_spelled(knowledge: Knowledge, text: str, need: str) -> None:
    assert need in needs(knowledge, text)


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("i don't need a lawyer", "legal"),
        ("I'm not looking for a shelter", "shelter_housing"),
        ("no necesito abogado", "legal"),
        ("pas besoin d'avocat", "legal"),
        ("we adopted a shelter dog", "shelter_housing"),
        ("taking methadone", "medical"),  # a common word is not mended into one of ours
        ("Navajo rugs in Chinatown", "legal"),
        ("legal tender", "legal"),
        ("ice cream", "immigration"),
    ],
)
def test_what_was_not_asked_is_not_heard(knowledge: Knowledge, text: str, need: str) -> None:
    assert need not in needs(knowledge, text)


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("i want to die", Danger.SUICIDE),
        ("everyone would be better off without me", Danger.SUICIDE),  # passive
        ("gonna kms", Danger.SUICIDE),
        ("ya no quiero vivir", Danger.SUICIDE),
        ("j'ai plus envie de vivre", Danger.SUICIDE),
        ("he is outside my door right now", Danger.DANGER_NOW),
        ("me va a matar", Danger.DANGER_NOW),
        ("il va me tuer", Danger.DANGER_NOW),
        ("i was raped last night", Danger.RECENT_ASSAULT),
        ("anoche me violaron", Danger.RECENT_ASSAULT),
        ("i took all my pills", Danger.MEDICAL_EMERGENCY),
        ("estoy sangrando mucho", Danger.MEDICAL_EMERGENCY),
        ("my daughter told me her stepdad touches her", Danger.CHILD_IN_DANGER),
        ("he is at the door and i want to die", Danger.DANGER_NOW),  # the most urgent first
    ],
)
def test_danger_is_noticed(knowledge: Knowledge, text: str, danger: Danger) -> None:
    assert understand(knowledge, text).danger is danger


@pytest.mark.parametrize(
    "text",
    [
        "this homework is killing me",
        "im not suicidal",
        "i am not going to kill myself",
        "dying to see that movie",
        "me muero de risa",
        "je suis morte de rire",
        "I had a bad day",
        "this dress is to die for",
    ],
)
def test_a_joke_or_a_rough_day_is_not_danger(knowledge: Knowledge, text: str) -> None:
    """C7: suicide lines for a figure of speech teach people not to come back."""
    assert understand(knowledge, text).danger is None


@pytest.mark.parametrize(
    "text",
    [
        "everyone would be better off without me",
        "i just want to sleep and not wake up",
        "wish i could disappear forever",
        "i gave my dog away and wrote the letters",
        "ya no quiero despertar",
        "todos estarían mejor sin mí",
        "je voudrais m'endormir et ne plus me réveiller",
        "tout le monde irait mieux sans moi",
    ],
)
def test_what_is_said_without_the_word_is_danger_all_the_same(knowledge: Knowledge, text: str) -> None:
    """C7: passive phrases of real danger are caught."""
    assert understand(knowledge, text).danger is Danger.SUICIDE


def test_every_finding_carries_the_words_it_rests_on(knowledge: Knowledge) -> None:
    text = "Mi PATRÓN me toca y no tengo papeles"
    understood = understand(knowledge, text)
    for finding in (*understood.needs, *understood.people, *understood.contexts):
        assert finding.because
        assert all(words in text for words in finding.because)


def test_a_friend_who_did_it_is_not_a_friend_who_is_helped(knowledge: Knowledge) -> None:
    assert understand(knowledge, "my friend was raped, what can I do").helping_someone
    assert not understand(knowledge, "my friend raped me").helping_someone


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I need someone to talk to", "en"),
        ("necesito hablar con alguien", "es"),
        ("j'ai besoin de parler à quelqu'un", "fr"),
        ("нужна помощь", "ru"),
        ("أحتاج مساعدة", "ar"),
        ("도와주세요", "ko"),
        ("我需要帮助", "zh"),
        ("Maria", None),  # a name tells no language
        ("???", None),
    ],
)
def test_the_language_of_a_message(knowledge: Knowledge, text: str, language: str | None) -> None:
    assert understand(knowledge, text).language == language


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_fault(knowledge: Knowledge, text: str) -> None:
    understood = understand(knowledge, text)
    for finding in understood.needs:
        assert 0.5 <= finding.confidence <= 1
        assert all(words in text for words in finding.because)


def test_a_message_of_one_word_over_and_over_is_read(knowledge: Knowledge) -> None:
    assert "legal" in needs(knowledge, "lawyer " * 585)


def test_phrases_stand_for_their_spellings() -> None:
    assert set(spellings("need/want (a) lawyer*")) == {
        ("need", "a", "lawyer*"),
        ("need", "lawyer*"),
        ("want", "a", "lawyer*"),
        ("want", "lawyer*"),
    }
    assert list(spellings("he ... hit me")) == [("he", "...", "hit", "me")]
    assert list(spellings("do not call")) == [("dont", "call")]


@pytest.mark.parametrize(
    "written", ["", "(only) (optional)", "a*", "a/b/c/d/e a/b/c/d/e a/b/c/d/e a/b/c/d/e", "(broken"]
)
def test_a_phrase_that_cannot_be_read_says_what_to_write(written: str) -> None:
    with pytest.raises(PhraseError, match=r"\w+"):
        list(spellings(written))


@pytest.mark.parametrize(
    "written", ["he is hitting me", "he's hitting me", "hes hitting me", "He’s hitting me!"]
)
def test_a_short_form_and_a_long_form_are_the_same_words(knowledge: Knowledge, written: str) -> None:
    """C1: the way somebody spells it never decides whether danger is seen."""
    assert understand(knowledge, written).danger == "danger_now"


def test_a_short_form_that_is_another_word_is_opened_only_with_its_apostrophe() -> None:
    assert [w.folded for w in read_words("I'll call, I feel ill")] == [
        "i",
        "will",
        "call",
        "i",
        "feel",
        "ill",
    ]


SCENERY = "we walked by the river and looked at the boats and the birds all that long afternoon "


@pytest.mark.parametrize(
    ("story", "asked"),
    [
        (SCENERY * 5 + "bills and groceries", True),
        ("bills and groceries " + SCENERY * 5, True),
        (SCENERY * 3 + "bills and groceries " + SCENERY * 3, False),
    ],
)
def test_the_ends_of_a_long_story_weigh_more_than_its_scenery(
    knowledge: Knowledge, story: str, asked: bool
) -> None:
    assert ("money" in needs(knowledge, story)) is asked
