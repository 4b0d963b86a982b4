"""The words themselves: how hard they are to read, what they never say, and that they are data.

Grades are textstat's. A name (a city, an organization) and the words by which people look for help are not what makes
a text hard for the person who wrote them: they count as one easy word. Without that, "Philadelphia" and "immigration"
would forbid saying where a place is and what it does.
"""

import re
import statistics
from collections.abc import Iterator

import pytest
import textstat
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import plain, speak
from bot.conversation.turn import take_turn
from bot.directory_files.load import Resources
from bot.directory_files.readability import SENTENCE_END, WORD, grade, longest_sentence
from bot.directory_files.wording import forbidden_in, load_wording
from bot.matching.find import FIRST_SCREEN
from bot.model.events import Said
from bot.model.messages import forms_of
from bot.model.reply import Say

from tests.builders import NOON
from tests.conftest import Conversation
from tests.safety.requirements import LANGUAGES, ROOT

NAME = re.compile(r"(?<=[^.!?:;]\s)[A-ZÁÉÍÓÚÑ][\w'’-]*(?:\s(?:of|de|and|the|for)?\s?[A-Z][\w'’-]*)*")
SOUGHT = re.compile(
    r"\b(immigration|immigrants?|sexually|sexual|violence|counseling|emergency|survivors?|assault|medical|legal)\b",
    re.IGNORECASE,
)
HARDEST = {
    "en": 6.0,
    "es": 55.0,
    "fr": 55.0,
}  # a US grade; INFLESZ "normal" from 55 up; Kandel-Moles 60 is "standard"
FEW = 0.02  # of the texts in Spanish and French, whose topic words alone ("inmigración") are long
MEAN_SENTENCE = 15
FEWEST_WORDS = 8  # fewer are no sentence, and the formulas are made for sentences
CUPS = re.compile(r"[│┃┌┐└┘├┤═║╔╗╚╝|]{2,}|\+-{2,}|_{4,}")


def texts(resources: Resources, language: str) -> Iterator[tuple[str, str]]:
    """(where, text) of everything that is said in a language."""
    for key, template in resources.messages.by_language.get(language, {}).items():
        for form in forms_of(template):
            yield key, re.sub(r"\{[a-z_]+\}", "it", plain(form))
    for note in resources.notes:
        if language in note.text:
            yield f"notes/{note.id}", note.text[language]
    for listed in resources.services:
        if language in listed.service.summary:
            yield listed.id, listed.service.summary[language]


def without_names(text: str) -> str:
    return SOUGHT.sub("help", NAME.sub("Ann", text))


def is_too_hard(text: str, language: str) -> bool:
    if len(WORD.findall(text)) < FEWEST_WORDS:
        return False
    if language == "en":
        return grade(without_names(text), "en") > HARDEST["en"]
    return grade(text, language) < HARDEST[language]


def test_every_text_in_english_is_grade_6_or_lower(resources: Resources) -> None:
    """W1: each message, note and summary by itself, not on average."""
    judged = list(texts(resources, "en"))
    assert len(judged) > 1200
    assert [(where, text) for where, text in judged if is_too_hard(text, "en")] == []


@pytest.mark.parametrize("language", ["es", "fr"])
def test_texts_in_spanish_and_french_are_easy_by_their_own_measure(
    resources: Resources, language: str
) -> None:
    """W1: INFLESZ in Spanish, Kandel-Moles in French: every message and note, and nearly every summary."""
    judged = list(texts(resources, language))
    assert len(judged) > 450
    hard = [(where, text) for where, text in judged if is_too_hard(text, language)]
    assert [found for found in hard if "#" not in found[0]] == []
    assert len(hard) / len(judged) < FEW


def test_the_grade_of_all_english_messages_together_is_what_textstat_says_too(resources: Resources) -> None:
    """W1: a second opinion over the whole, by the library, names and all."""
    messages = [text for where, text in texts(resources, "en") if "#" not in where]
    whole = " ".join(text if text.endswith((".", "?", "!")) else f"{text}." for text in messages)
    textstat.textstat.set_lang("en_US")
    assert textstat.textstat.flesch_kincaid_grade(whole) <= 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(resources: Resources, language: str) -> None:
    """W1: 15 words on average, in each language; in messages none is longer than 25."""
    sentences = [
        len(WORD.findall(sentence))
        for _, text in texts(resources, language)
        for sentence in SENTENCE_END.split(text)
        if WORD.search(sentence)
    ]
    assert len(sentences) > 300
    assert statistics.mean(sentences) <= MEAN_SENTENCE
    if language not in ("zh", "ko"):  # words are not parted by spaces there
        assert max(longest_sentence(t) for k, t in texts(resources, language) if "#" not in k) <= 25


def test_nothing_forbidden_is_said_anywhere(resources: Resources) -> None:
    """W2 W3: blame, praise, pity, why, commands: a list with a reason for each, over every text in each language."""
    wording = load_wording(ROOT / "resources" / "taxonomy" / "forbidden.yaml", [])
    assert all(one.because for some in wording.values() for one in some)
    assert {"en", "es", "fr"} <= wording.keys()
    found = [
        (where, one.phrase)
        for language in LANGUAGES
        for where, text in texts(resources, language)
        for one in forbidden_in(text, language, wording)
    ]
    assert found == []


FAULT = {
    "en": r"not your fault",
    "es": r"no es (tu|su) culpa|no tienes la culpa",
    "fr": r"pas (de )?(votre|ta) faute",
    "pt": r"não é (sua )?culpa",
}


