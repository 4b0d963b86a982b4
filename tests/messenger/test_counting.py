"""What the messenger hands on to be counted, and that counting never stands in the way of an answer."""

import logging

import pytest
from bot.conversation.turn import take_turn
from bot.model.reply import Reply

from tests.messenger.conftest import ANA, Trial


async def test_an_answer_is_handed_on_to_be_counted(trial: Trial) -> None:
    await trial.asks(ANA, "need a lawyer, Austin")
    ((chat, counted),) = trial.counts.heard
    assert (chat, counted.region, counted.needs) == (ANA, "US-TX", ("legal",))


async def test_clearing_the_chat_lets_go_of_it(trial: Trial) -> None:
    await trial.asks(ANA, "need a lawyer, Austin")
    assert trial.counts.gone == []
    trial.telegram.says(ANA, "/delete")
    await trial.until(lambda: ANA in trial.counts.gone)


async def test_a_visit_by_link_is_handed_on_with_its_organization(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    def came_by_link(*given: object) -> object:
        from dataclasses import replace

        turn = take_turn(*given)  # type: ignore[arg-type]
        reply: Reply = replace(turn.reply, came_by="us/tx/legal-line")
        return replace(turn, reply=reply)

    monkeypatch.setattr("bot.messenger.answering.take_turn", came_by_link)
    await trial.asks(ANA, "need a lawyer, Austin")
    assert trial.counts.came == [(ANA, "us/tx/legal-line")]


async def test_a_count_that_fails_costs_no_answer(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """D1: and the log says what failed, not for whom."""

    def failing(*_: object) -> None:
        raise ValueError("need a lawyer, Austin")

    monkeypatch.setattr(trial.counts, "hear", failing)
    with caplog.at_level(logging.ERROR):
        answer = await trial.asks(ANA, "need a lawyer, Austin")
    assert "Texas Legal Line" in answer
    await trial.until(lambda: "an answer could not be counted: ValueError" in caplog.text)
    assert "Austin" not in caplog.text and str(ANA) not in caplog.text
