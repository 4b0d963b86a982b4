"""How python-telegram-bot reaches the Bot API: over aiohttp instead of its stock httpx.

Two reasons. Speed: httpx examines every pooled connection for every request (benchmarks/bot_loop.py compares).
Privacy: httpx writes URLs, which hold the token, into the log, and the stock parser writes whole bodies there
when they are cut. This class logs nothing, and its exceptions carry no URL, no token and no body.
"""

import json
from typing import Any

import aiohttp
from telegram import Update
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS = 256
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
POOL_SECONDS = 10.0
RAW = "raw"


class NotSent(NetworkError):
    """No connection was made, so the call had no effect and can be made again."""


class AiohttpRequest(BaseRequest):
    """A BaseRequest over one aiohttp session."""

    __slots__ = ("_connections", "_read_seconds", "_session")

    def __init__(self, *, connections: int = CONNECTIONS, read_seconds: float = READ_SECONDS) -> None:
        self._connections = connections
        self._read_seconds = read_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds an answer may take, where a call does not say otherwise."""
        return self._read_seconds

    async def initialize(self) -> None:
        """Open the session."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(
                connector=connector, headers={"User-Agent": self.USER_AGENT}
            )

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One HTTP call. Raises TimedOut when the outcome is unknown, NotSent when nothing was sent."""
        if self._session is None:
            raise NotSent("This request object is not open. Call initialize() first.")
        timeout = aiohttp.ClientTimeout(
            total=None,
            connect=_seconds(pool_timeout, POOL_SECONDS),
            sock_connect=_seconds(connect_timeout, CONNECT_SECONDS),
            sock_read=_seconds(read_timeout, self._read_seconds),
        )
        try:
            async with self._session.request(
                method, url, data=_body(request_data), headers=_headers(request_data), timeout=timeout
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            raise NotSent(f"no connection ({type(error).__name__})") from None
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except aiohttp.ClientError as error:
            raise NetworkError(f"connection broke ({type(error).__name__})") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The body as JSON. A body that is none is an error without the body in it: something between broke it."""
        try:
            parsed: dict[str, Any] = json.loads(payload)
        except (UnicodeDecodeError, ValueError):
            raise NetworkError("the answer was not JSON") from None
        return parsed


def _seconds(given: ODVInput[float], usual: float) -> float | None:
    return usual if isinstance(given, DefaultValue) else given


def _body(request_data: RequestData | None) -> bytes | aiohttp.FormData | None:
    if request_data is None:
        return None
    if not request_data.contains_files:
        # As one document: the library would write each part as JSON in a string of its own, and all of them again.
        return json.dumps(request_data.parameters, ensure_ascii=False).encode()
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form


def _headers(request_data: RequestData | None) -> dict[str, str]:
    if request_data is None or request_data.contains_files:
        return {}
    return {"Content-Type": "application/json"}


class Raw(dict[str, Any]):
    """One update as it came. Never prints itself: a log line or traceback must not repeat what people write."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Raw(…)"

    __str__ = __repr__


class UpdatesRequest(AiohttpRequest):
    """The request object for getUpdates.

    python-telegram-bot builds a whole object tree for every update and drops the entire batch, again and again,
    when one of them cannot be built. Here each update passes through unread (`Raw`, in Update.api_kwargs); our
    own reader takes the few fields it needs and is not hurt by the rest.
    """

    __slots__ = ("_clock", "last_success")

    def __init__(self, clock: Any, *, read_seconds: float = READ_SECONDS) -> None:
        super().__init__(connections=1, read_seconds=read_seconds)
        self._clock = clock
        self.last_success: float = clock()

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]  # called on the instance
        """As above, each update wrapped. An answer that parses proves that polling is alive."""
        parsed = AiohttpRequest.parse_json_payload(payload)
        result = parsed.get("result")
        if isinstance(result, list):
            parsed["result"] = [wrapped for u in result if (wrapped := wrap(u)) is not None]
        if parsed.get("ok"):
            self.last_success = self._clock()
        return parsed


def wrap(update: Any) -> dict[str, Any] | None:
    """One update behind its number. Without a number it cannot be confirmed and is no update."""
    number = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return {"update_id": number, RAW: Raw(update)}


def unwrap(update: object) -> Raw | None:
    """The raw update behind what python-telegram-bot hands to a handler."""
    raw = update.api_kwargs.get(RAW) if isinstance(update, Update) else None
    return raw if isinstance(raw, Raw) else None
