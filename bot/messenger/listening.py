"""One address of this machine, and an app that answers there."""

import asyncio
import socket
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette

STOP_SECONDS = 5.0


class PortTaken(Exception):
    """Another program listens there. The message is one sentence for the operator."""


class Listening:
    """Listens as long as `async with` lasts. Raises PortTaken."""

    def __init__(self, app: Starlette, host: str, port: int, setting: str) -> None:
        """`setting`: the BOT_… variable that says where, for the operator to change."""
        self._where = (host, port)
        self._setting = setting
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=int(STOP_SECONDS),
        )
        self._server = uvicorn.Server(config)
        self._server.capture_signals = _no_signals  # type: ignore[method-assign]  # the bot decides when to stop
        self._serving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        host, port = self._where
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(self._where)
        except OSError as error:
            listening.close()
            raise PortTaken(
                f"{self._setting} {host}:{port} cannot be used ({error.strerror}). "
                "Choose another address or port."
            ) from None
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        while not self._server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
            await asyncio.sleep(0.005)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        if self._serving is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._serving, STOP_SECONDS + 1)


@contextmanager
def _no_signals() -> Any:
    yield
