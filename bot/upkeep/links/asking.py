"""One web address asked politely: where it leads, what is there, and what that means.

A link in the directory must not make a volunteer's machine call its own network, so every address, written or
sent on to, is judged before anything connects. Nothing of the volunteer is sent: no cookie, no referrer, no login.
"""

import asyncio
import errno
import ipaddress
import re
import socket
import ssl
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.directory_files.link_titles import is_telling
from bot.model.record import record
from bot.upkeep.links.addresses import polite_host
from bot.upkeep.links.findings import Finding, Kind
from bot.upkeep.links.manners import NAME, STANDARD_PORT, Manners

HEADERS = {"User-Agent": NAME, "Accept": "text/html, */*;q=0.5", "Accept-Encoding": "identity"}
LONGEST_HEADER = 65_536  # the library's 8,190 is less than the content policy of some large sites
LONGEST_DETAIL = 120
LONGEST_ADDRESS = 500
MOVES = frozenset({301, 302, 303, 307, 308})
MOVES_FOR_GOOD = frozenset({301, 308})
ASKS_TO_WAIT = frozenset({429, 503})
REFUSALS = frozenset({401, 403, 406, 451, 999})  # 999 is what one large network says to programs
STATUS_KINDS = {404: Kind.NOT_FOUND, 410: Kind.GONE, **dict.fromkeys(REFUSALS, Kind.REFUSES_PROGRAMS)}
TOO_MANY = 429
PERHAPS_ONLY_HTTPS = frozenset({Kind.NOBODY_THERE, Kind.NO_ANSWER_IN_TIME})
PERHAPS_ONLY_HEAD = frozenset({Kind.BROKE_OFF, Kind.NO_WEB_PAGE})
TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
CHARSET = re.compile(rb"charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
CARRIES_OTHER = ipaddress.IPv6Network("64:ff9b::/96")  # NAT64: the last 32 bits are an IPv4 address

Sleep = Callable[[float], Awaitable[None]]
MayCall = Callable[[str], bool]
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@record
class _Heard:
    """What came back from one request: a status, or what went wrong. `wait` is what the host asked for."""

    status: int | None = None
    failure: Kind | None = None
    detail: str | None = None
    location: str | None = None
    is_html: bool = False
    title: str | None = None
    wait: float | None = None

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@record
class _Journey:
    """Where an address led. `moved_to` is as far as the site says it moved for good."""

    asked: URL
    end: URL
    heard: _Heard
    moved_to: URL | None = None


class _Gate:
    """One host's door: one guest at a time. Closed: it asked for more time than we have."""

    __slots__ = ("closed", "lock", "visited")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.visited = False
        self.closed = False


class LeadsHome(OSError):
    """The name stands for private addresses only."""


class OnlyAllowed(AbstractResolver):
    """Looks names up and hands on only what may be called; the connection is made to just these."""

    def __init__(self, may_call: MayCall) -> None:
        self._may_call = may_call
        self._inner = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises LeadsHome when none of them may be called."""
        found = await self._inner.resolve(host, port, family)
        allowed = [one for one in found if self._may_call(one["host"])]
        if not allowed:
            raise LeadsHome(errno.EACCES, "private addresses only")
        return allowed

    async def close(self) -> None:
        """Nothing is held open."""
        await self._inner.close()


def is_public(text: str) -> bool:
    """Is this IP address one of the open internet? So must be every address it carries inside."""
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast for one in (ip, *_carried(ip)))


def anywhere(text: str) -> bool:
    """For a directory that is tried out on this machine."""
    return bool(text)


def _carried(ip: IPAddress) -> Iterator[ipaddress.IPv4Address]:
    if isinstance(ip, ipaddress.IPv4Address):
        return
    yield from (inner for inner in (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())) if inner)
    if ip in CARRIES_OTHER:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


class Asker:
    """Asks addresses, one request at a time per host. Use it as `async with Asker(...) as asker`."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        manners: Manners | None = None,
        titles: tuple[str, ...] = (),
        may_call: MayCall = is_public,
        trusted: ssl.SSLContext | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.manners = manners or Manners()
        self._clock = clock
        self._titles = titles
        self._may_call = may_call
        self._trusted = trusted or ssl.create_default_context()
        self._sleep = sleep
        self._gates: defaultdict[str, _Gate] = defaultdict(_Gate)

    async def __aenter__(self) -> Self:
        manners = self.manners
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=OnlyAllowed(self._may_call), ssl=self._trusted, force_close=True
            ),
            timeout=aiohttp.ClientTimeout(total=manners.total, connect=manners.connect),
            headers=HEADERS,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # a small answer that swells would fill the memory
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def ask(self, url: str) -> Finding:
        """What is at this address. Never raises for anything a directory or a server can write."""
        start = _read(url)
        if start is None:
            return self._finding(Kind.NOT_AN_ADDRESS)
        journey = await self._follow(start)
        if not journey.heard.is_good:
            return await self._bad_news(journey)
        if is_telling(journey.heard.title or "", self._titles):
            return self._finding(Kind.TELLING_TITLE, journey.heard, detail=journey.heard.title)
        return await self._good_news(journey)

    async def _good_news(self, journey: _Journey) -> Finding:
        lasting = journey.moved_to or journey.asked
        better = await self._with_https(lasting) or lasting
        if better == journey.asked:
            return self._finding(Kind.FINE, journey.heard)
        kind = Kind.COULD_BE_SAFE if better == self._safe(journey.asked) else Kind.MOVED
        return self._finding(kind, journey.heard, suggestion=better)

    async def _bad_news(self, journey: _Journey) -> Finding:
        heard = journey.heard
        led = f"sent on to {journey.end}" if journey.end != journey.asked else None
        safe = await self._with_https(journey.asked) if heard.failure in PERHAPS_ONLY_HTTPS else None
        detail = "; ".join(part for part in (heard.detail, led) if part)
        return self._finding(_kind_of(heard), heard, suggestion=safe, detail=detail)

    async def _with_https(self, url: URL) -> URL | None:
        """The same address with https://, if it was http:// and that answers too, without going back."""
        if url.scheme != "http":
            return None
        journey = await self._follow(self._safe(url))
        is_safe = journey.heard.is_good and journey.end.scheme == "https"
        return self._safe(url) if is_safe else None

    def _safe(self, url: URL) -> URL:
        port = self.manners.https_port
        return url.with_scheme("https").with_port(None if port == STANDARD_PORT else port)

    async def _follow(self, start: URL) -> _Journey:
        """HEAD first, GET where HEAD does not tell enough; from move to move, each judged like the first."""
        here, method, moved_to, lasting = start, "HEAD", None, True
        seen: list[tuple[str, URL]] = []
        while True:
            seen.append((method, here))
            heard = await self._request(method, here)
            if method == "HEAD" and _needs_a_look(heard):
                method = "GET"
                continue
            if heard.status not in MOVES:
                return _Journey(asked=start, end=here, heard=heard, moved_to=moved_to)
            target = _joined(here, heard.location)
            is_enough = (method, target) in seen or len({url for _, url in seen}) > self.manners.most_moves
            if target is None or is_enough:
                return _Journey(asked=start, end=here, heard=_no_further(heard, target))
            lasting = lasting and heard.status in MOVES_FOR_GOOD and len(str(target)) <= LONGEST_ADDRESS
            moved_to = target if lasting else moved_to
            here = target

    async def _request(self, method: str, url: URL) -> _Heard:
        """One request, through the host's gate."""
        if _is_number(url) and not self._may_call(url.raw_host or ""):
            return _Heard(failure=Kind.PRIVATE_ADDRESS, detail=url.raw_host)
        gate = self._gates[polite_host(str(url))]
        async with gate.lock:
            if gate.closed:
                return _Heard(failure=Kind.ASKS_US_TO_WAIT)
            return await self._until_welcome(gate, method, url, self.manners.most_tries)

    async def _until_welcome(self, gate: _Gate, method: str, url: URL, tries: int) -> _Heard:
        """The request, and again after as long as the host asks us to wait, within reason."""
        if gate.visited:
            await self._sleep(self.manners.pause)
        gate.visited = True
        heard = await self._send(method, url)
        if heard.wait is None:
            return heard
        if tries <= 1 or heard.wait > self.manners.longest_wait:
            gate.closed = True
            return heard
        await self._sleep(heard.wait)
        return await self._until_welcome(gate, method, url, tries - 1)

    async def _send(self, method: str, url: URL) -> _Heard:
        try:
            async with self._session.request(method, url, allow_redirects=False) as response:
                return await self._hear(response)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _failed(error)  # a time-out and what TLS complains of are OSErrors too

    async def _hear(self, response: aiohttp.ClientResponse) -> _Heard:
        heard = _Heard(
            status=response.status,
            location=response.headers.get("Location"),
            is_html="html" in response.headers.get("Content-Type", "").casefold(),
            wait=_asked_wait(response.status, response.headers.get("Retry-After"), self._clock()),
        )
        if response.method == "HEAD" or not heard.is_good:
            return heard
        body = await self._beginning_of(response)
        return replace(heard, title=_title_in(body, response.charset) if heard.is_html else None)

    async def _beginning_of(self, response: aiohttp.ClientResponse) -> bytes:
        body = b""
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) >= self.manners.most_bytes:
                break
        return body[: self.manners.most_bytes]

    def _finding(
        self,
        kind: Kind,
        heard: _Heard | None = None,
        *,
        suggestion: URL | None = None,
        detail: str | None = None,
    ) -> Finding:
        return Finding(
            kind=kind,
            asked=self._clock(),
            status=heard.status if heard else None,
            suggestion=str(suggestion) if suggestion else None,
            detail=_short(detail) if detail else None,
        )


