"""The person who says more about themselves never gets worse help, in any language; who says nothing is as safe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from bot.conversation.knowledge import Knowledge
from bot.conversation.turn import take_turn
from bot.matching.find import FIRST_SCREEN, find_matches
from bot.matching.rank import ALSO_SERVES
from bot.matching.shelf import speaks
from bot.model.directory import Cost, Service
from bot.model.events import Said
from bot.model.profile import Profile
from bot.model.verdict import Verdict

from tests.builders import NOON

PAIRS = yaml.safe_load((Path(__file__).parent / "pairs.yaml").read_text(encoding="utf-8"))


def pairs() -> Iterator[tuple[str, str, str, str]]:
    for language, words in PAIRS.items():
        for what, more in words["said"].items():
            for need in words["needs"]:
                yield language, what, need, f"{need}, {more}"


def heard(text: str, knowledge: Knowledge) -> Profile:
    return take_turn(Said(text=text), None, knowledge, NOON).profile


def shown(profile: Profile, knowledge: Knowledge) -> list[Service]:
    found = find_matches(profile, knowledge.directory, NOON, knowledge.home, count=FIRST_SCREEN)
    return [match.listed.service for match in found.matches]


def dangers(services: list[Service]) -> int:
    """Known dangers for somebody who has reason to fear."""
    return sum(
        verdict is Verdict.YES
        for s in services
        for verdict in (s.asks_status, s.shares_with.immigration, s.shares_with.police)
    )


def covered(services: list[Service], needs: tuple[str, ...]) -> set[str]:
    return {need for service in services for need in service.needs if need in needs}


@pytest.mark.parametrize("language", PAIRS)
def test_who_says_more_gets_no_worse_help(language: str, served: Knowledge) -> None:
    """Status, gender, orientation, race, custody and money, each beside the same need."""
    worse = []
    for _, what, plain_text, fuller_text in (row for row in pairs() if row[0] == language):
        plain, fuller = heard(plain_text, served), heard(fuller_text, served)
        before, after = shown(plain, served), shown(fuller, served)
        because = [
            reason
            for reason, is_worse in (
                ("a need was lost", not set(plain.needs) <= set(fuller.needs)),
                ("the place was lost", plain.place is not None and fuller.place is None),
                ("fewer places", len(after) < len(before)),
                ("a need has no place", not covered(before, plain.needs) <= covered(after, plain.needs)),
                ("more dangers", dangers(after) > dangers(before)),
                (
                    "nobody speaks the language",
                    any(speaks(s, plain.language) for s in before)
                    and not any(speaks(s, plain.language) for s in after),
                ),
                (
                    "nothing is free",
                    any(s.cost is Cost.FREE for s in before) and not any(s.cost is Cost.FREE for s in after),
                ),
            )
            if is_worse
        ]
        if because:
            worse.append(f"{fuller_text!r} ({what}): {', '.join(because)}")
    assert not worse, "\n".join(worse)


@pytest.mark.parametrize("language", PAIRS)
def test_what_was_said_about_a_person_is_understood(language: str, served: Knowledge) -> None:
    """A pair proves nothing where the added words were not heard. Race and faith may have no word of ours."""
    expected = {
        "status": {"undocumented", "immigrant"},
        "gender": {"men"},
        "trans": {"trans"},
        "orientation": {"lgbtqia"},
        "custody": {"formerly_incarcerated", "in_custody"},
        "money": {"low_income"},
    }
    unheard = []
    for _, what, _, fuller_text in (row for row in pairs() if row[0] == language):
        people = heard(fuller_text, served).people
        if what in expected and not expected[what] & set(people):
            unheard.append(f"{fuller_text!r}: {people}")
    assert not unheard, "\n".join(unheard)


def test_who_does_not_say_a_status_is_shown_places_as_safe(served: Knowledge) -> None:
    """Somebody undocumented who never says so gets status-safe places as good."""
    for words in PAIRS.values():
        for need in words["needs"]:
            said = heard(f"{need}, {words['said']['status']}", served)
            silent = heard(need, served)
            assert dangers(shown(silent, served)) <= dangers(shown(said, served)), need


def test_the_groups_of_the_pairs_are_those_ranking_knows() -> None:
    assert {"undocumented", "trans"} <= ALSO_SERVES.keys()
