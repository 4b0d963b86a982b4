"""The real bot on a machine whose clock somebody sets while it runs: `python -m tests.faults.bot_with_a_clock run`.

How far the clock is off stands in the file that JUMPING_CLOCK names, in seconds. Only the time of day jumps; what
counts seconds since the machine started does not, as on a real machine.
"""

import datetime
import os
import time
from pathlib import Path

REAL_TIME = time.time
SEEN = "seen"
OFF = Path(os.environ["JUMPING_CLOCK"])


def off() -> float:
    return float(OFF.read_text("utf-8") or 0)


def jumping_time() -> float:
    return REAL_TIME() + off()


class JumpingDatetime(datetime.datetime):
    """`now` follows the clock that jumps, and notes that it was asked; all else is as it was."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "JumpingDatetime":
        with OFF.with_name(SEEN).open("a", encoding="utf-8") as seen:
            seen.write(f"{off():.0f}\n")
        return cls.fromtimestamp(jumping_time(), tz)


def main() -> None:
    """Set the clock at the edge of the process, then be the bot."""
    time.time = jumping_time
    import bot.cli.opening as opening

    opening.datetime = JumpingDatetime  # type: ignore[misc]
    from bot.cli import main as bot

    bot()


if __name__ == "__main__":
    main()
