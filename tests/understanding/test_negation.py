"""What a message denies is not heard; what it lacks is heard all the more."""

import pytest
from bot.conversation.knowledge import Knowledge
from bot.understanding.recognise import recognise


def understood(knowledge: Knowledge, text: str) -> set[str]:
    found = recognise(text, knowledge.lexicon, knowledge.taxonomy)
    return {f.code for f in (*found.needs, *found.people, *found.contexts, *found.events)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("i need absolutely no lawyer", "legal"),  # in the gap of the phrase
        ("he never once hit me", "partner_violence"),
        ("no estoy embarazada", "pregnant"),
        ("je n'ai pas été violée", "sexual_assault"),
        ("he is not my husband", "partner"),
    ],
)
def test_what_is_denied_is_not_heard(knowledge: Knowledge, text: str, code: str) -> None:
    assert code not in understood(knowledge, text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("he would never stop, he hit me again", "partner_violence"),  # another clause
        ("not married but pregnant", "pregnant"),  # "but" ends it
        ("i have no lawyer", "legal"),
        ("no encuentro albergue", "shelter_housing"),
        ("j'ai pas d'avocat", "legal"),
    ],
)
def test_a_denial_ends_with_its_clause_and_a_lack_is_a_need(
    knowledge: Knowledge, text: str, code: str
) -> None:
    assert code in understood(knowledge, text)
