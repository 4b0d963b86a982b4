"""A web site on this machine that fails in every way there is, and remembers how it was asked.

Most of it speaks raw sockets: a well-behaved server library will not cut a body or fall silent.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = "127.0.0.1"
Handler = Callable[[web.Request], web.StreamResponse]


def page(title: str = "Example Help", status: int = 200) -> Handler:
    """A small HTML page."""
    html = f"<!doctype html><title>{title}</title><p>Hello</p>"
    return lambda _: web.Response(text=html, content_type="text/html", status=status)


def says(status: int, **headers: str) -> Handler:
    """Only a status and headers; an underscore in a header's name is a dash."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: web.Response(status=status, headers=named)


def on_head(answer: Handler, otherwise: Handler) -> Handler:
    """One answer for HEAD, another for the rest."""
    return lambda request: (answer if request.method == "HEAD" else otherwise)(request)


def in_turn(*answers: Handler) -> Handler:
    """The first answer first; the last one for ever."""
    left = list(answers)
    return lambda request: (left.pop(0) if len(left) > 1 else left[0])(request)


OVERLAP_SECONDS = 0.005  # long enough for a second request to arrive, if one would


@dataclass
class Site:
    """A polite server: a path is answered as `pages` says. `seen`: method, path and headers of each request."""

    pages: dict[str, Handler]
    port: int = 0
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    at_work: dict[str, int] = field(default_factory=dict)
    most_at_work: dict[str, int] = field(default_factory=dict)
    most_at_all: int = 0

    def url(self, path: str = "/", host: str = HERE, scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    @property
    def requests(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.seen]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer, after giving others the time to overlap if they would."""
        self.seen.append((request.method, request.path, dict(request.headers)))
        host = request.headers["Host"].rpartition(":")[0]
        self.at_work[host] = self.at_work.get(host, 0) + 1
        self.most_at_work[host] = max(self.most_at_work.get(host, 0), self.at_work[host])
        self.most_at_all = max(self.most_at_all, sum(self.at_work.values()))
        await asyncio.sleep(OVERLAP_SECONDS)
        self.at_work[host] -= 1
        return self.pages.get(request.path, says(404))(request)


@asynccontextmanager
async def site(pages: dict[str, Handler], tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    """The site, on a free port."""
    here = Site(pages)
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", here.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    listening = web.TCPSite(runner, HERE, 0, ssl_context=tls)
    await listening.start()
    here.port = runner.addresses[0][1]
    try:
        yield here
    finally:
        await runner.cleanup()


@dataclass
class Socket:
    """A server that sends these bytes, whatever is asked, and then hangs up, or never does."""

    said: bytes
    hangs_up: bool = True
    port: int = 0
    calls: int = 0
    heard: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{HERE}:{self.port}/"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        try:
            self.heard.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(self.said)
            await writer.drain()
            if not self.hangs_up:
                await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def raw(said: bytes, *, hangs_up: bool = True) -> AsyncIterator[Socket]:
    """The raw server, on a free port."""
    here = Socket(said, hangs_up)
    server = await asyncio.start_server(here.answer, HERE, 0)
    here.port = server.sockets[0].getsockname()[1]
    async with server:
        yield here


def closed_port() -> int:
    """A port where nobody is."""
    import socket

    with socket.socket() as one:
        one.bind((HERE, 0))
        return int(one.getsockname()[1])


@dataclass
class Certificate:
    """A certificate for this machine: what a server shows, and what a client that trusts it holds."""

    server: ssl.SSLContext
    trusting: ssl.SSLContext


def certificate(folder: Path, *, days: int = 1, host: str | None = None) -> Certificate:
    """Self-signed, for 127.0.0.1 or for another host; with negative days it has expired."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Made up for a test")])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName(host) if host else x509.IPAddress(IPv4Address(HERE))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    both = folder / "both.pem"
    both.write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(both)
    return Certificate(server=server, trusting=ssl.create_default_context(cadata=pem.decode()))
