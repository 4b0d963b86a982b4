"""The page on the loopback interface until Ctrl+C."""

import asyncio
import contextlib
import errno
import logging
import secrets
import signal
import socket
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import uvicorn

from bot.upkeep.form.desk import Desk
from bot.upkeep.form.gate import HOST, IN_ADDRESS
from bot.upkeep.form.server import application


class PortInUse(Exception):
    """Somebody else has the port. The message says what to do."""


async def serve(desk: Desk, port: int, opened: Callable[[Callable[[str], str]], None]) -> None:
    """Serve until SIGINT or SIGTERM. `opened` gets a function from a path to its address. Raises PortInUse."""
    with listen(port) as listening:
        bound = listening.getsockname()[1]
        token = secrets.token_urlsafe(24)
        server = _server(application(desk, token, bound))
        _stop_on_signals(server)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not (server.started or serving.done()):  # noqa: ASYNC110 - uvicorn offers no event for it
            await asyncio.sleep(0.005)
        opened(lambda page: _address(page, bound, token))
        await serving


def _address(page: str, port: int, token: str) -> str:
    path, mark, place = page.partition("#")
    return f"http://{HOST}:{port}{path}?{IN_ADDRESS}={token}{mark}{place}"


def listen(port: int) -> socket.socket:
    """A socket on loopback, where nobody outside this machine can reach it. Raises PortInUse."""
    # With the protocol named, asyncio switches Nagle's algorithm off; without, each answer waits 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortInUse(
                f"Port {port} is in use or not allowed. Stop the other program, or use --port 0."
            ) from None
        raise
    return listening


def _server(app: Any) -> uvicorn.Server:
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.ERROR)  # a fault of ours is told in the terminal
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    server.capture_signals = _no_signals  # type: ignore[method-assign]  # Ctrl+C ends the command as a whole
    return server


def _no_signals() -> Any:
    return nullcontext()


def _stop_on_signals(server: uvicorn.Server) -> None:
    def stop() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop)
