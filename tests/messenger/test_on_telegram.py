"""The bot as Telegram sees it: the real messenger polling the stand-in, which refuses what Telegram would."""

import asyncio
import logging
from time import time
from typing import Any

import pytest
from bot.conversation.knowledge import Knowledge
from bot.messenger.quiet_logs import set_up_logs
from bot.messenger.transport import UpdatesRequest
from bot.sandbox.faults import Fault

from tests.messenger.conftest import ANA, BEN, TOKEN, Trial, running


async def test_a_message_in_three_places_out(trial: Trial) -> None:
    answer = await trial.asks(ANA, "need lawyer no papers, Austin")
    assert "Texas Legal Line" in answer


async def test_messages_are_silent_and_without_previews(trial: Trial) -> None:
    """T2 T3 T9: no sound, no fetched page, and the person may copy and forward."""
    await trial.asks(ANA, "need a lawyer, Austin")
    sent = [values for method, values in trial.telegram.calls if method == "sendMessage"]
    assert sent
    for values in sent:
        assert values["disable_notification"] is True
        assert values["link_preview_options"] == {"is_disabled": True}
        assert not values.get("protect_content")


async def test_a_tap_edits_the_message_in_place(trial: Trial) -> None:
    await trial.asks(ANA, "need a lawyer, Austin")
    count = len(trial.from_bot(ANA))
    await trial.taps(ANA, "Narrow it down")
    assert "You can narrow it down" in trial.text(ANA)
    assert len(trial.from_bot(ANA)) == count


async def test_every_press_is_confirmed_at_once(trial: Trial) -> None:
    """A pressed button spins until it is answered."""
    await trial.asks(ANA, "need a lawyer, Austin")
    await trial.taps(ANA, "Narrow it down")
    methods = [method for method, _ in trial.telegram.calls]
    assert methods.index("answerCallbackQuery") < methods.index("editMessageText")


async def test_after_a_restart_the_buttons_on_the_screen_still_work(trial: Trial) -> None:
    await trial.asks(ANA, "mi jefe me acosa, Houston")
    await trial.memory.forget(ANA)
    await trial.taps(ANA, "Afinar")
    assert "Houston, TX" in trial.text(ANA)


async def test_delete_forgets_and_says_so(trial: Trial) -> None:
    """T16: /delete answers as Telegram's terms ask, and what was kept is gone."""
    await trial.asks(ANA, "need a lawyer, Austin")
    trial.telegram.says(ANA, "/delete")
    await trial.until(lambda: "What I knew about this chat is gone" in trial.text(ANA))
    assert await trial.memory.recall(ANA) is None
    assert len(trial.screen(ANA)) == 1


async def test_privacy_is_answered(trial: Trial) -> None:
    """T16: a bot without /privacy can be suspended."""
    await trial.asks(ANA, "/privacy")
    assert "Your words and your name are not kept" in trial.text(ANA)


async def test_someone_who_blocks_the_bot_is_forgotten_without_a_word(trial: Trial) -> None:
    """T15: no farewell, no error, nothing kept."""
    await trial.asks(ANA, "need a lawyer, Austin")
    count = len(trial.from_bot(ANA))
    trial.telegram.blocks(ANA)
    for _ in range(200):
        if await trial.memory.recall(ANA) is None:
            break
        await asyncio.sleep(0.01)
    assert await trial.memory.recall(ANA) is None
    assert await trial.ledger.noted(ANA) == ()
    assert len(trial.from_bot(ANA)) == count


async def test_in_a_group_it_says_one_neutral_line_and_leaves(trial: Trial) -> None:
    """T1: private chats only."""
    trial.telegram.group_says(-900, "hello bot, I was assaulted")
    await trial.until(lambda: trial.telegram.chats[-900].left)
    said = [m.text for m in trial.telegram.screen(-900) if m.from_bot]
    assert len(said) == 1 and "one to one" in said[0]


async def test_commands_and_descriptions_are_set_per_language_and_only_on_change(trial: Trial) -> None:
    """T5: neutral words, in each language; written once."""
    profile = trial.telegram.profile
    wanted = {"" if code == "en" else code for code in trial.messenger._messages().languages}
    assert len(wanted) >= 11
    await trial.until(lambda: set(profile.get("description", {})) == wanted)
    assert [c["command"] for c in profile["commands"][""]] == [
        "start",
        "help",
        "language",
        "privacy",
        "delete",
    ]
    for texts in (profile["description"], profile["short_description"]):
        for text in texts.values():
            assert not any(word in text.casefold() for word in ("rape", "assault", "viol", "abus", "agres"))
    writes = sum(method.startswith("setMy") for method, _ in trial.telegram.calls)
    from bot.messenger.presenting import present

    await present(trial.messenger.application.bot, trial.messenger._messages())
    assert sum(method.startswith("setMy") for method, _ in trial.telegram.calls) == writes


