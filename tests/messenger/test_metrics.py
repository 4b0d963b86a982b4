"""Figures tell how the bot runs, and have no room for anybody."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from bot.conversation.knowledge import Knowledge
from bot.messenger.application import Messenger
from bot.messenger.figures import METHODS, OK, OTHER, Came, Ended, Refused, Trouble, kind_of, trouble_of
from bot.messenger.metrics import SECONDS, Metrics
from bot.messenger.transport import NotSent
from bot.messenger.webhook import LARGEST_UPDATE, Webhook
from bot.sandbox.faults import Fault
from bot.sandbox.server import StandIn
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from tests.messenger.conftest import ANA, TOKEN, Trial
from tests.messenger.test_webhook import SECRET, Bringing, free_port, said

ALLOWED = {
    "kind": {*Came, *Trouble},
    "reason": {*Refused},
    "outcome": {*Ended, *Trouble, OK},
    "method": {*METHODS, OTHER},
    "le": {*(str(float(s)) for s in SECONDS), "+Inf"},
}
HOSTILE = 'Ana"}\n# {chat="101"} 😀 marie@example.org'


class Counted(Bringing):
    """A webhook whose figures can be read."""

    metrics: Metrics

    def figures(self) -> dict[tuple[str, tuple[str, ...]], float]:
        """(name, label values) -> number, as Prometheus reads it."""
        return {
            (sample.name, tuple(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(self.text())
            for sample in family.samples
        }

    def text(self) -> str:
        with TestClient(self.metrics.app()) as asking:
            return asking.get("/metrics").text

    def labels(self) -> set[tuple[str, str]]:
        return {
            label
            for family in text_string_to_metric_families(self.text())
            for sample in family.samples
            for label in sample.labels.items()
        }


@pytest.fixture
async def counted(knowledge: Knowledge) -> AsyncIterator[Counted]:
    webhook = Webhook(url="https://bot.example/take/this", secret=SECRET, port=free_port())
    metrics = Metrics()
    async with StandIn(token=TOKEN) as stand_in, aiohttp.ClientSession() as web:
        trial = Trial(stand_in, knowledge)
        trial.messenger = Messenger(
            token=TOKEN, base_url=stand_in.base_url, answerer=trial.answerer,
            messages=lambda: knowledge.messages, webhook=webhook, figures=metrics,
        )  # fmt: skip
        metrics.watch(trial.messenger.waiting, lambda: True)
        task = asyncio.create_task(trial.messenger.run(trial.stop))
        await trial.until(lambda: any(m == "setWebhook" for m, _ in trial.telegram.calls))
        bringing = Counted(trial, webhook, web)
        bringing.metrics = metrics
        try:
            yield bringing
        finally:
            trial.stop.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait_for(task, 20)


async def all_ended(counted: Counted, taken: int) -> None:
    """Each update that was taken has ended."""

    def ended() -> float:
        return sum(v for (name, _), v in counted.figures().items() if name == "marigold_updates_ended_total")

    await counted.trial.until(lambda: ended() == taken)


async def test_no_label_has_room_for_a_person_whatever_is_brought(counted: Counted) -> None:
    """D1, D2: names of kinds, methods and outcomes are closed lists, and each label is there from the start."""
    before = counted.labels()
    counted.trial.telegram.person(ANA)
    chat = {"id": ANA, "type": HOSTILE, "username": HOSTILE}
    hostile: list[Any] = [
        said(1, HOSTILE),
        said(2, f"/{HOSTILE}"),
        {"update_id": 3, HOSTILE: {"chat": chat}},
        {"update_id": 4, "message": {"chat": chat, "from": {"id": ANA, "first_name": HOSTILE}}},
        {"update_id": 5, "callback_query": {"id": HOSTILE, "data": HOSTILE, "message": {"chat": chat}}},
        {"update_id": 6, "my_chat_member": {"chat": chat, "new_chat_member": {"status": HOSTILE}}},
        {"update_id": 7, "message": HOSTILE},
        {"update_id": HOSTILE},
        [HOSTILE],
    ]
    counted.trial.stand_in.faults.add(Fault(method="sendMessage", kind="500"))
    for update in hostile:
        assert await counted.brings(update) == 200
    assert await counted.brings(said(8), HOSTILE.encode().hex()) == 403
    assert await counted.post(b"x" * (LARGEST_UPDATE + 1)) == 200
    counted.metrics.called(HOSTILE, Trouble.PROGRAM)
    await all_ended(counted, 7)

    assert counted.labels() == before, "a label that was not there from the start"
    assert all(value in ALLOWED[name] for name, value in counted.labels())
    text = counted.text()
    for word in ("Ana", "marie", "chat=", TOKEN, SECRET):
        assert word not in text


async def test_the_figures_are_what_happened(counted: Counted) -> None:
    counted.trial.telegram.person(ANA)
    counted.trial.stand_in.faults.add(Fault(method="sendMessage", kind="500"))
    for _ in range(2):
        await counted.brings(said(900))
    await counted.brings({"update_id": 901, "edited_message": {}})
    await counted.post(b"not json")
    await counted.brings(said(902), "guessed")
    await all_ended(counted, 3)
    figures = counted.figures()
    assert figures["marigold_updates_total", ("message",)] == 2
    assert figures["marigold_updates_total", ("other",)] == 1
    assert figures["marigold_updates_ended_total", ("answered",)] == 1
    assert figures["marigold_updates_ended_total", ("repeated",)] == 1
    assert figures["marigold_updates_ended_total", ("ignored",)] == 1
    assert figures["marigold_refused_total", ("unreadable",)] == 1
    assert figures["marigold_refused_total", ("wrong_secret",)] == 1
    assert figures["marigold_api_calls_total", ("sendMessage", "telegram_broken")] == 1
    assert figures["marigold_api_calls_total", ("sendMessage", "ok")] >= 1
    assert figures["marigold_answer_seconds_count", ()] == 2
    assert figures["marigold_updates_waiting", ()] == 0
    assert figures["marigold_shared_memory_up", ()] == 1


async def test_an_answer_that_fails_is_counted_as_an_error_of_its_kind(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise KeyError(HOSTILE)

    monkeypatch.setattr(counted.trial.answerer, "answer", broken)
    counted.trial.telegram.person(ANA)
    await counted.brings(said(1))
    await all_ended(counted, 1)
    figures = counted.figures()
    assert figures["marigold_errors_total", ("program",)] == 1
    assert figures["marigold_updates_ended_total", ("apologized",)] == 1
    assert "Ana" not in counted.text()


async def test_the_webhooks_own_address_tells_no_figures(counted: Counted) -> None:
    """Anybody can find it; figures have a port of their own."""
    base = counted.address.removesuffix("/take/this")
    for path in ("/metrics", "/take/metrics", "/metrics/"):
        async with counted._web.get(
            f"{base}{path}", headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}
        ) as answer:
            assert answer.status == 404


def test_the_address_of_the_figures_tells_nothing_else() -> None:
    with TestClient(Metrics().app()) as asking:
        assert asking.get("/metrics").status_code == 200
        for path in ("/", "/healthz", "/telegram"):
            assert asking.get(path).status_code == 404
        assert asking.post("/metrics").status_code == 405


async def test_every_method_the_bot_calls_has_a_label_of_its_own(counted: Counted) -> None:
    trial = counted.trial
    trial.telegram.person(ANA)
    await counted.brings(said(1))
    await trial.until(lambda: bool(trial.from_bot(ANA)) and bool(trial.from_bot(ANA)[-1].rows))
    assert {method for method, _ in trial.telegram.calls} <= METHODS
    assert counted.figures()["marigold_api_calls_total", (OTHER, OK)] == 0


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (BadRequest(HOSTILE), Trouble.TELEGRAM_REFUSED),
        (Forbidden(HOSTILE), Trouble.TELEGRAM_BLOCKED),
        (RetryAfter(3), Trouble.TELEGRAM_PAUSED),
        (TimedOut(HOSTILE), Trouble.TELEGRAM_SLOW),
        (NetworkError(HOSTILE), Trouble.TELEGRAM_BROKEN),
        (NotSent(HOSTILE), Trouble.TELEGRAM_BROKEN),
        (OSError(HOSTILE), Trouble.DISK),
        (json.JSONDecodeError(HOSTILE, HOSTILE, 0), Trouble.PROGRAM),
    ],
    ids=lambda value: value.__class__.__name__,
)
def test_an_error_is_its_kind(error: Exception, trouble: Trouble) -> None:
    assert trouble_of(error) is trouble


@pytest.mark.parametrize("update", [{}, {HOSTILE: {}}, {"update_id": 1, "edited_message": {}}])
def test_an_update_of_a_kind_nobody_asked_for_is_other(update: dict[str, Any]) -> None:
    assert kind_of(update) is Came.OTHER