@pytest.mark.parametrize("language", sorted(FAULT))
def test_it_is_not_your_fault_is_said_at_most_once(resources: Resources, language: str) -> None:
    """W2: said again and again, it sounds like an opinion about something nobody asked."""
    said = [where for where, text in texts(resources, language) if re.search(FAULT[language], text.lower())]
    assert len(said) <= 1


COMMAND = {
    "en": r"(?:^|[.!?] )(?:Call|Go|Tell|Report|Leave|Stop|Stay|Don't|Do not|Never|Always|You need to)\b(?! [a-z]+:)",
    "es": r"(?:^|[.!?] )(?:Llama|Ve|Di|Denuncia|Deja|No llames|Nunca|Siempre)\b",
    "fr": r"(?:^|[.!?] )(?:Appelez|Allez|Dites|Portez plainte|Quittez|Ne .{1,20} pas|Jamais|Toujours)\b",
}


@pytest.mark.parametrize("language", sorted(COMMAND))
def test_sentences_offer_and_do_not_order(resources: Resources, language: str) -> None:
    """W3: choices. Labels ("Call: +1 …") and what Telegram shows on its own screen ("Tap Start") are no orders."""
    said = [
        (where, text)
        for where, text in texts(resources, language)
        if "#" not in where and re.search(COMMAND[language], text) and not re.match(r"^\w+ ?: (it|\{)", text)
    ]
    assert [one for one in said if not one[0].startswith(("line_", "button_", "details_"))] == []


@pytest.mark.parametrize(
    "text",
    [
        "i need a lawyer, a doctor, a bed and someone to talk to, Austin TX",
        "he is at the door, I need a lawyer, Austin TX",
        "help",
        "¿eres una persona? necesito abogada en Houston",
    ],
)
def test_a_message_holds_one_idea_and_three_results_at_most(served: Knowledge, text: str) -> None:
    """W4: a danger, who this is, and places are messages of their own; three places, one question."""
    turn = take_turn(Said(text=text), None, served, NOON)
    openers = ("opener_danger", "welcome_short", "opener_results", "menu_opener")
    for bubble in turn.reply.bubbles:
        keys = [line.key for line in bubble.lines if isinstance(line, Say)]
        assert sum(key in openers for key in keys) <= 1, keys
        assert keys.count("card_title") <= FIRST_SCREEN == 3
        assert sum(key.startswith("ask_") for key in keys) <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_says_something_when_it_is_read_aloud(served: Knowledge, language: str) -> None:
    """W5: no label that is only a sign, and nothing drawn with characters."""
    for key, template in served.messages.by_language[language].items():
        for form in forms_of(template):
            assert not CUPS.search(form), (key, form)
            if key.startswith("button_"):
                assert re.search(r"[^\W\d_]", re.sub(r"\{[a-z_]+\}", "", form)), (key, form)


def test_the_language_of_the_chat_of_the_line_and_interpreters_are_kept_apart(
    conversation: Conversation,
) -> None:
    """W6: whoever reads English may need a line in Spanish, and an interpreter is not somebody who speaks it."""
    conversation.person_says("necesito abogada en Austin, y alguien con quien hablar")
    conversation.bot_says("Idiomas que atienden: inglés y español")
    conversation.person_taps("Idioma")
    conversation.person_taps("English")
    conversation.bot_says("Languages on the line: English and Spanish")
    conversation.bot_says("it speaks English")
    conversation.person_says("someone to talk to right now")
    conversation.bot_says("They can bring in an interpreter.")


WORDS_FOR_COMMUNITIES = re.compile(
    r"[\"'](?:[^\"'\n]*\s)?(undocumented (?:people|women|workers)|status-safe|queer|transgender|"
    r"Native (?:people|women)|sex workers?|farmworkers|sin papeles|sans[- ]papiers|people of color|homeless)\b",
)


def test_words_for_communities_are_data_and_stand_in_no_program() -> None:
    """W7: a community changes its word, a volunteer changes a file."""
    programs = list((ROOT / "bot").rglob("*.py"))
    assert len(programs) > 150
    shown = re.compile(r"Say\(|Verbatim\(")
    for path in programs:
        if path.parts[-3] in ("upkeep", "cli") or "cli" in path.parts or "upkeep" in path.parts:
            continue  # for volunteers, about the directory
        for line in path.read_text(encoding="utf-8").splitlines():
            if shown.search(line):
                assert not WORDS_FOR_COMMUNITIES.search(line), (path, line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_community_has_its_word_in_each_language(served: Knowledge, language: str) -> None:
    """W7: in the language's own file or the directory's own three languages, never only in English."""
    for kind in ("needs", "people", "refusals"):
        for code, term in getattr(served.taxonomy, kind).items():
            assert language in term.names, (kind, code, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("أحتاج محامية في أوستن تكساس", "ar"),
        ("ABOGADA, SIN PAPELES, AUSTIN", "es"),
        ("nesesito avogada en austin", "es"),
        ("je cherche une avocàte a paris", "fr"),
        ("necesito a lawyer porque my boss me toca, Austin", None),
        ("‮i need a lawyer‬ austin", "en"),
        ("i n e e d a l​awyer in austin", None),
    ],
)
def test_right_to_left_accents_mixed_languages_and_misspellings_pass(
    served: Knowledge, text: str, language: str | None
) -> None:
    """W9: what arrives is understood, and what leaves is whole."""
    turn = take_turn(Said(text=text), None, served, NOON)
    assert "legal" in turn.profile.needs or "n e e d" in text
    if language:
        assert turn.profile.language == language
    for bubble in speak(turn.reply, served.messages, turn.profile.language):
        assert bubble.html.count("⁦") + bubble.html.count("⁨") == bubble.html.count("⁩")
