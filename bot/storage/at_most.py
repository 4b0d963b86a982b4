"""How often somebody was counted in a period: known to this process, under a key that dies with the period."""

import hashlib
import hmac
import secrets

ROOM = 100_000  # chats in one period; who comes later is not counted, so that the bound always holds


class AtMost:
    """Holds keyed hashes and small numbers. A period is a day or a month, in an order of its own ('2026-11')."""

    def __init__(self, most: int, room: int = ROOM) -> None:
        self._most = most
        self._room = room
        self._period = ""
        self._key = secrets.token_bytes(32)
        self._times: dict[bytes, int] = {}

    def begin(self, period: str) -> None:
        """Forget everybody of the periods before this one."""
        if period > self._period:
            self._period, self._key, self._times = period, secrets.token_bytes(32), {}

    def allow(self, period: str, *who: object) -> bool:
        """Whether `who` may be counted once more in `period`. A period before the last one is over."""
        self.begin(period)
        if period < self._period:
            return False
        name = hmac.new(self._key, repr(who).encode(), hashlib.sha256).digest()
        times = self._times.get(name, 0)
        if times >= self._most or (not times and len(self._times) >= self._room):
            return False
        self._times[name] = times + 1
        return True
