"""What was found at each address, kept as JSON Lines, so that a run that is stopped goes on where it was."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bot.model.record import record
from bot.upkeep.links.addresses import Address
from bot.upkeep.links.findings import Finding, Kind

KEPT_FOR = timedelta(days=7)
FIRST_BYTES = b'{"address": '


@record
class Plan:
    """What is known already, what is asked now, and what waits for another run."""

    known: Mapping[str, Finding]
    to_ask: tuple[Address, ...]
    waiting: int


class StateUnusable(Exception):
    """The file cannot be read or written. The message says what to do."""


class LinkState:
    """Findings by address key. Each is on disk, as one whole line, before the next is asked for."""

    def __init__(self, path: Path, found: dict[str, Finding]) -> None:
        self.path = path
        self._found = found

    def get(self, key: str, now: datetime) -> Finding | None:
        """What was found at most seven days ago, and not in the future."""
        finding = self._found.get(key)
        return finding if finding and timedelta() <= now - finding.asked <= KEPT_FOR else None

    def keep(self, key: str, finding: Finding) -> None:
        """Write one line, in one go. Raises StateUnusable."""
        self._found[key] = finding
        try:
            with self.path.open("ab", buffering=0) as file:
                file.write(_line(key, finding))
        except OSError as error:
            raise _unusable(self.path, error) from None


def open_state(path: Path, now: datetime, *, fresh: bool = False) -> LinkState:
    """What earlier runs found, without what is older than seven days; nothing if `fresh`. Raises StateUnusable."""
    try:
        raw = _read(path)  # with `fresh` too: a file that is not ours is not emptied
        found = {} if fresh else dict(_recent(raw, now))
        _write_anew(path, found)
    except OSError as error:
        raise _unusable(path, error) from None
    return LinkState(path, found)


def plan_of(addresses: Sequence[Address], state: LinkState, now: datetime, limit: int | None = None) -> Plan:
    """What is left to ask, in the order of the directory, at most `limit`."""
    known = {a.key: finding for a in addresses if (finding := state.get(a.key, now))}
    left = [a for a in addresses if a.key not in known]
    to_ask = tuple(islice(left, limit))
    return Plan(known=known, to_ask=to_ask, waiting=len(left) - len(to_ask))


def _read(path: Path) -> bytes:
    """The file's bytes; nothing if there is no file. Raises StateUnusable for what is not ours to replace."""
    if not path.exists():
        return b""
    raw = path.read_bytes() if path.is_file() else b"a folder or a device"
    if raw and not raw.startswith(FIRST_BYTES):
        raise StateUnusable(f"{path} holds something else. Name another file with --state.")
    return raw


def _recent(raw: bytes, now: datetime) -> Iterator[tuple[str, Finding]]:
    """The lines that can be read and are not too old; the last one may have been cut off, later ones win."""
    for line in raw.splitlines():
        try:
            key, finding = _parse(json.loads(line))
        except (ValueError, KeyError, TypeError):
            continue
        if now - finding.asked <= KEPT_FOR:
            yield key, finding


def _parse(row: Any) -> tuple[str, Finding]:
    finding = Finding(
        kind=Kind(row["kind"]),
        asked=datetime.fromisoformat(row["asked"]),
        status=row["status"],
        suggestion=row["suggestion"],
        detail=row["detail"],
    )
    if finding.asked.tzinfo is None:
        raise ValueError("a time without a zone")
    return str(row["address"]), finding


def _line(key: str, finding: Finding) -> bytes:
    row = {
        "address": key,
        "kind": finding.kind.value,
        "asked": finding.asked.isoformat(),
        "status": finding.status,
        "suggestion": finding.suggestion,
        "detail": finding.detail,
    }
    return json.dumps(row, ensure_ascii=True).encode() + b"\n"


def _write_anew(path: Path, found: dict[str, Finding]) -> None:
    """Only what is still good: written aside, then moved into place, so that no reader ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.writelines(_line(key, finding) for key, finding in found.items())
    Path(temporary).replace(path)


def _unusable(path: Path, error: OSError) -> StateUnusable:
    return StateUnusable(f"{path} cannot be used: {error.strerror}. Name another file with --state.")
