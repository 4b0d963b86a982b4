"""What the service manager hears: ready, rereading, stopping, and a pulse as long as the bot is not deaf.

The words are systemd's (sd_notify). Whoever binds the address in NOTIFY_SOCKET hears them: systemd on a small box, the
health check in a container (deploy/healthcheck.py). They hold nothing of a person.
"""

import contextlib
import os
import socket
import time


class ServiceManager:
    """Says one datagram at a time; nobody there to hear it is no fault of ours."""

    def __init__(self, address: str | None) -> None:
        """`address`: a path, or a name in the abstract namespace written with a leading @. None: nobody listens."""
        self._address = _socket_address(address)

    @property
    def is_there(self) -> bool:
        """Whether this process was started by one."""
        return self._address is not None

    def ready(self) -> None:
        """The bot takes messages, or takes them again with the directory as it is now."""
        self._tell("READY=1\nSTATUS=answering")

    def rereading(self) -> None:
        """The directory is being read anew; messages are answered meanwhile."""
        microseconds = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={microseconds}\nSTATUS=rereading the directory")

    def stopping(self) -> None:
        """The bot takes no more messages and finishes what it has begun."""
        self._tell("STOPPING=1\nSTATUS=stopping")

    def alive(self) -> None:
        """One beat of the pulse. When beats stay away, the manager starts a new process."""
        self._tell("WATCHDOG=1")

    def _tell(self, words: str) -> None:
        if self._address is None:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)  # a manager that does not listen must not hold up an answer
            line.sendto(words.encode(), self._address)


def service_manager() -> ServiceManager:
    """The one that started this process, if any. The processes we start are not its business."""
    return ServiceManager(os.environ.pop("NOTIFY_SOCKET", None))


def _socket_address(address: str | None) -> str | None:
    if not address or address[0] not in "/@" or len(address) == 1:
        return None
    return "\0" + address[1:] if address[0] == "@" else address
