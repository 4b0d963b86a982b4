"""People who mean harm, to the bot or through it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bot.conversation.knowledge import Knowledge
from bot.matching.reports import ENOUGH, MOST_IN_A_DAY
from bot.messenger.incoming import read
from bot.model.report import Report, Trouble
from bot.settings import Settings
from bot.storage.reports import MOST_OF_A_CHAT, ReportsInMemory, read_counts
from bot.wiring.knowledge import LiveKnowledge
from bot.wiring.reports import Desk
from hypothesis import given
from hypothesis import strategies as st

from tests.messenger.conftest import ANA, BEN, Trial, trial
from tests.safety.requirements import ROOT

__all__ = ["trial"]  # the fixture: the real messenger on the stand-in

DAY = date(2026, 11, 25)


# -- somebody else's needs ----------------------------------------------------------------------------------


async def test_nobody_learns_what_another_person_looked_for(trial: Trial) -> None:
    """D2 T14: her questions, her buttons, her numbers: in his chat none of it means anything."""
    await trial.asks(ANA, "i am undocumented and need a lawyer, Austin")
    hers = trial.from_bot(ANA)[-1]
    trial.telegram.presses(BEN, hers.message_id, "about ana")
    for words in ("more", "what did the other person ask", f"/start {ANA}", f"what does {ANA} need", "back"):
        await trial.asks(BEN, words)
    his = trial.text(BEN)
    for telling in ("Austin", "Texas Legal Line", "paper", "undocumented", str(ANA)):
        assert telling not in his, telling


def forged(**changes: Any) -> dict[str, Any]:
    message = {
        "message_id": 1,
        "chat": {"id": ANA, "type": "private"},
        "from": {"id": BEN},
        "text": "more",
        **changes,
    }
    return {"update_id": 1, "message": message}


def test_an_update_in_which_one_person_writes_in_anothers_chat_is_not_believed() -> None:
    """D2: Telegram never sends it; whoever found a way to forge updates must not read along with it."""
    assert read(forged()) is None
    query = {"id": "1", "from": {"id": BEN}, "message": forged()["message"], "data": "x"}
    assert read({"update_id": 2, "callback_query": query}) is None
    query["from"] = {"id": ANA}
    assert read({"update_id": 2, "callback_query": query}) is not None


@given(data=st.text(max_size=80) | st.binary(max_size=60).map(lambda b: b.decode("latin-1")))
def test_a_forged_button_gets_a_screen_like_anybodys(knowledge: Knowledge, data: str) -> None:
    """T11: whatever comes back from a phone is input."""
    from bot.conversation.turn import take_turn
    from bot.model.events import Chose

    from tests.builders import NOON

    turn = take_turn(Chose(data=data), None, knowledge, NOON)
    assert turn.reply.bubbles and not turn.reply.report and not turn.reply.effects


async def test_a_menu_from_before_is_answered_with_a_fresh_one_as_often_as_it_is_pressed(
    trial: Trial,
) -> None:
    """T11 T18: pressed again and again, also by somebody who only wants to keep the bot busy."""
    await trial.asks(ANA, "need a lawyer, Austin")
    old = trial.from_bot(ANA)[-1]
    data = next(b["callback_data"] for row in old.rows for b in row if "callback_data" in b)
    await trial.asks(ANA, "need a therapist, Houston")
    for _ in range(30):
        trial.telegram.presses(ANA, old.message_id, data)
        trial.telegram.presses(ANA, old.message_id, data[:-4] + "AAAA")
    await trial.asks(BEN, "need a lawyer, Austin")
    await trial.until(lambda: not trial.telegram.updates)
    assert len(trial.screen(ANA)) < 12, "a press edits; it does not fill the chat"


# -- a flood ------------------------------------------------------------------------------------------------


async def test_ten_thousand_updates_from_one_chat_do_not_keep_another_from_its_answer(trial: Trial) -> None:
    """T18: the flood is dropped at its own door. How long the other waits is in benchmarks/flood.py."""
    for n in range(10_000):
        trial.telegram.says(ANA, f"flood {n}")
    answer = await trial.asks(BEN, "need a lawyer, Austin")
    assert "Texas Legal Line" in answer
    await trial.until(lambda: not trial.telegram.updates, 60)
    assert len(trial.from_bot(ANA)) < 500


# -- links and places ---------------------------------------------------------------------------------------


async def test_a_link_cannot_follow_who_opens_it(trial: Trial) -> None:
    """T10: a payload that stands for one person would tell its maker who came; here it is never said or kept."""
    for payload in ("ana-from-the-shelter", "x" * 64, "legal"):
        before = len(trial.from_bot(ANA))
        trial.telegram.says(ANA, f"/start {payload}")
        await trial.until(lambda before=before: len(trial.from_bot(ANA)) > before)
    profile = await trial.memory.recall(ANA)
    assert profile is not None and "shelter" not in repr(profile)
    assert "ana-from" not in trial.text(ANA)
    sent = [values for method, values in trial.telegram.calls if method == "sendMessage"]
    assert not any("ana-from" in str(values) for values in sent)


# -- reports ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def live() -> LiveKnowledge:
    return LiveKnowledge(
        Settings(resources=ROOT / "resources"), lambda: datetime(2026, 11, 25, 18, tzinfo=UTC)
    )


def listed_ids(live: LiveKnowledge) -> set[str]:
    return {s.id for s in live.current.directory.services}


async def test_one_chat_cannot_take_a_place_down(live: LiveKnowledge) -> None:
    """Y7: however often it reports, it counts once; and for five places at most."""
    before = listed_ids(live)
    book = ReportsInMemory()
    desk = Desk(book, live)
    for service in sorted(before)[:50]:
        for trouble in Trouble:
            await desk.hear(666, Report(service=service, trouble=trouble), DAY)
    assert listed_ids(live) == before
    assert len(await book.counts()) == MOST_OF_A_CHAT


async def test_a_wave_of_reports_takes_nothing_down_and_the_operator_is_told(
    live: LiveKnowledge, caplog: pytest.LogCaptureFixture
) -> None:
    """Y7: three people who report half the directory on one day are believed in nothing."""
    before = listed_ids(live)
    desk = Desk(ReportsInMemory(), live)
    places = sorted(before)[: 5 * MOST_IN_A_DAY]
    for at, service in enumerate(places):
        for voice in range(ENOUGH):
            chat = 10_000 + (at // MOST_OF_A_CHAT) * ENOUGH + voice
            await desk.hear(chat, Report(service=service, trouble=Trouble.UNSAFE), DAY)
    assert listed_ids(live) == before
    assert caplog.text.count("that day holds nothing back") == 1
    # The day after, three people are heard again.
    for chat in (1, 2, 3):
        await desk.hear(chat, Report(service=places[0], trouble=Trouble.UNSAFE), DAY + timedelta(days=1))
    live._clock = lambda: datetime(2026, 11, 26, 18, tzinfo=UTC)
    live.hear_counts(await desk._book.counts())
    assert listed_ids(live) == before - {places[0]}


async def test_a_flood_of_reports_makes_the_directory_anew_only_when_something_changes(
    live: LiveKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T18: an index takes a moment to make; hundreds in a row would be a way to stop the bot."""
    live.hear_counts(())
    made = []
    monkeypatch.setattr("bot.wiring.knowledge.know", lambda *_: made.append(1) or live.current)
    desk = Desk(ReportsInMemory(), live)
    service = sorted(listed_ids(live))[0]
    for chat in range(200):
        await desk.hear(chat, Report(service=service, trouble=Trouble.UNSAFE), DAY)
    assert len(made) == 1


