"""`bot ask` span by span: what a phrase was taken for, and what became of it."""

import pytest
from bot.conversation.knowledge import Knowledge
from bot.understanding.microscope import Span, look_closer


def spans(knowledge: Knowledge, text: str, quote: str) -> list[Span]:
    return [span for span in look_closer(text, knowledge.lexicon) if span.quote == quote]


@pytest.mark.parametrize(
    ("text", "quote", "meaning", "fate"),
    [
        ("i need a lawyer", "lawyer", "needs: legal (ask)", "counts"),
        ("i need a laywer", "laywer", "needs: legal (ask)", "counts, with a misspelled word mended"),
        ("i dont need a lawyer", "lawyer", "needs: legal (ask)", "denied, or long over"),
        ("a shelter dog", "shelter", "needs: shelter_housing (ask)", "hidden by “shelter dog”"),
        ("a shelter dog", "shelter dog", "mask", "hides what stands in it"),
        ("i was raped years ago", "years ago", "grammar: long_ago", "helps to read the rest"),
    ],
)
def test_every_span_has_a_meaning_and_a_fate(
    knowledge: Knowledge, text: str, quote: str, meaning: str, fate: str
) -> None:
    assert (meaning, fate) in {(span.meaning, span.fate) for span in spans(knowledge, text, quote)}


def test_a_span_names_the_lexicon_and_the_phrase_a_volunteer_would_change(knowledge: Knowledge) -> None:
    found = spans(knowledge, "necesito una abogada", "abogada")
    assert ("es", "abogad*", "needs: legal (ask)") in {(s.language, s.phrase, s.meaning) for s in found}
