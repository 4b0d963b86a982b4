"""Any HSDS feed as a stream of nested objects: JSON (one object, a list, a page, a line each) or a CSV package.

Nothing is held longer than one record. A record, a line or a cell larger than LARGEST_RECORD ends the reading, so that
a file of one endless line cannot fill the memory. Files of a .zip are read where they lie and by their base name only:
no path in it leads anywhere.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

import ijson

from bot.exchange.hsds.tables import TABLES
from bot.model.record import record

LARGEST_RECORD = 20_000_000  # bytes
DEEPEST = 500  # open brackets; reading takes the square of it
CHUNK = 65_536
PEEK = 65_536
BOM = b"\xef\xbb\xbf"
Object = dict[str, Any]

# HSDS 2.x: names that changed with 3.0.
OLD_FILES: Mapping[str, str] = {
    "services_at_location": "service_at_location",
    "service_at_locations": "service_at_location",
    "regular_schedules": "schedules",
    "physical_addresses": "addresses",
    "postal_addresses": "addresses",
    "accessibility_for_disabilities": "accessibility",
    "service_taxonomies": "attributes",
    "services_taxonomy": "attributes",
    "service_attributes": "attributes",
    "taxonomy": "taxonomy_terms",
}
NAME_OF_FILE: Mapping[str, str] = {table.file: name for name, table in TABLES.items()}


class CannotFollow(Exception):
    """The feed cannot be read any further; the sentence says where and what to do."""


@record
class Found:
    """One object of a feed, and how a person finds it: `record 12`, `services.csv line 3`."""

    label: str
    data: Object


class Metered:
    """A file whose reader may take so much between two records, and no more."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._since = 0
        self._depth = 0

    def read(self, size: int = -1) -> bytes:
        """At most CHUNK bytes at a time. Raises CannotFollow past LARGEST_RECORD and DEEPEST."""
        part = self._raw.read(CHUNK if size < 0 else min(size, CHUNK))
        self._since += len(part)
        if self._since > LARGEST_RECORD + CHUNK:
            raise CannotFollow(f"A record is larger than {LARGEST_RECORD:,} bytes. Is this an HSDS feed?")
        # Brackets in texts count too, and mostly close; nobody's texts leave so many open.
        self._depth += part.count(b"[") + part.count(b"{") - part.count(b"]") - part.count(b"}")
        if self._depth > DEEPEST:
            raise CannotFollow(f"A record is nested more than {DEEPEST} deep. Is this an HSDS feed?")
        return part

    def next_record(self) -> None:
        """A record ends here."""
        self._since = 0
        self._depth = min(self._depth, 1)


# -- what it is --------------------------------------------------------------------------------------------------


def is_hsds(path: Path) -> bool:
    """Whether this is a feed of HSDS, by the first bytes of JSON or by the tables of a package."""
    try:
        if is_package(path):
            return _has_their_tables(path)
        with path.open("rb") as opened:
            return _is_hsds_json(opened.read(PEEK), path.name)
    except (OSError, BadZipFile, RuntimeError):
        return False


def is_package(path: Path) -> bool:
    """Whether it is a folder or a .zip, and no single file."""
    if path.is_dir():
        return True
    with path.open("rb") as opened:
        return opened.read(2) == b"PK"


def _is_hsds_json(head: bytes, name: str) -> bool:
    start = head.removeprefix(BOM).lstrip()[:1]
    if start == b"[":
        return True
    is_ours = b'"marigold"' in head or b'"organizations"' in head
    return start == b"{" and not is_ours and name.casefold().endswith((".json", ".ndjson", ".jsonl"))


def _has_their_tables(path: Path) -> bool:
    with _opened(path) as files:
        if "services" not in files or "organizations" not in files:
            return False
        with files["services"]() as raw:
            head = raw.readline(PEEK).decode("utf-8-sig", "replace").casefold()
    return "organization_id" in head


# -- JSON --------------------------------------------------------------------------------------------------------


