"""What systemd hears from the real bot, on a real datagram socket."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from bot.sandbox.faults import Fault
from bot.sandbox.server import StandIn
from bot.wiring.service_manager import ServiceManager, service_manager

from tests.end_to_end.process import ROOT, TOKEN, BotProcess, a_bot

ANA = 41


class Systemd:
    """Stands where systemd stands: it binds the socket and remembers what it heard."""

    def __init__(self, address: str) -> None:
        self.heard: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(address)

    def listen(self) -> list[str]:
        """Everything heard so far."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self.heard.append(self._socket.recv(4096).decode())
        return self.heard

    def forget(self) -> None:
        self.listen()
        self.heard.clear()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    manager = Systemd(str(tmp_path / "notify"))
    yield manager
    manager.close()


@contextlib.asynccontextmanager
async def a_served_bot(tmp_path: Path, stand_in: StandIn, **environment: str) -> AsyncIterator[BotProcess]:
    async with a_bot(
        stand_in, tmp_path / "state", NOTIFY_SOCKET=str(tmp_path / "notify"), **environment
    ) as bot:
        yield bot


def test_each_word_is_one_datagram_as_systemd_reads_it(tmp_path: Path, systemd: Systemd) -> None:
    manager = ServiceManager(str(tmp_path / "notify"))
    manager.ready()
    manager.rereading()
    manager.alive()
    manager.stopping()
    ready, rereading, alive, stopping = systemd.listen()
    assert ready.splitlines()[0] == "READY=1"
    assert rereading.splitlines()[0] == "RELOADING=1"
    assert rereading.splitlines()[1].removeprefix("MONOTONIC_USEC=").isdecimal()
    assert alive == "WATCHDOG=1"
    assert stopping.splitlines()[0] == "STOPPING=1"


@pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets are Linux's own")
def test_a_name_with_an_at_sign_is_an_abstract_socket() -> None:
    listening = Systemd(f"\0marigold-{os.getpid()}")
    ServiceManager(f"@marigold-{os.getpid()}").alive()
    assert listening.listen() == ["WATCHDOG=1"]
    listening.close()


@pytest.mark.parametrize("address", [None, "", "@", "vsock:2:1234", "relative", "/nowhere/at/all"])
def test_an_address_where_nobody_listens_hurts_nobody(address: str | None) -> None:
    ServiceManager(address).ready()


def test_a_manager_that_does_not_read_never_holds_the_bot_up(tmp_path: Path, systemd: Systemd) -> None:
    manager = ServiceManager(str(tmp_path / "notify"))
    for _ in range(5000):  # far more than a socket holds
        manager.alive()
    assert 0 < len(systemd.listen()) < 5000


def test_the_processes_the_bot_starts_do_not_speak_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "@there")
    assert service_manager().is_there
    assert "NOTIFY_SOCKET" not in os.environ
    assert not service_manager().is_there


async def test_ready_is_said_when_messages_are_taken_then_a_pulse_then_stopping(
    tmp_path: Path, systemd: Systemd
) -> None:
    async with StandIn(token=TOKEN) as stand_in, a_served_bot(tmp_path, stand_in) as bot:
        await bot.until(lambda: len(systemd.listen()) >= 2)
        assert b"polling" in bot.errors
        assert systemd.heard[0].startswith("READY=1")
        assert set(systemd.heard[1:]) == {"WATCHDOG=1"}
        assert await bot.end(signal.SIGTERM) == 0
        assert systemd.listen()[-1].startswith("STOPPING=1")


async def test_hangup_has_the_directory_read_again_and_nobody_notices(
    tmp_path: Path, systemd: Systemd
) -> None:
    async with StandIn(token=TOKEN) as stand_in, a_served_bot(tmp_path, stand_in) as bot:
        await bot.until(lambda: any("READY=1" in said for said in systemd.listen()))
        systemd.forget()
        bot.process.send_signal(signal.SIGHUP)
        await bot.until(lambda: any("READY=1" in said for said in systemd.listen()))
        words = [said.splitlines()[0] for said in systemd.heard if said != "WATCHDOG=1"]
        assert words == ["RELOADING=1", "READY=1"]
        assert b"directory: reloaded" in bot.errors
        stand_in.telegram.says(ANA, "need a lawyer, Austin")
        await bot.until_screen_says(ANA, "You are looking for")


async def test_a_directory_that_broke_is_told_on_hangup_and_the_last_good_one_serves_on(
    tmp_path: Path, systemd: Systemd
) -> None:
    served = tmp_path / "resources"
    shutil.copytree(ROOT / "resources", served)
    async with (
        StandIn(token=TOKEN) as stand_in,
        a_served_bot(tmp_path, stand_in, BOT_RESOURCES=str(served)) as bot,
    ):
        await bot.until(lambda: any("READY=1" in said for said in systemd.listen()))
        systemd.forget()
        shutil.rmtree(served / "organizations" / "us" / "national")
        (served / "taxonomy" / "needs.yaml").write_text("- [", encoding="utf-8")
        bot.process.send_signal(signal.SIGHUP)
        await bot.until(lambda: any("READY=1" in said for said in systemd.listen()))
        assert b"the last good one goes on serving" in bot.errors
        stand_in.telegram.says(ANA, "need a lawyer, Austin")
        await bot.until_screen_says(ANA, "You are looking for")


async def test_a_deaf_bot_gives_no_pulse_and_ends_itself(tmp_path: Path, systemd: Systemd) -> None:
    """The pulse hangs on the answers of Telegram: here they stay away from the start of polling."""
    late = tmp_path / "late.py"
    late.write_text(
        "import bot.messenger.application as a\na.Messenger.__init__.__kwdefaults__['stuck_seconds'] = 1.0\n"
        "from bot.cli import main\nmain()\n",
        encoding="utf-8",
    )
    async with StandIn(token=TOKEN) as stand_in:
        stand_in.faults.add(Fault(method="getUpdates", kind="hang", times=50))
        async with a_bot(
            stand_in,
            tmp_path / "state",
            command=(str(late), "run"),
            NOTIFY_SOCKET=str(tmp_path / "notify"),
            PYTHONPATH=str(ROOT),
        ) as bot:
            code = await asyncio.wait_for(bot.process.wait(), 60)
    assert code == 75
    assert 1 <= systemd.listen().count("WATCHDOG=1") <= 6  # a second's worth


def run(**environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", "run", "--port", "0"],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_a_service_without_a_token_does_not_pass_for_one(tmp_path: Path) -> None:
    """Else systemd would call a trial page on a machine without a screen a running bot."""
    done = run(NOTIFY_SOCKET=str(tmp_path / "notify"))
    assert done.returncode == 2
    assert done.stderr.startswith("BOT_TOKEN is not set") and done.stderr.count("\n") == 1


def test_a_telegram_that_is_away_at_the_start_is_tried_again_and_a_wrong_token_is_not(tmp_path: Path) -> None:
    """75 is started anew, 2 is not (RestartPreventExitStatus=): after a power cut the router is late."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    done = run(BOT_TOKEN=TOKEN, BOT_API_BASE=f"http://127.0.0.1:{port}/bot", BOT_STATE_DIR=str(tmp_path))
    assert done.returncode == 75
    assert "Telegram cannot be reached" in done.stderr
