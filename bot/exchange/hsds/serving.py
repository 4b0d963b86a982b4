"""bot serve-directory at work: the API on a port, following the directory as it changes."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from watchfiles import awatch

from bot.directory_files.organizations import FOLDER
from bot.exchange.exporting import CannotExport
from bot.exchange.hsds.api import Zip, api
from bot.exchange.hsds.published import Published
from bot.exchange.kept import CannotRead

log = logging.getLogger(__name__)

STOP_SECONDS = 5


class PortTaken(Exception):
    """Another program has the port. The message says what to do."""


async def serve(
    read: Callable[[], Published],
    by_zip: Zip,
    resources: Path,
    host: str,
    port: int,
    opened: Callable[[int], None],
) -> None:
    """Serve until SIGINT or SIGTERM. `read` reads the directory anew; `opened` is told the port. Raises PortTaken."""
    shelf = [read()]
    config = uvicorn.Config(
        api(lambda: shelf[0], by_zip),
        log_config=None,
        access_log=False,  # nobody's address is written down
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = uvicorn.Server(config)
    with _listening(host, port) as listening:
        following = asyncio.create_task(_follow(read, resources, shelf))
        opened(listening.getsockname()[1])
        try:
            await server.serve(sockets=[listening])
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following


async def _follow(read: Callable[[], Published], resources: Path, shelf: list[Published]) -> None:
    """A changed directory is served soon, a broken one never: the last good one goes on."""
    async for _ in awatch(resources / FOLDER):
        try:
            shelf[0] = await asyncio.to_thread(read)
        except (CannotRead, CannotExport) as error:
            log.error("directory: %s cannot be read; the last good one goes on serving", error)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError):
        listening.close()
        raise PortTaken(
            f"{host}:{port} cannot be listened on; stop the other program, or name another port."
        ) from None
    return listening
