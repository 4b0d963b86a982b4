"""One answer does not slip into costing more: counted in calls of functions, for a clock says something else each time.

The bounds are what was counted when they were written and a sixth more: patch releases of Python and of the libraries
move a count by a few in a hundred, and a slip that anybody would feel is larger.
"""

import gc
import tracemalloc
from pathlib import Path

import pytest
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import speak
from bot.conversation.turn import take_turn
from bot.matching.find import find_matches
from bot.model.events import Said
from bot.model.profile import Profile
from bot.storage.sqlite import LedgerInSqlite
from bot.storage.state_file import open_state_file
from bot.understanding.recognise import recognise

from tests.builders import NOON, STORY_SERVICES, a_directory, a_service, listed, someone
from tests.guards.counting import calls_of

KNOWN = Profile(introduced=True)
MESSAGES = (
    "need a lawyer, no papers, Austin",
    "mi patrón me toca y tengo miedo de perder mi trabajo, Houston",
    "je cherche quelqu'un à qui parler, Paris",
    "меня изнасиловали вчера, мне нужен врач",
    "أحتاج إلى محامية في هيوستن",
    "我需要一个律师",
)
UNDERSTANDING, ANSWER = 6_400, 28_100  # calls, for the six messages together
LEFT_OVER = 30_000  # bytes of a hundred answers: Python's own lists of free things still grow by less


def answer(text: str, knowledge: Knowledge) -> None:
    turn = take_turn(Said(text=text, locale="en"), KNOWN, knowledge, NOON)
    speak(turn.reply, knowledge.messages, turn.profile.language)


@pytest.fixture(scope="module")
def warm(knowledge: Knowledge) -> Knowledge:
    for text in MESSAGES * 2:
        answer(text, knowledge)
    return knowledge


def test_understanding_takes_no_more_calls_than_it_did(warm: Knowledge) -> None:
    counted = sum(calls_of(lambda t=text: recognise(t, warm.lexicon, warm.taxonomy)) for text in MESSAGES)  # type: ignore[misc]
    assert UNDERSTANDING / 3 < counted < UNDERSTANDING


def test_a_whole_answer_takes_no_more_calls_than_it_did(warm: Knowledge) -> None:
    counted = sum(calls_of(lambda t=text: answer(t, warm)) for text in MESSAGES)  # type: ignore[misc]
    assert ANSWER / 3 < counted < ANSWER


def test_twice_the_words_cost_about_twice_the_calls(warm: Knowledge) -> None:
    """Pairs of phrases are compared within reach of each other, so it is a little more than twice; never its square."""
    story = ("My boss in Austin touched me at work and I am afraid to tell anyone about what he did. " * 60)[
        :4096
    ]
    half, whole = (
        calls_of(lambda n=n: recognise(story[:n], warm.lexicon, warm.taxonomy)) for n in (400, 800)
    )  # type: ignore[misc]
    assert whole < 2.5 * half


def test_services_elsewhere_cost_nothing() -> None:
    """A directory five times as large, the rest of it in other states: the same sets are looked at."""
    elsewhere = [
        listed(a_service(area={"country": "US", "regions": [region]}), f"us/{region.lower()}/line-{at}")
        for region in ("CA", "NY", "FL", "WA")
        for at in range(len(STORY_SERVICES))
    ]
    small, large = (
        a_directory(*services).made_ready(NOON.date())
        for services in (STORY_SERVICES, (*STORY_SERVICES, *elsewhere))
    )
    profile = someone(needs=("legal", "immigration"), people=("undocumented",))
    for directory in (small, large):
        find_matches(profile, directory, NOON, "US", count=3)
    one, other = (
        calls_of(lambda d=directory: find_matches(profile, d, NOON, "US", count=3))  # type: ignore[misc]
        for directory in (small, large)
    )
    assert other <= 1.1 * one


def test_nothing_is_left_over_of_a_hundred_answers_more(warm: Knowledge) -> None:
    tracemalloc.start()
    try:
        sizes = []
        for _ in range(3):
            for _ in range(100):
                answer(MESSAGES[0], warm)
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[2] - sizes[1] < LEFT_OVER


async def test_a_message_is_noted_with_one_statement_and_one_commit(tmp_path: Path) -> None:
    path = open_state_file(tmp_path / "state")
    async with LedgerInSqlite(path, "a secret of this test", lambda: 1_764_000_000.0) as ledger:
        await ledger.note(1, (10, 11, 12), 1_764_000_000.0)
        said: list[str] = []
        assert ledger._database is not None
        await ledger._database.set_trace_callback(said.append)
        await ledger.note(1, (13, 14), 1_764_000_000.0)
        await ledger._database.set_trace_callback(None)
    assert [statement.split(" ", 1)[0].upper() for statement in said] == ["BEGIN", "INSERT", "COMMIT"]
