"""Taking sheets in, first half: every file as it shall be, checked by the real rules before anything is written."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from bot.directory_files.across import across_problems
from bot.directory_files.editing import CannotMend
from bot.directory_files.mending import mended
from bot.directory_files.organizations import FOLDER, OrganizationFile, parse_organization
from bot.directory_files.reading import LARGEST_ENTRY, Unreadable, parse_document
from bot.directory_files.rules import Rulebook
from bot.directory_files.saving import digest_of
from bot.directory_files.writing import write_organization
from bot.exchange.cells import comparable
from bot.exchange.deciding import decide
from bot.exchange.differences import Change, organization_changes, service_changes
from bot.exchange.found import Book, Place, SheetProblem
from bot.exchange.gathering import gather
from bot.exchange.kept import Kept
from bot.exchange.locating import located_problems
from bot.exchange.patching import patched, patched_service
from bot.exchange.recognising import recognise
from bot.exchange.rows import Cells, ServiceRows, plain_data, rows_of
from bot.exchange.settling import Wanted, WantedService
from bot.exchange.tables import SERVICES, column_of
from bot.model.directory import ListedService
from bot.model.record import record


@record
class PlannedFile:
    """One organization's file as it shall be. `was`: the digest of what was read; None for a new file."""

    path: str
    text: str = field(repr=False)
    was: bytes | None
    changes: tuple[Change, ...]
    services: tuple[ListedService, ...] = field(repr=False, default=())


@record
class Plan:
    """What an import would do. With an error among `problems` nothing may be written."""

    files: tuple[PlannedFile, ...]
    problems: tuple[SheetProblem, ...]
    notes: tuple[str, ...]

    @property
    def errors(self) -> tuple[SheetProblem, ...]:
        """The problems that are no hints."""
        return tuple(problem for problem in self.problems if not problem.hint)

    @property
    def changes(self) -> int:
        """How many things differ."""
        return sum(len(file.changes) for file in self.files)


def plan_import(
    book: Book, kept: Mapping[str, Kept], rules: Rulebook, *, remove_missing: bool = False
) -> Plan:
    """What the sheets want of the directory. Never raises for what stands in them: see `problems`."""
    recognised = recognise(book)
    now = {rows.id: rows for one in kept.values() for rows in rows_of(one.path, plain_data(one.organization))}
    gathered = gather(recognised, kept, now)
    decided = decide(gathered, now, rules.today, remove_missing=remove_missing)
    planner = _Planner(kept, now, rules)
    planner.problems += (*recognised.problems, *gathered.problems, *decided.problems)
    files = planner.files(decided.services)
    return Plan(
        files=files,
        problems=tuple(sorted(planner.problems, key=lambda problem: (problem.hint, problem.place.order))),
        notes=(*recognised.notes, *decided.notes),
    )