def test_counts_below_the_floor_are_shown_to_nobody(tmp_path: Path) -> None:
    """D5: by day, above a floor, and in no row a person."""
    from bot.cli.reports import app
    from bot.storage.reports import ReportsInSqlite
    from bot.storage.state_file import open_state_file
    from typer.testing import CliRunner

    book = ReportsInSqlite(open_state_file(tmp_path))
    live = LiveKnowledge(Settings(resources=ROOT / "resources"), lambda: datetime.now(UTC))
    few, many = sorted(one.id for one in live.current.directory.services)[:2]

    async def told() -> None:
        for service, count in ((few, ENOUGH - 1), (many, ENOUGH)):
            for _ in range(count):
                await book.add(Report(service=service, trouble=Trouble.UNSAFE), date.today())

    asyncio.run(told())
    shown = CliRunner().invoke(app, [], env={"BOT_STATE_DIR": str(tmp_path), "COLUMNS": "200"}).output
    assert many in shown and few not in shown
    assert all(str(c.day).count("-") == 2 for c in read_counts(tmp_path))


async def test_with_counts_off_nothing_is_counted_on_disk(tmp_path: Path) -> None:
    """D5: they can be switched off."""
    import contextlib

    from bot.wiring.running import _open_state

    settings = Settings(resources=ROOT / "resources", state_dir=tmp_path, counts="off")
    async with contextlib.AsyncExitStack() as stack:
        _, book = await _open_state(settings, stack)
        await book.add(Report(service="us/tx/example#line", trouble=Trouble.UNSAFE), DAY)
    assert read_counts(tmp_path) == ()
