"""The figures of a real replica, read over the network as Prometheus reads them."""

from pathlib import Path

import aiohttp
from bot.sandbox.server import StandIn

from tests.end_to_end.process import TOKEN
from tests.end_to_end.webhook import a_replica, free_port
from tests.storage.valkey_server import ValkeyServer

ANA = 41


async def test_a_replica_tells_its_figures_where_it_was_told_to_and_not_on_the_public_port(
    tmp_path: Path,
) -> None:
    port = free_port()
    with ValkeyServer() as valkey:
        async with (
            StandIn(token=TOKEN) as stand_in,
            aiohttp.ClientSession() as web,
            a_replica(
                stand_in, tmp_path, BOT_SHARED_URL=valkey.url, BOT_METRICS_LISTEN=f"127.0.0.1:{port}"
            ) as replica,
        ):

            async def told() -> str:
                async with web.get(f"http://127.0.0.1:{port}/metrics") as answer:
                    assert answer.status == 200
                    return await answer.text()

            async with web.get(f"{replica.base}/metrics") as answer:
                assert answer.status == 404
            assert "marigold_shared_memory_up 1.0" in await told()
            said = stand_in.telegram.says(ANA, "abogada gratis, Houston")
            (_, update) = stand_in.telegram.updates[-1]
            valkey.stop()
            assert await replica.brings(update) == 200
            await replica.bot.until(lambda: len(stand_in.telegram.screen(ANA)) > 1)
            await replica.bot.until(lambda: b"the shared memory is lost" in replica.bot.errors)
            figures = await told()
    assert "marigold_shared_memory_up 0.0" in figures
    assert 'marigold_updates_total{kind="message"} 1.0' in figures
    assert said.text not in figures and str(ANA) + '"' not in figures