async def test_a_duplicate_update_is_answered_once(trial: Trial) -> None:
    """T18: Telegram delivers again what was not confirmed; an answer must not come twice."""
    trial.telegram.says(ANA, "need a lawyer, Austin")
    trial.telegram.deliver_raw(trial.telegram.updates[-1][1])
    await trial.until(lambda: bool(trial.from_bot(ANA)) and bool(trial.from_bot(ANA)[-1].rows))
    await asyncio.sleep(0.3)
    assert sum("You are looking for" in m.text for m in trial.from_bot(ANA)) == 1


async def test_a_malformed_update_does_not_stop_the_others(trial: Trial) -> None:
    """T18: the library drops the whole batch for one update it cannot build; ours reads on."""
    poison = [
        {
            "update_id": 500,
            "message": {
                "message_id": 1,
                "date": 1,
                "chat": {"id": ANA, "type": "private"},
                "text": "x",
                "entities": [{"type": "bold"}],
            },
        },
        {"update_id": 501, "message": "not an object"},
        {"update_id": 502, "callback_query": {"id": 7}},
        {"update_id": 503, "never_heard_of": {}},
        {"update_id": 504},
        "not even an object",
        {"no_id": True},
    ]
    for update in poison:
        trial.telegram.deliver_raw(update)
    answer = await trial.asks(BEN, "need a lawyer, Austin")
    assert "Texas Legal Line" in answer


async def test_the_order_within_a_chat_is_kept(trial: Trial) -> None:
    for place in ("Austin", "Houston", "Dallas TX", "El Paso"):
        trial.telegram.says(ANA, f"need a lawyer in {place}")
    await trial.until(lambda: sum("looking for" in m.text for m in trial.from_bot(ANA)) == 4)
    text = trial.text(ANA)
    assert (
        text.index("Austin, TX")
        < text.index("Houston, TX")
        < text.index("Dallas, TX")
        < text.index("El Paso, TX")
    )


async def test_one_flooding_chat_does_not_starve_another(trial: Trial) -> None:
    """T18: a thousand messages from one chat; the other is answered, and the flood is bounded."""
    for n in range(1000):
        trial.telegram.says(ANA, f"flood {n}")
    answer = await trial.asks(BEN, "need a lawyer, Austin")
    assert "Texas Legal Line" in answer
    assert len(trial.from_bot(ANA)) < 200


async def test_a_429_for_one_chat_does_not_delay_another(trial: Trial) -> None:
    """T18: the library's limiter stalls every chat; ours only the one that was told to wait."""
    trial.stand_in.faults.add(Fault(method="sendMessage", kind="429", chat=ANA, retry_after=3))
    trial.telegram.says(ANA, "need a lawyer, Austin")
    await trial.asks(BEN, "need a lawyer, Austin")
    assert not trial.from_bot(ANA)
    await trial.until(lambda: bool(trial.from_bot(ANA)), 15)


@pytest.mark.parametrize("kind", ["500", "502", "reset", "not_json"])
async def test_a_fault_of_telegram_costs_no_edit(trial: Trial, kind: str) -> None:
    await trial.asks(ANA, "need a lawyer, Austin")
    trial.stand_in.faults.add(Fault(method="editMessageText", kind=kind))  # type: ignore[arg-type]
    await trial.taps(ANA, "Narrow it down")
    assert "You can narrow it down" in trial.text(ANA)


@pytest.mark.parametrize("kind", ["500", "cut", "not_json", "reset"])
async def test_polling_survives_a_bad_answer(trial: Trial, kind: str) -> None:
    trial.stand_in.faults.add(Fault(method="getUpdates", kind=kind, times=2))  # type: ignore[arg-type]
    answer = await trial.asks(ANA, "need a lawyer, Austin")
    assert "Texas Legal Line" in answer


