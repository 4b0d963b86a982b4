"""Is the bot in this container alive? Exit code 0 when its pulse is heard, else 1.

The bot says WATCHDOG=1 every five seconds to the socket named in NOTIFY_SOCKET, as long as Telegram answers it and its
loop turns (bot/wiring/service_manager.py). Outside of systemd nobody listens there, so this check does, for a moment.
It imports nothing of the bot, so that it costs little and cannot hang where the bot hangs.
"""

import os
import socket
import sys
from time import monotonic

PULSE = b"WATCHDOG=1"
SECONDS = 15.0  # three beats


def pulse_is_heard(address: str, seconds: float = SECONDS) -> bool:
    """Wait for one beat. `address`: a name in the abstract namespace, written with a leading @."""
    end = monotonic() + seconds
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + address.removeprefix("@"))
        while (left := end - monotonic()) > 0:
            listening.settimeout(left)
            try:
                said = listening.recv(4096)
            except TimeoutError:
                return False
            if said == PULSE:
                return True
    return False


if __name__ == "__main__":
    given = os.environ.get("NOTIFY_SOCKET", "")
    if not given.startswith("@"):
        sys.exit("NOTIFY_SOCKET has to be a name that begins with @.")
    try:
        heard = pulse_is_heard(given)
    except OSError as error:
        sys.exit(f"The pulse cannot be listened for ({error.strerror}).")
    sys.exit(None if heard else "No pulse was heard.")
