"""The messenger's parts alone."""

import asyncio

import pytest
from bot.messenger.incoming import Kind, read
from bot.messenger.patience import PatientCalls
from bot.messenger.transport import NotSent, Raw, wrap
from bot.model.events import Asked, Chose, Said, Shared, SharedKind
from telegram.error import NetworkError, RetryAfter, TimedOut

PRIVATE = {"id": 5, "type": "private"}
SENDER = {"id": 5, "is_bot": False, "first_name": "x", "language_code": "pt-br"}


def message(**fields: object) -> dict[str, object]:
    return {
        "update_id": 1,
        "message": {"message_id": 9, "date": 1, "chat": PRIVATE, "from": SENDER, **fields},
    }


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        ({"text": "hola"}, Said(text="hola", locale="pt-br")),
        ({"text": "/start abc"}, Asked(command="start", argument="abc", locale="pt-br")),
        ({"text": "/help@MarigoldBot"}, Asked(command="help", locale="pt-br")),
        ({"text": "/ no"}, Said(text="/ no", locale="pt-br")),
        ({"voice": {}, "caption": "secret"}, Shared(kind=SharedKind.VOICE, locale="pt-br")),
        (
            {"location": {"latitude": 1.5, "longitude": 2.5}},
            Shared(kind=SharedKind.LOCATION, position=(1.5, 2.5), locale="pt-br"),
        ),
        ({"text": "x", "forward_origin": {}}, Shared(kind=SharedKind.FORWARD, locale="pt-br")),
        ({"dice": {}}, Shared(kind=SharedKind.OTHER, locale="pt-br")),
    ],
)
def test_each_kind_of_message_is_read(fields: dict[str, object], event: object) -> None:
    incoming = read(message(**fields))
    assert incoming is not None and incoming.event == event


def test_a_location_leaves_no_coordinates() -> None:
    """S6: they last for one turn, which does not show them, and what is remembered is a region."""
    incoming = read(message(location={"latitude": 12.345, "longitude": 54.321}))
    assert incoming is not None and "12.345" not in repr(incoming)


@pytest.mark.parametrize(
    "location", [{}, {"latitude": "x", "longitude": 1}, {"latitude": 91, "longitude": 0}, {"latitude": 1}, 7]
)
def test_a_location_that_is_none_is_still_answered(location: object) -> None:
    incoming = read(message(location=location))
    assert incoming is not None and incoming.event == Shared(kind=SharedKind.LOCATION, locale="pt-br")


def test_an_update_without_a_number_is_dropped_and_the_rest_is_wrapped() -> None:
    assert wrap({"no": 1}) is None and wrap("x") is None and wrap({"update_id": True}) is None
    assert wrap({"update_id": 3, "message": {}}) == {"update_id": 3, "raw": {"update_id": 3, "message": {}}}


def test_a_raw_update_never_prints_itself() -> None:
    """D1: no log line or traceback can show what is in it."""
    assert "canary" not in f"{Raw(text='canary')} {Raw(text='canary')!r}"


def test_a_press_on_an_inaccessible_message_is_read() -> None:
    incoming = read(
        {
            "update_id": 1,
            "callback_query": {
                "id": "7",
                "from": SENDER,
                "data": "d",
                "message": {"chat": PRIVATE, "message_id": 4, "date": 0},
            },
        }
    )
    assert (
        incoming is not None
        and incoming.kind is Kind.EVENT
        and incoming.event == Chose(data="d", locale="pt-br")
    )


class Calls:
    """A Bot API call that fails as told."""

    def __init__(self, *outcomes: object) -> None:
        self.outcomes = list(outcomes)
        self.made = 0

    async def __call__(self) -> bool:
        self.made += 1
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return True


async def patient(calls: Calls, endpoint: str) -> list[float]:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    limiter = PatientCalls(clock=lambda: 100.0, sleep=sleep)
    await limiter.process_request(calls, (), {}, endpoint, {"chat_id": 1}, None)
    return slept


async def test_what_was_not_sent_is_sent_again() -> None:
    calls = Calls(NotSent("no connection"), True)
    await patient(calls, "sendMessage")
    assert calls.made == 2


async def test_what_may_have_been_sent_is_not_sent_again() -> None:
    """A message twice is worse than one that says to try again."""
    calls = Calls(TimedOut("?"), True)
    with pytest.raises(TimedOut):
        await patient(calls, "sendMessage")
    assert calls.made == 1


async def test_what_does_no_harm_twice_is_tried_again() -> None:
    calls = Calls(TimedOut("?"), NetworkError("broke"), True)
    await patient(calls, "editMessageText")
    assert calls.made == 3


async def test_a_429_waits_as_long_as_telegram_says() -> None:
    calls = Calls(RetryAfter(7), True)
    slept = await patient(calls, "sendMessage")
    assert slept == [7.0]


async def test_nobody_waits_longer_than_a_person_would() -> None:
    with pytest.raises(RetryAfter):
        await patient(Calls(RetryAfter(3600)), "sendMessage")


async def test_a_handler_that_hangs_is_given_up() -> None:
    """T18: one hanging handler holds its chat for a while, not for ever."""
    from bot.messenger.order import OrderPerChat
    from telegram import Update

    order = OrderPerChat(handler_seconds=0.05)
    update = Update.de_json(wrap({"update_id": 1, "message": {"chat": PRIVATE}}), None)
    await asyncio.wait_for(order.do_process_update(update, asyncio.sleep(60)), 5)


def test_an_answer_that_is_no_json_counts_as_a_broken_connection() -> None:
    """So that what does no harm twice is tried again, and a start does not end in an error nobody expects."""
    from bot.messenger.transport import AiohttpRequest

    for body in (b"", b"{", b"\xff", b"<html>"):
        with pytest.raises(NetworkError, match="the answer was not JSON"):
            AiohttpRequest.parse_json_payload(body)