def _read(text: str) -> URL | None:
    """A web address without login and fragment, or None for anything else."""
    try:
        url = URL(text)
        is_web = url.scheme in ("http", "https") and bool(url.raw_host) and url.port is not None
        return url.with_user(None).with_fragment(None) if is_web else None
    except (ValueError, TypeError):
        return None


def _joined(here: URL, location: str | None) -> URL | None:
    """Where a move leads, or None when that is no web address."""
    try:
        return _read(str(here.join(URL(location)))) if location else None
    except (ValueError, TypeError):
        return None


def _no_further(heard: _Heard, target: URL | None) -> _Heard:
    kind = Kind.LEADS_NOWHERE if target is None else Kind.GOES_IN_CIRCLES
    return replace(
        heard, failure=kind, detail=f"to {heard.location}" if heard.location else "no address given"
    )


def _is_number(url: URL) -> bool:
    """Would this host be called without being looked up? The library's rule; it lets 127.1 through."""
    host = url.raw_host or ""
    return ":" in host or host.replace(".", "").isdigit()


def _needs_a_look(heard: _Heard) -> bool:
    """HEAD told too little: bad news must be confirmed, and a page can be looked at. Not if we are asked to wait."""
    if heard.wait is not None:
        return False
    is_bad = heard.status is not None and heard.status >= 400
    return is_bad or heard.failure in PERHAPS_ONLY_HEAD or (heard.is_good and heard.is_html)


