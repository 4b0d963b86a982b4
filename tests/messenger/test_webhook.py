"""The webhook: Telegram's updates are taken, everything else is neither believed nor in the way."""

import asyncio
import contextlib
import hmac
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from bot.conversation.knowledge import Knowledge
from bot.messenger.application import CannotStart, Messenger, TelegramAway
from bot.messenger.webhook import LARGEST_UPDATE, Webhook
from bot.sandbox.faults import Fault
from bot.sandbox.server import StandIn
from telegram.error import BadRequest

from tests.messenger.conftest import ANA, TOKEN, Trial

SECRET = "a-secret-of-the-webhook_0123456789"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Bringing:
    """Telegram's side of a webhook: brings updates to the bot."""

    def __init__(self, trial: Trial, webhook: Webhook, web: aiohttp.ClientSession) -> None:
        self.trial = trial
        self.address = f"http://{webhook.host}:{webhook.port}{webhook.path}"
        self._web = web

    async def post(self, body: bytes | str, secret: str | None = SECRET) -> int:
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        async with self._web.post(self.address, data=body, headers=headers) as answer:
            assert await answer.read() == b"", "an answer tells a stranger nothing"
            return answer.status

    async def brings(self, update: dict[str, Any], secret: str | None = SECRET) -> int:
        import json

        return await self.post(json.dumps(update), secret)


@pytest.fixture
async def bringing(knowledge: Knowledge) -> AsyncIterator[Bringing]:
    webhook = Webhook(url="https://bot.example/take/this", secret=SECRET, port=free_port())
    async with StandIn(token=TOKEN) as stand_in, aiohttp.ClientSession() as web:
        trial = Trial(stand_in, knowledge)
        trial.messenger = messenger_of(trial, knowledge, webhook)
        task = asyncio.create_task(trial.messenger.run(trial.stop))
        await trial.until(lambda: any(m == "setWebhook" for m, _ in trial.telegram.calls))
        try:
            yield Bringing(trial, webhook, web)
        finally:
            trial.stop.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait_for(task, 20)


def messenger_of(trial: Trial, knowledge: Knowledge, webhook: Webhook) -> Messenger:
    return Messenger(
        token=TOKEN,
        base_url=trial.stand_in.base_url,
        answerer=trial.answerer,
        messages=lambda: knowledge.messages,
        webhook=webhook,
    )


