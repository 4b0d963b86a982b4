"""A feed put in order by organization, on disk: what it weighs in memory does not grow with the feed.

Feeds name a service here and its organization there. All is written to a scratch SQLite file, which is gone when the
work is done, and read back one organization at a time.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Self

from bot.exchange.hsds.feed import Found, Object, objects_in, rows_in
from bot.exchange.hsds.tables import ONE, PARTS
from bot.exchange.hsds.telling import Teller, Told
from bot.model.record import record

TABLES = """
CREATE TABLE organization (id TEXT PRIMARY KEY, at INTEGER, label TEXT, parent TEXT, data TEXT) WITHOUT ROWID;
CREATE TABLE service (id TEXT PRIMARY KEY, at INTEGER, organization TEXT, label TEXT, data TEXT) WITHOUT ROWID;
CREATE TABLE part (name TEXT, id TEXT, data TEXT);
CREATE TABLE held (holder TEXT, holder_id TEXT, name TEXT, part INTEGER);
"""
INDEXES = """
CREATE INDEX by_organization ON service (organization, at);
CREATE INDEX by_holder ON held (holder, holder_id);
CREATE INDEX by_name ON part (name, id);
"""
DEEPEST = 50  # levels of parent organizations
DEEPEST_PART = 8  # organization, service, place, desk, phone, attribute, term, vocabulary
OF_A_SERVICE = {"status", "organization", "organization_id"}  # fields no organization has
FIELD_OF: Mapping[str, str] = {name: field for field, name in PARTS.items()}
# The links that the standard's JSON shows as an object inside another.
NESTED: Mapping[str, tuple[str, ...]] = {
    "service": ("program",),
    "service_at_location": ("location",),
    "attribute": ("taxonomy_term",),
    "taxonomy_term": ("taxonomy_detail",),
}
# HSDS 2.x
OLD_COLUMNS: Mapping[str, str] = {
    "services_at_location_id": "service_at_location_id",
    "taxonomy_id": "taxonomy_term_id",
    "schedule_id": "id",
}


@record
class Bundle:
    """One organization with its services, as nested HSDS objects, each with its label."""

    organization: Found
    services: tuple[Found, ...]


def scratch(file: Path, tables: str) -> sqlite3.Connection:
    """A file that need not outlive a fault, with its tables and a transaction begun."""
    base = sqlite3.connect(file, isolation_level=None)
    base.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {tables}")
    base.execute("BEGIN")
    return base


class Shelf:
    """The scratch file. Use as a context manager."""

    def __init__(self, folder: Path, tell: Teller) -> None:
        self._file = folder / "feed.sqlite"
        self._tell = tell
        self._at = 0

    def __enter__(self) -> Self:
        self._base = scratch(self._file, TABLES)
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def _say(self, label: str, field: str, message: str) -> None:
        self._tell(Told(record=label, field=field, message=message))

    # -- filling it ----------------------------------------------------------------------------------------------

    def take_objects(self, path: Path) -> None:
        """Take a JSON feed in. Raises CannotFollow."""
        for found in objects_in(path):
            self._take(found)
        self._filled()

    def _take(self, found: Found) -> None:
        data = found.data
        of_a_service = OF_A_SERVICE & set(data)
        if "services" in data or ("description" in data and not of_a_service):
            services = data.pop("services", None)
            self._organization(found)
            for at, service in enumerate(services if isinstance(services, list) else (), 1):
                label = f"{found.label}, service {at}"
                whole = {"organization_id": data.get("id"), **service} if isinstance(service, dict) else {}
                self._service(Found(label=label, data=whole))
        elif of_a_service:
            organization = data.pop("organization", None)
            if isinstance(organization, dict):
                data.setdefault("organization_id", organization.get("id"))
                self._organization(Found(label=f"{found.label}, organization", data=organization))
            self._service(found)
        else:
            self._say(found.label, "", "is neither a service nor an organization of HSDS")

    def _organization(self, found: Found) -> None:
        data = found.data
        mine = str(data.get("id") or "")
        if not mine:
            self._say(found.label, "id", "is missing")
            return
        row = (mine, self._next(), found.label, data.get("parent_organization_id"), json.dumps(data))
        self._base.execute("INSERT OR IGNORE INTO organization VALUES (?, ?, ?, ?, ?)", row)

    def _service(self, found: Found) -> None:
        data = found.data
        mine, holder = str(data.get("id") or ""), str(data.get("organization_id") or "")
        if not mine or not holder:
            field = "organization_id" if mine else "id"
            self._say(found.label, field, "is missing")
            return
        row = (mine, self._next(), holder, found.label, json.dumps(data))
        if not self._base.execute("INSERT OR IGNORE INTO service VALUES (?, ?, ?, ?, ?)", row).rowcount:
            (label,) = self._base.execute("SELECT label FROM service WHERE id = ?", (mine,)).fetchone()
            self._say(found.label, "id", f"{mine} is the id of {label} too; each service needs its own")

    def _next(self) -> int:
        self._at += 1
        return self._at

    def take_rows(self, path: Path) -> None:
        """Take a CSV package in. Raises CannotFollow."""
        for name, found in rows_in(path):
            data = {OLD_COLUMNS.get(k, k) if name == "attribute" else k: v for k, v in found.data.items()}
            if name == "organization":
                self._organization(Found(label=found.label, data=data))
            elif name == "service":
                self._service(Found(label=found.label, data=data))
            else:
                self._part(name, data)
        self._filled()

    def _filled(self) -> None:
        self._base.execute("COMMIT")
        self._base.executescript(INDEXES)

    def _part(self, name: str, data: Object) -> None:
        row = (name, data.get("id"), json.dumps(data))
        part = self._base.execute("INSERT INTO part VALUES (?, ?, ?)", row).lastrowid
        holders = [(holder, holder_id, name, part) for holder, holder_id in _holders(name, data)]
        self._base.executemany("INSERT INTO held VALUES (?, ?, ?, ?)", holders)

    # -- what stands on it ---------------------------------------------------------------------------------------

    def bundles(self) -> Iterator[Bundle]:
        """Each organization that has services, in the order of the feed. What belongs nowhere is told."""
        self._tell_lost()
        self._tell_loops()
        order = "SELECT id, label, data FROM organization ORDER BY at"
        with closing(self._base.cursor()) as cursor:
            for mine, label, data in cursor.execute(order):
                services = tuple(self._services_of(mine))
                organization = self._whole("organization", json.loads(data), depth=0)
                yield Bundle(organization=Found(label=label, data=organization), services=services)

    def _services_of(self, organization: str) -> Iterator[Found]:
        wanted = "SELECT label, data FROM service WHERE organization = ? ORDER BY at"
        for label, data in self._base.execute(wanted, (organization,)).fetchall():
            yield Found(label=label, data=self._whole("service", json.loads(data), depth=0))

    def _tell_lost(self) -> None:
        lost = (
            "SELECT label, organization FROM service WHERE organization NOT IN (SELECT id FROM organization)"
        )
        for label, organization in self._base.execute(lost):
            message = f"{organization} is the id of no organization in this feed"
            self._say(label, "organization_id", message)

    def _tell_loops(self) -> None:
        """An organization that is its own parent, or the parent of its parents."""
        with closing(self._base.cursor()) as cursor:
            for mine, label, parent in cursor.execute(
                "SELECT id, label, parent FROM organization WHERE parent IS NOT NULL"
            ):
                if self._leads_back(mine, parent):
                    message = (
                        "leads back to itself, or is nested too deep; leave it out, or name the right parent"
                    )
                    self._say(label, "parent_organization_id", message)

    def _leads_back(self, mine: str, parent: str | None) -> bool:
        for _ in range(DEEPEST):
            if parent is None:
                return False
            if parent == mine:
                return True
            row = self._base.execute("SELECT parent FROM organization WHERE id = ?", (parent,)).fetchone()
            parent = row[0] if row else None
        return True

    # -- rows of a package as nested objects -----------------------------------------------------------------------

    def _whole(self, name: str, data: Object, depth: int) -> Object:
        """An object with what belongs to it; a JSON feed's objects are whole already."""
        if depth > DEEPEST_PART or not data.get("id"):
            return data
        wanted = (
            "SELECT held.name, part.data FROM held JOIN part ON part.rowid = held.part "
            "WHERE held.holder = ? AND held.holder_id = ? ORDER BY part.rowid"
        )
        for part, text in self._base.execute(wanted, (name, data["id"])).fetchall():
            held = self._whole(part, json.loads(text), depth + 1)
            data.setdefault(FIELD_OF[part], []).append(held)
        for field in NESTED.get(name, ()):
            link = data.get(f"{ONE[field]}_id")
            if link and field not in data:
                data.update(self._linked(field, ONE[field], str(link), depth))
        return data

    def _linked(self, field: str, of: str, mine: str, depth: int) -> Mapping[str, Any]:
        row = self._base.execute("SELECT data FROM part WHERE name = ? AND id = ?", (of, mine)).fetchone()
        return {field: self._whole(of, json.loads(row[0]), depth + 1)} if row else {}


def _holders(name: str, data: Object) -> Iterable[tuple[str, str]]:
    """What a row belongs to: (table, id), one for each column that says so."""
    if name == "attribute":
        holder = data.get("link_entity") or "service"
        link = data.get("link_id") or data.get("service_id")
        return [(str(holder), str(link))] if link else []
    if name == "metadata":
        return [(str(data.get("resource_type")), str(data["resource_id"]))] if data.get("resource_id") else []
    if name in ("location", "taxonomy", "taxonomy_term", "program", "meta_table_description"):
        return []  # what others point to
    if name == "service_at_location":
        return [("service", str(data["service_id"]))] if data.get("service_id") else []
    columns = ("service", "service_at_location", "location", "phone", "contact", "organization")
    return [(holder, str(data[f"{holder}_id"])) for holder in columns if data.get(f"{holder}_id")]
