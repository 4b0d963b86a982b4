"""What several replicas share, on a real server: the same answers from each, nothing readable, and life without it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from bot.conversation.ports import Memory
from bot.model.place import Place
from bot.model.profile import Danger, Profile, Question, Wishes
from bot.storage import valkey
from bot.storage.memory import ProfilesInMemory
from bot.storage.valkey import (
    CannotShare,
    LedgerInValkey,
    PausesInValkey,
    ProfilesInValkey,
    Shared,
    TurnsInValkey,
)

from tests.storage.test_storage import CHAT, OTHER, Clock
from tests.storage.valkey_server import ValkeyServer, free_port

WHOLE = Profile(
    language="es",
    needs=("legal", "immigration"),
    people=("undocumented",),
    contexts=("boss",),
    refusals=("police",),
    place=Place(country="US", region="TX", city="Austin", geoname=4671654, timezone="America/Chicago"),
    wishes=Wishes(free=True),
    danger=Danger.SUICIDE,
    asked=(Question.PLACE,),
    pending=Question.NEED,
    last_reply=4_000_000_000,
)


@pytest.fixture(scope="module")
def started() -> Iterator[ValkeyServer]:
    with ValkeyServer() as one:
        yield one


@pytest.fixture
def server(started: ValkeyServer) -> ValkeyServer:
    started.clear()
    return started


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def open_shared() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


class Replica:
    """One process's view of the shared memory."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.turns = TurnsInValkey(shared)
        self.profiles = ProfilesInValkey(shared, self.turns)
        self.ledger = LedgerInValkey(shared)
        self.pauses = PausesInValkey(shared)


async def replicas(stack: AsyncExitStack, server: ValkeyServer, clock: Clock, secret: str = "s") -> Replica:
    return Replica(await stack.enter_async_context(Shared(server.url, secret, clock)))


# -- profiles ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["memory", "valkey"])
async def test_a_profile_comes_back_whole_and_is_forgotten_when_it_is_told(
    kind: str, server: ValkeyServer, clock: Clock, open_shared: AsyncExitStack
) -> None:
    memory: Memory = (
        ProfilesInMemory(clock) if kind == "memory" else (await replicas(open_shared, server, clock)).profiles
    )
    await memory.keep(CHAT, WHOLE)
    assert await memory.recall(CHAT) == WHOLE
    assert await memory.recall(OTHER) is None
    await memory.forget(CHAT)
    assert await memory.recall(CHAT) is None


async def test_what_one_replica_learned_the_other_knows(
    server: ValkeyServer, clock: Clock, open_shared: AsyncExitStack
) -> None:
    one, other = [await replicas(open_shared, server, clock) for _ in range(2)]
    await one.profiles.keep(CHAT, WHOLE)
    assert await other.profiles.recall(CHAT) == WHOLE
    await other.profiles.forget(CHAT)
    assert await one.profiles.recall(CHAT) is None


async def test_the_server_alone_tells_nothing(
    server: ValkeyServer, clock: Clock, open_shared: AsyncExitStack
) -> None:
    """D2, D8: no id, no code, no place; under another secret it is nothing at all."""
    one = await replicas(open_shared, server, clock)
    await one.profiles.keep(CHAT, WHOLE)
    await one.ledger.note(CHAT, (777_123,), clock())
    await one.ledger.clear_after(CHAT, 15, clock())
    everything = server.everything()
    assert len(everything) > 300
    for told in (str(CHAT), "777123", "legal", "undocumented", "boss", "Austin", "suicide", '"es"'):
        assert told.encode() not in everything
    stranger = await replicas(open_shared, server, clock, secret="another")
    assert await stranger.profiles.recall(CHAT) is None
    assert await stranger.ledger.noted(CHAT) == ()