async def test_a_poll_that_hangs_is_given_up_a_quarter_of_a_minute_after_its_own_time(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library adds the time of a poll by itself; added twice, everybody would wait half a minute longer."""
    waits: list[object] = []
    real = UpdatesRequest.do_request

    async def listening(self: UpdatesRequest, *args: Any, **more: Any) -> tuple[int, bytes]:
        waits.append(more["read_timeout"])
        return await real(self, *args, **more)

    monkeypatch.setattr(UpdatesRequest, "do_request", listening)
    await trial.asks(ANA, "need a lawyer, Austin")
    await trial.until(lambda: bool(waits))
    poll_seconds = 1  # of a trial
    assert set(waits) == {poll_seconds + 15.0}


async def test_when_memory_is_down_the_bot_still_answers(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OSError("disk")

    for name in ("recall", "keep"):
        monkeypatch.setattr(trial.memory, name, broken)
    monkeypatch.setattr(trial.ledger, "note", broken)
    answer = await trial.asks(ANA, "need a lawyer, Austin")
    assert "Texas Legal Line" in answer


async def test_when_answering_fails_the_person_reads_a_plain_sentence(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error message to someone in distress says what still works, and never a code."""
    monkeypatch.setattr("bot.messenger.answering.take_turn", lambda *_: 1 / 0)
    trial.telegram.says(ANA, "need a lawyer, Austin")
    await trial.until(lambda: bool(trial.from_bot(ANA)))
    assert "In an emergency, your local emergency number" in trial.text(ANA)
    assert "ZeroDivision" not in trial.text(ANA)


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
async def test_no_word_and_no_token_reaches_the_log_at_any_level(
    knowledge: Knowledge, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    """D1 D3: canary strings in texts, data and names, through answers, faults and failures."""
    set_up_logs(level)
    canary = "zqcanaryzq"
    async with running(knowledge) as trial:
        trial.telegram.person(ANA).first_name = canary
        await trial.asks(ANA, f"need a lawyer {canary}, Austin")
        trial.telegram.presses(ANA, trial.from_bot(ANA)[-1].message_id, canary)
        trial.telegram.says(ANA, f"/start {canary}")
        trial.telegram.deliver_raw({"update_id": 77, "message": {"text": canary, "entities": [{}]}})
        for kind in ("cut", "not_json", "500"):
            trial.stand_in.faults.add(Fault(method="getUpdates", kind=kind))
        trial.stand_in.faults.add(Fault(method="sendMessage", kind="not_json"))
        trial.telegram.says(BEN, canary)
        monkeypatch.setattr("bot.messenger.answering.take_turn", lambda *_: {}[canary])
        trial.telegram.says(BEN, canary)
        await asyncio.sleep(1.0)
        logging.getLogger("telegram.ext").critical("update %s", canary)
        logging.getLogger("httpx").info("POST https://api.telegram.org/bot%s/x", TOKEN)
    out, err = capfd.readouterr()
    assert "KeyError" in err, "the log should have named the kind of the failure"
    for text in (out, err):
        assert canary not in text
        assert TOKEN not in text


async def test_a_stuck_poll_ends_the_process(knowledge: Knowledge) -> None:
    """T18: a deaf bot looks healthy; the time of the last answer does not lie."""
    from bot.messenger.application import StuckPolling
    from bot.sandbox.server import StandIn

    async with StandIn(token=TOKEN) as stand_in:
        trial = Trial(stand_in, knowledge)
        trial.messenger._stuck_seconds = 0.5
        stand_in.faults.add(Fault(method="getUpdates", kind="hang", times=50))
        with pytest.raises(StuckPolling):
            await asyncio.wait_for(trial.messenger.run(asyncio.Event()), 60)


async def test_a_wrong_token_is_one_plain_sentence(knowledge: Knowledge) -> None:
    from bot.messenger.application import CannotStart
    from bot.sandbox.server import StandIn

    async with StandIn(token="9999999999:" + "x" * 35) as stand_in:
        trial = Trial(stand_in, knowledge)
        with pytest.raises(CannotStart, match="Ask @BotFather") as caught:
            await trial.messenger.run(asyncio.Event())
    assert TOKEN not in str(caught.value)


async def test_nothing_but_telegram_is_called(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """D6: a conversation opens no connection but to the Bot API."""
    import socket

    real = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> object:
        assert isinstance(address, tuple) and address[0] == "127.0.0.1", address
        return real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    trial.telegram.says(ANA, "i was raped last night, Austin")
    await trial.until(lambda: "You are looking for" in trial.text(ANA))
    await trial.taps(ANA, "About 1")
    assert time() > 0


async def test_a_person_may_switch_copying_off_and_on_again(trial: Trial) -> None:
    """T9: off by itself, because an address must be copied; who shares a phone may want it otherwise."""

    def protected() -> list[bool]:
        return [m.protected for m in trial.from_bot(ANA)]

    await trial.asks(ANA, "/privacy")
    await trial.taps(ANA, "More private")
    await trial.taps(ANA, "No copying or screenshots")
    assert "cannot be copied" in trial.text(ANA) and not any(protected())
    await trial.asks(ANA, "need a lawyer, Austin")
    assert protected()[-1]
    trial.telegram.says(ANA, "/privacy")
    await trial.until(lambda: "What is kept" in trial.from_bot(ANA)[-1].text)
    await trial.taps(ANA, "More private")
    await trial.taps(ANA, "Allow copying again")
    await trial.asks(ANA, "need a therapist, Austin")
    assert not protected()[-1]
