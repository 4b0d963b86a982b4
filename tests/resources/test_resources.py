"""The real resources: readable, provable, sourced. A volunteer's correction never breaks a developer's test."""

import re

import pytest
from bot.conversation.knowledge import Knowledge
from bot.directory_files.checking import example_problems
from bot.directory_files.load import Resources
from bot.directory_files.reading import read_or_tell
from bot.matching.directory import handle_of, index_directory
from bot.understanding.growing import GAP, spellings
from bot.understanding.words import SIGN

from tests.conftest import ROOT


def test_the_directory_has_no_problem(resources: Resources) -> None:
    """load_resources refuses broken resources, so getting here is most of the proof."""
    assert len(resources.services) >= 900, "few services: has the folder moved?"


def test_every_example_in_the_lexicons_is_understood(resources: Resources) -> None:
    """A phrase without a proof is a guess."""
    assert len(resources.examples) >= 80
    assert not list(example_problems(resources))


def test_every_language_has_every_message_with_the_same_placeholders(resources: Resources) -> None:
    languages = resources.messages.by_language
    assert {"en", "es", "fr"} <= set(languages)
    assert len({frozenset(texts) for texts in languages.values()}) == 1


def test_every_service_says_where_it_was_read(resources: Resources) -> None:
    """Y1: every fact has a source that can be found again."""
    for listed in resources.services:
        assert listed.service.source, listed.id


def test_a_confidential_place_leaves_no_trace(resources: Resources) -> None:
    """Y3: no street, no map link, no letter address in the file."""
    confidential = [s for s in resources.services if s.service.location == "confidential"]
    assert confidential
    for listed in confidential:
        text = listed.service.model_dump_json()
        assert not re.search(r"maps\.|\d+ \w+ (Street|St\.|Avenue|Ave|Road|Blvd)", text), listed.id
        assert all(c.channel.value != "mail" for c in listed.service.contacts)


def test_no_personal_mailbox_is_listed(resources: Resources) -> None:
    """Y4: an address at a private mail provider is a person's."""
    for listed in resources.services:
        for contact in listed.service.open_contacts if not listed.service.hold else ():
            assert not re.search(r"@(gmail|yahoo|hotmail|outlook|icloud|proton)\.", contact.address or ""), (
                listed.id
            )


def test_short_handles_of_services_do_not_collide(resources: Resources) -> None:
    ids = [s.id for s in resources.services]
    assert len({handle_of(i) for i in ids}) == len(ids)


def test_numbers_in_buttons_are_never_changed(resources: Resources) -> None:
    """They stand in buttons on people's phones; a changed number turns one need into another."""
    numbers = {code: term.number for code, term in resources.taxonomy.needs.items()}
    assert numbers["crisis"] == 1 and numbers["legal"] == 5 and numbers["directory"] == 20
    assert len(set(numbers.values())) == len(numbers) == 20


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("I was raped last night, Houston", "us/tx/houston-area-womens-center"),
        ("need someone to talk to, sexual assault, Boston", "us/ma/barcc"),
        ("harcelée par mon patron, Paris", "fr/national/avft"),
        ("my sergeant raped me, Fort Bliss", "us/national/dod-safe-helpline"),
    ],
)
def test_the_first_place_is_the_one_an_advocate_would_name(
    resources: Resources, text: str, first: str
) -> None:
    from bot.conversation.turn import take_turn
    from bot.matching.find import find_matches
    from bot.model.events import Said

    from tests.builders import NOON

    knowledge = Knowledge(
        taxonomy=resources.taxonomy,
        lexicon=resources.lexicon,
        gazetteer=resources.gazetteer,
        directory=index_directory(resources.services, resources.emergency),
        messages=resources.messages,
    )
    turn = take_turn(Said(text=text), None, knowledge, NOON)
    shown = [
        m.listed.organization_id for m in find_matches(turn.profile, knowledge.directory, NOON).matches[:3]
    ]
    assert first in shown, shown


def test_every_message_is_said_somewhere(resources: Resources) -> None:
    """A sentence nobody hears is translated in vain; a key that is missing falls on someone in distress."""
    from pathlib import Path

    made = r"line_|because_|beware_|details_|shares_|talk_|question_|command_|danger_|part_|button_"
    code = "\n".join(p.read_text(encoding="utf-8") for p in (Path(__file__).parents[2] / "bot").rglob("*.py"))
    unused = [
        k for k in resources.messages.by_language["en"] if f'"{k}"' not in code and not re.match(made, k)
    ]
    assert not unused
    named = set(re.findall(r'key="([a-z_]+)"', code))
    assert named <= set(resources.messages.by_language["en"])
    assert len(named) > 40


def test_every_value_a_reason_or_caution_can_have_has_its_words(resources: Resources) -> None:
    from bot.model.match import Because, Beware

    keys = set(resources.messages.by_language["en"])
    assert {f"because_{b.value}" for b in Because} <= keys
    without_words = {b for b in Beware if not any(k.startswith(f"beware_{b.value}") for k in keys)}
    assert not without_words


COMMON = 4.5  # Zipf: a word that everybody says every day
TOGETHER = 12.5  # of two words: "I don't want" is one of the commonest things there are


def test_no_danger_lies_in_words_that_everybody_says(resources: Resources) -> None:
    """Where an optional word leaves "not want", everybody would be told that they want to die."""
    usage = resources.lexicon.usage
    found = []
    for path in sorted((ROOT / "resources" / "lexicons").glob("*.yaml")):
        document = read_or_tell(path, path.name, [])
        assert document is not None
        if document.data.get("marks_make_words") == "true":
            continue  # without their marks all its words look common
        for code, phrases in document.data["danger"].items():
            for written in phrases:
                for slots in spellings(written):
                    words = [slot for slot in slots if slot != GAP and not slot.endswith("*")]
                    often = [dict(usage.get(word, ())).get(path.stem, 0.0) for word in words]
                    alone = len(slots) == 1 and often and often[0] >= COMMON and not SIGN.match(words[0])
                    pair = len(slots) == 2 and len(words) == 2 and sum(often) >= TOGETHER
                    if alone or (pair and not SIGN.match(words[0])):
                        found.append(f"{path.name} {code}: {written!r} as {' '.join(slots)!r}")
    assert not found, "\n".join(found)