async def test_a_profile_has_an_end_on_the_server_too(
    server: ValkeyServer, clock: Clock, open_shared: AsyncExitStack
) -> None:
    """D4: 30 idle minutes, though no replica lives to sweep."""
    import redis

    await (await replicas(open_shared, server, clock)).profiles.keep(CHAT, WHOLE)
    with redis.Redis(port=server.port) as asking:
        ends = [asking.ttl(key) for key in asking.scan_iter()]
    assert ends and all(0 < end <= 30 * 60 for end in ends)


# -- turns ---------------------------------------------------------------------------------------------------------


async def test_each_update_is_handled_once_whoever_gets_it(
    server: ValkeyServer, clock: Clock, open_shared: AsyncExitStack
) -> None:
    one, other = [await replicas(open_shared, server, clock) for _ in range(2)]
    seen = await asyncio.gather(*(r.turns.is_first(n) for n in range(50) for r in (one, other)))
    assert sum(seen) == 50


async def test_one_chat_has_one_turn_at_a_time_in_the_order_of_its_updates(
    server: ValkeyServer, clock: Clock, open_shared: AsyncExitStack
) -> None:
    two = [await replicas(open_shared, server, clock) for _ in range(2)]
    log: list[tuple[str, int]] = []
    all_wait = asyncio.Event()

    async def take(update: int) -> None:
        async with two[update % 2].turns.turn(CHAT, update):
            log.append(("begin", update))
            await all_wait.wait()
            log.append(("end", update))

    tasks = [asyncio.create_task(take(1))]
    for update in (5, 3, 4, 2):
        await asyncio.sleep(0.1)
        tasks.append(asyncio.create_task(take(update)))
    await asyncio.sleep(0.2)
    all_wait.set()
    await asyncio.gather(*tasks)
    assert log == [(what, n) for n in (1, 2, 3, 4, 5) for what in ("begin", "end")]


async def test_other_chats_do_not_wait(
    server: ValkeyServer, clock: Clock, open_shared: AsyncExitStack
) -> None:
    one, other = [await replicas(open_shared, server, clock) for _ in range(2)]
    async with one.turns.turn(CHAT, 1), asyncio.timeout(2), other.turns.turn(OTHER, 2):
        pass


async def test_a_replica_that_dies_while_it_waits_or_works_holds_nobody_up_for_long(
    server: ValkeyServer, clock: Clock, open_shared: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey, "TURN_SECONDS", 0.5)
    monkeypatch.setattr(valkey, "ALIVE_SECONDS", 0.1)
    one, other = [await replicas(open_shared, server, clock) for _ in range(2)]
    assert await one.turns._enter(CHAT, 1) > 0  # it works, and dies
    assert await one.turns._enter(CHAT, 2) == 0  # it waits, and dies
    async with asyncio.timeout(5), other.turns.turn(CHAT, 3):
        pass


async def test_an_answer_that_took_too_long_changes_nothing_any_more(
    server: ValkeyServer, clock: Clock, open_shared: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey, "TURN_SECONDS", 0.2)
    slow, quick = [await replicas(open_shared, server, clock) for _ in range(2)]
    async with slow.turns.turn(CHAT, 1):
        await asyncio.sleep(0.3)
        async with quick.turns.turn(CHAT, 2):
            await quick.profiles.keep(CHAT, WHOLE)
        await slow.profiles.keep(CHAT, Profile(needs=("money",)))
    assert await quick.profiles.recall(CHAT) == WHOLE


# -- timers and pauses -----------------------------------------------------------------------------------------------


async def test_a_timer_is_taken_by_one_replica_and_left_to_another_if_that_one_dies(
    server: ValkeyServer, clock: Clock, open_shared: AsyncExitStack
) -> None:
    """T8: it clears by itself, once, whichever replica lives."""
    two = [await replicas(open_shared, server, clock) for _ in range(2)]
    await two[0].ledger.clear_after(CHAT, 15, clock())
    clock.now += 15 * 60 + 1
    taken = await asyncio.gather(*(r.ledger.due(clock()) for r in two * 3))
    assert [chats for chats in taken if chats] == [(CHAT,)]
    clock.now += valkey.LEASE_SECONDS + 1  # the one that took it never came back
    assert await two[1].ledger.due(clock()) == (CHAT,)
    await two[1].ledger.drop(CHAT)
    clock.now += valkey.LEASE_SECONDS + 1
    assert await two[0].ledger.due(clock()) == ()


