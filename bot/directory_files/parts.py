"""Arrays by name in one file that is mapped and not read: what lies in it takes no memory until it is looked at.

A file is whole or refused: its checksum is taken when it is opened, in passing, so that its pages stay out of the
process. Numbers are as the machine writes them, which is in the head.
"""

import json
import mmap
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

Parts = Mapping[str, memoryview]

DIGEST = 4  # bytes of a checksum: against what rots or was cut off, not against an enemy
ALIGNED = 8
CHUNK = 1 << 20
BYTE_ORDER = sys.byteorder.encode()


class NotWhole(ValueError):
    """The file is cut off, has rotted, or is none of ours."""


class OfAnotherKind(NotWhole):
    """The file is ours but made by another version, of something else, or on another kind of machine."""


def write_parts(path: Path, head: bytes, parts: Mapping[str, bytes | Path]) -> None:
    """Write them aside, then move them into place, so that no reader ever sees half. A part may be a file itself.

    `head` tells what the file is and ends with a line end. Raises OSError.
    """
    places: dict[str, tuple[int, int]] = {}
    at = 0
    for name, part in parts.items():
        size = part.stat().st_size if isinstance(part, Path) else len(part)
        places[name] = (at, size)
        at += size + -size % ALIGNED
    table = json.dumps(places).encode()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".making-")
    try:
        with os.fdopen(handle, "w+b") as out:
            out.write(head + bytes(DIGEST))
            start = out.tell()
            out.write(len(table).to_bytes(DIGEST) + table + bytes(-len(table) % ALIGNED))
            for part in parts.values():
                _append(out, part)
            out.seek(start)
            digest = _digest(out)
            out.seek(len(head))
            out.write(digest)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _append(out: BinaryIO, part: bytes | Path) -> None:
    before = out.tell()
    if isinstance(part, Path):
        with part.open("rb") as held:
            shutil.copyfileobj(held, out, CHUNK)
    else:
        out.write(part)
    out.write(bytes(-(out.tell() - before) % ALIGNED))


def open_parts(path: Path, head: bytes, *, in_memory: bool = False) -> Parts:
    """The arrays of a file with just this head. Raises OSError, OfAnotherKind or NotWhole.

    `in_memory`: read, not mapped.
    """
    with path.open("rb") as kept:
        found = kept.read(len(head))
        if found != head:
            kind = head.partition(b" ")[0]
            raise OfAnotherKind("made otherwise") if found.startswith(kind) else NotWhole("none of ours")
        digest = kept.read(DIGEST)
        start = kept.tell()
        held = BytesIO(kept.read()) if in_memory else kept
        if len(digest) < DIGEST or _digest(held) != digest:
            raise NotWhole("not what was written")
        whole = _body(kept, held, start)
    length = int.from_bytes(whole[:DIGEST])
    places = json.loads(bytes(whole[DIGEST : DIGEST + length]))
    first = DIGEST + length + -length % ALIGNED
    return {name: whole[first + at : first + at + size] for name, (at, size) in places.items()}


def _body(kept: BinaryIO, held: BinaryIO, start: int) -> memoryview:
    """What stands behind the head, of what was read or else mapped."""
    if isinstance(held, BytesIO):
        return held.getbuffer()
    return memoryview(mmap.mmap(kept.fileno(), 0, access=mmap.ACCESS_READ))[start:]


def _digest(held: BinaryIO) -> bytes:
    """Of everything from here to the end."""
    digest = 0
    for piece in _pieces(held):
        digest = crc32(piece, digest)
    return digest.to_bytes(DIGEST)


def _pieces(held: BinaryIO) -> Iterator[bytes]:
    while piece := held.read(CHUNK):
        yield piece
