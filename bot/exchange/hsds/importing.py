"""A feed into the directory: read, put in order by organization, judged by the real rules, and only then written.

With one error nothing is written. Everything between reading and writing lies on disk, so that a feed of a million
services takes no more memory than one of a hundred.
"""

import tempfile
from collections.abc import Iterator, Mapping
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
from bot.exchange.hsds.shelf import Bundle, Shelf, scratch
from bot.exchange.hsds.taking import READ_FIRST, Data, Terms, taken
from bot.exchange.hsds.telling import Teller, Told
from bot.exchange.naming import fold_name, folder_of, slug
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
STAGED = """
CREATE TABLE file (path TEXT PRIMARY KEY, text TEXT, was BLOB, services INTEGER) WITHOUT ROWID;
CREATE TABLE place (path TEXT PRIMARY KEY) WITHOUT ROWID;
"""


@record
class Imported:
    """What an import did or would do. `stopped`: why not everything could be written."""

    services: int = 0
    organizations: int = 0
    new: int = 0
    stopped: str | None = None


class Import:
    """One import. Use as a context manager: what lies on disk meanwhile is gone at the end."""

    def __init__(self, resources: Path, terms: Terms, tell: Teller) -> None:
        self.folder = resources / FOLDER
        self.terms = terms
        self.errors = 0
        self._told = tell

    def __enter__(self) -> Self:
        self._scratch = tempfile.TemporaryDirectory(prefix="importing-")
        self._staged = scratch(Path(self._scratch.name) / "staged.sqlite", STAGED)
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
        if own:
            path, before = own, self._own_file(own, label)
        elif placed := self._place(str(bundle.organization.data.get("name")), first["area"], label):
            path, before = placed
        else:
            return
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

    def _place(self, name: str, area: Mapping[str, Any], label: str) -> "tuple[str, _Before] | None":
        """A path of its own for an organization of a foreign feed, and its file if it is there already."""
        short = slug(name)
        if not short:
            message = "has no letters a to z, so no file can be named after it; add it by hand"
            self.tell(Told(record=label, field="name", message=message, left_out=True))
            return None
        folder = folder_of(
            str(area["country"]), area.get("regions", ()), lambda f: (self.folder / f).is_dir()
        )
        for path in _numbered(f"{folder}/{short}"):
            row = self._staged.execute("SELECT 1 FROM place WHERE path = ?", (path,)).fetchone()
            before = self._before(path, name) if row is None else None
            if before is not None:
                self._staged.execute("INSERT INTO place VALUES (?)", (path,))
                return path, before
        self.tell(
            Told(
                record=label, field="name", message=f"more than {MOST_NAMESAKES} organizations have this name"
            )
        )
        return None

    def _before(self, path: str, name: str) -> "_Before | None":
        """Nobody's file yet, or the file of an organization of this name; None: another one has it."""
        try:
            before = self._read(path)
        except Unreadable:
            return None
        is_theirs = before.was is None or fold_name(str(before.data.get("name"))) == fold_name(name)
        return before if is_theirs else None

    def _own_file(self, path: str, label: str) -> "_Before":
        try:
            return self._read(path)
        except Unreadable as error:
            self.tell(Told(record=label, field="", message=str(error.problems[0])))
            return _Before(text="", was=b"", data={})

    def _read(self, path: str) -> "_Before":
        """The file of the directory as it is. Raises Unreadable."""
        file, name = self.folder / f"{path}.yaml", f"{FOLDER}/{path}.yaml"
        if not file.exists():
            return _Before(text="", was=None, data={})
        raw = read_bytes(file, name, LARGEST_ENTRY)
        text = decode(raw, name)
        return _Before(text=text, was=digest_of(raw), data=parse_document(text, name).data)

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
            yield from _differences(path, before.data, data)
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
                return Imported(organizations=done, stopped=sentence)
        return would


@record
class _Before:
    """A file as it is: its text, its digest (None: there is none) and what it holds."""

    text: str
    was: bytes | None
    data: Mapping[str, Any]


def _numbered(short: str) -> Iterator[str]:
    """clinic, clinic-2, clinic-3 and so on."""
    yield short
    yield from (f"{short}-{nth}" for nth in range(2, MOST_NAMESAKES))


def _key(data: Data, taken_keys: Mapping[str, Any]) -> str:
    """A short key for a service, not used by another one of the organization."""
    short = slug(str(data["name"])) or str(data["kind"]).replace("_", "-")
    return next(key for key in _numbered(short) if key not in taken_keys)


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