def _kind_of(heard: _Heard) -> Kind:
    if heard.failure:
        return heard.failure
    if heard.wait is not None:
        return Kind.ASKS_US_TO_WAIT
    status = heard.status or 0
    return STATUS_KINDS.get(status, Kind.SERVER_ERROR if 500 <= status < 600 else Kind.OTHER_ANSWER)


def _failed(error: Exception) -> _Heard:
    """The library's error as what went wrong; the cause inside it tells more than its own type."""
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    kind = next(
        (kind for types, kind in FAILURES if isinstance(cause, types) or isinstance(error, types)),
        Kind.NO_WEB_PAGE,
    )
    return _Heard(failure=kind, detail=getattr(cause, "verify_message", None))


FAILURES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Kind], ...] = (
    (LeadsHome, Kind.PRIVATE_ADDRESS),
    (socket.gaierror, Kind.UNKNOWN_NAME),
    (ssl.SSLCertVerificationError, Kind.BAD_CERTIFICATE),
    (ssl.SSLError, Kind.NO_SAFE_CONNECTION),
    (TimeoutError, Kind.NO_ANSWER_IN_TIME),
    (aiohttp.ClientConnectorError, Kind.NOBODY_THERE),
    ((aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, OSError), Kind.BROKE_OFF),
    (aiohttp.ClientError, Kind.NO_WEB_PAGE),
    (ValueError, Kind.NOT_AN_ADDRESS),
)  # the first that fits


def _asked_wait(status: int, header: str | None, now: datetime) -> float | None:
    """For how many seconds the host asks us to stay away; None if it does not."""
    if status not in ASKS_TO_WAIT:
        return None
    named = _seconds(header or "", now)
    return float("inf") if named is None and status == TOO_MANY else named


def _seconds(header: str, now: datetime) -> float | None:
    if header.isascii() and header.isdecimal():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())


def _title_in(body: bytes, charset: str | None) -> str | None:
    """A page's title. The page says how its letters are written; one that lies is read as far as it goes."""
    named = CHARSET.search(body[:2048])
    for name in filter(None, (charset, named and named[1].decode(), "utf-8")):
        try:
            text = body.decode(name, errors="replace")
        except (LookupError, ValueError):
            continue
        title = TITLE.search(text)
        return _short(unescape(title[1])) if title else None
    return None


def _short(text: str) -> str:
    """One line without control or direction marks: a stranger wrote it, and it goes into a terminal and an issue."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST_DETAIL else f"{line[: LONGEST_DETAIL - 1]}…"
