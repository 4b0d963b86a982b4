"""Notes: a few words that may matter before a call, only where they fit, never as advice."""

from dataclasses import replace

from bot.conversation.knowledge import Knowledge
from bot.conversation.notes import MOST_NOTES, notes_for
from bot.matching.directory import handle_of
from bot.model.notes import Note
from bot.model.profile import Profile

from tests.builders import PARIS, someone
from tests.conftest import Conversation

SOURCE = [
    {"title": "Example Agency", "url": "https://example.org/rule", "read": "2026-11-01", "date": "2024"}
]


def a_note(name: str = "a-note", **changes: object) -> Note:
    plain = {
        "id": name,
        "title": {"en": "A right", "es": "Un derecho", "fr": "Un droit"},
        "text": {"en": "It is so.", "es": "Es así.", "fr": "C'est ainsi."},
        "read": "2026-11-01",
        "source": SOURCE,
    }
    return Note.model_validate({**plain, **changes})


def fitting(knowledge: Knowledge, profile: Profile, *notes: Note) -> list[str]:
    return [note.id for note in notes_for(profile, replace(knowledge, notes=notes))]


def test_a_note_is_shown_only_where_every_condition_holds(knowledge: Knowledge) -> None:
    note = a_note(countries=["US"], needs=["legal"], people=["undocumented"], contexts=["boss"])
    right = someone(needs=("legal",), people=("undocumented",), contexts=("boss",))
    assert fitting(knowledge, right, note) == ["a-note"]
    for wrong in (
        replace(right, needs=("medical",)),
        replace(right, people=("student",)),
        replace(right, contexts=("partner",)),
        replace(right, place=PARIS),
        replace(right, place=None),
    ):
        assert fitting(knowledge, wrong, note) == []


def test_the_country_is_never_guessed(knowledge: Knowledge) -> None:
    note = a_note(countries=["US"], needs=["legal"])
    nowhere = someone(needs=("legal",), place=None)
    assert fitting(knowledge, nowhere, note) == []
    assert fitting(replace(knowledge, home="US"), nowhere, note) == ["a-note"]


def test_what_holds_for_fewer_people_comes_first_and_there_are_few(knowledge: Knowledge) -> None:
    wide = [a_note(f"wide-{n}", needs=["legal"]) for n in range(9)]
    narrow = a_note("narrow", needs=["legal"], people=["undocumented"])
    found = fitting(knowledge, someone(needs=("legal",), people=("undocumented",)), *wide, narrow)
    assert found[0] == "narrow"
    assert len(found) == MOST_NOTES


def test_nobody_who_named_no_need_is_shown_a_note(knowledge: Knowledge) -> None:
    assert fitting(knowledge, someone(people=("men",)), a_note(people=["men"])) == []


def test_a_note_is_one_tap_away_and_says_who_says_it_and_that_it_is_no_advice(
    conversation: Conversation,
) -> None:
    conversation.person_says("i have no papers and need a lawyer, my boss touched me, Austin TX")
    label = next(b for b in conversation.buttons if b.startswith("Good to know: "))
    conversation.person_taps(label)
    conversation.bot_says("A short note.")
    conversation.bot_says("Read on November 23, 2026; it may have changed since.")
    conversation.bot_says("not legal or medical advice")
    conversation.every_button_leads_somewhere()
    conversation.person_taps("Back")
    conversation.bot_offers("Texas Legal Line")


def test_a_note_that_was_taken_out_leads_back_to_the_places(conversation: Conversation) -> None:
    conversation.person_says("i have no papers and need a lawyer in Austin TX")
    conversation.knowledge = replace(conversation.knowledge, notes=())
    conversation.person_taps("Good to know: ")
    conversation.bot_offers("Texas Legal Line")


def test_no_two_notes_share_a_handle(knowledge: Knowledge) -> None:
    assert len(knowledge.notes) > 40
    assert len({handle_of(note.id) for note in knowledge.notes}) == len(knowledge.notes)


def test_sources_are_named_once_with_their_latest_year() -> None:
    twice = [{**SOURCE[0], "date": "2019"}, SOURCE[0], {**SOURCE[0], "title": "Another", "date": None}]
    assert a_note(source=twice).says_who == ("Example Agency, 2024", "Another")


NAMES = {"FR": ("France", "French"), "CA": ("Canada",), "GB": ("UK",), "MX": ("Mexico",), "ES": ("Spain",)}


def test_a_note_on_a_rule_of_another_country_says_in_english_where_it_is_so(knowledge: Knowledge) -> None:
    """A rule of one country must not be read as a rule of another."""
    told = [(note, country) for note in knowledge.notes for country in note.countries if country != "US"]
    assert len(told) >= 12
    for note, country in told:
        assert any(name in note.text["en"] for name in NAMES[country]), note.id
