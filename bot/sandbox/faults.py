"""Telegram having a bad day, on purpose: for the tests."""

import asyncio
import socket
import struct
from collections.abc import Mapping
from typing import Any, Literal

from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from bot.model.record import record

Kind = Literal["429", "500", "502", "cut", "reset", "hang", "slow", "not_json"]
SLOW_SECONDS = 1.0


@record
class Fault:
    """What goes wrong with the next `times` calls of `method` (of one chat, where `chat` is given).

    `took_effect`: the call was obeyed, and only its answer is lost. Whoever called cannot tell the difference.
    """

    method: str
    kind: Kind
    times: int = 1
    chat: int | None = None
    retry_after: int = 1
    took_effect: bool = False


class Faults:
    """Faults waiting to happen."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Plan a fault."""
        self._waiting.extend([fault] * fault.times)

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """Those that have not happened yet."""
        return tuple(self._waiting)

    def meant_for(self, method: str, chat: int) -> int:
        """How many wait for calls of this method in this chat."""
        return sum(fault.method == method and fault.chat == chat for fault in self._waiting)

    def next(self, method: str, values: Mapping[str, Any]) -> Fault | None:
        """The fault this call meets, if any; it happens once."""
        for at, fault in enumerate(self._waiting):
            if fault.method == method and (
                fault.chat is None or str(fault.chat) == str(values.get("chat_id"))
            ):
                return self._waiting.pop(at)
        return None


async def respond(fault: Fault) -> Response | None:
    """The bad answer, or None when the call should go on (slow)."""
    match fault.kind:
        case "429":
            body = {
                "ok": False,
                "error_code": 429,
                "description": f"Too Many Requests: retry after {fault.retry_after}",
                "parameters": {"retry_after": fault.retry_after},
            }
            return JSONResponse(body, status_code=429)
        case "500":
            return JSONResponse(
                {"ok": False, "error_code": 500, "description": "Internal Server Error"}, status_code=500
            )
        case "502":
            return Response("<html><h1>502 Bad Gateway</h1></html>", status_code=502, media_type="text/html")
        case "not_json":
            return Response('{"ok": true, "resul', media_type="application/json")
        case "cut" | "reset":
            return Broken(b'{"ok": true, "result": {"message_id": 1' if fault.kind == "cut" else b"")
        case "hang":
            await asyncio.sleep(3600)
            return None
        case "slow":
            await asyncio.sleep(SLOW_SECONDS)
            return None


class Broken(StreamingResponse):
    """Promises more than it sends, then the connection ends; with nothing to send, before anything was said."""

    def __init__(self, part: bytes) -> None:
        super().__init__(iter([part]), headers={"content-length": "5000"}, media_type="application/json")
        self._part = part

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin an answer and break off."""
        if not self._part:
            _reset(receive)
            return
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self._part, "more_body": True})
        raise ConnectionAbortedError("broken off on purpose")


def _reset(receive: Receive) -> None:
    """The connection is gone at once, as after a cut line. An error here would become an answer with a 500 instead."""
    transport = receive.__self__.transport  # type: ignore[attr-defined]  # the web server's own
    linger_for_nothing = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_nothing)
    transport.abort()
