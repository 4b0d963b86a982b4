"""A feed into the directory: read, put in order by organization, judged by the real rules, and only then written.

With one error nothing is written. Everything between reading and writing lies on disk, so that a feed of a million
services takes no more memory than one of a hundred.
"""

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ValidationError

from bot.directory_files.editing import CannotMend
from bot.directory_files.mending import mended
from bot.directory_files.organizations import FOLDER, parse_organization
from bot.directory_files.reading import LARGEST_ENTRY, Unreadable, decode, parse_document, read_bytes
from bot.directory_files.saving import NotSaved, digest_of, save
from bot.directory_files.writing import write_organization
from bot.exchange.differences import Change, changed_headers
from bot.exchange.hsds.own import own_key, own_organization, own_path
from bot.exchange.hsds.shelf import Bundle, Shelf
from bot.exchange.hsds.taking import READ_FIRST, Data, Terms, taken
from bot.exchange.hsds.telling import Teller, Told
from bot.exchange.naming import FOLDERS, NATIONAL, fold_name, slug
from bot.exchange.rows import ServiceRows, plain_data, rows_of
from bot.exchange.tables import CHILDREN, SERVICES
from bot.exchange.taking_in import AGAIN
from bot.model.directory import Check, Contact, Organization, Source
from bot.model.record import record

JOINED: Mapping[str, type[BaseModel]] = {  # lists in which nothing the directory has is lost
    "contacts": Contact,
    "source": Source,
    "checks": Check,
}
MOST_NAMESAKES = 1_000


@record
class Imported:
    """What an import did or would do. `stopped`: why not everything could be written."""

    services: int = 0
    organizations: int = 0
    new: int = 0
    stopped: str | None = field(default=None)


