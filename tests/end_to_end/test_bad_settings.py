"""Settings that cannot be used: one sentence that says what to do, exit code 2, nothing touched."""

import hashlib
import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bot.sandbox.server import StandIn
from bot.storage.state_file import FILE

from tests.end_to_end.process import SECRET, TOKEN, a_bot
from tests.end_to_end.webhook import SECRET as WEBHOOK_SECRET
from tests.end_to_end.webhook import free_port, webhook_settings
from tests.storage.valkey_server import PROGRAM, ValkeyServer

ANOTHER_BOT = "987654321:" + "o" * 35


async def refusal(
    state: Path, *secrets: str, quick: bool = False, token: str = TOKEN, **settings: str
) -> str:
    """Start the bot, which has to end with 2. What it said; `quick`: before the directory is read."""
    async with (
        StandIn(token=token) as stand_in,
        a_bot(stand_in, state, BOT_TOKEN=token, **settings) as bot,
    ):
        await bot.until(lambda: bot.process.returncode is not None)
        assert await bot.end() == 2, bot.errors.decode()
        assert not bot.out
        written = bot.errors.decode()
        called = {method for method, _ in stand_in.telegram.calls}
    assert "Traceback" not in written
    for secret in (token, SECRET * 9, *secrets):
        assert secret not in written
    assert not called & {"setWebhook", "sendMessage"}, "Telegram was told something"
    if quick:
        assert not called and not is_there(state)
        assert len(written.splitlines()) == 1
    return written.splitlines()[-1]


def is_there(folder: Path) -> bool:
    return folder.exists()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"BOT_SHARED_URL": "http://127.0.0.1:6379"}, "BOT_SHARED_URL: write it from redis://"),
        ({"BOT_SHARED_URL": "127.0.0.1:6379"}, "BOT_SHARED_URL: write it from redis://"),
        ({"BOT_SHARED_URL": "redis://x", "BOT_SECRET": ""}, "BOT_SHARED_URL needs BOT_SECRET"),
        ({"BOT_WEBHOOK_URL": "http://bot.example/take"}, "BOT_WEBHOOK_URL: write the whole address, like https://"),
        ({"BOT_WEBHOOK_URL": "bot.example/take"}, "BOT_WEBHOOK_URL: write the whole address, like https://"),
        ({"BOT_WEBHOOK_URL": "https://"}, "BOT_WEBHOOK_URL: write the whole address, like https://"),
        ({"BOT_WEBHOOK_SECRET": ""}, "BOT_WEBHOOK_URL needs BOT_WEBHOOK_SECRET"),
        ({"BOT_METRICS_LISTEN": "127.0.0.1"}, "BOT_METRICS_LISTEN: write host:port"),
        ({"BOT_METRICS_LISTEN": "0.0.0.0:8099", "BOT_LISTEN": "127.0.0.1:8099"}, "needs a port of its own"),
        ({"BOT_METRICS_LISTEN": "0.0.0.0:8099", "BOT_WEBHOOK_URL": ""}, "BOT_METRICS_LISTEN needs BOT_WEBHOOK_URL"),
    ],
)  # fmt: skip
async def test_an_address_that_can_be_none_is_refused_before_anything_is_read(
    tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    given = webhook_settings(free_port()) | settings
    assert said in await refusal(tmp_path / "state", WEBHOOK_SECRET, quick=True, **given)


async def test_a_port_that_is_taken_names_the_setting_and_telegram_is_told_nothing(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = await refusal(tmp_path / "state", WEBHOOK_SECRET, **webhook_settings(port))
    assert said == (
        f"BOT_LISTEN 127.0.0.1:{port} cannot be used (Address already in use). Choose another address or port."
    )


@contextmanager
def a_web_server() -> Iterator[int]:
    """Answers as a web server does, whatever it is asked."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


async def test_a_server_that_is_no_valkey_is_named_as_one_that_is_none(tmp_path: Path) -> None:
    with a_web_server() as port:
        said = await refusal(
            tmp_path / "state", "a-password", BOT_SHARED_URL=f"redis://bot:a-password@127.0.0.1:{port}/0"
        )
    assert said.startswith("BOT_SHARED_URL names a server that does not answer as Valkey or Redis does")


@pytest.mark.skipif(PROGRAM is None, reason="no valkey-server or redis-server here")
async def test_a_wrong_password_is_named_and_not_shown(tmp_path: Path) -> None:
    with ValkeyServer("the-right-one") as server:
        for given in (f":wrong-password@127.0.0.1:{server.port}", f"127.0.0.1:{server.port}"):
            said = await refusal(
                tmp_path / "state", "wrong-password", "the-right-one", BOT_SHARED_URL=f"redis://{given}/0"
            )
            assert said in (
                "BOT_SHARED_URL names a server that refuses the password.",
                "BOT_SHARED_URL names a server that asks for a password.",
            )


async def test_the_state_folder_of_another_bot_is_not_touched(tmp_path: Path) -> None:
    """With the numbers of one bot's messages another bot would delete strange ones, or none."""
    async with StandIn(token=TOKEN) as stand_in, a_bot(stand_in, tmp_path) as bot:
        await bot.until(lambda: b"polling" in bot.errors)
        assert await bot.end() == 0
    before = fingerprints(tmp_path)
    said = await refusal(tmp_path, token=ANOTHER_BOT)
    assert said == (
        f"The state folder {tmp_path} belongs to another bot than the one BOT_TOKEN names. "
        "Set BOT_TOKEN or BOT_STATE_DIR right, or move the folder away to begin anew."
    )
    assert fingerprints(tmp_path) == before


async def test_a_token_that_was_turned_is_of_the_same_bot(tmp_path: Path) -> None:
    turned = TOKEN.partition(":")[0] + ":" + "n" * 35
    for token in (TOKEN, turned):
        async with StandIn(token=token) as stand_in, a_bot(stand_in, tmp_path, BOT_TOKEN=token) as bot:
            await bot.until(lambda bot=bot: b"polling" in bot.errors)
            assert await bot.end() == 0


def fingerprints(folder: Path) -> dict[str, tuple[str, int]]:
    """The bytes and the time of each file, where there are any."""
    assert (folder / FILE).exists()
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.iterdir())
    }
