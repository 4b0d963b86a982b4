"""Who may ask: only the person who started the command, from the page it opened.

Other people on this machine do not know the token. Other websites in the same browser do not know it either, and are
refused by Host (a name of theirs that leads here: DNS rebinding) and Origin (a page of theirs that calls here).
"""

import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = "127.0.0.1"
LOCAL_NAMES = (HOST, "localhost")
IN_ADDRESS = "token"
IN_HEADER = "x-edit-token"
REFUSED = "This page is only for whoever started it. Open the address that `bot directory edit` printed."
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Gate:
    """Lets through what carries the token: pages in a cookie, calls also in a header, the first in its address."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app = app
        self._token = token
        self._hosts = frozenset(f"{name}:{port}" for name in LOCAL_NAMES)
        self._cookie = f"marigold-edit-{port}"  # cookies know no ports; two editors must not share one

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, remember the token, or pass on."""
        if scope["type"] != "http":
            raise RuntimeError(
                "Gate guards HTTP alone. Run the server with lifespan off and without websockets."
            )
        answer = self._answer(scope) or self._app

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *HEADERS]
            await send(message)

        await answer(scope, receive, guarded)

    def _answer(self, scope: Scope) -> Response | None:
        """What is said instead of passing the request on; None: it may pass."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not self._is_ours(headers):
            return PlainTextResponse(REFUSED, status_code=403)
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(query).get(IN_ADDRESS)
        if scope["method"] == "GET" and given is not None and self._is_right(given):
            return self._remembered(scope["path"], [pair for pair in query if pair[0] != IN_ADDRESS])
        if not self._is_right(_cookie_in(headers, self._cookie)):
            return PlainTextResponse(REFUSED, status_code=403)
        if scope["method"] not in ("GET", "HEAD") and not self._is_right(headers.get(IN_HEADER, "")):
            return PlainTextResponse(REFUSED, status_code=403)
        return None

    def _is_ours(self, headers: Mapping[str, str]) -> bool:
        origin = headers.get("origin")
        return headers.get("host") in self._hosts and (
            origin is None or origin in {f"http://{host}" for host in self._hosts}
        )

    def _is_right(self, token: str) -> bool:
        return secrets.compare_digest(token.encode(), self._token.encode())

    def _remembered(self, path: str, query: list[tuple[str, str]]) -> Response:
        """The same page without the token in its address, so that it stays out of the history and of pictures."""
        address = quote(path) + (f"?{urlencode(query)}" if query else "")
        response = RedirectResponse(address, status_code=303)
        response.set_cookie(self._cookie, self._token, httponly=True, samesite="strict", path="/")
        return response


def _cookie_in(headers: Mapping[str, Any], name: str) -> str:
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return cookie.value if cookie else ""