class Import:
    """One import. Use as a context manager: what lies on disk meanwhile is gone at the end."""

    def __init__(self, resources: Path, terms: Terms, tell: Teller) -> None:
        self.folder = resources / FOLDER
        self.terms = terms
        self.errors = 0
        self._told = tell

    def __enter__(self) -> Self:
        self._scratch = tempfile.TemporaryDirectory(prefix="importing-")
        base = Path(self._scratch.name)
        self._staged = sqlite3.connect(base / "staged.sqlite", isolation_level=None)
        self._staged.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE file (path TEXT PRIMARY KEY, text TEXT, was BLOB, services INTEGER) WITHOUT ROWID;"
            "CREATE TABLE place (path TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;"
        )
        self._staged.execute("BEGIN")
        return self

    def __exit__(self, *_: object) -> None:
        self._staged.close()
        self._scratch.cleanup()

    def tell(self, told: Told) -> None:
        """Pass a line on, and count what is an error."""
        self.errors += not told.left_out
        self._told(told)

    # -- reading -------------------------------------------------------------------------------------------------

    def read(self, feed: Path, *, is_package: bool) -> Iterator[Change | str]:
        """Read the whole feed and stage what would be written; each difference to the directory as it is found.

        Raises CannotFollow where the feed ends too early.
        """
        with Shelf(Path(self._scratch.name), self.tell) as shelf:
            (shelf.take_rows if is_package else shelf.take_objects)(feed)
            for bundle in shelf.bundles():
                yield from self._organization(bundle)

    def _organization(self, bundle: Bundle) -> Iterator[Change | str]:
        found: dict[str, tuple[Mapping[str, Any], Data]] = {}
        for service in bundle.services:
            data = taken(service.data, bundle.organization.data, service.label, self.terms, self.tell)
            if data:
                found[service.label] = (service.data, data)
        if not found:
            return
        _, first = next(iter(found.values()))
        label = bundle.organization.label
        own = own_path(bundle.organization.data)
        path = own or self._place(str(bundle.organization.data.get("name")), first["area"], label)
        if path is None:
            return
        before = self._now(path, label)
        services = self._services(path, found, before, is_own=own is not None)
        if services:
            head = own_organization(bundle.organization.data)
            data = {**before.data, **head} if own or not before.data else dict(before.data)
            data["services"] = {**before.data.get("services", {}), **services}
            yield from self._stage(path, label, before, data, len(services))

    def _services(
        self,
        path: str,
        found: Mapping[str, tuple[Mapping[str, Any], Data]],
        before: "_Before",
        *,
        is_own: bool,
    ) -> dict[str, Data]:
        """The services by key: as they come, or joined with what the directory has."""
        kept = before.data.get("services", {})
        services: dict[str, Data] = {}
        for label, (service, data) in found.items():
            key = (own_key(service) if is_own else None) or _key(data, services)
            if key not in kept or is_own:
                services[key] = _joined(kept.get(key, {}), data)
            elif _is_of_feed(kept[key], data):
                services[key] = _joined(kept[key], _as_released(kept[key], data))
            else:
                message = f"{path}#{key} is in the directory already, from another source, and stays as it is"
                self.tell(Told(record=label, field="", message=message, left_out=True))
        return services

    def _place(self, name: str, area: Mapping[str, Any], label: str) -> str | None:
        """A path of its own for an organization of a foreign feed."""
        short = slug(name)
        if not short:
            message = "has no letters a to z, so no file can be named after it; add it by hand"
            self.tell(Told(record=label, field="name", message=message, left_out=True))
            return None
        folder = self._folder(area)
        for nth in range(1, MOST_NAMESAKES):
            path = f"{folder}/{short}" + (f"-{nth}" if nth > 1 else "")
            row = self._staged.execute("SELECT 1 FROM place WHERE path = ?", (path,)).fetchone()
            if row is None and self._is_free(path, name):
                self._staged.execute("INSERT INTO place VALUES (?, ?)", (path, name))
                return path
        self.tell(
            Told(
                record=label, field="name", message=f"more than {MOST_NAMESAKES} organizations have this name"
            )
        )
        return None

    def _folder(self, area: Mapping[str, Any]) -> str:
        country = str(area["country"])
        folder = FOLDERS.get(country, country.lower())
        regions = list(area.get("regions", ()))
        if len(regions) == 1:
            return f"{folder}/{regions[0].lower()}"
        return f"{folder}/{NATIONAL}" if (self.folder / folder / NATIONAL).is_dir() else folder

    def _is_free(self, path: str, name: str) -> bool:
        """Nobody's file, or the file of an organization of this name."""
        file = self.folder / f"{path}.yaml"
        if not file.exists():
            return True
        try:
            data = parse_document(decode(read_bytes(file, path, LARGEST_ENTRY), path), path).data
        except Unreadable:
            return False
        return fold_name(str(data.get("name"))) == fold_name(name)

    def _now(self, path: str, label: str) -> "_Before":
        """The file of the directory as it is."""
        file = self.folder / f"{path}.yaml"
        if not file.exists():
            return _Before(text="", was=None, data={})
        name = f"{FOLDER}/{path}.yaml"
        try:
            raw = read_bytes(file, name, LARGEST_ENTRY)
            text = decode(raw, name)
            return _Before(text=text, was=digest_of(raw), data=parse_document(text, name).data)
        except Unreadable as error:
            self.tell(Told(record=label, field="", message=str(error.problems[0])))
            return _Before(text="", was=b"", data={})

    # -- judging and staging -------------------------------------------------------------------------------------

    def _stage(
        self, path: str, label: str, before: "_Before", data: Data, services: int
    ) -> Iterator[Change | str]:
        try:
            text = mended(before.text, data) if before.was else write_organization(data)
        except (CannotMend, Unreadable) as error:
            self.tell(Told(record=label, field="", message=f"{path}: {error}"))
            return
        if text == before.text:
            return
        name = f"{FOLDER}/{path}.yaml"
        raw = text.encode("utf-8", "surrogatepass")
        file = parse_organization(raw, name, b"", self.terms.rules)
        wrong = [problem for problem in file.problems if not problem.hint]
        for problem in wrong:
            self.tell(
                Told(record=label, field=path, message=f"line {problem.line} of its file: {problem.message}")
            )
        if wrong:
            return
        self._staged.execute("INSERT INTO file VALUES (?, ?, ?, ?)", (path, text, before.was, services))
        if before.data:
            yield from _differences(path, before.data, parse_document(text, name).data)
        else:
            yield f"{path}: new file"
            yield from (
                _is_new(f"{path}#{key}", service["name"]) for key, service in data["services"].items()
            )

    # -- writing -------------------------------------------------------------------------------------------------

    def would(self) -> Imported:
        """How much there is to write."""
        services, files, new = self._staged.execute(
            "SELECT coalesce(sum(services), 0), count(*), count(*) - count(was) FROM file"
        ).fetchone()
        return Imported(services=services, organizations=files, new=new)

    def write(self) -> Imported:
        """Write every file, each whole or not at all; the first that cannot be written ends it."""
        if self.errors:
            raise RuntimeError("an import with errors is not written")
        would = self.would()
        staged = self._staged.execute("SELECT path, text, was FROM file ORDER BY path")
        for done, (path, text, was) in enumerate(staged):
            try:
                save(self.folder / f"{path}.yaml", text, was=was)
            except NotSaved as error:
                sentence = f"{error} {done} of {would.organizations} files are written. {AGAIN}"
                return Imported(services=0, organizations=done, new=0, stopped=sentence)
        return would


