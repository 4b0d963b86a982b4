"""A clock that no correction of the machine's time can turn back or make jump while the program runs.

What is kept has an end (30 minutes, 48 hours, a timer). Measured by the wall clock, a correction by a day would throw
it all away at once, or keep it a day too long.
"""

import time
from collections.abc import Callable


def steady_clock(
    wall: Callable[[], float] = time.time, counted: Callable[[], float] | None = None
) -> Callable[[], float]:
    """Epoch seconds: the wall's at the start, counted on from there. Counts sleep of the machine where it can."""
    count = counted or _counted
    offset = wall() - count()
    return lambda: offset + count()


def _counted() -> float:
    """Seconds since the machine started; with its sleep on Linux, where CLOCK_MONOTONIC leaves that out."""
    number = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if number is None else time.clock_gettime(number)
