"""One row of the table: a fault, what was done, what must hold, what came out."""

from collections.abc import Sequence

from bot.model.record import record


@record
class Finding:
    """`holds`: whether what came out is what was promised."""

    fault: str
    done: str
    promised: str
    came_out: str
    holds: bool


def within(count: int, whole: int) -> str:
    """'40 of 40', for a cell."""
    return f"{count:,} of {whole:,}"


def spread(seconds: Sequence[float]) -> str:
    """The middle and the longest of some waits."""
    if not seconds:
        return "none measured"
    ordered = sorted(seconds)
    return f"median {_told(ordered[len(ordered) // 2])}, longest {_told(ordered[-1])}"


def _told(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def broken_promises(log: bytes, *secrets: str) -> tuple[str, ...]:
    """What must be in no log, whatever fails: a traceback, or any of these words."""
    found = ["a traceback"] if b"Traceback" in log else []
    return (*found, *(f"{word!r} in the log" for word in secrets if word.encode() in log))