def said(number: int, text: str = "need a lawyer, Austin") -> dict[str, Any]:
    chat = {"id": ANA, "type": "private", "first_name": "A"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": {"id": ANA}, "text": text}
    return {"update_id": number, "message": message}


async def test_an_update_telegram_brings_is_answered_once(bringing: Bringing) -> None:
    """T18: it is brought again when the first answer got lost on the way."""
    trial = bringing.trial
    trial.telegram.person(ANA)
    for _ in range(3):
        assert await bringing.brings(said(900)) == 200
    await trial.until(lambda: bool(trial.from_bot(ANA)) and bool(trial.from_bot(ANA)[-1].rows))
    assert "Texas Legal Line" in trial.text(ANA)
    await asyncio.sleep(0.3)
    assert sum("You are looking for" in m.text for m in trial.from_bot(ANA)) == 1
    (call,) = [values for method, values in trial.telegram.calls if method == "setWebhook"]
    assert call["secret_token"] == SECRET and call["url"] == "https://bot.example/take/this"


@pytest.mark.parametrize("secret", [None, "", "a-secret", SECRET + "x", SECRET[:-1] + "8", "ü" * 9])
async def test_without_the_secret_nothing_is_taken(bringing: Bringing, secret: str | None) -> None:
    """D9: anybody can find the address."""
    bringing.trial.telegram.person(ANA)
    assert await bringing.brings(said(901), secret) == 403
    await asyncio.sleep(0.1)
    assert not bringing.trial.from_bot(ANA)


async def test_the_secret_is_compared_in_constant_time(
    bringing: Bringing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D9: how long a refusal takes must not tell how much of the secret was right."""
    compared: list[tuple[object, object]] = []
    real = hmac.compare_digest

    def listening(one: Any, other: Any) -> bool:
        compared.append((one, other))
        return real(one, other)

    monkeypatch.setattr("bot.messenger.webhook.hmac.compare_digest", listening)
    assert await bringing.brings(said(902), SECRET[:-1] + "8") == 403
    assert compared == [(SECRET[:-1].encode() + b"8", SECRET.encode())]


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"\xff\xfe\x00", b"[1, 2]", b'{"no": "number"}', b"null", b"x" * (LARGEST_UPDATE + 1)],
)
async def test_what_cannot_be_read_is_answered_with_200_and_holds_up_nobody(
    bringing: Bringing, body: bytes
) -> None:
    """T18: Telegram would bring it again and again, before everything else."""
    trial = bringing.trial
    trial.telegram.person(ANA)
    assert await bringing.post(body) == 200
    assert await bringing.brings(said(903)) == 200
    await trial.until(lambda: bool(trial.from_bot(ANA)))


async def test_a_port_that_is_taken_is_one_plain_sentence(knowledge: Knowledge) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        webhook = Webhook(url="https://bot.example/", secret=SECRET, port=other.getsockname()[1])
        async with StandIn(token=TOKEN) as stand_in:
            messenger = messenger_of(Trial(stand_in, knowledge), knowledge, webhook)
            with pytest.raises(CannotStart, match="Choose another address or port"):
                await messenger.run(asyncio.Event())


@pytest.mark.parametrize("kind", ["500", "not_json", "429"])
async def test_a_telegram_that_cannot_be_told_the_address_now_is_asked_again_by_a_later_start(
    knowledge: Knowledge, kind: str
) -> None:
    """Exit code 75, not 2: with 2 the service manager would leave the bot down for good."""
    webhook = Webhook(url="https://bot.example/", secret=SECRET, port=free_port())
    async with StandIn(token=TOKEN) as stand_in:
        stand_in.faults.add(Fault(method="setWebhook", kind=kind, times=9, retry_after=60))  # type: ignore[arg-type]
        messenger = messenger_of(Trial(stand_in, knowledge), knowledge, webhook)
        with pytest.raises(TelegramAway, match="start again in a minute"):
            await messenger.run(asyncio.Event())


async def test_an_address_that_telegram_refuses_is_a_wrong_setting(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = Webhook(url="https://bot.example/", secret=SECRET, port=free_port())
    async with StandIn(token=TOKEN) as stand_in:
        messenger = messenger_of(Trial(stand_in, knowledge), knowledge, webhook)

        async def refused(*_: Any, **__: Any) -> bool:
            raise BadRequest("bad webhook: HTTPS url must be provided for webhook")

        monkeypatch.setattr(type(messenger.application.bot), "set_webhook", refused)
        with pytest.raises(CannotStart, match="does not accept BOT_WEBHOOK_URL") as caught:
            await messenger.run(asyncio.Event())
        assert not isinstance(caught.value, TelegramAway)


async def test_whoever_watches_the_process_hears_that_it_lives_and_whether_it_takes_updates(
    bringing: Bringing,
) -> None:
    """For containers: no secret is asked for, and nothing is told but yes or no."""
    base = bringing.address.removesuffix("/take/this")
    for path in ("/healthz", "/readyz"):
        async with bringing._web.get(f"{base}{path}") as answer:
            assert (answer.status, await answer.read()) == (200, b"")
    async with bringing._web.get(f"{base}/metrics") as answer:
        assert answer.status == 404


def test_a_process_that_takes_no_updates_is_not_ready() -> None:
    from bot.messenger.webhook import webhook_app
    from starlette.testclient import TestClient

    hook = Webhook(url="https://bot.example/take", secret=SECRET)
    with TestClient(webhook_app(hook, lambda update: None, lambda: False)) as asking:
        assert (asking.get("/healthz").status_code, asking.get("/readyz").status_code) == (200, 503)
