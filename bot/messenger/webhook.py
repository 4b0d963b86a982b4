"""Updates that Telegram brings: one address, one secret, and nothing a stranger can learn or stop with it."""

import asyncio
import hmac
import json
import logging
import socket
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.record import record

log = logging.getLogger(__name__)

SECRET_HEADER = b"x-telegram-bot-api-secret-token"
LARGEST_UPDATE = 1_000_000  # bytes; Telegram's own are far smaller
STOP_SECONDS = 5.0


@record
class Webhook:
    """Where Telegram brings updates, and where this process listens for them."""

    url: str
    secret: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8081

    @property
    def path(self) -> str:
        """The path of the address."""
        return urlsplit(self.url).path or "/"


class PortTaken(Exception):
    """Another program listens there. The message is one sentence for the operator."""


def webhook_app(
    webhook: Webhook, take: Callable[[Any], None], is_ready: Callable[[], bool] = lambda: True
) -> Starlette:
    """The address as an ASGI app; `take` gets each update as it came. `is_ready`: whether updates are taken now.

    Beside it /healthz (the process answers) and /readyz (updates are taken), for whatever watches over the process;
    they tell nothing else.

    Only a wrong secret is refused. Whatever else comes with the right one is answered with 200, for Telegram brings
    anything else again and again, and one update nobody can read would hold up all that follow.
    """
    secret = webhook.secret.encode()

    async def receive(request: Request) -> Response:
        given = next((v for name, v in request.headers.raw if name == SECRET_HEADER), b"")
        if not hmac.compare_digest(given, secret):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            log.warning("an update was too large and was dropped")
            return Response()
        try:
            update = json.loads(body)
        except ValueError:  # bytes that are no text included
            log.warning("an update could not be read and was dropped")
            return Response()
        take(update)
        return Response()

    async def alive(request: Request) -> Response:
        return Response()

    async def ready(request: Request) -> Response:
        return Response(status_code=200 if is_ready() else 503)

    return Starlette(
        routes=[
            Route(webhook.path, receive, methods=["POST"]),
            Route("/healthz", alive, methods=["GET"]),
            Route("/readyz", ready, methods=["GET"]),
        ]
    )


async def _body(request: Request) -> bytes | None:
    """The body, or None when it is longer than any update."""
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > LARGEST_UPDATE:
            return None
    return bytes(parts)


class WebhookServer:
    """Listens as long as `async with` lasts. Raises PortTaken."""

    def __init__(
        self, webhook: Webhook, take: Callable[[Any], None], is_ready: Callable[[], bool] = lambda: True
    ) -> None:
        self._webhook = webhook
        config = uvicorn.Config(
            webhook_app(webhook, take, is_ready),
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
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((self._webhook.host, self._webhook.port))
        except OSError as error:
            listening.close()
            raise PortTaken(
                f"BOT_LISTEN {self._webhook.host}:{self._webhook.port} cannot be used ({error.strerror}). "
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
