"""A clock that can be moved, so that two days pass in a test without waiting for them."""

import time


class MovableClock:
    """Unix time, plus however far somebody has moved it."""

    def __init__(self, *, standing_at: float | None = None) -> None:
        self._standing_at = standing_at
        self._moved = 0.0

    def now(self) -> float:
        return (time.time() if self._standing_at is None else self._standing_at) + self._moved

    def advance(self, seconds: float = 0.0, *, hours: float = 0.0) -> None:
        self._moved += seconds + hours * 3600.0