async def test_a_pause_telegram_asked_for_is_known_to_every_replica(
    server: ValkeyServer, clock: Clock, open_shared: AsyncExitStack
) -> None:
    one, other = [await replicas(open_shared, server, clock) for _ in range(2)]
    await one.pauses.told(CHAT, 7)
    assert 6 < await other.pauses.left(CHAT) <= 7
    assert await other.pauses.left(OTHER) == 0


# -- without the server ----------------------------------------------------------------------------------------------


async def test_while_the_server_is_lost_a_replica_goes_on_with_what_it_knows(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey, "PAUSE_SECONDS", 0.0)
    with ValkeyServer() as server:
        async with Shared(server.url, "s", clock) as shared:
            one = Replica(shared)
            await one.profiles.keep(CHAT, WHOLE)
            server.stop()
            assert await one.profiles.recall(CHAT) == WHOLE
            assert await one.turns.is_first(1)
            async with asyncio.timeout(5), one.turns.turn(CHAT, 2):
                await one.profiles.keep(CHAT, Profile(needs=("money",)))
            assert await one.profiles.recall(CHAT) == Profile(needs=("money",))
            await one.ledger.note(CHAT, (1, 2), clock())
            assert {n for n, _ in await one.ledger.noted(CHAT)} == {1, 2}
            server.start()
            await one.ledger.sweep(clock())
            assert shared.well
            assert {n for n, _ in await Replica(shared).ledger.noted(CHAT)} == {1, 2}


async def test_what_was_to_be_forgotten_while_it_was_lost_is_forgotten_when_it_is_back(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T16: /delete holds, though the server did not hear it."""
    monkeypatch.setattr(valkey, "PAUSE_SECONDS", 0.0)
    with ValkeyServer() as server:
        async with Shared(server.url, "s", clock) as shared:
            one = Replica(shared)
            await one.profiles.keep(CHAT, WHOLE)
            await one.ledger.note(CHAT, (1,), clock())

            async def lost(*_: object, **__: object) -> object:
                raise ConnectionError

            with monkeypatch.context() as broken:
                broken.setattr(shared._server, "delete", lost)
                broken.setattr(
                    shared._server, "pipeline", lambda **_: (_ for _ in ()).throw(ConnectionError())
                )
                await one.profiles.forget(CHAT)
                await one.ledger.drop(CHAT)
                assert await one.profiles.recall(CHAT) is None
                assert await one.ledger.noted(CHAT) == ()
            await one.profiles.sweep()
            await one.ledger.sweep(clock())
            other = Replica(shared)
            assert await other.profiles.recall(CHAT) is None
            assert await other.ledger.noted(CHAT) == ()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:1/", "begins with redis://"),
        ("127.0.0.1:6379", "begins with redis://"),
        ("redis://127.0.0.1:1/0", "does not answer"),
    ],
)
async def test_an_address_that_cannot_be_used_is_one_sentence(url: str, words: str, clock: Clock) -> None:
    with pytest.raises(CannotShare, match=words):
        async with Shared(url, "s", clock):
            pass


async def test_a_wrong_password_and_a_server_that_is_none_are_one_sentence_each(clock: Clock) -> None:
    with ValkeyServer(password="right") as server:
        for url in (server.url.replace("right", "wrong"), f"redis://127.0.0.1:{server.port}/0"):
            with pytest.raises(CannotShare, match="password") as caught:
                async with Shared(url, "s", clock):
                    pass
            assert "wrong" not in str(caught.value)
    port = free_port()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", port):
        with pytest.raises(CannotShare, match="does not answer as Valkey or Redis"):
            async with Shared(f"redis://127.0.0.1:{port}/0", "s", clock):
                pass