@record
class _Before:
    """A file as it is: its text, its digest (None: there is none) and what it holds."""

    text: str
    was: bytes | None
    data: Mapping[str, Any]


def _key(data: Data, taken_keys: Mapping[str, Any]) -> str:
    """A short key for a service, not used by another one of the organization."""
    short = slug(str(data["name"])) or str(data["kind"]).replace("_", "-")
    nth = next(
        nth for nth in range(1, MOST_NAMESAKES) if (f"{short}-{nth}" if nth > 1 else short) not in taken_keys
    )
    return f"{short}-{nth}" if nth > 1 else short


def _joined(kept: Mapping[str, Any], new: Data) -> Data:
    """What comes in over what is there. Nothing the directory knows besides is lost."""
    joined = {**kept, **new}
    for name, shape in JOINED.items():
        coming, there = new.get(name, ()), kept.get(name, ())
        said, known = [_as_said(one, shape) for one in coming], [_as_said(one, shape) for one in there]
        if all(one in known for one in said):
            joined = {**joined, name: list(there)} if there else joined
        else:
            kept_besides = [one for one, plain in zip(there, known, strict=True) if plain not in said]
            joined[name] = [*coming, *kept_besides]
    return joined


def _as_said(entry: Any, shape: type[BaseModel]) -> Any:
    """An entry without what says no more than nothing, so that two spellings of it are the same."""
    try:
        return shape.model_validate(entry).model_dump(mode="json", exclude_defaults=True)
    except ValidationError:
        return entry


def _is_of_feed(kept: Mapping[str, Any], new: Data) -> bool:
    """Whether the directory has this service from the same feed, and nobody has confirmed it since."""
    feed = {(source.get("url"), source.get("title")) for source in new["source"]}
    return not kept.get("checks") and any(
        (s.get("url"), s.get("title")) in feed for s in kept.get("source", ())
    )


def _as_released(kept: Mapping[str, Any], new: Data) -> Data:
    """A service that was read and released stays so; a source that says the same is not read again."""
    feed = {(s.get("url"), s.get("title"), s.get("date")) for s in kept.get("source", ())}
    same = all((s.get("url"), s.get("title"), s.get("date")) in feed for s in new["source"])
    changed = {**new, "source": list(kept["source"])} if same else new
    if changed.get("hold") == READ_FIRST and not kept.get("hold"):
        changed = {name: value for name, value in changed.items() if name != "hold"}
    return changed


# -- differences, in words -------------------------------------------------------------------------------------------


def _differences(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change | str]:
    old = _rows(path, before)
    for service_id, rows in _rows(path, after).items():
        if service_id not in old:
            yield _is_new(service_id, rows.main.get("name", ""))
            continue
        yield from _changes(service_id, old[service_id], rows)


def _is_new(service_id: str, name: str) -> str:
    return f"{service_id}: new service {name}"


def _rows(path: str, data: Mapping[str, Any]) -> dict[str, ServiceRows]:
    try:
        return (
            {rows.id: rows for rows in rows_of(path, plain_data(Organization.model_validate(data)))}
            if data
            else {}
        )
    except ValidationError:
        return {}


def _changes(service_id: str, old: ServiceRows, new: ServiceRows) -> Iterator[Change]:
    for header in changed_headers(SERVICES, old.main, new.main):
        before, after = old.main.get(header, ""), new.main.get(header, "")
        yield Change(of=service_id, what=header, before=before, after=after)
    for table in CHILDREN:
        then, now = old.rows[table.name], new.rows[table.name]
        for at in range(max(len(then), len(now))):
            one, other = then[at] if at < len(then) else {}, now[at] if at < len(now) else {}
            for header in changed_headers(table, one, other):
                what = f"{table.one} {at + 1} {header}"
                yield Change(
                    of=service_id, what=what, before=one.get(header, ""), after=other.get(header, "")
                )
