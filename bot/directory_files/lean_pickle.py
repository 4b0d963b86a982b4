"""A pickle without the marks nobody comes back to.

Python marks every value it writes, in case it is met again, and whoever reads keeps all of them until the end: the
states of hundreds of thousands of small records too, each thrown away a moment later. Read without these marks, the
word lists take 60 MB less and a second less. pickletools.optimize does the same, but holds every step in memory at
once, half a gigabyte that a small box has not got; this goes through the bytes twice instead.
"""

import io
import pickle
import struct
from pickletools import genops

MARK = b"\x94"  # MEMOIZE: the value just written is number n from now on
PROTOCOL = 2  # bytes: the opcode and the number
FRAME = 9  # bytes: the opcode and how long the frame is
FETCHES = {"BINGET": 2, "LONG_BINGET": 5}  # opcode: its length in bytes


def lean_pickle(value: object) -> bytes:
    """`value` pickled, in one frame."""
    whole = pickle.dumps(value, protocol=5)
    fetched = {int(number or 0) for code, number, _ in genops(whole) if code.name in FETCHES}
    body = _body(whole, fetched)
    return whole[:PROTOCOL] + b"\x95" + struct.pack("<Q", len(body)) + body


def _body(whole: bytes, fetched: set[int]) -> bytes:
    """All that follows the protocol's number, with frames and unused marks left out and the others counted anew."""
    out = io.BytesIO()
    numbers: dict[int, int] = {}  # of a mark before -> now
    marks, written = 0, PROTOCOL
    for code, number, at in genops(whole):
        assert at is not None  # noqa: S101 - bytes have places
        if code.name == "FRAME":
            out.write(whole[written:at])
            written = at + FRAME
        elif code.name == "MEMOIZE":
            if marks in fetched:
                numbers[marks] = len(numbers)
            else:
                out.write(whole[written:at])
                written = at + len(MARK)
            marks += 1
        elif code.name in FETCHES:
            out.write(whole[written:at])
            out.write(_fetch(numbers[int(number or 0)]))
            written = at + FETCHES[code.name]
    out.write(whole[written:])
    return out.getvalue()


def _fetch(number: int) -> bytes:
    return b"h" + bytes([number]) if number < 256 else b"j" + struct.pack("<I", number)
