"""Emergency numbers: shown where the sources agree; else the local number is named, and 112 where a source says so."""

from pathlib import Path

import pytest
from bot.directory_files.emergency import load_emergency
from bot.directory_files.load import Resources
from bot.directory_files.problems import Problem
from bot.model.emergency import EmergencyNumbers

from tests.conftest import Conversation


def test_every_country_of_the_facts_has_its_place(resources: Resources) -> None:
    numbers = resources.emergency
    assert len(numbers) == 240
    assert sum(1 for n in numbers.values() if n.first) >= 90
    assert all(n.hold for n in numbers.values() if not n.first)
    assert all(n.lists or n.source for n in numbers.values() if n.first)


@pytest.mark.parametrize(
    ("country", "first", "may_work", "texts"),
    [
        ("US", "911", None, None),
        ("FR", "112", None, "114"),
        ("BR", "190", None, None),  # no number for everything: police
        ("DE", "112", None, None),  # the lists disagree on police; a second look confirmed the general number
        ("AT", None, "112", None),
        ("AD", None, None, None),  # no source says that 112 works
        ("IE", None, "112", None),  # its text number has one source only: not shown
    ],
)
def test_what_is_shown_of_a_country(
    resources: Resources, country: str, first: str | None, may_work: str | None, texts: str | None
) -> None:
    numbers = resources.emergency[country]
    assert (numbers.first, numbers.may_work, numbers.for_texts) == (first, may_work, texts)


def test_a_body_in_danger_gets_the_ambulance_where_it_has_its_own_number() -> None:
    apart = EmergencyNumbers(country="XX", police=("190",), ambulance=("192",))
    one = EmergencyNumbers(country="XX", general=("112",), ambulance=("15",))
    held = EmergencyNumbers(country="XX", ambulance=("15",), hold="disputed")
    assert (apart.for_a_body_in_danger, one.for_a_body_in_danger, held.for_a_body_in_danger) == (
        "192",
        "112",
        None,
    )


def test_a_disputed_number_is_never_said(conversation: Conversation) -> None:
    """C10 in spirit: what is not known is not guessed."""
    disputed = EmergencyNumbers(country="US", police=("199",), also=("112",), hold="two lists disagree")
    emergency = {**conversation.knowledge.directory.emergency, "US": disputed}
    conversation.serve(emergency=emergency)
    conversation.person_says("he is at the door with a knife, Austin")
    conversation.bot_does_not_say("199")
    conversation.bot_says("Your local emergency number")
    conversation.bot_says("112 may work too. We have read this in one place only.")


def test_where_one_can_call_without_speaking_the_card_says_how(conversation: Conversation) -> None:
    silent = EmergencyNumbers(
        country="US", general=("911",), without_speaking={"en": "Stay silent, then press 5."}
    )
    conversation.serve(emergency={"US": silent})
    conversation.person_says("he is at the door with a knife, Austin")
    conversation.bot_says("Stay silent, then press 5.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("countries:\n  US: {general: [nine]}\n", "emergency/x.yaml:2:3  US: write name:, general:"),
        ("countries:\n  US: [911]\n", "emergency/x.yaml:2:3  US: write name:, general:"),
        ("numbers: {}\n", "write countries: and a country's numbers under its code"),
        ("countries:\n  US: {general: ['911'], lists: [mine]}\n", "`mine` is not one of sources:"),
        ("countries:\n  US: {general: ['911'], generel: ['1']}\n", "US: write name:, general:"),
    ],
)
def test_a_slip_in_the_file_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    problems: list[Problem] = []
    load_emergency(tmp_path, problems)
    assert any(message in str(p) for p in problems), problems
