"""Clear this chat: both sides, in any number, by hand or by itself, as far as Telegram allows; then nothing is left."""

import pytest
from bot.conversation.knowledge import Knowledge
from bot.sandbox.clock import MovableClock
from bot.sandbox.faults import Fault

from tests.messenger.conftest import ANA, BEN, Trial, running

HOUR = 3600


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


def some_older_talk(trial: Trial, count: int, hours_ago: float = 0.0, person: int = ANA) -> list[int]:
    """Messages of both sides that the bot has noted, without waiting for each to be answered."""
    telegram, ids = trial.telegram, []
    telegram.clock.advance(hours=-hours_ago)
    for at in range(count):
        message = telegram._stored(telegram.person(person), f"older {at}", from_bot=at % 2 == 1)
        noted = trial.ledger._chats.setdefault(person, [])
        noted.append((message.message_id, telegram.clock.now()))
        ids.append(message.message_id)
    telegram.clock.advance(hours=hours_ago)
    return ids


def calls(trial: Trial, method: str) -> list[dict[str, object]]:
    return [values for name, values in trial.telegram.calls if name == method]


async def test_clear_this_chat_deletes_both_sides_and_leaves_one_neutral_line(trial: Trial) -> None:
    """T6 T7: one tap, both sides; the numbers are forgotten at once."""
    for words in ("need a lawyer, Austin", "and a therapist", "no police"):
        await trial.asks(ANA, words)
    await trial.taps(ANA, "Clear this chat")
    await trial.until(lambda: len(trial.screen(ANA)) == 1)
    (left,) = trial.screen(ANA)
    assert left.from_bot and left.text.startswith("This chat is cleared")
    assert await trial.ledger.noted(ANA) == ()
    assert await trial.memory.recall(ANA) is None


async def test_more_than_a_hundred_messages_are_cleared_in_calls_of_a_hundred(trial: Trial) -> None:
    """T6: a call may name a hundred; 250 messages need three."""
    some_older_talk(trial, 247)
    await trial.asks(ANA, "need a lawyer, Austin")
    await trial.taps(ANA, "Clear this chat")
    await trial.until(lambda: "This chat is cleared" in trial.text(ANA))
    assert len(trial.screen(ANA)) == 1
    sizes = [len(values["message_ids"]) for values in calls(trial, "deleteMessages")]
    assert max(sizes) <= 100 and sum(sizes) >= 247
    assert not calls(trial, "deleteMessage")


async def test_what_is_too_old_is_left_out_and_said_and_the_rest_goes_in_one_call(
    knowledge: Knowledge, clock: MovableClock
) -> None:
    """T6: one id that is too old makes Telegram refuse the whole call, so it must not be in it."""
    async with running(knowledge, clock) as trial:
        old = some_older_talk(trial, 4, hours_ago=47.95)
        await trial.asks(ANA, "need a lawyer, Austin")
        trial.telegram.presses_label(ANA, "Clear this chat")
        await trial.until(lambda: "I could not delete all messages" in trial.text(ANA))
        (call,) = calls(trial, "deleteMessages")
        assert not set(old) & set(call["message_ids"])
        left = {m.message_id: m for m in trial.screen(ANA) if m.message_id in old}
        assert {m.text for m in left.values() if m.from_bot} == {"…"}, "our words are gone all the same"
        assert len([m for m in left.values() if not m.from_bot]) == 2, "theirs only the person can delete"


async def test_when_telegram_refuses_a_call_as_a_whole_each_message_is_tried_alone(
    knowledge: Knowledge, clock: MovableClock
) -> None:
    """T6: a clock that differs from Telegram's; one message is too old, the others must not stay for its sake."""
    async with running(knowledge, clock) as trial:
        ids = some_older_talk(trial, 6)
        for number in ids[:2]:  # one of each side; to us they look young
            trial.telegram.chats[ANA].messages[number].date -= 49 * HOUR
        await trial.asks(ANA, "need a lawyer, Austin")
        trial.telegram.presses_label(ANA, "Clear this chat")
        await trial.until(lambda: "I could not delete all messages" in trial.text(ANA))
        standing = [m for m in trial.screen(ANA) if m.message_id in ids]
        assert [m.message_id for m in standing] == ids[:2]
        assert [m.text for m in standing if m.from_bot] == ["…"]


async def test_a_message_somebody_already_deleted_is_no_trouble(trial: Trial) -> None:
    """T6: the person may have deleted some by hand."""
    ids = some_older_talk(trial, 5)
    await trial.asks(ANA, "need a lawyer, Austin")
    for number in ids[:3]:
        del trial.telegram.chats[ANA].messages[number]
    await trial.taps(ANA, "Clear this chat")
    await trial.until(lambda: "This chat is cleared" in trial.text(ANA))
    assert len(trial.screen(ANA)) == 1


