"""Updates that Telegram brings: one address, one secret, and nothing a stranger can learn or stop with it."""

import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import field
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.messenger.figures import Figures, NoFigures, Refused
from bot.model.record import record

log = logging.getLogger(__name__)

SECRET_HEADER = b"x-telegram-bot-api-secret-token"
LARGEST_UPDATE = 1_000_000  # bytes; Telegram's own are far smaller


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


def webhook_app(
    webhook: Webhook,
    take: Callable[[Any], None],
    is_ready: Callable[[], bool] = lambda: True,
    figures: Figures | None = None,
) -> Starlette:
    """The address as an ASGI app; `take` gets each update as it came. `is_ready`: whether updates are taken now.

    Beside it /healthz (the process answers) and /readyz (updates are taken), for whatever watches over the process;
    they tell nothing else. Figures are not told here: who can reach this address is anybody (metrics.py).

    Only a wrong secret is refused. Whatever else comes with the right one is answered with 200, for Telegram brings
    anything else again and again, and one update nobody can read would hold up all that follow.
    """
    secret = webhook.secret.encode()
    heard = figures or NoFigures()

    async def receive(request: Request) -> Response:
        given = next((v for name, v in request.headers.raw if name == SECRET_HEADER), b"")
        if not hmac.compare_digest(given, secret):
            heard.refused(Refused.SECRET)
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            heard.refused(Refused.TOO_LARGE)
            log.warning("an update was too large and was dropped")
            return Response()
        try:
            update = json.loads(body)
        except ValueError:  # bytes that are no text included
            heard.refused(Refused.UNREADABLE)
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