def objects_in(path: Path) -> Iterator[Found]:
    """The services and organizations of a JSON feed, one after the other. Raises CannotFollow."""
    with path.open("rb") as raw:
        metered = Metered(_after_bom(raw))
        where = _where_records_are(path)
        try:
            found = ijson.items(metered, where, multiple_values=True, use_float=True)
            for at, data in enumerate(found, 1):
                metered.next_record()
                yield Found(label=f"record {at}", data=data if isinstance(data, dict) else {"": data})
        except UnicodeDecodeError:
            raise CannotFollow(_no_utf_8(path.name)) from None
        except ijson.JSONError as error:
            reason = _reason(error)
            if "UTF8" in reason or "UTF-8" in reason:
                raise CannotFollow(_no_utf_8(path.name)) from None
            raise CannotFollow(f"{path.name} is no JSON that can be read to its end: {reason}.") from None


def _reason(error: Exception) -> str:
    """The parser's first line, without the piece of the feed it shows."""
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return (text.splitlines() or ["it ends in the middle"])[0].strip(" .\n")


def _after_bom(raw: IO[bytes]) -> IO[bytes]:
    if raw.read(len(BOM)) != BOM:
        raw.seek(0)
    return raw


def _no_utf_8(name: str) -> str:
    return f"{name} is not UTF-8. Save it as UTF-8 and try again."


def _where_records_are(path: Path) -> str:
    """The prefix of the records: a list at the top, a page's `contents`, or the object itself."""
    with path.open("rb") as raw:
        metered = Metered(_after_bom(raw))
        key = ""
        try:
            for prefix, event, value in ijson.parse(metered):
                if prefix == "" and event == "start_array":
                    return "item"
                if prefix == "" and event == "map_key":
                    key = str(value)
                    if key in ("id", "name"):
                        return ""
                if (
                    event == "start_array"
                    and prefix == key
                    and key in ("contents", "services", "items", "data")
                ):
                    return f"{key}.item"
        except (ijson.JSONError, UnicodeDecodeError):
            return ""
    return ""


# -- CSV ---------------------------------------------------------------------------------------------------------


def rows_in(path: Path) -> Iterator[tuple[str, Found]]:
    """The rows of a package by table (the standard's name of the object). Raises CannotFollow."""
    with _opened(path) as files:
        for name, opened in files.items():
            table = NAME_OF_FILE.get(OLD_FILES.get(name, name))
            if table is None:
                continue
            with opened() as raw:
                yield from ((table, found) for found in _rows(name, raw))


def _rows(name: str, raw: IO[bytes]) -> Iterator[Found]:
    csv.field_size_limit(LARGEST_RECORD)
    reader = csv.DictReader(_lines(name, raw), restkey="")
    try:
        for row in reader:
            label = f"{name}.csv line {reader.line_num}"
            yield Found(label=label, data={key.strip(): text for key, text in row.items() if key and text})
    except csv.Error as error:
        raise CannotFollow(f"{name}.csv line {reader.line_num} cannot be read ({error}).") from None


def _lines(name: str, raw: IO[bytes]) -> Iterator[str]:
    at = 0
    while line := raw.readline(LARGEST_RECORD + 1):
        at += 1
        if len(line) > LARGEST_RECORD:
            raise CannotFollow(
                f"{name}.csv line {at} is longer than {LARGEST_RECORD:,} bytes. Is this a CSV file?"
            )
        try:
            yield line.decode("utf-8-sig" if at == 1 else "utf-8")
        except UnicodeDecodeError:
            raise CannotFollow(_no_utf_8(f"{name}.csv")) from None


Files = Mapping[str, Callable[[], IO[bytes]]]


@contextmanager
def _opened(path: Path) -> Iterator[Files]:
    """The CSV files of a folder or a .zip by base name without ending."""
    if path.is_dir():
        yield {file.stem.casefold(): partial(_as_it_lies, file) for file in sorted(path.glob("*.csv"))}
        return
    with ZipFile(path) as packed:
        names = [
            n for n in packed.namelist() if n.casefold().endswith(".csv") and not n.startswith("__MACOSX")
        ]
        yield {PurePosixPath(n).stem.casefold(): partial(_unpacked, packed, n) for n in names}


def _as_it_lies(file: Path) -> IO[bytes]:
    return file.open("rb")


def _unpacked(packed: ZipFile, name: str) -> IO[bytes]:
    return io.BufferedReader(packed.open(name))  # type: ignore[type-var]
