"""Two replicas behind one address, with what they share on a real server: one bot to whoever writes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import aiohttp
import pytest
from bot.conversation.knowledge import Knowledge
from bot.messenger.answering import Answerer
from bot.messenger.application import Messenger
from bot.messenger.webhook import Webhook
from bot.sandbox.server import StandIn
from bot.storage import valkey
from bot.storage.clock import steady_clock
from bot.storage.valkey import LedgerInValkey, PausesInValkey, ProfilesInValkey, Shared, TurnsInValkey

from tests.builders import NOON
from tests.messenger.conftest import ANA, TOKEN, HeardReports
from tests.messenger.test_webhook import SECRET, free_port, said
from tests.storage.valkey_server import ValkeyServer

STEADY = steady_clock()


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    with ValkeyServer() as one:
        yield one


class TwoReplicas:
    """Telegram brings an update to whichever replica; the stand-in holds the one chat."""

    def __init__(self, stand_in: StandIn, addresses: list[str], web: aiohttp.ClientSession) -> None:
        self.telegram = stand_in.telegram
        self.addresses = addresses
        self._web = web

    async def brings(self, replica: int, number: int, text: str) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with self._web.post(
            self.addresses[replica], json=said(number, text), headers=headers
        ) as answer:
            assert answer.status == 200

    def said(self) -> list[str]:
        return [m.text for m in self.telegram.person(ANA).messages.values() if m.from_bot]

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(10):
            while len(self.said()) < count:  # noqa: ASYNC110 - the stand-in tells nobody
                await asyncio.sleep(0.02)
        return self.said()


@pytest.fixture
async def two(knowledge: Knowledge, server: ValkeyServer) -> AsyncIterator[TwoReplicas]:
    async with AsyncExitStack() as stack:
        stand_in = await stack.enter_async_context(StandIn(token=TOKEN))
        web = await stack.enter_async_context(aiohttp.ClientSession())
        stand_in.telegram.person(ANA)
        stop = asyncio.Event()
        addresses, running = [], []
        for _ in range(2):
            shared = await stack.enter_async_context(Shared(server.url, "a secret", STEADY))
            turns = TurnsInValkey(shared)
            hook = Webhook(url="https://bot.example/take", secret=SECRET, port=free_port())
            answerer = Answerer(
                knowledge=lambda: knowledge,
                memory=ProfilesInValkey(shared, turns),
                ledger=LedgerInValkey(shared),
                reports=HeardReports(),
                clock=lambda: NOON,
                steady=STEADY,
            )
            messenger = Messenger(
                token=TOKEN, base_url=stand_in.base_url, answerer=answerer, messages=lambda: knowledge.messages,
                webhook=hook, turns=turns, pauses=PausesInValkey(shared),
            )  # fmt: skip
            addresses.append(f"http://{hook.host}:{hook.port}{hook.path}")
            running.append(asyncio.create_task(messenger.run(stop)))
        async with asyncio.timeout(20):
            while sum(m == "setWebhook" for m, _ in stand_in.telegram.calls) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        yield TwoReplicas(stand_in, addresses, web)
        stop.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait_for(asyncio.gather(*running), 20)


async def test_what_was_said_to_one_replica_is_known_to_the_other(two: TwoReplicas) -> None:
    await two.brings(0, 1, "I need a lawyer")
    before = len(await two.until(2))
    await two.brings(1, 2, "Austin, Texas")
    answers = (await two.until(before + 1))[before:]
    assert "a lawyer or legal advice" in answers[0] and "Austin" in answers[0]


async def test_an_update_that_comes_to_both_is_answered_once(two: TwoReplicas) -> None:
    await asyncio.gather(two.brings(0, 7, "need a lawyer, Austin"), two.brings(1, 7, "need a lawyer, Austin"))
    answers = await two.until(2)
    await asyncio.sleep(0.5)
    assert two.said() == answers
    assert sum("a lawyer or legal advice" in text for text in answers) == 1


async def test_the_shared_memory_is_lost_and_comes_back_and_every_message_is_answered(
    two: TwoReplicas, server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey, "PAUSE_SECONDS", 0.1)
    await two.brings(0, 1, "need a lawyer, Austin")
    count = len(await two.until(2))
    server.stop()
    for number in range(2, 5):
        await two.brings(number % 2, number, "and a doctor")
        count = len(await two.until(count + 1))
    server.start()
    await asyncio.sleep(0.3)
    await two.brings(0, 9, "I need a shelter in Austin")
    await two.until(count + 1)
    count = len(two.said())
    await two.brings(1, 10, "more")
    last = (await two.until(count + 1))[-1]
    assert "a safe place to stay" in last
