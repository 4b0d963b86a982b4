"""A small made-up directory on disk, and spreadsheets of it that a test can edit as a person would."""

import io
from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.rulebook import read_rulebook
from bot.directory_files.rules import Rulebook
from bot.exchange.exporting import Export, export_of
from bot.exchange.formats import FORMATS
from bot.exchange.given import Given
from bot.exchange.kept import read_kept
from bot.exchange.planning import Plan, plan_import
from bot.model.record import record
from openpyxl import Workbook, load_workbook

from tests.builders import NOON
from tests.conftest import ROOT

TODAY = date(2026, 11, 24)
LEGAL = "us/tx/example-legal-center#legal-line"
SHELTER = "us/tx/example-legal-center#shelter"
HELD = "fr/exemple#ligne"
FILES = {
    "us/tx/example-legal-center.yaml": """\
# Called every spring.
name: Example Legal Center
also_known_as: [ELC, "CHILD, Inc."]
website: https://example.org
services:
  legal-line:
    name: Example Legal Line
    kind: legal_aid
    summary:
      en: Free legal advice by phone.
      es: Consejo legal gratis por teléfono.
    needs: [legal, immigration]   # legal comes first
    area: {country: US, regions: [TX], cities: [Austin]}
    contacts:
      - channel: voice
        number: "+1 512-477-3553"
        hours: "Mo-Fr 09:00-17:00"
        languages: [en, es]
      - channel: website
        url: https://example.org/legal
        note:
          en: =Ask for the night desk
    cost: free
    asks_status: no
    source:
      - url: https://example.org/contact
        read: 2026-11-01
        date: 2022-05
        shows: [number, hours]
    checks:
      - {claims: [number, hours], on: 2026-10-02, how: phone}
  shelter:
    name: Example Shelter
    kind: shelter
    summary:
      en: A safe place to sleep.
    needs: [shelter_housing]
    area: {country: US, regions: [TX]}
    contacts:
      - {channel: text, number: "55501", keyword: "HELLO"}
    location: confidential
    source:
      - {title: A printed list, read: 2026-11-01}
    checks: []
""",
    "fr/exemple.yaml": """\
name: Exemple
services:
  ligne:
    name: Ligne Exemple
    kind: hotline
    summary: {fr: "Une ligne d'écoute."}
    needs: [crisis]
    area: {country: FR}
    contacts:
      - {channel: voice, number: "3919", hours: "24/7"}
    note: Ask again in spring.
    hold: number disputed
    source:
      - {url: "https://example.org/fr", read: 2026-11-02, kind: official}
""",
}


@pytest.fixture(scope="session")
def rules() -> Rulebook:
    """The real codes, places and forbidden words."""
    problems: list[Any] = []
    rules = read_rulebook(ROOT / "resources", TODAY, problems, compiled_cache())
    assert not problems
    return rules


@record
class House:
    """A directory in a folder, with what a volunteer does to it."""

    resources: Path
    rules: Rulebook = field(repr=False)

    def path(self, organization: str) -> Path:
        return self.resources / "organizations" / f"{organization}.yaml"

    def text(self, organization: str) -> str:
        return self.path(organization).read_text(encoding="utf-8")

    def bytes(self) -> dict[str, bytes]:
        folder = self.resources / "organizations"
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.yaml"))}

    def exported(self, *, for_reading: bool = False) -> Export:
        kept = read_kept(self.resources)
        return export_of(kept.values(), self.rules.taxonomy, NOON, for_reading=for_reading)

    def sheets(self) -> "Sheets":
        raw = FORMATS["xlsx"].make(self.exported())
        assert isinstance(raw, bytes)
        return Sheets(load_workbook(io.BytesIO(raw)))

    def plan(self, given: "Sheets | dict[str, str] | bytes", **how: bool) -> Plan:
        """What an import of a workbook, of CSV texts or of a JSON document would do."""
        book = self._given(given)
        form = next(form for form in FORMATS.values() if form.knows(book))
        return plan_import(form.read(book), read_kept(self.resources), self.rules, **how)

    @staticmethod
    def _given(given: "Sheets | dict[str, str] | bytes") -> Given:
        if isinstance(given, Sheets):
            return Given(name="x.xlsx", files={"x.xlsx": given.saved()})
        if isinstance(given, bytes):
            return Given(name="x.json", files={"x.json": given})
        return Given(name="x", files={name: text.encode() for name, text in given.items()})


class Sheets:
    """An exported workbook on somebody's screen."""

    def __init__(self, book: Workbook) -> None:
        self.book = book

    def row(self, sheet: str, service: str, nth: int = 1) -> int:
        """The row of a service, or its nth on the other sheets."""
        found = [row[0].row for row in self.book[sheet].iter_rows(min_row=2) if row[0].value == service]
        assert len(found) >= nth, f"{service} is not in {sheet}"
        return found[nth - 1]

    def column(self, sheet: str, header: str) -> int:
        return next(cell.column for cell in self.book[sheet][1] if cell.value == header)

    def write(self, sheet: str, service: str, header: str, value: Any, nth: int = 1) -> None:
        """Type into one cell."""
        self.book[sheet].cell(self.row(sheet, service, nth), self.column(sheet, header)).value = value

    def add(self, sheet: str, **cells: Any) -> int:
        """Write a new row below the others."""
        row = self.book[sheet].max_row + 1
        for header, value in cells.items():
            self.book[sheet].cell(row, self.column(sheet, header)).value = value
        return row

    def remove(self, sheet: str, service: str, nth: int = 1) -> None:
        self.book[sheet].delete_rows(self.row(sheet, service, nth))

    def saved(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def write_directory(folder: Path, files: dict[str, str]) -> Path:
    """resources/ with these organizations, and the real lists they are judged by."""
    for name, text in files.items():
        path = folder / "organizations" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for part in ("taxonomy", "places"):
        (folder / part).symlink_to(ROOT / "resources" / part)
    return folder


@pytest.fixture
def house(tmp_path: Path, rules: Rulebook) -> House:
    """Three services of two organizations, one of them held."""
    return House(resources=write_directory(tmp_path / "resources", FILES), rules=rules)


@pytest.fixture
def changed(house: House) -> Callable[[Plan], list[str]]:
    """The lines of all diffs a plan would make."""
    from difflib import unified_diff

    def lines(plan: Plan) -> Iterator[str]:
        assert not plan.errors, [str(problem) for problem in plan.errors]
        for file in plan.files:
            before = house.text(file.path) if file.was else ""
            diff = unified_diff(before.splitlines(), file.text.splitlines(), lineterm="", n=0)
            yield from (line for line in diff if not line.startswith(("---", "+++", "@@")))

    return lambda plan: list(lines(plan))
