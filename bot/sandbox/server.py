"""The stand-in over HTTP on the loopback interface: the Bot API for the bot, a chat page for people.

async with StandIn(port=0, token="1:x") as stand_in:
    ...  # stand_in.base_url is what a bot needs, stand_in.page_url is for a browser
"""

import asyncio
import errno
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.clock import MovableClock
from bot.sandbox.faults import Faults, respond
from bot.sandbox.rules import METHOD_NAMES, Refused
from bot.sandbox.telegram_like import SHARED, TelegramLike

HOST = "127.0.0.1"
LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
PAGE = Path(__file__).resolve().parent / "chat"
LONGEST_PERSON = 2**52
LONGEST_SAID = 4096
KEEP_ALIVE_SECONDS = 15.0
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class PortInUse(Exception):
    """Somebody else has the port. The message says what to do."""


class OnlyThisMachine:
    """Refuses requests that another website makes through the person's browser (DNS rebinding, cross-site)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let local requests through, with a strict content policy on what goes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not _is_local(headers):
            refusal = PlainTextResponse("This page is only for this machine.", status_code=403)
            await refusal(scope, receive, send)
            return

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message.get("headers", []),
                    (b"content-security-policy", CONTENT_POLICY.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                    (b"cache-control", b"no-store"),
                ]
            await send(message)

        await self._app(scope, receive, guarded)


def _is_local(headers: Mapping[str, str]) -> bool:
    host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    origin = headers.get("origin")
    return host in LOCAL_NAMES and (
        origin is None or origin.rpartition(":")[0].partition("//")[2] in LOCAL_NAMES
    )


class StandIn:
    """Serves until it is left. `telegram` is the state, `faults` what goes wrong."""

    def __init__(self, *, port: int = 0, token: str, clock: MovableClock | None = None) -> None:
        self.telegram = TelegramLike(token=token, clock=clock)
        self.faults = Faults()
        self._port = port
        self._polls = 0
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def base_url(self) -> str:
        """What a bot's base_url must be."""
        return f"http://{HOST}:{self._port}/bot"

    @property
    def page_url(self) -> str:
        """The chat page."""
        return f"http://{HOST}:{self._port}/"

    async def __aenter__(self) -> Self:
        listening = self._listen()
        for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        config = uvicorn.Config(
            self.app(), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._server.capture_signals = _no_signals  # type: ignore[method-assign]  # the bot decides when to stop
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        while not self._server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
            await asyncio.sleep(0.005)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is None or self._serving is None:
            return
        self._server.should_exit = True
        self.telegram.arrived.set()
        for chat in self.telegram.chats.values():
            chat.changed.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._serving, 5)

    def _listen(self) -> socket.socket:
        # With the protocol named, asyncio switches Nagle's algorithm off; without, each answer waits 40 ms.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, self._port))
        except OSError as error:
            listening.close()
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                raise PortInUse(
                    f"Port {self._port} is in use or not allowed. Stop the other program, or use --port 0."
                ) from None
            raise
        self._port = listening.getsockname()[1]
        return listening

    def app(self) -> ASGIApp:
        """The ASGI application."""
        routes = [
            Route("/bot{token}/{method}", self._bot_api, methods=["GET", "POST"]),
            Route("/page/events", self._events),
            Route("/page/file/{person:int}/{message:int}", self._file),
            Route("/page/say", self._page_call(self._say), methods=["POST"]),
            Route("/page/press", self._page_call(self._press), methods=["POST"]),
            Route("/page/share", self._page_call(self._share), methods=["POST"]),
            Mount("/", StaticFiles(directory=PAGE, html=True)),
        ]
        return Starlette(routes=routes, middleware=[Middleware(OnlyThisMachine)])

    # -- for the bot ----------------------------------------------------------------------------------------

    async def _bot_api(self, request: Request) -> Response:
        if request.path_params["token"] != self.telegram.token:
            return _error(401, "Unauthorized")
        method = METHOD_NAMES.get(request.path_params["method"].lower())
        if method is None:
            return _error(404, "Not Found: method not found")
        given = await _parameters(request)
        fault = self.faults.next(method, given)
        if fault and not fault.took_effect and (bad := await respond(fault)):
            return bad
        answer = await self._obeyed(method, given)
        if fault and fault.took_effect and (bad := await respond(fault)):
            return bad
        return answer

    async def _obeyed(self, method: str, given: Mapping[str, Any]) -> Response:
        try:
            result = await self._poll(given) if method == "getUpdates" else self.telegram.call(method, given)
        except Refused as refused:
            return JSONResponse(refused.as_json(), status_code=refused.code)
        return JSONResponse({"ok": True, "result": result})

    async def _poll(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Two pollers at once: the older one is told that it lost."""
        self._polls += 1
        mine = self._polls
        offset, limit = int(given.get("offset") or 0), int(given.get("limit") or 100)
        updates = await self.telegram.get_updates(offset, limit, min(float(given.get("timeout") or 0), 50.0))
        if mine != self._polls:
            raise Refused(
                409,
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            )
        return updates

    # -- for people -----------------------------------------------------------------------------------------

    def _page_call(
        self, act: Callable[[int, Mapping[str, Any]], None]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            if request.headers.get("content-type", "").partition(";")[0] != "application/json":
                return _error(415, "JSON only")
            try:
                body = json.loads(await request.body())
                act(_person(body["person"]), body)
            except (ValueError, KeyError, TypeError, LookupError):
                return _error(400, "That could not be read. Reload the page and try again.")
            return JSONResponse({"ok": True})

        return handle

    def _say(self, person: int, body: Mapping[str, Any]) -> None:
        text = str(body["text"])[:LONGEST_SAID]
        if text.strip():
            self.telegram.says(person, text, _language(body))

    def _press(self, person: int, body: Mapping[str, Any]) -> None:
        self.telegram.person(person, _language(body))
        self.telegram.presses(person, int(body["message"]), str(body["data"]))

    def _share(self, person: int, body: Mapping[str, Any]) -> None:
        if body["kind"] in SHARED:
            self.telegram.person(person, _language(body))
            self.telegram.shares(person, body["kind"])

    async def _file(self, request: Request) -> Response:
        """A file of this chat, to be saved; never shown inside the page."""
        person, message_id = request.path_params["person"], request.path_params["message"]
        message = next((m for m in self.telegram.screen(person) if m.message_id == message_id), None)
        if message is None or message.file is None:
            return _error(404, "That file is gone.")
        headers = {"Content-Disposition": f'attachment; filename="{message.file.name}"'}
        return Response(message.file.content, media_type=message.file.kind, headers=headers)

    async def _events(self, request: Request) -> Response:
        person = _person(request.query_params.get("person"))
        language = request.query_params.get("language", "en")[:8]
        return StreamingResponse(self._stream(person, language), media_type="text/event-stream")

    async def _stream(self, person: int, language: str) -> AsyncIterator[str]:
        """The whole screen after each change; small, and right after every reconnection."""
        chat = self.telegram.person(person, language)
        while self._server is None or not self._server.should_exit:
            chat.changed.clear()
            yield f"data: {json.dumps(self._screen(person, language), ensure_ascii=False)}\n\n"
            try:
                await asyncio.wait_for(chat.changed.wait(), KEEP_ALIVE_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"

    def _screen(self, person: int, language: str) -> dict[str, Any]:
        chat = self.telegram.person(person)
        profile = self.telegram.profile

        def named(what: str) -> Any:
            known = profile.get(what, {})
            return known.get(language.split("-")[0]) or known.get("") or ""

        return {
            "typing": chat.typing,
            "description": named("description"),
            "commands": named("commands") or [],
            "messages": [
                {
                    "id": m.message_id,
                    "at": int(m.date),
                    "bot": m.from_bot,
                    "text": m.text,
                    "entities": m.entities,
                    "rows": m.rows,
                    "edited": "edit_date" in m.extra,
                    "file": m.file.name if m.file else "",
                }
                for m in chat.messages.values()
            ],
        }


def _no_signals() -> Any:
    return nullcontext()


def _error(code: int, description: str) -> JSONResponse:
    return JSONResponse({"ok": False, "error_code": code, "description": description}, status_code=code)


async def _parameters(request: Request) -> dict[str, Any]:
    """Query, JSON or form, as the Bot API takes them."""
    given: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        with suppress(ValueError):
            body = json.loads(await request.body())
            given.update(body if isinstance(body, dict) else {})
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        given.update(await request.form())
    return given


def _person(value: Any) -> int:
    number = int(value)
    if not 0 < number < LONGEST_PERSON:
        raise ValueError("no such person")
    return number


def _language(body: Mapping[str, Any]) -> str:
    return str(body.get("language", "en"))[:8]