async def test_when_telegram_does_not_answer_clearing_goes_on_by_itself(
    knowledge: Knowledge, clock: MovableClock
) -> None:
    """T6: the numbers are not forgotten before the messages are gone."""
    async with running(knowledge, clock) as trial:
        await trial.asks(ANA, "need a lawyer, Austin")
        trial.stand_in.faults.add(Fault(method="deleteMessages", kind="500", times=4))
        trial.telegram.presses_label(ANA, "Clear this chat")
        await trial.until(lambda: "I will try again in 5 minutes" in trial.text(ANA))
        assert any("need a lawyer" in m.text for m in trial.screen(ANA))
        clock.advance(6 * 60)
        await trial.until(lambda: not any("need a lawyer" in m.text for m in trial.screen(ANA)))
        assert await trial.ledger.noted(ANA) == ()


@pytest.mark.parametrize(("label", "minutes"), [("15 minutes", 15), ("1 hour", 60), ("24 hours", 24 * 60)])
async def test_a_timer_clears_the_chat_without_a_word(
    knowledge: Knowledge, clock: MovableClock, label: str, minutes: int
) -> None:
    """T8 T13: after 15 minutes, 1 hour or 24 hours nothing is left on the screen, and nothing is sent for it."""
    async with running(knowledge, clock) as trial:
        await trial.asks(ANA, "need a lawyer, Austin")
        await trial.asks(BEN, "need a lawyer, Houston")
        trial.telegram.says(ANA, "/privacy")
        await trial.until(lambda: "What is kept" in trial.text(ANA))
        await trial.taps(ANA, "More private")
        await trial.taps(ANA, f"Clear after {label}")
        assert f"cleared {label} after the last message, once" in trial.text(ANA)
        sent = len(calls(trial, "sendMessage"))
        clock.advance(minutes * 60 + 1)
        await trial.until(lambda: trial.screen(ANA) == [])
        assert len(calls(trial, "sendMessage")) == sent
        assert await trial.memory.recall(ANA) is None and await trial.ledger.noted(ANA) == ()
        assert trial.screen(BEN), "only the chat that asked for it"


async def test_without_a_secret_it_is_said_that_a_restart_forgets_the_timer(trial: Trial) -> None:
    """T8: honest about what does not hold."""
    await trial.asks(ANA, "/privacy")
    await trial.taps(ANA, "More private")
    await trial.taps(ANA, "Clear after 1 hour")
    assert "If the program is started again before that, it forgets" in trial.text(ANA)


async def test_somebody_who_goes_on_writing_is_not_cut_off(knowledge: Knowledge, clock: MovableClock) -> None:
    """T8: the time runs from the last message."""
    async with running(knowledge, clock) as trial:
        await trial.asks(ANA, "/privacy")
        await trial.taps(ANA, "More private")
        await trial.taps(ANA, "Clear after 15 minutes")
        clock.advance(14 * 60)
        await trial.asks(ANA, "need a lawyer, Austin")
        clock.advance(14 * 60)
        await trial.asks(BEN, "need a lawyer, Houston")  # several looks at the timers later
        assert "Texas Legal Line" in trial.text(ANA)


async def test_the_apology_of_a_failed_answer_can_be_cleared_as_well(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T6: both sides, also on a bad day."""
    with monkeypatch.context() as failing:
        failing.setattr("bot.messenger.answering.take_turn", lambda *_: 1 / 0)
        trial.telegram.says(ANA, "something terrible")
        await trial.until(lambda: bool(trial.from_bot(ANA)))
    await trial.asks(ANA, "need a lawyer, Austin")
    await trial.taps(ANA, "Clear this chat")
    await trial.until(lambda: "This chat is cleared" in trial.text(ANA))
    assert len(trial.screen(ANA)) == 1


async def test_half_an_answer_can_be_cleared_as_well(trial: Trial) -> None:
    """T6: the second of two messages could not be sent; the first and the question must not stay for it."""
    trial.telegram.says(ANA, "hello")
    await trial.until(lambda: len(trial.from_bot(ANA)) >= 1)
    trial.stand_in.faults.add(Fault(method="sendMessage", kind="not_json", chat=ANA))
    trial.telegram.says(ANA, "need a lawyer, Austin")
    await trial.until(lambda: "I could not look that up" in trial.text(ANA))
    await trial.asks(ANA, "need a lawyer, Houston")
    await trial.taps(ANA, "Clear this chat")
    await trial.until(lambda: "This chat is cleared" in trial.text(ANA))
    left = trial.screen(ANA)
    assert not any("lawyer" in m.text for m in left)
