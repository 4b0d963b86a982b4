"""Each conversation of the book says what it must and never what it must not; the page is what the program says."""

from typing import Any

import pytest
from bot.conversation.speak import plain

from tests.read_aloud.book import PAGE, held, page, sample, scripts


def test_there_are_forty_conversations_and_more_in_every_language_that_is_answered_in() -> None:
    titles = [script["title"] for script in scripts()]
    assert len(titles) >= 40
    assert len({script["who"] for script in scripts()}) >= 25
    text = PAGE.read_text(encoding="utf-8")
    for language in sample().messages.languages:
        assert str(sample().messages.template(language, "button_clear")) in text, language


@pytest.mark.parametrize("script", scripts(), ids=lambda script: f"{script['title']}, {script['who']}")
def test_a_conversation_goes_as_it_should(script: dict[str, Any]) -> None:
    heard = list(held(script, sample()))
    said = "\n".join(plain(bubble.html) for one in heard for bubble in one.bubbles).casefold()
    for words in script["hears"]:
        assert words.casefold() in said, said
    for words in script["never"]:
        assert words.casefold() not in said, words
    for one in heard:
        assert one.bubbles, one.did
        assert any(button.data for bubble in one.bubbles for row in bubble.buttons for button in row)


def test_the_page_is_what_the_program_says_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "the words have changed; run `make book` and read what is new"
    )