class _Planner:
    """The files of one import while they are made; problems gather here."""

    def __init__(self, kept: Mapping[str, Kept], now: Mapping[str, ServiceRows], rules: Rulebook) -> None:
        self.kept = kept
        self.now = now
        self.rules = rules
        self.problems: list[SheetProblem] = []

    def files(self, services: tuple[WantedService, ...]) -> tuple[PlannedFile, ...]:
        """The files that would change, in the order of their paths."""
        by_path: dict[str, list[WantedService]] = defaultdict(list)
        for wanted in services:
            by_path[wanted.path].append(wanted)
        planned = [file for path in sorted(by_path) for file in self._file(path, by_path[path])]
        self.problems += _perhaps_twice(planned, self.kept)
        return tuple(planned)

    def _file(self, path: str, services: list[WantedService]) -> Iterator[PlannedFile]:
        kept = self.kept.get(path)
        before = next((rows.main for rows in self.now.values() if rows.id.startswith(f"{path}#")), {})
        own = self._own_fields(before, services)
        data = patched(SERVICES, kept.data if kept else {}, before, own, of_organization=True)
        data["services"] = self._services(data.get("services", {}), services)
        text = self._text(path, kept, data, services)
        if text is None:
            return
        file = self._checked(path, kept, text, data, services)
        yield PlannedFile(
            path=path,
            text=text,
            was=kept.digest if kept else None,
            changes=(
                *organization_changes(path, before, own),
                *(change for one in services for change in service_changes(self.now.get(one.id), one)),
            ),
            services=file.services,
        )

    def _services(self, raw: Mapping[str, Any], services: list[WantedService]) -> dict[str, Any]:
        changed = {
            one.key: patched_service(raw.get(one.key, {}), self.now.get(one.id), one) for one in services
        }
        return {**raw, **changed}

    def _own_fields(self, before: Cells, services: list[WantedService]) -> Cells:
        """The organization's own cells. They stand in the rows of all its services; who changed one is right."""
        told: dict[str, str] = {}
        for wanted in services:
            (row,) = wanted.rows[SERVICES.name]
            for header, text in _own_changes(before, row, is_new=wanted.is_new):
                if header in told and not _is_same(header, told[header], text):
                    self._tell_two(header, told[header], text, row)
                told[header] = text
        return {header: text for header, text in {**before, **told}.items() if text}

    def _tell_two(self, header: str, first: str, second: str, row: Wanted) -> None:
        if row.line is None:
            return
        said, other = second or "nothing", first or "nothing"
        message = f"says {said!r}, and another row of this organization {other!r}; write the same in both"
        self.problems.append(SheetProblem(place=row.line.at(header), message=message))

    def _text(
        self, path: str, kept: Kept | None, data: Mapping[str, Any], services: list[WantedService]
    ) -> str | None:
        try:
            text = mended(kept.text, data) if kept else write_organization(data)
        except CannotMend as error:
            self._tell(path, services, f"{path}: {error}")
            return None
        if len(text.encode("utf-8")) > LARGEST_ENTRY:
            self._tell(path, services, f"{path} would be larger than {LARGEST_ENTRY:,} bytes; say less")
        if kept is None and not _is_read_back(text, data):
            self._tell(path, services, "holds a sign that a file cannot keep; write its texts again by hand")
        return text

    def _tell(self, path: str, services: list[WantedService], message: str) -> None:
        line = next((row.line for one in services for row in one.rows[SERVICES.name] if row.line), None)
        place = line.at() if line else Place(sheet=f"{FOLDER}/{path}.yaml")
        self.problems.append(SheetProblem(place=place, message=message))

    def _checked(
        self,
        path: str,
        kept: Kept | None,
        text: str,
        data: Mapping[str, Any],
        services: list[WantedService],
    ) -> OrganizationFile:
        """The real rules over the real bytes. What they find is told where it stands in the sheets."""
        name = f"{FOLDER}/{path}.yaml"
        raw = text.encode("utf-8")
        file = parse_organization(raw, name, digest_of(raw), self.rules)
        if file.problems:
            by_key = {one.key: one for one in services}
            found = located_problems(path, data, kept.data if kept else {}, by_key, self.rules)
            self.problems += self._new_ones(list(found), name, kept)
        return file

    def _new_ones(self, found: list[SheetProblem], name: str, kept: Kept | None) -> Iterator[SheetProblem]:
        """Without hints that were true before, and without what follows from a problem of the same row."""
        raw = kept.text.encode("utf-8") if kept else b""
        known = parse_organization(raw, name, b"", self.rules).problems if kept else ()
        before = Counter(problem.message for problem in known if problem.hint)
        told = {(problem.place.sheet, problem.place.row) for problem in self.problems}
        for problem in found:
            if problem.hint and before[problem.message] > 0:
                before[problem.message] -= 1
            elif (problem.place.sheet, problem.place.row) not in told:
                yield problem


def _own_changes(before: Cells, row: Wanted, *, is_new: bool) -> Iterator[tuple[str, str]]:
    """The organization's cells a row has otherwise than the directory."""
    for header in dict.fromkeys((*before, *row.cells)):
        text = row.cells.get(header, "")
        if header in ("id", "version") or not column_of(SERVICES.name, header).of_organization:
            continue
        if is_new and not text:
            continue  # nobody writes all of it again for one more service
        if not _is_same(header, text, before.get(header, "")):
            yield header, text


def _is_same(header: str, one: str, other: str) -> bool:
    column = column_of(SERVICES.name, header)
    return comparable(column, one) == comparable(column, other)


def _is_read_back(text: str, data: Mapping[str, Any]) -> bool:
    try:
        return bool(parse_document(text, "text").data == data)
    except Unreadable:
        return False


def _perhaps_twice(planned: list[PlannedFile], kept: Mapping[str, Kept]) -> Iterator[SheetProblem]:
    """A new organization that is perhaps in the directory already, under another name or path, is worth a look."""
    new = [file for file in planned if file.was is None]
    if not new:
        return
    known = [listed for one in kept.values() for listed in _listed(one)]
    paths = tuple(file.path for file in new)
    for problem in across_problems([*known, *(listed for file in new for listed in file.services)]):
        if any(
            path in re.split(r"[\s:]|\.yaml|organizations/", f"{problem.file} {problem.message}")
            for path in paths
        ):
            yield SheetProblem(place=Place(sheet=problem.file), message=problem.message, hint=True)


def _listed(kept: Kept) -> Iterator[ListedService]:
    for key, service in kept.organization.services.items():
        yield ListedService(
            id=f"{kept.path}#{key}",
            organization=kept.organization.name,
            organization_id=kept.path,
            website=kept.organization.website,
            service=service,
        )
