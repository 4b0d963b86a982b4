"""Whatever is sent: covered words are read, nothing breaks, nothing is made up."""

import string

import pytest
from bot.conversation.knowledge import Knowledge
from bot.model.profile import Danger
from bot.understanding.recognise import Understood, recognise
from bot.understanding.words import LONGEST_MESSAGE, read_words
from hypothesis import given
from hypothesis import strategies as st


def understand(knowledge: Knowledge, text: str) -> Understood:
    return recognise(text, knowledge.lexicon, knowledge.taxonomy)


@pytest.mark.parametrize(
    "text",
    [
        "my boss r4ped me",  # figures for letters
        "my boss r@ped me",
        "my boss r*ped me",  # a star for a vowel
        "my boss rаpеd me",  # Cyrillic letters that look Latin
        "my boss ra\u200bped me",  # a joiner nobody sees
        "my boss \u202eraped\u202c me",  # an order to write from right to left
        "my boss 𝓻𝓪𝓹𝓮𝓭 me",
        "ｍｙ ｂｏｓｓ ｒａｐｅｄ ｍｅ",
        "MY BOSS RAPED ME!!!!!!",
        "i was SA'd by my boss",
        "my boss raaaaped me",
    ],
)
def test_covered_words_are_read(knowledge: Knowledge, text: str) -> None:
    assert {f.code for f in understand(knowledge, text).events} == {"sexual_assault"}


def test_a_russian_word_with_latin_letters_is_read(knowledge: Knowledge) -> None:
    assert understand(knowledge, "хoчу умepеть").danger is Danger.SUICIDE


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "...!!!???",
        "512-555-0123",
        "https://example.com/rape-lawyer-shelter?q=help",
        "www.example.com/shelter",
        "DROP TABLE users; --",
        "def f(x): return x * 2",
        "a" * LONGEST_MESSAGE,
        "\u200d" * LONGEST_MESSAGE,
        "🌼" * 2000,
        "((((((((((" * 400,
        "\u202e\u202d" * 100,
    ],
)
def test_what_says_nothing_is_not_given_a_meaning(knowledge: Knowledge, text: str) -> None:
    assert understand(knowledge, text).is_empty


def test_a_whole_page_and_twenty_languages_at_once_are_read_to_the_end(knowledge: Knowledge) -> None:
    languages = (
        "hola hello bonjour olá привет 你好 안녕 مرحبا नमस्ते สวัสดี שלום γεια ciao hej kamusta xin chào bonjou "
    )
    page = (languages * 50)[: LONGEST_MESSAGE - 40]
    assert understand(knowledge, page + " my boss raped me").needs[0].code == "workplace"


def test_what_is_said_a_thousand_times_is_understood_as_if_said_three_times(knowledge: Knowledge) -> None:
    assert len(read_words("help me please " * 270)) == 9
    assert (
        understand(knowledge, "they raped me " * 290).needs
        == understand(knowledge, "they raped me " * 3).needs
    )


@given(st.text(max_size=400) | st.text(alphabet=string.printable + "ñéцж你강", max_size=400))
def test_any_text_is_understood_without_an_error_and_evidence_stands_in_it(
    knowledge: Knowledge, text: str
) -> None:
    found = understand(knowledge, text)
    for finding in (*found.needs, *found.people, *found.contexts, *found.events, *found.refusals):
        assert 0 < finding.confidence <= 1
        assert all(quote in text for quote in finding.because)
